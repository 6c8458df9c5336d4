//! Dates in HTTP headers and XML, as milliseconds since the Unix epoch.

/// Reads an HTTP date (RFC 9110, section 5.6.7) in the form that must be sent, for example
/// `Sun, 06 Nov 1994 08:49:37 GMT`. The two obsolete forms are not read: no server of the last
/// twenty years sends them, and "unknown" is always a safe answer here.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<u64> {
    let (_, date) = text.trim().split_once(", ")?;
    let mut parts = date.split(' ');
    let day = number(parts.next()?, 2)?;
    let month = parts.next()?;
    let month = 1 + MONTHS.iter().position(|name| *name == month)? as u64;
    let year = number(parts.next()?, 4)?;
    let (h, m, s) = clock(parts.next()?)?;
    if parts.next()? != "GMT" || parts.next().is_some() {
        return None;
    }
    millis(year, month, day, h, m, s)
}

/// Reads a date of RFC 3339, as S3 and the clouds write it: `2009-10-12T17:50:30.000Z`, or with an
/// offset from UTC. Fractions of a second are dropped. The seconds themselves may be left out, as in
/// OData (`dateTimeOffsetValue`, OData ABNF 4.01).
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<u64> {
    let (date, time) = text.trim().split_once('T')?;
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    let zone = time.find(['Z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let (h, m, s) = match time.len() {
        5 => clock(&format!("{time}:00"))?,
        _ => clock(time)?,
    };
    let utc = millis(year, month, day, h, m, s)?;
    let offset = match zone.strip_prefix(['+', '-']) {
        Some(offset) => {
            let (h, m, _) = clock(&format!("{offset}:00"))?;
            (h * 60 + m) * 60_000
        }
        None if zone == "Z" => 0,
        None => return None,
    };
    // What is ahead of UTC was sooner.
    match zone.starts_with('-') {
        true => utc.checked_add(offset),
        false => utc.checked_sub(offset),
    }
}

/// The calendar date and time of day of `millis`, in UTC: year, month, day, hour, minute, second.
#[must_use]
pub fn civil(millis: u64) -> (u64, u64, u64, u64, u64, u64) {
    let seconds = millis / 1000;
    // Days since 0000-03-01, in eras of 400 years (146,097 days): the leap day comes last.
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let of_day = seconds % 86_400;
    (
        year,
        month,
        day,
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60,
    )
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn number(text: &str, digits: usize) -> Option<u64> {
    if text.len() != digits || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn clock(text: &str) -> Option<(u64, u64, u64)> {
    let mut parts = text.split(':');
    let h = number(parts.next()?, 2)?;
    let m = number(parts.next()?, 2)?;
    let s = number(parts.next()?, 2)?;
    // 60 is a leap second.
    (parts.next().is_none() && h < 24 && m < 60 && s <= 60).then_some((h, m, s))
}

fn millis(year: u64, month: u64, day: u64, h: u64, m: u64, s: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (y, from_march) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let of_era = y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + of_year;
    let days = (y / 400 * 146_097 + of_era).checked_sub(719_468)?;
    Some((days * 86_400 + h * 3600 + m * 60 + s) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_rfc_9110() {
        assert_eq!(
            parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(784_111_777_000)
        );
        assert_eq!(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(
            parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT"),
            Some(1_709_251_199_000)
        );
    }

    #[test]
    fn what_is_no_date_is_unknown() {
        for bad in [
            "",
            "0",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
        ] {
            assert_eq!(parse_http_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_as_s3_writes_them() {
        assert_eq!(
            parse_rfc3339("2009-10-12T17:50:30.000Z"),
            Some(1_255_369_830_000)
        );
        assert_eq!(
            parse_rfc3339("2009-10-12T17:50:30Z"),
            Some(1_255_369_830_000)
        );
        assert_eq!(parse_rfc3339("2009-10-12 17:50:30Z"), None);
    }

    #[test]
    fn dates_as_odata_writes_them() {
        let same = Some(1_255_369_800_000);
        for text in [
            "2009-10-12T17:50Z",
            "2009-10-12T17:50:00.1234567Z",
            "2009-10-12T19:50:00+02:00",
            "2009-10-12T14:20-03:30",
            "2009-10-13T01:50:00.5+08:00",
            "2009-10-12T17:50:00-00:00",
        ] {
            assert_eq!(parse_rfc3339(text), same, "{text}");
        }
        for bad in [
            "2009-10-12T17:50:30",
            "2009-10-12T17:50:30+0200",
            "2009-10-12T17:50:30+02",
            "2009-10-12T17:50:30+24:00",
            "2009-10-12T17:50:30+02:00Z",
            "2009-10-12T17:50:30Z+02:00",
            "2009-10-12T17Z",
            "1970-01-01T00:00:00+00:01",
        ] {
            assert_eq!(parse_rfc3339(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn civil_and_back(seconds in 0u64..253_402_300_800) {
            let (y, mo, d, h, mi, s) = civil(seconds * 1000);
            let text = format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z");
            prop_assert_eq!(parse_rfc3339(&text), Some(seconds * 1000));
        }
    }
}
