//! `GET /api/v1/mails`

use super::body::MailBody;
use crate::domain::mail::{Mail, MailState, Outcome};
use crate::state::{EmailState, Failure};
use crate::views::mail::{MAIL, MailRow};
use axum::extract::State;
use casewright_access::{Authenticated, Lead};
use casewright_contracts::links::MailCaseRowColumns as _;
use casewright_journal::{Aggregate, Cursor, Filter, Query as ViewQuery, Sort};
use casewright_service::{MOST_COUNTED, PageBody, PageParams, Problem, Query};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Criteria {
    /// `received`, `parsed`, `processed`, `undeliverable`, `scheduled`, `cancelled` (found by this only), `queued`, `sent`, `failed`, `bounced`.
    state: Option<String>,
    /// `true`: only mails that nobody goes on with, so that a person has to: undeliverable ones, those whose process has
    /// ended without a case for them, and those that their domain disowns where the mailbox keeps such mail back.
    #[serde(default)]
    attention: bool,
    /// What the domain of their sender says to them (DMARC).
    dmarc: Option<Outcome>,
    /// Id of the case it is linked to.
    case: Option<String>,
    /// Words of subject, text or sender.
    search: Option<String>,
}

/// How a mail leads to its case: the one it is linked to, else the one it was found to answer.
const OF_A_CASE: [Lead; 2] =
    [Lead::Case(MailRow::CASE_ID), Lead::CaseUnless { column: MailRow::THREAD_CASE_ID, unless: MailRow::CASE_ID }];

/// Mails, newest first; those of one case oldest first.
#[utoipa::path(get, path = "/api/v1/mails", tag = "mails", params(Criteria, PageParams),
    responses((status = 200, body = PageBody<MailBody>)))]
pub(super) async fn list(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Query(criteria): Query<Criteria>,
    page: PageParams,
) -> Result<axum::Json<PageBody<MailBody>>, Problem> {
    let mut conditions = vec![state.access.list_filter_within(&subject, "mail:read", "mail", &OF_A_CASE).await?];
    match &criteria.state {
        Some(wanted) => conditions.push(Filter::Eq(MailRow::STATE.into(), json!(wanted))),
        // What was taken back was never sent: it is found by who asks for it.
        None => conditions.push(Filter::Ne(MailRow::STATE.into(), MailState::Cancelled.value())),
    }
    if criteria.attention {
        let undeliverable = Filter::Eq(MailRow::STATE.into(), MailState::Undeliverable.value());
        conditions.push(Filter::Or(vec![undeliverable, Filter::Eq(MailRow::IS_STRANDED.into(), json!(true))]));
    }
    if let Some(dmarc) = criteria.dmarc {
        conditions.push(Filter::Eq(MailRow::DMARC.into(), json!(dmarc)));
    }
    if let Some(case) = &criteria.case {
        conditions.push(Filter::Eq(MailRow::CASE_ID.into(), json!(case)));
    }
    let mut query = ViewQuery::new(MAIL, Filter::And(conditions));
    query.sort = vec![Sort { field: MailRow::AT.into(), descending: criteria.case.is_none() }];
    query.search.clone_from(&criteria.search);
    query.limit = Some(page.limit);
    query.after = page.cursor.clone().map(Cursor);
    let journal = state.journal.tenant(&subject.tenant);
    let total =
        if page.total { Some(journal.count_up_to(&query, MOST_COUNTED).await.map_err(Failure::from)?) } else { None };
    let found = journal.query(&query).await.map_err(Failure::from)?;
    let mut items = Vec::with_capacity(found.rows.len());
    for (id, _) in &found.rows {
        if let Some((mail, version)) = journal.load::<Mail>(id).await.map_err(Failure::from)? {
            let first = journal.entries(Mail::KIND, id, 0, 1).await.map_err(Failure::from)?;
            let meta = first.first().map(|entry| &entry.meta);
            let with_pictures = criteria.case.is_some();
            items.push(MailBody::of(&state, &subject.tenant, &mail, version, meta, with_pictures).await?);
        }
    }
    Ok(axum::Json(PageBody { items, next_cursor: found.next.map(|cursor| cursor.0), total }))
}
