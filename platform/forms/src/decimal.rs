//! Decimal numbers as big.js reads them, with which form-js compares.

use bigdecimal::{BigDecimal, Zero};
use serde_json::Value;
use std::str::FromStr;

/// Digits before and behind the exponent: what has more is no number of a form.
const MAX_DIGITS: usize = 400;
const MAX_EXPONENT: i64 = 400;

/// The number in a text: digits with a point and an exponent, a minus sign before them, and nothing else.
pub(crate) fn of_text(text: &str) -> Option<BigDecimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = are_digits(whole)
        && are_digits(fraction)
        && (!whole.is_empty() || !fraction.is_empty())
        && mantissa.len() <= MAX_DIGITS
        && exponent.parse::<i64>().is_ok_and(|exponent| exponent.abs() <= MAX_EXPONENT);
    if !is_number {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if text.starts_with('-') { "-" } else { "" };
    let point = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    BigDecimal::from_str(&format!("{sign}{whole}{point}e{exponent}")).ok()
}

/// The number that a value of a form is.
pub(crate) fn of_json(value: &Value) -> Option<BigDecimal> {
    match value {
        Value::Number(number) => of_text(&number.to_string()),
        Value::String(text) => of_text(text),
        _ => None,
    }
}

/// Digits behind the point that are not zeros at the end.
pub(crate) fn fraction_digits(number: &BigDecimal) -> i64 {
    number.normalized().fractional_digit_count().max(0)
}

pub(crate) fn is_zero(number: &BigDecimal) -> bool {
    number.is_zero()
}

/// Whether it is a whole number of steps.
pub(crate) fn is_multiple(number: &BigDecimal, step: &BigDecimal) -> bool {
    (number % step).is_zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_big_js_reads_them() {
        for text in ["1", "-0.5", ".5", "5.", "1e3", "1E-3", "0012"] {
            assert!(of_text(text).is_some(), "{text}");
        }
        for text in ["", "-", ".", "1,5", " 1", "0x10", "Infinity", "1e", "--1", "1e999", "+1"] {
            assert!(of_text(text).is_none(), "{text}");
        }
        let number = |text: &str| of_text(text).unwrap();
        assert!(is_multiple(&number("0.3"), &number("0.1")));
        assert!(!is_multiple(&number("0.35"), &number("0.1")));
        assert!(is_multiple(&number("-6"), &number("3")));
        assert_eq!(fraction_digits(&number("1.500")), 1);
        assert_eq!(fraction_digits(&number("1e3")), 0);
    }
}
