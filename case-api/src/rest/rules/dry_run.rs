//! What a rule would have done.

use super::{RuleCase, RuleRunBody};
use crate::domain::case::Case;
use crate::domain::case::trial::{Trial, Tried};
use crate::domain::definition::CaseDefinition;
use crate::domain::rule::{Rule, RunOutcome};
use crate::gate::references::{Work, able};
use crate::rest::cases::resolve;
use crate::rest::definitions::faults;
use crate::rest::error::{invalid, store};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource, Subject};
use casewright_contracts::CaseRowColumns;
use casewright_forms::FieldFault;
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_journal::{Aggregate, Entry, Filter, Query, Sort, TenantHandle};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, Problem};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// Entries that one dry run reads, and how long it takes at most.
const MOST_ENTRIES: usize = 50_000;
const LONGEST: Duration = Duration::from_secs(5);
/// Entries of one case: what has more is left out.
const MOST_OF_CASE: usize = 5_000;
/// Runs that are told of each kind.
const MOST_MATCHES: usize = 200;
const MOST_PASSED_OVER: usize = 20;
/// Cases asked for at once, and entries read at once.
const STRIDE: u64 = 100;
const ENTRIES: usize = 500;
/// How far back it looks when nothing is said.
const USUAL: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A rule that is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TryRule {
    rule: Rule,
    /// The period: from when; 30 days before its end when absent.
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    from: Option<Instant>,
    /// Until when; now when absent.
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    to: Option<Instant>,
    /// Id or number of the only case to look at.
    #[serde(default)]
    case: Option<String>,
}

/// What a rule would have done in a period. Nothing was done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TriedRule {
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    from: Instant,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    to: Instant,
    /// Cases that were looked at, those that changed last first.
    cases: usize,
    /// Their entries that were read.
    entries: usize,
    /// How often the rule would have been asked.
    asked: usize,
    /// How often its conditions held.
    matched: usize,
    /// Why it did not look at all cases; null: it did.
    stopped_by: Option<StoppedBy>,
    /// Those where its conditions held, 200 at most.
    matches: Vec<RuleRunBody>,
    /// Some of those where they did not.
    passed_over: Vec<RuleRunBody>,
}

/// What a dry run came to the end of before it had looked at everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StoppedBy {
    /// It had read as many entries as one dry run may.
    Entries,
    /// It had taken as long as one dry run may.
    Time,
}

/// Tries a rule on what has happened to cases in a period: which of them it would have been applied to, and what it would have done.
/// Nothing is done. It reads so many entries and takes so long at most, and says when it stopped for that.
#[utoipa::path(post, path = "/api/v1/case-definitions/{key}/rules/dry-run", tag = "case-definitions",
    params(("key" = String, Path)), request_body = TryRule,
    responses((status = 200, body = TriedRule), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn dry_run(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    Json(body): Json<TryRule>,
) -> Result<Json<TriedRule>, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("case-definition", &key)).await?;
    let known = state.cases(&subject.tenant).definition(&key, None).await?;
    let known = known.ok_or_else(|| Problem::not_found("There is no such case definition."))?;
    let only = match &body.case {
        Some(id) => Some(resolve(&state, &subject, id.clone()).await?),
        None => None,
    };
    let trial = Arc::new(trial(&state, &subject, &known, body).await?);
    let mut result = TriedRule {
        from: trial.from.into(),
        to: trial.to.into(),
        cases: 0,
        entries: 0,
        asked: 0,
        matched: 0,
        stopped_by: None,
        matches: Vec::new(),
        passed_over: Vec::new(),
    };
    look(&state, &subject, only, &trial, &mut result).await?;
    Ok(Json(result))
}

