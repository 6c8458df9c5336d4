use super::*;
use holdfast_json::map::Map;

use crate::destination::browser_sync::tests::Area;
use crate::destination::browser_sync::{BrowserSync, SyncArea, SyncError};
use crate::journal::load_evidence;
use crate::name::Tag;
use crate::policy::HOUR;
use crate::test_support::now;
use crate::test_world::{Bench, Notes, Text, engine};

type Home = Engine<Bench, Notes, Text>;

/// The area has room for one of that length, and not for two.
const LARGE: usize = 45_000;
/// More than the area holds.
const TOO_LARGE: usize = 80_000;

/// An area that somebody has emptied, and that takes nothing just now.
struct Empty;

impl SyncArea for Empty {
    async fn all(&self) -> Result<Map<String, String>, SyncError> {
        Ok(Map::new())
    }

    async fn set(&self, _: &Map<String, String>) -> Result<(), SyncError> {
        Err(SyncError::TooOften)
    }

    async fn remove(&self, _: &[String]) -> Result<(), SyncError> {
        Ok(())
    }
}

fn id() -> DestinationId {
    DestinationId(Tag::from_random([7; 8]))
}

fn text(letter: &str, length: usize) -> String {
    letter.repeat(length)
}

fn hand_over(home: &Home, area: &Area) -> Option<Cause> {
    home.env.clock.set(home.env.clock.get() + HOUR);
    let sync = BrowserSync::new(area);
    now(home.keep(&id(), &sync, Trigger::Now)).failure
}

fn write(home: &Home, text: &str) {
    home.vault.write(text, home.env.now_millis());
}

/// What lies there: names and texts.
fn there(area: &Area) -> Vec<(String, String)> {
    let sync = BrowserSync::new(area);
    let files = now(sync.list("vaultvault")).unwrap().value.files;
    let read = |name: String| {
        let bytes = now(sync.get(&format!("vaultvault/{name}"))).unwrap().value;
        (name, String::from_utf8(bytes.unwrap()).unwrap())
    };
    files.into_iter().map(|file| read(file.name)).collect()
}

fn texts(area: &Area) -> Vec<String> {
    there(area).into_iter().map(|(_, text)| text).collect()
}

fn kept_version(home: &Home) -> Option<u64> {
    let evidence = now(load_evidence(&home.memory, &id())).unwrap();
    evidence.kept.map(|kept| kept.version)
}

#[test]
fn where_two_do_not_fit_the_newer_takes_the_place_of_the_older() {
    let area = Area::default();
    let home = engine(&text("a", LARGE));
    assert_eq!(hand_over(&home, &area), None);
    write(&home, &text("b", LARGE));
    assert_eq!(hand_over(&home, &area), None);
    assert_eq!(texts(&area), [text("b", LARGE)]);
    assert_eq!(kept_version(&home), Some(2));
}

#[test]
fn what_was_there_stays_where_the_newer_does_not_fit_at_all() {
    let area = Area::default();
    let home = engine(&text("a", LARGE));
    assert_eq!(hand_over(&home, &area), None);
    let before = there(&area);
    write(&home, &text("b", TOO_LARGE));
    assert_eq!(hand_over(&home, &area), Some(Cause::StorageFull));
    assert_eq!(there(&area), before);
    assert_eq!(kept_version(&home), Some(1));
}

#[test]
fn what_lies_there_already_is_not_handed_over_again() {
    let area = Area::default();
    let home = engine(&text("a", LARGE));
    assert_eq!(hand_over(&home, &area), None);
    let before = there(&area);
    assert_eq!(hand_over(&home, &area), None);
    assert_eq!(there(&area), before);
    // Connected again, or pressed again after it did not fit and was taken back.
    now(home.disconnect(&id())).unwrap();
    assert_eq!(hand_over(&home, &area), None);
    assert_eq!(there(&area), before);
}

#[test]
fn what_lies_under_another_tag_is_left_alone() {
    let area = Area::default();
    let home = engine(&text("a", LARGE));
    assert_eq!(hand_over(&home, &area), None);
    let former = home.vault.info.borrow().device.clone();
    now(home.vault.renew_device(&former)).unwrap();
    write(&home, &text("b", LARGE));
    assert_eq!(hand_over(&home, &area), Some(Cause::StorageFull));
    assert_eq!(texts(&area), [text("a", LARGE)]);
}

#[test]
fn what_is_seen_to_be_gone_is_not_said_to_be_kept() {
    let area = Area::default();
    let home = engine("a");
    assert_eq!(hand_over(&home, &area), None);
    write(&home, "b");
    let sync = BrowserSync::new(Empty);
    let report = now(home.keep(&id(), &sync, Trigger::Now));
    assert_eq!(report.failure, Some(Cause::AskedToWait));
    assert_eq!(kept_version(&home), None);
}
