//! Takes typed values out of TOML and tells everything that is wrong with it, each with its place in the file.
//!
//! serde stops at the first mistake and forgets where a value stood, so the tables are walked by hand. What the values
//! mean is left to `parse` (one file a kind), rules across files to `check`.
//!
//! A reader asks a [`Table`] for each key it knows. A value that is missing or of the wrong type is `None`, and the
//! problem is already noted; a key that nobody asked for is told as unknown at the end. So ask for **all** keys first,
//! and only then use `?`:
//!
//! ```ignore
//! let read = toml_table::read(&file, |table| {
//!     table.tables("kinds", |kind| {
//!         let id = kind.text("id");
//!         let reply = kind.long_text("reply");
//!         let afterwards = kind.optional_long_text("afterwards");
//!         let words = kind.texts("words");
//!         Some(Kind { id: id?.value, reply: reply?.value, afterwards: afterwards.map(|it| it.value), words: words?.values() })
//!     })
//! });
//! if read.problems.is_empty() { /* `read.value` holds a `Some` for each table */ }
//! ```
//! (The test `a_reader_of_kinds` below is this example, running.)

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::file_text::{FileText, Texts, Written};
use crate::problem::{Problem, did_you_mean};

/// What came of reading a file.
#[derive(Debug, Clone)]
pub struct Read<T> {
    pub value: T,
    /// In no particular order.
    pub problems: Vec<Problem>,
    /// Whether all keys of the file were seen. After a syntax error some may have been swallowed, and nobody should
    /// complain that something is not there.
    pub complete: bool,
}

/// Reads `file` as one TOML document: `take` gets its root table.
pub(super) fn read<T>(file: &FileText, take: impl FnOnce(&mut Table<'_>) -> T) -> Read<T> {
    read_part(file, 0..file.text.len(), None, take)
}

/// Reads the byte range `part` of `file` as one TOML document, with all places counted in the whole file. A key that is
/// missing from the root table is marked at `root`.
pub(super) fn read_part<T>(
    file: &FileText,
    part: Range<usize>,
    root: Option<Range<usize>>,
    take: impl FnOnce(&mut Table<'_>) -> T,
) -> Read<T> {
    let (table, errors) = DeTable::parse_recoverable(&file.text[part.clone()]);
    let table = table.into_inner();
    let damage = syntax::Damage::of(file, part.start, &table, &errors);
    let page = Page { file, offset: part.start, damage: &damage, problems: RefCell::new(damage.problems.clone()) };
    let value = Table::visit(&page, table, root, take);
    Read { value, problems: page.problems.into_inner(), complete: damage.lines.is_empty() }
}

/// What all tables of one document share.
struct Page<'p> {
    file: &'p FileText,
    /// Where the document begins in the file, in bytes.
    offset: usize,
    damage: &'p syntax::Damage,
    problems: RefCell<Vec<Problem>>,
}

impl Page<'_> {
    fn span(&self, inner: Range<usize>) -> Range<usize> {
        inner.start + self.offset..inner.end + self.offset
    }
}

/// One table of a document, with a note of the keys that were asked for.
pub(super) struct Table<'p> {
    page: &'p Page<'p>,
    entries: DeTable<'p>,
    /// Where a missing key is marked: the table's header.
    header: Option<Range<usize>>,
    asked: Vec<&'static str>,
    /// Keys that are not there, with what is told of them if no unknown key looks like a misspelling.
    missing: Vec<(&'static str, Problem)>,
}

/// A value and its byte range in the file.
type Found<'p> = Written<DeValue<'p>>;

