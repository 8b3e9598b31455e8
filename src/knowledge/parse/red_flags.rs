//! `faq/red-flags.toml`: kinds of emergency, their signs, and what makes a sign no call for help.
//!
//! Everything in this file depends on everything else in it (signs name kinds, phrases name lists), so it is checked here
//! as a whole. It is read strictly: with a mistake in it there are no red flags, and the FAQ does not load; an alarm that
//! is quietly lost would be the worst mistake of all.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::Read;
use crate::knowledge::check::{GOOD_ID, is_good_id};
use crate::knowledge::file_text::{FileText, Written};
use crate::knowledge::red_flag::{Context, Guards, Phrase, RedFlag, RedFlagId, RedFlags, Sign};
use crate::knowledge::toml_table::{self, Table};
use crate::problem::{Problem, did_you_mean};

/// The most points a sign may be worth, and the highest bar. Small numbers can be added up in the head.
const POINTS: RangeInclusive<u32> = 1..=10;

/// The longest urgent reply, in characters: what a frightened person reads on one screen of a phone.
pub const LONGEST_REPLY: usize = 900;

/// The longest `afterwards`, in characters; it stands below the reply and must not push it off the screen.
pub const LONGEST_AFTERWARDS: usize = 500;

type Texts = Written<Vec<Written<String>>>;

/// Reads the text of `faq/red-flags.toml`. `None` if anything in it is wrong.
pub fn parse(file: FileText) -> Read<Option<RedFlags>> {
    let read = toml_table::read(&file, |table| {
        let bar = table.whole_number("bar", POINTS);
        let tone = table.optional_flag("tone");
        let kinds = table.tables("kinds", |table| KindWritten {
            id: table.text("id"),
            title: table.text("title"),
            reply: table.long_text("reply"),
            afterwards: table.optional_long_text("afterwards"),
            apart: table.optional_flag("apart"),
        });
        let words = table.optional_table("words", |table| table.each_texts()).unwrap_or_default();
        let language = table.optional_table("language", |table| {
            (table.optional_texts("fillers"), table.optional_texts("not_misspelt"))
        });
        let guards = table.optional_table("guards", |table| GUARDS.map(|(name, _)| table.optional_texts(name)));
        let contexts = table.optional_table("contexts", |table| table.each_table(ContextWritten::take));
        let signs = table.optional_table("signs", |table| table.each_table(SignWritten::take));
        let written = FileWritten { bar, tone, kinds, words, language, guards, contexts, signs };
        written.finish(table)
    });
    let Read { value, problems, complete } = read;
    let value = if problems.is_empty() { value } else { None };
    Read { value, problems, complete }
}

/// Where in [`Guards`] a key belongs.
type GuardPlace = fn(&mut Guards) -> &mut Vec<Phrase>;

/// The keys of `[guards]`, each with its place in [`Guards`].
const GUARDS: [(&str, GuardPlace); 19] = [
    ("negation", |guards| &mut guards.negation),
    ("not_negation", |guards| &mut guards.not_negation),
    ("mild", |guards| &mut guards.mild),
    ("joke", |guards| &mut guards.joke),
    ("question", |guards| &mut guards.question),
    ("asked_after", |guards| &mut guards.asked_after),
    ("fiction", |guards| &mut guards.fiction),
    ("theory", |guards| &mut guards.theory),
    ("work", |guards| &mut guards.work),
    ("hypothetical", |guards| &mut guards.hypothetical),
    ("hearsay", |guards| &mut guards.hearsay),
    ("news", |guards| &mut guards.news),
    ("past", |guards| &mut guards.past),
    ("past_verbs", |guards| &mut guards.past_verbs),
    ("over", |guards| &mut guards.over),
    ("me", |guards| &mut guards.me),
    ("someone", |guards| &mut guards.someone),
    ("now", |guards| &mut guards.now),
    ("not_now", |guards| &mut guards.not_now),
];

