//! Writes HTML in which every text is escaped and every element that is opened is closed again.
//!
//! What stands in a page may have been written by anybody. So nothing but [`Html::own`], which takes only what is compiled
//! in, gets into the page without going through [`escape`].

use super::harmless::harmless;

/// A page, or a part of one, being written.
#[derive(Debug, Default)]
pub struct Html {
    text: String,
}

/// The attributes of an element: names, and values that will be escaped.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    /// An element, with what `inside` writes into it.
    pub fn element(&mut self, name: &'static str, attributes: Attributes<'_>, inside: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        inside(self);
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// An element with nothing but a text in it.
    pub fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |html| html.text(text));
    }

    /// An element that never has anything in it: `meta`, `input`.
    pub fn void(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.open(name, attributes);
    }

    /// A text, escaped.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(&escape(text));
    }

    /// Something compiled in, as it is: a style, a script, a line break.
    pub fn own(&mut self, html: &'static str) {
        self.text.push_str(html);
    }

    /// What was written.
    pub fn finish(self) -> String {
        self.text
    }

    fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.text.push_str(&escape(value));
            self.text.push('"');
        }
        self.text.push('>');
    }
}

/// `text` as HTML shows it, between elements and inside quoted attributes: control characters and changes of writing
/// direction become visible signs (see [`harmless`]), what HTML would read as its own is escaped.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Not characters at all (Unicode, section 23.7); HTML forbids them.
            '\u{fdd0}'..='\u{fdef}' => escaped.push('\u{fffd}'),
            c if c as u32 & 0xfffe == 0xfffe => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_read_as_html() {
        for (text, wanted) in [
            ("plain\nünïcode 日本 🧬", "plain\nünïcode 日本 🧬"),
            ("<script>alert('&')</script>", "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"),
            ("\" onmouseover=\"x", "&quot; onmouseover=&quot;x"),
            ("nul\0 esc\x1b bidi\u{202e}", "nul␀ esc␛ bidi\u{fffd}"),
            ("\u{fffe}\u{fdd0}\u{1ffff}", "\u{fffd}\u{fffd}\u{fffd}"),
            ("&lt;", "&amp;lt;"),
        ] {
            assert_eq!(escape(text), wanted);
        }
    }

    #[test]
    fn what_is_opened_is_closed() {
        let mut html = Html::default();
        html.element("p", &[("class", "\"a\"")], |html| {
            html.text("1 < 2");
            html.void("br", &[]);
            html.leaf("b", &[], "so");
        });
        assert_eq!(html.finish(), "<p class=\"&quot;a&quot;\">1 &lt; 2<br><b>so</b></p>");
    }
}
