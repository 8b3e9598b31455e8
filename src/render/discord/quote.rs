//! A member's own words, repeated so that they do nothing.

use crate::render::fit::label;

/// The most characters of a question that are quoted back: enough to recognise it, little enough not to bury the reply.
const QUOTED: usize = 200;

/// `asked` as a line of quotation: one line, cut, with everything that Discord would act on (Markdown, mentions, links)
/// made harmless. Empty if nothing is left to quote.
pub fn quote(asked: &str) -> String {
    let cut = label(asked, QUOTED);
    if cut.is_empty() {
        return String::new();
    }
    let mut quoted = String::from("> ");
    for c in cut.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '\'' | '"' | ',' | '.' | '!' | '?' | '@' | '/' | ';' | '%' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
        // A space without width behind them keeps `@everyone` from being a mention, and an address or an invitation
        // (`discord.gg/…` needs no scheme) from being a link.
        if matches!(c, '@' | '/') {
            quoted.push('\u{200b}');
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::discord::testing::any_text;
    use crate::render::limits;
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
    fn what_is_quoted_does_nothing() {
        assert_eq!(
            quote("is **this** <@1> @here\n# ok? https://discord.gg/x"),
            "> is \\*\\*this\\*\\* \\<@\u{200b}1\\> @\u{200b}here \\# ok? https\\:/\u{200b}/\u{200b}discord.gg/\u{200b}x"
        );
        assert_eq!(quote(" \n "), "");
    }
}
