//! `caveat tune`: fits the engine's weights, and the bars that keep the operator's promise, to judged cases.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::{Shared, eval, print, sets};
use crate::answering::triage::Triage;
use crate::eval::{Kind, Wanted};
use crate::faq::Faq;
use crate::knowledge::red_flag::RedFlags;
use crate::knowledge::{Risk, Vocabulary};
use crate::matching::Index;
use crate::matching::candidates::Breadth;
use crate::matching::weights::Weights;
use crate::tune::tone::{Heard, learn};
use crate::tune::{FOLDS, HeldOut, Judged, JudgedSet, Tuned, figures, fit, fold_of, tune};

/// Fit confidence and bars to judged cases of your own
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --bench the weights of the measures stay as they are, and only the
confidence and the bars are fitted: a hundred or two judged messages are enough.
With --bench everything is fitted anew; each DIR/NAME holds faq.jsonl and
queries.jsonl (see `caveat rank --help`).

Examples:
  caveat tune --out weights.toml tests/cases/*.jsonl
  caveat tune --bench bench --out weights.toml tests/cases/*.jsonl

Then name the file in config.toml: [matching] weights = \"weights.toml\"

With --tone only the words of emergencies are learned, from urgent.jsonl with the
other files as what is none; the file goes into the program's source.")]
pub struct Args {
    /// Case files of this FAQ: members.jsonl, oos.jsonl, hostile.jsonl; urgent.jsonl counts for --tone only
    #[arg(required = true, value_name = "FILE")]
    cases: Vec<PathBuf>,
    /// A folder of further FAQs with judged questions, to fit the measures' weights to
    #[arg(long, value_name = "DIR")]
    bench: Option<PathBuf>,
    /// Leave these sets of --bench out of the fit, and show how they do
    #[arg(long, value_name = "NAME", requires = "bench")]
    leave_out: Vec<String>,
    /// Fit also the weights for questions that the model in this folder was asked about
    #[cfg(feature = "semantic")]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Also fit without each set of --bench in turn, and show how that one does
    #[arg(long, requires = "bench")]
    leave_each_out: bool,
    /// Where to write the weights; without it they are only judged
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Learn what words people in trouble use, write that here, and show how well it hears messages it has not seen
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bench", "out"])]
    tone: Option<PathBuf>,
}

/// The own set counts as much as this many public ones: it is the FAQ that will be served, and the others keep the fit from
/// learning its wording by heart. 1.5 to 12 gave nearly the same figures.
const OWN_IMPORTANCE: f64 = 4.0;

/// Sets under these endings say the same as their smaller sisters, or are typed by a machine.
const LEFT_ASIDE: [&str; 2] = ["-full", "typo-few"];

/// Fits, shows and writes.
///
/// # Errors
/// If the FAQ does not load, or a file cannot be read, used or written.
pub fn run(args: Args, shared: &Shared) -> anyhow::Result<ExitCode> {
    let faq = shared.faq()?;
    if let Some(out) = &args.tone {
        return learn_tone(&faq, &args.cases, out);
    }
    let mut own = own_set(&faq, &args.cases)?;
    own.importance = OWN_IMPORTANCE;
    if own.questions.is_empty() {
        bail!("there is nothing to fit to: no case of kind members, oos or hostile was given");
    }
    let mut public = match &args.bench {
        Some(dir) => bench_sets(dir)?,
        None => Vec::new(),
    };
    let left_out: Vec<JudgedSet> = public.extract_if(.., |set| args.leave_out.contains(&set.name)).collect();
    let prior = args.bench.is_none().then(|| shared.weights()).transpose()?;
    let mut all = public;
    all.push(own);
    let own = all.len() - 1;
    eprintln!("fitting {} sets, {} questions …", all.len(), all.iter().map(|set| set.questions.len()).sum::<usize>());
    #[cfg_attr(not(feature = "semantic"), expect(unused_mut))]
    let mut tuned = fit_and_show(&mut all, left_out, own, prior.as_ref(), args.leave_each_out)?;
    #[cfg(feature = "semantic")]
    if let Some(dir) = &args.model {
        let model = with_model(dir, &mut all)?;
        print("\nwith the model\n")?;
        let prior = prior.as_ref().and_then(|prior| prior.with_model.as_deref());
        let with_model = fit_and_show(&mut all, Vec::new(), own, prior, args.leave_each_out)?;
        tuned.weights.with_model = Some(Box::new(Weights { model: Some(model), ..with_model.weights }));
    }
    if let Some(out) = &args.out {
        fs::write(out, tuned.weights.to_toml()).with_context(|| format!("cannot write {}", out.display()))?;
        eprintln!("wrote {}", out.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn fit_and_show(
    all: &mut Vec<JudgedSet>,
    left_out: Vec<JudgedSet>,
    own: usize,
    prior: Option<&Weights>,
    each_left_out_too: bool,
) -> anyhow::Result<Tuned> {
    let tuned = tune(all, own, prior);
    print(&table(&tuned, all, left_out)?)?;
    if each_left_out_too {
        print(&each_left_out(all)?)?;
    }
    Ok(tuned)
}

/// Asks the model in the folder `dir` what all texts and questions mean. Gives a word for the model.
#[cfg(feature = "semantic")]
fn with_model(dir: &Path, all: &mut [JudgedSet]) -> anyhow::Result<String> {
    use super::model::{load, show_progress};
    use crate::embedding::Embedder;
    use crate::matching::similarity::meanings::Meaning;

    let embedder = Embedder::new(load(dir).map_err(|problem| anyhow::anyhow!("{problem}"))?, None);
    for set in all {
        let texts: Vec<&str> = set.index.all_written().collect();
        let (vectors, _) = embedder.vectors(&texts, &mut show_progress);
        set.index.learn_meanings(vectors);
        let ways: Vec<Vec<String>> = set.questions.iter().map(|it| set.index.ways_to_say(&it.text)).collect();
        let texts: Vec<&str> = ways.iter().flatten().map(String::as_str).collect();
        let (vectors, _) = embedder.vectors(&texts, &mut show_progress);
        let mut vectors = vectors.iter().map(Vec::as_slice);
        for (question, ways) in set.questions.iter_mut().zip(&ways) {
            question.meaning = Meaning::of_all(vectors.by_ref().take(ways.len()));
        }
    }
    Ok(embedder.model().name())
}

/// Learns the tone of emergencies, shows how it does by cross-validation, and writes it.
fn learn_tone(faq: &Faq, files: &[PathBuf], out: &Path) -> anyhow::Result<ExitCode> {
    let flags = &faq.knowledge().red_flags;
    let signs = Triage::with_tone(flags, None);
    let mut heard: Vec<Heard> = eval::read_cases(files)?
        .into_iter()
        .map(|case| {
            let urgent = case.wanted == Wanted::Urgent;
            let labelled = flags.kinds.iter().map(|kind| kind.id.as_str()).find(|id| *id == case.about);
            // Older cases name no kind; the signs know it of nearly all.
            let kind = labelled.or_else(|| signs.weigh(&case.q).flag.map(|flag| flag.id.as_str()));
            Heard { kind: kind.filter(|_| urgent).map(str::to_owned), text: case.q, urgent }
        })
        .collect();
    // What entries answer is no emergency, or `check` would say so: a good sample of what is asked on an ordinary day.
    let entries = faq.knowledge().entries.iter();
    let asked = entries.flat_map(|entry| std::iter::once(&entry.question).chain(&entry.phrasings));
    heard.extend(asked.map(|text| Heard { text: text.clone(), urgent: false, kind: None }));
    if !heard.iter().any(|message| message.urgent) || heard.iter().all(|message| message.urgent) {
        bail!("there is nothing to learn from: give case files with emergencies and others without");
    }
    print(&tone_table(flags, &heard)?)?;
    fs::write(out, learn(&heard).to_text()).with_context(|| format!("cannot write {}", out.display()))?;
    eprintln!("wrote {}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// How many emergencies are caught, and how many other messages are alarmed, by a tone that has not heard them.
fn tone_table(flags: &RedFlags, heard: &[Heard]) -> anyhow::Result<String> {
    let mut text = format!("{:<28}{:>10}{:>14}\n", "", "caught", "false alarms");
    let mut told: Vec<(bool, bool)> = Vec::new();
    for fold in 0..FOLDS {
        let others: Vec<Heard> = heard.iter().filter(|message| fold_of(&message.text) != fold).cloned().collect();
        let triage = Triage::with_tone(flags, Some(learn(&others)));
        let own = heard.iter().filter(|message| fold_of(&message.text) == fold);
        told.extend(own.map(|message| (message.urgent, triage.weigh(&message.text).flag.is_some())));
    }
    let signs = Triage::with_tone(flags, None);
    let by_signs = heard.iter().map(|message| (message.urgent, signs.weigh(&message.text).flag.is_some())).collect();
    for (name, told) in [("signs alone, not held out", by_signs), ("and tone, cross-validated", told)] {
        let share = |urgent: bool| {
            let of_this_sort = told.iter().filter(|(is, _)| *is == urgent).count();
            told.iter().filter(|(is, alarm)| *is == urgent && *alarm).count() as f64 / of_this_sort.max(1) as f64
        };
        writeln!(text, "{name:<28}{:>10.3}{:>14.3}", share(true), share(false))?;
    }
    Ok(text)
}

/// The served FAQ with its judged cases.
fn own_set(faq: &Faq, files: &[PathBuf]) -> anyhow::Result<JudgedSet> {
    let entries = &faq.knowledge().entries;
    let cases = eval::read_cases(files)?.into_iter().filter(|case| case.kind != Kind::Urgent);
    let questions = cases.map(|case| {
        let right = match &case.wanted {
            Wanted::Entry(_) | Wanted::Both(..) => {
                let ids = case.wanted.ids();
                (0..).zip(entries).filter(|(_, entry)| ids.contains(&&entry.id)).map(|(at, _)| at).collect()
            }
            _ => Vec::new(),
        };
        Judged { text: case.q, right, meaning: None }
    });
    Ok(JudgedSet {
        name: "own".into(),
        questions: questions.collect(),
        index: Index::new(faq.knowledge(), Weights::plain()),
        importance: 1.0,
        high_risk: entries.iter().map(|entry| entry.risk == Risk::High).collect(),
    })
}

/// The sets in the folders of `dir`, in the order of their names.
fn bench_sets(dir: &Path) -> anyhow::Result<Vec<JudgedSet>> {
    let listed = fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))?;
    let mut folders: Vec<PathBuf> = listed.filter_map(Result::ok).map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("faq.jsonl").is_file());
    folders.sort();
    let mut found = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if LEFT_ASIDE.iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let documents = sets::entries(&folder.join("faq.jsonl"))?;
        let questions = sets::judged(&folder.join("queries.jsonl"), &documents)?;
        let high_risk = vec![false; documents.len()];
        let index = Index::of(documents, &Vocabulary::default(), Weights::plain());
        found.push(JudgedSet { name, index, questions, importance: 1.0, high_risk });
    }
    Ok(found)
}

/// How each public set does under weights that were fitted to all the others.
fn each_left_out(all: &mut Vec<JudgedSet>) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut macros = [0f64; CELLS];
    let public = all.len() - 1;
    for nth in 0..public {
        let mut set = all.remove(nth);
        let weights = fit(all, |_, _| true);
        let cells = cells(&judge(&mut set, &weights));
        text.push_str(&row(&format!("{}, left out", set.name), &cells));
        macros.iter_mut().zip(cells).for_each(|(sum, cell)| *sum += cell / public as f64);
        all.insert(nth, set);
    }
    text.push_str(&row("their mean", &macros));
    Ok(text)
}

const CELLS: usize = 6;

fn cells(judged: &[HeldOut]) -> [f64; CELLS] {
    let f = figures(judged);
    [f.first, f.first_three, f.aurc, f.covered_at_5, f.covered_at_2, f.calibration_error]
}

fn row(name: &str, cells: &[f64; CELLS]) -> String {
    let cells: String = cells.iter().map(|cell| format!("{cell:>8.3}")).collect();
    format!("{name:<32}{cells}\n")
}

/// How the fit does, for people: the own set by cross-validation, sets left out, sets fitted to.
fn table(tuned: &Tuned, all: &mut [JudgedSet], left_out: Vec<JudgedSet>) -> anyhow::Result<String> {
    let mut text =
        format!("{:<32}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "", "first", "first 3", "AURC", "cov@5%", "cov@2%", "ECE");
    let mut row = |name: &str, judged: &[HeldOut]| text.push_str(&row(name, &cells(judged)));
    row("own, by cross-validation", &tuned.held_out);
    let (own, public) = all.split_last_mut().context("there is always the own set")?;
    row("own, fitted to", &judge(own, &tuned.weights));
    for mut set in left_out {
        row(&format!("{}, left out", set.name), &judge(&mut set, &tuned.weights));
    }
    for set in public {
        row(&set.name.clone(), &judge(set, &tuned.weights));
    }
    text.push('\n');
    for bar in tuned.weights.bars.iter().filter(|bar| [0.01, 0.02, 0.03, 0.05, 0.1].contains(&bar.max_wrong)) {
        let answered = |at: f64| tuned.held_out.iter().filter(|h| h.confidence >= at && h.right()).count();
        let shown = |bar: f64| if bar > 1.0 { "none".to_owned() } else { format!("{bar:.3}") };
        text.push_str(&format!(
            "at most {:>2.0} wrong of 100: bar {} ({} answered rightly), high risk {}\n",
            bar.max_wrong * 100.0,
            shown(bar.ordinary),
            answered(bar.ordinary),
            shown(bar.high_risk)
        ));
    }
    Ok(text)
}

fn judge(set: &mut JudgedSet, weights: &Weights) -> Vec<HeldOut> {
    set.index.set_weights(weights.clone());
    set.questions
        .iter()
        .map(|question| {
            let measured = set.index.measure_meant(&question.text, question.meaning.as_ref(), Breadth::USUAL);
            HeldOut {
                rank: measured.order.iter().position(|entry| question.right.contains(entry)).map(|at| at + 1),
                in_scope: !question.right.is_empty(),
                confidence: set.index.confidence(&measured).value(),
                high_risk: measured.order.first().is_some_and(|first| set.high_risk[*first as usize]),
            }
        })
        .collect()
}
