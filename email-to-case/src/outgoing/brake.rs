//! What stops a person from writing to the whole world; and what stops a process from answering a machine for ever (RFC 3834)
//! and from writing to where nobody reads: rules about mail that no person wrote.
//!
//! A mail they stop is kept and counts as failed, with the reason: the case shows that it was not sent.

use super::compose::OutgoingMail;
use crate::domain::mail::{Mail, MailState};
use crate::state::{EmailState, Failure};
use crate::views::mail::{Direction, MAIL, MailRow};
use casewright_access::is_machine;
use casewright_contracts::links::{MailCaseRowColumns as _, MailPeopleRow};
use casewright_journal::{Filter, Query, Sort, TenantId};
use casewright_service::Problem;
use serde_json::json;

/// An automatic mail within this time after one of a machine, to the same address about the same case, is an answer to it.
const ANSWER_WINDOW_MS: i64 = 3_600_000;
const HOUR_MS: i64 = 3_600_000;
/// How long an address to which a mail about a case could not be delivered gets no automatic one about it.
const CAME_BACK_MS: i64 = 24 * HOUR_MS;
/// Seconds after which a person who was refused may try again.
const RETRY_AFTER: u64 = 300;

/// Whether a person wrote it, and no process.
pub(super) fn is_of_a_person(request: &OutgoingMail) -> bool {
    request.actor.as_deref().is_some_and(|actor| !is_machine(actor))
}

/// Refuses a person's mail beyond `mail.person_per_hour`: an account in wrong hands is no open relay.
///
/// # Errors
/// 429 `too-many-requests`.
pub(super) async fn limits(state: &EmailState, tenant: &TenantId, request: &OutgoingMail) -> Result<(), Problem> {
    let Some(person) = request.actor.as_deref().filter(|_| is_of_a_person(request)) else {
        return Ok(());
    };
    let query = Query::new(
        MAIL,
        Filter::And(vec![Filter::Eq(MailRow::QUEUED_BY.into(), json!(person)), since(state, HOUR_MS)]),
    );
    let queued = state.journal.tenant(tenant).count(&query).await.map_err(Failure::from)?;
    let limit = state.config.person_per_hour;
    if queued < u64::from(limit) {
        return Ok(());
    }
    tracing::warn!(person, limit, "a person's mail was refused (mail.person_per_hour)");
    let detail = format!("You have sent {limit} mails within an hour, which is as many as one person may.");
    Err(Problem::too_many_requests(detail, RETRY_AFTER))
}

/// Why the mail must not be sent; none when it may.
pub(super) async fn stops(
    state: &EmailState,
    tenant: &TenantId,
    request: &OutgoingMail,
    answered: Option<&Mail>,
) -> Result<Option<String>, Failure> {
    if !request.automatic {
        return Ok(None);
    }
    let answers_machine = answered.and_then(|mail| mail.content.as_ref()).is_some_and(|mail| mail.is_auto_submitted);
    if request.in_reply_to.is_some() && answers_machine {
        return Ok(Some("not sent: the mail it answers was sent by a machine (RFC 3834)".to_owned()));
    }
    if reported_in_words(state, tenant, &request.case_id).await? {
        return Ok(Some("not sent: the last mail of the case is a mail server's, that a mail came back".to_owned()));
    }
    let limit = state.config.automatic_per_case;
    if sent_about_case(state, tenant, &request.case_id).await? >= u64::from(limit) {
        return Ok(Some(format!(
            "not sent: {limit} automatic mails were sent about the case within an hour (mail.automatic_per_case)"
        )));
    }
    for address in request.recipients() {
        if wrote_as_machine(state, tenant, &request.case_id, &address).await? {
            return Ok(Some(format!("not sent: the last mail of {address} was sent by a machine (RFC 3834)")));
        }
        if came_back(state, tenant, &request.case_id, &address).await? {
            return Ok(Some(format!("not sent: the last mail to {address} about the case came back")));
        }
        let limit = state.config.automatic_per_hour;
        if sent_within_hour(state, tenant, &address).await? >= u64::from(limit) {
            return Ok(Some(format!(
                "not sent: {address} was sent {limit} automatic mails within an hour (mail.automatic_per_hour)"
            )));
        }
    }
    Ok(None)
}

