//! Checks a whole store: batches decode and have no gap, events are numbered without gap and fold, snapshots say what
//! their events say, views hold what the log says. It reads; the only writes are those of views that were behind.
//!
//! What it finds is reported, never repaired: each [`Finding`] has a stable code and a place.

mod log;
mod views;

use crate::aggregate::Aggregate;
use crate::journal::Journal;
use crate::key::{AggregateKey, TenantId};
use crate::shard::fold;
use crate::store::{Store, StoreError};
use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of aggregate, so that its events and snapshots can be checked without knowing what they mean.
#[derive(Clone, Copy)]
pub struct Kind {
    name: &'static str,
    replay: for<'a> fn(&'a dyn Store, &'a AggregateKey) -> BoxFuture<'a, Result<fold::Replayed, StoreError>>,
}

impl Kind {
    /// The kind of `A`.
    #[must_use]
    pub fn of<A: Aggregate>() -> Self {
        Self { name: A::KIND, replay: fold::replay::<A> }
    }
}

/// How far a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `batches`, `aggregates` or `rows`.
    pub step: &'static str,
    pub done: u64,
    /// Known beforehand, or what is known so far.
    pub of: u64,
}

/// Something that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `batch-unreadable`, `position-gap`, `shard-wrong`, `sequence-gap`, `kind-unknown`, `event-unreadable`,
    /// `snapshot-differs`, `row-missing`, `row-differs`, `row-unfounded`.
    pub code: &'static str,
    /// Shard and position, or kind and id, or view and id.
    pub place: String,
    pub what: String,
}

/// What was checked, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub batches: u64,
    pub entries: u64,
    pub aggregates: u64,
    pub snapshots: u64,
    pub rows: u64,
    pub findings: Vec<Finding>,
    /// Last position of every shard's log.
    pub heads: Vec<u64>,
}

impl Report {
    pub(crate) fn find(&mut self, code: &'static str, place: impl Into<String>, what: impl Into<String>) {
        self.findings.push(Finding { code, place: place.into(), what: what.into() });
    }
}

/// Findings of one code reported one by one; more are of no use to anybody.
const ENOUGH: usize = 1000;
/// Things checked between two words of progress.
const STRIDE: u64 = 500;

/// Aggregates of the log with their last event's number, and the tenants they are of.
#[derive(Default)]
struct Census {
    last_seqs: BTreeMap<AggregateKey, u64>,
    tenants: BTreeSet<TenantId>,
}

impl Journal {
    /// Checks everything this journal holds against its log. `kinds`: all there are; an aggregate of another is a finding.
    ///
    /// Nobody should write meanwhile: what is appended behind the check's back may look like a finding.
    ///
    /// # Errors
    /// The store could not be read at all, which is not the same as holding something wrong.
    pub async fn verify(
        &self,
        kinds: &[Kind],
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let store = self.store().as_ref();
        let census = log::check(store, &mut report, &mut progress).await?;
        replay_all(store, kinds, &census, &mut report, &mut progress).await?;
        if report.findings.len() < ENOUGH {
            views::check(self, &census, &mut report, &mut progress).await?;
        }
        Ok(report)
    }
}

async fn replay_all(
    store: &dyn Store,
    kinds: &[Kind],
    census: &Census,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<(), StoreError> {
    let of = census.last_seqs.len() as u64;
    for (key, last_seq) in &census.last_seqs {
        report.aggregates += 1;
        if report.aggregates.is_multiple_of(STRIDE) || report.aggregates == of {
            progress(Progress { step: "aggregates", done: report.aggregates, of });
        }
        let place = format!("{} {}", key.kind, key.id);
        let Some(kind) = kinds.iter().find(|kind| kind.name == key.kind) else {
            report.find("kind-unknown", place, "no part of this release knows this kind of aggregate");
            continue;
        };
        match (kind.replay)(store, key).await {
            Ok(replayed) => {
                report.snapshots += u64::from(replayed.has_snapshot);
                if replayed.version != *last_seq {
                    let what = format!("folds up to {}, the log has {last_seq}", replayed.version);
                    report.find("sequence-gap", place.clone(), what);
                }
                if let Some(what) = replayed.snapshot_differs {
                    report.find("snapshot-differs", place, what);
                }
            }
            Err(error) => {
                report.find("event-unreadable", place, crate::causes::Causes(&error).to_string());
            }
        }
        if report.findings.len() >= ENOUGH {
            break;
        }
    }
    Ok(())
}
