//! Views that are only ever written together.
//!
//! Each view is written when it is wanted, so one may be ahead of another. A query that looks into several must not see
//! that: from its first time on they are written together. So are, from the start, views of which one repeats fields of the
//! other.

use crate::views::view::ViewSpec;
use std::collections::HashMap;

/// The families of a group of views.
pub(crate) struct Families {
    /// Number of a view's family.
    of: HashMap<&'static str, usize>,
    families: Vec<Family>,
}

#[derive(Default)]
struct Family {
    views: Vec<&'static str>,
    /// Its views were apart before, and one may still be ahead of another.
    is_torn: bool,
    /// A write of them gave way to another, and only part of its rows is there.
    is_cut: bool,
}

impl Families {
    pub(crate) fn new(specs: &[ViewSpec]) -> Self {
        let of = specs.iter().zip(0..).map(|(spec, number)| (spec.name, number)).collect();
        let families = specs.iter().map(|spec| Family { views: vec![spec.name], ..Family::default() }).collect();
        let mut made = Self { of, families };
        for spec in specs {
            if let Some(denormalized) = spec.denormalized {
                made.unite(&[spec.name, denormalized.of]);
            }
        }
        // Nothing was written yet.
        made.families.iter_mut().for_each(|family| family.is_torn = false);
        made
    }

    /// Has these views written together from now on.
    pub(crate) fn unite(&mut self, views: &[&'static str]) {
        let mut numbers = views.iter().filter_map(|view| self.of.get(view).copied());
        let Some(first) = numbers.next() else {
            return;
        };
        for other in numbers.collect::<Vec<_>>() {
            // It may have been joined a moment ago.
            if other == first || self.families[other].views.is_empty() {
                continue;
            }
            self.families[first].is_cut |= self.families[other].is_cut;
            let joined = std::mem::take(&mut self.families[other].views);
            for view in &joined {
                self.of.insert(view, first);
            }
            self.families[first].views.extend(joined);
            self.families[first].is_torn = true;
        }
    }

    /// Whether one of these views may be ahead of another of its family.
    pub(crate) fn are_torn(&self, views: &[&'static str]) -> bool {
        let mut families = views.iter().filter_map(|view| self.of.get(view)).map(|number| &self.families[*number]);
        families.any(|family| family.is_torn || family.is_cut)
    }

    /// A write of these views gave way, or has gone on to its end.
    pub(crate) fn cut(&mut self, views: &[&'static str], is_cut: bool) {
        for number in views.iter().filter_map(|view| self.of.get(view)) {
            self.families[*number].is_cut = is_cut;
        }
    }

    /// These views and all that are written together with them, each once.
    pub(crate) fn together(&self, views: &[&'static str]) -> Vec<&'static str> {
        let mut numbers: Vec<usize> = views.iter().filter_map(|view| self.of.get(view).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().flat_map(|number| self.families[number].views.iter().copied()).collect()
    }

    /// These views were written together.
    pub(crate) fn written(&mut self, views: &[&'static str]) {
        for family in self.families.iter_mut().filter(|family| family.is_torn) {
            family.is_torn = !family.views.iter().all(|view| views.contains(view));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::view::Denormalized;
    use casewright_rows::Column;

    fn families() -> Families {
        let view = |name| ViewSpec { name, indexes: &[], full_text: &[], denormalized: None };
        let denormalized = Denormalized { of: "task", by: Column::named("taskId"), fields: &[], unique: &[] };
        Families::new(&[
            view("task"),
            view("job"),
            ViewSpec { denormalized: Some(denormalized), ..view("link") },
            view("user"),
        ])
    }

    fn sorted(mut views: Vec<&'static str>) -> Vec<&'static str> {
        views.sort_unstable();
        views
    }

    #[test]
    fn views_that_repeat_others_are_written_with_them() {
        let families = families();
        assert_eq!(sorted(families.together(&["task"])), ["link", "task"]);
        assert_eq!(sorted(families.together(&["link", "job"])), ["job", "link", "task"]);
        assert!(!families.are_torn(&["task", "link"]));
    }

    #[test]
    fn views_of_a_write_that_gave_way_are_torn_until_it_has_ended() {
        let mut families = families();
        families.cut(&["task", "link"], true);
        assert!(families.are_torn(&["link"]) && !families.are_torn(&["job"]));
        families.unite(&["job", "task"]);
        families.written(&["job", "task", "link"]);
        assert!(families.are_torn(&["job"]), "part of it is not there");
        families.cut(&["task", "link"], false);
        assert!(!families.are_torn(&["job"]));
    }

    #[test]
    fn views_that_are_asked_together_are_written_together_from_then_on() {
        let mut families = families();
        families.unite(&["job", "link"]);
        families.unite(&["link", "job"]);
        assert_eq!(sorted(families.together(&["task"])), ["job", "link", "task"]);
        assert!(families.are_torn(&["job"]) && !families.are_torn(&["user"]));
        families.written(&["job", "user"]);
        assert!(families.are_torn(&["job"]), "a part of it does not mend it");
        families.written(&["task", "job", "link"]);
        assert!(!families.are_torn(&["job", "task", "link"]));
        families.unite(&["task", "job"]);
        assert!(!families.are_torn(&["job"]), "they were together before");
    }
}
