//! Just enough XML for what storage servers answer: elements, namespaces, text, the predefined
//! entities and CDATA (XML 1.0 and Namespaces in XML 1.0). A document type is refused, so there is
//! nothing to expand; depth, size, elements and namespaces are bounded. Attributes other than
//! namespaces are skipped.

use std::rc::Rc;

/// Longest document that is read: a folder of some 20,000 snapshots.
const MAX_BYTES: usize = 16 << 20;
const MAX_DEPTH: usize = 32;
/// A snapshot in a list has about a dozen.
const MAX_ELEMENTS: usize = 500_000;
/// Namespaces that are in force at one place: each name is looked up among them.
const MAX_SCOPE: usize = 64;

/// An element with its namespace resolved.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// The namespace, `""` for none: one text, however many elements are in it.
    pub namespace: Rc<str>,
    /// The name without its prefix.
    pub name: String,
    /// The text directly inside, trimmed.
    pub text: String,
    /// The elements directly inside.
    pub children: Vec<Element>,
}

/// It is not a document that this reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct XmlError;

impl Element {
    /// Reads a whole document and returns its root.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        if bytes.len() > MAX_BYTES {
            return Err(XmlError);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| XmlError)?;
        let mut reader = Reader {
            rest: text.strip_prefix('\u{feff}').unwrap_or(text),
        };
        reader.document()
    }

    /// It has that namespace and name.
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        *self.namespace == *namespace && self.name == name
    }

    /// Its children of that namespace and name.
    pub(crate) fn all<'a>(
        &'a self,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Element> {
        self.children
            .iter()
            .filter(move |child| child.is(namespace, name))
    }

    /// The first child of that namespace and name.
    pub(crate) fn first(&self, namespace: &str, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.is(namespace, name))
    }
}

struct Reader<'a> {
    rest: &'a str,
}

/// A start tag: the prefixed name, the namespaces it declares, whether it closes itself.
struct Tag<'a> {
    name: &'a str,
    declared: Vec<Declared<'a>>,
    empty: bool,
}

/// A prefix, `""` for the default, and its namespace.
type Declared<'a> = (&'a str, Rc<str>);

/// An element being read, with the number of namespace declarations before it.
struct Open<'a> {
    tag: &'a str,
    element: Element,
    scope: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Element, XmlError> {
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut scopes: Vec<Declared<'a>> = Vec::new();
        let mut elements = 0;
        loop {
            let text = self.until("<")?;
            match open.last_mut() {
                Some(current) => unescape(text, &mut current.element.text)?,
                None if text.trim().is_empty() => {}
                None => return Err(XmlError),
            }
            let finished = if self.take("?") {
                self.until("?>")?;
                None
            } else if self.take("!--") {
                self.until("-->")?;
                None
            } else if self.take("![CDATA[") {
                let text = self.until("]]>")?;
                open.last_mut().ok_or(XmlError)?.element.text.push_str(text);
                None
            } else if self.take("!") {
                // A document type: no storage server needs one.
                return Err(XmlError);
            } else if self.take("/") {
                let name = self.until(">")?.trim_end();
                let current = open
                    .pop()
                    .filter(|current| current.tag == name)
                    .ok_or(XmlError)?;
                Some(current)
            } else {
                let tag = self.tag()?;
                let scope = scopes.len();
                scopes.extend(tag.declared);
                elements += 1;
                if open.len() >= MAX_DEPTH || elements > MAX_ELEMENTS || scopes.len() > MAX_SCOPE {
                    return Err(XmlError);
                }
                let (namespace, name) = resolve(tag.name, &scopes)?;
                let element = Element {
                    namespace,
                    name,
                    ..Element::default()
                };
                let current = Open {
                    tag: tag.name,
                    element,
                    scope,
                };
                if tag.empty {
                    Some(current)
                } else {
                    open.push(current);
                    None
                }
            };
            let Some(mut done) = finished else { continue };
            scopes.truncate(done.scope);
            done.element.text = done.element.text.trim().to_owned();
            match open.last_mut() {
                Some(parent) => parent.element.children.push(done.element),
                None => return self.end().map(|()| done.element),
            }
        }
    }

    /// After the root: comments, processing instructions and white space only.
    fn end(&mut self) -> Result<(), XmlError> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() {
                return Ok(());
            } else if self.take("<!--") {
                self.until("-->")?;
            } else if self.take("<?") {
                self.until("?>")?;
            } else {
                return Err(XmlError);
            }
        }
    }

    fn tag(&mut self) -> Result<Tag<'a>, XmlError> {
        let name = self.name()?;
        let mut declared = Vec::new();
        loop {
            let spaced = self.skip_space();
            if self.take("/>") {
                return Ok(Tag {
                    name,
                    declared,
                    empty: true,
                });
            }
            if self.take(">") {
                return Ok(Tag {
                    name,
                    declared,
                    empty: false,
                });
            }
            if !spaced {
                return Err(XmlError);
            }
            let attribute = self.name()?;
            self.skip_space();
            if !self.take("=") {
                return Err(XmlError);
            }
            self.skip_space();
            let quote = if self.take("\"") {
                "\""
            } else if self.take("'") {
                "'"
            } else {
                return Err(XmlError);
            };
            let value = self.until(quote)?;
            if value.contains('<') {
                return Err(XmlError);
            }
            let prefix = match attribute.strip_prefix("xmlns") {
                Some("") => Some(""),
                Some(prefixed) => prefixed.strip_prefix(':'),
                None => None,
            };
            if let Some(prefix) = prefix {
                let mut namespace = String::new();
                unescape(value, &mut namespace)?;
                declared.push((prefix, namespace.into()));
                if declared.len() > MAX_SCOPE {
                    return Err(XmlError);
                }
            }
        }
    }

    fn name(&mut self) -> Result<&'a str, XmlError> {
        let inside = |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':') || !c.is_ascii()
        };
        let end = self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err(XmlError);
        }
        self.rest = rest;
        Ok(name)
    }

    fn skip_space(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.rest.len() != before
    }

    fn take(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, end: &str) -> Result<&'a str, XmlError> {
        let (before, after) = self.rest.split_once(end).ok_or(XmlError)?;
        self.rest = after;
        Ok(before)
    }
}

