//! Batches over history: deleting it, and saying when it may be removed.

use super::batches;
use crate::error::{RestError, RestResult};
use crate::query::{Context, Paging, Resource};
use crate::request::{Fields, Reply, Req, ok};
use crate::resources::{batch, history as h};
use casewright_engine_views::aggregate::{Historic, RemovalTime, Work};
use casewright_engine_views::criteria::{all, is_in};
use casewright_engine_views::portions::portions;
use casewright_engine_views::{self as views, HistoricBatchRow, PastInstanceRow};
use casewright_journal::{Column, Filter, Query};
use futures::TryStreamExt;
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::jobs::date_of;

/// What a body names by ids or by a query.
struct Selection {
    ids: &'static str,
    query: &'static str,
    resource: &'static Resource,
}

const PROCESSES: Selection = Selection {
    ids: "historicProcessInstanceIds",
    query: "historicProcessInstanceQuery",
    resource: &h::process_instance::RESOURCE,
};

const DECISIONS: Selection = Selection {
    ids: "historicDecisionInstanceIds",
    query: "historicDecisionInstanceQuery",
    resource: &h::decision_instance::RESOURCE,
};

const BATCHES: Selection =
    Selection { ids: "historicBatchIds", query: "historicBatchQuery", resource: &batch::HISTORY };

impl Selection {
    async fn read(&self, req: &Req, body: &Fields) -> RestResult<Vec<SmolStr>> {
        let mut out: Vec<SmolStr> = body.list(self.ids)?.unwrap_or_default().into_iter().map(SmolStr::new).collect();
        if let Some(criteria) = body.object(self.query)? {
            let context = Context::at(req.engine.now());
            let query = self.resource.query(&criteria.input(), Paging::default(), &context)?;
            for (id, _) in req.engine.journal().query(&query).await?.rows {
                if !out.contains(&id) {
                    out.push(id);
                }
            }
        }
        Ok(out)
    }
}

/// `POST /history/process-instance/delete`.
pub(crate) async fn delete_processes(req: Req) -> Reply {
    let body = req.json()?;
    let ids = PROCESSES.read(&req, &body).await?;
    if ids.is_empty() {
        return Err(RestError::bad_user_request("historicProcessInstanceIds is empty"));
    }
    let fail_if_missing = body.get("failIfNotExists").is_none() || body.boolean("failIfNotExists")?;
    batches::create(&req, Work::DeleteHistoricInstances { fail_if_missing }, ids).await
}

/// `POST /history/decision-instance/delete`.
pub(crate) async fn delete_decisions(req: Req) -> Reply {
    let body = req.json()?;
    let ids = DECISIONS.read(&req, &body).await?;
    if ids.is_empty() {
        return Err(RestError::bad_user_request("historicDecisionInstanceIds is empty"));
    }
    batches::create(&req, Work::DeleteHistoricDecisions, ids).await
}

/// `POST /history/{process-instance,decision-instance,batch}/set-removal-time`.
pub(crate) async fn set_removal_time(req: Req, of: Historic) -> Reply {
    let body = req.json()?;
    let to = removal_time(&body)?;
    let (selection, what) = match of {
        Historic::Processes => (PROCESSES, "historicProcessInstances"),
        Historic::Decisions => (DECISIONS, "historicDecisionInstances"),
        Historic::Batches => (BATCHES, "historicBatches"),
    };
    let mut ids = selection.read(&req, &body).await?;
    if ids.is_empty() {
        return Err(RestError::bad_user_request(format!("{what} is empty")));
    }
    if of == Historic::Processes && body.boolean("hierarchical")? {
        ids = with_hierarchy(&req, ids).await?;
    }
    batches::create(&req, Work::SetRemovalTime { of, to }, ids).await
}

fn removal_time(body: &Fields) -> RestResult<RemovalTime> {
    let absolute = date_of(body, "absoluteRemovalTime")?.map(RemovalTime::Absolute);
    let cleared = body.boolean("clearedRemovalTime")?.then_some(RemovalTime::Cleared);
    let calculated = body.boolean("calculatedRemovalTime")?.then_some(RemovalTime::Calculated);
    let stated: Vec<RemovalTime> = [absolute, cleared, calculated].into_iter().flatten().collect();
    match stated[..] {
        [one] => Ok(one),
        [] => Err(RestError::bad_user_request("removalTime is null")),
        _ => Err(RestError::bad_user_request("The removal time modes are mutually exclusive")),
    }
}

/// The instances with all of the same root.
async fn with_hierarchy(req: &Req, ids: Vec<SmolStr>) -> RestResult<Vec<SmolStr>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let journal = req.engine.journal();
    let page = journal.query(&Query::new(views::HISTORY_PROCESS_INSTANCE, is_in(PastInstanceRow::ID, ids))).await?;
    let roots: Vec<String> = page
        .rows
        .iter()
        .filter_map(|(_, row)| PastInstanceRow::ROOT_PROCESS_INSTANCE_ID.text(row).map(str::to_owned))
        .collect();
    let page = journal
        .query(&Query::new(views::HISTORY_PROCESS_INSTANCE, is_in(PastInstanceRow::ROOT_PROCESS_INSTANCE_ID, roots)))
        .await?;
    Ok(page.rows.into_iter().map(|(id, _)| id).collect())
}

/// `GET /history/batch/cleanable-batch-report`: finished batches by type.
pub(crate) async fn report(req: Req) -> Reply {
    let paging = req.query().paging()?;
    let lines: Vec<Json> = paging
        .cut(by_type(&req).await?)
        .map(|(kind, (finished, cleanable))| {
            json!({
                "batchType": kind,
                "historyTimeToLive": req.engine.config().history.batch_days.of(&kind),
                "finishedBatchesCount": finished,
                "cleanableBatchesCount": cleanable,
            })
        })
        .collect();
    ok(lines)
}

/// `GET /history/batch/cleanable-batch-report/count`.
pub(crate) async fn report_count(req: Req) -> Reply {
    ok(json!({"count": by_type(&req).await?.len()}))
}

async fn by_type(req: &Req) -> RestResult<IndexMap<String, (u64, u64)>> {
    let now = req.engine.now().0;
    let ended = Query::new(views::HISTORY_BATCH, all(vec![Filter::NotNull(HistoricBatchRow::END_TIME.into())]));
    const ONLY: &[Column] = &[HistoricBatchRow::TYPE, HistoricBatchRow::REMOVAL_TIME];
    let only = Some(ONLY);
    let mut ended = portions(req.engine.journal(), Query { only, ..ended });
    let mut out: IndexMap<String, (u64, u64)> = IndexMap::new();
    while let Some(rows) = ended.try_next().await? {
        for row in &rows {
            let (finished, cleanable) =
                out.entry(HistoricBatchRow::TYPE.text(row).unwrap_or_default().to_owned()).or_default();
            *finished += 1;
            *cleanable += u64::from(HistoricBatchRow::REMOVAL_TIME.integer(row).is_some_and(|at| at <= now));
        }
    }
    Ok(out)
}