async fn wrote_as_machine(state: &EmailState, tenant: &TenantId, case: &str, address: &str) -> Result<bool, Failure> {
    let mut query = Query::new(
        MAIL,
        Filter::And(vec![
            Filter::Eq(MailRow::CASE_ID.into(), json!(case)),
            Filter::Eq(MailRow::DIRECTION.into(), Direction::In.value()),
            Filter::EqIgnoreCase(MailPeopleRow::FROM_ADDRESS.into(), address.to_owned()),
            since(state, ANSWER_WINDOW_MS),
        ]),
    );
    query.sort = vec![Sort { field: MailRow::AT.into(), descending: true }];
    query.limit = Some(1);
    let found = state.journal.tenant(tenant).query(&query).await?;
    Ok(found.rows.first().is_some_and(|(_, row)| MailRow::IS_AUTO_SUBMITTED.is_set(row)))
}

/// Whether the last mail to this address about the case could not be delivered, and nothing came from there since.
async fn came_back(state: &EmailState, tenant: &TenantId, case: &str, address: &str) -> Result<bool, Failure> {
    let journal = state.journal.tenant(tenant);
    let sent = vec![
        Filter::Eq(MailRow::DIRECTION.into(), Direction::Out.value()),
        Filter::Contains(MailPeopleRow::RECIPIENTS.into(), json!(address)),
        Filter::Ne(MailRow::STATE.into(), MailState::Failed.value()),
        Filter::Ne(MailRow::STATE.into(), MailState::Scheduled.value()),
        Filter::Ne(MailRow::STATE.into(), MailState::Cancelled.value()),
        since(state, CAME_BACK_MS),
    ];
    let Some((id, sent)) = journal.query(&newest(case, sent)).await?.rows.into_iter().next() else { return Ok(false) };
    let mail = journal.load::<Mail>(&id).await?;
    let delivery = mail.as_ref().and_then(|(mail, _)| mail.deliveries.get(address));
    if delivery.is_none_or(|delivery| delivery.state != MailState::Bounced) {
        return Ok(false);
    }
    let since_then = MailRow::AT.integer(&sent).unwrap_or_default();
    let received = vec![
        Filter::Eq(MailRow::DIRECTION.into(), Direction::In.value()),
        Filter::EqIgnoreCase(MailPeopleRow::FROM_ADDRESS.into(), address.to_owned()),
        Filter::Gt(MailRow::AT.into(), json!(since_then)),
    ];
    Ok(journal.query(&newest(case, received)).await?.rows.is_empty())
}

/// Whether the last mail that came to the case is a report which says in words only what came back: nobody knows to whom.
async fn reported_in_words(state: &EmailState, tenant: &TenantId, case: &str) -> Result<bool, Failure> {
    let journal = state.journal.tenant(tenant);
    let received = vec![Filter::Eq(MailRow::DIRECTION.into(), Direction::In.value()), since(state, ANSWER_WINDOW_MS)];
    let found = journal.query(&newest(case, received)).await?;
    if found.rows.first().is_none_or(|(_, row)| !MailRow::IS_REPORT.is_set(row)) {
        return Ok(false);
    }
    let bounced = vec![
        Filter::Eq(MailRow::DIRECTION.into(), Direction::Out.value()),
        Filter::Eq(MailRow::STATE.into(), MailState::Bounced.value()),
    ];
    Ok(journal.query(&newest(case, bounced)).await?.rows.is_empty())
}

async fn sent_about_case(state: &EmailState, tenant: &TenantId, case: &str) -> Result<u64, Failure> {
    let sent = vec![
        Filter::Eq(MailRow::IS_AUTOMATIC.into(), json!(true)),
        Filter::Ne(MailRow::STATE.into(), MailState::Failed.value()),
        since(state, HOUR_MS),
    ];
    Ok(state.journal.tenant(tenant).count(&newest(case, sent)).await?)
}

/// The newest mail of the case to which all of this applies.
fn newest(case: &str, mut conditions: Vec<Filter>) -> Query {
    conditions.insert(0, Filter::Eq(MailRow::CASE_ID.into(), json!(case)));
    let mut query = Query::new(MAIL, Filter::And(conditions));
    query.sort = vec![Sort { field: MailRow::AT.into(), descending: true }];
    query.limit = Some(1);
    query
}

async fn sent_within_hour(state: &EmailState, tenant: &TenantId, address: &str) -> Result<u64, Failure> {
    let query = Query::new(
        MAIL,
        Filter::And(vec![
            Filter::Eq(MailRow::IS_AUTOMATIC.into(), json!(true)),
            since(state, HOUR_MS),
            Filter::Contains(MailPeopleRow::RECIPIENTS.into(), json!(address)),
            Filter::Ne(MailRow::STATE.into(), MailState::Failed.value()),
        ]),
    );
    Ok(state.journal.tenant(tenant).count(&query).await?)
}

fn since(state: &EmailState, window: i64) -> Filter {
    Filter::Gt(MailRow::AT.into(), json!(state.journal.clock().now().as_millisecond() - window))
}