fn resolve(tag: &str, scopes: &[Declared<'_>]) -> Result<(Rc<str>, String), XmlError> {
    let (prefix, name) = tag.split_once(':').unwrap_or(("", tag));
    if name.is_empty() || name.contains(':') || tag.starts_with(':') {
        return Err(XmlError);
    }
    let found = scopes
        .iter()
        .rev()
        .find(|(declared, _)| *declared == prefix);
    let namespace = match found {
        Some((_, namespace)) => Rc::clone(namespace),
        None if prefix.is_empty() => Rc::from(""),
        None => return Err(XmlError),
    };
    Ok((namespace, name.to_owned()))
}

fn unescape(text: &str, out: &mut String) -> Result<(), XmlError> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, tail) = after.split_once(';').ok_or(XmlError)?;
        out.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            _ => {
                let number = entity.strip_prefix('#').ok_or(XmlError)?;
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                code.ok()
                    .and_then(char::from_u32)
                    .filter(|c| *c != '\0')
                    .ok_or(XmlError)?
            }
        });
        rest = tail;
    }
    out.push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn namespaces_are_resolved_whatever_the_prefix() {
        for document in [
            "<?xml version=\"1.0\"?><D:a xmlns:D=\"DAV:\"><D:b>x &amp; y</D:b></D:a>",
            "<a xmlns='DAV:'><b>x &#38; y</b></a>",
            "\u{feff}<ns0:a xmlns:ns0=\"DAV:\" ><!-- <b> --><ns0:b><![CDATA[x & y]]></ns0:b ></ns0:a>\n<!-- end -->",
            "<q:a xmlns:q='DAV:' q:z='1'><b xmlns='DAV:'>\n x &#x26; y </b></q:a>",
        ] {
            let root = Element::parse(document.as_bytes()).unwrap();
            assert!(root.is("DAV:", "a"), "{document}");
            assert_eq!(root.first("DAV:", "b").unwrap().text, "x & y", "{document}");
        }
    }

    #[test]
    fn a_namespace_ends_with_its_element() {
        let root = Element::parse(b"<a><b xmlns='DAV:'/><c/></a>").unwrap();
        assert_eq!(root.first("DAV:", "b").unwrap().name, "b");
        assert_eq!(root.first("", "c").unwrap().name, "c");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = "<a>".repeat(1000) + &"</a>".repeat(1000);
        for bad in [
            "",
            "   ",
            "hello",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<a b></a>",
            "<a b=c></a>",
            "<a b='<'/>",
            "<a b='1'c='2'/>",
            "<x:a/>",
            "<:a/>",
            "<a:/>",
            "<a>&nbsp;</a>",
            "<a>&#0;</a>",
            "<a>&#xD800;</a>",
            "<a>&lt</a>",
            "<a><![CDATA[x</a>",
            "<![CDATA[x]]>",
            "<a><!-- </a>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "<!DOCTYPE html><html></html>",
            &deep,
        ] {
            assert_eq!(Element::parse(bad.as_bytes()), Err(XmlError), "{bad:.40}");
        }
        assert_eq!(Element::parse(b"<a>\xff</a>"), Err(XmlError));
    }

    /// The work and the memory are those of the document's length, not of a product of two parts.
    #[test]
    fn namespaces_are_bounded_in_number_and_kept_once() {
        let declared = |count: usize| -> String {
            let each = (0..count).map(|n| format!(" xmlns:n{n}='u{n}'"));
            each.collect()
        };
        let flat = |count| format!("<a{}/>", declared(count));
        assert!(Element::parse(flat(64).as_bytes()).is_ok());
        assert!(Element::parse(flat(65).as_bytes()).is_err());
        let nested = format!("<a{}><b{}/></a>", declared(40), declared(40));
        assert!(Element::parse(nested.as_bytes()).is_err());
        // Those of an element that is over don't count.
        let after = format!("<a><b{}/><b{}/></a>", declared(40), declared(40));
        assert!(Element::parse(after.as_bytes()).is_ok());
        let root = Element::parse(b"<a xmlns='DAV:'><b/><b/></a>").unwrap();
        let [one, other] = &root.children[..] else {
            panic!("two")
        };
        assert!(Rc::ptr_eq(&one.namespace, &other.namespace));
    }

    #[test]
    fn elements_are_bounded_in_number() {
        let of = |count| format!("<a>{}</a>", "<b/>".repeat(count));
        assert!(Element::parse(of(MAX_ELEMENTS - 1).as_bytes()).is_ok());
        assert!(Element::parse(of(MAX_ELEMENTS).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_document_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Element::parse(&bytes);
        }

        #[test]
        fn any_markup_is_a_document_or_an_error(text in "[<>/&;#x=\"' a:!?\\[\\]-]{0,80}") {
            let _ = Element::parse(text.as_bytes());
        }

        #[test]
        fn text_comes_back(text in "[^\0\u{fffe}]{0,40}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            let root = Element::parse(format!("<a>{escaped}</a>").as_bytes()).unwrap();
            prop_assert_eq!(root.text, text.trim());
        }
    }
}
