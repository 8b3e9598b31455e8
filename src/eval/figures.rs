//! Counts the outcomes: per kind of cases, and over all in which an answer can be wrong.

use std::fmt;
use std::ops::AddAssign;

use super::{Kind, Outcome, Report, Said, Wanted, answered_right, asked_back_right};
use crate::render::wording::percent;

/// A counted figure: so many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    pub name: &'static str,
    pub count: usize,
    /// How many it could have been: the ground of its share.
    pub of: usize,
}

impl Figure {
    /// The share in `0.0..=1.0`; `None` where there was nothing to count.
    pub fn share(&self) -> Option<f64> {
        // Counts of cases are far below 2^52, where a float would begin to round them.
        (self.of > 0).then(|| self.count as f64 / self.of as f64)
    }
}

impl fmt::Display for Figure {
    /// `250 of 292 (86 %)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.count, self.of)?;
        self.share().map_or(Ok(()), |share| write!(f, " ({})", share_text(share)))
    }
}

/// A share in percent. A counted one may well be all or none, which a guess may not.
pub fn share_text(share: f64) -> String {
    if share == 0.0 || share == 1.0 { format!("{:.0} %", share * 100.0) } else { percent(share) }
}

/// The figures that tell the most, in the order in which they are shown: the name for [`Report::figure`], and what it is.
pub const HEADLINES: [(&str, &str); 9] = [
    ("members.first_right", "members: first in the ranking is acceptable"),
    ("members.top3_right", "members: among the first three"),
    ("members.right", "members: answered or asked back rightly"),
    ("members.answered_right", "members: answered rightly at once"),
    ("oos.answered_wrong", "oos: answered"),
    ("urgent.caught", "urgent: emergencies caught"),
    ("urgent.false_alarms", "urgent: look-alikes that raised an alarm"),
    ("hostile.as_expected", "hostile: as expected"),
    ("summary.answered_wrong", "answers that are wrong (members, oos, hostile)"),
];

/// How often what was said, over cases of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub cases: usize,
    /// Right by the rules of the kind.
    pub right: usize,
    pub answered_right: usize,
    pub answered_wrong: usize,
    /// An acceptable entry was among those offered.
    pub asked_back_right: usize,
    /// None was; for kinds without acceptable entries that is every time it asked back, and no harm.
    pub asked_back_wrong: usize,
    pub not_in_faq: usize,
    /// The urgent reply was given, rightly or not.
    pub urgent: usize,
    /// The first of the ranking was acceptable, whatever was said.
    pub first_right: usize,
    /// One of the first three was.
    pub top3_right: usize,
    /// Cases that are emergencies.
    pub emergencies: usize,
    /// Emergencies that got the urgent reply.
    pub caught: usize,
}

impl Counts {
    /// The counts over the outcomes of `kind`.
    pub fn of(kind: Kind, outcomes: &[Outcome]) -> Self {
        let mut counts = Self::default();
        outcomes.iter().filter(|outcome| outcome.case.kind == kind).for_each(|outcome| counts += outcome);
        counts
    }

    /// All figures that mean something for `kind`, in the order in which they are shown.
    pub fn figures(&self, kind: Kind) -> Vec<Figure> {
        let of = |name, count| Figure { name, count, of: self.cases };
        let mut figures = vec![
            of("cases", self.cases),
            of("right", self.right),
            of("answered_right", self.answered_right),
            of("answered_wrong", self.answered_wrong),
            of("asked_back_right", self.asked_back_right),
            of("asked_back_wrong", self.asked_back_wrong),
            of("not_in_faq", self.not_in_faq),
            of("urgent", self.urgent),
        ];
        match kind {
            Kind::Members => {
                figures.push(of("first_right", self.first_right));
                figures.push(of("top3_right", self.top3_right));
            }
            Kind::Oos => {}
            Kind::Urgent => {
                let emergencies = self.emergencies;
                figures.push(Figure { name: "caught", count: self.caught, of: emergencies });
                figures.push(Figure { name: "missed", count: emergencies - self.caught, of: emergencies });
                let false_alarms = self.urgent - self.caught;
                figures.push(Figure { name: "false_alarms", count: false_alarms, of: self.cases - emergencies });
            }
            Kind::Hostile => figures.push(of("as_expected", self.right)),
        }
        figures
    }
}

