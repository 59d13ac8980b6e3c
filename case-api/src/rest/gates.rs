//! The ways of this room's requests to its things, lent to those who ask who may come through.

use super::next_work::queue_for;
use super::records::record_for;
use super::tasks::task_for;
use super::{access::case_for, cases::resolve};
use crate::state::CaseApiState;
use casewright_access::{Gate, Resource};
use casewright_contracts::kinds;

/// Of cases (by id or number), tasks, records and queues.
#[must_use]
pub fn gates(state: &CaseApiState) -> Vec<Gate> {
    let (cases, tasks, records, queues) = (state.clone(), state.clone(), state.clone(), state.clone());
    vec![
        Gate::new(kinds::CASE, move |subject, action, id| {
            let state = cases.clone();
            async move {
                let id = resolve(&state, &subject, id).await?;
                case_for(&state, &subject, &action, &id).await.map(|_| ())
            }
        }),
        Gate::new("task", move |subject, action, id| {
            let state = tasks.clone();
            async move { task_for(&state, &subject, &action, &id).await.map(|_| ()) }
        }),
        Gate::new("record", move |subject, action, id| {
            let state = records.clone();
            async move { record_for(&state, &subject, &action, &id).await.map(|_| ()) }
        }),
        Gate::new("queue", move |subject, action, id| {
            let state = queues.clone();
            async move {
                if action != "next" {
                    return state.access().authorize(&subject, &action, &Resource::new("queue", &id)).await;
                }
                queue_for(&state, &subject, &id).await.map(|_| ())
            }
        }),
    ]
}
