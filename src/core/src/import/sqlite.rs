//! SQLite databases (sqlite.org/fileformat2.html), read only and only as far as these apps need:
//! all rows of a table with a row id. Bounded: every page is visited once at most, so that cycles
//! end, and a table's rows together take no more than the limit, wherever their bytes lie: cells may
//! point at the same ones.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::limits;

/// A database.
pub(super) struct Database<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// The part of a page that is in use.
    usable: usize,
    encoding: Encoding,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Real,
    Text(String),
    Blob(Vec<u8>),
}

/// A row.
pub(super) struct Row {
    columns: Rc<Columns>,
    /// In the order of the columns. One that was added later is missing in old rows.
    cells: Vec<Cell>,
    id: Cell,
}

/// The columns of a table.
struct Columns {
    /// Their names in lower case, sorted, with their places.
    places: Vec<(String, usize)>,
    /// The one that is `INTEGER PRIMARY KEY`: the row's id, which the row itself leaves out.
    row_id: Option<usize>,
}

impl Columns {
    /// Where a column is; the first of that name.
    fn place(&self, name: &str) -> Option<usize> {
        let start = self.places.partition_point(|(known, _)| &**known < name);
        let (known, place) = self.places.get(start)?;
        (known == name).then_some(*place)
    }
}

/// Why a table was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqliteError {
    /// There is no such table, or it makes no sense.
    Damaged,
    /// It has more rows, columns or bytes than are read.
    TooLarge,
}

use SqliteError::{Damaged, TooLarge};

const MAX_ROWS: usize = 200_000;
const MAX_ROW_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 20;
/// As many as SQLite itself allows, unless it is built otherwise (sqlite.org/limits.html).
const MAX_COLUMNS: usize = 2_000;

/// Whether the bytes begin as a database does.
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

impl Row {
    pub(super) fn get(&self, column: &str) -> &Cell {
        let Some(place) = self.columns.place(column) else {
            return &Cell::Null;
        };
        match self.cells.get(place).unwrap_or(&Cell::Null) {
            Cell::Null if self.columns.row_id == Some(place) => &self.id,
            cell => cell,
        }
    }

