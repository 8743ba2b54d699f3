//! Medians, their spread, and straight lines through points.

use serde::Serialize;

/// The middle of some values, and how far they spread.
#[derive(Clone, Copy, Serialize)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// Of at least one value.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[middle]
        } else {
            f64::midpoint(values[middle - 1], values[middle])
        };
        Some(Spread { median, min, max })
    }
}

/// The geometric mean of at least one value.
pub fn geomean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) =
        values.into_iter().fold((0.0, 0.0), |(sum, count), value| (sum + value.ln(), count + 1.0));
    (count > 0.0).then(|| f64::exp(sum / count))
}

/// The straight line of the least squares through some points.
#[derive(Clone, Copy, Serialize)]
pub struct Line {
    pub slope: f64,
    pub intercept: f64,
    /// The share of the variance that the line explains.
    pub r2: f64,
}

impl Line {
    /// Through at least two points with different `x`.
    pub fn through(points: &[(f64, f64)]) -> Line {
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (mx, my) = (mean(|p| p.0), mean(|p| p.1));
        let sxx: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
        let sxy: f64 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
        let syy: f64 = points.iter().map(|p| (p.1 - my).powi(2)).sum();
        let slope = sxy / sxx;
        Line { slope, intercept: my - slope * mx, r2: sxy * sxy / (sxx * syy) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Spread, geomean};

    #[test]
    fn medians_of_even_and_odd_counts() {
        let spread = Spread::of([3.0, 1.0, 2.0]).expect("three values");
        assert_eq!((spread.median, spread.min, spread.max), (2.0, 1.0, 3.0));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]).expect("four values").median, 2.5);
        assert!(Spread::of([]).is_none());
    }

    #[test]
    fn geometric_mean_of_inverse_ratios_is_one() {
        let mean = geomean([0.5, 2.0, 4.0, 0.25]).expect("four values");
        assert!((mean - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_line_is_found_again_and_noise_lowers_r2() {
        let line = Line::through(&[(1.0, 5.0), (2.0, 7.0), (4.0, 11.0)]);
        assert!((line.slope - 2.0).abs() < 1e-12 && (line.intercept - 3.0).abs() < 1e-12);
        assert!((line.r2 - 1.0).abs() < 1e-12);
        assert!(Line::through(&[(1.0, 5.0), (2.0, 1.0), (3.0, 5.5)]).r2 < 0.1);
    }
}
