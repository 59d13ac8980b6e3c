//! Days of the Gregorian calendar, before and after its beginning, with years of up to nine digits, as XML Schema has them
//! (DMN 1.5, 10.3.2.3.4). What has to do with zones is the library's.

use jiff::civil;

/// The last year, and with a minus the first.
const MAX_YEAR: i32 = 999_999_999;
/// Days of 400 years, after which the calendar repeats itself.
const ERA: i64 = 146_097;
/// From the first of March of the year 0 to 1970.
const EPOCH: i64 = 719_468;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// None when there is no such day.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let is_day = year.abs() <= MAX_YEAR && (1..=12).contains(&month) && day >= 1 && day <= length_of(year, month);
        is_day.then_some(Self { year, month, day })
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// The library's date; none for years of more than four digits.
    #[must_use]
    pub fn civil(self) -> Option<civil::Date> {
        let small = |n: u8| i8::try_from(n).ok();
        civil::Date::new(i16::try_from(self.year).ok()?, small(self.month)?, small(self.day)?).ok()
    }

    /// Since 1970-01-01. Years begin with March here, so that the day that comes and goes is the last.
    pub(crate) fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let month = (i64::from(self.month) + 9) % 12;
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
    }

    /// None beyond the calendar.
    pub(crate) fn of_days(days: i64) -> Option<Self> {
        let days = days.checked_add(EPOCH)?;
        let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// 1 is Monday.
    pub(crate) fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        u8::try_from((self.days() + 3).rem_euclid(7) + 1).unwrap_or(1)
    }

    pub(crate) fn day_of_year(self) -> i64 {
        self.days() - Self { month: 1, day: 1, ..self }.days() + 1
    }

    /// Of ISO 8601: the first week is the one with the year's first Thursday.
    pub(crate) fn week_of_year(self) -> i64 {
        let thursday = self.days() - i64::from(self.weekday()) + 4;
        match Self::of_days(thursday) {
            Some(thursday) => (thursday.day_of_year() - 1) / 7 + 1,
            None => 1,
        }
    }

    pub(crate) fn last_of_month(self) -> Self {
        Self { day: length_of(self.year, self.month), ..self }
    }

    /// The day of the same number, or the month's last; none beyond the calendar.
    pub(crate) fn plus_months(self, months: i64) -> Option<Self> {
        let all = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        let year = i32::try_from(all.div_euclid(12)).ok()?;
        let month = u8::try_from(all.rem_euclid(12) + 1).ok()?;
        Self::new(year, month, self.day.min(length_of(year, month)))
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self { year: i32::from(date.year()), month: date.month().unsigned_abs(), day: date.day().unsigned_abs() }
    }
}

/// `2026-01-31`; years have four digits at least.
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", self.year.abs(), self.month, self.day)
    }
}

fn length_of(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::Date;
    use jiff::civil;

    #[test]
    fn days_are_those_of_the_library_where_it_has_them() {
        let first = civil::date(-9999, 1, 1);
        for step in 0..40_000_i64 {
            let known = first.checked_add(jiff::Span::new().days(step * 181)).unwrap();
            let date = Date::from(known);
            assert_eq!(Date::of_days(date.days()), Some(date));
            assert_eq!(date.civil(), Some(known));
            assert_eq!(i64::from(known.day_of_year()), date.day_of_year(), "{date}");
            assert_eq!(i64::from(known.iso_week_date().week()), date.week_of_year(), "{date}");
            assert_eq!(known.weekday().to_monday_one_offset().unsigned_abs(), date.weekday(), "{date}");
            assert_eq!(Date::from(known.last_of_month()), date.last_of_month());
            let moved = known.checked_add(jiff::Span::new().months(-17)).ok().map(Date::from);
            assert!(moved.is_none() || moved == date.plus_months(-17), "{date}");
        }
    }

    #[test]
    fn years_have_up_to_nine_digits() {
        let last = Date::new(999_999_999, 12, 31).unwrap();
        assert_eq!(last.to_string(), "999999999-12-31");
        assert_eq!(Date::of_days(last.days()), Some(last));
        assert_eq!(Date::of_days(last.days() + 1), None);
        assert_eq!(last.plus_months(1), None);
        assert_eq!(Date::new(-999_999_999, 1, 1).map(|date| date.to_string()).as_deref(), Some("-999999999-01-01"));
        assert_eq!(Date::new(2026, 2, 29), None);
    }
}
