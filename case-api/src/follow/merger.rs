//! Makes one case part of another: has the other one take it in, carries over what goes on there, and closes it.
//!
//! Each entry leads to the next step, every step is one that may be made again, and nothing is kept in memory: a merge goes on where a
//! restart left it. What comes to a case after it was merged (a worker's document, a comment that was under way) is carried on as well.

use super::error::FollowError;
use super::mail_mover::{Move, relocate};
use crate::domain::case::Case;
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::domain::case::decide::{self, Taken};
use crate::domain::case::link::{CaseLink, LinkKind};
use crate::domain::case::merge::{CaseMerge, MergePhase, MergeRefusal};
use crate::hierarchy;
use crate::repository::{CaseError, CaseRepository, Command};
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use std::sync::Arc;
use uuid::Uuid;

pub(super) const CONSUMER: &str = "case-api-merger";

/// Comments and documents of one change of the other case: it stays far below what one change may be.
const PORTION: usize = 20;

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if !matches!(entry.event.as_str(), "merge-requested" | "merged" | "document-added" | "comment-added") {
        return Ok(());
    }
    let cases = state.cases(&entry.tenant);
    let (case, _) = cases.case(&entry.id).await?;
    let Some(merge) = &case.merge else {
        return Ok(());
    };
    let run = Run { state, entry, cases: &cases, case: &case, merge };
    match (merge.phase, entry.event.as_str()) {
        (MergePhase::Requested, "merge-requested") => run.merge().await?,
        (MergePhase::Done, "merged" | "document-added" | "comment-added") => run.carry().await?,
        _ => return Ok(()),
    }
    state.noted().notify_waiters();
    Ok(())
}

struct Run<'a> {
    state: &'a CaseApiState,
    entry: &'a EntryEnvelope,
    cases: &'a CaseRepository,
    /// The one that becomes part of the other.
    case: &'a Arc<Case>,
    merge: &'a CaseMerge,
}

impl Run<'_> {
    fn command(&self) -> Command {
        Command::by(self.merge.by.clone()).because(&format!("case:{}:{}", &self.entry.id, self.entry.seq))
    }

    async fn merge(&self) -> Result<(), FollowError> {
        let (from, restricted_to) = (decide::reference_to(self.case), self.case.restricted_to.clone());
        let received = self
            .cases
            .command(&self.merge.into.id, self.command(), move |case, definition, by, at| {
                decide::receive_merge(case, definition, &from, &restricted_to, by, at)
            })
            .await;
        let refusal = match received {
            Ok(committed) => committed.answer,
            Err(error) if error.is_gone() => Some(MergeRefusal::TargetClosed),
            Err(error) => return Err(error.into()),
        };
        if let Some(why) = refusal {
            self.cases
                .command(&self.case.id, self.command(), move |case, definition, by, at| {
                    decide::abandon_merge(case, definition, why, by, at)
                })
                .await?;
            return Ok(());
        }
        self.carry().await?;
        let link = self.own_id("merged-into");
        self.cases
            .command(&self.case.id, self.command(), move |case, definition, by, at| {
                decide::finish_merge(case, definition, &link, by, at)
            })
            .await?;
        Ok(())
    }

    /// What goes on in the other case, but for what is there already.
    async fn carry(&self) -> Result<(), FollowError> {
        let taken = |taken: Taken| Taken { from: self.case.id.clone(), ..taken };
        for documents in self.case.documents.chunks(PORTION) {
            self.take_in(taken(Taken { documents: documents.to_vec(), ..Taken::default() })).await?;
        }
        let comments: Vec<_> = self.case.comments.iter().map(|(id, text)| (id.clone(), text.clone())).collect();
        for comments in comments.chunks(PORTION) {
            self.take_in(taken(Taken { comments: comments.to_vec(), ..Taken::default() })).await?;
        }
        let tasks = self.case.ad_hoc_tasks.iter().filter(|task| task.is_open());
        let tasks: Vec<AdHocTask> = tasks.map(|task| AdHocTask { id: self.own_id(&task.id), ..task.clone() }).collect();
        for tasks in tasks.chunks(PORTION) {
            self.take_in(taken(Taken { tasks: tasks.to_vec(), ..Taken::default() })).await?;
        }
        for mail in &self.case.mails {
            let is_unread = self.case.unread_mails.contains(mail);
            let (from, to, by) = (self.case.id.as_str(), self.merge.into.id.as_str(), &self.merge.by);
            relocate(self.state, &self.entry.tenant, Move { mail, from, to, is_unread, by }).await?;
        }
        for link in self.case.links.iter().filter(|link| link.kind.is_by_hand()) {
            self.carry_link(link).await?;
        }
        Ok(())
    }

    async fn take_in(&self, taken: Taken) -> Result<(), FollowError> {
        self.cases
            .command(&self.merge.into.id, self.command(), move |case, definition, by, at| {
                decide::take_in(case, definition, &taken, by, at)
            })
            .await?;
        Ok(())
    }

    /// The link is the other case's from now on. One between the two ends, and so does one that it cannot have: it has a parent
    /// already, or would be its own ancestor.
    async fn carry_link(&self, link: &CaseLink) -> Result<(), FollowError> {
        let into = self.merge.into.id.as_str();
        if link.other != into {
            self.hand_on(link, into).await?;
        }
        // Last: until it is there, a restart finds it here.
        self.unlink(&self.case.id, &link.id).await
    }

    async fn hand_on(&self, link: &CaseLink, into: &str) -> Result<(), FollowError> {
        let (says, other) = match link.is_incoming {
            true => (link.other.as_str(), into),
            false => (into, link.other.as_str()),
        };
        if link.kind == LinkKind::ChildOf && self.would_be_circle(says, other).await? {
            return Ok(());
        }
        let old = link.id.clone();
        let link = CaseLink { id: self.own_id(&link.id), kind: link.kind, other: other.to_owned(), is_incoming: false };
        let made = self
            .cases
            .command(says, self.command(), move |case, definition, by, at| {
                // A case has one parent: what it says of this case ends as it says it of the other.
                decide::relink(case, definition, &old, &link, by, at)
            })
            .await;
        self.settled(made)
    }

    async fn unlink(&self, case: &str, link: &str) -> Result<(), FollowError> {
        let link = link.to_owned();
        let taken = self
            .cases
            .command(case, self.command(), move |case, definition, by, at| {
                decide::unlink(case, definition, &link, by, at)
            })
            .await;
        self.settled(taken)
    }

    async fn would_be_circle(&self, child: &str, parent: &str) -> Result<bool, FollowError> {
        match self.cases.case(parent).await {
            Ok((parent, _)) => Ok(hierarchy::is_above(self.cases, child, &parent).await?),
            Err(error) if error.is_gone() => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// A case that is gone, or that has as many links as it may, is left as it is.
    fn settled<T>(&self, made: Result<T, CaseError>) -> Result<(), FollowError> {
        match made {
            Ok(_) => Ok(()),
            Err(CaseError::Rejected(rejection)) => {
                tracing::info!(case = %self.entry.id, %rejection, "a link was not carried into the case that goes on");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// An id in the other case, the same whenever it is asked for.
    fn own_id(&self, of: &str) -> String {
        Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("merge:{}:{of}", self.case.id).as_bytes()).to_string()
    }
}
