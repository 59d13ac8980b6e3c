//! What the log has changed of views since they were last written, per view, so that each is written when it is wanted.
//!
//! Most rows of a busy time are changed again or gone soon. A query wants those of one or two views, and only they are
//! written for it; the others go on gathering.

use crate::key::TenantId;
use crate::views::coalesce::follow;
use crate::views::view::{ViewWrite, ViewWrites};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use tokio::time::Instant;

/// Of one shard.
#[derive(Default)]
pub(crate) struct Pending {
    /// In order, so that a simulation repeats.
    views: BTreeMap<&'static str, Changes>,
    /// Views whose changes were taken and are not written yet: up to where each is written.
    taken: BTreeMap<&'static str, u64>,
}

/// Of one view: one change a row.
struct Changes {
    /// Up to here the view is written.
    written: u64,
    /// Since when something gathers.
    since: Instant,
    rows: IndexMap<(TenantId, SmolStr), ViewWrite>,
}

impl Pending {
    /// Adds what a batch changes; `before` is the position in front of it.
    ///
    /// `drop_fleeting`: a row that is inserted and removed here is not written at all. Only right when nothing of it was
    /// written before, so not while catching up after a crash.
    pub(crate) fn add(&mut self, before: u64, writes: ViewWrites, drop_fleeting: bool, now: Instant) {
        for (tenant, view, id, write) in writes.writes {
            let changes = self.views.entry(view).or_insert_with(|| Changes {
                written: before,
                since: now,
                rows: IndexMap::new(),
            });
            let row = (tenant, id);
            let Some(known) = changes.rows.get_mut(&row) else {
                changes.rows.insert(row, write);
                continue;
            };
            if drop_fleeting && matches!((&*known, &write), (ViewWrite::Insert(_), ViewWrite::Remove)) {
                changes.rows.swap_remove(&row);
                if changes.rows.is_empty() {
                    self.views.remove(view);
                }
                continue;
            }
            follow(known, write);
        }
    }

