//! XML as a tree, and the shared preferences of Android apps. No entity is known but the five of
//! XML itself, so none can grow.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zeroize::Zeroize;

use super::limits;

/// An element.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// All text directly in it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

const MAX_ELEMENTS: usize = 1_000_000;

impl Element {
    /// Reads a document; `None` if it isn't XML within the bounds.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Self> = vec![Self::default()];
        let mut count = 0;
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) => {
                    count += 1;
                    if count > MAX_ELEMENTS || open.len() > limits::MAX_DEPTH {
                        return None;
                    }
                    open.push(Self::new(&tag)?);
                }
                Event::Empty(tag) => {
                    count += 1;
                    if count > MAX_ELEMENTS {
                        return None;
                    }
                    let element = Self::new(&tag)?;
                    open.last_mut()?.children.push(element);
                }
                Event::End(_) => {
                    let element = open.pop()?;
                    open.last_mut()?.children.push(element);
                }
                Event::Text(text) => {
                    open.last_mut()?.text.push_str(&text);
                }
                Event::CData(text) => {
                    open.last_mut()?.text.push_str(&text);
                }
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref().ok()? {
                        Some(character) => character,
                        None => match &*reference {
                            "lt" => '<',
                            "gt" => '>',
                            "amp" => '&',
                            "apos" => '\'',
                            "quot" => '"',
                            _ => return None,
                        },
                    };
                    open.last_mut()?.text.push(character);
                }
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
        let mut root = open.pop()?;
        match (open.is_empty(), root.children.len()) {
            (true, 1) => root.children.pop(),
            _ => None,
        }
    }

    fn new(tag: &BytesStart<'_>) -> Option<Self> {
        let mut element = Self::default();
        tag.name().into_inner().clone_into(&mut element.name);
        for attribute in tag.attributes().take(64) {
            let attribute = attribute.ok()?;
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .ok()?;
            let key = attribute.key.into_inner().to_owned();
            element.attributes.push((key, value.into_owned()));
        }
        Some(element)
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The strings of an Android app's shared preferences, by their keys; `None` if it is
    /// something else.
    pub(super) fn preferences(&self) -> Option<Vec<(&str, &str)>> {
        if self.name != "map" {
            return None;
        }
        let strings = self.all("string");
        Some(
            strings
                .filter_map(|entry| Some((entry.attribute("name")?, entry.text.as_str())))
                .collect(),
        )
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}
