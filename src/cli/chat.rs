//! `caveat chat`: question after question, with history and completion; from a pipe, a reply a line.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::Context as _;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Editor};

use super::{Shared, print};
use crate::answering::{Action, Reply, ReplyKind};
use crate::faq::Faq;
use crate::knowledge::{EntryId, TopicId};
use crate::matching::Question;
use crate::problem::did_you_mean;
use crate::render::harmless::harmless_line;
use crate::render::terminal::{self, Look};
use crate::render::{explain, wording::terminal as words};

/// Ask questions one after the other
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  caveat chat                    :help lists the commands, Ctrl-D leaves
  caveat chat < questions.txt    one reply for each line, without prompts

Earlier questions are kept in $XDG_STATE_HOME/caveat/history (usually ~/.local/state), for you alone to read.")]
pub struct Args {
    /// Show below each reply how the entries were ranked, and why it was given
    #[arg(long)]
    explain: bool,
}

/// Talks until the input ends or somebody types `:quit`.
///
/// # Errors
/// If the FAQ does not load, or the terminal or pipe cannot be read.
pub fn run(args: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let faq = shared.faq()?;
    let mut session = Session::new(&faq, shared, args.explain);
    if io::stdin().is_terminal() {
        talk(&mut session)?
    } else {
        read_pipe(&mut session)?
    }
    Ok(ExitCode::SUCCESS)
}

/// Lines from a pipe: no prompts, no history; a line between two replies keeps them apart.
fn read_pipe(session: &mut Session<'_>) -> anyhow::Result<()> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    let mut first = true;
    while input.read_until(b'\n', &mut line).context("cannot read standard input")? > 0 {
        match session.take(&String::from_utf8_lossy(&line)) {
            Turn::Nothing => {}
            Turn::Quit => break,
            Turn::Say(text) => {
                print(&if first { text } else { format!("\n{}\n\n{text}", "─".repeat(20)) })?;
                first = false;
            }
        }
        line.clear();
    }
    Ok(())
}

fn talk(session: &mut Session<'_>) -> anyhow::Result<()> {
    // Tab steps through the suggestions one by one: they resemble what was typed without beginning with it, so that
    // there is no common beginning to complete to.
    let config = rustyline::Config::builder().completion_type(CompletionType::Circular).build();
    let mut editor: Editor<Completions<'_>, FileHistory> =
        Editor::with_config(config).context("cannot use this terminal")?;
    editor.set_helper(Some(Completions { faq: session.faq }));
    let history = history_file(|name| env::var_os(name).map(PathBuf::from));
    if let Some(file) = &history {
        // None yet, or not to be had: then this session begins without.
        let _ = editor.load_history(file);
    }
    print(&format!("{}\n{}\n", harmless_line(&session.faq.knowledge().set.name), words::CHAT_HELLO))?;
    loop {
        let line = match editor.readline("\n> ") {
            Ok(line) => line,
            // Ctrl-C drops the line that was begun, as in a shell.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error).context("cannot read the terminal"),
        };
        if !line.trim().is_empty() {
            editor.add_history_entry(line.trim()).context("cannot remember the line")?;
        }
        match session.take(&line) {
            Turn::Nothing => {}
            Turn::Quit => break,
            Turn::Say(text) => print(&format!("\n{text}"))?,
        }
    }
    if let Some(file) = history {
        // A history that cannot be kept is no reason to end in an error.
        let _ = save_history(&mut editor, &file);
    }
    Ok(())
}

/// rustyline writes the file so that only its owner may read it.
fn save_history(editor: &mut Editor<Completions<'_>, FileHistory>, file: &Path) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Appended, so that two sessions at once lose nothing of each other.
    editor.append_history(file)?;
    Ok(())
}

/// Where the history is kept, by the XDG base directory specification; `None` if there is no home.
fn history_file(env: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    // The specification says to ignore a relative path.
    let state = env("XDG_STATE_HOME").filter(|path| path.is_absolute());
    let home = || env("HOME").filter(|path| path.is_absolute()).map(|home| home.join(".local/state"));
    Some(state.or_else(home)?.join("caveat/history"))
}

/// What a line led to.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    Say(String),
    Nothing,
    Quit,
}

/// Something that a number picks.
enum Choice {
    Topic(TopicId),
    Entry(EntryId),
}

/// A conversation, without the terminal: lines in, texts out.
struct Session<'a> {
    faq: &'a Faq,
    today: jiff::civil::Date,
    look: Look,
    explain_all: bool,
    /// The last list that was shown.
    choices: Vec<Choice>,
    last: Option<Reply>,
}

const COMMANDS: [&str; 4] = [":help", ":topics", ":explain", ":quit"];

impl<'a> Session<'a> {
    fn new(faq: &'a Faq, shared: &Shared, explain_all: bool) -> Self {
        Self { faq, today: shared.today, look: shared.look, explain_all, choices: Vec::new(), last: None }
    }

