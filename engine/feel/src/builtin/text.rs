//! Functions of texts (DMN 1.5, 10.3.4.3). Positions and lengths count characters.

use super::{Call, Signature, fixed, optional, or_null, pattern};
use crate::evaluate::Outcome;
use crate::value::Value;
use base64::Engine as _;
use regex::Regex;

pub(super) const SIGNATURES: &[Signature] = &[
    optional("substring", &["string", "start position", "length"], 2, substring),
    fixed("string length", &["string"], |call| Ok(Value::Number(or_null!(call.text(0)).chars().count().into()))),
    fixed("upper case", &["string"], |call| call.string(&or_null!(call.text(0)).to_uppercase())),
    fixed("lower case", &["string"], |call| call.string(&or_null!(call.text(0)).to_lowercase())),
    fixed("trim", &["string"], |call| call.string(or_null!(call.text(0)).trim())),
    fixed("substring before", &["string", "match"], |call| cut(call, |text, at, _| &text[..at])),
    fixed("substring after", &["string", "match"], |call| cut(call, |text, at, length| &text[at + length..])),
    optional("replace", &["input", "pattern", "replacement", "flags"], 3, replace),
    fixed("contains", &["string", "match"], |call| compare(call, |text, part| text.contains(part))),
    fixed("starts with", &["string", "match"], |call| compare(call, |text, part| text.starts_with(part))),
    fixed("ends with", &["string", "match"], |call| compare(call, |text, part| text.ends_with(part))),
    optional("matches", &["input", "pattern", "flags"], 2, matches),
    fixed("split", &["string", "delimiter"], split),
    fixed("extract", &["string", "pattern"], extract),
    optional("string join", &["list", "delimiter"], 1, join),
    fixed("string join", &["list", "delimiter", "prefix", "suffix"], join),
    fixed("is blank", &["string"], |call| Ok(Value::Boolean(or_null!(call.text(0)).trim().is_empty()))),
    fixed("to base64", &["value"], |call| {
        call.string(&base64::engine::general_purpose::STANDARD.encode(or_null!(call.text(0))))
    }),
    fixed("uuid", &[], uuid),
];

/// From 1, or from the end below 0.
fn substring(call: &Call<'_, '_>) -> Outcome {
    let text = or_null!(call.text(0));
    let start = or_null!(call.whole(1));
    if call.evaluator.is_scala() {
        return substring_within(call, text, start);
    }
    let length = text.chars().count();
    let from = match start {
        1.. => usize::try_from(start - 1).unwrap_or(usize::MAX),
        ..=-1 => length.saturating_sub(usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX)),
        0 => return Ok(Value::Null),
    };
    let take = if call.argument(2).is_null() {
        usize::MAX
    } else {
        let wanted = or_null!(call.number(2)).to_f64();
        if wanted < 1.0 {
            return Ok(Value::Null);
        }
        or_null!(call.whole(2).map(|wanted| usize::try_from(wanted).unwrap_or(usize::MAX)))
    };
    let part: String = text.chars().skip(from).take(take).collect();
    call.string(&part)
}

/// As far as there are letters: where feel-scala has an exception for what is beyond, that is the end. From 0 there are none.
fn substring_within(call: &Call<'_, '_>, text: &str, start: i64) -> Outcome {
    let length = text.chars().count();
    let from = match start {
        1.. => usize::try_from(start - 1).unwrap_or(usize::MAX),
        ..=-1 => length.saturating_sub(usize::try_from(start.unsigned_abs()).unwrap_or(usize::MAX)),
        0 => length,
    };
    let take = match call.is_given(2) {
        true => usize::try_from(or_null!(call.whole(2))).unwrap_or(0),
        false => usize::MAX,
    };
    let part: String = text.chars().skip(from).take(take).collect();
    call.string(&part)
}

fn cut(call: &Call<'_, '_>, part: for<'t> fn(&'t str, usize, usize) -> &'t str) -> Outcome {
    let (text, wanted) = (or_null!(call.text(0)), or_null!(call.text(1)));
    match text.find(wanted) {
        Some(at) => call.string(part(text, at, wanted.len())),
        None => call.string(""),
    }
}

fn compare(call: &Call<'_, '_>, test: fn(&str, &str) -> bool) -> Outcome {
    let (text, part) = (or_null!(call.text(0)), or_null!(call.text(1)));
    call.steps(text.len() / 256)?;
    Ok(Value::Boolean(test(text, part)))
}

fn flags<'a>(call: &'a Call<'_, '_>, position: usize) -> Option<&'a str> {
    match call.argument(position) {
        Value::Null => Some(""),
        other => other.as_str(),
    }
}

/// A pattern is weighed: each is compiled, and looks through the whole text.
fn prepare(call: &Call<'_, '_>, pattern_at: usize, flags_at: usize) -> Result<Option<Regex>, crate::budget::Failure> {
    let (Some(text), Some(source), Some(flags)) = (call.text(0), call.text(pattern_at), flags(call, flags_at)) else {
        return Ok(None);
    };
    call.steps(64 + source.len() + text.len() / 16)?;
    Ok(if call.evaluator.is_standard() { pattern::of_xpath(source, flags) } else { pattern::of_java(source, flags) })
}

fn matches(call: &Call<'_, '_>) -> Outcome {
    let regex = or_null!(prepare(call, 1, 2)?);
    Ok(Value::Boolean(regex.is_match(or_null!(call.text(0)))))
}

