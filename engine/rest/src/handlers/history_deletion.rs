//! `DELETE` of history: one ended instance, one variable, and what a cascading deletion of definitions takes along.

use crate::request::{Reply, Req, no_content};
use crate::words::{engine_404, still_running};
use casewright_engine_runtime::history::Rows;
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, DetailRow, PastInstanceRow, PlaceRowColumns as _};
use casewright_journal::Query;

/// `DELETE /history/process-instance/{id}`: ended instances only.
pub(crate) async fn process(req: Req) -> Reply {
    let id = req.id();
    let fail = req.flag("failIfNotExists") != Some(false);
    match req.engine.journal().get(views::HISTORY_PROCESS_INSTANCE, id).await? {
        None if fail => Err(engine_404(format!("Historic process instance with id {id} does not exist"))),
        None => no_content(),
        Some(row) if PastInstanceRow::END_TIME.of(&row).is_null() => Err(engine_404(still_running(id))),
        Some(_) => {
            req.engine.history().delete(&req.caller, id).await?;
            no_content()
        }
    }
}

/// `DELETE /history/process-instance/{id}/variable-instances`.
pub(crate) async fn variables_of_process(req: Req) -> Reply {
    let id = req.id();
    if req.engine.journal().get(views::HISTORY_PROCESS_INSTANCE, id).await?.is_none() {
        return Err(engine_404(format!("No historic process instance found with id: {id}: instance is null")));
    }
    let rows = req.engine.history().rows_of(id, &[views::HISTORY_VARIABLE, views::HISTORY_DETAIL]).await?;
    req.engine.history().delete_rows(&req.caller, id, rows).await?;
    no_content()
}

/// `DELETE /history/variable-instance/{id}`: with its details.
pub(crate) async fn variable(req: Req) -> Reply {
    let id = req.id();
    let Some(row) = req.engine.journal().get(views::HISTORY_VARIABLE, id).await? else {
        return Err(engine_404(format!("No historic variable instance found with id: {id}: variable is null")));
    };
    let details =
        req.engine.journal().query(&Query::new(views::HISTORY_DETAIL, eq(DetailRow::VARIABLE_INSTANCE_ID, id))).await?;
    let mut rows: Rows = vec![(views::HISTORY_VARIABLE, id.into())];
    rows.extend(details.rows.into_iter().map(|(id, _)| (views::HISTORY_DETAIL, id)));
    let instance = DetailRow::PROCESS_INSTANCE_ID.text(&row).unwrap_or(id);
    req.engine.history().delete_rows(&req.caller, instance, rows).await?;
    no_content()
}