/// The file as it stands, before anything in it is compared.
struct FileWritten {
    bar: Option<Written<u32>>,
    tone: Option<Written<bool>>,
    kinds: Vec<KindWritten>,
    words: Vec<(Written<String>, Option<Texts>)>,
    language: Option<(Option<Texts>, Option<Texts>)>,
    guards: Option<[Option<Texts>; GUARDS.len()]>,
    contexts: Option<Vec<ContextWritten>>,
    signs: Option<Vec<SignWritten>>,
}

/// One `[[kinds]]` table.
struct KindWritten {
    id: Option<Written<String>>,
    title: Option<Written<String>>,
    reply: Option<Written<String>>,
    afterwards: Option<Written<String>>,
    apart: Option<Written<bool>>,
}

/// One `[contexts.…]` table.
struct ContextWritten {
    id: Written<String>,
    what: Option<Written<String>>,
    points: Option<Written<u32>>,
    kinds: Option<Texts>,
    phrases: Option<Texts>,
}

impl ContextWritten {
    fn take(id: Written<String>, table: &mut Table<'_>) -> Self {
        Self {
            id,
            what: table.text("what"),
            points: table.whole_number("points", POINTS),
            kinds: table.texts("kinds"),
            phrases: table.texts("phrases"),
        }
    }
}

/// One `[signs.…]` table.
struct SignWritten {
    common: ContextWritten,
    look_alikes: Option<Texts>,
    not_with: Option<Texts>,
    even_if_imagined: Option<Written<bool>>,
    between_the_lines: Option<Written<bool>>,
    even_if_asked: Option<Written<bool>>,
    unless_mild: Option<Written<bool>>,
    unless_joking: Option<Written<bool>>,
}

impl SignWritten {
    fn take(id: Written<String>, table: &mut Table<'_>) -> Self {
        Self {
            common: ContextWritten::take(id, table),
            look_alikes: table.optional_texts("look_alikes"),
            not_with: table.optional_texts("not_with"),
            even_if_imagined: table.optional_flag("even_if_imagined"),
            between_the_lines: table.optional_flag("between_the_lines"),
            even_if_asked: table.optional_flag("even_if_asked"),
            unless_mild: table.optional_flag("unless_mild"),
            unless_joking: table.optional_flag("unless_joking"),
        }
    }
}

impl FileWritten {
    /// The sound rules; `None` if something could not be read. Everything that is wrong between the parts is told.
    fn finish(self, table: &Table<'_>) -> Option<RedFlags> {
        let names = Names {
            table,
            kinds: self.kinds.iter().filter_map(|kind| Some(kind.id.as_ref()?.value.clone())).collect(),
            lists: self.words.iter().map(|(name, _)| name.value.clone()).collect(),
        };
        let kinds: Vec<Option<RedFlag>> = self.kinds.into_iter().map(|kind| kind.finish(table)).collect();
        names.tell_duplicate_kinds(&kinds);
        let mut words = BTreeMap::new();
        for (name, phrases) in self.words {
            let phrases = phrases?;
            names.tell_empty(&phrases, &name.value);
            let read = names.phrases(phrases.clone());
            names.tell_parts_of_list(&phrases, &read, &name.value);
            words.insert(name.value, read);
        }
        let mut guards = Guards::default();
        for (place, texts) in GUARDS.iter().zip(self.guards.into_iter().flatten()) {
            *place.1(&mut guards) = names.phrases(texts?);
        }
        let (fillers, not_misspelt) = match self.language {
            Some((fillers, not_misspelt)) => (fillers?.values(), not_misspelt?.values()),
            None => (Vec::new(), Vec::new()),
        };
        let contexts: Vec<_> =
            self.contexts.unwrap_or_default().into_iter().map(|context| context.finish(&names)).collect();
        let signs: Vec<_> = self.signs.unwrap_or_default().into_iter().map(|sign| sign.finish(&names)).collect();
        names.tell_kinds_without_signs(&kinds, &signs);
        Some(RedFlags {
            kinds: kinds.into_iter().collect::<Option<_>>()?,
            bar: self.bar?.value,
            tone: self.tone.is_some_and(|flag| flag.value),
            words,
            fillers,
            not_misspelt,
            signs: signs.into_iter().collect::<Option<_>>()?,
            contexts: contexts.into_iter().collect::<Option<_>>()?,
            guards,
        })
    }
}

