//! Decisions that were evaluated: what a process evaluated is in its instance's log, what was evaluated by a call is a record
//! of its own.

use super::History;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::record::key;
use casewright_engine_views::aggregate::{DecisionDefinition, Record, RecordEvent};
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, DecisionInstanceRow, EvaluationRow, PlaceRowColumns as _};
use casewright_journal::{CommandContext, DecideContext, Decision, Document, Query, Row};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::convert::Infallible;
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;

impl History {
    /// An evaluation by a call leaves its line in history.
    pub async fn log_evaluation(
        &self,
        caller: &Caller,
        decision: &DecisionDefinition,
        trace: Option<Json>,
    ) -> EngineResult<()> {
        let id = Uuid::new_v4().to_string();
        let days = decision.history_time_to_live;
        let fields = Row::from([
            (EvaluationRow::DECISION, decision.id.as_str().into()),
            (EvaluationRow::TENANT_ID, decision.tenant_id.as_deref().into()),
            (EvaluationRow::REMOVAL_TIME, days.map(|days| self.base.now().0 + days * DAY_MS).into()),
            (EvaluationRow::USER_ID, caller.user.as_deref().into()),
            (EvaluationRow::TRACE, trace.into()),
        ]);
        let document = fields.into_document();
        let decide = move |_: &Record, _: &DecideContext| {
            let view = views::HISTORY_DECISION.to_owned();
            Ok(Decision { events: vec![RecordEvent::RecordPut { view, document: document.clone() }], answer: () })
        };
        let key = key(views::HISTORY_DECISION, &id);
        self.base.journal.execute_new::<Record, _, Infallible, _>(&key, CommandContext::default(), decide).await?;
        Ok(())
    }

    /// Deletes a decision instance with those it required.
    ///
    /// # Errors
    /// There is no such decision instance.
    pub(crate) async fn delete_decision(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        let (row, rows) = self.decision_rows(id).await?;
        if let Some(instance) = DecisionInstanceRow::PROCESS_INSTANCE_ID.text(&row) {
            let rows = rows.into_iter().map(|id| (views::HISTORY_DECISION, id)).collect();
            return self.delete_rows(caller, instance, rows).await;
        }
        self.records
            .change(caller, views::HISTORY_DECISION, id, move |known| {
                known?;
                Some(RecordEvent::RecordRemoved { view: views::HISTORY_DECISION.to_owned(), rows: rows.clone() })
            })
            .await
    }

    /// Says when a decision instance and those it required may be removed.
    pub(super) async fn date_decision(&self, caller: &Caller, id: &str, at: Option<Instant>) -> EngineResult<()> {
        let (row, rows) = self.decision_rows(id).await?;
        if let Some(instance) = DecisionInstanceRow::PROCESS_INSTANCE_ID.text(&row) {
            let rows = rows.into_iter().map(|id| (views::HISTORY_DECISION, id)).collect();
            return self.date_rows(caller, instance, rows, at).await;
        }
        let evaluated = DecisionInstanceRow::EVALUATION_TIME.integer(&row);
        self.records
            .change(caller, views::HISTORY_DECISION, id, move |known| {
                let mut document = known?.clone();
                document.insert(EvaluationRow::REMOVAL_TIME.name().into(), json!(at.map(|at| at.0)));
                document.insert(EvaluationRow::EVALUATION_TIME.name().into(), json!(evaluated));
                Some(RecordEvent::RecordPut { view: views::HISTORY_DECISION.to_owned(), document })
            })
            .await
    }

    async fn decision_rows(&self, id: &str) -> EngineResult<(Document, Vec<SmolStr>)> {
        let row = self.base.journal.get(views::HISTORY_DECISION, id).await?;
        let row = row.ok_or_else(|| EngineError::not_found(What::PastDecision, id))?;
        let mut rows = vec![SmolStr::new(id)];
        let required = Query::new(views::HISTORY_DECISION, eq(DecisionInstanceRow::ROOT_DECISION_INSTANCE_ID, id));
        rows.extend(self.base.journal.query(&required).await?.rows.into_iter().map(|(id, _)| id));
        Ok((row, rows))
    }
}
