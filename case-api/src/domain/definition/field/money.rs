//! Amounts of money: a decimal number as text and a currency. Nothing here is ever a binary fraction.

use bigdecimal::{BigDecimal, RoundingMode};
use iso_currency::Currency;
use serde_json::{Value, json};
use std::str::FromStr;

/// Digits before the point.
const MOST_DIGITS: usize = 18;

/// Money, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Money {
    pub(crate) amount: BigDecimal,
    pub(crate) currency: Currency,
}

impl Money {
    /// # Errors
    /// What was expected instead.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        let expected = || "an amount is expected: {\"amount\": \"120.50\", \"currency\": \"EUR\"}".to_owned();
        let members = value.as_object().filter(|members| members.len() == 2).ok_or_else(expected)?;
        let (Some(amount), Some(code)) =
            (members.get("amount").and_then(Value::as_str), members.get("currency").and_then(Value::as_str))
        else {
            return Err(expected());
        };
        let currency = currency(code).ok_or_else(|| format!("`{code}` is no currency of ISO 4217"))?;
        let amount =
            amount_of(amount).ok_or_else(|| "the amount is a decimal number as text: \"120.50\"".to_owned())?;
        let places = places(currency);
        if amount.fractional_digit_count() > places {
            return Err(format!("{code} has {places} digits after the point"));
        }
        Ok(Self { amount, currency })
    }

    /// As a field holds it, rounded half even to what the currency has.
    #[must_use]
    pub(crate) fn to_json(&self) -> Value {
        let amount = self.amount.with_scale_round(places(self.currency), RoundingMode::HalfEven);
        json!({"amount": amount.to_plain_string(), "currency": self.currency.code()})
    }
}

/// A currency that is in use, by its code in capitals.
#[must_use]
pub(crate) fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(code)
}

fn places(currency: Currency) -> i64 {
    // Gold and the like have no minor unit; four digits serve them.
    currency.exponent().map_or(4, i64::from)
}

/// A plain decimal number: no exponent, no blanks, at most 18 digits before the point and 18 behind it.
#[must_use]
pub(crate) fn amount_of(text: &str) -> Option<BigDecimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_run = |run: &str| (1..=MOST_DIGITS).contains(&run.len()) && run.bytes().all(|byte| byte.is_ascii_digit());
    if !is_run(whole) || !fraction.is_none_or(is_run) {
        return None;
    }
    BigDecimal::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(amount: &str, currency: &str) -> Result<Value, String> {
        Money::read(&json!({"amount": amount, "currency": currency})).map(|money| money.to_json())
    }

    #[test]
    fn an_amount_is_exact_and_has_the_digits_of_its_currency() {
        assert_eq!(read("0.10", "EUR").unwrap(), json!({"amount": "0.10", "currency": "EUR"}));
        assert_eq!(read("-999999999999999999.99", "USD").unwrap()["amount"], "-999999999999999999.99");
        assert_eq!(read("7", "EUR").unwrap()["amount"], "7.00");
        assert_eq!(read("7.5", "JPY").unwrap_err(), "JPY has 0 digits after the point");
        assert_eq!(read("7.125", "BHD").unwrap()["amount"], "7.125");
    }

    #[test]
    fn what_is_no_decimal_number_and_no_currency_is_refused() {
        for wrong in ["", "-", "1.", ".5", "1e3", "1,50", " 1", "+1", "NaN", "1234567890123456789"] {
            assert!(read(wrong, "EUR").is_err(), "{wrong}");
        }
        assert!(read("1", "eur").is_err());
        assert!(read("1", "ABC").is_err());
        assert!(Money::read(&json!({"amount": 1, "currency": "EUR"})).is_err());
        assert!(Money::read(&json!({"amount": "1", "currency": "EUR", "note": 1})).is_err());
    }
}