fn replace(call: &Call<'_, '_>) -> Outcome {
    let replacement = or_null!(call.text(2)).to_owned();
    if call.evaluator.is_standard() && !is_replacement(&replacement) {
        return Ok(Value::Null);
    }
    let regex = or_null!(prepare(call, 1, 3)?);
    let text = or_null!(call.text(0));
    let replacement = match call.evaluator.is_scala() {
        true if !regex.is_match(text) => return call.string(text),
        true => or_null!(of_java(&replacement, regex.captures_len() - 1)),
        false => replacement,
    };
    // What it can become is known before it is made.
    let count = regex.find_iter(text).count();
    let references = replacement.matches('$').count();
    let most =
        text.len() + count * replacement.len() + count.saturating_mul(references).saturating_mul(text.len().min(4_096));
    call.evaluator.meter.take(most as u64)?;
    let changed = regex.replace_all(text, expandable(&replacement, regex.captures_len() - 1));
    Ok(Value::string(&changed))
}

/// As Java reads a replacement: a backslash takes its meaning from what follows, and what names no group is a mistake.
fn of_java(replacement: &str, groups: usize) -> Option<String> {
    let mut out = String::with_capacity(replacement.len());
    let mut letters = replacement.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                '$' => out.push_str("\\$"),
                other => out.push(other),
            },
            '$' => {
                let number = digit(letters.next_if(char::is_ascii_digit)?);
                (number <= groups).then(|| out.push_str(&format!("${number}")))?;
            }
            other => out.push(other),
        }
    }
    Some(out)
}

/// `$1x` is the first group and an x; `$12` the twelfth only where there are so many. `\$` is a dollar.
fn expandable(replacement: &str, groups: usize) -> String {
    let mut out = String::with_capacity(replacement.len() + 8);
    let mut letters = replacement.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&'$') => {
                letters.next();
                out.push_str("$$");
            }
            '$' => match group(&mut letters, groups) {
                Some(number) => out.push_str(&format!("${{{number}}}")),
                None => out.push_str("$$"),
            },
            other => out.push(other),
        }
    }
    out
}

/// The digits that follow, as far as there are groups.
fn group(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, groups: usize) -> Option<usize> {
    let mut number = digit(letters.next_if(char::is_ascii_digit)?);
    while let Some(next) = letters.peek().filter(|letter| letter.is_ascii_digit()) {
        let longer = number * 10 + digit(*next);
        if longer > groups {
            break;
        }
        number = longer;
        letters.next();
    }
    Some(number)
}

fn digit(letter: char) -> usize {
    letter.to_digit(10).and_then(|digit| usize::try_from(digit).ok()).unwrap_or_default()
}

/// In XPath a dollar names a group or is escaped (XQuery and XPath Functions 3.1, 5.6.4).
fn is_replacement(text: &str) -> bool {
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let follows = match letter {
            '$' => letters.next().is_some_and(|next| next.is_ascii_digit()),
            '\\' => matches!(letters.next(), Some('\\' | '$')),
            _ => true,
        };
        if !follows {
            return false;
        }
    }
    true
}

fn split(call: &Call<'_, '_>) -> Outcome {
    let regex = or_null!(prepare(call, 1, 9)?);
    let text = or_null!(call.text(0));
    call.evaluator.meter.take(text.len() as u64)?;
    if call.evaluator.is_lenient() && call.text(1) == Some("") {
        return call.make_list(text.chars().map(|letter| Value::string(letter.encode_utf8(&mut [0; 4]))).collect());
    }
    // Java has no empty text before a match of nothing at the begin.
    let begins_empty = call.evaluator.is_scala() && regex.find(text).is_some_and(|found| found.end() == 0);
    call.make_list(regex.split(text).skip(usize::from(begins_empty)).map(Value::string).collect())
}

fn extract(call: &Call<'_, '_>) -> Outcome {
    let regex = or_null!(prepare(call, 1, 9)?);
    let text = or_null!(call.text(0));
    call.evaluator.meter.take(text.len() as u64)?;
    call.make_list(regex.find_iter(text).map(|found| Value::string(found.as_str())).collect())
}

/// Nulls are left out; anything else that is no text makes null, and so does feel-scala where there is but one of prefix and
/// suffix.
fn join(call: &Call<'_, '_>) -> Outcome {
    let items = or_null!(call.list(0));
    if call.evaluator.is_scala() && call.argument(2).is_null() != call.argument(3).is_null() {
        return Ok(Value::Null);
    }
    let part = |position| if call.argument(position).is_null() { Some("") } else { call.text(position) };
    let delimiter = or_null!(part(1));
    let mut texts = Vec::with_capacity(items.len());
    for item in items.iter().filter(|item| !item.is_null()) {
        texts.push(or_null!(item.as_str()));
    }
    let (prefix, suffix) = (or_null!(part(2)), or_null!(part(3)));
    call.steps(texts.len())?;
    let length = texts.iter().map(|text| text.len() + delimiter.len()).sum::<usize>();
    call.evaluator.meter.take(length as u64)?;
    call.string(&format!("{prefix}{}{suffix}", texts.join(delimiter)))
}

/// A random one (RFC 9562, version 4).
fn uuid(call: &Call<'_, '_>) -> Outcome {
    let bits = call.evaluator.host.random();
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    call.string(&format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}
