//! Numbers: decimal, with 34 significant digits, rounded half even (DMN 1.5, 10.3.2.3.1: IEEE 754-2008 decimal128).
//!
//! As decimal128 has it, a number knows how many digits it has after the point, noughts among them. Equal ones are equal
//! whatever those, and only Camunda's reading writes them.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, FromPrimitive, RoundingMode, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::Arc;

const DIGITS: NonZeroU64 = NonZeroU64::new(34).expect("not zero");
/// Of a power on the way to it.
const WORKING_DIGITS: NonZeroU64 = NonZeroU64::new(50).expect("not zero");
/// Larger and smaller ones do not exist: what overflows is null, what underflows is zero. Wider than decimal128, so that
/// nothing in its range is lost on the way.
const MAX_EXPONENT: i64 = 20_000;

/// Digits after the point that a rounded number may have been given.
const MAX_NOUGHTS: i64 = 128;

/// A number. Those without digits after the point that fit into 64 bits, nearly all, are kept as such.
#[derive(Clone, Debug)]
pub enum Number {
    Whole(i64),
    Decimal(Arc<BigDecimal>),
}

impl Number {
    /// A number as FEEL writes it; an exponent may follow (`1.5e3`). None when it is none, or too large.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        let is_number = text.len() <= 4_096
            && text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'));
        if !is_number {
            return None;
        }
        // Checked before it is made: the digits of 1e999999999 would not fit anywhere.
        if let Some((_, exponent)) = text.split_once(['e', 'E'])
            && exponent.parse::<i64>().ok()?.abs() > MAX_EXPONENT
        {
            return None;
        }
        Self::of(BigDecimal::from_str(text).ok()?)
    }

    /// None when it is not finite.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        // By its shortest text: 0.1 is 0.1. As Java writes it: with a digit after the point, and with an exponent where it is
        // large or small.
        let is_plain = value == 0.0 || (1e-3..1e7).contains(&value.abs());
        let text = if is_plain { value.to_string() } else { format!("{value:e}") };
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let point = if digits.contains('.') { "" } else { ".0" };
        Self::parse(&format!("{digits}{point}e{exponent}"))
    }

    /// None when it is too large.
    pub(crate) fn of(value: BigDecimal) -> Option<Self> {
        if value.is_zero() && value.fractional_digit_count().abs() > MAX_EXPONENT {
            return Some(Self::Whole(0));
        }
        let value = if value.digits() > DIGITS.get() {
            value.with_precision_round(DIGITS, RoundingMode::HalfEven)
        } else {
            value
        };
        let size = i64::try_from(value.digits()).ok()?.checked_sub(value.fractional_digit_count())?;
        if size > MAX_EXPONENT {
            return None;
        }
        if size < -MAX_EXPONENT {
            return Some(Self::Whole(0));
        }
        if size <= 19
            && value.fractional_digit_count() == 0
            && let Some(whole) = value.to_i64()
        {
            return Some(Self::Whole(whole));
        }
        Some(Self::Decimal(Arc::new(value)))
    }

    pub(crate) fn decimal(&self) -> BigDecimal {
        match self {
            Self::Whole(whole) => BigDecimal::from(*whole),
            Self::Decimal(value) => value.as_ref().clone(),
        }
    }

    /// As a double; infinite when it is beyond them.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "a double is asked for")]
            Self::Whole(whole) => *whole as f64,
            Self::Decimal(value) => value.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// When it is whole and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Self::Whole(whole) => Some(*whole),
            Self::Decimal(value) if value.is_integer() => value.to_i64(),
            Self::Decimal(_) => None,
        }
    }

    pub(crate) fn is_integer(&self) -> bool {
        match self {
            Self::Whole(_) => true,
            Self::Decimal(value) => value.is_integer(),
        }
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Self::Whole(whole) => *whole < 0,
            Self::Decimal(value) => value.is_negative(),
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Self::Whole(whole) => *whole == 0,
            Self::Decimal(value) => value.is_zero(),
        }
    }

    pub(crate) fn add(&self, other: &Self) -> Option<Self> {
        self.whole_with(other, i64::checked_add).or_else(|| {
            let scale = self.scale().max(other.scale());
            Self::of((self.decimal() + other.decimal()).with_scale(scale))
        })
    }

    pub(crate) fn subtract(&self, other: &Self) -> Option<Self> {
        self.whole_with(other, i64::checked_sub).or_else(|| {
            let scale = self.scale().max(other.scale());
            Self::of((self.decimal() - other.decimal()).with_scale(scale))
        })
    }

    pub(crate) fn multiply(&self, other: &Self) -> Option<Self> {
        self.whole_with(other, i64::checked_mul).or_else(|| {
            let scale = self.scale() + other.scale();
            Self::of((self.decimal() * other.decimal()).with_scale(scale))
        })
    }

    /// None for zero.
    pub(crate) fn divide(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let exact = |a: i64, b: i64| (a.checked_rem(b)? == 0).then(|| a.checked_div(b)).flatten();
        self.whole_with(other, exact).or_else(|| {
            // The library divides to a hundred digits; `of` leaves 34.
            let quotient = (self.decimal() / other.decimal()).normalized();
            let scale = self.scale() - other.scale();
            if quotient.is_zero() {
                return Self::of(quotient.with_scale(scale));
            }
            // What comes out even has as many digits after the point as the dividend has more than the divisor, if there is room.
            let digits = quotient.fractional_digit_count();
            let room = i64::try_from(DIGITS.get().saturating_sub(quotient.digits())).unwrap_or(0);
            let noughts = room.min(scale - digits);
            Self::of(if noughts > 0 { quotient.with_scale(digits + noughts) } else { quotient })
        })
    }

    /// Digits after the point; below 0 noughts before it.
    fn scale(&self) -> i64 {
        match self {
            Self::Whole(_) => 0,
            Self::Decimal(value) => value.fractional_digit_count(),
        }
    }

    /// The remainder with the sign of the divisor (10.3.4.5, `modulo`).
    pub(crate) fn modulo(&self, other: &Self) -> Option<Self> {
        let rest = self.remainder(other)?;
        if rest.is_zero() || rest.is_negative() == other.is_negative() { Some(rest) } else { rest.add(other) }
    }

    /// The remainder with the sign of the dividend, exactly.
    pub(crate) fn remainder(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        self.whole_with(other, i64::checked_rem).or_else(|| {
            let scale = self.scale().max(other.scale());
            Self::of((self.decimal() % other.decimal()).with_scale(scale))
        })
    }

    /// Whole exponents exactly, others by doubles.
    pub(crate) fn power(&self, exponent: &Self) -> Option<Self> {
        let Some(times) = exponent.to_i64() else {
            return Self::from_f64(self.to_f64().powf(exponent.to_f64()));
        };
        // With more digits than the result has, which is rounded once, at the end.
        let product = |a: &BigDecimal, b: &BigDecimal| {
            let product = (a * b).with_scale(a.fractional_digit_count() + b.fractional_digit_count());
            let product = match product.digits() > WORKING_DIGITS.get() {
                true => product.with_precision_round(WORKING_DIGITS, RoundingMode::HalfEven),
                false => product,
            };
            let number = Self::of(product.clone())?;
            Some(if number.is_zero() { BigDecimal::zero() } else { product })
        };
        let mut base = self.decimal();
        let mut left = times.unsigned_abs();
        let mut result = BigDecimal::from(1);
        while left > 0 {
            if left & 1 == 1 {
                result = product(&result, &base)?;
            }
            left >>= 1;
            if left > 0 {
                base = product(&base, &base)?;
            }
        }
        let result = Self::of(result)?;
        if times < 0 { Self::Whole(1).divide(&result) } else { Some(result) }
    }

    pub(crate) fn negate(&self) -> Option<Self> {
        match self {
            Self::Whole(whole) if *whole != i64::MIN => Some(Self::Whole(-whole)),
            other => Self::of(-other.decimal()),
        }
    }

    pub(crate) fn abs(&self) -> Option<Self> {
        if self.is_negative() { self.negate() } else { Some(self.clone()) }
    }

    /// To so many digits after the point.
    pub(crate) fn round(&self, scale: i64, mode: RoundingMode) -> Option<Self> {
        if scale == 0 && matches!(self, Self::Whole(_)) {
            return Some(self.clone());
        }
        if scale.abs() > MAX_EXPONENT {
            return None;
        }
        let rounded = self.decimal().with_scale_round(scale, mode);
        // More noughts than there are digits are no digits to round.
        if (0..=MAX_NOUGHTS).contains(&scale) && rounded.digits() > DIGITS.get() {
            return Some(Self::Decimal(Arc::new(rounded)));
        }
        Self::of(rounded)
    }

    /// The square root by doubles, exact where it is whole.
    pub(crate) fn sqrt(&self) -> Option<Self> {
        if self.is_negative() {
            return None;
        }
        Self::of(self.decimal().sqrt()?.normalized())
    }

    fn whole_with(&self, other: &Self, operate: impl Fn(i64, i64) -> Option<i64>) -> Option<Self> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => operate(*a, *b).map(Self::Whole),
            _ => None,
        }
    }

    /// Bytes that it holds.
    pub(crate) fn weight(&self) -> u64 {
        match self {
            Self::Whole(_) => 0,
            Self::Decimal(_) => 64,
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Whole(value)
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        match i64::try_from(value) {
            Ok(whole) => Self::Whole(whole),
            Err(_) => Self::Decimal(Arc::new(BigDecimal::from(BigInt::from_usize(value).unwrap_or_default()))),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.cmp(b),
            (a, b) => a.decimal().cmp(&b.decimal()),
        }
    }
}

