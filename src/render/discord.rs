//! A [`Reply`] as messages of Discord: plain values within Discord's limits. Sending them is `discord::outgoing`'s work.
//!
//! Whatever does not fit is laid out anew. A long answer is shown in parts, each with the verdict, all caveats and all
//! sources, and a button that opens the next. Only if caveats and sources alone are too much for one message (no entry
//! that `check` accepts has so many) several messages carry them. Nothing is cut within a sentence that would fit.
//!
//! An answer is an embed: embeds never ping and their links open no previews. Help in an emergency is the message's own
//! text, because that is what a notification shows, and what is shown to those who have embeds switched off.

use serde::Serialize;

use super::fit::{label, pieces};
use super::{custom_id, limits, wording::discord as words};
use crate::answering::{Action, Answer, Focus, NotInFaq, Offer, Reply, ReplyKind, Urgent};
use crate::knowledge::{EntryId, SetInfo, Source};

/// One message, with all that Discord needs to know about it except where to send it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Message {
    /// Markdown; may be empty if there are embeds.
    pub content: String,
    pub embeds: Vec<Embed>,
    pub rows: Vec<Row>,
    /// Keep links in the content from opening previews. Never set together with embeds: it would hide them too.
    pub no_previews: bool,
}

/// A framed text below a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Embed {
    /// Plain text; empty if there is none.
    pub title: String,
    /// Markdown; empty if there is none.
    pub description: String,
    pub fields: Vec<Field>,
    /// Plain text; empty if there is none.
    pub footer: String,
}

/// A titled stretch of an embed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    pub name: String,
    /// Markdown.
    pub value: String,
}

/// What stands in one row below a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Row {
    Buttons(Vec<Button>),
    Select(Select),
}

/// A button, or an option of a select: what it says, and the id that its press sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    pub label: String,
    /// What [`custom_id::action`] understands.
    pub id: String,
}

/// A menu of which one option is picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Select {
    pub id: String,
    pub placeholder: String,
    pub options: Vec<Button>,
}

/// The most characters of a question that are quoted back: enough to recognise it, little enough not to bury the reply.
const QUOTED: usize = 200;
/// The least room for a part of an answer. With less, a reader would press "Read on" for every other sentence; then
/// caveats and sources go into messages of their own instead.
const LEAST_PART: usize = 700;
/// Related entries that are offered below an answer: one row.
const RELATED: usize = limits::BUTTONS_IN_ROW;

/// `reply` as one message, or as several that belong together and are sent in this order; never none.
///
/// `asked` is the question as the member wrote it, if the reply is to quote it: where Discord does not itself show what
/// is being answered. An urgent reply quotes nothing.
pub fn messages(reply: &Reply, asked: Option<&str>) -> Vec<Message> {
    let quote = asked.map(quote).unwrap_or_default();
    match &reply.kind {
        // The title says it already.
        ReplyKind::Answer(answer) if asked.is_some_and(|it| it.trim() == answer.question) => {
            self::answer(answer, String::new())
        }
        ReplyKind::Answer(answer) => self::answer(answer, quote),
        ReplyKind::DidYouMean(offers) => did_you_mean(offers, &quote),
        ReplyKind::NotInFaq(not) => not_in_faq(not, &quote),
        ReplyKind::Urgent(urgent) => self::urgent(urgent),
    }
}

/// What the bot says of itself to somebody who asks nothing.
pub fn help(set: &SetInfo) -> Vec<Message> {
    text(&[&words::help(&set.name), &set.disclaimer])
}

/// One sentence of the bot's own as a message.
pub fn notice(sentence: &str) -> Message {
    // Only where there is a link: the flag outlives an edit, and would hide the embed of an answer that replaces this.
    Message { content: sentence.to_owned(), no_previews: sentence.contains("://"), ..Message::default() }
}

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

fn urgent(urgent: &Urgent) -> Vec<Message> {
    text(&[&urgent.reply, &urgent.afterwards])
}

fn not_in_faq(not: &NotInFaq, quote: &str) -> Vec<Message> {
    text(&[quote, &words::not_in_faq(&not.set_name), &not.disclaimer, &not.contact, words::BROWSE])
}

