//! Beside feelin.

use super::super::answer::is_error;
use super::{Explained, java, witness};
use casewright_engine_feel::Dialect;
use serde_json::Value as Json;

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
        fits: |difference| {
            const SIGNS: [&str; 6] =
                ["found '='", "found '<'", "found '>'", "found '!'", "found 'in'", "found 'between'"];
            difference.is_refused(&SIGNS)
        },
    },
    Explained {
        name: "conditions that are no booleans",
        reason: "feelin takes whatever is not false or null for true. Here what is not true is not, as DMN has it.",
        example: "if 0 then 1 else 2",
        fits: |difference| difference.is_met_by(&witness::with_truth(difference.case), Dialect::Forms),
    },
    Explained {
        name: "what follows 'in'",
        reason: "To feelin 'a in b and c' is 'a in (b and c)', which is true of nothing. Here it is what DMN has.",
        example: "1 in [1, 2] and true",
        fits: |difference| witness::has_open_membership(difference.case),
    },
    Explained {
        name: "digits of doubles",
        reason: "What JavaScript reckons with doubles it writes with their faults. Here decimals are exact.",
        example: "string(0.1 + 0.2)",
        fits: |difference| witness::are_alike_in_doubles(difference.ours, difference.theirs),
    },
    Explained {
        name: "nulls among others",
        reason: "What is null has no place in an order, and a filter or a list of tests that asks for it gets no answer from feelin.",
        example: "sort([2, null, 1], function(x, y) x < y)",
        fits: |difference| {
            let sorted = difference.mentions(&["sort("])
                && difference.ours.as_array().is_some_and(|all| all.contains(&Json::Null));
            let without =
                difference.ours.as_array().map(|all| all.iter().filter(|item| !item.is_null()).cloned().collect());
            sorted && java::letters(difference.ours) == java::letters(difference.theirs)
                || difference.mentions(&["[item ="]) && without.as_ref() == Some(difference.theirs)
                || difference.ours.is_boolean()
                    && difference.theirs.is_null()
                    && witness::asks_for_null(difference.case)
        },
    },
    Explained {
        name: "numbers of empty texts",
        reason: "To JavaScript a text of blanks is 0. No number was written, so there is none.",
        example: "number(\"\")",
        fits: |difference| difference.is_met_by(&witness::with_nothing_as_zero(difference.case), Dialect::Forms),
    },
];
