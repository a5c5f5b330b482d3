//! A moment: milliseconds since 1970 in UTC, on the wire as ISO 8601.

use crate::text;
use core::{fmt, str::FromStr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This is not a time as ISO 8601 has it, such as 2026-11-21T18:00:00.000Z.")]
pub struct NotATime;

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The time as text that sorts by bytes, up to the year 2286.
    pub fn sort_key(self) -> String {
        format!("{:013}", self.0)
    }

    /// This moment and so many milliseconds.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this; negative where it is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As the header `Date` has it (RFC 9110): `Sat, 21 Nov 2026 18:00:00 GMT`.
    pub fn http_date(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let days = self.0.div_euclid(DAY);
        let (year, month, day) = date(days);
        let name = |names: &[&'static str], at: i64| usize::try_from(at).ok().and_then(|at| names.get(at).copied());
        let week_day = name(&DAYS, days.rem_euclid(7)).unwrap_or_default();
        let month = name(&MONTHS, month - 1).unwrap_or_default();
        let rest = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (rest / HOUR, rest / MINUTE % 60, rest / SECOND % 60);
        format!("{week_day}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// The start of this moment's day in UTC.
    #[must_use]
    pub const fn day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY))
    }
}

/// Days from 0000-03-01 to 1970-01-01, in the calendar that has always been ours.
const EPOCH: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats itself.
const ERA: i64 = 146_097;

/// Year, month and day. Counts years from March, so that a leap day ends one.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (year, before_march) = (400 * era + year, month >= 10);
    (year + i64::from(before_march), if before_march { month - 9 } else { month + 3 }, day - (153 * month + 2) / 5 + 1)
}

/// The inverse: days since 1970.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    era * ERA + 365 * year + year / 4 - year / 100 + (153 * month + 2) / 5 + day - 1 - EPOCH
}

/// `2026-11-21T18:00:00.123Z`. What has no year of four digits is written as the start of 1970.
struct Text([u8; 24]);

impl Text {
    fn of(at: Timestamp) -> Self {
        let (year, month, day) = date(at.0.div_euclid(DAY));
        if !(0..=9999).contains(&year) {
            return Self::of(Timestamp(0));
        }
        let rest = at.0.rem_euclid(DAY);
        let digit = |number: i64, unit: i64| b'0' + u8::try_from(number / unit % 10).unwrap_or_default();
        let two = |number: i64| [digit(number, 10), digit(number, 1)];
        let ([y1, y2], [y3, y4], [o1, o2], [d1, d2]) = (two(year / 100), two(year), two(month), two(day));
        let ([h1, h2], [m1, m2], [s1, s2]) = (two(rest / HOUR), two(rest / MINUTE % 60), two(rest / SECOND % 60));
        let (t1, [t2, t3]) = (digit(rest, 100), two(rest));
        Self([
            y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'.', t1, t2, t3,
            b'Z',
        ])
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Text::of(*self).as_str())
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    /// As RFC 3339 has it; less than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        parse(text).map(Self).ok_or(NotATime)
    }
}

fn parse(text: &str) -> Option<i64> {
    let number = |at: usize, length: usize, max: i64| {
        let digits = text.get(at..at + length).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok().filter(|number| *number <= max)
    };
    let sign = |at: usize| text.as_bytes().get(at).copied();
    let (year, month, day) = (number(0, 4, 9999)?, number(5, 2, 12)?, number(8, 2, 31)?);
    let (hour, minute, second) = (number(11, 2, 23)?, number(14, 2, 59)?, number(17, 2, 59)?);
    let signs = [sign(4)?, sign(7)?, sign(10)?.to_ascii_uppercase(), sign(13)?, sign(16)?];
    let start = days(year, month, day);
    if signs != *b"--T::" || date(start) != (year, month, day) {
        return None;
    }
    let (mut at, mut millis) = (19, 0);
    if sign(at) == Some(b'.') {
        let length = text.get(20..)?.bytes().take_while(u8::is_ascii_digit).count();
        for place in 0..3 {
            millis = millis * 10 + if place < length { number(20 + place, 1, 9)? } else { 0 };
        }
        at = if length == 0 { return None } else { 20 + length };
    }
    let minutes = match (sign(at)?, text.len() - at) {
        (b'Z' | b'z', 1) => 0,
        (sign_of, 6) if sign(at + 3) == Some(b':') => {
            let offset = number(at + 1, 2, 23)? * 60 + number(at + 4, 2, 59)?;
            match sign_of {
                b'+' => offset,
                b'-' => -offset,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(start * DAY + hour * HOUR + (minute - minutes) * MINUTE + second * SECOND + millis)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(Text::of(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        text::parsed(d)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A time in UTC, as in RFC 3339. Answers have milliseconds."))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_headers_have_it() {
        for (text, header) in [
            ("1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            // The example of RFC 9110.
            ("1994-11-06T08:49:37.999Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("2024-02-29T23:59:59.000Z", "Thu, 29 Feb 2024 23:59:59 GMT"),
            ("2026-11-21T18:00:00.000Z", "Sat, 21 Nov 2026 18:00:00 GMT"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().http_date(), header);
        }
    }

    #[test]
    fn a_time_is_iso_8601_in_utc() {
        let at = Timestamp::from_millis(1_795_284_000_123);
        assert_eq!(at.to_string(), "2026-11-21T18:00:00.123Z");
        assert_eq!("2026-11-21T18:00:00.123Z".parse(), Ok(at));
        assert_eq!("2026-11-21T20:00:00.123+02:00".parse(), Ok(at));
        assert_eq!("2026-11-21t17:59:59.9z".parse(), Ok(Timestamp::from_millis(1_795_283_999_900)));
        assert_eq!("1969-12-31T23:59:59.9999-00:30".parse(), Ok(Timestamp::from_millis(1_799_999)));
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
        for bad in [
            "yesterday",
            "2026-11-21",
            "2026-11-21T18:00:00",
            "2026-11-21T18:00:00.Z",
            "2026-11-21T18:00:00Z ",
            "2026-11-21T18:00:00+2:00",
            "2026-11-21T18:00:00+02:60",
            "2026-11-21 18:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-11-00T00:00:00Z",
            "+026-11-21T18:00:00Z",
        ] {
            assert_eq!(bad.parse::<Timestamp>(), Err(NotATime), "{bad}");
        }
    }

    #[test]
    fn every_day_of_eight_hundred_years_is_its_own() {
        let mut before = (1599, 12, 31);
        for day in days(1600, 1, 1)..days(2400, 1, 1) {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), day);
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = |month| match month {
                2 => 28 + i64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let next = match before {
                (year, 12, 31) => (year + 1, 1, 1),
                (year, month, of_month) if of_month == last(month) => (year, month + 1, 1),
                (year, month, of_month) => (year, month, of_month + 1),
            };
            assert_eq!((year, month, of_month), next);
            before = next;
        }
    }

    #[test]
    fn a_day_starts_at_midnight_in_utc() {
        let at = Timestamp::from_millis(1_795_284_000_123);
        assert_eq!(at.day().to_string(), "2026-11-21T00:00:00.000Z");
    }
}
