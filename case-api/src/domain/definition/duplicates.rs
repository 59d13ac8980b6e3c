//! When two cases are told to be one.
//!
//! A case is told as a duplicate of another one of its kind when both have the same requester (by e-mail address, else by name), were
//! created within some days of each other, and their titles are alike; or when both have a file with the same bytes, as a document or
//! beside the text of a mail. A file that many cases have is a form, or a letterhead, and says nothing.
//!
//! Titles are alike when the Dice coefficient of the sets of their trigrams reaches a threshold: twice the trigrams that both have,
//! by the trigrams that each has. Before that, titles are lower-cased, what answers and forwards put in front is taken off (`Re:`,
//! `Fwd:`, `AW:`, `WG:`), and everything but letters and digits becomes one blank, with one at each end.

use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Longest time between two cases that are compared, in days.
const MAX_DAYS: u16 = 3_650;
/// What mail programs put in front of a subject.
const PREFIXES: [&str; 8] = ["re:", "fwd:", "fw:", "aw:", "wg:", "antw:", "enc:", "res:"];
/// Other cases that have a file which still says something.
const MOST_COMMON: usize = 10;
/// Characters of a title that are compared.
const COMPARED: usize = 500;

/// How duplicates of cases of a kind are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DuplicatePolicy {
    /// Days between two cases that are compared; 0: none are.
    #[serde(default = "days")]
    pub(crate) within_days: u16,
    /// How alike titles are at least: more than 0, at most 1 (equal).
    #[serde(default = "likeness")]
    pub(crate) likeness: f64,
}

fn days() -> u16 {
    30
}

fn likeness() -> f64 {
    0.5
}

impl Default for DuplicatePolicy {
    fn default() -> Self {
        Self { within_days: days(), likeness: likeness() }
    }
}

impl DuplicatePolicy {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it.
    pub(super) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.within_days > MAX_DAYS {
            faults.push(FieldFault::new(
                "/duplicates/withinDays",
                "out-of-range",
                "at most 3,650 days are looked back",
            ));
        }
        if !(self.likeness > 0.0 && self.likeness <= 1.0) {
            faults.push(FieldFault::new("/duplicates/likeness", "out-of-range", "more than 0, at most 1"));
        }
        faults
    }
}

/// How alike two titles are: 0 (nothing in common) to 1 (the same words).
#[must_use]
pub(crate) fn likeness_of(one: &str, other: &str) -> f64 {
    let (one, other) = (trigrams(one), trigrams(other));
    let all = one.len() + other.len();
    if all == 0 {
        return 0.0;
    }
    let both = u32::try_from(one.intersection(&other).count()).unwrap_or(u32::MAX);
    2.0 * f64::from(both) / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}

/// The cases that share a file which says something: `pairs` of a file and a case that has it. Those in `but` are left out.
#[must_use]
pub(crate) fn telling(pairs: impl Iterator<Item = (String, String)>, but: &BTreeSet<String>) -> BTreeSet<String> {
    let mut cases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, case) in pairs.filter(|(_, case)| !but.contains(case)) {
        cases.entry(file).or_default().insert(case);
    }
    cases.into_values().filter(|cases| cases.len() <= MOST_COMMON).flatten().collect()
}

fn trigrams(title: &str) -> BTreeSet<[char; 3]> {
    let text: String = title.chars().take(COMPARED).flat_map(char::to_lowercase).collect();
    let mut rest = text.trim();
    while let Some(after) = PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = after.trim_start();
    }
    let words: Vec<&str> = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return BTreeSet::new();
    }
    let chars: Vec<char> = format!(" {} ", words.join(" ")).chars().collect();
    chars.windows(3).filter_map(|window| <[char; 3]>::try_from(window).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_the_same_title_however_they_are_written() {
        assert!((likeness_of("Water in the cellar", "RE: AW: water in the  cellar!") - 1.0).abs() < f64::EPSILON);
        assert!(likeness_of("Water in the cellar", "Water in our cellar") > 0.7);
        assert!(likeness_of("Water in the cellar", "Stolen bicycle") < 0.1);
        assert!(likeness_of("...", "...") < f64::EPSILON, "nothing is like nothing");
        // " ab " and " abc ": one trigram of two and one of three are the same.
        assert!((likeness_of("ab", "abc") - 0.4).abs() < f64::EPSILON);
    }

    #[test]
    fn a_file_that_many_cases_have_tells_nothing() {
        let pair = |file: &str, case: String| (file.to_owned(), case);
        let letterhead = (0..=MOST_COMMON).map(|n| pair("letterhead", format!("case-{n}")));
        let invoice = [pair("invoice", "case-1".to_owned()), pair("invoice", "known".to_owned())];
        let found = telling(letterhead.chain(invoice), &BTreeSet::from(["known".to_owned()]));
        assert_eq!(found, BTreeSet::from(["case-1".to_owned()]));
    }

    #[test]
    fn what_is_out_of_range_is_told() {
        let policy = DuplicatePolicy { within_days: 4_000, likeness: 0.0 };
        let pointers: Vec<String> = policy.faults().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["/duplicates/withinDays", "/duplicates/likeness"]);
        assert!(DuplicatePolicy::default().faults().is_empty());
    }
}