/// The entries offered, in words and as buttons: a button's label may be cut, and a notification shows no buttons.
fn did_you_mean(offers: &[Offer], quote: &str) -> Vec<Message> {
    let list: Vec<String> =
        offers.iter().enumerate().map(|(nth, offer)| format!("{}. {}", nth + 1, offer.question)).collect();
    let mut messages = text(&[quote, words::DID_YOU_MEAN, &list.join("\n")]);
    // One button a row: side by side, three questions are cut to a few words on a phone. The last row is "none".
    let mut rows: Vec<Row> =
        unique(offers.iter().filter_map(|offer| button(&offer.question, &Action::Pick(offer.id.clone()))))
            .into_iter()
            .take(limits::ROWS - 1)
            .map(|button| Row::Buttons(vec![button]))
            .collect();
    rows.extend(button(words::NONE_OF_THESE, &Action::NoneOfThese).map(|button| Row::Buttons(vec![button])));
    if let Some(last) = messages.last_mut() {
        last.rows = rows;
    }
    messages
}

/// Paragraphs as messages of text; blank ones are left out.
fn text(paragraphs: &[&str]) -> Vec<Message> {
    let whole = paragraphs.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n\n");
    pieces(&whole, limits::CONTENT).into_iter().map(notice).collect()
}

fn answer(answer: &Answer, quote: String) -> Vec<Message> {
    let sheet = Sheet::of(answer);
    let enough = limits::len(&sheet.body).min(LEAST_PART);
    let mut messages = if let Some(room) = sheet.room().filter(|room| *room >= enough) {
        let parts = pieces(&sheet.body, room.max(2));
        let asked_for = if let Focus::Part(nth) = answer.focus { nth } else { 0 };
        // The FAQ may have been changed since the button was made: then the last part is the nearest.
        let nth = asked_for.min(parts.len().saturating_sub(1));
        let part = if parts.len() > 1 { words::part(nth + 1, parts.len()) } else { String::new() };
        let next = (nth + 1 < parts.len()).then_some(nth + 1);
        vec![Message {
            embeds: vec![sheet.embed(&part, parts.get(nth).copied().unwrap_or_default())],
            rows: rows(answer, next),
            ..Message::default()
        }]
    } else {
        let mut messages = sheet.spread();
        if let Some(last) = messages.last_mut() {
            last.rows = rows(answer, None);
        }
        messages
    };
    if let Some(first) = messages.first_mut() {
        first.content = quote;
    }
    messages
}

/// The parts of an answer, ready to be laid out.
struct Sheet {
    title: String,
    /// Verdict and evidence level; stands above every part of the body.
    lead: String,
    body: String,
    /// Caveats, sources and the rest that travels with the answer; each within the limits of a field.
    fields: Vec<Field>,
    footer: String,
}

/// Between two paragraphs of a description.
const GAP: &str = "\n\n";
/// The longest that [`words::part`] gets, with the gap behind it.
const PART_LINE: usize = 32;

impl Sheet {
    fn of(answer: &Answer) -> Self {
        let question = answer.question.trim();
        let fits = limits::len(question) <= limits::EMBED_TITLE;
        let mut lead = if fits { String::new() } else { format!("{question}{GAP}") };
        let verdict = answer.verdict.trim();
        match verdict {
            "" => {}
            _ if verdict.contains("**") => lead.push_str(verdict),
            _ => lead.push_str(&format!("**{verdict}**")),
        }
        lead.push('\n');
        lead.push_str(&words::evidence(answer.evidence));

        let mut fields = Vec::new();
        field(&mut fields, words::CAVEATS, answer.caveats.iter().filter_map(|it| item("- ", it)));
        if answer.review_overdue {
            field(&mut fields, words::PAST_REVIEW, [words::past_review(answer.reviewed)]);
        }
        let sources = answer.sources.iter().enumerate().map(|(nth, it)| format!("{}. {}", nth + 1, source(it)));
        field(&mut fields, words::SOURCES, sources);
        // A menu cuts a long option. Then the situations stand here in full as well.
        if answer.situations.iter().any(|it| limits::len(it.when.trim()) > limits::OPTION_LABEL) {
            field(&mut fields, words::SITUATIONS, answer.situations.iter().filter_map(|it| item("- ", &it.when)));
        }
        Self {
            title: if fits { question.to_owned() } else { String::new() },
            lead: lead.trim().to_owned(),
            body: body(answer),
            fields,
            footer: words::reviewed(answer.reviewed, answer.review_overdue),
        }
    }