    fn take(&mut self, line: &str) -> Turn {
        let line = line.trim();
        match line {
            "" => Turn::Nothing,
            ":quit" | ":q" | ":exit" => Turn::Quit,
            ":help" | ":h" | ":?" => Turn::Say(words::CHAT_HELP.to_owned() + "\n"),
            ":topics" => self.topics(),
            ":explain" => Turn::Say(match &self.last {
                Some(reply) => explain::why(reply, &self.look),
                None => words::CHAT_NOTHING_TO_EXPLAIN.to_owned() + "\n",
            }),
            _ if is_command(line) => {
                let meant = did_you_mean(line, COMMANDS);
                Turn::Say(words::chat_unknown_command(&harmless_line(line), meant) + "\n")
            }
            _ => match line.parse::<usize>() {
                Ok(number) => self.pick(number),
                Err(_) => self.ask(line),
            },
        }
    }

    fn ask(&mut self, line: &str) -> Turn {
        let reply = self.faq.ask(&Question::new(line).on(self.today));
        self.choices = match &reply.kind {
            ReplyKind::DidYouMean(offers) => offers.iter().map(|offer| Choice::Entry(offer.id.clone())).collect(),
            _ => Vec::new(),
        };
        self.show(reply)
    }

    fn show(&mut self, reply: Reply) -> Turn {
        let mut text = terminal::reply(&reply, &self.look);
        if matches!(reply.kind, ReplyKind::DidYouMean(_)) {
            text.push_str(words::CHAT_PICK);
            text.push('\n');
        }
        if self.explain_all {
            text.push_str(&format!("\n{}", explain::why(&reply, &self.look)));
        }
        self.last = Some(reply);
        Turn::Say(text)
    }

    fn pick(&mut self, number: usize) -> Turn {
        match number.checked_sub(1).and_then(|at| self.choices.get(at)) {
            Some(Choice::Entry(id)) => match self.faq.act(&Action::Show(id.clone()), Some(self.today)) {
                Some(reply) => self.show(reply),
                None => Turn::Nothing,
            },
            Some(Choice::Topic(id)) => self.topic(id.clone()),
            None => Turn::Say(words::chat_no_such_number(number, self.choices.len()) + "\n"),
        }
    }

    fn topics(&mut self) -> Turn {
        let knowledge = self.faq.knowledge();
        let count = |id: &TopicId| knowledge.entries.iter().filter(|entry| entry.topic == *id).count();
        let lines = knowledge.topics.iter().map(|topic| format!("{} ({})", topic.title, count(&topic.id))).collect();
        self.choices = knowledge.topics.iter().map(|topic| Choice::Topic(topic.id.clone())).collect();
        self.list(lines)
    }

    fn topic(&mut self, topic: TopicId) -> Turn {
        let entries: Vec<_> = self.faq.knowledge().entries.iter().filter(|entry| entry.topic == topic).collect();
        self.choices = entries.iter().map(|entry| Choice::Entry(entry.id.clone())).collect();
        self.list(entries.iter().map(|entry| entry.question.clone()).collect())
    }

    fn list(&self, lines: Vec<String>) -> Turn {
        Turn::Say(terminal::numbered(&lines, &self.look) + words::CHAT_PICK + "\n")
    }
}

/// Whether a line is meant as a command. `:)` and `:D` are not.
fn is_command(line: &str) -> bool {
    line.strip_prefix(':').is_some_and(|rest| rest.len() > 1 && rest.chars().all(|c| c.is_ascii_alphabetic()))
}

/// Completes commands, and questions and phrasings that resemble what is typed.
struct Completions<'a> {
    faq: &'a Faq,
}

/// As many as one steps through without losing patience.
const MAX_SUGGESTIONS: usize = 8;

impl Completer for Completions<'_> {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &rustyline::Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line.get(..pos).unwrap_or(line);
        let pair = |text: String| Pair { display: text.clone(), replacement: text };
        let found = if typed.starts_with(':') {
            COMMANDS.iter().filter(|command| command.starts_with(typed)).map(|it| pair((*it).to_owned())).collect()
        } else {
            let suggestions = self.faq.suggest(typed, MAX_SUGGESTIONS);
            suggestions.into_iter().map(|suggestion| pair(harmless_line(&suggestion.text))).collect()
        };
        Ok((0, found))
    }
}

impl Hinter for Completions<'_> {
    type Hint = String;
}
impl Highlighter for Completions<'_> {}
impl Validator for Completions<'_> {}
impl rustyline::Helper for Completions<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_is_kept_where_the_specification_says() {
        let from = |pairs: &'static [(&str, &str)]| {
            history_file(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value)))
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(from(&[("XDG_STATE_HOME", "/s"), ("HOME", "/h")]), path("/s/caveat/history"));
        assert_eq!(from(&[("XDG_STATE_HOME", "rel"), ("HOME", "/h")]), path("/h/.local/state/caveat/history"));
        assert_eq!(from(&[("HOME", "/h")]), path("/h/.local/state/caveat/history"));
        assert_eq!(from(&[]), None);
    }

    #[test]
    fn a_smile_is_no_command() {
        assert!(is_command(":topcis") && is_command(":help"));
        assert!(!is_command(":)") && !is_command(":D") && !is_command(": is it safe") && !is_command("a:b"));
    }
}
