//! Rules that a set of files must keep: ids exist, nothing is there twice, texts fit, dates are possible.
//!
//! Reading one file is left to `parse`, finding files to `load`, what only a remark is worth mostly to `proofread`.
//! What one file got wrong is not held against another: if a file could not be read whole, nobody is told that an id
//! does not exist which may well stand there.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use jiff::civil::Date;

use super::file_text::{FileText, Texts, Written};
use super::limits::{self, Limit};
use super::parse::{EntryFile, SourcesFile, TopicsFile, VocabularyFile};
use super::{Evidence, Knowledge, RedFlags, markdown};
use crate::problem::{Problem, did_you_mean};

/// All files of a set, as far as they could be read. What is `None` was told already.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub topics: Option<TopicsFile>,
    pub sources: Option<SourcesFile>,
    pub vocabulary: Option<VocabularyFile>,
    pub red_flags: Option<RedFlags>,
    pub entries: Vec<EntryFile>,
    /// Whether every entry's file was found; if not, an id that is not here may still exist.
    pub all_entries_found: bool,
}

impl Draft {
    /// The sound set; `None` if something of it could not be read. Only meaningful if [`check`] found no mistake.
    pub fn finish(self) -> Option<Knowledge> {
        let (set, topics) = self.topics?.finish()?;
        let entries: Option<Vec<_>> = self.entries.into_iter().map(|entry| entry.finish(set.review_after)).collect();
        let mut entries = entries?;
        let place = |entry: &super::Entry| topics.iter().position(|topic| topic.id == entry.topic);
        entries.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.id.cmp(&b.id)));
        let sources: Option<Vec<_>> = self.sources?.sources.into_iter().map(|source| source.finish()).collect();
        Some(Knowledge {
            sources: sources?.into_iter().map(|source| (source.id.clone(), source)).collect(),
            vocabulary: self.vocabulary?.finish()?,
            red_flags: self.red_flags?,
            set,
            topics,
            entries,
        })
    }
}

/// Every broken rule of `draft`, with remarks, in no particular order. `today` is the day after which no review can have been.
pub fn check(draft: &Draft, today: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    let told = &mut problems;
    if let Some(topics) = &draft.topics {
        check_topics(topics, draft, told);
    }
    if let Some(sources) = &draft.sources {
        check_sources(sources, told);
    }
    if let Some(vocabulary) = &draft.vocabulary {
        check_vocabulary(vocabulary, told);
    }
    check_ids(draft, told);
    check_repeated_texts(&draft.entries, told);
    for entry in &draft.entries {
        check_lengths(entry, told);
        check_support(entry, told);
        check_mentions(entry, draft, told);
        check_markdown(entry, told);
        check_review(entry, today, told);
    }
    problems
}

/// An id as it may be: it is a file's name, goes into a button's id, and is typed by people.
pub(super) fn is_good_id(id: &str) -> bool {
    let ends_well = |c: Option<char>| c.is_some_and(|c| c != '-');
    id.len() <= limits::ID.most
        && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && ends_well(id.chars().next())
        && ends_well(id.chars().last())
}

pub(super) const GOOD_ID: &str =
    "use small letters a–z, digits and single hyphens between them, at most 60 characters.";

