//! Functions of lists (DMN 1.5, 10.3.4.4).

use super::numeric::root;
use super::{Call, Signature, fixed, optional, or_null, variadic};
use crate::budget::Failure;
use crate::evaluate::{Outcome, boolean, differ_in_zone};
use crate::number::Number;
use crate::operate;
use crate::value::{Function, Value};
use bigdecimal::RoundingMode;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("list contains", &["list", "element"], contains),
    fixed("count", &["list"], |call| Ok(Value::Number(or_null!(call.list(0)).len().into()))),
    variadic("min", &["list"], |call| extreme(call, Ordering::Less)),
    variadic("max", &["list"], |call| extreme(call, Ordering::Greater)),
    variadic("sum", &["list"], sum),
    variadic("product", &["list"], product),
    variadic("mean", &["list"], mean),
    variadic("median", &["list"], median),
    variadic("stddev", &["list"], stddev),
    variadic("mode", &["list"], mode),
    variadic("all", &["list"], |call| truth(call, true)),
    variadic("and", &["list"], |call| truth(call, true)),
    variadic("any", &["list"], |call| truth(call, false)),
    variadic("or", &["list"], |call| truth(call, false)),
    optional("sublist", &["list", "start position", "length"], 2, sublist),
    optional("sublist", &["list", "start", "length"], 2, sublist),
    variadic("append", &["list", "item"], append),
    variadic("concatenate", &["list"], concatenate),
    fixed("insert before", &["list", "position", "newItem"], |call| change(call, true)),
    fixed("remove", &["list", "position"], |call| change(call, false)),
    fixed("reverse", &["list"], |call| call.make_list(or_null!(call.list(0)).into_iter().rev().collect())),
    fixed("index of", &["list", "match"], index_of),
    variadic("union", &["list"], union),
    fixed("distinct values", &["list"], |call| distinct(call, or_null!(call.list(0)))),
    fixed("duplicate values", &["list"], duplicates),
    fixed("flatten", &["list"], flatten),
    optional("sort", &["list", "precedes"], 1, sort),
    fixed("is empty", &["list"], |call| Ok(Value::Boolean(or_null!(call.list(0)).is_empty()))),
    fixed("partition", &["list", "size"], partition),
    fixed("list replace", &["list", "position", "newItem"], replace),
    fixed("list replace", &["list", "match", "newItem"], replace),
];

fn contains(call: &Call<'_, '_>) -> Outcome {
    for item in or_null!(call.list(0)) {
        if call.is_same(&item, call.argument(1))? {
            return Ok(Value::Boolean(true));
        }
    }
    Ok(Value::Boolean(false))
}

fn extreme(call: &Call<'_, '_>, wanted: Ordering) -> Outcome {
    let items = or_null!(call.values());
    call.steps(items.len())?;
    let mut items = items.into_iter();
    let mut best = or_null!(items.next());
    for item in items {
        if or_null!(item.compares(&best)) == wanted {
            best = item;
        }
    }
    let has_order = if call.evaluator.is_scala() { has_order(&best) } else { best.compares(&best).is_some() };
    Ok(if has_order { best } else { Value::Null })
}

/// Whether feel-scala takes a value for one that could be compared with others like it: a list is where its first item is, and
/// all are of the same kind.
fn has_order(value: &Value) -> bool {
    match value {
        Value::List(items) => items.first().is_some_and(|first| {
            let is_alike = |item: &Value| {
                std::mem::discriminant(item) == std::mem::discriminant(first) && !differ_in_zone(item, first)
            };
            has_order(first) && items.iter().all(is_alike)
        }),
        other => other.compares(other).is_some(),
    }
}

fn sum(call: &Call<'_, '_>) -> Outcome {
    let items = or_null!(call.values());
    call.steps(items.len())?;
    let mut items = items.into_iter();
    let first = or_null!(items.next());
    let is_duration = matches!(first, Value::DayTimeDuration(_) | Value::YearMonthDuration(_));
    let is_summable = matches!(first, Value::Number(_)) || is_duration && !call.evaluator.is_scala();
    Ok(if is_summable { items.fold(first, |sum, item| operate::add(&sum, &item)) } else { Value::Null })
}

