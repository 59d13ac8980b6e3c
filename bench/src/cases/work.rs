//! What the cases are about: made up from a number, so that every run has the same.

use serde_json::{Value, json};

/// Cases without a process.
pub(super) const PLAIN: &str = "bench-plain";
/// Cases whose creation starts a process that asks for a person.
pub(super) const WORKED: &str = "bench-worked";
pub(super) const QUEUE: &str = "bench";
/// Who may take the tasks.
pub(super) const GROUP: &str = "bench";
pub(super) const STAGES: [&str; 3] = ["intake", "work", "decision"];

const WHAT: [&str; 8] = ["Hail", "Water", "Fire", "Theft", "Glass", "Storm", "Collision", "Lightning"];
const WHERE: [&str; 10] =
    ["roof", "garage", "cellar", "kitchen", "workshop", "greenhouse", "fence", "car", "bicycle", "window"];
const REGIONS: [&str; 5] = ["north", "south", "east", "west", "centre"];

/// `POST /api/v1/cases` of the n-th case.
pub(super) fn case(definition: &str, n: usize) -> Value {
    let (what, place, region) = (WHAT[n % WHAT.len()], WHERE[n / 3 % WHERE.len()], REGIONS[n / 7 % REGIONS.len()]);
    json!({
        "definition": definition,
        "title": format!("{what} damage to the {place}, policy {}", n * 7919 % 10_000),
        "priority": n % 5 * 25,
        "requester": {"name": format!("Customer {}", n % 97), "email": format!("customer-{}@casewright.example", n % 97)},
        "fields": {
            "group": GROUP,
            "amount": n * 37 % 9_000,
            "region": region,
            "description": format!("The {place} was damaged by {}; the neighbour saw it happen.", what.to_lowercase()),
        },
    })
}

/// What becomes of the n-th case after it was made: cases of a desk are in all stages, and a third is closed.
pub(super) fn change(n: usize) -> Option<Value> {
    match n % 6 {
        0 => None,
        1 => Some(json!({"stage": "work", "assignee": "me", "labels": ["urgent"]})),
        2 => Some(json!({"stage": "decision", "status": "waiting"})),
        3 => Some(json!({"stage": "work", "dueAt": format!("2099-{:02}-01T00:00:00Z", n / 6 % 12 + 1)})),
        _ => Some(json!({"stage": "decision", "status": "closed"})),
    }
}
