//! Looks at the queues whose work goes to people by itself, or on to another queue.
//!
//! Every node may run it: a case is given away only while it waits, so that looking twice changes nothing.

use crate::domain::case::decide;
use crate::domain::person::Person;
use crate::domain::queue::{Overflow, Queue, Strategy};
use crate::domain::routing::skill::Skill;
use crate::domain::routing::turn::QueueTurn;
use crate::domain::routing::{Candidate, choice};
use crate::repository::{CaseError, Command};
use crate::routing::{people, urgent};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use crate::views::queue::QueueRow;
use casewright_access::Resource;
use casewright_contracts::{CaseRow, CaseRowColumns};
use casewright_instant::Instant;
use casewright_journal::{CommandContext, Filter, Query, Sort, TenantHandle, TenantId};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use std::time::Duration;

/// How often the queues are looked at.
pub(super) const PERIOD: Duration = Duration::from_secs(1);
/// Queues that one look finds.
const MOST_QUEUES: u64 = 1_000;
/// Cases of one queue that one look gives away, or moves on.
const BATCH: u64 = 50;

pub(super) async fn look(state: &CaseApiState) -> Result<(), CaseError> {
    let by_itself = Filter::Or(vec![
        Filter::Ne(QueueRow::STRATEGY.into(), Value::from(Strategy::Pull.as_str())),
        Filter::NotNull(QueueRow::OVERFLOWS_TO.into()),
    ]);
    let mut query = Query::new(QueueRow::VIEW, by_itself);
    query.limit = Some(MOST_QUEUES);
    for (id, row) in state.journal().system_query_all_tenants(&query).await?.rows {
        let Some(tenant) = QueueRow::TENANT.text(&row).map(TenantId::new) else {
            continue;
        };
        // What one queue cannot do must not keep the others waiting.
        if let Err(error) = serve(state, &tenant, &id).await {
            tracing::warn!(queue = %id, %error, "a queue could not be looked at; the next tick tries again");
        }
    }
    Ok(())
}

async fn serve(state: &CaseApiState, tenant: &TenantId, id: &str) -> Result<(), CaseError> {
    let Some((queue, _)) = state.tenant(tenant).load::<Queue>(id).await? else {
        return Ok(());
    };
    let now = state.journal().clock().now();
    if queue.settings.strategy != Strategy::Pull && queue.settings.pause.is_none() {
        push(state, tenant, id, &queue, now).await?;
    }
    // From a queue that is paused its cases go on all the more.
    if let Some(overflow) = &queue.settings.overflow {
        move_on(state, tenant, id, overflow, now).await?;
    }
    Ok(())
}

/// Gives the cases that wait to those whose turn it is, the most urgent first.
async fn push(
    state: &CaseApiState,
    tenant: &TenantId,
    id: &str,
    queue: &Queue,
    now: Timestamp,
) -> Result<(), CaseError> {
    let cases = state.cases(tenant);
    let mut query = urgent::query(Filter::All, &[id.to_owned()]);
    query.limit = Some(BATCH);
    let waiting = cases.handle.query(&query).await?;
    if waiting.rows.is_empty() {
        return Ok(());
    }
    let mut candidates = people::candidates(&cases.handle, queue, now).await?;
    let mut last = cases.handle.load::<QueueTurn>(id).await?.and_then(|(turn, _)| turn.last.clone());
    for (case, row) in &waiting.rows {
        let Ok(row) = CaseListRow::read(row) else {
            tracing::error!(case = %case, "the row of a case cannot be read");
            continue;
        };
        let needed: Vec<Skill> = queue.settings.skills.iter().chain(&row.skills).cloned().collect();
        let Some((chosen, to)) =
            choose(state, tenant, &row.shared, &candidates, &needed, queue, last.as_deref()).await?
        else {
            continue;
        };
        let (from, person) = (id.to_owned(), to.clone());
        let command = Command::by(Person::system("routing")).because(&format!("queue:{id}"));
        let pushed = cases
            .command(case, command, move |case, definition, _, at| decide::push(case, definition, &from, &person, at))
            .await?;
        if !pushed.answer {
            continue;
        }
        if let Some(candidate) = candidates.iter_mut().find(|candidate| candidate.id == to.id) {
            candidate.load = candidate.load.saturating_add(1);
        }
        note_turn(state, tenant, id, &chosen).await;
        last = Some(chosen);
    }
    Ok(())
}

