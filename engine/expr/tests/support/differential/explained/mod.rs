//! Differences that stay, each kind with its reason and an example. What no kind explains is a fault.

use super::answer::{Closeness, is_error, kind, same};
use super::case::{Case, Question};
use casewright_engine_feel::{Number, Type, Value as Feel};
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
            let is_table = matches!(difference.case.question, Question::Table { .. });
            let is_call =
                difference.ours_says(&["there is no function", "is called", "is no date, time", "expected ')', found"]);
            (is_call || is_table && difference.ours_says(&["cannot be read"])) && !difference.theirs_says(&[UNREAD])
        },
    },
    Explained {
        name: "read here",
        reason: "DMN's grammar has it and feel-scala's parser does not: what Camunda refuses is no model that runs there.",
        example: "(function(x) x + 1)(2)",
        fits: |difference| {
            difference.mentions(&["].start", "].end", ").start", ").end"])
                || difference.theirs_says(&[UNREAD]) && !is_error(difference.ours)
        },
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
        fits: |difference| {
            same(&whole_seconds(difference.ours), difference.theirs, Closeness::Exact)
                || kind(difference.ours) == kind(difference.theirs) && difference.mentions(&["0.5S", ".250", ".123"])
        },
    },
    Explained {
        name: "noughts behind the point",
        reason: "Camunda keeps how many digits a number was written with, and so 1.50 is another text than 1.5. Here equal numbers have equal texts.",
        example: "string(1.50)",
        fits: |difference| {
            let texts = ["split(", "to base64(", "string length(", "substring", "case(", "replace(", "trim(", "join("];
            same(&without_noughts(difference.ours), &without_noughts(difference.theirs), Closeness::Exact)
                || difference.mentions(&["string("]) && difference.mentions(&texts)
        },
    },
    Explained {
        name: "years of five digits",
        reason: "Java writes a plus before them, and in the years before the zones were made their offset to the second.",
        example: "date(12345, 1, 1)",
        fits: |difference| {
            let years = regex::Regex::new(r"[+-]?[0-9]{5,}-[0-9]{2}-[0-9]{2}");
            years.is_ok_and(|years| years.is_match(&difference.theirs.to_string()))
        },
    },
    Explained {
        name: "rounding of modulo",
        reason: "Camunda subtracts a rounded product. Here the rest is what is left when all digits are kept.",
        example: "modulo(1000000, 1 / 14)",
        fits: |difference| {
            difference.mentions(&["modulo("])
                && [difference.ours, difference.theirs].iter().all(|answer| answer.get("number").is_some())
        },
    },
    Explained {
        name: "order of entries",
        reason: "Entries of a map that comes from Java have no order in Camunda, and those of a large context neither. Here they stay as they were written.",
        example: "get entries(order).key",
        fits: |difference| {
            let is_table = matches!(difference.case.question, Question::Table { .. });
            (is_table || difference.mentions(&["get entries(", "string", "to json("]))
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
            let java = without_noughts(&without_java(difference.theirs));
            matches!(difference.case.question, Question::Table { .. })
                && same(&without_noughts(difference.ours), &java, Closeness::Exact)
        },
    },
    Explained {
        name: "zones of inputs",
        reason: "What an input gives is a variable, and a Date is an instant: its zone is gone. Camunda hands the cells Java's object with it.",
        example: "an input of date and time(\"2026-06-15T08:00:00+02:00\")",
        fits: |difference| match &difference.case.question {
            Question::Table { table } => {
                let has_zone = |text: &str| {
                    ["Z\"", "+02:00", "@Europe", "Europe/", "now()"].iter().any(|zone| text.contains(zone))
                };
                table.inputs.iter().any(|input| has_zone(&input.text))
            }
            _ => false,
        },
    },
    Explained {
        name: "dates for the type date",
        reason: "A date of FEEL fits the type date. Camunda finds an object of Java that is no java.util.Date and gives up.",
        example: "a conclusion of date(\"2026-03-01\") and typeRef date",
        fits: |difference| difference.theirs_says(&["java.time.", "java.util.Date"]),
    },
    Explained {
        name: "the name of a count of nothing",
        reason: "Where no rule matched Camunda counts 0 and has no name for it. Here it is that of the output.",
        example: "COLLECT with COUNT and no rules",
        fits: |difference| {
            let values = |answer: &Json| answer[0].as_object().map(|all| all.values().cloned().collect::<Vec<_>>());
            difference.theirs[0].get("null").is_some() && values(difference.ours) == values(difference.theirs)
        },
    },
];

