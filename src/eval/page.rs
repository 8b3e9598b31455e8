//! The report as one page for a browser, `caveat eval --html`: what a moderator looks at after changing the FAQ.
//!
//! It loads nothing from anywhere: style (`page.css`), script (`page.js`) and plots (`plots`) stand in it, and its content
//! policy forbids the rest. Without the script it still shows everything.

mod plots;

use super::confusions::Confusion;
use super::figures::HEADLINES;
use super::reliability::{Guess, Reliability};
use super::{Figure, Outcome, Report, Said, Wanted};
use crate::knowledge::EntryId;
use crate::render::explain::{REASONS_SHOWN, WORDS_SHOWN, lacks_in_a_line, reasons_in_a_line, words_met};
use crate::render::html::Html;

/// Nothing is loaded and nothing is sent, even if something slipped through the escaping.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Longer messages are folded: stories of 4,000 characters would bury the table.
const UNFOLDED: usize = 280;

/// The columns of the table of cases: a label, whether it is sorted as a number, and whether it is sorted at all.
const COLUMNS: [(&str, bool, bool); 9] = [
    ("Kind", false, true),
    ("Message", false, true),
    ("Wanted", false, true),
    ("Said", false, true),
    ("Right", false, true),
    ("Confidence", true, true),
    ("Bar", true, true),
    ("Rank", true, true),
    ("Why", false, false),
];

impl Report {
    /// The whole page, to be written to a file as it is.
    pub fn page(&self) -> String {
        let mut html = Html::default();
        html.own("<!DOCTYPE html>\n");
        html.element("html", &[("lang", "en")], |html| {
            html.element("head", &[], |html| {
                html.void("meta", &[("charset", "utf-8")]);
                html.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", POLICY)]);
                html.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
                html.leaf("title", &[], &format!("caveat eval, FAQ {}", self.version));
                html.element("style", &[], |html| html.own(concat!("\n", include_str!("page.css"))));
            });
            html.own("\n");
            html.element("body", &[], |html| self.body(html));
        });
        html.own("\n");
        html.finish()
    }

    fn body(&self, html: &mut Html) {
        let guesses = self.guesses();
        html.element("header", &[], |html| {
            html.leaf("h1", &[], "How good the replies are");
            let cases = self.outcomes.len();
            html.leaf("p", &[("class", "faint")], &format!("{cases} cases, FAQ version {}", self.version));
        });
        html.own("\n");
        html.element("main", &[], |html| {
            self.figures(html, &guesses);
            if !guesses.is_empty() {
                plots::section(html, &guesses);
            }
            confusions(html, &self.confusions());
            self.cases(html);
        });
        html.own("\n");
        html.element("script", &[], |html| html.own(concat!("\n", include_str!("page.js"))));
    }

    fn figures(&self, html: &mut Html, guesses: &[Guess]) {
        let counted = HEADLINES.iter().filter_map(|(name, label)| {
            let figure = self.figure(name).filter(|figure| figure.of > 0)?;
            Some(((*label).to_owned(), of(&figure)))
        });
        let it = Reliability::of(guesses);
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        let deeper = [
            ("expected calibration error (0 is perfect)", format!("{:.3}", it.calibration_error)),
            ("area under the risk–coverage curve (0 is perfect)", format!("{:.3}", it.aurc)),
            ("answered rightly if at most 5 % of the answers may be wrong (hindsight)", percent(it.covered_at_5)),
            ("answered rightly if at most 2 % may be", percent(it.covered_at_2)),
        ];
        let deeper = deeper.map(|(label, value)| (label.to_owned(), value));
        html.leaf("h2", &[], "Figures");
        html.element("table", &[], |html| {
            html.element("tbody", &[], |html| {
                for (label, value) in counted.chain(deeper.into_iter().filter(|_| !guesses.is_empty())) {
                    html.element("tr", &[], |html| {
                        html.leaf("th", &[("scope", "row")], &label);
                        html.leaf("td", &[("class", "number")], &value);
                    });
                }
            });
        });
        html.own("\n");
    }

