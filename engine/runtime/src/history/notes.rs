//! Comments and attachments go with the history that they are about.

use super::History;
use crate::{Caller, EngineResult};
use casewright_engine_views::criteria::is_in;
use casewright_engine_views::{self as views, CommentRow};
use casewright_journal::{Column, Query};
use smol_str::SmolStr;

/// Instances or tasks that the views are asked about at once.
const PAGE: usize = 500;

impl History {
    /// Comments and attachments are aggregates of their own, and may name their instance, their task or both.
    pub(crate) async fn forget_notes(
        &self,
        caller: &Caller,
        instances: &[SmolStr],
        tasks: &[SmolStr],
    ) -> EngineResult<()> {
        for (column, all) in [(CommentRow::PROCESS_INSTANCE_ID, instances), (CommentRow::TASK_ID, tasks)] {
            for among in all.chunks(PAGE) {
                self.forget_notes_naming(caller, column, among).await?;
            }
        }
        Ok(())
    }

    async fn forget_notes_naming(&self, caller: &Caller, column: Column, among: &[SmolStr]) -> EngineResult<()> {
        let filter = is_in(column, among.iter().map(SmolStr::as_str));
        let of = |view| Query { only: Some(&[]), ..Query::new(view, filter.clone()) };
        let comments = self.base.journal.query(&of(views::COMMENT)).await?;
        let attachments = self.base.journal.query_further(views::COMMENT, &of(views::ATTACHMENT)).await?;
        for (view, page) in [(views::COMMENT, comments), (views::ATTACHMENT, attachments)] {
            for (id, _) in page.rows {
                self.records.forget(caller, view, &id).await?;
            }
        }
        Ok(())
    }
}