fn product(call: &Call<'_, '_>) -> Outcome {
    let items = or_null!(call.values());
    call.steps(items.len())?;
    let mut items = items.into_iter();
    let first = or_null!(items.next());
    if first.as_number().is_none() {
        return Ok(Value::Null);
    }
    Ok(items.fold(first, |product, item| operate::multiply(&product, &item)))
}

/// All of them, when there are some and all are numbers.
fn numbers(call: &Call<'_, '_>) -> Result<Option<Vec<Number>>, Failure> {
    let Some(items) = call.values().filter(|items| !items.is_empty()) else {
        return Ok(None);
    };
    call.steps(items.len())?;
    Ok(items.iter().map(|item| item.as_number().cloned()).collect())
}

fn mean_of(numbers: &[Number]) -> Option<Number> {
    let (first, rest) = numbers.split_first()?;
    let mut sum = first.clone();
    for number in rest {
        sum = sum.add(number)?;
    }
    sum.divide(&numbers.len().into())
}

fn mean(call: &Call<'_, '_>) -> Outcome {
    Ok(operate::number(mean_of(&or_null!(numbers(call)?))))
}

fn median(call: &Call<'_, '_>) -> Outcome {
    let mut all = or_null!(numbers(call)?);
    all.sort();
    let middle = all.len() / 2;
    let median = match (all.len() % 2, all.get(middle.saturating_sub(1)), all.get(middle)) {
        (1, _, Some(middle)) => Some(middle.clone()),
        (_, Some(below), Some(above)) => below.add(above).and_then(|sum| sum.divide(&Number::Whole(2))),
        _ => None,
    };
    Ok(operate::number(median))
}

/// Of a sample: divided by one less than there are.
fn stddev(call: &Call<'_, '_>) -> Outcome {
    let all = or_null!(numbers(call)?);
    if all.len() < 2 {
        return Ok(Value::Null);
    }
    let mean = or_null!(mean_of(&all));
    let mut squares = Number::Whole(0);
    for number in &all {
        let off = or_null!(number.subtract(&mean));
        squares = or_null!(off.multiply(&off).and_then(|square| squares.add(&square)));
    }
    let variance = or_null!(squares.divide(&(all.len() - 1).into()));
    Ok(operate::number(if call.evaluator.is_scala() { root(&variance) } else { variance.sqrt() }))
}

/// The most frequent ones, the smallest first.
fn mode(call: &Call<'_, '_>) -> Outcome {
    let Some(items) = call.values() else {
        return Ok(Value::Null);
    };
    if items.is_empty() {
        return call.make_list(Vec::new());
    }
    let mut all = or_null!(numbers(call)?);
    all.sort();
    let mut runs: Vec<(Number, usize)> = Vec::new();
    for number in all {
        match runs.last_mut() {
            Some((last, count)) if *last == number => *count += 1,
            _ => runs.push((number, 1)),
        }
    }
    let most = runs.iter().map(|(_, count)| *count).max().unwrap_or_default();
    call.make_list(runs.into_iter().filter(|(_, count)| *count == most).map(|(n, _)| Value::Number(n)).collect())
}

/// `all` of true values is true, `any` is false; what is no boolean makes null unless another decides.
fn truth(call: &Call<'_, '_>, is_all: bool) -> Outcome {
    let items = or_null!(call.values());
    call.steps(items.len())?;
    let mut result = Some(is_all);
    for item in items {
        match item {
            Value::Boolean(value) if value != is_all => return Ok(Value::Boolean(!is_all)),
            Value::Boolean(_) => {}
            _ => result = None,
        }
    }
    Ok(boolean(result))
}

/// From 1, or from the end below 0; none beyond. `room` is one for a place behind the last.
fn index(position: i64, length: usize) -> Option<usize> {
    let index = match position {
        1.. => usize::try_from(position - 1).ok()?,
        ..=-1 => length.checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?,
        0 => return None,
    };
    (index < length).then_some(index)
}