    /// How long a body may be for all to fit into one message; `None` if not even an empty one fits.
    fn room(&self) -> Option<usize> {
        if self.fields.len() > limits::FIELDS {
            return None;
        }
        let fields: usize = self.fields.iter().map(Field::len).sum();
        let whole = limits::EMBED_TOTAL.checked_sub(limits::len(&self.title) + limits::len(&self.footer) + fields)?;
        whole.min(limits::EMBED_DESCRIPTION).checked_sub(limits::len(&self.lead) + PART_LINE + 2 * GAP.len())
    }

    fn embed(&self, part: &str, body: &str) -> Embed {
        let description: Vec<&str> = [&self.lead, part, body].into_iter().filter(|it| !it.is_empty()).collect();
        Embed {
            title: self.title.clone(),
            description: description.join(GAP),
            fields: self.fields.clone(),
            footer: self.footer.clone(),
        }
    }

    /// Everything over as many messages as it takes.
    fn spread(self) -> Vec<Message> {
        let whole = format!("{}{GAP}{}", self.lead, self.body);
        let mut embeds: Vec<Embed> = pieces(&whole, limits::EMBED_DESCRIPTION)
            .into_iter()
            .map(|piece| Embed { description: piece.to_owned(), ..Embed::default() })
            .collect();
        if embeds.is_empty() {
            embeds.push(Embed::default());
        }
        embeds[0].title = self.title;
        for field in self.fields {
            // The footer comes last; its room is kept free everywhere, so that it always fits.
            let fits = |embed: &Embed| {
                embed.fields.len() < limits::FIELDS
                    && embed.len() + field.len() + limits::len(&self.footer) <= limits::EMBED_TOTAL
            };
            if !embeds.last().is_some_and(fits) {
                embeds.push(Embed::default());
            }
            if let Some(last) = embeds.last_mut() {
                last.fields.push(field);
            }
        }
        if let Some(last) = embeds.last_mut() {
            last.footer = self.footer;
        }
        embeds.into_iter().map(|embed| Message { embeds: vec![embed], ..Message::default() }).collect()
    }
}

/// The answer's body, or what follows from the situation that was picked.
fn body(answer: &Answer) -> String {
    let Some(situation) = answer.situation() else { return answer.answer.trim().to_owned() };
    let mut body = format!("{}{GAP}{}\n", words::in_situation(situation.when.trim()), situation.then.trim());
    for point in situation.points.iter().filter_map(|it| item("- ", it)) {
        body.push_str(&point);
        body.push('\n');
    }
    body.trim().to_owned()
}

/// A line of a list; none if `text` is blank. Line breaks inside it would end the list.
fn item(mark: &str, text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| format!("{mark}{line}"))
}