impl<'p> Table<'p> {
    fn visit<T>(
        page: &'p Page<'p>,
        entries: DeTable<'p>,
        header: Option<Range<usize>>,
        take: impl FnOnce(&mut Table<'p>) -> T,
    ) -> T {
        let mut table = Table { page, entries, header, asked: Vec::new(), missing: Vec::new() };
        let value = take(&mut table);
        table.tell_unknown_keys();
        page.problems.borrow_mut().extend(table.missing.into_iter().map(|(_, problem)| problem));
        value
    }

    /// Where this table begins, for problems about it as a whole.
    pub fn header(&self) -> Range<usize> {
        self.header.clone().unwrap_or(0..0)
    }

    /// The required text under `key`: one line, not empty, without the spaces around it.
    pub fn text(&mut self, key: &'static str) -> Option<Written<String>> {
        let found = self.required(key, "a text", "\"…\"")?;
        self.as_text(key, found)
    }

    /// Like [`Table::text`], but it may be left out.
    pub fn optional_text(&mut self, key: &'static str) -> Option<Written<String>> {
        let found = self.take(key)?;
        self.as_text(key, found)
    }

    /// The required text under one of two keys that mean the same; `usual` is named where both are missing.
    pub fn text_under(&mut self, usual: &'static str, other: &'static str) -> Option<Written<String>> {
        let Some(found) = self.take(other) else { return self.text(usual) };
        if self.entries.contains_key(usual) {
            self.tell(self.page.file.problem(
                "duplicate-key",
                found.span.clone(),
                format!("`{usual}` and `{other}` are both there"),
                "delete one of the two: they mean the same.",
            ));
            self.take(usual);
        }
        self.asked.push(usual);
        self.as_text(other, found)
    }

    /// The required text under `key`, which may have several lines; not empty, without the space around it.
    pub fn long_text(&mut self, key: &'static str) -> Option<Written<String>> {
        let found = self.required(key, "a text", "\"…\"")?;
        self.as_long_text(key, found)
    }

    /// Like [`Table::long_text`], but it may be left out.
    pub fn optional_long_text(&mut self, key: &'static str) -> Option<Written<String>> {
        let found = self.take(key)?;
        self.as_long_text(key, found)
    }

    /// The required list of texts under `key`, each one line and not empty. The list itself may be empty; items with a
    /// problem are left out, and if all have one the list is `None`.
    pub fn texts(&mut self, key: &'static str) -> Option<Texts> {
        let found = self.required(key, "a list of texts", "[\"…\", \"…\"]")?;
        self.as_texts(key, found)
    }

    /// Like [`Table::texts`], but a list that is left out is empty, and stands where the table begins. `None` only if
    /// what is there could not be read.
    pub fn optional_texts(&mut self, key: &'static str) -> Option<Texts> {
        match self.take(key) {
            Some(found) => self.as_texts(key, found),
            None if self.damaged() => None,
            None => Some(Written { value: Vec::new(), span: self.header() }),
        }
    }

    /// The required word under `key`, which must be the `name` of one of `choices`.
    pub fn one_of<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<Written<T>> {
        let found = self.text(key)?;
        if let Some(&value) = choices.iter().find(|&&choice| name(choice) == found.value) {
            return Some(Written { value, span: found.span });
        }
        let names: Vec<&str> = choices.iter().map(|&choice| name(choice)).collect();
        let guess = did_you_mean(&found.value.to_lowercase(), names.iter().copied());
        let problem = self.page.file.problem(
            "bad-value",
            found.span,
            format!("`{}` is no value of `{key}`", found.value),
            match guess {
                Some(guess) => format!("write `{key} = \"{guess}\"`, or another of these words."),
                None => "write one of these words.".to_owned(),
            },
        );
        self.tell(problem.note(format!("It may be {}.", listed(&names, "or"))));
        None
    }

    /// The required whole number under `key`, within `range`.
    pub fn whole_number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<Written<u32>> {
        let kind = format!("a whole number from {} to {}", range.start(), range.end());
        let found = self.required(key, &kind, "…")?;
        self.as_whole_number(key, found, range)
    }

    /// Like [`Table::whole_number`], but it may be left out.
    pub fn optional_whole_number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<Written<u32>> {
        let found = self.take(key)?;
        self.as_whole_number(key, found, range)
    }

    /// `true` or `false` under `key`, which may be left out.
    pub fn optional_flag(&mut self, key: &'static str) -> Option<Written<bool>> {
        let found = self.take(key)?;
        match found.value {
            DeValue::Boolean(value) => Some(Written { value, span: found.span }),
            _ => self.wrong_type(key, &found, "`true` or `false` without quotes", &format!("{key} = true")),
        }
    }

    /// The required date under `key`: a day without a time.
    pub fn date(&mut self, key: &'static str) -> Option<Written<Date>> {
        let found = self.required(key, "a date", "2026-11-22")?;
        let (wanted, example) = ("a date without quotes and without a time", format!("{key} = 2026-11-22"));
        let DeValue::Datetime(written) = &found.value else { return self.wrong_type(key, &found, wanted, &example) };
        let (Some(day), None, None) = (written.date, written.time, written.offset) else {
            return self.wrong_type(key, &found, wanted, &example);
        };
        // The parser has checked the calendar already; a year out of jiff's range is the only way left to fail.
        let date = i16::try_from(day.year)
            .ok()
            .and_then(|year| Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok());
        match date {
            Some(value) => Some(Written { value, span: found.span }),
            None => self.wrong_type(key, &found, wanted, &example),
        }
    }

    /// What `take` makes of each `[[key]]` table, in the order of the file. The tables may be left out.
    pub fn tables<T>(&mut self, key: &'static str, mut take: impl FnMut(&mut Table<'p>) -> T) -> Vec<T> {
        let Some(found) = self.take(key) else { return Vec::new() };
        let header = format!("[[{key}]]");
        let items = match found.value {
            DeValue::Array(items) => items,
            // `[key]` for `[[key]]` is the likely slip.
            _ => {
                self.wrong_type::<()>(key, &found, &format!("one or more `{header}` tables"), &header);
                return Vec::new();
            }
        };
        let mut taken = Vec::new();
        for item in items {
            let span = self.page.span(item.span());
            match item.into_inner() {
                DeValue::Table(entries) => taken.push(Table::visit(self.page, entries, Some(span), &mut take)),
                other => {
                    let found = Written { value: other, span };
                    self.wrong_type::<()>(key, &found, &format!("`{header}` tables, not a list"), &header);
                }
            }
        }
        taken
    }