impl KindWritten {
    fn finish(self, table: &Table<'_>) -> Option<RedFlag> {
        for (key, text, longest) in
            [("reply", &self.reply, LONGEST_REPLY), ("afterwards", &self.afterwards, LONGEST_AFTERWARDS)]
        {
            let Some(text) = text else { continue };
            let length = text.value.chars().count();
            if length > longest {
                let what = format!("`{key}` has {length} characters; {longest} are allowed");
                let mend = "leave out what does not help in the first minutes.";
                let problem = table.file().problem("reply-too-long", text.span.clone(), what, mend);
                table.tell(problem.note("Somebody reads this in fear, on a phone."));
            }
        }
        if let Some(id) = self.id.as_ref().filter(|id| !is_good_id(&id.value)) {
            table.tell(table.file().problem("bad-id", id.span.clone(), format!("`{}` is no id", id.value), GOOD_ID));
        }
        Some(RedFlag {
            id: RedFlagId::new(&self.id?.value),
            title: self.title?.value,
            reply: self.reply?.value,
            afterwards: self.afterwards.map(|text| text.value).unwrap_or_default(),
            apart: self.apart.is_some_and(|flag| flag.value),
        })
    }
}

impl ContextWritten {
    fn finish(self, names: &Names<'_, '_>) -> Option<Context> {
        if let Some(phrases) = &self.phrases {
            names.tell_empty(phrases, &self.id.value);
        }
        let kinds = self.kinds.map(|kinds| {
            names.tell_empty(&kinds, &self.id.value);
            names.kinds(kinds)
        });
        let phrases = self.phrases.map(|phrases| names.phrases(phrases));
        Some(Context {
            id: self.id.value,
            what: self.what?.value,
            points: self.points?.value,
            kinds: kinds?,
            phrases: phrases?,
        })
    }
}

impl SignWritten {
    fn finish(self, names: &Names<'_, '_>) -> Option<Sign> {
        let look_alikes = self.look_alikes.map(|phrases| names.phrases(phrases));
        let not_with = self.not_with.map(|phrases| names.phrases(phrases));
        let Context { id, what, points, kinds, phrases } = self.common.finish(names)?;
        Some(Sign {
            id,
            what,
            points,
            kinds,
            phrases,
            look_alikes: look_alikes?,
            not_with: not_with?,
            even_if_imagined: self.even_if_imagined.is_some_and(|flag| flag.value),
            between_the_lines: self.between_the_lines.is_some_and(|flag| flag.value),
            even_if_asked: self.even_if_asked.is_some_and(|flag| flag.value),
            unless_mild: self.unless_mild.is_some_and(|flag| flag.value),
            unless_joking: self.unless_joking.is_some_and(|flag| flag.value),
        })
    }
}

/// The names that the file's parts call each other by, to tell those that do not exist.
struct Names<'t, 'p> {
    table: &'t Table<'p>,
    kinds: Vec<String>,
    lists: Vec<String>,
}

impl Names<'_, '_> {
    fn tell(&self, problem: Problem) {
        self.table.tell(problem);
    }

    fn kinds(&self, texts: Texts) -> Vec<RedFlagId> {
        for kind in &texts.value {
            if !self.kinds.contains(&kind.value) {
                let guess = did_you_mean(&kind.value, self.kinds.iter().map(String::as_str));
                let what = format!("unknown kind of emergency `{}`", kind.value);
                let mend = match guess {
                    Some(guess) => format!("write `{guess}`, or add a `[[kinds]]` table with this id."),
                    None => "use the `id` of one of the `[[kinds]]` tables, or add one.".to_owned(),
                };
                let problem = self.table.file().problem("unknown-kind", kind.span.clone(), what, mend);
                self.tell(problem.note(format!("The kinds of this file are {}.", self.kinds.join(", "))));
            }
        }
        texts.value.iter().map(|kind| RedFlagId::new(&kind.value)).collect()
    }