/// The rule with all that it is tried with, when nothing stands against publishing it.
async fn trial(
    state: &CaseApiState,
    subject: &Subject,
    known: &CaseDefinition,
    body: TryRule,
) -> Result<Trial, Problem> {
    let definition = CaseDefinition { rules: vec![body.rule.clone()], ..known.clone() };
    let of_rule = |fault: FieldFault| {
        let rest = fault.pointer.strip_prefix("/rules/0")?;
        Some(FieldFault::new(&format!("/rule{rest}"), &fault.code, &fault.detail))
    };
    let mut wrong: Vec<FieldFault> =
        faults(state, subject, &definition).await?.into_iter().filter_map(of_rule).collect();
    let to = body.to.map_or_else(|| state.journal().clock().now(), Instant::timestamp);
    let from = body.from.map_or_else(|| to.checked_sub(USUAL).unwrap_or(Timestamp::MIN), Instant::timestamp);
    if from > to {
        wrong.push(FieldFault::new("/from", "out-of-range", "the period ends before it begins"));
    }
    if !wrong.is_empty() {
        return Err(invalid("invalid-rule", wrong));
    }
    let people = able(state, &subject.tenant, &definition, &Work::NewCase(&definition)).await.map_err(store)?;
    Ok(Trial { rule: body.rule, definition, people, from, to })
}

/// Looks at the cases that something happened to in the period and that the caller may see.
async fn look(
    state: &CaseApiState,
    subject: &Subject,
    only: Option<String>,
    trial: &Arc<Trial>,
    result: &mut TriedRule,
) -> Result<(), Problem> {
    let begun = std::time::Instant::now();
    let handle = state.tenant(&subject.tenant);
    let policy = state.access().list_filter(subject, "read", "case").await?;
    let mut all = vec![
        policy,
        Filter::Eq(CaseListRow::DEFINITION.into(), Value::from(trial.definition.key.as_str())),
        Filter::Lte(CaseListRow::CREATED_AT.into(), Value::from(result.to.0)),
    ];
    if !trial.rule.on.is_timed() {
        // Times come to cases in which nothing happens any more, too.
        all.push(Filter::Gte(CaseListRow::UPDATED_AT.into(), Value::from(result.from.0)));
    }
    all.extend(only.map(|id| Filter::Eq(CaseListRow::ID.into(), Value::from(id))));
    let mut query = Query::new(CaseListRow::VIEW, Filter::And(all));
    query.sort = vec![Sort { field: CaseListRow::UPDATED_AT.into(), descending: true }];
    query.limit = Some(STRIDE);
    query.only = Some(RuleCase::COLUMNS);
    loop {
        let page = handle.query(&query).await.map_err(store)?;
        for (id, row) in &page.rows {
            if result.entries >= MOST_ENTRIES {
                result.stopped_by = Some(StoppedBy::Entries);
            } else if begun.elapsed() >= LONGEST {
                result.stopped_by = Some(StoppedBy::Time);
            }
            if result.stopped_by.is_some() {
                return Ok(());
            }
            let entries = entries_of(&handle, id).await?;
            (result.cases, result.entries) = (result.cases + 1, result.entries + entries.len());
            let trial = Arc::clone(trial);
            // Expressions have a budget, and are still not for the threads that serve.
            let tried = tokio::task::spawn_blocking(move || trial.of_case(&entries)).await.map_err(|error| {
                tracing::error!(%error, "a rule could not be tried");
                Problem::internal()
            })?;
            result.take(&RuleCase::of(id, row), tried);
        }
        let Some(next) = page.next else {
            return Ok(());
        };
        query.after = Some(next);
    }
}

async fn entries_of(handle: &TenantHandle, id: &str) -> Result<Vec<Entry>, Problem> {
    let mut entries: Vec<Entry> = Vec::new();
    while entries.len() < MOST_OF_CASE {
        let after = entries.last().map_or(0, |entry| entry.meta.seq);
        let more = handle.entries(Case::KIND, id, after, ENTRIES).await.map_err(store)?;
        let is_all = more.len() < ENTRIES;
        entries.extend(more);
        if is_all {
            break;
        }
    }
    Ok(entries)
}

impl TriedRule {
    fn take(&mut self, case: &RuleCase, tried: Vec<Tried>) {
        self.asked += tried.len();
        for Tried { entry, at, run } in tried {
            let (told, most) = if run.outcome == RunOutcome::NotMatched {
                (&mut self.passed_over, MOST_PASSED_OVER)
            } else {
                self.matched += 1;
                (&mut self.matches, MOST_MATCHES)
            };
            if told.len() < most {
                told.push(RuleRunBody { case: case.clone(), at: at.into(), entry, run });
            }
        }
    }
}
