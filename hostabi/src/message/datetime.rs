//! Points in time, without a clock. Spec: calldata.md 9.

use std::fmt;
use std::str::FromStr;

const DAY: i64 = 86_400;

/// A point in time of the years 0000 to 9999, to the nanosecond, in UTC and without leap seconds. Written in RFC 3339
/// with `Z` and the fewest of 0, 3, 6 and 9 fraction digits; read with any offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// Seconds since 1970, rounded down.
    seconds: i64,
    nanos: u32,
}

/// A text is no point in time that can be written again: RFC 3339, at most nine fraction digits, no leap second, in
/// UTC a year of four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTimeError;

impl fmt::Display for DateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date and time of RFC 3339")
    }
}

impl std::error::Error for DateTimeError {}

impl DateTime {
    /// What stands for a time that the host does not give: 2024-11-26T06:42:42.424242Z. Spec: vm.md 3.
    pub const DEFAULT: DateTime = DateTime { seconds: 1_732_603_362, nanos: 424_242_000 };

    /// The first second of the year 0000, since 1970.
    const MIN: i64 = -62_167_219_200;
    /// The first second of the year 10000, since 1970.
    const END: i64 = 253_402_300_800;

    /// From seconds since 1970 and nanoseconds; `None` outside of the years or for 10^9 nanoseconds and more.
    #[must_use]
    pub fn new(seconds: i64, nanos: u32) -> Option<Self> {
        let fits = (Self::MIN..Self::END).contains(&seconds) && nanos < 1_000_000_000;
        fits.then_some(DateTime { seconds, nanos })
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds since that second.
    #[must_use]
    pub fn nanos(self) -> u32 {
        self.nanos
    }
}

impl Default for DateTime {
    fn default() -> Self {
        DateTime::DEFAULT
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date(self.seconds.div_euclid(DAY));
        let second = self.seconds.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.nanos {
            0 => {}
            nanos if nanos % 1_000_000 == 0 => write!(f, ".{:03}", nanos / 1_000_000)?,
            nanos if nanos % 1_000 == 0 => write!(f, ".{:06}", nanos / 1_000)?,
            nanos => write!(f, ".{nanos:09}")?,
        }
        f.write_str("Z")
    }
}

/// The days of a 400-year cycle of the calendar.
const CYCLE: i64 = 146_097;
/// Days from the 1st of March of the year 0000 to 1970.
const TO_1970: i64 = 719_468;

/// Days since 1970 of a date. Years start in March here, so that the odd day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let leap_days = year / 4 - year / 100;
    // The months from March on have 153 days in each five.
    cycle * CYCLE + year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - TO_1970
}

/// The year, month and day of a count of days since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + TO_1970;
    let (cycle, of_cycle) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    // Without the leap days that have passed, every year has 365.
    let year = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = cycle * 400 + year;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The octets that are still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// One of these octets.
    fn one_of(&mut self, octets: &[u8]) -> Option<u8> {
        self.octet().filter(|octet| octets.contains(octet))
    }

    fn digit(&mut self) -> Option<i64> {
        self.octet().filter(u8::is_ascii_digit).map(|digit| i64::from(digit - b'0'))
    }

    /// A number of so many digits, at least and at most as given.
    fn number(&mut self, digits: u32, least: i64, most: i64) -> Option<i64> {
        let mut number = 0;
        for _ in 0..digits {
            number = number * 10 + self.digit()?;
        }
        (least..=most).contains(&number).then_some(number)
    }

    /// The nanoseconds of a fraction with one to nine digits, whose point has been read.
    fn fraction(&mut self) -> Option<u32> {
        let mut nanos = 0;
        let mut weight = 100_000_000;
        while self.0.first().is_some_and(u8::is_ascii_digit) {
            if weight == 0 {
                return None;
            }
            nanos += weight * u32::try_from(self.digit()?).ok()?;
            weight /= 10;
        }
        (weight < 100_000_000).then_some(nanos)
    }
}