    /// The text of a column; empty when it is `NULL` or something else.
    pub(super) fn text(&self, column: &str) -> &str {
        match self.get(column) {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    /// The whole number of a column.
    pub(super) fn integer(&self, column: &str) -> Option<i64> {
        match self.get(column) {
            Cell::Integer(number) => Some(*number),
            Cell::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl<'a> Database<'a> {
    /// Reads the header (section 1.3); `None` if it makes no sense.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !is(bytes) {
            return None;
        }
        let page_size = match u16_at(bytes, 16)? {
            1 => 65_536,
            size => usize::from(size),
        };
        if !page_size.is_power_of_two() || page_size < 512 {
            return None;
        }
        let reserved = usize::from(*bytes.get(20)?);
        let usable = page_size
            .checked_sub(reserved)
            .filter(|size| *size >= 480)?;
        let encoding = match u32_at(bytes, 56)? {
            // 0 in a database that never had a table.
            0 | 1 => Encoding::Utf8,
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => return None,
        };
        Some(Self {
            bytes,
            page_size,
            usable,
            encoding,
        })
    }

    /// The rows of a table in the order of their ids.
    pub(super) fn table(&self, name: &str) -> Result<Vec<Row>, SqliteError> {
        let (root, columns) = self.declared(name)?;
        let columns = Rc::new(columns);
        let rows = self.rows(root)?;
        let row = |(id, cells)| Row {
            columns: Rc::clone(&columns),
            cells,
            id: Cell::Integer(id),
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Where a table begins, and its columns.
    fn declared(&self, name: &str) -> Result<(u32, Columns), SqliteError> {
        let schema = self.rows(1)?;
        let found = schema.iter().find_map(|(_, cells)| {
            let [
                Cell::Text(kind),
                Cell::Text(known),
                _,
                Cell::Integer(root),
                Cell::Text(sql),
            ] = cells.get(..5)?
            else {
                return None;
            };
            (kind == "table" && known.eq_ignore_ascii_case(name)).then_some((*root, sql))
        });
        let (root, sql) = found.ok_or(Damaged)?;
        Ok((u32::try_from(root).map_err(|_| Damaged)?, columns(sql)?))
    }

    /// Whether a table has a column of this name, in lower case, with or without rows.
    pub(super) fn has_column(&self, table: &str, column: &str) -> bool {
        let declared = self.declared(table);
        declared.is_ok_and(|(_, columns)| columns.place(column).is_some())
    }

    /// Whether there is such a table.
    pub(super) fn has_table(&self, name: &str) -> bool {
        self.rows(1).is_ok_and(|rows| {
            rows.iter().any(|(_, cells)| {
                let mut cells = cells.iter();
                cells.next() == Some(&Cell::Text("table".to_owned()))
                    && matches!(cells.next(), Some(Cell::Text(known)) if known == name)
            })
        })
    }

    /// All rows of the b-tree at a page (section 1.6).
    fn rows(&self, root: u32) -> Result<Vec<(i64, Vec<Cell>)>, SqliteError> {
        let mut walk = Walk {
            rows: Vec::new(),
            seen: BTreeSet::new(),
            left: limits::MAX_UNPACKED_BYTES,
        };
        self.walk(root, 0, &mut walk)?;
        Ok(walk.rows)
    }

    fn walk(&self, number: u32, depth: usize, walk: &mut Walk) -> Result<(), SqliteError> {
        if depth > MAX_DEPTH || !walk.seen.insert(number) {
            return Err(Damaged);
        }
        let page = self.page(number).ok_or(Damaged)?;
        // The first page has the file's header before its own.
        let header = if number == 1 { 100 } else { 0 };
        let kind = *page.get(header).ok_or(Damaged)?;
        let count = usize::from(u16_at(page, header + 3).ok_or(Damaged)?);
        let pointers = header + if kind == 5 { 12 } else { 8 };
        for index in 0..count {
            let at = usize::from(u16_at(page, pointers + 2 * index).ok_or(Damaged)?);
            match kind {
                5 => self.walk(u32_at(page, at).ok_or(Damaged)?, depth + 1, walk)?,
                13 => {
                    if walk.rows.len() >= MAX_ROWS {
                        return Err(TooLarge);
                    }
                    let row = self.leaf(page, at, walk)?;
                    walk.rows.push(row);
                }
                _ => return Err(Damaged),
            }
        }
        match kind {
            5 => {
                let last = u32_at(page, header + 8).ok_or(Damaged)?;
                self.walk(last, depth + 1, walk)
            }
            13 => Ok(()),
            _ => Err(Damaged),
        }
    }

    fn leaf(
        &self,
        page: &[u8],
        at: usize,
        walk: &mut Walk,
    ) -> Result<(i64, Vec<Cell>), SqliteError> {
        let (length, at) = varint(page, at).ok_or(Damaged)?;
        let (id, at) = varint(page, at).ok_or(Damaged)?;
        let length = usize::try_from(length)
            .ok()
            .filter(|n| *n <= MAX_ROW_BYTES)
            .ok_or(Damaged)?;
        walk.take(length)?;
        let payload = self.payload(page, at, length, walk).ok_or(Damaged)?;
        let kinds = kinds(&payload).ok_or(Damaged)?;
        if kinds.len() > MAX_COLUMNS {
            return Err(TooLarge);
        }
        walk.take(kinds.len() * size_of::<Cell>())?;
        Ok((id as i64, self.record(&payload, &kinds).ok_or(Damaged)?))
    }

    /// The bytes of a row, of which the first lie at `at`.
    fn payload(&self, page: &[u8], at: usize, length: usize, walk: &Walk) -> Option<Vec<u8>> {
        // How much of it lies in this page (section 1.6, "cell payload overflow").
        let most = self.usable - 35;
        let local = if length <= most {
            length
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let fitting = least + (length - least) % (self.usable - 4);
            if fitting <= most { fitting } else { least }
        };
        let mut payload = page.get(at..at + local)?.to_vec();
        let mut next = match length > local {
            true => u32_at(page, at + local)?,
            false => 0,
        };
        let mut seen = BTreeSet::new();
        while payload.len() < length {
            if walk.seen.contains(&next) || !seen.insert(next) {
                return None;
            }
            let page = self.page(next)?;
            let part = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + part)?);
            next = u32_at(page, 0)?;
        }
        Some(payload)
    }

    /// A record (section 2.1) of cells of these kinds.
    fn record(&self, payload: &[u8], kinds: &[u64]) -> Option<Vec<Cell>> {
        let (header, _) = varint(payload, 0)?;
        let mut body = usize::try_from(header).ok()?;
        let mut cells = Vec::with_capacity(kinds.len());
        for &kind in kinds {
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind as usize,
                5 => 6,
                6 | 7 => 8,
                10 | 11 => return None,
                _ => usize::try_from((kind - 12) / 2).ok()?,
            };
            let bytes = payload.get(body..body.checked_add(length)?)?;
            body += length;
            cells.push(match kind {
                0 => Cell::Null,
                7 => Cell::Real,
                8 => Cell::Integer(0),
                9 => Cell::Integer(1),
                1..=6 => Cell::Integer(signed(bytes)),
                _ if kind % 2 == 0 => Cell::Blob(bytes.to_vec()),
                _ => Cell::Text(self.text(bytes)?),
            });
        }
        Some(cells)
    }

    fn text(&self, bytes: &[u8]) -> Option<String> {
        let units = |read: fn([u8; 2]) -> u16| -> Option<String> {
            let pairs = bytes.chunks_exact(2);
            let units: Vec<u16> = pairs
                .filter_map(|pair| pair.try_into().ok().map(read))
                .collect();
            String::from_utf16(&units).ok()
        };
        match self.encoding {
            Encoding::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Encoding::Utf16Le => units(u16::from_le_bytes),
            Encoding::Utf16Be => units(u16::from_be_bytes),
        }
    }

    /// Pages are counted from 1.
    fn page(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize)
            .checked_sub(1)?
            .checked_mul(self.page_size)?;
        self.bytes.get(start..start.checked_add(self.page_size)?)
    }
}

struct Walk {
    rows: Vec<(i64, Vec<Cell>)>,
    seen: BTreeSet<u32>,
    /// How many bytes more its rows may take.
    left: usize,
}

impl Walk {
    fn take(&mut self, bytes: usize) -> Result<(), SqliteError> {
        self.left = self.left.checked_sub(bytes).ok_or(TooLarge)?;
        Ok(())
    }
}

/// The kinds of a record's cells, from its header; of more than there may be, one more than that.
fn kinds(payload: &[u8]) -> Option<Vec<u64>> {
    let (header, mut at) = varint(payload, 0)?;
    let header = usize::try_from(header).ok()?;
    let mut kinds = Vec::new();
    while at < header && kinds.len() <= MAX_COLUMNS {
        let (kind, next) = varint(payload, at)?;
        at = next;
        kinds.push(kind);
    }
    Some(kinds)
}

/// The columns of a `CREATE TABLE`.
fn columns(sql: &str) -> Result<Columns, SqliteError> {
    let body = || sql.get(sql.find('(')? + 1..sql.rfind(')')?);
    let body = body().ok_or(Damaged)?;
    let (mut depth, mut quote) = (0_usize, None);
    let mut parts = vec![String::new()];
    for c in body.chars() {
        match (quote, c) {
            (Some(end), _) if c == end => quote = None,
            (None, '"' | '`' | '\'') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                if parts.len() >= MAX_COLUMNS {
                    return Err(TooLarge);
                }
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    let mut columns = Columns {
        places: Vec::new(),
        row_id: None,
    };
    let mut place = 0;
    for part in &parts {
        let part = part.trim();
        let upper = part.to_uppercase();
        let constraint = [
            "CONSTRAINT ",
            "PRIMARY KEY",
            "UNIQUE",
            "CHECK",
            "FOREIGN KEY",
        ];
        if part.is_empty() || constraint.iter().any(|start| upper.starts_with(start)) {
            continue;
        }
        let name: String = match part.chars().next() {
            Some(open @ ('"' | '`' | '\'' | '[')) => {
                let close = if open == '[' { ']' } else { open };
                part.chars().skip(1).take_while(|c| *c != close).collect()
            }
            _ => part.split_whitespace().next().ok_or(Damaged)?.to_owned(),
        };
        let kind = upper.split_whitespace().nth(1) == Some("INTEGER");
        if kind && upper.contains("PRIMARY KEY") {
            columns.row_id = Some(place);
        }
        columns.places.push((name.to_lowercase(), place));
        place += 1;
    }
    columns.places.sort();
    Ok(columns)
}

/// A variable-length integer (section 1.6): up to nine bytes, the highest first.
fn varint(bytes: &[u8], mut at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for count in 1..=9 {
        let byte = *bytes.get(at)?;
        at += 1;
        if count == 9 {
            return Some((value << 8 | u64::from(byte), at));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

/// A big-endian number in two's complement.
fn signed(bytes: &[u8]) -> i64 {
    let start = match bytes.first() {
        Some(first) if first & 0x80 != 0 => -1,
        _ => 0,
    };
    bytes
        .iter()
        .fold(start, |value: i64, byte| value << 8 | i64::from(*byte))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..at + 2)?
        .try_into()
        .ok()
        .map(u16::from_be_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)?
        .try_into()
        .ok()
        .map(u32::from_be_bytes)
}