fn check_topics(topics: &TopicsFile, draft: &Draft, told: &mut Vec<Problem>) {
    let file = &topics.file;
    let mut seen: HashMap<&str, &Written<String>> = HashMap::new();
    for topic in &topics.topics {
        if let Some(title) = &topic.title {
            check_length(file, title, "the title", limits::TOPIC_TITLE, told);
        }
        let Some(id) = &topic.id else { continue };
        if !is_good_id(&id.value) {
            told.push(file.problem("bad-id", id.span.clone(), format!("`{}` is no id", id.value), GOOD_ID));
        }
        if let Some(first) = seen.get(id.value.as_str()) {
            told.push(
                file.problem(
                    "duplicate-id",
                    id.span.clone(),
                    format!("the topic `{}` is there twice", id.value),
                    "delete one of the two, or give it an id of its own.",
                )
                .note(format!("It stands in line {} already.", file.line(first.span.start))),
            );
            continue;
        }
        seen.insert(&id.value, id);
        // A set without entries, or an id that no folder can have, was told already.
        let may_be_empty = !draft.all_entries_found || draft.entries.is_empty() || !is_good_id(&id.value);
        if !may_be_empty && !draft.entries.iter().any(|entry| entry.topic.as_str() == id.value) {
            told.push(
                file.problem(
                    "empty-topic",
                    id.span.clone(),
                    format!("the topic `{}` has no entries", id.value),
                    "put an entry into the folder of this name, or delete the topic.",
                )
                .remark(),
            );
        }
    }
    for (text, what, limit) in [
        (&topics.name, "the name", limits::SET_NAME),
        (&topics.disclaimer, "the disclaimer", limits::NOTICE),
        (&topics.contact, "the contact", limits::NOTICE),
    ] {
        if let Some(text) = text {
            check_length(file, text, what, limit, told);
        }
    }
    if let Some(language) = &topics.language
        && !language.value.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
    {
        told.push(file.problem(
            "bad-value",
            language.span.clone(),
            format!("`{}` is no language tag", language.value),
            "write a short tag such as `en`, `de` or `pt-BR`.",
        ));
    }
    if !topics.complete {
        return;
    }
    // Once a folder, not once an entry in it.
    let folders: BTreeSet<_> = draft.entries.iter().map(|entry| (&entry.topic, folder_of(&entry.file))).collect();
    for (topic, folder) in folders {
        if seen.contains_key(topic.as_str()) {
            continue;
        }
        let problem = Problem::new(
            "unknown-topic",
            folder,
            format!("unknown topic `{topic}`"),
            format!("rename the folder, or add [[topics]] with `id = \"{topic}\"` and a title to {}.", file.name),
        );
        told.push(problem.note(unknown(&file.name, "topic", topic.as_str(), seen.keys().copied())));
    }
}

/// The folder of a file, as the moderator names it.
fn folder_of(file: &FileText) -> &str {
    file.name.rsplit_once('/').map_or(file.name.as_str(), |(folder, _)| folder)
}

/// The note under an id that does not exist.
fn unknown<'k>(place: &str, kind: &str, id: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let known: BTreeSet<&str> = known.into_iter().collect();
    match did_you_mean(id, known) {
        Some(guess) => format!("No {kind} in {place} has this id. Did you mean `{guess}`?"),
        None => format!("No {kind} in {place} has this id."),
    }
}

fn check_sources(sources: &SourcesFile, told: &mut Vec<Problem>) {
    let file = &sources.file;
    for source in &sources.sources {
        if let Some(url) = &source.url
            && !is_web_address(&url.value)
        {
            told.push(file.problem(
                "bad-address",
                url.span.clone(),
                format!("`{}` is no web address", url.value),
                "write the whole address, beginning with `https://` or `http://`, without spaces.",
            ));
        }
        if let Some(url) = &source.url
            && let length = url.value.chars().count()
            && length > limits::ADDRESS.most
        {
            let mend = "use a shorter address of the same page, such as that of its DOI.".to_owned();
            told.push(Problem { mend, ..too_long(file, url.span.clone(), "the address", length, limits::ADDRESS) });
        }
        if let Some(doi) = &source.doi
            && !is_doi(&doi.value)
        {
            told.push(file.problem(
                "bad-doi",
                doi.span.clone(),
                format!("`{}` is no DOI", doi.value),
                "write it as `10.1234/abc`, without `https://doi.org/` before it, or leave it out.",
            ));
        }
    }
}

/// Whether a browser could follow this. Whether somebody answers there is the link check's matter.
pub fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !url.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"`".contains(c))
    })
}

fn is_doi(doi: &str) -> bool {
    let parts = doi.strip_prefix("10.").and_then(|rest| rest.split_once('/'));
    parts.is_some_and(|(registrant, name)| {
        !registrant.is_empty()
            && registrant.chars().all(|c| c.is_ascii_digit() || c == '.')
            && !name.is_empty()
            && !name.chars().any(char::is_whitespace)
    })
}

/// A word that is read as another can be read as one only.
fn check_vocabulary(vocabulary: &VocabularyFile, told: &mut Vec<Problem>) {
    let file = &vocabulary.file;
    let mut seen: HashMap<String, &Written<String>> = HashMap::new();
    for same in &vocabulary.same {
        let lists = [&same.also, &same.ambiguous];
        for word in lists.into_iter().flatten().flat_map(|list| &list.value) {
            let Some(first) = seen.get(&word.value.to_lowercase()) else {
                seen.insert(word.value.to_lowercase(), word);
                continue;
            };
            told.push(
                file.problem(
                    "duplicate-word",
                    word.span.clone(),
                    format!("`{}` is read as two things", word.value),
                    "delete one of the two.",
                )
                .note(format!("It stands in line {} already.", file.line(first.span.start))),
            );
        }
    }
}

