//! Reads a question, or says where it is wrong.

use super::fault::{Fault, FaultCode};
use super::range;
use super::{Clause, Condition, Openness, Query, Which, Who};
use crate::document::{Kind, Thing};
use crate::words;

/// How long a question may be, in bytes.
pub const LONGEST: usize = 1_000;
/// How many words, phrases and qualifiers it may have.
pub const MOST_CLAUSES: usize = 24;

/// All qualifiers, but for those of fields.
const QUALIFIERS: &str =
    "is, assignee, queue, from, stage, status, priority, label, type, field.<key>, created, updated, has, kind";

/// A part of the question between blanks.
struct Part {
    /// Bytes before it.
    at: usize,
    is_negated: bool,
    /// What stands before a colon.
    key: Option<String>,
    values: Vec<Piece>,
}

/// A value; several are separated by commas.
struct Piece {
    text: String,
    is_quoted: bool,
}

impl Query {
    /// # Errors
    /// What is wrong, and where.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let text = words::composed(text);
        if text.len() > LONGEST {
            let detail = format!("A question has at most {LONGEST} bytes.");
            return Err(Fault { code: FaultCode::TooLong, position: 0, detail });
        }
        let fault = |at: usize, code, detail: String| Fault { code, position: text[..at].chars().count(), detail };
        let mut clauses = Vec::new();
        for part in parts(&text).map_err(|at| {
            fault(at, FaultCode::UnclosedQuote, "A quotation mark is opened here and never closed.".to_owned())
        })? {
            if clauses.len() >= MOST_CLAUSES {
                let detail = format!("A question has at most {MOST_CLAUSES} words and qualifiers.");
                return Err(fault(part.at, FaultCode::TooManyClauses, detail));
            }
            let (at, is_negated) = (part.at, part.is_negated);
            let read = condition(part).map_err(|(code, detail)| fault(at, code, detail))?;
            clauses.extend(read.map(|condition| Clause { is_negated, condition }));
        }
        if clauses.is_empty() {
            return Err(fault(0, FaultCode::Empty, "There is no word to look for.".to_owned()));
        }
        Ok(Self { clauses })
    }
}

/// Cuts a question at its blanks. `Err`: where a quotation mark is not closed.
fn parts(text: &str) -> Result<Vec<Part>, usize> {
    let mut parts = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some(&(at, first)) = rest.peek() {
        if first.is_whitespace() {
            rest.next();
            continue;
        }
        let is_negated = first == '-' && text[at + 1..].starts_with(|next: char| next.is_alphanumeric() || next == '"');
        if is_negated {
            rest.next();
        }
        let mut part = Part { at, is_negated, key: None, values: Vec::new() };
        let mut value = Piece { text: String::new(), is_quoted: false };
        let mut quote = None;
        for (place, letter) in rest.by_ref() {
            match letter {
                '"' if quote.is_some() => quote = None,
                '"' if value.text.is_empty() => {
                    quote = Some(place);
                    value.is_quoted = true;
                }
                letter if quote.is_some() => value.text.push(letter),
                letter if letter.is_whitespace() => break,
                ':' if part.key.is_none() && is_key(&value) && !text[place + 1..].starts_with("//") => {
                    part.key = Some(std::mem::take(&mut value.text));
                }
                ',' if part.key.is_some() => {
                    part.values.push(std::mem::replace(&mut value, Piece { text: String::new(), is_quoted: false }));
                }
                letter => value.text.push(letter),
            }
        }
        if let Some(place) = quote {
            return Err(place);
        }
        part.values.push(value);
        parts.push(part);
    }
    Ok(parts)
}

/// Times of day and versions (`12:30`) are no qualifiers.
fn is_key(before: &Piece) -> bool {
    let mut letters = before.text.chars();
    !before.is_quoted
        && letters.next().is_some_and(char::is_alphabetic)
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-'))
}

/// None: there is no letter in it.
fn condition(part: Part) -> Result<Option<Condition>, (FaultCode, String)> {
    let Part { key, mut values, .. } = part;
    let Some(key) = key else {
        let only = values.pop().filter(|value| !words::of(&value.text).is_empty());
        return Ok(only.map(|value| match value.is_quoted {
            true => Condition::Phrase(value.text),
            false => Condition::Word(value.text),
        }));
    };
    if values.iter().any(|value| value.text.trim().is_empty()) {
        return Err((FaultCode::NoValue, format!("Something must stand behind `{key}:`.")));
    }
    qualifier(&key, values).map(Some)
}

