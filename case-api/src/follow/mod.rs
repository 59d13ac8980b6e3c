//! What this room does by itself because of what it reads in the log: starts processes that were asked for, cancels those whose
//! case was closed, changes the cases of batches, merges cases, closes children with their parents, notes what the engine and
//! the mail room did, answers entries with rules, plans clocks anew when their calendar changes, and keeps the index of search.
//! It deletes cases whose time is over, and what people asked to erase. And it looks at SLA clocks, at rules that wait for a time, at
//! queues whose work goes to people or further by itself, and at cases that are due.
//!
//! Every entry comes at least once, so each follower is idempotent: by start id, by the place in the other log, by the
//! last entry answered. An error is returned to the bus, which tries again; what can never succeed becomes an event of the
//! case (a failed step) instead of a retry.

mod batch_runner;
mod canceller;
mod child_closer;
mod disposal;
mod disposal_ticker;
mod disposer;
mod engine_observer;
mod eraser;
mod error;
mod indexer;
mod linker;
mod mail_mover;
mod mail_observer;
mod merger;
mod queue_ticker;
mod read;
mod replanner;
mod rule_runner;
mod rule_ticker;
mod sla_ticker;
mod splitter;
mod starter;
mod ticker;

pub(crate) use disposal::{command as decide_disposal, rows};

use crate::domain::calendar::SharedCalendar;
use crate::domain::case::Case;
use crate::domain::case::decide::CaseRejection;
use crate::domain::case_batch::CaseBatch;
use crate::domain::disposal::Disposal;
use crate::repository::CaseError;
use crate::state::CaseApiState;
use casewright_bus::{Bus, EntryEnvelope, Subscription, handler};
use casewright_contracts::kinds;
use casewright_journal::Aggregate;
use casewright_service::Shutdown;
use error::FollowError;
use futures::future::{BoxFuture, join_all};
use std::sync::Arc;

/// Runs everything this room does by itself until a stop is requested.
pub async fn run(state: CaseApiState, bus: Arc<dyn Bus>, shutdown: Shutdown) {
    let follow = |consumer, kind, follower| subscribe(&state, bus.as_ref(), consumer, kind, follower);
    let subscriptions = [
        follow(batch_runner::CONSUMER, CaseBatch::KIND, |state, entry| Box::pin(batch_runner::follow(state, entry))),
        follow(starter::CONSUMER, Case::KIND, |state, entry| Box::pin(starter::follow(state, entry))),
        follow(canceller::CONSUMER, Case::KIND, |state, entry| Box::pin(canceller::follow(state, entry))),
        follow(linker::CONSUMER, Case::KIND, |state, entry| Box::pin(linker::follow(state, entry))),
        follow(merger::CONSUMER, Case::KIND, |state, entry| Box::pin(merger::follow(state, entry))),
        follow(splitter::CONSUMER, Case::KIND, |state, entry| Box::pin(splitter::follow(state, entry))),
        follow(child_closer::CONSUMER, Case::KIND, |state, entry| Box::pin(child_closer::follow(state, entry))),
        follow(disposer::CONSUMER, Case::KIND, |state, entry| Box::pin(disposer::follow(state, entry))),
        follow(eraser::CONSUMER, Disposal::KIND, |state, entry| Box::pin(eraser::follow(state, entry))),
        follow(rule_runner::CONSUMER, Case::KIND, |state, entry| Box::pin(rule_runner::follow(state, entry))),
        follow(engine_observer::CONSUMER, kinds::PROCESS_INSTANCE, |state, entry| {
            Box::pin(engine_observer::follow(state, entry))
        }),
        follow(replanner::CONSUMER, SharedCalendar::KIND, |state, entry| Box::pin(replanner::follow(state, entry))),
        follow(mail_observer::CONSUMER, kinds::MAIL, |state, entry| Box::pin(mail_observer::follow(state, entry))),
    ];
    let tick = |what, period, look| ticker::run(what, period, state.clone(), shutdown.clone(), look);
    tokio::join!(
        tick("SLA clocks", sla_ticker::PERIOD, |state| Box::pin(sla_ticker::look(state))),
        tick("queues", queue_ticker::PERIOD, |state| Box::pin(queue_ticker::look(state))),
        tick("rules", rule_ticker::PERIOD, |state| Box::pin(rule_ticker::look(state))),
        tick("cases that are due", disposal_ticker::PERIOD, |state| Box::pin(disposal_ticker::look(state))),
        Box::pin(indexer::run(state.clone(), shutdown.clone()))
    );
    join_all(subscriptions.into_iter().map(Subscription::end)).await;
}

type Follower = for<'a> fn(&'a CaseApiState, &'a EntryEnvelope) -> BoxFuture<'a, Result<(), FollowError>>;

fn subscribe(
    state: &CaseApiState,
    bus: &dyn Bus,
    consumer: &'static str,
    kind: &str,
    follower: Follower,
) -> Subscription {
    let state = state.clone();
    let handle = move |entry: EntryEnvelope| {
        let state = state.clone();
        async move {
            match follower(&state, &entry).await {
                // What was about a case that is gone, or goes, has nobody any more.
                Ok(()) | Err(FollowError::Case(CaseError::Rejected(CaseRejection::BeingDisposed))) => Ok(()),
                Err(FollowError::Case(error)) if error.is_gone() && entry.kind == Case::KIND => Ok(()),
                Err(error) => Err(error.into_handler_error()),
            }
        }
    };
    bus.subscribe(consumer, &[kind], handler(handle))
}
