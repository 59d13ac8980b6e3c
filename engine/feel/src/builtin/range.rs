//! Ranges from texts, and relations between points and ranges (DMN 1.5, 10.3.4.10, after Allen).

use super::{Call, Signature, fixed, or_null};
use crate::ast::Expression;
use crate::evaluate::{Outcome, boolean, make_range};
use crate::names::Names;
use crate::value::{Range, Value};
use std::cmp::Ordering;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("before", &["point1", "point2"], is_before),
    fixed("before", &["point", "range"], is_before),
    fixed("before", &["range", "point"], is_before),
    fixed("before", &["range1", "range2"], is_before),
    fixed("after", &["point1", "point2"], is_after),
    fixed("after", &["point", "range"], is_after),
    fixed("after", &["range", "point"], is_after),
    fixed("after", &["range1", "range2"], is_after),
    fixed("meets", &["range1", "range2"], |call| relation(call, meets)),
    fixed("met by", &["range1", "range2"], |call| relation(call, |a, b| meets(b, a))),
    fixed("overlaps", &["range1", "range2"], |call| relation(call, overlaps)),
    fixed("overlaps before", &["range1", "range2"], |call| relation(call, overlaps_before)),
    fixed("overlaps after", &["range1", "range2"], |call| relation(call, |a, b| overlaps_before(b, a))),
    fixed("finishes", &["range1", "range2"], |call| at_end(call, 0, Edge::High, finishes)),
    fixed("finishes", &["point", "range"], |call| at_end(call, 0, Edge::High, finishes)),
    fixed("finished by", &["range1", "range2"], |call| at_end(call, 1, Edge::High, finishes)),
    fixed("finished by", &["range", "point"], |call| at_end(call, 1, Edge::High, finishes)),
    fixed("includes", &["range", "point"], |call| at_end(call, 1, Edge::Any, |a, b| includes(b, a))),
    fixed("includes", &["range1", "range2"], |call| at_end(call, 1, Edge::Any, |a, b| includes(b, a))),
    fixed("during", &["point", "range"], |call| at_end(call, 0, Edge::Any, |a, b| includes(b, a))),
    fixed("during", &["range1", "range2"], |call| at_end(call, 0, Edge::Any, |a, b| includes(b, a))),
    fixed("starts", &["range1", "range2"], |call| at_end(call, 0, Edge::Low, starts)),
    fixed("starts", &["point", "range"], |call| at_end(call, 0, Edge::Low, starts)),
    fixed("started by", &["range1", "range2"], |call| at_end(call, 1, Edge::Low, starts)),
    fixed("started by", &["range", "point"], |call| at_end(call, 1, Edge::Low, starts)),
    fixed("coincides", &["range1", "range2"], |call| relation(call, coincides)),
    fixed("coincides", &["point1", "point2"], |call| relation(call, coincides)),
    fixed("range", &["from"], range_of),
];

/// A range from its text, whose ends are constants; one may be missing (10.3.4.1).
fn range_of(call: &Call<'_, '_>) -> Outcome {
    let text = or_null!(call.text(0)).trim();
    call.steps(text.len())?;
    Ok(parse(text).unwrap_or_default())
}

fn parse(text: &str) -> Option<Value> {
    let low_included = text.starts_with('[');
    let high_included = text.ends_with(']');
    let opens = text.starts_with(['[', '(', ']']);
    let closes = text.ends_with([']', ')', '[']);
    if !opens || !closes || text.len() < 4 {
        return None;
    }
    let (low, high) = text.get(1..text.len() - 1)?.split_once("..")?;
    let end = |text: &str| match text.trim() {
        "" => Some(None),
        text => Expression::parse(text, &Names::default()).ok()?.constant().map(Some),
    };
    let (low, high) = (end(low)?, end(high)?);
    // What is open has no end that could belong to it.
    if low.is_none() && low_included || high.is_none() && high_included {
        return None;
    }
    if let (Some(low), Some(high)) = (&low, &high)
        && low.compares(high) == Some(Ordering::Greater)
    {
        return None;
    }
    Some(make_range(low, low_included, high, high_included))
}

/// Which part of a range a point is to be at.
#[derive(Clone, Copy)]
enum Edge {
    Low,
    High,
    Any,
}

