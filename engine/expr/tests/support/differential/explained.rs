//! Differences that stay, each kind with its reason and an example. What no kind explains is a fault.

use super::answer::{is_error, kind};
use super::case::{Case, Question};
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

impl Difference<'_> {
    fn ours_says(&self, words: &str) -> bool {
        self.ours.get("error").and_then(Json::as_str).is_some_and(|error| error.contains(words))
    }

    fn mentions(&self, words: &str) -> bool {
        self.case.texts().iter().any(|text| text.contains(words))
    }
}

/// Beside Camunda 7.24.
pub(crate) const CAMUNDA: &[Explained] = &[];

/// Beside feelin.
pub(crate) const FORMS: &[Explained] = &[];

pub(crate) fn explanation(all: &'static [Explained], difference: &Difference<'_>) -> Option<&'static Explained> {
    all.iter().find(|explained| (explained.fits)(difference))
}