/// Without noughts at the end of a fraction, and without an exponent where that takes no more than some digits.
impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = match self {
            Self::Whole(whole) => return whole.fmt(f),
            Self::Decimal(value) => value.normalized(),
        };
        match value.fractional_digit_count().unsigned_abs() > 60 {
            true => f.write_str(&value.to_scientific_notation()),
            false => f.write_str(&value.to_plain_string()),
        }
    }
}

impl Number {
    /// With all its digits, as Java writes a decimal: with an exponent where there are noughts before the point that are no
    /// digits of it, or more than six behind.
    pub(crate) fn java_text(&self) -> String {
        let Self::Decimal(value) = self else {
            return self.to_string();
        };
        let (unscaled, scale) = value.as_bigint_and_exponent();
        let digits = unscaled.magnitude().to_string();
        let sign = if unscaled.is_negative() { "-" } else { "" };
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let exponent = length - 1 - scale;
        if scale >= 0 && exponent >= -6 {
            let padded = format!("{digits:0>width$}", width = usize::try_from(scale + 1).unwrap_or(digits.len()));
            let (whole, fraction) = padded.split_at(padded.len() - usize::try_from(scale).unwrap_or(0));
            let point = if fraction.is_empty() { "" } else { "." };
            return format!("{sign}{whole}{point}{fraction}");
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}E{exponent:+}")
    }

    /// As JavaScript writes the double that is nearest, where that is shorter.
    pub(crate) fn double_text(&self) -> String {
        const DOUBLE_DIGITS: u64 = 17;
        match self {
            Self::Decimal(value) if !value.is_integer() && value.normalized().digits() > DOUBLE_DIGITS => {
                Self::from_f64(self.to_f64()).unwrap_or_else(|| self.clone()).to_string()
            }
            other => other.to_string(),
        }
    }
}