    /// What `take` makes of the `[key]` table, which may be left out.
    pub fn optional_table<T>(&mut self, key: &'static str, take: impl FnOnce(&mut Table<'p>) -> T) -> Option<T> {
        let found = self.take(key)?;
        let header = format!("[{key}]");
        let Written { value: DeValue::Table(entries), span } = found else {
            return self.wrong_type(key, &found, format!("a `{header}` table"), &header);
        };
        Some(Table::visit(self.page, entries, Some(span), take))
    }

    /// What `take` makes of each table in this one, with the table's own name, in the order of the file: for files
    /// whose sections a moderator names.
    pub fn each_table<T>(&mut self, mut take: impl FnMut(Written<String>, &mut Table<'p>) -> T) -> Vec<T> {
        let mut entries: Vec<_> = std::mem::take(&mut self.entries).into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut taken = Vec::new();
        for (key, value) in entries {
            let name = Written { span: self.page.span(key.span()), value: key.into_inner().into_owned() };
            let span = self.page.span(value.span());
            match value.into_inner() {
                DeValue::Table(entries) => {
                    taken.push(Table::visit(self.page, entries, Some(name.span.clone()), |table| take(name, table)));
                }
                _ if self.page.damage.hides(&span) => {}
                _ => self.tell(self.page.file.problem(
                    "wrong-type",
                    name.span,
                    format!("`{}` stands outside any section", name.value),
                    "put the line under the `[section]` it belongs to.",
                )),
            }
        }
        taken
    }

    /// Every list of texts in this table with its key, in the order of the file: for lists that a moderator names.
    pub fn each_texts(&mut self) -> Vec<(Written<String>, Option<Texts>)> {
        let mut entries: Vec<_> = std::mem::take(&mut self.entries).into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut taken = Vec::new();
        for (key, value) in entries {
            let name = Written { span: self.page.span(key.span()), value: key.into_inner().into_owned() };
            let span = self.page.span(value.span());
            if !self.page.damage.hides(&span) {
                let texts = self.as_texts(&name.value, Written { value: value.into_inner(), span });
                taken.push((name, texts));
            }
        }
        taken
    }

    /// Notes a problem that the reader itself found.
    pub fn tell(&self, problem: Problem) {
        self.page.problems.borrow_mut().push(problem);
    }

    /// The file that is read, to make problems for [`Table::tell`].
    pub fn file(&self) -> &'p FileText {
        self.page.file
    }

    fn take(&mut self, key: &'static str) -> Option<Found<'p>> {
        self.asked.push(key);
        let (_, value) = self.entries.remove_entry(key)?;
        let span = self.page.span(value.span());
        if self.page.damage.hides(&span) {
            return None;
        }
        Some(Written { value: value.into_inner(), span })
    }

    /// Whether the file has syntax errors, so that a key may be there and could not be read.
    fn damaged(&self) -> bool {
        !self.page.damage.lines.is_empty()
    }

    fn required(&mut self, key: &'static str, kind: &str, example: &str) -> Option<Found<'p>> {
        let found = self.take(key);
        if found.is_none() && !self.damaged() {
            let what = format!("the key `{key}` is missing");
            let problem = match &self.header {
                Some(header) => {
                    let mend = format!("add a line `{key} = {example}` here: {kind}.");
                    self.page.file.problem("missing-key", header.clone(), what, mend)
                }
                None => {
                    let mend = format!("add a line `{key} = {example}` at the top: {kind}.");
                    Problem::new("missing-key", self.page.file.name.as_str(), what, mend)
                }
            };
            self.missing.push((key, problem));
        }
        found
    }

    fn as_text(&self, key: &str, found: Found<'p>) -> Option<Written<String>> {
        let text = self.as_long_text(key, found)?;
        if let Some(at) = text.value.find('\n') {
            let line = self.page.file.line_span(text.span.start);
            let span = text.span.start..text.span.end.min(line.end);
            let first = text.value[..at].to_owned();
            self.tell(self.page.file.problem(
                "line-break",
                span,
                format!("`{key}` goes over several lines"),
                format!("write it in one line, between simple quotes: `\"{first} …\"`."),
            ));
            return None;
        }
        Some(text)
    }

    fn as_long_text(&self, key: &str, found: Found<'p>) -> Option<Written<String>> {
        let DeValue::String(text) = &found.value else {
            return self.wrong_type(key, &found, "a text in quotes", &format!("{key} = \"…\""));
        };
        let text = text.trim();
        if text.is_empty() {
            self.tell(self.page.file.problem(
                "empty-text",
                found.span,
                format!("there is an empty text in `{key}`"),
                "write the text, or delete the empty quotes if it is not needed.",
            ));
            return None;
        }
        Some(Written { value: text.to_owned(), span: found.span })
    }

    fn as_texts(&self, key: &str, found: Found<'p>) -> Option<Texts> {
        let example = format!("{key} = [\"…\", \"…\"]");
        let whole = found.span.clone();
        let items = match found.value {
            DeValue::Array(items) => items,
            _ => return self.wrong_type(key, &found, "a list of texts in square brackets", &example),
        };
        let written = items.len();
        let mut texts = Vec::new();
        for item in items {
            let span = self.page.span(item.span());
            let found = Written { value: item.into_inner(), span };
            match found.value {
                DeValue::String(_) => texts.extend(self.as_text(key, found)),
                _ => {
                    self.wrong_type::<()>(key, &found, "a list of texts, each in quotes", &example);
                }
            }
        }
        // A list of which nothing could be read is not the same as an empty one.
        (written == 0 || !texts.is_empty()).then_some(Written { value: texts, span: whole })
    }

    fn as_whole_number(&self, key: &str, found: Found<'p>, range: RangeInclusive<u32>) -> Option<Written<u32>> {
        let (low, high) = (range.start(), range.end());
        let DeValue::Integer(number) = &found.value else {
            let wanted = format!("a whole number from {low} to {high}, without quotes");
            return self.wrong_type(key, &found, wanted, &format!("{key} = {high}"));
        };
        let value = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|value| range.contains(value));
        if value.is_none() {
            self.tell(self.page.file.problem(
                "bad-value",
                found.span.clone(),
                format!("`{number}` is no value of `{key}`"),
                format!("write a whole number from {low} to {high}."),
            ));
        }
        Some(Written { value: value?, span: found.span })
    }

    fn wrong_type<T>(&self, key: &str, found: &Found<'_>, wanted: impl Display, example: &str) -> Option<T> {
        let there = match found.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let problem = self.page.file.problem(
            "wrong-type",
            found.span.clone(),
            format!("`{key}` has a value of the wrong type"),
            format!("write it like this: `{example}`."),
        );
        self.tell(problem.note(format!("It must be {wanted}; this is {there}.")));
        None
    }

    fn tell_unknown_keys(&mut self) {
        for (key, value) in &self.entries {
            let (name, span) = (key.get_ref(), self.page.span(key.span()));
            if self.page.damage.hides(&span) || self.page.damage.hides(&self.page.span(value.span())) {
                continue;
            }
            let guess = did_you_mean(name, self.asked.iter().copied());
            // It is there, only misspelt.
            self.missing.retain(|(key, _)| Some(*key) != guess);
            let keys = format!("The keys that may stand here are {}.", listed(&self.asked, "and"));
            let (note, mend) = match guess {
                Some(guess) => {
                    (format!("Did you mean `{guess}`? {keys}"), format!("write `{guess}`, or delete the key."))
                }
                None => (keys, "delete the key, or use one of these.".to_owned()),
            };
            let problem = self.page.file.problem("unknown-key", span, format!("unknown key `{name}`"), mend);
            self.tell(problem.note(note));
        }
    }
}

