//! Labelled questions on disk, and what must come of them: whether a set is good enough to take effect.
//!
//! Here case files are found, opened and told apart by their names. What stands in them is read by `eval::cases`, put to
//! the set by `eval`, and held against the bars by `eval::bars`.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use crate::eval::{Bar, Case, Kind, cases, evaluate_on};
use crate::faq::Faq;
use crate::problem::Problem;

/// Case files and the bars that a set must reach on them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trial {
    pub files: Vec<PathBuf>,
    pub bars: Vec<Bar>,
}

/// Why there are no cases.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    #[error(
        "{}: the name of a case file begins with what it holds: members, oos, urgent or hostile (urgent.jsonl, \
         urgent-own.jsonl)",
        .0.display()
    )]
    NoKind(PathBuf),
    #[error("cannot read the case file {}: {why}", .file.display())]
    Unreadable { file: PathBuf, why: io::Error },
    /// All bad lines of all files; never empty.
    #[error("{}", all(.0))]
    Mistakes(Vec<Problem>),
}

/// Why a set did not pass.
#[derive(Debug)]
pub enum Failed {
    Cases(CasesError),
    /// Bars that are not met, each with the figure that it is; or that name no figure. Never empty.
    Bars(Vec<String>),
}

impl Trial {
    /// The cases of all files.
    ///
    /// # Errors
    /// See [`CasesError`].
    pub fn cases(&self) -> Result<Vec<Case>, CasesError> {
        read_cases(&self.files)
    }

    /// Puts all cases to `faq`, on one thread: others are answering members meanwhile. That takes a second or two for
    /// some thousand cases.
    ///
    /// # Errors
    /// If the cases cannot be read, or a bar is not met.
    pub fn hold(&self, faq: &Faq) -> Result<(), Failed> {
        if self.files.is_empty() {
            return Ok(());
        }
        let report = evaluate_on(faq, self.cases().map_err(Failed::Cases)?, 1);
        let missed = self.bars.iter().filter_map(|bar| match bar.hold(&report) {
            Ok(held) if held.met => None,
            Ok(held) => Some(format!("{bar}; it is {}", held.figure)),
            Err(why) => Some(why),
        });
        let missed: Vec<String> = missed.collect();
        if missed.is_empty() { Ok(()) } else { Err(Failed::Bars(missed)) }
    }
}

/// The cases of all `files`.
///
/// # Errors
/// If a file cannot be read or its name says no kind; else all bad lines of all files.
pub fn read_cases(files: &[PathBuf]) -> Result<Vec<Case>, CasesError> {
    let mut all = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        match read_file(file)? {
            Ok(cases) => all.extend(cases),
            Err(told) => problems.extend(told),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(CasesError::Mistakes(problems)) }
}

fn read_file(file: &Path) -> Result<Result<Vec<Case>, Vec<Problem>>, CasesError> {
    let name = file.display().to_string();
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let kind = Kind::of_stem(stem).ok_or_else(|| CasesError::NoKind(file.to_owned()))?;
    let bytes = fs::read(file).map_err(|why| CasesError::Unreadable { file: file.to_owned(), why })?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => cases::parse(kind, &name, &text),
        Err(error) => {
            let upto = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..upto].iter().filter(|byte| **byte == b'\n').count() + 1;
            let what = format!("line {line} is no UTF-8");
            Err(vec![Problem::new("bad-utf8", name, what, "save the file as UTF-8.")])
        }
    })
}

fn all(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n\n")
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cases(why) => write!(f, "{why}"),
            Self::Bars(missed) => f.write_str(&missed.join("\n")),
        }
    }
}
