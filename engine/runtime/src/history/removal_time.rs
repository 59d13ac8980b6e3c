//! Says by hand when history may be removed.

use super::History;
use super::retention::after_days;
use crate::config::RemovalTimeFrom;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::RemovalTime;
use casewright_engine_views::{self as views, DecisionInstanceRow, HistoricBatchRow, PastInstanceRow};
use casewright_journal::{Column, Document};

impl History {
    /// Says when all history of a process instance may be removed.
    ///
    /// # Errors
    /// There is no such instance.
    pub(crate) async fn set_instance_removal_time(
        &self,
        caller: &Caller,
        id: &str,
        to: RemovalTime,
    ) -> EngineResult<()> {
        let row = self.base.journal.get(views::HISTORY_PROCESS_INSTANCE, id).await?;
        let row = row.ok_or_else(|| EngineError::not_found(What::PastInstance, id))?;
        let days = PastInstanceRow::PROCESS_DEFINITION_ID
            .text(&row)
            .and_then(|definition| self.catalog.process(definition)?.history_time_to_live);
        let base = match self.base.config.history.removal_time {
            RemovalTimeFrom::Start => time(&row, PastInstanceRow::START_TIME),
            RemovalTimeFrom::End => time(&row, PastInstanceRow::END_TIME),
            RemovalTimeFrom::None => None,
        };
        let rows = self.rows_of(id, &views::CLEANED_VIEWS).await?;
        self.date_rows(caller, id, rows, at(to, base, days)).await
    }

    /// Says when a decision instance may be removed.
    ///
    /// # Errors
    /// There is no such decision instance.
    pub(crate) async fn set_decision_removal_time(
        &self,
        caller: &Caller,
        id: &str,
        to: RemovalTime,
    ) -> EngineResult<()> {
        let row = self.base.journal.get(views::HISTORY_DECISION, id).await?;
        let row = row.ok_or_else(|| EngineError::not_found(What::PastDecision, id))?;
        let days = DecisionInstanceRow::DECISION_DEFINITION_ID
            .text(&row)
            .and_then(|definition| self.catalog.state().decisions.get(definition)?.history_time_to_live);
        self.date_decision(caller, id, at(to, time(&row, DecisionInstanceRow::EVALUATION_TIME), days)).await
    }

    /// Says when a batch may be removed from history; false when there is no such batch.
    pub(crate) async fn set_batch_removal_time(
        &self,
        caller: &Caller,
        id: &str,
        to: RemovalTime,
    ) -> EngineResult<bool> {
        let at = match to {
            RemovalTime::Absolute(at) => Some(at),
            RemovalTime::Cleared => None,
            RemovalTime::Calculated => self.calculated_of_batch(id).await?,
        };
        self.batches.set_removal_time(caller, id, at).await
    }

    async fn calculated_of_batch(&self, id: &str) -> EngineResult<Option<Instant>> {
        let Some(row) = self.base.journal.get(views::HISTORY_BATCH, id).await? else {
            return Ok(None);
        };
        let started = time(&row, HistoricBatchRow::START_TIME).unwrap_or_default();
        Ok(self.batches.removal_time(
            HistoricBatchRow::TYPE.text(&row).unwrap_or_default(),
            started,
            time(&row, HistoricBatchRow::END_TIME),
        ))
    }
}

fn time(row: &Document, column: Column) -> Option<Instant> {
    column.integer(row).map(Instant)
}

fn at(to: RemovalTime, base: Option<Instant>, days: Option<i64>) -> Option<Instant> {
    match to {
        RemovalTime::Absolute(at) => Some(at),
        RemovalTime::Cleared => None,
        RemovalTime::Calculated => Some(after_days(base?, days?)),
    }
}