    fn cases(&self, html: &mut Html) {
        html.leaf("h2", &[("id", "all")], "Every case");
        // Only the script can make use of them.
        html.element("div", &[("class", "tools"), ("id", "tools"), ("hidden", "")], |html| {
            html.element("label", &[], |html| {
                html.void("input", &[("type", "checkbox"), ("id", "wrong-only")]);
                html.text(" wrong only");
            });
            html.element("label", &[], |html| {
                html.text("with the words ");
                html.void("input", &[("type", "search"), ("id", "words")]);
            });
            html.leaf("span", &[("id", "shown"), ("role", "status"), ("class", "faint")], "");
        });
        html.element("table", &[("id", "cases"), ("aria-labelledby", "all")], |html| {
            html.element("thead", &[], |html| html.element("tr", &[], header));
            html.own("\n");
            html.element("tbody", &[], |html| {
                for outcome in &self.outcomes {
                    row(html, outcome);
                    html.own("\n");
                }
            });
        });
    }
}

fn header(html: &mut Html) {
    for (label, number, sorted) in COLUMNS {
        let class = if number { "number" } else { "" };
        if sorted {
            let attributes = [("scope", "col"), ("class", class), ("aria-sort", "none")];
            html.element("th", &attributes, |html| html.leaf("button", &[("type", "button")], label));
        } else {
            html.leaf("th", &[("scope", "col"), ("class", class)], label);
        }
    }
}

fn row(html: &mut Html, outcome: &Outcome) {
    let case = &outcome.case;
    let first = outcome.ranking.first();
    html.element("tr", &[("class", if outcome.right { "" } else { "is-wrong" })], |html| {
        cell(html, 0, "", |html| {
            html.text(case.kind.name());
            html.leaf("span", &[("class", "faint")], &format!(" {}:{}", file_name(&case.file), case.line));
        });
        cell(html, 1, "message", |html| message(html, &case.q));
        cell(html, 2, "ids", |html| html.text(&wanted(&case.wanted)));
        cell(html, 3, "ids", |html| html.text(&said(&outcome.said)));
        cell(html, 4, "", |html| match (outcome.right, outcome.is_harmful()) {
            (true, false) => html.text("yes"),
            (_, true) => html.leaf("span", &[("class", "wrong")], "no, harmful"),
            (false, false) => html.leaf("span", &[("class", "wrong")], "no"),
        });
        number(html, 5, first.map(|first| first.confidence.value()), 2);
        // A red flag is raised before anything is held against a bar.
        number(html, 6, Some(outcome.why.bar).filter(|_| outcome.why.confidence.is_some()), 2);
        number(html, 7, outcome.rank.map(|rank| rank as f64), 0);
        cell(html, 8, "why", |html| why(html, outcome));
    });
}

fn cell(html: &mut Html, column: usize, class: &'static str, inside: impl FnOnce(&mut Html)) {
    html.element("td", &[("data-label", COLUMNS[column].0), ("class", class)], inside);
}

/// A number, or a dash that is sorted behind all numbers.
fn number(html: &mut Html, column: usize, value: Option<f64>, digits: usize) {
    let shown = value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"));
    let sorted = value.map_or_else(|| "1e9".to_owned(), |value| value.to_string());
    let attributes = [("data-label", COLUMNS[column].0), ("class", "number"), ("data-value", &sorted)];
    html.leaf("td", &attributes, &shown);
}

fn message(html: &mut Html, q: &str) {
    // The direction of the writing is the message's own, and stays inside it.
    let auto = [("dir", "auto")];
    if q.chars().count() <= UNFOLDED {
        return html.leaf("bdi", &auto, q);
    }
    html.element("details", &[], |html| {
        let beginning: String = q.chars().take(UNFOLDED).chain(['…']).collect();
        html.element("summary", &[], |html| html.leaf("bdi", &auto, &beginning));
        html.leaf("bdi", &auto, q);
    });
}

