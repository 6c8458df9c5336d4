//! The sealed vault in `storage.local`: two generations, written alternately and read again.

use wasm_bindgen::JsValue;

use super::generations::{Found, Place, Stored, choose, is_newer, next_place};
use crate::browser::storage::{Area, get_each, remove, set_entries};
use crate::browser::{BrowserError, from_js, to_js};

/// The two keys.
pub const KEYS: [&str; 2] = ["vault.a", "vault.b"];

/// What lies in a place: `None` when it is empty, `Some(None)` when it is something of another shape.
type Shelf = Option<Option<Stored>>;

/// Reads what is there.
///
/// # Errors
/// When the browser can't read its storage at all.
pub async fn load() -> Result<Found, BrowserError> {
    let (a, b) = read_both().await?;
    Ok(choose(
        a.as_ref().map(Option::as_ref),
        b.as_ref().map(Option::as_ref),
    ))
}

/// Writes a sealed vault as the next generation, over the older place, together with one more
/// entry, in one step; and reads it again.
///
/// # Errors
/// When the browser can't write, or what it gives back is not what was written. The newest good
/// generation is untouched then.
pub async fn save(
    version: u64,
    sealed: &[u8],
    beside: (String, String),
) -> Result<(), BrowserError> {
    let (a, b) = read_both().await?;
    let (a, b) = (a.flatten(), b.flatten());
    if is_newer(a.as_ref()) || is_newer(b.as_ref()) {
        return Err(BrowserError("a newer version has written here".into()));
    }
    let newest = [&a, &b]
        .into_iter()
        .flatten()
        .filter_map(Stored::good)
        .map(|good| good.generation)
        .max();
    let stored = Stored::new(newest.unwrap_or(0) + 1, version, sealed);
    let place = next_place(a.as_ref(), b.as_ref());
    let place_key = match place {
        Place::A => "vault.a",
        Place::B => "vault.b",
    };
    set_entries(
        Area::Local,
        &[
            (place_key, to_js(&stored)?),
            (&beside.0, beside.1.as_str().into()),
        ],
    )
    .await?;
    let (a, b) = read_both().await?;
    let again = match place {
        Place::A => a,
        Place::B => b,
    };
    if again.flatten().as_ref() == Some(&stored) {
        Ok(())
    } else {
        Err(BrowserError(
            "the browser did not give back what it was asked to store".into(),
        ))
    }
}

/// Moves damaged bytes aside under keys of their own, so that a restored vault can be written
/// while they are kept.
///
/// # Errors
/// When the browser can't write, or what is here is not damaged: a later version's is not.
pub async fn set_damaged_aside(now_millis: u64) -> Result<(), BrowserError> {
    if load().await? != Found::Damaged {
        return Err(BrowserError("nothing here is damaged".into()));
    }
    let names = ["a", "b"].map(|place| format!("damaged.{now_millis}.{place}"));
    let kept: Vec<(&str, JsValue)> = names
        .iter()
        .zip(get_each(Area::Local, &KEYS).await?)
        .filter_map(|(name, value)| Some((name.as_str(), value?)))
        .collect();
    set_entries(Area::Local, &kept).await?;
    remove(Area::Local, &KEYS).await
}

async fn read_both() -> Result<(Shelf, Shelf), BrowserError> {
    let mut found = get_each(Area::Local, &KEYS)
        .await?
        .into_iter()
        .map(|value| value.map(|value| from_js(value).ok()));
    Ok((found.next().flatten(), found.next().flatten()))
}
