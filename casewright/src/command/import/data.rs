//! Records and cases, one by one, each once however often the import is repeated.

use super::super::client::Target;
use super::{finding, refusal};
use anyhow::{Context, Error, Result};
use casewright_case_api::wks::{ImportedCase, ImportedRecord};
use casewright_service::path;
use reqwest::Method;
use serde_json::{Value, json};

/// Creates the records, and gives how many are there now.
pub(super) async fn records(target: &Target, records: &[ImportedRecord], findings: &mut Vec<Value>) -> Result<usize> {
    let mut there = 0;
    for record in records {
        let body = json!({"type": record.record_type, "fields": record.fields});
        let key = format!("wks-record-{}-{}", record.record_type, record.id);
        match target.once(Method::POST, &path!("/api/v1/records"), &body, &key).await {
            Ok(_) => there += 1,
            Err(error) => refusal(&format!("record {}/{}", record.record_type, record.id), error, findings)?,
        }
    }
    Ok(there)
}

/// Creates the cases where they stand, and gives how many are there now.
pub(super) async fn cases(target: &Target, cases: &[ImportedCase], findings: &mut Vec<Value>) -> Result<usize> {
    let mut there = 0;
    for case in cases {
        let place = format!("case {}", case.number);
        match bring(target, case, &place, findings).await {
            Ok(()) => there += 1,
            Err(error) => refusal(&place, error, findings)?,
        }
    }
    Ok(there)
}

async fn bring(target: &Target, case: &ImportedCase, place: &str, findings: &mut Vec<Value>) -> Result<()> {
    let body = json!({"definition": case.definition, "title": case.title, "fields": case.fields, "queue": case.queue});
    let key = format!("wks-case-{}", case.number);
    let created = target.once(Method::POST, &path!("/api/v1/cases"), &body, &key).await?;
    let label = case.label();
    // The label comes last: with it the case has been brought over, and what people did with it since is theirs.
    if created["labels"].as_array().is_some_and(|labels| labels.iter().any(|known| known == &label)) {
        return Ok(());
    }
    let id = created["id"].as_str().context("a case without id")?;
    for (nth, text) in case.comments.iter().enumerate() {
        let key = format!("{key}-comment-{nth}");
        target.once(Method::POST, &path!("/api/v1/cases/{}/comments", id), &json!({"body": text}), &key).await?;
    }
    let reason = "As it was in WKS";
    if let Some(owner) = &case.owner
        && let Err(error) = change(target, id, &json!({"assignee": owner})).await
    {
        refused_owner(place, owner, error, findings)?;
    }
    if let Some(stage) = &case.stage
        && let Err(error) = change(target, id, &json!({"stage": stage, "reason": reason, "openWork": "cancel"})).await
    {
        refusal(&format!("{place}/stage"), error, findings)?;
    }
    let Some(status) = case.status else {
        return change(target, id, &json!({"labels": [label]})).await;
    };
    change(target, id, &json!({"status": status, "reason": reason, "openWork": "cancel", "labels": [label]})).await
}

fn refused_owner(place: &str, owner: &str, error: Error, findings: &mut Vec<Value>) -> Result<()> {
    let mut refused = Vec::new();
    refusal(place, error, &mut refused)?;
    findings.push(finding(place, "owner-left-out", &format!("`{owner}` is nobody here who may work on it")));
    Ok(())
}

async fn change(target: &Target, id: &str, patch: &Value) -> Result<()> {
    target.call(Method::PATCH, &path!("/api/v1/cases/{}", id), Some(patch)).await.map(drop)
}