fn check_ids(draft: &Draft, told: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &EntryFile> = HashMap::new();
    for entry in &draft.entries {
        let id = entry.id.as_str();
        let name = entry.file.name.as_str();
        if !is_good_id(id) {
            let mend = format!("rename the file: {GOOD_ID}");
            told.push(
                Problem::new("bad-id", name, format!("`{id}` is no id"), mend)
                    .note("The file's name is the entry's id."),
            );
        }
        if let Some(first) = seen.get(id) {
            told.push(
                Problem::new(
                    "duplicate-id",
                    name,
                    format!("the id `{id}` is there twice"),
                    "rename one of the two files.",
                )
                .note(format!("{} has it already; the file's name is the entry's id.", first.file.name)),
            );
            continue;
        }
        seen.insert(id, entry);
    }
}

/// Two texts count as the same if they differ only in case, punctuation and spaces.
fn bare(text: &str) -> String {
    let letters: String = text
        .chars()
        .filter(|c| !matches!(c, '\'' | '’'))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .flat_map(char::to_lowercase)
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_repeated_texts(entries: &[EntryFile], told: &mut Vec<Problem>) {
    let mut seen: HashMap<String, (&EntryFile, &Written<String>)> = HashMap::new();
    for entry in entries {
        for text in entry.texts() {
            let file = &entry.file;
            let key = bare(&text.value);
            if key.is_empty() {
                told.push(file.problem(
                    "empty-text",
                    text.span.clone(),
                    format!("`{}` has no letters", text.value),
                    "write a question, or delete it.",
                ));
                continue;
            }
            let Some((other, first)) = seen.get(&key) else {
                seen.insert(key, (entry, text));
                continue;
            };
            let is_question = |entry: &EntryFile, text: &Written<String>| {
                entry.question.as_ref().is_some_and(|question| question.span == text.span)
            };
            let line = other.file.line(first.span.start);
            let note = if std::ptr::eq(*other, entry) {
                format!("It stands in line {line} already; case, punctuation and spaces make no difference.")
            } else {
                let name = &other.file.name;
                format!("It stands in {name}:{line} already; case, punctuation and spaces make no difference.")
            };
            let problem = if is_question(entry, text) && is_question(other, first) {
                file.problem(
                    "duplicate-question",
                    text.span.clone(),
                    "two entries have the same question",
                    "join the two entries, or ask what sets this one apart.",
                )
            } else {
                file.problem(
                    "duplicate-phrasing",
                    text.span.clone(),
                    format!("`{}` is there twice", text.value),
                    "leave it to the entry that answers it, and delete it here or there.",
                )
            };
            told.push(problem.note(note));
        }
    }
}

fn check_length(file: &FileText, text: &Written<String>, what: &str, limit: Limit, told: &mut Vec<Problem>) {
    let length = text.value.chars().count();
    if length > limit.most {
        told.push(too_long(file, text.span.clone(), what, length, limit));
    }
}

fn too_long(file: &FileText, span: Range<usize>, what: &str, length: usize, limit: Limit) -> Problem {
    let over = length - limit.most;
    file.problem("too-long", span, format!("{what} is too long by {over} characters"), "say it shorter.")
        .note(format!("It has {length} characters and may have {}. {}", limit.most, limit.why))
}

fn too_many(file: &FileText, span: Range<usize>, what: &str, number: usize, limit: Limit) -> Problem {
    file.problem("too-many", span, format!("there are too many {what}"), "keep those that matter most.")
        .note(format!("There are {number}, and there may be {}. {}", limit.most, limit.why))
}

fn check_lengths(entry: &EntryFile, told: &mut Vec<Problem>) {
    let file = &entry.file;
    for (text, what, limit) in [
        (&entry.question, "the question", limits::QUESTION),
        (&entry.verdict, "the verdict", limits::VERDICT),
        (&entry.answer, "the answer", limits::ANSWER),
    ] {
        if let Some(text) = text {
            check_length(file, text, what, limit, told);
        }
    }
    if let Some(answer) = &entry.answer {
        let length = answer.value.chars().count();
        if length <= limits::ANSWER.most && !limits::COMFORTABLE_ANSWER.contains(&length) {
            let (low, high) = limits::COMFORTABLE_ANSWER.into_inner();
            let (what, mend) = match length < low {
                true => ("short", "say what is known, how sure that is, and what to do with it."),
                false => ("long", "say the same in fewer words, or make two entries of it."),
            };
            let problem =
                file.problem("answer-length", answer.span.clone(), format!("the answer is rather {what}"), mend);
            told.push(
                problem
                    .note(format!("It has {length} characters; from {low} to {high} read well on a phone."))
                    .remark(),
            );
        }
    }
    for phrasing in entry.phrasings.iter().flat_map(|list| &list.value) {
        check_length(file, phrasing, "the phrasing", limits::PHRASING, told);
    }
    for caveat in entry.caveats.iter().flat_map(|list| &list.value) {
        check_length(file, caveat, "the caveat", limits::CAVEAT, told);
    }
    if let Some(caveats) = &entry.caveats
        && caveats.value.len() > limits::CAVEATS.most
    {
        told.push(too_many(file, caveats.span.clone(), "caveats", caveats.value.len(), limits::CAVEATS));
    }
    for (nth, situation) in entry.situations.iter().enumerate() {
        if let Some(when) = &situation.when {
            check_length(file, when, "the situation", limits::SITUATION, told);
            if nth == limits::SITUATIONS.most {
                told.push(too_many(file, when.span.clone(), "situations", entry.situations.len(), limits::SITUATIONS));
            }
        }
        if let (Some(then), Some(points)) = (&situation.then, &situation.points) {
            let texts = std::iter::once(then).chain(&points.value);
            let length: usize = texts.map(|text| text.value.chars().count()).sum();
            if length > limits::SITUATION_REPLY.most {
                let what = "the reply to this situation";
                told.push(too_long(file, then.span.clone(), what, length, limits::SITUATION_REPLY));
            }
        }
    }
}

/// Every answer says what limits it and what stands behind it.
fn check_support(entry: &EntryFile, told: &mut Vec<Problem>) {
    let file = &entry.file;
    if let Some(caveats) = entry.caveats.as_ref().filter(|caveats| caveats.value.is_empty()) {
        told.push(file.problem(
            "no-caveat",
            caveats.span.clone(),
            "the entry has no caveat",
            "write at least one real limit of the answer into `caveats`, such as how small the studies are.",
        ));
    }
    if let (Some(evidence), Some(sources)) = (&entry.evidence, &entry.sources)
        && evidence.value != Evidence::Advice
        && sources.value.is_empty()
    {
        let name = evidence.value.name();
        let problem = file.problem(
            "no-source",
            evidence.span.clone(),
            format!("`{name}` evidence is claimed, and no source cited"),
            "name at least one id of sources.toml in `sources`, or write `evidence = \"advice\"` if it is advice.",
        );
        told.push(problem);
    }
}

/// The ids that an entry names.
fn check_mentions(entry: &EntryFile, draft: &Draft, told: &mut Vec<Problem>) {
    let file = &entry.file;
    let listed = |list: &'_ Option<Texts>| list.iter().flat_map(|list| list.value.clone()).collect::<Vec<_>>();
    let (cited, related) = (listed(&entry.sources), listed(&entry.related));

    if let Some(sources) = draft.sources.as_ref().filter(|sources| sources.complete) {
        let known: BTreeSet<&str> = sources.sources.iter().map(|source| source.id.value.as_str()).collect();
        for id in cited.iter().filter(|id| !known.contains(id.value.as_str())) {
            let mend = match did_you_mean(&id.value, known.iter().copied()) {
                Some(_) => format!("correct the id, or add a [{}] section to {}.", id.value, sources.file.name),
                None => format!("add a [{}] section to {}, or delete the id.", id.value, sources.file.name),
            };
            let problem =
                file.problem("unknown-source", id.span.clone(), format!("unknown source `{}`", id.value), mend);
            told.push(problem.note(unknown(&sources.file.name, "source", &id.value, known.iter().copied())));
        }
    }

    let known: BTreeSet<&str> = draft.entries.iter().map(|entry| entry.id.as_str()).collect();
    for id in &related {
        if id.value == entry.id.as_str() {
            told.push(file.problem(
                "related-to-itself",
                id.span.clone(),
                "the entry is related to itself",
                "delete the id, or name the entry that a reader would open next.",
            ));
        } else if draft.all_entries_found && !known.contains(id.value.as_str()) {
            let problem = file.problem(
                "unknown-related",
                id.span.clone(),
                format!("unknown entry `{}`", id.value),
                "correct the id, or delete it.",
            );
            told.push(problem.note(match did_you_mean(&id.value, known.iter().copied()) {
                Some(guess) => {
                    format!("No entry has this id; an entry's id is its file's name. Did you mean `{guess}`?")
                }
                None => "No entry has this id; an entry's id is its file's name.".to_owned(),
            }));
        }
    }

    for (ids, key) in [(&cited, "sources"), (&related, "related")] {
        for (nth, id) in ids.iter().enumerate() {
            if ids[..nth].iter().any(|before| before.value == id.value) {
                let what = format!("`{}` is twice in `{key}`", id.value);
                told.push(file.problem("listed-twice", id.span.clone(), what, "delete one of the two."));
            }
        }
    }
}

fn check_markdown(entry: &EntryFile, told: &mut Vec<Problem>) {
    let file = &entry.file;
    let mut tell = |span: Range<usize>, found: &markdown::Unrendered| {
        let problem =
            file.problem("unrendered-markdown", span, format!("Discord does not show {}", found.what), found.mend);
        told.push(problem.note("A member would see the raw signs."));
    };
    if let Some(answer) = &entry.answer {
        for found in markdown::unrendered(&answer.value) {
            tell(answer.span.start + found.span.start..answer.span.start + found.span.end, &found);
        }
    }
    // In these a backslash may stand before a sign, so that only the whole text can be marked.
    let situations =
        entry.situations.iter().flat_map(|it| it.then.iter().chain(it.points.iter().flat_map(|list| &list.value)));
    let short = entry.verdict.iter().chain(entry.caveats.iter().flat_map(|list| &list.value)).chain(situations);
    for text in short {
        if let Some(found) = markdown::unrendered(&text.value).first() {
            tell(text.span.clone(), found);
        }
    }
}

fn check_review(entry: &EntryFile, today: Date, told: &mut Vec<Problem>) {
    if let Some(reviewed) = &entry.reviewed
        && reviewed.value > today
    {
        let problem = entry.file.problem(
            "future-review",
            reviewed.span.clone(),
            format!("reviewed on `{}`, a day still to come", reviewed.value),
            "write the day on which somebody last checked the answer.",
        );
        told.push(problem.note(format!("Today is {today}.")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_nothing_a_reader_hears_are_the_same() {
        for (a, b) in [
            ("Do exosomes regrow hair?", "do  exosomes regrow hair"),
            ("isn't it PRP", "Isn’t it “PRP”?!"),
            ("exo, price per session", "exo price per-session"),
            ("ÄRZTE?", "ärzte"),
        ] {
            assert_eq!(bare(a), bare(b));
        }
        assert_ne!(bare("is it safe"), bare("is it unsafe"));
        assert_eq!(bare("?! …"), "");
    }

    #[test]
    fn an_id_can_be_a_file_name_and_part_of_a_button_s_id() {
        for good in ["a", "fda-approved", "top-10"] {
            assert!(is_good_id(good), "{good}");
        }
        for bad in ["", "-a", "a-", "FDA", "is it safe", "größe", "a_b", "a:b", &"x".repeat(61)] {
            assert!(!is_good_id(bad), "{bad}");
        }
    }

    #[test]
    fn an_address_can_be_followed() {
        for good in ["https://www.fda.gov/", "http://a.example", "https://a.example:8080/x_(y)?q=ä#z"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "www.fda.gov",
            "ftp://a.example",
            "https://",
            "https:///x",
            "https://a example/",
            "https://a.example/<b>",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
        assert!(is_doi("10.1001/jamanetworkopen.2021.28615"));
        for bad in ["https://doi.org/10.1001/x", "10.1001", "10./x", "doi:10.1/x", "10.1/a b"] {
            assert!(!is_doi(bad), "{bad}");
        }
    }
}