/// `words` in backticks with commas and `last` before the last one.
pub(super) fn listed(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}

/// What TOML itself does not allow, in a moderator's words.
mod syntax {
    use super::*;

    /// Where a document could not be read as meant.
    #[derive(Debug)]
    pub struct Damage {
        pub problems: Vec<Problem>,
        /// Byte ranges of the file: the lines with a syntax error, and everything after one that swallows what follows.
        /// What stands there was told once; nothing else that seems wrong with it is told.
        pub lines: Vec<Range<usize>>,
    }

    impl Damage {
        pub fn of(file: &FileText, offset: usize, root: &DeTable<'_>, errors: &[toml::de::Error]) -> Self {
            let mut errors: Vec<(usize, &str, Range<usize>)> = errors
                .iter()
                .map(|error| {
                    let span = error.span().unwrap_or(0..0);
                    let span = span.start + offset..span.end + offset;
                    (span.start, error.message(), span)
                })
                .collect();
            errors.sort_by_key(|(at, ..)| *at);

            // Lines that are meant as `key = …` and were taken for items of a list that is not closed.
            let keys_in_lists: Vec<usize> = errors
                .iter()
                .filter(|(at, message, _)| {
                    let line = file.line_span(*at);
                    message.starts_with("unexpected `=` in array")
                        && file.text[line.clone()].find('=') == Some(at - line.start)
                        && is_key_line(&file.text[line])
                })
                .map(|(at, ..)| file.line(*at))
                .collect();

            let mut damage = Self { problems: Vec::new(), lines: Vec::new() };
            let mut last_line = 0;
            let mut repeated_section = None::<Range<usize>>;
            for (at, message, span) in errors {
                let line = file.line_span(at);
                if message.starts_with("duplicate key") {
                    // All keys of a section that is there twice would be called duplicates too.
                    if repeated_section.as_ref().is_some_and(|section| section.contains(&at)) {
                        continue;
                    }
                    if file.text[line.clone()].trim_start().starts_with('[') {
                        repeated_section = Some(line.start..section_end(file, line.end));
                    }
                    damage.problems.push(duplicate(file, offset, root, span));
                    continue;
                }
                if damage.hides(&span) || last_line == file.line(at) {
                    continue;
                }
                last_line = file.line(at);
                let swallows_the_rest = SWALLOWING.iter().any(|start| message.starts_with(start));
                // A list that is not closed shows as something else first, where the next key stands.
                let written = file.text[line.clone()].trim_end();
                let swallowed_header = written.starts_with('[')
                    && written.ends_with(']')
                    && keys_in_lists.first().is_some_and(|key| *key > last_line);
                let next_key = keys_in_lists.contains(&last_line) || swallowed_header;
                let problem = match next_key {
                    true => file.problem(
                        "toml-syntax",
                        line.start..line.start + written.find(['=', ' ']).unwrap_or(written.len()),
                        "the list before this line is not closed",
                        "put a `]` at the end of the list, before this line.",
                    ),
                    false => explain(file, message, span),
                };
                damage.problems.push(problem);
                let hidden = if swallows_the_rest || next_key { line.start..file.text.len() } else { line };
                damage.lines.push(hidden);
            }
            damage
        }