/// A relation of the argument at `inner` to the other one. Of a point feel-scala asks only for the ends of the range: it may be
/// at one that is written the wrong way round.
fn at_end(call: &Call<'_, '_>, inner: usize, edge: Edge, holds: fn(&Span<'_>, &Span<'_>) -> Option<bool>) -> Outcome {
    let (inner, outer) = (call.argument(inner), call.argument(1 - inner));
    if call.evaluator.is_scala()
        && let Value::Range(range) = outer
        && let (Some(low), Some(high)) = (&range.low, &range.high)
        && let (Some(from_low), Some(from_high)) = (inner.compares(low), inner.compares(high))
    {
        let (is_low, is_high) = (from_low.is_eq() && range.low_included, from_high.is_eq() && range.high_included);
        return Ok(Value::Boolean(match edge {
            Edge::Low => is_low,
            Edge::High => is_high,
            Edge::Any => is_low || is_high || from_low.is_gt() && from_high.is_lt(),
        }));
    }
    let (first, second) = (or_null!(span(inner)), or_null!(span(outer)));
    Ok(boolean(holds(&first, &second)))
}

fn is_before(call: &Call<'_, '_>) -> Outcome {
    relation(call, before)
}

fn is_after(call: &Call<'_, '_>) -> Outcome {
    relation(call, |a, b| before(b, a))
}

/// One end: the value, and whether it belongs to the range. A point is a range of itself.
struct End<'a> {
    value: &'a Value,
    included: bool,
}

struct Span<'a> {
    low: End<'a>,
    high: End<'a>,
}

fn span(value: &Value) -> Option<Span<'_>> {
    match value {
        Value::Range(range) => {
            let Range { low: Some(low), low_included, high: Some(high), high_included } = range.as_ref() else {
                return None;
            };
            Some(Span {
                low: End { value: low, included: *low_included },
                high: End { value: high, included: *high_included },
            })
        }
        point => {
            point.compares(point)?;
            Some(Span { low: End { value: point, included: true }, high: End { value: point, included: true } })
        }
    }
}

fn relation(call: &Call<'_, '_>, holds: fn(&Span<'_>, &Span<'_>) -> Option<bool>) -> Outcome {
    let (first, second) = (or_null!(span(call.argument(0))), or_null!(span(call.argument(1))));
    Ok(boolean(holds(&first, &second)))
}

fn order(a: &End<'_>, b: &End<'_>) -> Option<Ordering> {
    a.value.compares(b.value)
}

/// Lower ends: one that is included begins earlier.
fn low_order(a: &End<'_>, b: &End<'_>) -> Option<Ordering> {
    Some(order(a, b)?.then_with(|| b.included.cmp(&a.included)))
}

/// Upper ends: one that is included ends later.
fn high_order(a: &End<'_>, b: &End<'_>) -> Option<Ordering> {
    Some(order(a, b)?.then_with(|| a.included.cmp(&b.included)))
}

fn before(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    Some(match order(&a.high, &b.low)? {
        Ordering::Less => true,
        Ordering::Equal => !(a.high.included && b.low.included),
        Ordering::Greater => false,
    })
}

fn meets(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    Some(order(&a.high, &b.low)? == Ordering::Equal && a.high.included && b.low.included)
}

fn overlaps(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    Some(!before(a, b)? && !before(b, a)?)
}

fn overlaps_before(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    Some(
        low_order(&a.low, &b.low)? == Ordering::Less
            && overlaps(a, b)?
            && high_order(&a.high, &b.high)? != Ordering::Greater,
    )
}

fn finishes(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    let ends_alike = high_order(&a.high, &b.high)? == Ordering::Equal;
    Some(ends_alike && low_order(&a.low, &b.low)? != Ordering::Less)
}

fn starts(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    let begins_alike = low_order(&a.low, &b.low)? == Ordering::Equal;
    Some(begins_alike && high_order(&a.high, &b.high)? != Ordering::Greater)
}

fn includes(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    Some(low_order(&a.low, &b.low)? != Ordering::Greater && high_order(&a.high, &b.high)? != Ordering::Less)
}

fn coincides(a: &Span<'_>, b: &Span<'_>) -> Option<bool> {
    Some(low_order(&a.low, &b.low)? == Ordering::Equal && high_order(&a.high, &b.high)? == Ordering::Equal)
}