/// Whose turn it is, and who gets it: the one who stands in, where the other is away.
async fn choose(
    state: &CaseApiState,
    tenant: &TenantId,
    case: &CaseRow,
    candidates: &[Candidate],
    needed: &[Skill],
    queue: &Queue,
    last: Option<&str>,
) -> Result<Option<(String, Person)>, CaseError> {
    let mut left = candidates.to_vec();
    let handle = state.tenant(tenant);
    let now = state.journal().clock().now();
    loop {
        let chosen = choice::choose(&left, needed, queue.settings.strategy, last).map(|candidate| candidate.id.clone());
        let Some(chosen) = chosen.or_else(|| away(&left, needed)) else {
            return Ok(None);
        };
        let id = people::who_is_there(&handle, &chosen, now).await?;
        let is_away = id == chosen && left.iter().any(|candidate| candidate.id == chosen && candidate.is_absent);
        let has_room = id == chosen || has_room(&handle, &id, queue).await?;
        let resource = Resource::case(&CaseRow { assignee: Some(id.clone()), ..case.clone() }.into());
        if !is_away
            && has_room
            && let Some(account) = people::enabled(&handle, tenant, &id).await?
            && state.access().allows(&account.subject, "update", &resource).await
        {
            return Ok(Some((chosen, Person::new(&id, &account.subject.name))));
        }
        left.retain(|candidate| candidate.id != chosen);
    }
}

/// Whether somebody who stands in may have one more.
async fn has_room(handle: &TenantHandle, id: &str, queue: &Queue) -> Result<bool, CaseError> {
    let own = people::availability(handle, id).await?.capacity;
    match own.or(queue.settings.capacity) {
        Some(capacity) => Ok(people::load(handle, id, Filter::All).await? < capacity),
        None => Ok(true),
    }
}

/// Where everybody who could do it is away, one of them: who stands in gets it.
fn away(candidates: &[Candidate], needed: &[Skill]) -> Option<String> {
    let able = candidates
        .iter()
        .filter(|candidate| candidate.is_absent && crate::domain::routing::skill::meets(&candidate.skills, needed));
    able.map(|candidate| candidate.id.clone()).min()
}

/// Whose turn it was. A turn that is not noted makes nobody's work worse than unfair.
async fn note_turn(state: &CaseApiState, tenant: &TenantId, queue: &str, to: &str) {
    let context = CommandContext { actor: "system:routing".into(), ..CommandContext::default() };
    let to = to.to_owned();
    let noted = state
        .tenant(tenant)
        .execute::<QueueTurn, (), std::convert::Infallible, _>(queue, context, move |turn, _| Ok(turn.pushed(&to)))
        .await;
    if noted.is_err() {
        tracing::warn!(queue, "whose turn it was could not be noted");
    }
}

/// Moves on what waits too long, and what is too much.
async fn move_on(
    state: &CaseApiState,
    tenant: &TenantId,
    from: &str,
    overflow: &Overflow,
    now: Timestamp,
) -> Result<(), CaseError> {
    let cases = state.cases(tenant);
    let waiting = || {
        vec![
            Filter::Eq(CaseListRow::QUEUE.into(), Value::from(from)),
            Filter::Eq(CaseListRow::STATUS_KIND.into(), Value::from("open")),
            Filter::IsNull(CaseListRow::ASSIGNEE.into()),
        ]
    };
    let by_age = |descending| vec![Sort { field: CaseListRow::QUEUED_AT.into(), descending }];
    let mut moving = Vec::new();
    if let Some(before) = overflow.after_minutes.and_then(|minutes| now.checked_sub(i64::from(minutes).minutes()).ok())
    {
        let mut late = waiting();
        late.push(Filter::Lte(CaseListRow::QUEUED_AT.into(), Value::from(Instant::from(before).0)));
        let mut query = Query::new(CaseListRow::VIEW, Filter::And(late));
        (query.sort, query.limit) = (by_age(false), Some(BATCH));
        moving.extend(cases.handle.query(&query).await?.rows.into_iter().map(|(id, _)| id));
    }
    if let Some(length) = overflow.length {
        let mut query = Query::new(CaseListRow::VIEW, Filter::And(waiting()));
        let count = cases.handle.count(&query).await?;
        let beyond = count.saturating_sub(u64::from(length)).min(BATCH);
        if beyond > 0 {
            (query.sort, query.limit) = (by_age(true), Some(beyond));
            moving.extend(cases.handle.query(&query).await?.rows.into_iter().map(|(id, _)| id));
        }
    }
    for id in moving {
        let (from, to) = (from.to_owned(), overflow.to.clone());
        let command = Command::by(Person::system("routing")).because(&format!("queue:{from}"));
        cases
            .command(&id, command, move |case, definition, _, at| decide::move_on(case, definition, &from, &to, at))
            .await?;
    }
    Ok(())
}
