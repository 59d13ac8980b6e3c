//! Beside Camunda 7.24.

use super::super::answer::{Closeness, is_error, same};
use super::{Explained, java, witness};
use casewright_engine_feel::Dialect;
use serde_json::Value as Json;

/// What Camunda says of a text that it cannot read.
const UNREAD: &str = "failed to parse";

pub(crate) const CAMUNDA: &[Explained] = &[
    Explained {
        name: "refused at deployment",
        reason: "A call that cannot be made is a mistake in the text: the deployment is refused. Camunda finds it when it evaluates, and it is null.",
        example: "abs(1, 2)",
        fits: |difference| {
            difference.is_refused(&["there is no function", "is called", "is no date, time"])
                && difference.is_met_by(&witness::with_null_for_calls(difference.case, "1 +"), Dialect::Camunda)
        },
    },
    Explained {
        name: "never read",
        reason: "A cell that cannot be read is a mistake in the table: the deployment is refused. Camunda reads it when it comes to it.",
        example: "not(-) beside a cell that accepts nothing",
        fits: |difference| {
            let is_either = |otherwise| {
                let case = witness::with_null_for_calls(difference.case, otherwise);
                difference.is_met_by(&witness::without_later_functions(&case), Dialect::Camunda)
            };
            difference.is_table() && difference.is_refused(&[""]) && (is_either("null = 0") || is_either("null"))
        },
    },
    Explained {
        name: "read here",
        reason: "DMN's grammar has it and feel-scala's parser does not: what Camunda refuses is no model that runs there.",
        example: "(function(x) x + 1)(2)",
        fits: |difference| {
            let is_met = || {
                let case = witness::with_ends_of_functions(difference.case);
                case.texts() != difference.case.texts() && difference.is_met_by(&case, Dialect::Camunda)
            };
            !is_error(difference.ours) && (difference.theirs_says(&[UNREAD]) || is_met())
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
        fits: |difference| {
            let without = witness::without_later_functions(difference.case);
            without.texts() != difference.case.texts()
                && (difference.is_met_by(&without, Dialect::Camunda)
                    || difference.is_met_by(&witness::with_null_for_calls(&without, "1 +"), Dialect::Camunda))
        },
    },
    Explained {
        name: "fractions of seconds",
        reason: "Camunda leaves them out when it writes a duration. What is written here can be read back.",
        example: "string(duration(\"PT0.5S\"))",
        fits: |difference| {
            same(&java::whole_seconds(difference.ours), difference.theirs, Closeness::Exact)
                || witness::with_whole_seconds(difference.case)
                    .iter()
                    .any(|whole| difference.is_met_by(whole, Dialect::Camunda))
        },
    },
    Explained {
        name: "years of five digits",
        reason: "Java writes a plus before them, and in the years before there were zones their offset to the second.",
        example: "date(12345, 1, 1)",
        fits: |difference| same(difference.ours, &java::without_plus(difference.theirs), Closeness::Exact),
    },
    Explained {
        name: "years out of range",
        reason: "Java cuts them to 32 bits and makes another date of them. Here there is no such date.",
        example: "date(1000000000000, 10, 3)",
        fits: |difference| {
            let case = witness::with_small_years(difference.case);
            case.texts() != difference.case.texts() && difference.is_met_by(&case, Dialect::Camunda)
        },
    },
    Explained {
        name: "letters of two halves",
        reason: "Java counts the halves of a letter beyond the first 65,536. DMN counts letters.",
        example: "string length(\"😀\")",
        fits: |difference| {
            let answer = super::ours::answer(&witness::with_halves(difference.case), Dialect::Camunda);
            difference.is_theirs(&witness::without_halves(&answer), Dialect::Camunda)
        },
    },
    Explained {
        name: "values of java.time",
        reason: "Without a type a date comes out of Camunda's tables as an object of Java, which no variable is: here it is a Date, a time or a duration its text, and a function nothing.",
        example: "a conclusion of date(\"2026-03-01\")",
        fits: |difference| difference.is_table() && difference.is_theirs(difference.ours, Dialect::Camunda),
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
    Explained {
        name: "order of entries",
        reason: "Entries of a map that comes from Java have no order in Camunda, and those of a large context neither. Here they stay as they were written.",
        example: "get entries(order).key",
        fits: |difference| difference.is_met_by(difference.case, Dialect::Camunda),
    },
];
