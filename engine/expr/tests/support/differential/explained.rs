//! Differences that stay, each kind with its reason and an example. What no kind explains is a fault.

use super::answer::{Closeness, is_error, same};
use super::case::{Case, Question};
use serde_json::{Value as Json, json};

pub(crate) struct Explained {
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) example: &'static str,
    pub(crate) fits: fn(&Difference<'_>) -> bool,
}

pub(crate) struct Difference<'a> {
    pub(crate) case: &'a Case,
    pub(crate) ours: &'a Json,
    pub(crate) theirs: &'a Json,
}

impl Difference<'_> {
    fn ours_says(&self, words: &[&str]) -> bool {
        says(self.ours, words)
    }

    fn theirs_says(&self, words: &[&str]) -> bool {
        says(self.theirs, words)
    }

    fn mentions(&self, words: &[&str]) -> bool {
        self.case.texts().iter().any(|text| words.iter().any(|word| text.contains(word)))
    }
}

fn says(answer: &Json, words: &[&str]) -> bool {
    let error = answer.get("error").and_then(Json::as_str);
    error.is_some_and(|error| words.iter().any(|word| error.contains(word)))
}

/// Beside Camunda 7.24.
pub(crate) const CAMUNDA: &[Explained] = &[
    Explained {
        name: "refused at deployment",
        reason: "A call that cannot be made is a mistake in the text: the deployment is refused. Camunda finds it when it evaluates, and it is null.",
        example: "abs(1, 2)",
        fits: |difference| {
            difference.ours_says(&["there is no function", "is called", "is no date, time"])
                && !difference.theirs_says(&[UNREAD])
        },
    },
    Explained {
        name: "read here",
        reason: "DMN's grammar has it and feel-scala's parser does not: what Camunda refuses is no model that runs there.",
        example: "(function(x) x + 1)(2)",
        fits: |difference| difference.theirs_says(&[UNREAD]) && !is_error(difference.ours),
    },
    Explained {
        name: "exceptions",
        reason: "Where Java throws, the whole evaluation fails there; here it is null, or what is left of a text or list.",
        example: "modulo(5, 0)",
        fits: |difference| difference.theirs_says(&["Exception", "MatchError"]) && !is_error(difference.ours),
    },
    Explained {
        name: "later functions",
        reason: "Functions that later versions of feel-scala have, and 1.19 answers with null, are known here in every reading.",
        example: "to json([1])",
        fits: |difference| difference.mentions(&["to json(", "from json(", "list replace(", "sort("]),
    },
    Explained {
        name: "fractions of seconds",
        reason: "Camunda leaves them out when it writes a duration. What is written here can be read back.",
        example: "string(duration(\"PT0.5S\"))",
        fits: |difference| same(&whole_seconds(difference.ours), difference.theirs, Closeness::Exact),
    },
    Explained {
        name: "noughts behind the point",
        reason: "Camunda keeps how many digits a number was written with, and so 1.50 is another text than 1.5. Here equal numbers have equal texts.",
        example: "string(1.50)",
        fits: |difference| {
            same(&without_noughts(difference.ours), &without_noughts(difference.theirs), Closeness::Exact)
        },
    },
    Explained {
        name: "order of entries",
        reason: "Entries of a map that comes from Java have no order in Camunda, and those of a large context neither. Here they stay as they were written.",
        example: "get entries(order).key",
        fits: |difference| {
            difference.mentions(&["get entries(", "string", "to json("])
                && sorted(difference.ours) == sorted(difference.theirs)
        },
    },
    Explained {
        name: "letters of two halves",
        reason: "Java counts the halves of a letter beyond the first 65,536. DMN counts letters.",
        example: "string length(\"😀\")",
        fits: |difference| difference.case.line().to_string().chars().any(|letter| u32::from(letter) > 0xffff),
    },
    Explained {
        name: "values of java.time",
        reason: "Without a type a date comes out of Camunda's tables as an object of Java, which no variable is: here it is a Date, and a time or a duration its text.",
        example: "a conclusion of date(\"2026-03-01\")",
        fits: |difference| {
            matches!(difference.case.question, Question::Table { .. })
                && same(difference.ours, &without_java(difference.theirs), Closeness::Exact)
        },
    },
];

/// What Camunda says of a text that it cannot read.
const UNREAD: &str = "failed to parse";

/// Beside feelin.
pub(crate) const FORMS: &[Explained] = &[];

pub(crate) fn explanation(all: &'static [Explained], difference: &Difference<'_>) -> Option<&'static Explained> {
    all.iter().find(|explained| (explained.fits)(difference))
}

/// The answer without noughts at the end of the fractions of numbers in its texts.
fn without_noughts(answer: &Json) -> Json {
    let noughts = regex::Regex::new(r"([0-9])(?:\.0+|(\.[0-9]*[1-9])0+)\b");
    let text = answer.to_string();
    noughts.ok().and_then(|all| serde_json::from_str(&all.replace_all(&text, "$1$2")).ok()).unwrap_or_default()
}

fn sorted(answer: &Json) -> Vec<char> {
    let mut letters: Vec<char> = answer.to_string().chars().collect();
    letters.sort_unstable();
    letters
}

/// The answer without the fractions in its durations.
fn whole_seconds(answer: &Json) -> Json {
    let text = answer.to_string();
    let fraction = regex::Regex::new(r"\b([0-9]+)\.[0-9]+S|T?0\.[0-9]+S");
    let whole = fraction.map(|fraction| {
        let with = |found: &regex::Captures<'_>| match found.get(1).map(|digits| digits.as_str()) {
            Some("0") | None => String::new(),
            Some(digits) => format!("{digits}S"),
        };
        fraction.replace_all(&text, with).into_owned()
    });
    whole.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// The answer with what our engine has for Java's values.
fn without_java(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(without_java).collect(),
        Json::Object(entries) => {
            if let (1, Some((kind, Json::String(text)))) = (entries.len(), entries.iter().next()) {
                return of_java(kind, text).unwrap_or_else(|| answer.clone());
            }
            entries.iter().map(|(name, value)| (name.clone(), without_java(value))).collect()
        }
        other => other.clone(),
    }
}

fn of_java(kind: &str, text: &str) -> Option<Json> {
    use casewright_engine_feel::Type;
    let feel = match kind {
        "LocalDate" => Type::Date.read(text)?,
        "LocalDateTime" | "ZonedDateTime" | "OffsetDateTime" => {
            // 2026-07-01T12:00+02:00[Europe/Berlin]
            Type::DateTime.read(text.split('[').next()?)?
        }
        "LocalTime" | "OffsetTime" | "ZonedTime" => return Some(Json::String(Type::Time.read(text)?.to_string())),
        "Period" => return Some(Json::String(Type::YearMonthDuration.read(text)?.to_string())),
        "Duration" => return Some(Json::String(Type::DayTimeDuration.read(text)?.to_string())),
        _ => return None,
    };
    Some(match super::ours::date_of(&feel) {
        Some(millis) => json!({ "Date": millis.to_string() }),
        None => Json::Null,
    })
}