/// A source as a link of Discord's Markdown, with publisher and year; in words if its address is too long for a link.
fn source(source: &Source) -> String {
    let title = item("", &source.title).unwrap_or_else(|| source.id.to_string());
    let mut rest = String::new();
    if let Some(publisher) = item("", &source.publisher) {
        rest.push_str(&format!(" – {publisher}"));
    }
    if let Some(year) = source.year {
        rest.push_str(&format!(", {year}"));
    }
    let address = address(&source.url);
    // Brackets in a title would end the link's text.
    let link = format!("[{}]({address}){rest}", title.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"));
    // With its number it must fit into one field, for a link cannot be broken.
    if !address.is_empty() && limits::len(&link) + 6 <= limits::FIELD_VALUE {
        return link;
    }
    format!("{title}{rest}. {} {address}", words::ADDRESS)
}

/// `url` without the characters that would end a link of Markdown early.
fn address(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.trim().chars() {
        match c {
            '(' => safe.push_str("%28"),
            ')' => safe.push_str("%29"),
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            c if c.is_whitespace() => safe.push_str("%20"),
            c => safe.push(c),
        }
    }
    safe
}

/// Adds `items`, a line each, as a field, or as several if they are too long for one.
fn field(fields: &mut Vec<Field>, name: &str, items: impl IntoIterator<Item = String>) {
    let mut value = String::new();
    let mut flush = |value: &mut String| {
        if !value.is_empty() {
            let name = if fields.iter().any(|it| it.name == name) { words::continued(name) } else { name.to_owned() };
            fields.push(Field { name, value: std::mem::take(value) });
        }
    };
    for item in items {
        for piece in pieces(&item, limits::FIELD_VALUE) {
            if limits::len(&value) + 1 + limits::len(piece) > limits::FIELD_VALUE {
                flush(&mut value);
            }
            if !value.is_empty() {
                value.push('\n');
            }
            value.push_str(piece);
        }
    }
    flush(&mut value);
}

impl Field {
    fn len(&self) -> usize {
        limits::len(&self.name) + limits::len(&self.value)
    }
}

impl Embed {
    /// What it counts towards [`limits::EMBED_TOTAL`].
    fn len(&self) -> usize {
        limits::len(&self.title)
            + limits::len(&self.description)
            + limits::len(&self.footer)
            + self.fields.iter().map(Field::len).sum::<usize>()
    }
}

/// What a member can do with an answer: read on, pick a situation, go to a related entry.
fn rows(answer: &Answer, next: Option<usize>) -> Vec<Row> {
    let mut rows = Vec::new();
    let read_on = next.and_then(|next| button(words::READ_ON, &Action::ReadOn(answer.id.clone(), next)));
    rows.extend(read_on.map(|button| Row::Buttons(vec![button])));
    let options: Vec<Button> = situations(&answer.id, answer).collect();
    for (nth, options) in options.chunks(limits::SELECT_OPTIONS).take(limits::ROWS - 2).enumerate() {
        rows.push(Row::Select(Select {
            id: custom_id::of_menu(nth),
            placeholder: words::PICK_SITUATION.to_owned(),
            options: options.to_vec(),
        }));
    }
    let related = unique(answer.related.iter().filter_map(|it| button(&it.question, &Action::Show(it.id.clone()))));
    let related: Vec<Button> = related.into_iter().take(RELATED).collect();
    if !related.is_empty() {
        rows.push(Row::Buttons(related));
    }
    rows
}

fn situations(id: &EntryId, answer: &Answer) -> impl Iterator<Item = Button> {
    answer.situations.iter().enumerate().filter_map(|(nth, it)| {
        let id = custom_id::of(&Action::Situation(id.clone(), nth))?;
        let label = label(&it.when, limits::OPTION_LABEL);
        (!label.is_empty()).then_some(Button { label, id })
    })
}

/// A button for `action`; none if it cannot have a label or an id.
fn button(text: &str, action: &Action) -> Option<Button> {
    let label = label(text, limits::BUTTON_LABEL);
    (!label.is_empty()).then_some(Button { label, id: custom_id::of(action)? })
}

/// The first of each id: Discord refuses a message with the same id twice.
fn unique(buttons: impl Iterator<Item = Button>) -> Vec<Button> {
    let mut kept: Vec<Button> = Vec::new();
    for button in buttons {
        if !kept.iter().any(|it| it.id == button.id) {
            kept.push(button);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answering::Why;
    use crate::knowledge::{Evidence, Risk, Situation, SourceId};
    use jiff::civil::date;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Any text of up to `words` words, some of them strange, with sentences, lines and paragraphs.
    fn any_text(words: usize) -> impl Strategy<Value = String> {
        let word = prop_oneof![
            8 => "[a-z]{1,12}",
            1 => "\\PC{1,6}",
            1 => Just("[a link](https://example.org/a)".to_owned()),
            1 => Just("@everyone".to_owned()),
            1 => "[a-z]{300}",
        ];
        let gap = prop_oneof![8 => Just(" "), 2 => Just(". "), 1 => Just("\n"), 1 => Just("\n\n")];
        vec((word, gap), 0..=words)
            .prop_map(|words| words.into_iter().map(|(word, gap)| format!("{word}{gap}")).collect::<String>())
    }

    /// Mostly of a size that `check` would accept, at times far beyond it.
    fn sized(usual: usize, extreme: usize) -> impl Strategy<Value = String> {
        prop_oneof![6 => any_text(usual), 1 => any_text(extreme)]
    }

    fn any_source() -> impl Strategy<Value = Source> {
        let url = prop_oneof![6 => "https://[a-z]{1,20}\\.org/[a-z()]{0,40}", 1 => "https://[a-z]{1500}", 1 => Just(String::new())];
        (sized(12, 100), sized(4, 60), proptest::option::of(1900u16..2100), url).prop_map(
            |(title, publisher, year, url)| Source {
                id: SourceId::new("some-source"),
                title,
                publisher,
                year,
                url,
                doi: None,
            },
        )
    }

    fn any_situation() -> impl Strategy<Value = Situation> {
        (sized(10, 30), sized(20, 100), vec(sized(10, 40), 0..4)).prop_map(|(when, then, points)| Situation {
            when,
            then,
            points,
        })
    }

    fn any_offers() -> impl Strategy<Value = Vec<Offer>> {
        let id = prop_oneof![6 => "[a-z-]{1,40}", 1 => "[a-z-]{101}"];
        vec((id, sized(8, 300)).prop_map(|(id, question)| Offer { id: EntryId::new(&id), question }), 1..7)
    }

    fn any_answer() -> impl Strategy<Value = Answer> {
        let texts = (sized(10, 100), sized(20, 900), sized(200, 1500));
        let lists = (
            prop_oneof![4 => vec(sized(25, 300), 1..4), 1 => vec(any_text(25), 20..40)],
            prop_oneof![4 => vec(any_source(), 0..5), 1 => vec(any_source(), 15..35)],
            prop_oneof![3 => Just(Vec::new()), 1 => vec(any_situation(), 1..90)],
        );
        let focus = prop_oneof![
            Just(Focus::Whole),
            (0..5usize).prop_map(Focus::Part),
            (0..90usize).prop_map(Focus::Situation),
        ];
        (texts, lists, any_offers(), focus, any::<bool>()).prop_map(
            |((question, verdict, answer), (caveats, sources, situations), related, focus, review_overdue)| Answer {
                id: EntryId::new("some-entry"),
                topic_title: "Hair".into(),
                question,
                verdict,
                answer,
                caveats,
                sources,
                evidence: Evidence::Preliminary,
                risk: Risk::Ordinary,
                reviewed: date(2026, 11, 22),
                review_overdue,
                situations,
                related,
                focus,
            },
        )
    }

    fn reply(kind: ReplyKind) -> Reply {
        Reply { kind, why: Why::default(), version: "test".into() }
    }

    fn within(text: &str, max: usize, what: &str) {
        assert!(limits::len(text) <= max, "{what} has {} characters: {text}", limits::len(text));
    }

    fn filled(text: &str, max: usize, what: &str) {
        assert!(!text.trim().is_empty(), "blank {what}");
        within(text, max, what);
    }

    /// Every limit of the table, and what Discord refuses besides.
    fn check_limits(messages: &[Message]) {
        assert!(!messages.is_empty());
        for message in messages {
            within(&message.content, limits::CONTENT, "content");
            assert!(!message.content.trim().is_empty() || !message.embeds.is_empty(), "an empty message");
            assert!(!message.no_previews || message.embeds.is_empty(), "embeds would be hidden");
            assert!(message.embeds.len() <= limits::EMBEDS);
            assert!(message.embeds.iter().map(Embed::len).sum::<usize>() <= limits::EMBED_TOTAL);
            for embed in &message.embeds {
                within(&embed.title, limits::EMBED_TITLE, "title");
                within(&embed.description, limits::EMBED_DESCRIPTION, "description");
                within(&embed.footer, limits::FOOTER, "footer");
                assert!(embed.fields.len() <= limits::FIELDS);
                assert!(!embed.description.trim().is_empty() || !embed.fields.is_empty(), "an empty embed");
                for field in &embed.fields {
                    filled(&field.name, limits::FIELD_NAME, "field name");
                    filled(&field.value, limits::FIELD_VALUE, "field value");
                }
            }
            assert!(message.rows.len() <= limits::ROWS);
            let mut ids = Vec::new();
            for row in &message.rows {
                match row {
                    Row::Buttons(buttons) => {
                        assert!((1..=limits::BUTTONS_IN_ROW).contains(&buttons.len()));
                        buttons.iter().for_each(|it| filled(&it.label, limits::BUTTON_LABEL, "label"));
                        ids.extend(buttons.iter().map(|it| it.id.as_str()));
                        assert!(buttons.iter().all(|it| custom_id::action(&it.id).is_some()));
                    }
                    Row::Select(select) => {
                        assert!((1..=limits::SELECT_OPTIONS).contains(&select.options.len()));
                        filled(&select.placeholder, limits::SELECT_PLACEHOLDER, "placeholder");
                        select.options.iter().for_each(|it| filled(&it.label, limits::OPTION_LABEL, "option"));
                        ids.push(&select.id);
                        ids.extend(select.options.iter().map(|it| it.id.as_str()));
                        assert!(select.options.iter().all(|it| custom_id::action(&it.id).is_some()));
                    }
                }
            }
            ids.iter().for_each(|id| filled(id, limits::CUSTOM_ID, "id"));
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "the same id twice");
        }
    }

    fn squeezed(text: &str) -> String {
        text.split_whitespace().collect()
    }

    /// All that a reader of `messages` gets to read under fields of this name.
    fn read(messages: &[Message], name: &str) -> String {
        let continued = words::continued(name);
        let fields = messages.iter().flat_map(|it| &it.embeds).flat_map(|it| &it.fields);
        fields.filter(|it| it.name == name || it.name == continued).map(|it| squeezed(&it.value)).collect()
    }

    /// `text` once after the other parts, and gone from what is left to read.
    fn take(left: &mut String, text: &str, what: &str) {
        let wanted = squeezed(text);
        let at = left.find(&wanted).unwrap_or_else(|| panic!("{what} is missing: {text}"));
        *left = left.split_off(at + wanted.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_answer_fits_and_brings_its_caveats_and_sources(answer in any_answer(), asked in proptest::option::of(any_text(60))) {
            let messages = messages(&reply(ReplyKind::Answer(Box::new(answer.clone()))), asked.as_deref());
            check_limits(&messages);
            let mut caveats = read(&messages, words::CAVEATS);
            for caveat in &answer.caveats {
                take(&mut caveats, caveat, "a caveat");
            }
            // Without backslashes on either side: a title's brackets are escaped where it is a link.
            let plain = |text: &str| text.replace('\\', "");
            let mut sources = plain(&read(&messages, words::SOURCES));
            for source in &answer.sources {
                take(&mut sources, &plain(&source.title), "a source's title");
                take(&mut sources, &address(&source.url), "a source's address");
            }
            let shown: String = messages.iter().flat_map(|it| &it.embeds).map(|it| squeezed(&it.description)).collect();
            prop_assert!(shown.contains(&squeezed(answer.verdict.trim())) || answer.verdict.contains("**"), "no verdict");
            prop_assert!(shown.contains(&squeezed(&words::evidence(answer.evidence))));
            prop_assert!(messages.iter().flat_map(|it| &it.embeds).any(|it| it.footer.contains("2026-11-22")));
        }

        #[test]
        fn reading_on_shows_the_whole_answer(answer in any_answer()) {
            let mut answer = Answer { focus: Focus::Whole, ..answer };
            let mut read = String::new();
            for nth in 0.. {
                let messages = messages(&reply(ReplyKind::Answer(Box::new(answer.clone()))), None);
                read.extend(messages.iter().flat_map(|it| &it.embeds).map(|it| squeezed(&it.description)));
                let next = messages.iter().flat_map(|it| &it.rows).find_map(|row| match row {
                    Row::Buttons(buttons) if buttons[0].label == words::READ_ON => custom_id::action(&buttons[0].id),
                    _ => None,
                });
                let Some(next) = next else { break };
                prop_assert_eq!(next, Action::ReadOn(answer.id.clone(), nth + 1));
                answer.focus = Focus::Part(nth + 1);
            }
            for word in answer.answer.split_whitespace() {
                prop_assert!(read.contains(word), "lost {word}");
            }
        }

        #[test]
        fn offers_fit_and_all_are_named(offers in any_offers(), asked in proptest::option::of(any_text(60))) {
            let messages = messages(&reply(ReplyKind::DidYouMean(offers.clone())), asked.as_deref());
            check_limits(&messages);
            let shown: String = messages.iter().map(|it| squeezed(&it.content)).collect();
            for offer in &offers {
                prop_assert!(shown.contains(&squeezed(&offer.question)), "{shown}");
            }
            prop_assert!(!messages.last().unwrap().rows.is_empty());
        }

        #[test]
        fn help_in_an_emergency_fits_and_is_whole(first in any_text(500), then in any_text(500)) {
            let urgent = Urgent {
                flag: crate::knowledge::red_flag::RedFlagId::new("x"),
                title: "Title".into(),
                reply: format!("Call now. {first}"),
                afterwards: then.clone(),
            };
            let messages = messages(&reply(ReplyKind::Urgent(urgent)), Some("asked"));
            check_limits(&messages);
            let shown: String = messages.iter().map(|it| squeezed(&it.content)).collect();
            prop_assert_eq!(shown, squeezed(&format!("Call now. {first}{then}")));
            prop_assert!(messages.iter().all(|it| it.embeds.is_empty() && it.rows.is_empty()));
        }

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

    #[test]
    fn brackets_do_not_break_a_link() {
        let found = source(&Source {
            id: SourceId::new("x"),
            title: "On [mice] and men".into(),
            publisher: "Lancet".into(),
            year: None,
            url: "https://doi.org/10.1016/S0140(20)1 2".into(),
            doi: None,
        });
        assert_eq!(found, "[On \\[mice\\] and men](https://doi.org/10.1016/S0140%2820%291%202) – Lancet");
    }
}