impl AddAssign<&Outcome> for Counts {
    fn add_assign(&mut self, outcome: &Outcome) {
        let (wanted, said) = (&outcome.case.wanted, &outcome.said);
        self.cases += 1;
        self.right += usize::from(outcome.right);
        match said {
            Said::Answer(_) if answered_right(wanted, said) => self.answered_right += 1,
            Said::Answer(_) => self.answered_wrong += 1,
            Said::Offers(_) if asked_back_right(wanted, said) => self.asked_back_right += 1,
            Said::Offers(_) => self.asked_back_wrong += 1,
            Said::NotInFaq => self.not_in_faq += 1,
            Said::Urgent(_) => self.urgent += 1,
        }
        self.first_right += usize::from(outcome.rank == Some(1));
        self.top3_right += usize::from(outcome.rank.is_some_and(|rank| rank <= 3));
        if *wanted == Wanted::Urgent {
            self.emergencies += 1;
            self.caught += usize::from(outcome.right);
        }
    }
}

impl Report {
    /// The kinds that there were cases of, in the order of [`Kind::ALL`].
    pub fn kinds(&self) -> Vec<Kind> {
        let has_cases = |kind: &Kind| self.outcomes.iter().any(|outcome| outcome.case.kind == *kind);
        Kind::ALL.into_iter().filter(has_cases).collect()
    }

    /// The files that cases of `kind` came from, in the order in which they were given.
    pub fn files(&self, kind: Kind) -> Vec<&str> {
        let mut files: Vec<&str> = Vec::new();
        for outcome in self.outcomes.iter().filter(|outcome| outcome.case.kind == kind) {
            if !files.contains(&outcome.case.file.as_str()) {
                files.push(&outcome.case.file);
            }
        }
        files
    }

    pub fn counts(&self, kind: Kind) -> Counts {
        Counts::of(kind, &self.outcomes)
    }

    /// How trustworthy an answer is, over all kinds in which answers are given to ordinary messages: members, oos and
    /// hostile together. The share of `answered_wrong` is that of all answers given.
    pub fn summary(&self) -> Vec<Figure> {
        let counts = [Kind::Members, Kind::Oos, Kind::Hostile].map(|kind| self.counts(kind));
        let sum = |pick: fn(&Counts) -> usize| counts.iter().map(pick).sum::<usize>();
        let cases = sum(|counts| counts.cases);
        let (right, wrong) = (sum(|counts| counts.answered_right), sum(|counts| counts.answered_wrong));
        vec![
            Figure { name: "cases", count: cases, of: cases },
            Figure { name: "answered", count: right + wrong, of: cases },
            Figure { name: "answered_right", count: right, of: right + wrong },
            Figure { name: "answered_wrong", count: wrong, of: right + wrong },
        ]
    }

    /// The figure called `name`: `members.first_right`, `summary.answered_wrong`, or a plain `first_right`, which is the
    /// sum over all kinds that have it. `None` if there is none of that name among the cases at hand.
    pub fn figure(&self, name: &str) -> Option<Figure> {
        let find = |figures: Vec<Figure>, name: &str| figures.into_iter().find(|figure| figure.name == name);
        let of_kind = |kind| self.counts(kind).figures(kind);
        match name.split_once('.') {
            Some(("summary", name)) => find(self.summary(), name),
            Some((kind, name)) => {
                let kind = Kind::of_stem(kind).filter(|kind| self.kinds().contains(kind))?;
                find(of_kind(kind), name)
            }
            None => self.kinds().into_iter().filter_map(|kind| find(of_kind(kind), name)).reduce(|a, b| Figure {
                name: a.name,
                count: a.count + b.count,
                of: a.of + b.of,
            }),
        }
    }

    /// All names that [`Report::figure`] knows, the plain ones left out.
    pub fn figure_names(&self) -> Vec<String> {
        let kinds = self.kinds().into_iter().map(|kind| (kind.name(), self.counts(kind).figures(kind)));
        kinds
            .chain([("summary", self.summary())])
            .flat_map(|(kind, figures)| figures.into_iter().map(move |figure| format!("{kind}.{}", figure.name)))
            .collect()
    }
}