fn why(html: &mut Html, outcome: &Outcome) {
    let why = &outcome.why;
    let mut line = |label: &str, text: &str| {
        if !text.is_empty() {
            html.element("p", &[], |html| {
                if !label.is_empty() {
                    html.leaf("span", &[("class", "faint")], label);
                }
                html.text(text);
            });
        }
    };
    line("", &why.because);
    line("red flag: ", &why.red_flag.join(" · "));
    if let Some(first) = outcome.ranking.first() {
        line("nearest: ", &format!("“{}” ({})", first.explanation.nearest, first.id));
        line("words met: ", &words_met(&first.explanation.words, WORDS_SHOWN));
    }
    line("heard: ", why.heard.as_deref().unwrap_or_default());
    line("new words: ", &why.unknown_words.join(" "));
    line("confidence: ", &reasons_in_a_line(&why.reasons, REASONS_SHOWN));
    line("the second lacks: ", &lacks_in_a_line(&why.lacked, REASONS_SHOWN));
    let behind = outcome.top().iter().skip(1).map(|found| format!("{} {:.2}", found.id, found.confidence.value()));
    line("behind it: ", &behind.collect::<Vec<_>>().join(" · "));
}

fn confusions(html: &mut Html, confusions: &[Confusion<'_>]) {
    if confusions.is_empty() {
        return;
    }
    html.leaf("h2", &[], "Confusions");
    html.leaf("p", &[], "Which entry stood first where another was wanted, or was answered where none was.");
    // Scrolled by keyboard too, hence the tab stop.
    let attributes = [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Confusions")];
    html.element("div", &attributes, |html| {
        html.element("table", &[], |html| {
            html.element("thead", &[], |html| {
                html.element("tr", &[], |html| {
                    html.leaf("th", &[("scope", "col"), ("class", "number")], "Cases");
                    for label in ["Wanted", "Found first", "For example"] {
                        html.leaf("th", &[("scope", "col")], label);
                    }
                });
            });
            html.element("tbody", &[], |html| {
                for confusion in confusions {
                    html.element("tr", &[], |html| {
                        html.leaf("td", &[("class", "number")], &confusion.cases.len().to_string());
                        html.leaf("td", &[("class", "ids")], confusion.wanted.map_or("no answer", |id| id.as_str()));
                        html.leaf("td", &[("class", "ids")], confusion.found.as_str());
                        html.element("td", &[("class", "message")], |html| {
                            if let Some(outcome) = confusion.cases.first() {
                                message(html, &outcome.case.q);
                            }
                        });
                    });
                    html.own("\n");
                }
            });
        });
    });
}

fn wanted(wanted: &Wanted) -> String {
    let ids = || wanted.ids().iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" or ");
    match wanted {
        Wanted::Entry(_) => ids(),
        Wanted::Both(first, second) => {
            let one = |ids: &[EntryId]| ids.iter().map(EntryId::as_str).collect::<Vec<_>>().join(" or ");
            format!("{} and {}", one(first), one(second))
        }
        Wanted::NoAnswer => "no answer".to_owned(),
        Wanted::Urgent => "urgent".to_owned(),
        Wanted::NotUrgent(_) => "not urgent".to_owned(),
    }
}

fn said(said: &Said) -> String {
    let ids = said.ids().join(", ");
    match said {
        Said::Answer(_) => format!("answer: {ids}"),
        Said::Offers(_) => format!("asked back: {ids}"),
        Said::NotInFaq => "not in the FAQ".to_owned(),
        Said::Urgent(_) => format!("urgent: {ids}"),
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// `250 of 292 (85.6 %)`.
fn of(figure: &Figure) -> String {
    let share = figure.share().map_or_else(String::new, |share| format!(" ({:.1} %)", share * 100.0));
    format!("{} of {}{share}", figure.count, figure.of)
}