        /// Whether something that stands at `span` was, or may have been, read wrongly.
        pub fn hides(&self, span: &Range<usize>) -> bool {
            self.lines.iter().any(|line| span.start <= line.end && line.start < span.end.max(span.start + 1))
        }
    }

    /// Errors after which the parser takes keys for something else.
    const SWALLOWING: [&str; 6] = [
        "unclosed",
        "unexpected `=` in array",
        "invalid multi-line",
        "missing assignment between key-value pairs",
        "missing comma between key-value pairs",
        "cannot recurse",
    ];

    /// Whether a line looks like `key = …`.
    fn is_key_line(line: &str) -> bool {
        line.split_once('=').is_some_and(|(key, _)| {
            let key = key.trim();
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        })
    }

    fn section_end(file: &FileText, from: usize) -> usize {
        file.text[from..].find("\n[").map_or(file.text.len(), |at| from + at)
    }

    fn duplicate(file: &FileText, offset: usize, root: &DeTable<'_>, span: Range<usize>) -> Problem {
        let name = &file.text[span.clone()];
        let line = file.line_span(span.start);
        let header = file.text[line.clone()].trim();
        // The parser keeps the first of two keys, but of two sections the last.
        let first = if header.starts_with('[') {
            file.text[..line.start].lines().position(|other| other.trim() == header).map(|before| before + 1)
        } else {
            last_key_before(root, name, span.start - offset).map(|at| file.line(at + offset))
        };
        let (kind, shown) = if header.starts_with('[') { ("section", header) } else { ("key", name) };
        let problem = file.problem(
            "duplicate-key",
            span.clone(),
            format!("the {kind} `{shown}` is there twice"),
            "delete one of the two, or give it its right name.",
        );
        match first {
            Some(first) => problem.note(format!("It stands in line {first} already.")),
            None => problem,
        }
    }