fn sublist(call: &Call<'_, '_>) -> Outcome {
    if call.evaluator.is_scala() {
        return sublist_within(call);
    }
    let items = or_null!(call.list(0));
    let start = or_null!(index(or_null!(call.whole(1)), items.len()));
    let take = if call.argument(2).is_null() {
        items.len()
    } else {
        let length = or_null!(call.whole(2).and_then(|length| usize::try_from(length).ok()));
        if start + length > items.len() {
            return Ok(Value::Null);
        }
        length
    };
    call.make_list(items.into_iter().skip(start).take(take).collect())
}

/// Where feel-scala finds a position: its whole part from 1, or from the end, which may be before the first item. 0 is nowhere;
/// what only its whole part makes 0 is behind the last.
fn place(position: &Number, length: usize) -> Option<i64> {
    if position.is_zero() {
        return None;
    }
    match position.round(0, RoundingMode::Down)?.to_i64()? {
        whole @ 1.. => Some(whole - 1),
        whole => i64::try_from(length).ok()?.checked_add(whole),
    }
}

/// As many items as there are among the places that are asked for, of which the first may be before the list.
fn sublist_within(call: &Call<'_, '_>) -> Outcome {
    let items = or_null!(call.list(0));
    let start = or_null!(place(or_null!(call.number(1)), items.len()));
    let end = match call.is_given(2) {
        true => start.saturating_add(or_null!(call.whole(2)).max(0)),
        false => i64::MAX,
    };
    let index = |place: i64| usize::try_from(place.max(0)).unwrap_or(usize::MAX).min(items.len());
    let (start, end) = (index(start), index(end));
    call.make_list(items.get(start..end).unwrap_or_default().to_vec())
}

fn append(call: &Call<'_, '_>) -> Outcome {
    let mut items = or_null!(call.list(0));
    items.extend(call.arguments.iter().skip(1).cloned());
    call.make_list(items)
}

fn concatenate(call: &Call<'_, '_>) -> Outcome {
    call.make_list(or_null!(joined(call)))
}

fn joined(call: &Call<'_, '_>) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for position in 0..call.arguments.len() {
        match call.argument(position) {
            Value::List(items) => all.extend(items.iter().cloned()),
            single if !call.evaluator.is_standard() => all.push(single.clone()),
            _ => all.extend(call.list(position)?),
        }
    }
    Some(all)
}

fn change(call: &Call<'_, '_>, inserts: bool) -> Outcome {
    let mut items = or_null!(call.list(0));
    let position = or_null!(call.whole(1));
    if call.evaluator.is_scala() {
        let at = or_null!(place(or_null!(call.number(1)), items.len()));
        let at = usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(items.len());
        if inserts {
            items.insert(at, call.argument(2).clone());
        } else if index(position, items.len()).is_some() {
            items.remove(at);
        }
        return call.make_list(items);
    }
    let at = or_null!(index(position, items.len()));
    if inserts {
        items.insert(at, call.argument(2).clone());
    } else {
        items.remove(at);
    }
    call.make_list(items)
}

fn index_of(call: &Call<'_, '_>) -> Outcome {
    let mut found = Vec::new();
    for (position, item) in or_null!(call.list(0)).into_iter().enumerate() {
        if call.is_same(&item, call.argument(1))? {
            found.push(Value::Number((position + 1).into()));
        }
    }
    call.make_list(found)
}

fn union(call: &Call<'_, '_>) -> Outcome {
    distinct(call, or_null!(joined(call)))
}

/// Texts and whole numbers, nearly all there is, are looked up; others are compared with all before them.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Text(Arc<str>),
    Whole(i64),
}

fn key(value: &Value) -> Option<Key> {
    match value {
        Value::String(text) => Some(Key::Text(Arc::clone(text))),
        Value::Number(number) => number.to_i64().map(Key::Whole),
        _ => None,
    }
}

/// Each value once, in order, with how often it was there.
fn counted(call: &Call<'_, '_>, items: Vec<Value>) -> Result<Vec<(Value, usize)>, Failure> {
    let mut all: Vec<(Value, usize)> = Vec::new();
    let mut known: HashMap<Key, usize> = HashMap::new();
    let mut others: Vec<usize> = Vec::new();
    for item in items {
        call.steps(1)?;
        if let Some(key) = key(&item) {
            match known.get(&key) {
                Some(at) => all[*at].1 += 1,
                None => {
                    known.insert(key, all.len());
                    all.push((item, 1));
                }
            }
            continue;
        }
        let mut same = None;
        for at in &others {
            if call.is_same(&all[*at].0, &item)? {
                same = Some(*at);
                break;
            }
        }
        match same {
            Some(at) => all[at].1 += 1,
            None => {
                others.push(all.len());
                all.push((item, 1));
            }
        }
    }
    Ok(all)
}