    fn phrases(&self, texts: Texts) -> Vec<Phrase> {
        let mut phrases = Vec::new();
        for text in texts.value {
            match Phrase::parse(&text.value) {
                Ok(phrase) => {
                    for list in phrase.lists().filter(|list| !self.lists.iter().any(|name| name == list)) {
                        self.tell_unknown_list(list, &text);
                    }
                    phrases.push(phrase);
                }
                Err(wrong) => {
                    let what = format!("the phrase `{}` {wrong}", text.value);
                    let mend =
                        "write the words as people type them; the head of the file shows all that a phrase may have.";
                    self.tell(self.table.file().problem("bad-phrase", text.span, what, mend));
                }
            }
        }
        phrases
    }

    fn tell_unknown_list(&self, list: &str, text: &Written<String>) {
        let what = format!("unknown list of words `{{{list}}}`");
        let mend = match did_you_mean(list, self.lists.iter().map(String::as_str)) {
            Some(guess) => format!("write `{{{guess}}}`, or add a line `{list} = [\"…\"]` under `[words]`."),
            None => format!("add a line `{list} = [\"…\"]` under `[words]`."),
        };
        self.tell(self.table.file().problem("unknown-list", text.span.clone(), what, mend));
    }

    /// A list is put in the place of one word, so it may hold words only.
    fn tell_parts_of_list(&self, texts: &Texts, phrases: &[Phrase], name: &str) {
        use crate::knowledge::red_flag::Part;
        for phrase in phrases {
            let plain = |part: &Part| matches!(part, Part::Words(choices) if choices.len() == 1);
            if phrase.orders.len() == 1 && phrase.orders[0].iter().all(plain) {
                continue;
            }
            let span = texts
                .value
                .iter()
                .find(|text| text.value == phrase.text)
                .map_or(texts.span.clone(), |it| it.span.clone());
            let what = format!("`{}` cannot stand in the list `{name}`", phrase.text);
            let mend = "use plain words in lists; `/`, `...`, `&`, `#` and other lists belong into phrases.";
            self.tell(self.table.file().problem("bad-phrase", span, what, mend));
        }
    }

    fn tell_empty(&self, texts: &Texts, of: &str) {
        if texts.value.is_empty() {
            let what = format!("a list of `{of}` is empty");
            let mend = "write at least one text into it, or delete the whole section.";
            let problem = self.table.file().problem("empty-rule", texts.span.clone(), what, mend);
            self.tell(problem.note("Nothing could ever meet this rule."));
        }
    }

    fn tell_duplicate_kinds(&self, kinds: &[Option<RedFlag>]) {
        for (number, kind) in kinds.iter().enumerate() {
            let Some(kind) = kind else { continue };
            if kinds[..number].iter().flatten().any(|other| other.id == kind.id) {
                let what = format!("two kinds of emergency are called `{}`", kind.id);
                let mend = "give one of them another `id`, or make one of both.";
                self.tell(Problem::new("duplicate-kind", self.table.file().name.as_str(), what, mend));
            }
        }
    }

    fn tell_kinds_without_signs(&self, kinds: &[Option<RedFlag>], signs: &[Option<Sign>]) {
        // A sign that could not be read may be the one, and so may one whose kind is misspelt.
        let misspelt =
            |sign: &Sign| sign.kinds.iter().any(|kind| !self.kinds.iter().any(|name| *name == kind.as_str()));
        if signs.iter().any(|sign| sign.as_ref().is_none_or(misspelt)) {
            return;
        }
        for kind in kinds.iter().flatten() {
            if !signs.iter().flatten().any(|sign| sign.kinds.contains(&kind.id)) {
                let what = format!("no sign speaks for the kind of emergency `{}`", kind.id);
                let mend = format!("add `\"{}\"` to the `kinds` of a sign, or delete the kind.", kind.id);
                self.tell(Problem::new("kind-without-signs", self.table.file().name.as_str(), what, mend));
            }
        }
    }
}
