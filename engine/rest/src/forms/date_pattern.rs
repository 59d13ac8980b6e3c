//! The `datePattern` of a form field: the numeric letters of Java's `SimpleDateFormat`, in the time zone of the process.

use casewright_engine_value::{Instant, zone};
use casewright_engine_views::date;
use jiff::tz::Offset;

pub(super) const DEFAULT: &str = "dd/MM/yyyy";

/// A pattern letter and how often it stands, or literal text.
enum Part {
    Letter(char, usize),
    Literal(char),
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut out: Vec<Part> = Vec::new();
    let mut is_quoted = false;
    for c in pattern.chars() {
        match (c, out.last_mut()) {
            ('\'', _) => is_quoted = !is_quoted,
            (c, Some(Part::Letter(letter, count))) if !is_quoted && *letter == c => *count += 1,
            (c, _) if !is_quoted && c.is_ascii_alphabetic() => out.push(Part::Letter(c, 1)),
            (c, _) => out.push(Part::Literal(c)),
        }
    }
    out
}

/// None when the text is not of the pattern, or the pattern has letters that are no numbers.
pub(super) fn parse(pattern: &str, text: &str) -> Option<Instant> {
    let (mut year, mut month, mut day) = (1970_i64, 1_i64, 1_i64);
    let (mut hour, mut minute, mut second, mut millis) = (0_i64, 0_i64, 0_i64, 0_i64);
    let mut rest = text.trim();
    let parts = parts(pattern);
    for (place, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(literal) => rest = rest.strip_prefix(*literal)?,
            Part::Letter(letter, count) => {
                // Numbers that touch each other end where the pattern says; others go on while there are digits.
                let is_adjacent = matches!(parts.get(place + 1), Some(Part::Letter(..)));
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let length = if is_adjacent { digits.min(*count) } else { digits };
                let value: i64 = rest.get(..length)?.parse().ok()?;
                rest = rest.get(length..)?;
                match letter {
                    'y' | 'u' => year = if *count == 2 { 2000 + value } else { value },
                    'M' | 'L' => month = value,
                    'd' => day = value,
                    'H' => hour = value,
                    'm' => minute = value,
                    's' => second = value,
                    'S' => millis = value,
                    _ => return None,
                }
            }
        }
    }
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}+0000");
    let shown = Offset::UTC.to_datetime(date::parse(&text)?.timestamp());
    zone::timestamp(shown).map(Instant::from)
}

/// An instant in the pattern.
pub(super) fn format(pattern: &str, at: Instant) -> String {
    let iso = date::format(at);
    let field = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
    parts(pattern)
        .iter()
        .map(|part| match part {
            Part::Literal(literal) => literal.to_string(),
            Part::Letter(letter, count) => {
                let digits = match letter {
                    'y' | 'u' if *count == 2 => field(2, 4),
                    'y' | 'u' => field(0, 4),
                    'M' | 'L' => field(5, 7),
                    'd' => field(8, 10),
                    'H' => field(11, 13),
                    'm' => field(14, 16),
                    's' => field(17, 19),
                    'S' => field(20, 23),
                    _ => "",
                };
                if *count == 1 { digits.trim_start_matches('0').to_owned() } else { digits.to_owned() }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT, format, parse};

    #[test]
    fn a_date_goes_through_its_pattern_and_back() {
        for (pattern, text) in [(DEFAULT, "24/12/2034"), ("yyyy-MM-dd'T'HH:mm", "2034-12-24T18:05")] {
            let at = parse(pattern, text).expect("of the pattern");
            assert_eq!(format(pattern, at), text);
        }
    }

    #[test]
    fn what_is_not_of_the_pattern_is_no_date() {
        assert_eq!(parse(DEFAULT, "2034-12-24"), None);
        assert_eq!(parse(DEFAULT, "tomorrow"), None);
    }
}
