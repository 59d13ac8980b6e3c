//! What stops a process from answering a machine for ever (RFC 3834): two rules about mail that no person wrote.
//!
//! A mail they stop is kept and counts as failed, with the reason: the case shows that it was not sent.

use super::compose::OutgoingMail;
use crate::mail::Mail;
use crate::state::{EmailState, Failure};
use crate::view::MAIL;
use casewright_journal::{Filter, Query, Sort, TenantId};
use serde_json::{Value, json};

/// An automatic mail within this time after one of a machine, to the same address about the same case, is an answer to it.
const ANSWER_WINDOW_MS: i64 = 3_600_000;
const HOUR_MS: i64 = 3_600_000;

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
    for address in request.to.iter().chain(&request.cc).map(|address| address.to_ascii_lowercase()) {
        if wrote_as_machine(state, tenant, &request.case_id, &address).await? {
            return Ok(Some(format!("not sent: the last mail of {address} was sent by a machine (RFC 3834)")));
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
            Filter::Eq("caseId".into(), json!(case)),
            Filter::Eq("direction".into(), json!("in")),
            Filter::EqIgnoreCase("fromAddress".into(), address.to_owned()),
            since(state, ANSWER_WINDOW_MS),
        ]),
    );
    query.sort = vec![Sort { field: "at".into(), descending: true }];
    query.limit = Some(1);
    let found = state.journal.tenant(tenant).query(&query).await?;
    Ok(found.rows.first().is_some_and(|(_, row)| row.get("isAutoSubmitted") == Some(&Value::Bool(true))))
}

async fn sent_within_hour(state: &EmailState, tenant: &TenantId, address: &str) -> Result<u64, Failure> {
    let query = Query::new(
        MAIL,
        Filter::And(vec![
            Filter::Eq("isAutomatic".into(), json!(true)),
            since(state, HOUR_MS),
            Filter::Contains("recipients".into(), json!(address)),
            Filter::Ne("state".into(), json!("failed")),
        ]),
    );
    Ok(state.journal.tenant(tenant).count(&query).await?)
}

fn since(state: &EmailState, window: i64) -> Filter {
    Filter::Gt("at".into(), json!(state.journal.clock().now().as_millisecond() - window))
}