/// What Camunda says of a text that it cannot read.
const UNREAD: &str = "failed to parse";

/// Beside feelin.
pub(crate) const FORMS: &[Explained] = &[
    Explained {
        name: "failures",
        reason: "Where feelin throws at values that do not fit, a form shows nothing. Here there is no value, or what can be said without it.",
        example: "1 < [2]",
        fits: |difference| is_error(difference.theirs),
    },
    Explained {
        name: "no answer",
        reason: "Where feelin says false of what cannot be compared there is no answer here, or the other way round: a condition is judged alike.",
        example: "1 < \"a\"",
        fits: |difference| {
            matches!(
                (difference.ours, difference.theirs),
                (Json::Null, Json::Bool(false)) | (Json::Bool(false), Json::Null)
            )
        },
    },
    Explained {
        name: "chains of comparisons",
        reason: "DMN's grammar has no comparison of a comparison without brackets; a form that has one is refused.",
        example: "a = b = true",
        fits: |difference| difference.ours_says(&["cannot be read: expected"]),
    },
    Explained {
        name: "conditions that are no booleans",
        reason: "feelin takes whatever is not false or null for true. Here what is not true is not, as DMN has it.",
        example: "if 0 then 1 else 2",
        fits: |difference| difference.mentions(&["if ("]),
    },
    Explained {
        name: "nulls among others",
        reason: "What is null has no place in an order, and a filter or quantifier that asks for it gets no answer from feelin.",
        example: "sort([2, null, 1], function(x, y) x < y)",
        fits: |difference| {
            difference.mentions(&["sort(", "[item =", "satisfies (", "satisfies null", "in (null)", "null in ("])
                || difference.theirs.is_null() && difference.mentions(&[" in ("])
        },
    },
    Explained {
        name: "numbers of empty texts",
        reason: "To JavaScript a text of blanks is 0. No number was written, so there is none.",
        example: "number(\"\")",
        fits: |difference| difference.mentions(&["number("]),
    },
];

pub(crate) fn explanation(all: &'static [Explained], difference: &Difference<'_>) -> Option<&'static Explained> {
    all.iter().find(|explained| (explained.fits)(difference))
}

/// The answer without noughts at the end of the fractions of numbers in its texts.
fn without_noughts(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(without_noughts).collect(),
        Json::Object(entries) => entries.iter().map(|(name, value)| (name.clone(), without_noughts(value))).collect(),
        Json::String(text) => {
            let numbers = regex::Regex::new(r"[0-9]+(?:\.[0-9]+)?E[+-]?[0-9]+|[0-9]+\.[0-9]+");
            let plain =
                |found: &regex::Captures<'_>| Number::parse(&found[0]).map(|n| n.to_string()).unwrap_or_default();
            numbers.map_or(Json::Null, |numbers| Json::String(numbers.replace_all(text, plain).into_owned()))
        }
        other => other.clone(),
    }
}

fn sorted(answer: &Json) -> Vec<char> {
    let numbers = regex::Regex::new(r#"\{"number":"([^"]+)"\}"#);
    let plain = |found: &regex::Captures<'_>| Number::parse(&found[1]).map(|n| n.to_string()).unwrap_or_default();
    let text = answer.to_string();
    let text = numbers.map(|numbers| numbers.replace_all(&text, plain).into_owned()).unwrap_or_default();
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// The answer without the fractions in its durations: Java counts seconds downwards and adds them.
fn whole_seconds(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(whole_seconds).collect(),
        Json::Object(entries) => entries.iter().map(|(name, value)| (name.clone(), whole_seconds(value))).collect(),
        Json::String(text) => {
            let durations = regex::Regex::new(r"-?P(?:[0-9]+D)?T[0-9HM]*[0-9]+\.[0-9]+S");
            let whole = |found: &regex::Captures<'_>| match Type::DayTimeDuration.read(&found[0]) {
                Some(Feel::DayTimeDuration(nanos)) => {
                    Feel::DayTimeDuration(nanos.div_euclid(SECOND) * SECOND).to_string()
                }
                _ => found[0].to_owned(),
            };
            durations.map_or(Json::Null, |durations| Json::String(durations.replace_all(text, whole).into_owned()))
        }
        other => other.clone(),
    }
}

