//! What a report must reach, or must not exceed: `--min members.first_right=.74`, `--max urgent.false_alarms=2`.

use super::{Figure, Report};
use crate::problem::did_you_mean;

/// A figure and the value it is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// As [`Report::figure`] takes it.
    pub name: String,
    pub side: Side,
    pub value: Value,
}

/// On which side of the value a figure must stay; the value itself is fine on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    AtLeast,
    AtMost,
}

/// What a bar is measured in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// So many cases: written as a whole number.
    Count(usize),
    /// A share in `0.0..=1.0`: written with a decimal point, or in percent.
    Share(f64),
}

/// What became of a bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub figure: Figure,
    pub met: bool,
}

impl Bar {
    /// The bar that `text` writes: `NAME=VALUE`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str, side: Side) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("write NAME=VALUE, such as members.first_right=.74")?;
        let (name, value) = (name.trim(), value.trim());
        let wrong = || format!("`{value}` is neither a count (`3`) nor a share (`.74`, `1.0`, `74%`)");
        let share = |text: &str, whole: f64| {
            let share = text.parse::<f64>().map_err(|_| wrong())? / whole;
            if (0.0..=1.0).contains(&share) { Ok(Value::Share(share)) } else { Err(wrong()) }
        };
        let value = match value.strip_suffix('%') {
            Some(percent) => share(percent.trim(), 100.0)?,
            None if value.contains('.') => share(value, 1.0)?,
            None => Value::Count(value.parse().map_err(|_| wrong())?),
        };
        Ok(Self { name: name.to_owned(), side, value })
    }

    /// Holds the bar against `report`. Where there was nothing to count, no least share is reached and no greatest
    /// exceeded.
    ///
    /// # Errors
    /// A sentence, if the report has no such figure: a bar that is not measured must not pass in silence.
    pub fn hold(&self, report: &Report) -> Result<Held, String> {
        let Some(figure) = report.figure(&self.name) else {
            let names = report.figure_names();
            let hint = match did_you_mean(&self.name, names.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", names.join(", ")),
            };
            return Err(format!("these cases have no figure `{}`; {hint}", self.name));
        };
        let met = match (self.value, self.side) {
            (Value::Count(value), Side::AtLeast) => figure.count >= value,
            (Value::Count(value), Side::AtMost) => figure.count <= value,
            (Value::Share(value), Side::AtLeast) => figure.share().is_some_and(|share| share >= value),
            (Value::Share(value), Side::AtMost) => figure.share().is_none_or(|share| share <= value),
        };
        Ok(Held { figure, met })
    }
}

impl std::fmt::Display for Bar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = match self.side {
            Side::AtLeast => "at least",
            Side::AtMost => "at most",
        };
        match self.value {
            Value::Count(value) => write!(f, "{} {side} {value}", self.name),
            Value::Share(value) => write!(f, "{} {side} {value:.3}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_a_count_and_a_point_or_percent_a_share() {
        let value = |text: &str| Bar::parse(text, Side::AtLeast).map(|bar| bar.value);
        assert_eq!(value("members.first_right=3"), Ok(Value::Count(3)));
        assert_eq!(value("members.first_right = .74"), Ok(Value::Share(0.74)));
        assert_eq!(value("x=1"), Ok(Value::Count(1)));
        assert_eq!(value("x=1.0"), Ok(Value::Share(1.0)));
        assert_eq!(value("x=5%"), Ok(Value::Share(0.05)));
        for wrong in ["x", "x=", "x=-1", "x=1.5", "x=many", "x=101%", "x=NaN.", "x=."] {
            assert!(value(wrong).is_err(), "{wrong}");
        }
    }
}
