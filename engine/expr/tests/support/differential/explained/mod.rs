//! Differences that stay, each kind with its reason and an example. What no kind explains is a fault.
//!
//! A kind is shown by a witness where it can be: a question that is changed a little, to which our answer is theirs.

mod camunda;
mod forms;
mod java;
mod order;
mod text;
mod witness;

use super::answer::{Closeness, is_error, same};
use super::case::{Case, Question};
use super::ours;
pub(crate) use camunda::CAMUNDA;
use casewright_engine_feel::Dialect;
pub(crate) use forms::FORMS;
use serde_json::Value as Json;

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

pub(crate) fn explanation(all: &'static [Explained], difference: &Difference<'_>) -> Option<&'static Explained> {
    all.iter().find(|explained| (explained.fits)(difference))
}

impl Difference<'_> {
    fn is_table(&self) -> bool {
        matches!(self.case.question, Question::Table { .. })
    }

    /// Whether it could not be read here, for one of these reasons.
    fn is_refused(&self, words: &[&str]) -> bool {
        says(self.ours, &["cannot be read"]) && says(self.ours, words)
    }

    fn mentions(&self, words: &[&str]) -> bool {
        self.case.texts().iter().any(|text| words.iter().any(|word| text.contains(word)))
    }

    fn theirs_says(&self, words: &[&str]) -> bool {
        says(self.theirs, words)
    }

    /// Whether our answer to another question is theirs, in whatever order entries are.
    fn is_met_by(&self, case: &Case, dialect: Dialect) -> bool {
        order::orders(case).any(|case| self.is_theirs(&ours::answer(&case, dialect), dialect))
    }

    /// Whether an answer of ours is theirs but for how it is written.
    fn is_theirs(&self, ours: &Json, dialect: Dialect) -> bool {
        if is_error(ours) != is_error(self.theirs) {
            return false;
        }
        match dialect {
            Dialect::Forms => same(ours, self.theirs, Closeness::Doubles),
            _ => {
                let theirs = java::without_plus(self.theirs);
                let theirs = match self.is_table() {
                    true => java::with_name_of_count(&java::without_java(&theirs), ours),
                    false => theirs,
                };
                let sorted = java::with_sorted_entries;
                // Contexts of more than four entries have no order there.
                let are_large = self.mentions(&["context merge(", "context put("]);
                same(ours, &theirs, Closeness::Exact)
                    || same(&java::whole_seconds(ours), &theirs, Closeness::Exact)
                    || same(&sorted(ours), &sorted(&theirs), Closeness::Exact)
                    || are_large && java::letters(ours) == java::letters(&theirs)
            }
        }
    }
}

fn says(answer: &Json, words: &[&str]) -> bool {
    let error = answer.get("error").and_then(Json::as_str);
    error.is_some_and(|error| words.iter().any(|word| error.contains(word)))
}