/// In nanoseconds.
const SECOND: i128 = 1_000_000_000;

/// The answer with what our engine has for Java's values.
fn without_java(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(without_java).collect(),
        Json::String(text) if text.starts_with(|c: char| c == 'P' || c.is_ascii_digit()) => {
            Json::String(text_of_java(text))
        }
        Json::Object(entries) => {
            if let (1, Some((kind, Json::String(text)))) = (entries.len(), entries.iter().next())
                && let Some(ours) = of_java(kind, text)
            {
                return ours;
            }
            entries.iter().map(|(name, value)| (name.clone(), without_java(value))).collect()
        }
        other => other.clone(),
    }
}

fn of_java(kind: &str, text: &str) -> Option<Json> {
    let feel = match kind {
        "LocalDate" => Type::Date.read(text)?,
        "LocalDateTime" | "ZonedDateTime" | "OffsetDateTime" => Type::DateTime.read(text.split('[').next()?)?,
        "LocalTime" | "OffsetTime" | "ZonedTime" | "Period" | "Duration" => {
            return Some(Json::String(text_of_java(text)));
        }
        _ => return None,
    };
    Some(match super::ours::date_of(&feel) {
        Some(millis) => json!({ "Date": millis.to_string() }),
        None => Json::Null,
    })
}

/// What FEEL writes for what Java writes.
fn text_of_java(text: &str) -> String {
    let feel = match text {
        period if period.starts_with('P') => duration_of_java(period),
        moment if moment.contains('T') => Type::DateTime.read(&zoned(moment)),
        time => Type::Time.read(time),
    };
    feel.map_or_else(|| text.to_owned(), |value| value.to_string())
}

/// `2026-07-01T12:00+02:00[Europe/Berlin]` has its zone twice.
fn zoned(text: &str) -> String {
    match text.split_once('[') {
        Some((moment, zone)) => {
            let clock = moment.rfind(['+', 'Z']).map_or(moment, |end| &moment[..end]);
            format!("{clock}@{}", zone.trim_end_matches(']'))
        }
        None => text.to_owned(),
    }
}

/// `PT-76H` and `P-1Y2M`: each number has its own sign.
fn duration_of_java(text: &str) -> Option<Feel> {
    let (date, time) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.strip_prefix('P')?, ""));
    let parts = |all: &str| {
        let part = regex::Regex::new(r"(-?[0-9.]+)([YMDHS])").ok()?;
        let of = |found: regex::Captures<'_>| Some((found[1].parse::<f64>().ok()?, found[2].chars().next()?));
        part.captures_iter(all).map(of).collect::<Option<Vec<_>>>()
    };
    #[expect(clippy::cast_possible_truncation, reason = "what is made up is small")]
    let sum = |all: Vec<(f64, char)>, units: &[(char, f64)]| {
        let factor = |unit| units.iter().find(|(own, _)| *own == unit).map_or(0.0, |(_, factor)| *factor);
        all.into_iter().map(|(amount, unit)| amount * factor(unit)).sum::<f64>().round() as i64
    };
    if time.is_empty() {
        return Some(Feel::YearMonthDuration(sum(parts(date)?, &[('Y', 12.0), ('M', 1.0)])));
    }
    let millis = sum(parts(time)?, &[('H', 3_600_000.0), ('M', 60_000.0), ('S', 1_000.0)]);
    Some(Feel::DayTimeDuration(i128::from(millis) * 1_000_000))
}