    /// Takes the changes of these views, one a row, to write them; [`Self::put_down`] says that they are written.
    pub(crate) fn take(&mut self, views: &[&'static str], out: &mut ViewWrites) {
        for view in views {
            if let Some(changes) = self.views.remove(view) {
                self.taken.entry(view).or_insert(changes.written);
                out.writes.extend(changes.rows.into_iter().map(|((tenant, id), write)| (tenant, *view, id, write)));
            }
        }
    }

    /// What was taken of these views is written.
    pub(crate) fn put_down(&mut self, views: &[&'static str]) {
        for view in views {
            self.taken.remove(view);
        }
    }

    /// Up to where a view is written; none: as far as the log was looked at.
    pub(crate) fn written(&self, view: &str) -> Option<u64> {
        self.taken.get(view).copied().or_else(|| self.written_then(view))
    }

    /// Up to where a view is once what was taken is written: who reads it may see so much.
    pub(crate) fn written_then(&self, view: &str) -> Option<u64> {
        self.views.get(view).map(|changes| changes.written)
    }

    /// Up to where all views are written.
    pub(crate) fn all_written(&self) -> Option<u64> {
        self.all_written_with(&[])
    }

    /// Up to where all views are once what was taken of these is written, too.
    pub(crate) fn all_written_with(&self, written: &[&'static str]) -> Option<u64> {
        let taken = self.taken.iter().filter(|(view, _)| !written.contains(view)).map(|(_, position)| *position);
        taken.chain(self.views.values().map(|changes| changes.written)).min()
    }

    /// Whether something of one of these views gathers.
    pub(crate) fn has_any(&self, views: &[&'static str]) -> bool {
        views.iter().any(|view| self.views.contains_key(view))
    }

    /// Since when something of these views gathers.
    pub(crate) fn since(&self, views: &[&'static str]) -> Option<Instant> {
        views.iter().filter_map(|view| self.views.get(view)).map(|changes| changes.since).min()
    }

    /// Rows that were changed.
    pub(crate) fn len(&self) -> usize {
        self.views.values().map(|changes| changes.rows.len()).sum()
    }

    /// Rows that were changed, by view.
    pub(crate) fn rows_by_view(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.views.iter().map(|(view, changes)| (*view, changes.rows.len()))
    }

    /// The views that gather something, and since when.
    pub(crate) fn gathering(&self) -> impl Iterator<Item = (&'static str, Instant)> + '_ {
        self.views.iter().map(|(view, changes)| (*view, changes.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_rows::{Column, Row};

    fn writes(fill: impl FnOnce(&mut ViewWrites, &TenantId)) -> ViewWrites {
        let mut writes = ViewWrites::default();
        fill(&mut writes, &TenantId::default());
        writes
    }

    fn row(n: i64) -> Row {
        Row::from([(Column::named("n"), n.into())])
    }

    fn taken(pending: &mut Pending, views: &[&'static str]) -> Vec<(String, ViewWrite)> {
        let mut out = ViewWrites::default();
        pending.take(views, &mut out);
        pending.put_down(views);
        out.writes.into_iter().map(|(_, view, id, write)| (format!("{view} {id}"), write)).collect()
    }

    #[tokio::test]
    async fn a_view_is_written_up_to_its_first_change_and_alone() {
        let mut pending = Pending::default();
        let now = Instant::now();
        pending.add(4, writes(|to, of| to.insert(of, "task", "1", row(1))), true, now);
        pending.add(7, writes(|to, of| to.put(of, "job", "1", row(1))), true, now);
        pending.add(9, writes(|to, of| to.patch(of, "task", "1", row(2))), true, now);
        assert_eq!(
            (pending.written("task"), pending.written("job"), pending.written("user")),
            (Some(4), Some(7), None)
        );
        assert_eq!(pending.all_written(), Some(4));
        assert_eq!(taken(&mut pending, &["task", "user"]), [("task 1".to_owned(), ViewWrite::Insert(row(2)))]);
        assert_eq!((pending.written("task"), pending.all_written()), (None, Some(7)));
        assert_eq!(pending.gathering().collect::<Vec<_>>(), [("job", now)]);
    }

    #[tokio::test]
    async fn a_row_that_comes_and_goes_before_its_view_is_written_is_not() {
        let mut pending = Pending::default();
        let come = || writes(|to, of| to.insert(of, "task", "1", row(1)));
        let go = || writes(|to, of| to.remove(of, "task", "1"));
        pending.add(1, come(), true, Instant::now());
        pending.add(2, go(), true, Instant::now());
        assert_eq!(pending.all_written(), None);
        // What was written before it goes has to be removed.
        pending.add(3, come(), true, Instant::now());
        taken(&mut pending, &["task"]);
        pending.add(4, go(), true, Instant::now());
        assert_eq!(taken(&mut pending, &["task"]), [("task 1".to_owned(), ViewWrite::Remove)]);
        // And while catching up it may have been written.
        pending.add(5, come(), false, Instant::now());
        pending.add(6, go(), false, Instant::now());
        assert_eq!(taken(&mut pending, &["task"]), [("task 1".to_owned(), ViewWrite::Remove)]);
        // It may come back.
        pending.add(7, come(), true, Instant::now());
        pending.add(8, go(), true, Instant::now());
        pending.add(9, come(), true, Instant::now());
        assert_eq!(taken(&mut pending, &["task"]), [("task 1".to_owned(), ViewWrite::Insert(row(1)))]);
    }

    #[tokio::test]
    async fn what_is_being_written_is_not_written_yet() {
        let mut pending = Pending::default();
        let now = Instant::now();
        pending.add(1, writes(|to, of| to.insert(of, "task", "1", row(1))), true, now);
        let mut out = ViewWrites::default();
        pending.take(&["task"], &mut out);
        pending.add(3, writes(|to, of| to.remove(of, "task", "1")), true, now);
        assert_eq!((pending.written("task"), pending.written_then("task")), (Some(1), Some(3)));
        assert_eq!((pending.all_written(), pending.all_written_with(&["task"])), (Some(1), Some(3)));
        pending.put_down(&["job"]);
        assert_eq!(pending.all_written(), Some(1), "it was of another view");
        pending.put_down(&["task"]);
        assert_eq!((pending.written("task"), pending.all_written()), (Some(3), Some(3)));
        // It came before it went, so it has to go.
        assert_eq!(taken(&mut pending, &["task"]), [("task 1".to_owned(), ViewWrite::Remove)]);
    }

    #[tokio::test]
    async fn a_put_that_may_replace_a_row_is_still_removed() {
        let mut pending = Pending::default();
        pending.add(1, writes(|to, of| to.put(of, "task", "1", row(1))), true, Instant::now());
        pending.add(2, writes(|to, of| to.remove(of, "task", "1")), true, Instant::now());
        assert_eq!(taken(&mut pending, &["task"]), [("task 1".to_owned(), ViewWrite::Remove)]);
    }
}
