//! A member's own words, repeated so that they do nothing, and how they were read.

use super::payload::Heard;
use crate::matching::normalize::normalize;
use crate::render::fit::label;
use crate::render::limits;
use crate::render::wording::discord as words;

/// The most characters of a question that are quoted back: enough to recognise it, little enough not to bury the reply.
const QUOTED: usize = 200;

/// `asked` as a line of quotation: one line, cut, with everything that Discord would act on (Markdown, mentions, links)
/// made harmless. Empty if nothing is left to quote.
pub fn quote(asked: &str) -> String {
    let cut = label(asked, QUOTED);
    if cut.is_empty() {
        return String::new();
    }
    format!("> {}", harmless(&cut))
}

/// What an answer begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// The words that are answered, where nobody sees them otherwise; may be empty.
    pub quote: String,
    /// How they were read; empty where they are the entry's own, or where there are none.
    pub read_as: String,
}

impl Opening {
    /// For an answer to the words that were `heard`, by an entry with this `question`.
    pub fn of(heard: Heard<'_>, question: &str) -> Self {
        let (asked, quote) = match heard {
            Heard::Chosen => return Self::default(),
            Heard::Shown(asked) => (asked, String::new()),
            Heard::Hidden(asked) => (asked, quote(asked)),
        };
        if normalize(asked) == normalize(question) {
            return Self::default();
        }
        // Whole: an entry's question is no longer than this.
        Self { quote, read_as: words::read_as(&harmless(&label(question, limits::EMBED_TITLE))) }
    }

    /// As one text.
    pub fn text(&self) -> String {
        format!("{}\n{}", self.quote, self.read_as).trim().to_owned()
    }
}

/// The question that a message of ours answered, as it said itself: in the title of its embed, or in its text where embeds
/// are not shown. `None` if it was no answer.
pub fn answered_by(content: &str, title: Option<&str>) -> Option<String> {
    if let Some(title) = title.filter(|it| !it.trim().is_empty()) {
        return Some(title.trim().to_owned());
    }
    let read = content.lines().find_map(|line| line.strip_prefix(words::read_as("").as_str()));
    let headed = || content.lines().find_map(|line| line.strip_prefix("**")?.strip_suffix("**"));
    let found = read.or_else(headed)?.replace(['\\', '\u{200b}'], "");
    (!found.trim().is_empty()).then(|| found.trim().to_owned())
}

/// `text` so that Discord shows it as it is: no Markdown, no mention, no link.
fn harmless(text: &str) -> String {
    let mut harmless = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '\'' | '"' | ',' | '.' | '!' | '?' | '@' | '/' | ';' | '%' | '$') {
            harmless.push('\\');
        }
        harmless.push(c);
        // A space without width behind them keeps `@everyone` from being a mention, and an address or an invitation
        // (`discord.gg/…` needs no scheme) from being a link.
        if matches!(c, '@' | '/') {
            harmless.push('\u{200b}');
        }
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::discord::testing::any_text;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_quotation_is_one_short_line_without_mentions(asked in any_text(100)) {
            let quoted = quote(&asked);
            prop_assert!(limits::len(&quoted) <= 3 * QUOTED, "{quoted}");
            prop_assert!(!quoted.contains('\n') && !quoted.contains("@everyone") && !quoted.contains("https://"), "{quoted}");
        }
    }

    #[test]
    fn an_answer_says_what_it_answered() {
        assert_eq!(answered_by("> x", Some("Is it safe?")).as_deref(), Some("Is it safe?"));
        assert_eq!(
            answered_by("> x\nI read this as: Is it \\*safe\\*?\n\nNo.", None).as_deref(),
            Some("Is it *safe*?")
        );
        assert_eq!(answered_by("**Is it safe?**\n\n**No.**", Some(" ")).as_deref(), Some("Is it safe?"));
        assert_eq!(answered_by("I am not sure what you mean.", None), None);
        assert_eq!(answered_by("", None), None);
    }

    #[test]
    fn what_is_quoted_does_nothing() {
        assert_eq!(
            quote("is **this** <@1> @here\n# ok? https://discord.gg/x"),
            "> is \\*\\*this\\*\\* \\<@\u{200b}1\\> @\u{200b}here \\# ok? https\\:/\u{200b}/\u{200b}discord.gg/\u{200b}x"
        );
        assert_eq!(quote(" \n "), "");
    }
}
