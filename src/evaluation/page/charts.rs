//! Static SVG charts: each has a title and a description for those who do not see it, and a table beside it.

use std::fmt::Write as _;

use super::text::Escaped;
use crate::evaluation::{ClassReport, CoveragePoint, Estimate, LearningPoint, ReliabilityBin};

/// The plotted square in pixels: left, top, width, height.
const LEFT: f64 = 48.0;
const TOP: f64 = 14.0;
const WIDTH: f64 = 330.0;
const HEIGHT: f64 = 240.0;

/// A chart under construction; `x` and `y` run from 0 to 1.
struct Chart {
    svg: String,
}

/// Writing to a string cannot fail, so results of `write!` are not looked at.
impl Chart {
    fn new(id: &str, title: &str, description: &str) -> Self {
        let (width, height) = (LEFT + WIDTH + 16.0, TOP + HEIGHT + 44.0);
        let mut svg = String::new();
        let _ = write!(
            svg,
            "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            Escaped(title),
            Escaped(description)
        );
        Self { svg }
    }

    fn x(share: f64) -> f64 {
        LEFT + share.clamp(0.0, 1.0) * WIDTH
    }

    fn y(share: f64) -> f64 {
        TOP + (1.0 - share.clamp(0.0, 1.0)) * HEIGHT
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.svg,
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            Self::x(from.0),
            Self::y(from.1),
            Self::x(to.0),
            Self::y(to.1)
        );
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        let _ = write!(
            self.svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            Escaped(text)
        );
    }

    fn bar(&mut self, class: &str, from: f64, to: f64, height: f64) {
        let _ = write!(
            self.svg,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            Self::x(from),
            Self::y(height),
            Self::x(to) - Self::x(from),
            Self::y(0.0) - Self::y(height)
        );
    }

    fn point(&mut self, class: &str, x: f64, y: f64) {
        let _ = write!(
            self.svg,
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>",
            Self::x(x),
            Self::y(y)
        );
    }

    fn path(&mut self, class: &str, points: impl Iterator<Item = (f64, f64)>) {
        let points: Vec<String> =
            points.map(|(x, y)| format!("{:.1},{:.1}", Self::x(x), Self::y(y))).collect();
        let _ = write!(self.svg, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }

    /// Lines and labels at quarters; `top` is what the upper end stands for.
    fn axes(&mut self, across: &str, top: f64, ends: Option<&str>) {
        for quarter in 0..=4 {
            let share = f64::from(quarter) / 4.0;
            self.line("grid", (0.0, share), (1.0, share));
            self.text(LEFT - 6.0, Self::y(share) + 4.0, "end", &format!("{:.2}", share * top));
            if ends.is_none() {
                self.text(Self::x(share), TOP + HEIGHT + 16.0, "middle", &format!("{share:.2}"));
            }
        }
        self.line("axis", (0.0, 0.0), (1.0, 0.0));
        self.line("axis", (0.0, 0.0), (0.0, 1.0));
        self.text(LEFT + WIDTH / 2.0, TOP + HEIGHT + 36.0, "middle", across);
    }

    fn done(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }
}

/// Stated probability against the share that is right, with intervals and counts.
pub(super) fn reliability(id: &str, title: &str, bins: &[ReliabilityBin]) -> String {
    let rows: u64 = bins.iter().map(|bin| bin.count).sum();
    let description = format!(
        "For ten bins of the stated probability, the share of right labels with its 95% interval, and the rows of each bin as grey bars; on the dashed line statements come true. {rows} rows in all; the figures are in the table."
    );
    let mut chart = Chart::new(id, title, &description);
    chart.axes("stated probability of the label given", 1.0, None);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f64;
    for bin in bins {
        chart.bar("cf", bin.above + 0.02, bin.up_to - 0.02, 0.22 * bin.count as f64 / most);
    }
    chart.path("ideal", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    for bin in bins {
        if let (Some(stated), Some(right), Some([low, high])) = (bin.stated, bin.right, bin.interval) {
            chart.line("err", (stated, low), (stated, high));
            chart.point("af", stated, right);
            let label = bin.count.to_string();
            chart.text(Chart::x(stated), Chart::y(high) - 4.0, "middle", &label);
        }
    }
    chart.done()
}

/// Share of wrong labels among the surest rows.
pub(super) fn risk_coverage(id: &str, points: &[CoveragePoint]) -> String {
    let highest = points.iter().map(|point| point.risk).fold(0.0, f64::max);
    // Quarters of it are whole hundredths.
    let top = (highest * 5.0).ceil().clamp(1.0, 5.0) / 5.0;
    let all = points.last().map_or(0.0, |point| point.risk);
    let description = format!(
        "Share of wrong labels when only the surest rows are answered, from few rows on the left to all rows on the right, where it is {:.1}%; the figures are in the table.",
        100.0 * all
    );
    let mut chart = Chart::new(id, "Risk and coverage", &description);
    chart.axes("share of the rows that are answered", top, None);
    chart.path("a", points.iter().map(|point| (point.coverage, point.risk / top)));
    chart.done()
}

/// Precision, recall and F1 of each label with their intervals.
pub(super) fn classes(id: &str, classes: &[(&str, &ClassReport)]) -> String {
    let description = "For each label three bars with 95% intervals: precision, recall and F1; the figures are in the table.";
    let mut chart = Chart::new(id, "Precision, recall and F1 by label", description);
    chart.axes("left to right: precision, recall, F1", 1.0, Some(""));
    let width = 1.0 / classes.len().max(1) as f64;
    for (index, (label, class)) in classes.iter().enumerate() {
        let start = index as f64 * width;
        for (place, (colour, estimate)) in
            [("af", class.precision), ("bf", class.recall), ("cf", class.f1)].into_iter().enumerate()
        {
            let from = start + width * (0.14 + 0.25 * place as f64);
            let to = from + width * 0.22;
            chart.bar(colour, from, to, estimate.value);
            let middle = f64::midpoint(from, to);
            let Estimate { low, high, .. } = estimate;
            chart.line("err", (middle, low), (middle, high));
        }
        chart.text(Chart::x(start + width / 2.0), TOP + HEIGHT + 16.0, "middle", label);
    }
    chart.done()
}

/// Macro-F1 against the number of training rows.
pub(super) fn learning_curve(id: &str, points: &[LearningPoint]) -> String {
    let most = points.iter().map(|point| point.rows).max().unwrap_or(1).max(1) as f64;
    let description = "Macro-F1 of the words-only model fitted to ever more training rows: the line is the mean of the runs, the points are the runs; the figures are in the table.";
    let mut chart = Chart::new(id, "Learning curve of the words-only model", description);
    chart.axes(&format!("training rows, up to {most}"), 1.0, Some(""));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    chart.path("a", points.iter().map(|point| (point.rows as f64 / most, mean(&point.macro_f1))));
    let mut labelled = f64::NEG_INFINITY;
    for point in points {
        let x = point.rows as f64 / most;
        for value in &point.macro_f1 {
            chart.point("bf", x, *value);
        }
        // Labels that would run into each other are left out; the table has them.
        if x - labelled > 0.11 {
            chart.text(Chart::x(x), TOP + HEIGHT + 16.0, "middle", &point.rows.to_string());
            labelled = x;
        }
    }
    chart.done()
}