fn parse(text: &str) -> Option<DateTime> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.number(4, 0, 9999)?;
    rest.one_of(b"-")?;
    let month = rest.number(2, 1, 12)?;
    rest.one_of(b"-")?;
    let day = rest.number(2, 1, days_of_month(year, month))?;
    rest.one_of(b"Tt")?;
    let hour = rest.number(2, 0, 23)?;
    rest.one_of(b":")?;
    let minute = rest.number(2, 0, 59)?;
    rest.one_of(b":")?;
    let second = rest.number(2, 0, 59)?;
    let mut nanos = 0;
    let mut zone = rest.one_of(b".Zz+-")?;
    if zone == b'.' {
        nanos = rest.fraction()?;
        zone = rest.one_of(b"Zz+-")?;
    }
    let mut offset = 0;
    if matches!(zone, b'+' | b'-') {
        offset = rest.number(2, 0, 23)? * 3600;
        rest.one_of(b":")?;
        offset += rest.number(2, 0, 59)? * 60;
        if zone == b'-' {
            offset = -offset;
        }
    }
    if !rest.0.is_empty() {
        return None;
    }
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
    DateTime::new(seconds, nanos)
}

impl FromStr for DateTime {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        parse(text).ok_or(DateTimeError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn reads(text: &str, written: &str, seconds: i64) {
        let time: DateTime = text.parse().unwrap();
        assert_eq!((time.to_string().as_str(), time.seconds()), (written, seconds));
        assert_eq!(written.parse(), Ok(time));
    }

    #[test]
    fn the_default_time_is_that_of_the_specification() {
        reads("2024-11-26T06:42:42.424242Z", "2024-11-26T06:42:42.424242Z", 1_732_603_362);
        assert_eq!("2024-11-26T06:42:42.424242Z".parse(), Ok(DateTime::default()));
    }

    #[test]
    fn times_are_written_in_utc_with_the_fewest_digits() {
        reads("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0);
        reads("1970-01-01t00:00:00z", "1970-01-01T00:00:00Z", 0);
        reads("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z", 0);
        reads("1970-01-01T00:00:00.1Z", "1970-01-01T00:00:00.100Z", 0);
        reads("1970-01-01T00:00:00.1234Z", "1970-01-01T00:00:00.123400Z", 0);
        reads("1970-01-01T00:00:00.000000001Z", "1970-01-01T00:00:00.000000001Z", 0);
        reads("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z", -1);
        reads("2000-03-01T01:30:00+01:30", "2000-03-01T00:00:00Z", 951_868_800);
        reads("2000-02-29T22:30:00-01:30", "2000-03-01T00:00:00Z", 951_868_800);
        reads("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z", 482_196_050);
        reads("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z", 851_042_397);
        reads("1970-01-01T00:00:00-00:00", "1970-01-01T00:00:00Z", 0);
        reads("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z", DateTime::MIN);
        reads("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", DateTime::END - 1);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-01-01 00:00:00Z",
            "1970-01-01T00:00Z",
            "1970-1-01T00:00:00Z",
            "1970-13-01T00:00:00Z",
            "1970-00-01T00:00:00Z",
            "1970-01-00T00:00:00Z",
            "1970-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "1970-04-31T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:60:00Z",
            "1990-12-31T23:59:60Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00,5Z",
            "1970-01-01T00:00:00.0000000001Z",
            "1970-01-01T00:00:00+24:00",
            "1970-01-01T00:00:00+0100",
            "1970-01-01T00:00:00+01",
            "1970-01-01T00:00:00ZZ",
            "+970-01-01T00:00:00Z",
            "-001-01-01T00:00:00Z",
            "0000-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "１970-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<DateTime>(), Err(DateTimeError), "{text}");
        }
    }

    #[test]
    fn every_day_of_the_ten_thousand_years_comes_back() {
        let (mut year, mut month, mut day) = (0, 1, 1);
        for count in DateTime::MIN / DAY..DateTime::END / DAY {
            assert_eq!((date(count), days(year, month, day)), ((year, month, day), count));
            day += 1;
            if day > days_of_month(year, month) {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]
        #[test]
        fn times_come_back(seconds in DateTime::MIN..DateTime::END, nanos in 0..1_000_000_000_u32) {
            let time = DateTime::new(seconds, nanos).unwrap();
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn reading_is_total(text in "\\PC{0,40}|[0-9TZ:.+-]{0,40}") {
            let _ = text.parse::<DateTime>();
        }
    }
}
