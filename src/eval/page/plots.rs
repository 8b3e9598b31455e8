//! The two plots of the page, as SVG, and their numbers as tables for those who cannot see them.

use crate::eval::reliability::{BINS, Guess, bins, risk_coverage, sampled};
use crate::render::html::Html;

/// Both plots are drawn on the same sheet, in units of about a pixel of a phone; the page scales them.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 300.0;
/// Room for the labels of the axes.
const LEFT: f64 = 42.0;
const BELOW: f64 = 38.0;
/// Room that keeps the outermost labels and the counts above the bars inside.
const RIGHT: f64 = 20.0;
const ABOVE: f64 = 18.0;

/// Points of the curve in the table.
const TOLD: usize = 20;

pub fn section(html: &mut Html, guesses: &[Guess]) {
    html.leaf("h2", &[], "Can its confidence be believed?");
    html.leaf(
        "p",
        &[("class", "faint")],
        &format!("Over the {} messages of members, oos and hostile: the first entry of each ranking.", guesses.len()),
    );
    html.element("div", &[("class", "plots")], |html| {
        html.element("figure", &[], |html| reliability(html, guesses));
        html.element("figure", &[], |html| curve(html, guesses));
    });
    html.own("\n");
}

/// Where a share of `0.0..=1.0` stands on the sheet, from the left.
fn x(share: f64) -> f64 {
    LEFT + share * (WIDTH - LEFT - RIGHT)
}

/// Where a share of `0.0..=1.0` of the axis' length stands on the sheet, from above.
fn y(share: f64) -> f64 {
    HEIGHT - BELOW - share * (HEIGHT - BELOW - ABOVE)
}

fn units(value: f64) -> String {
    format!("{value:.1}")
}

fn sheet(html: &mut Html, title: &str, inside: impl FnOnce(&mut Html)) {
    let view = format!("0 0 {WIDTH} {HEIGHT}");
    html.element("svg", &[("viewBox", &view), ("role", "img"), ("aria-label", title)], inside);
}

fn line(html: &mut Html, class: &'static str, from: (f64, f64), to: (f64, f64)) {
    let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(units);
    html.leaf("line", &[("class", class), ("x1", &x1), ("y1", &y1), ("x2", &x2), ("y2", &y2)], "");
}

fn label(html: &mut Html, at: (f64, f64), anchor: &'static str, text: &str) {
    html.leaf("text", &[("x", &units(at.0)), ("y", &units(at.1)), ("text-anchor", anchor)], text);
}

/// Both axes with a label at each fifth; the one that goes up ends at `most`.
fn axes(html: &mut Html, most: f64, across: &str, up: &str) {
    for fifth in 0..=5 {
        let share = f64::from(fifth) / 5.0;
        line(html, "axis", (x(0.0), y(share)), (x(1.0), y(share)));
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        label(html, (LEFT - 5.0, y(share) + 4.0), "end", &percent(share * most));
        label(html, (x(share), y(0.0) + 15.0), "middle", &percent(share));
    }
    label(html, (x(0.5), HEIGHT - 6.0), "middle", across);
    label(html, (4.0, ABOVE - 7.0), "start", up);
}

fn reliability(html: &mut Html, guesses: &[Guess]) {
    let bins = bins(guesses);
    sheet(html, "Reliability diagram; its numbers follow as a table", |html| {
        axes(html, 1.0, "confidence", "share right; above each bar: cases");
        for bin in bins {
            let Some((right, says)) = bin.right.zip(bin.confidence) else { continue };
            let width = x(1.0 / BINS as f64) - x(0.0) - 4.0;
            let left = x(bin.from) + 2.0;
            let [at, top, wide, high] = [left, y(right), width, y(0.0) - y(right)].map(units);
            html.leaf("rect", &[("class", "bar"), ("x", &at), ("y", &top), ("width", &wide), ("height", &high)], "");
            line(html, "says", (left, y(says)), (left + width, y(says)));
            label(html, (left + width / 2.0, y(right.max(says)) - 4.0), "middle", &bin.count.to_string());
        }
        line(html, "ideal", (x(0.0), y(0.0)), (x(1.0), y(1.0)));
    });
    html.leaf(
        "figcaption",
        &[],
        "Reliability. A bar is the share right, the line across it what the confidence said: the nearer, the \
         better. A bar below its line: more sure than right. Dashed: perfect.",
    );
    let rows = bins.iter().map(|bin| {
        let cent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0));
        let range = format!("{:.1}–{:.1}", bin.from, bin.from + 1.0 / BINS as f64);
        [range, bin.count.to_string(), cent(bin.confidence), cent(bin.right)]
    });
    table(html, ["confidence", "cases", "says", "right"], rows);
}

fn curve(html: &mut Html, guesses: &[Guess]) {
    let points = risk_coverage(guesses);
    // The axis ends at the next whole tenth, so that a small risk is not drawn as a flat line.
    let greatest = points.iter().map(|point| point.risk).fold(0.0, f64::max);
    let most = ((greatest * 10.0).ceil() / 10.0).max(0.1);
    sheet(html, "Risk–coverage curve; its numbers follow as a table", |html| {
        axes(html, most, "share of the messages answered, the surest first", "share of the answers that is wrong");
        line(html, "ideal", (x(0.0), y(0.05 / most)), (x(1.0), y(0.05 / most)));
        label(html, (x(1.0), y(0.05 / most) - 4.0), "end", "5 % wrong");
        let path: Vec<String> = points
            .iter()
            .map(|point| format!("{},{}", units(x(point.coverage)), units(y(point.risk / most))))
            .collect();
        html.leaf("polyline", &[("class", "curve"), ("points", &path.join(" "))], "");
    });
    html.leaf(
        "figcaption",
        &[],
        "Risk and coverage. The further right the curve stays low, the more can be answered without being wrong.",
    );
    let cent = |share: f64| format!("{:.1} %", share * 100.0);
    let rows = sampled(&points, TOLD)
        .into_iter()
        .map(|point| [cent(point.coverage), format!("{:.3}", point.confidence), cent(point.risk), cent(point.right)]);
    table(html, ["answered", "from confidence", "wrong", "questions answered rightly"], rows);
}

/// The numbers of a plot, folded away.
fn table(html: &mut Html, header: [&str; 4], rows: impl Iterator<Item = [String; 4]>) {
    html.element("details", &[], |html| {
        html.leaf("summary", &[], "The numbers");
        html.element("div", &[("class", "scroll")], |html| {
            html.element("table", &[], |html| {
                html.element("thead", &[], |html| {
                    html.element("tr", &[], |html| {
                        header
                            .iter()
                            .for_each(|label| html.leaf("th", &[("scope", "col"), ("class", "number")], label));
                    });
                });
                html.element("tbody", &[], |html| {
                    for row in rows {
                        html.element("tr", &[], |html| {
                            row.iter().for_each(|value| html.leaf("td", &[("class", "number")], value));
                        });
                    }
                });
            });
        });
    });
}
