//! Dates as the contract spells them: `yyyy-MM-dd'T'HH:mm:ss.SSS+hhmm`, in the zone of the process on output.

use casewright_engine_value::{Instant, zone};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// `2013-01-23T14:42:45.000+0000`: what the clocks of the process's time zone show, and their offset.
pub fn format(at: Instant) -> String {
    let timestamp = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    let (local, offset) = (zone::civil(timestamp), zone::offset_digits(zone::offset(timestamp)));
    format!("{}{offset}", local.strftime("%Y-%m-%dT%H:%M:%S%.3f"))
}

/// Strict in shape, lenient in value like Java's `SimpleDateFormat`: month 13 rolls over, `.6` is 6 ms.
pub fn parse(text: &str) -> Option<Instant> {
    let bytes = text.as_bytes();
    let sign_at = text.rfind(['+', '-']).filter(|at| *at > 10)?;
    let zone = &bytes[sign_at + 1..];
    if zone.len() != 4 || !zone.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = |part: &str| part.parse::<i64>().ok().filter(|_| !part.starts_with('+'));
    let (date, time) = text[..sign_at].split_once('T')?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (digits(date.next()?)?, digits(date.next()?)?, digits(date.next()?)?);
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (digits(time.next()?)?, digits(time.next()?)?);
    let (second, millis) = time.next()?.split_once('.')?;
    let (second, millis) = (digits(second)?, digits(millis)?);
    let offset = digits(&text[sign_at + 1..sign_at + 3])? * 3600 + digits(&text[sign_at + 3..sign_at + 5])? * 60;
    let offset = if bytes[sign_at] == b'-' { -offset } else { offset };
    let months = year.checked_mul(12)?.checked_add(month - 1)?;
    let first = DateTime::new(
        i16::try_from(months.div_euclid(12)).ok()?,
        i8::try_from(months.rem_euclid(12) + 1).ok()?,
        1,
        0,
        0,
        0,
        0,
    )
    .ok()?;
    let seconds = (day - 1)
        .checked_mul(86_400)?
        .checked_add(hour.checked_mul(3600)?)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)?
        .checked_sub(offset)?;
    let at = Offset::UTC.to_timestamp(first).ok()?;
    let at = at
        .checked_add(SignedDuration::from_secs(seconds))
        .ok()?
        .checked_add(SignedDuration::from_millis(millis))
        .ok()?;
    Some(Instant(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    #[test]
    fn dates_keep_three_fraction_digits_and_an_offset_without_colon() {
        let at = parse("2013-01-23T14:42:45.000+0200").expect("a date");
        assert_eq!(format(at), "2013-01-23T12:42:45.000+0000");
    }

    #[test]
    fn other_shapes_are_refused_and_other_values_roll_over() {
        for text in
            ["2013-01-23T14:42:45+0000", "2013-01-23T14:42:45.000Z", "2013-01-23T14:42:45.000+02:00", "yesterday", ""]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        let rolled = parse("2012-13-23T14:42:45.6+0000").expect("lenient in value");
        assert_eq!(format(rolled), "2013-01-23T14:42:45.006+0000");
    }
}
