//! View `case-follower`: one row per case and person who follows it, for those who tell them, and for lists of what somebody follows.

use crate::domain::following::{Following, FollowingEvent};
use casewright_contracts::links::CaseFollowerRow;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};

/// Writes the rows of followers.
pub(crate) struct FollowingProjector;

impl Projector for FollowingProjector {
    fn group(&self) -> &'static str {
        "case-api-following"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: CaseFollowerRow::VIEW,
            indexes: &[&[CaseFollowerRow::CASE_ID], &[CaseFollowerRow::USER_ID]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Following::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<FollowingEvent>(entry) else {
            return;
        };
        let (tenant, user) = (&entry.meta.key.tenant, &entry.meta.key.id);
        match event {
            FollowingEvent::CaseFollowed { case } => {
                let row = CaseFollowerRow { case_id: case.as_str().into(), user_id: user.clone() };
                out.put(tenant, CaseFollowerRow::VIEW, &format!("{case}:{user}"), row);
            }
            FollowingEvent::CaseUnfollowed { case } => {
                out.remove(tenant, CaseFollowerRow::VIEW, &format!("{case}:{user}"));
            }
        }
    }
}