    fn last_key_before(table: &DeTable<'_>, name: &str, before: usize) -> Option<usize> {
        let mut last = None;
        for (key, value) in table {
            let at = key.span().start;
            if key.get_ref() == name && at < before {
                last = last.max(Some(at));
            }
            last = last.max(match value.get_ref() {
                DeValue::Table(inner) => last_key_before(inner, name, before),
                DeValue::Array(items) => items
                    .iter()
                    .filter_map(|item| item.get_ref().as_table())
                    .filter_map(|inner| last_key_before(inner, name, before))
                    .max(),
                _ => None,
            });
        }
        last
    }

    /// The parser's messages in plain words, with the mend. Messages are matched by how they begin; one that is not in
    /// the table (a newer parser, a rare case) is told as it is.
    fn explain(file: &FileText, message: &str, span: Range<usize>) -> Problem {
        const WORDS: [(&str, &str, &str); 18] = [
            (
                "invalid basic string, expected `\"`",
                "the closing quote of this text is missing",
                "put a `\"` at the end of the text.",
            ),
            (
                "invalid literal string",
                "the closing quote of this text is missing",
                "put a `'` at the end of the text.",
            ),
            (
                "invalid multi-line",
                "the closing quotes of a text over several lines are missing",
                "put `\"\"\"` at the end of the text.",
            ),
            (
                "invalid basic string",
                "there is an invisible control character in this text",
                "delete the marked character and type it again.",
            ),
            (
                "string values must be quoted",
                "a text must stand in straight quotes",
                "put the text between straight double quotes: `\"…\"`.",
            ),
            (
                "missing comma between array elements",
                "a comma is missing between two items of a list",
                "put a comma after the item before this; a quote inside a text is written `\\\"`.",
            ),
            (
                "unexpected `=` in array",
                "there is a `=` inside a list",
                "put commas between the items, and a `]` at the end of the list.",
            ),
            ("unclosed array", "a list is not closed", "put a `]` at the end of the list."),
            ("unclosed", "a bracket is not closed", "close the bracket that was opened in this line."),
            (
                "unexpected key or value",
                "something stands after the end of the value",
                "delete it, or put it into the quotes; a quote inside a text is written `\\\"`.",
            ),
            (
                "key with no value",
                "this line is no `key = value`",
                "write `key = value`, or begin the line with `#` if it is a note for people.",
            ),
            (
                "invalid unquoted key",
                "this character may not stand in a key",
                "write `key = value`; a key has only letters without accents, digits, `-` and `_`.",
            ),
            ("invalid date", "there is no such date", "write year, month and day like this: `2026-11-22`."),
            (
                "invalid boolean",
                "this is neither `true` nor `false`",
                "write `true` or `false` in small letters, or a text in quotes.",
            ),
            ("invalid float", "this is no number", "write a date like this: `2026-11-22`, and a text in quotes."),
            ("invalid integer", "this is no number", "write a date like this: `2026-11-22`, and a text in quotes."),
            (
                "missing escaped value",
                "a backslash in a text must be written twice",
                "write `\\\\` for a backslash, or delete it.",
            ),
            (
                "too few unicode value digits",
                "a backslash in a text must be written twice",
                "write `\\\\` for a backslash, or delete it.",
            ),
        ];
        // An unclosed quote shows at the end of the line, a missing value before it: both are marked as the parser does.
        match WORDS.iter().find(|(start, ..)| message.starts_with(start)) {
            Some((_, what, mend)) => file.problem("toml-syntax", span, *what, *mend),
            None => file.problem(
                "toml-syntax",
                span,
                format!("this is no valid TOML: {message}"),
                "correct the marked place; https://toml.io shows how TOML is written.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Kind {
        id: String,
        reply: String,
        afterwards: Option<String>,
        words: Vec<String>,
    }

    /// The example of the module's docs.
    fn kinds(file: &FileText) -> Read<Vec<Option<Kind>>> {
        read(file, |table| {
            table.tables("kinds", |kind| {
                let id = kind.text("id");
                let reply = kind.long_text("reply");
                let afterwards = kind.optional_long_text("afterwards");
                let words = kind.texts("words");
                Some(Kind {
                    id: id?.value,
                    reply: reply?.value,
                    afterwards: afterwards.map(|it| it.value),
                    words: words?.values(),
                })
            })
        })
    }

    fn printed(problems: &[Problem]) -> Vec<String> {
        let mut lines: Vec<(usize, String)> = problems
            .iter()
            .map(|problem| {
                let line = problem.place.as_ref().map_or(0, |place| place.line);
                (line, format!("{line}: {} [{}]", problem.what, problem.id))
            })
            .collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn a_reader_of_kinds() {
        let text = "[[kinds]]\nid = \"allergy\"\nreply = \"\"\"\nCall now.\nThen lie down.\n\"\"\"\nwords = [\"swelling\", \"hives\"]\n";
        let read = kinds(&FileText::new("faq/red-flags.toml", text));
        assert_eq!(read.problems, []);
        let kind = Kind {
            id: "allergy".into(),
            reply: "Call now.\nThen lie down.".into(),
            afterwards: None,
            words: vec!["swelling".into(), "hives".into()],
        };
        assert_eq!(read.value, [Some(kind)]);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let text = "\n[[kinds]]\nid = 7\nafterword = \"x\"\nwords = [\"a\", 3, \"\"]\nid = \"b\"\n[[kinds]]\nid = \"c\"\nreply = \"x\"\nwords = \"a\"\n";
        let read = kinds(&FileText::new("faq/red-flags.toml", text));
        assert_eq!(
            printed(&read.problems),
            [
                "2: the key `reply` is missing [missing-key]",
                "3: `id` has a value of the wrong type [wrong-type]",
                "4: unknown key `afterword` [unknown-key]",
                "5: `words` has a value of the wrong type [wrong-type]",
                "5: there is an empty text in `words` [empty-text]",
                "6: the key `id` is there twice [duplicate-key]",
                "10: `words` has a value of the wrong type [wrong-type]",
            ]
        );
        let twice = read.problems.iter().find(|problem| problem.id == "duplicate-key").unwrap();
        assert_eq!(twice.note, "It stands in line 3 already.");
        assert!(read.complete);
    }

    #[test]
    fn a_misspelt_key_is_not_called_missing_too() {
        let read = kinds(&FileText::new("faq/x.toml", "[[kinds]]\nid = \"a\"\nWord = [\"x\"]\n"));
        assert_eq!(
            printed(&read.problems),
            ["1: the key `reply` is missing [missing-key]", "3: unknown key `Word` [unknown-key]"]
        );
        let unknown = read.problems.iter().find(|problem| problem.id == "unknown-key").unwrap();
        assert!(unknown.note.starts_with("Did you mean `words`?"), "{unknown}");
    }

    #[test]
    fn places_are_the_file_s_own_when_only_a_part_is_toml() {
        let file = FileText::new("faq/hair/x.md", "+++\nreviewed = \"2026-01-01\"\nräviewed = 1\n+++\n");
        let part = 4..file.text.rfind("+++").unwrap();
        let read = read_part(&file, part, Some(0..3), |table| table.date("reviewed"));
        assert_eq!(read.value, None);
        let place = read.problems.iter().find(|problem| problem.id == "wrong-type").unwrap().place.clone().unwrap();
        assert_eq!((place.line, place.columns), (2, 11..23));
    }

    /// Each text with the first lines that are told about it. One slip must not be told as many.
    #[test]
    fn a_syntax_error_is_told_once_and_in_plain_words() {
        let cases: &[(&str, &[&str])] = &[
            ("a = \"x\nb = 1\n", &["1: the closing quote of this text is missing [toml-syntax]"]),
            ("a = x\nb = 1\n", &["1: a text must stand in straight quotes [toml-syntax]"]),
            ("a = \u{201c}x\u{201d}\nb = 1\n", &["1: a text must stand in straight quotes [toml-syntax]"]),
            ("a = \nb = 1\n", &["1: a text must stand in straight quotes [toml-syntax]"]),
            (
                "l = [\n \"x\",\n \"y\"\nb = 1\na = \"z\"\n",
                &["4: the list before this line is not closed [toml-syntax]"],
            ),
            ("l = [\n \"x\",\n\na = \"z\"\n", &["4: the list before this line is not closed [toml-syntax]"]),
            (
                "l = [\n \"x\",\n[[t]]\na = \"z\"\nb = 1\n",
                &["3: the list before this line is not closed [toml-syntax]"],
            ),
            ("l = [\"x\" = 3]\nb = 1\n", &["1: there is a `=` inside a list [toml-syntax]"]),
            ("l = [\n \"x\"\n \"y\",\n]\n", &["3: a comma is missing between two items of a list [toml-syntax]"]),
            ("l = [\n \"say \"hi\" to\",\n]\n", &["2: a comma is missing between two items of a list [toml-syntax]"]),
            ("l = [\n \"x\",\n \"y,\n]\nb = 1\n", &["3: the closing quote of this text is missing [toml-syntax]"]),
            (
                "l = [\"x\", \"y\nb = 1\na = \"z\"\n",
                &[
                    "1: the closing quote of this text is missing [toml-syntax]",
                    "2: the list before this line is not closed [toml-syntax]",
                ],
            ),
            ("a = \"say \"hi\" there\"\n", &["1: something stands after the end of the value [toml-syntax]"]),
            ("a: \"x\"\n", &["1: this character may not stand in a key [toml-syntax]"]),
            ("hello world\nb = 1\n", &["1: this line is no `key = value` [toml-syntax]"]),
            ("a = \"C:\\path\"\n", &["1: a backslash in a text must be written twice [toml-syntax]"]),
            ("d = 2026-02-30\n", &["1: there is no such date [toml-syntax]"]),
            ("d = 22.11.2026\n", &["1: this is no number [toml-syntax]"]),
            ("[t\na = \"x\"\n", &["1: a bracket is not closed [toml-syntax]"]),
            ("a = \"\"\"\nxx\n", &["3: the closing quotes of a text over several lines are missing [toml-syntax]"]),
            (
                "a = {x = 1\nb = 2\n",
                &["2: this is no valid TOML: missing comma between key-value pairs, expected `,` [toml-syntax]"],
            ),
            ("[t]\nx = 1\n[t]\nx = 2\n[u]\nx = 1\n", &["3: the section `[t]` is there twice [duplicate-key]"]),
        ];
        for (text, expected) in cases {
            let read = read(&FileText::new("faq/x.toml", text), |table| {
                table.text("a");
                table.whole_number("b", 1..=9);
                table.texts("l");
                table.date("d");
                for section in ["t", "u"] {
                    table.optional_table(section, |inner| inner.whole_number("x", 1..=9));
                }
            });
            let told: Vec<String> =
                printed(&read.problems).into_iter().filter(|line| !line.contains("missing-key")).collect();
            assert_eq!(told, *expected, "{text}");
            if told.iter().any(|line| line.contains("toml-syntax")) {
                assert!(!read.complete, "{text}");
                assert_eq!(read.problems.len(), told.len(), "nothing is called missing in a damaged file: {text}");
            }
        }
    }

    #[test]
    fn numbers_words_and_flags_out_of_bounds_name_what_may_stand_there() {
        let file =
            FileText::new("faq/x.toml", "n = 0\nm = -4\nf = \"yes\"\nrisk = \"hihg\"\nnote = \"\"\"\na\nb\"\"\"\n");
        let read = read(&file, |table| {
            assert_eq!(table.whole_number("n", 1..=9), None);
            assert_eq!(table.optional_whole_number("m", 1..=9), None);
            assert_eq!(table.optional_flag("f"), None);
            assert_eq!(table.one_of("risk", &["ordinary", "high"], |word| word), None);
            assert_eq!(table.text("note"), None);
        });
        let told: Vec<String> =
            read.problems.iter().map(|problem| format!("{} {}", problem.note, problem.mend)).collect();
        assert_eq!(
            told,
            [
                " write a whole number from 1 to 9.",
                " write a whole number from 1 to 9.",
                "It must be `true` or `false` without quotes; this is a text. write it like this: `f = true`.",
                "It may be `ordinary` or `high`. write `risk = \"high\"`, or another of these words.",
                " write it in one line, between simple quotes: `\"a …\"`.",
            ]
        );
    }
}
