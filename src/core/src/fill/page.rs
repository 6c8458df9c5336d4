//! What a page shows, as plain records: written by the script that runs in the page on a person's
//! gesture. Everything in them is input from a stranger.

use serde::Deserialize;

/// A document: a page or a frame in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Frame {
    /// The origin that the browser goes by, as in `https://example.com`; `null` where the document
    /// has none of its own.
    pub origin: String,
    /// It is the page itself, not a frame in it.
    pub top: bool,
    /// Drawn by the script, and asked for again before writing.
    pub nonce: String,
    /// The title.
    pub title: String,
    /// The declared language, in lower case.
    pub language: String,
    /// The fields, in the order of the document.
    pub fields: Vec<Field>,
    /// The forms that fields and buttons name.
    pub forms: Vec<Form>,
    /// Text, buttons and fields around the fields, in the order of the document.
    pub stream: Vec<Item>,
    /// Frames inside of this document that a person can see.
    pub frames: Vec<Inner>,
    /// How this document itself is to be seen in the one around it.
    pub frame: Sight,
}

impl Frame {
    /// The other fields of a field's form that a person can see.
    pub fn beside<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a Field> {
        let is_other =
            move |other: &&Field| !std::ptr::eq(*other, field) && other.form == field.form;
        let seen = |other: &&Field| other.is_seen();
        self.fields.iter().filter(is_other).filter(seen)
    }
}

/// A form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Name, id and classes.
    pub names: String,
    /// Where it leads.
    pub action: String,
}

/// A frame seen from outside.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Inner {
    /// The origin of its address; that of what is loaded now may be another.
    pub origin: String,
    /// It has no origin of its own.
    pub sandboxed: bool,
    /// Width in CSS pixels.
    pub w: f64,
    /// Height in CSS pixels.
    pub h: f64,
    /// Through all ancestors, 0 to 1.
    pub opacity: f64,
}

/// Whether something is to be seen.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Sight {
    /// Through all ancestors, 0 to 1.
    pub opacity: f64,
    /// It takes part in the layout and is not hidden.
    pub rendered: bool,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            opacity: 1.0,
            rendered: true,
        }
    }
}

/// A piece of the stream.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Item {
    /// `text`, `heading`, `link`, `button`, `image` or `field`.
    pub kind: String,
    /// What it says.
    pub words: String,
    /// Which form it belongs to; negative for none.
    pub form: i32,
    /// Which field it is.
    pub field: Option<usize>,
    /// Width of a picture in CSS pixels.
    pub w: f64,
    /// Height of a picture.
    pub h: f64,
}

/// A field: attributes, text that belongs to it, and where it lies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Field {
    /// `input`, `area`, `select` or `editable`.
    pub kind: String,
    /// An input's type.
    pub r#type: String,
    /// The attribute.
    pub name: String,
    /// The attribute.
    pub id: String,
    /// What frameworks and tests call it.
    pub names: String,
    /// The class names.
    pub classes: String,
    /// The attribute, in lower case.
    pub autocomplete: String,
    /// The attribute, in lower case.
    pub inputmode: String,
    /// The attribute, in lower case.
    pub role: String,
    /// The attribute.
    pub pattern: String,
    /// The longest content.
    pub max: Option<u32>,
    /// The shortest content.
    pub min: Option<u32>,
    /// The attribute.
    pub size: Option<u32>,
    /// The attribute.
    pub placeholder: String,
    /// Its accessible name, where attributes give one.
    pub aria: String,
    /// What `aria-describedby` points at.
    pub described: String,
    /// The text of its labels.
    pub label: String,
    /// The attribute.
    pub title: String,
    /// Attributes of the custom element it lies in.
    pub host: String,
    /// Which form it belongs to; negative for none.
    pub form: i32,
    /// Its ancestors, nearest first.
    pub path: Vec<u32>,
    /// Left edge in CSS pixels of the view.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width that ancestors leave to be seen.
    pub w: f64,
    /// Height that ancestors leave to be seen.
    pub h: f64,
    /// Through all ancestors, 0 to 1.
    pub opacity: f64,
    /// It takes part in the layout and is not hidden.
    pub rendered: bool,
    /// It lies where nobody can scroll to.
    pub beyond: bool,
    /// Something foreign lies on it.
    pub covered: bool,
    /// It can't be typed into.
    pub readonly: bool,
    /// It can't be typed into, for now.
    pub disabled: bool,
    /// How many characters it holds.
    pub filled: u32,
    /// It has the focus.
    pub focused: bool,
}

impl Field {
    /// Whether a person can see it well enough to know that it is filled.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.rendered
            && self.opacity >= 0.7
            && self.w >= 6.0
            && self.h >= 6.0
            && !self.beyond
            && !self.covered
    }

    /// Whether a line of text can be typed into it at all.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        match self.kind.as_str() {
            "input" => matches!(
                self.r#type.as_str(),
                "text" | "tel" | "number" | "password" | ""
            ),
            "area" => self.h <= 90.0,
            "editable" => self.h <= 90.0 && self.w <= 700.0,
            _ => false,
        }
    }

    /// Whether `autocomplete` says that it is for a one-time code.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        self.autocomplete
            .split_whitespace()
            .any(|token| token == "one-time-code")
    }
}
