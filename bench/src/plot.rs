//! Plots as SVG.

use crate::board::Board;
use crate::stats::{Line, Spread};
use crate::workloads::Family;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::path::Path;

type Outcome = Result<(), Box<dyn Error>>;

/// A bar with its name.
struct Bar {
    name: String,
    ratio: Spread,
    colour: RGBColor,
}

/// One picture for each family, and one of the geometric means.
///
/// # Errors
/// If a file cannot be written.
pub fn all(board: &Board<'_>, folder: &Path) -> Outcome {
    let Some(reference) = board.reference() else { return Ok(()) };
    let peers: Vec<usize> = (0..board.contenders.len()).filter(|&index| index != reference).collect();
    for family in Family::ALL {
        let mut bars = Vec::new();
        for row in board.rows.iter().filter(|row| row.workload.family == family) {
            for &index in peers.iter().filter(|&&index| !board.contenders[index].is_ours()) {
                if let Some(ratio) = row.ratio(index, reference) {
                    let name = format!("{}: {}", row.workload.name, board.contenders[index].name);
                    bars.push(Bar { name, ratio, colour: colour(index) });
                }
            }
        }
        draw(&folder.join(format!("{}.svg", family.name())), family.name(), &bars)?;
    }
    let means = peers.iter().filter_map(|&index| {
        let mean = board.geomean(index, reference, |_| true)?;
        let ratio = Spread { median: mean, min: mean, max: mean };
        Some(Bar { name: String::from(board.contenders[index].name), ratio, colour: colour(index) })
    });
    draw(&folder.join("all.svg"), "all: geometric means", &means.collect::<Vec<_>>())
}

/// A colour for each contender.
fn colour(index: usize) -> RGBColor {
    let (r, g, b) = Palette99::COLORS[index % Palette99::COLORS.len()];
    RGBColor(r, g, b)
}

/// Bars to the right on a logarithmic axis: how many times longer than the reference, which is the line at 1.
fn draw(file: &Path, title: &str, bars: &[Bar]) -> Outcome {
    if bars.is_empty() {
        return Ok(());
    }
    let height = 70 + 16 * bars.len() as u32;
    let root = SVGBackend::new(file, (900, height)).into_drawing_area();
    root.fill(&WHITE)?;
    let least = bars.iter().map(|bar| bar.ratio.min).fold(0.9, f64::min) * 0.9;
    let most = bars.iter().map(|bar| bar.ratio.max).fold(1.1, f64::max) * 1.4;
    let mut chart = ChartBuilder::on(&root)
        .caption(format!("{title}: time, in times Selfsame's (exact gas, host floats)"), ("sans-serif", 16))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(190)
        .build_cartesian_2d((least..most).log_scale(), (0..bars.len() - 1).into_segmented())?;
    let name = |at: &SegmentValue<usize>| match at {
        SegmentValue::CenterOf(index) => bars[bars.len() - 1 - index].name.clone(),
        _ => String::new(),
    };
    chart.configure_mesh().disable_y_mesh().y_labels(bars.len()).y_label_formatter(&name).draw()?;
    for (index, bar) in bars.iter().rev().enumerate() {
        let Spread { median, min, max } = bar.ratio;
        let (low, middle) = (SegmentValue::Exact(index), SegmentValue::CenterOf(index));
        let mut box_ =
            Rectangle::new([(1.0, low), (median, SegmentValue::Exact(index + 1))], bar.colour.filled());
        box_.set_margin(2, 2, 0, 0);
        chart.draw_series([box_])?;
        chart.draw_series([PathElement::new([(min, middle.clone()), (max, middle.clone())], BLACK)])?;
        let style =
            ("sans-serif", 12).into_font().into_text_style(&root).pos(Pos::new(HPos::Left, VPos::Center));
        chart.draw_series([Text::new(format!("{median:.2}"), (max.max(1.0) * 1.03, middle), style)])?;
    }
    root.present()?;
    Ok(())
}

/// Points, and the line through them.
pub struct Series {
    pub name: &'static str,
    /// Size and seconds.
    pub points: Vec<(f64, f64)>,
    pub line: Line,
}

/// One chart for each series, side by side.
///
/// # Errors
/// If the file cannot be written.
pub fn lines(file: &Path, all: &[Series]) -> Outcome {
    let root = SVGBackend::new(file, (900, 600)).into_drawing_area();
    root.fill(&WHITE)?;
    for (area, series) in root.split_evenly((2, 2)).iter().zip(all) {
        let most = |of: fn(&(f64, f64)) -> f64| series.points.iter().map(of).fold(0.0, f64::max) * 1.05;
        let (right, top) = (most(|point| point.0), most(|point| point.1 * 1e3));
        let Line { slope, intercept, r2 } = series.line;
        let title = format!("{}: {:.2} ns each, R2 {r2:.4}", series.name, slope * 1e9);
        let mut chart = ChartBuilder::on(area)
            .caption(title, ("sans-serif", 14))
            .margin(8)
            .x_label_area_size(24)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..right, 0.0..top)?;
        chart.configure_mesh().x_labels(5).y_labels(5).y_desc("ms").draw()?;
        let ends = [0.0, right].map(|x| (x, (intercept + slope * x) * 1e3));
        chart.draw_series(LineSeries::new(ends, BLUE))?;
        chart.draw_series(series.points.iter().map(|&(x, y)| Circle::new((x, y * 1e3), 3, RED.filled())))?;
    }
    root.present()?;
    Ok(())
}