fn distinct(call: &Call<'_, '_>, items: Vec<Value>) -> Outcome {
    let all = counted(call, items)?;
    call.make_list(all.into_iter().map(|(item, _)| item).collect())
}

fn duplicates(call: &Call<'_, '_>) -> Outcome {
    let all = counted(call, or_null!(call.list(0)))?;
    call.make_list(all.into_iter().filter(|(_, count)| *count > 1).map(|(item, _)| item).collect())
}

fn flatten(call: &Call<'_, '_>) -> Outcome {
    let mut open: Vec<Value> = or_null!(call.list(0)).into_iter().rev().collect();
    let mut flat = Vec::new();
    while let Some(item) = open.pop() {
        call.steps(1)?;
        match item {
            Value::List(items) => open.extend(items.iter().rev().cloned()),
            other => flat.push(other),
        }
    }
    call.make_list(flat)
}

/// By a function that says of two whether the first comes before, else in their order; stable.
fn sort(call: &Call<'_, '_>) -> Outcome {
    let items = or_null!(call.list(0));
    match call.argument(1) {
        Value::Function(precedes) if call.evaluator.is_scala() && precedes.parameters().len() != 2 => Ok(Value::Null),
        Value::Function(precedes) => match merge_sorted(call, items, precedes)? {
            Some(sorted) => call.make_list(sorted),
            None => Ok(Value::Null),
        },
        Value::Null => {
            call.steps(items.len() * 8)?;
            let mut items = items;
            let mut comparable = true;
            items.sort_by(|a, b| {
                a.compares(b).unwrap_or_else(|| {
                    comparable = false;
                    Ordering::Equal
                })
            });
            if comparable { call.make_list(items) } else { Ok(Value::Null) }
        }
        _ => Ok(Value::Null),
    }
}

/// Of our own, since the order is an evaluation that may fail, and need not be one. None where feel-scala has none: two items
/// of which neither is said to come before or not.
fn merge_sorted(
    call: &Call<'_, '_>,
    mut items: Vec<Value>,
    precedes: &Function,
) -> Result<Option<Vec<Value>>, Failure> {
    if items.len() < 2 {
        return Ok(Some(items));
    }
    let right = items.split_off(items.len() / 2);
    let (Some(left), Some(right)) = (merge_sorted(call, items, precedes)?, merge_sorted(call, right, precedes)?) else {
        return Ok(None);
    };
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
        let right_first = call.evaluator.invoke(precedes, vec![second.clone(), first.clone()])?;
        if call.evaluator.is_scala() && !matches!(right_first, Value::Boolean(_)) {
            return Ok(None);
        }
        let right_first = right_first.is_true();
        sorted.extend(if right_first { right.next() } else { left.next() });
    }
    sorted.extend(left);
    sorted.extend(right);
    Ok(Some(sorted))
}

fn partition(call: &Call<'_, '_>) -> Outcome {
    let items = or_null!(call.list(0));
    let size = or_null!(call.whole(1).and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0));
    let mut parts = Vec::new();
    for part in items.chunks(size) {
        parts.push(call.make_list(part.to_vec())?);
    }
    call.make_list(parts)
}

/// At a position, or wherever a function of item and new item says so.
fn replace(call: &Call<'_, '_>) -> Outcome {
    let mut items = or_null!(call.list(0));
    let new = call.argument(2);
    match call.argument(1) {
        Value::Function(matches) => {
            for item in &mut items {
                let arguments = vec![item.clone(), new.clone()];
                if call.evaluator.invoke(matches, arguments)?.is_true() {
                    *item = new.clone();
                }
            }
        }
        Value::Number(position) => {
            let at = or_null!(position.to_i64().and_then(|position| index(position, items.len())));
            items[at] = new.clone();
        }
        _ => return Ok(Value::Null),
    }
    call.make_list(items)
}