fn qualifier(key: &str, values: Vec<Piece>) -> Result<Condition, (FaultCode, String)> {
    let bad = |detail: &str| (FaultCode::BadValue, format!("`{key}:` takes {detail}."));
    let texts = || values.iter().map(|value| value.text.clone()).collect::<Vec<_>>();
    let one = || match values.as_slice() {
        [one] => Some(one.text.as_str()),
        _ => None,
    };
    let bare = |value: &Piece, name: &str| !value.is_quoted && value.text.eq_ignore_ascii_case(name);
    Ok(match key.to_lowercase().as_str() {
        "is" => {
            let each = |value: &Piece| match value.text.to_lowercase().as_str() {
                "open" => Some(Openness::Open),
                "paused" => Some(Openness::Paused),
                "closed" => Some(Openness::Closed),
                _ => None,
            };
            Condition::Is(all(&values, each).ok_or_else(|| bad("open, paused or closed"))?)
        }
        "has" => {
            let each = |value: &Piece| Thing::named(&value.text.to_lowercase());
            Condition::Has(all(&values, each).ok_or_else(|| bad("attachment, comment or mail"))?)
        }
        "kind" => {
            let each = |value: &Piece| Kind::named(&value.text.to_lowercase());
            Condition::Kind(all(&values, each).ok_or_else(|| bad("case, comment, mail, file, task, record or person"))?)
        }
        "assignee" => Condition::Assignee(
            values
                .iter()
                .map(|value| match value {
                    value if bare(value, "me") || bare(value, "@me") => Who::Me,
                    value if bare(value, "none") => Who::Nobody,
                    value => Who::Somebody(value.text.clone()),
                })
                .collect(),
        ),
        "queue" => Condition::Queue(
            values
                .iter()
                .map(|value| if bare(value, "none") { Which::None } else { Which::Named(value.text.clone()) })
                .collect(),
        ),
        "from" => Condition::From(texts()),
        "stage" => Condition::Stage(texts()),
        "status" => Condition::Status(texts()),
        "label" => Condition::Label(texts()),
        "type" => Condition::Type(texts()),
        "priority" => {
            let range = one().and_then(range::numbers);
            Condition::Priority(range.ok_or_else(|| bad("a number, >50 or 10..50"))?)
        }
        "created" | "updated" => {
            let range = one().and_then(range::times);
            let range = range.ok_or_else(|| bad("a day as 2026-01-31, >2026-01-31, or 2026-01-01..2026-01-31"))?;
            if key.eq_ignore_ascii_case("created") { Condition::Created(range) } else { Condition::Updated(range) }
        }
        lower if lower.len() > 6 && lower.starts_with("field.") => {
            Condition::Field { key: key[6..].to_owned(), values: texts() }
        }
        _ => {
            let detail = format!(
                "There is no qualifier `{key}:`. There are {QUALIFIERS}; a word with a colon stands in quotation marks."
            );
            return Err((FaultCode::UnknownQualifier, detail));
        }
    })
}

/// None: one of them is not acceptable.
fn all<T>(values: &[Piece], each: impl Fn(&Piece) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Range;

    fn read(text: &str) -> Vec<(bool, Condition)> {
        let query = Query::read(text).unwrap();
        query.clauses.into_iter().map(|clause| (clause.is_negated, clause.condition)).collect()
    }

    fn fault(text: &str) -> (FaultCode, usize) {
        let fault = Query::read(text).unwrap_err();
        (fault.code, fault.position)
    }

    fn word(text: &str) -> Condition {
        Condition::Word(text.to_owned())
    }

    #[test]
    fn words_phrases_and_what_must_not_be() {
        let wanted = [
            (false, word("kitchen")),
            (false, Condition::Phrase("burst pipe".to_owned())),
            (true, word("draft")),
            (true, Condition::Phrase("not this".to_owned())),
            (false, word("CLM-000123")),
        ];
        assert_eq!(read(r#" kitchen  "burst pipe" -draft -"not this" CLM-000123 — "#), wanted);
    }

    #[test]
    fn qualifiers_take_one_of_several_values() {
        assert_eq!(read("is:open"), [(false, Condition::Is(vec![Openness::Open]))]);
        assert_eq!(read("-is:closed,paused"), [(true, Condition::Is(vec![Openness::Closed, Openness::Paused]))]);
        let who = vec![Who::Me, Who::Nobody, Who::Somebody("Anna Meyer".to_owned()), Who::Somebody("me".to_owned())];
        assert_eq!(read(r#"assignee:me,none,"Anna Meyer","me""#), [(false, Condition::Assignee(who))]);
        assert_eq!(read("kind:mail,file"), [(false, Condition::Kind(vec![Kind::Mail, Kind::File]))]);
        assert_eq!(read("kind:task,Person"), [(false, Condition::Kind(vec![Kind::Task, Kind::Person]))]);
        let queue = vec![Which::None, Which::Named("claims".to_owned())];
        assert_eq!(read("queue:none,claims"), [(false, Condition::Queue(queue))]);
        let field = Condition::Field { key: "policyNumber".to_owned(), values: vec!["P-7".to_owned()] };
        assert_eq!(read("field.policyNumber:P-7"), [(false, field)]);
        assert_eq!(read("priority:>50"), [(false, Condition::Priority(Range { from: Some(51), to: None }))]);
        assert_eq!(read("has:attachment"), [(false, Condition::Has(vec![Thing::Attachment]))]);
    }

    #[test]
    fn what_has_a_colon_and_is_no_qualifier() {
        assert_eq!(read("12:30 https://example.com"), [(false, word("12:30")), (false, word("https://example.com"))]);
        assert_eq!(read(r#""re: offer""#), [(false, Condition::Phrase("re: offer".to_owned()))]);
    }

    #[test]
    fn a_fault_says_where_it_is() {
        assert_eq!(fault("größe colour:red"), (FaultCode::UnknownQualifier, 6));
        assert_eq!(fault(r#"größe "burst pipe"#), (FaultCode::UnclosedQuote, 6));
        assert_eq!(fault("is: x"), (FaultCode::NoValue, 0));
        assert_eq!(fault("a queue:claims,"), (FaultCode::NoValue, 2));
        assert_eq!(fault("a is:shut"), (FaultCode::BadValue, 2));
        assert_eq!(fault("created:tomorrow"), (FaultCode::BadValue, 0));
        assert_eq!(fault("priority:1,2"), (FaultCode::BadValue, 0));
        assert_eq!(fault(" — "), (FaultCode::Empty, 0));
        assert_eq!(fault(&"x".repeat(1_001)), (FaultCode::TooLong, 0));
        assert_eq!(fault(&"x ".repeat(25)), (FaultCode::TooManyClauses, 48));
    }
}
