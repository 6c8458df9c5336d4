//! Reading the page in view: all of it, and where that gives nothing or too much, a part of it.

use super::model::{Effect, Focus, Model, Screen};
use super::region::Region;
use super::update::{go, read, refuse};
use crate::message::Failure;
use crate::pages::form::Form;
use crate::pages::qr::Seen;

/// The picture of the page, as far as the person has to say something about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scan {
    /// What its codes say. They may be secrets: dropped with the view.
    pub texts: Vec<String>,
    /// The box that is to be read.
    pub region: Region,
    /// The last box held no code.
    pub empty: bool,
}

/// What is pressed, drawn or typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Press {
    /// Read the page in view.
    Page,
    /// Take all codes of the page.
    All,
    /// Show the picture, to draw a box in it.
    Open,
    /// This is the box.
    Draw(Region),
    /// Read what is in the box.
    Read,
}

/// Somebody did something.
pub fn press(model: &mut Model, press: Press) -> Vec<Effect> {
    let scan = model.scan.get_or_insert_default();
    match press {
        Press::Page => {
            model.scan = None;
            model.forms.start(Form::Uri);
            vec![Effect::ScanPage]
        }
        Press::All => {
            let texts = std::mem::take(&mut scan.texts);
            model.scan = None;
            read(model, Seen::Texts(texts))
        }
        Press::Open => {
            scan.texts.clear();
            let mut effects = go(model, Screen::Region, Focus::Element("region"));
            effects.insert(0, Effect::ShowPage);
            effects
        }
        Press::Draw(region) => {
            scan.region = region;
            scan.empty = false;
            Vec::new()
        }
        Press::Read => {
            scan.empty = false;
            let region = scan.region;
            vec![Effect::ScanRegion(region)]
        }
    }
}

/// The page was looked at. Several codes may be what the person wants, or an advertisement's beside
/// the one: that is asked.
pub fn seen_page(model: &mut Model, seen: Seen) -> Vec<Effect> {
    match seen {
        Seen::Texts(texts) if texts.len() > 1 => {
            model.forms.busy = None;
            model.scan = Some(Scan {
                texts,
                ..Scan::default()
            });
            vec![Effect::Focus(Focus::Element("scan-several"))]
        }
        Seen::Nothing => {
            model.scan = Some(Scan::default());
            refuse(model, Form::Uri, Failure::new("no_qr_on_page"))
        }
        seen => read(model, seen),
    }
}

/// The box was looked at.
pub fn seen_region(model: &mut Model, seen: Seen) -> Vec<Effect> {
    match seen {
        Seen::Texts(_) => {
            model.scan = None;
            let mut effects = go(model, Screen::Add, Focus::Element("uri"));
            effects.extend(read(model, seen));
            effects
        }
        Seen::Nothing | Seen::Failed(_) => {
            if let Some(scan) = &mut model.scan {
                scan.empty = true;
            }
            vec![Effect::Focus(Focus::Element("region"))]
        }
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
