//! Legal holds, and the end of a case: when it may be deleted, and that it is.

use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::hold::{CaseDisposal, DisposalCause, LegalHold};
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::person::{Person, Requester};
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Holds of one case.
const MOST_HOLDS: usize = 50;
/// Longest reason, in bytes.
const MAX_REASON: usize = 2_000;

/// What is put in the place of what named somebody.
pub(crate) const ERASED: &str = "[erased]";

/// Nothing of a case is deleted while a hold stands.
pub(super) fn guard_unheld(case: &Case) -> Result<(), CaseRejection> {
    if case.holds.is_empty() { Ok(()) } else { Err(CaseRejection::OnHold) }
}

/// Puts a hold on the case. One with this id that stands already stays as it is.
pub(crate) fn place_hold(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    reason: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    if case.holds.iter().any(|hold| hold.id == id) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let reason = checked(reason)?;
    if case.holds.len() >= MOST_HOLDS {
        return Err(CaseRejection::Invalid(vec![FieldFault::new("", "too-many", "a case has at most 50 holds")]));
    }
    let hold = LegalHold { id: id.to_owned(), reason, by: by.clone(), at: at.into() };
    let holds = case.holds.iter().cloned().chain([hold.clone()]).collect();
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::HoldPlaced { hold, holds });
    Ok(draft.decided(()))
}

/// Takes a hold away.
pub(crate) fn lift_hold(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    reason: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let hold = case.holds.iter().find(|hold| hold.id == id).ok_or(CaseRejection::HoldNotFound)?.clone();
    let reason = checked(reason)?;
    let holds = case.holds.iter().filter(|known| known.id != id).cloned().collect();
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::HoldLifted { hold, reason, holds });
    Ok(draft.decided(()))
}

fn checked(reason: &str) -> Result<String, CaseRejection> {
    let reason = reason.trim();
    let fault = match reason.len() {
        0 => FieldFault::new("/reason", "required", "say why"),
        long if long > MAX_REASON => FieldFault::new("/reason", "too-long", "a reason is limited to 2,000 bytes"),
        _ => return Ok(reason.to_owned()),
    };
    Err(CaseRejection::Invalid(vec![fault]))
}

/// Whether a case may be deleted: it is closed, no hold stands, and it is not about to become part of another one.
///
/// # Errors
/// Why not.
pub(crate) fn may_be_disposed(case: &Case) -> Result<(), CaseRejection> {
    if !case.exists() {
        return Err(CaseRejection::NotFound);
    }
    guard_unheld(case)?;
    if case.status.kind != StatusKind::Closed {
        return Err(CaseRejection::NotClosed);
    }
    Ok(())
}

/// The case begins to go; from now on nothing else happens to it. By policy only when its time is over. Begun by another disposal
/// already, nothing happens. True: this disposal has begun it, now or before.
pub(crate) fn begin_disposal(
    case: &Case,
    definition: &CaseDefinition,
    disposal: &CaseDisposal,
    by: &Person,
    at: Timestamp,
) -> Decided<bool> {
    if let Some(begun) = &case.disposal {
        return Ok(Decision { events: Vec::new(), answer: begun.id == disposal.id });
    }
    may_be_disposed(case)?;
    let is_due = case.dispose_at.is_some_and(|due| due.timestamp() <= at);
    if disposal.cause == DisposalCause::Policy && !is_due {
        return Ok(Decision { events: Vec::new(), answer: false });
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::DisposalBegun { disposal: disposal.clone() });
    Ok(draft.decided(true))
}

/// The last entry of a case whose disposal has removed all that it owned. `rows` are what views hold of it.
pub(crate) fn forget(case: &Case, disposal: &str, rows: Vec<(String, Vec<String>)>) -> Decided {
    let is_its_own = case.disposal.as_ref().is_some_and(|begun| begun.id == disposal);
    let events = match is_its_own {
        true => vec![CaseEvent { by: Person::system("disposal"), fact: Fact::Forgotten { rows } }],
        false => Vec::new(),
    };
    Ok(Decision { events, answer: () })
}

/// Takes the name of somebody out of what the case says now; what its log said before stays in it. True: there was something.
pub(crate) fn redact_requester(
    case: &Case,
    definition: &CaseDefinition,
    email: &str,
    by: &Person,
    at: Timestamp,
) -> Decided<bool> {
    guard(case)?;
    guard_unheld(case)?;
    let is_them = |who: &Requester| who.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email));
    let Some(before) = case.requester.as_ref().filter(|who| is_them(who)) else {
        return Ok(Decision { events: Vec::new(), answer: false });
    };
    let erased = || Some(ERASED.to_owned());
    let after = Requester { name: before.name.as_ref().and_then(|_| erased()), email: None };
    let after = if after == Requester::default() { Requester { name: erased(), email: None } } else { after };
    let mut draft = Draft::new(case, definition, by, at);
    // What it was before is not said again.
    draft.record(Fact::RequesterChanged { before: None, after: Some(after) });
    Ok(draft.decided(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::definition::model::Status;
    use casewright_journal::{Aggregate, AggregateKey, EntryMeta, TenantId};

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn definition() -> CaseDefinition {
        serde_json::from_value(serde_json::json!({
            "name": "Claim", "caseNumberPrefix": "CLM", "stages": [{"id": "new", "name": "New"}],
            "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "done", "name": "Done", "kind": "closed"}],
            "retention": {"period": "P1D"}
        }))
        .unwrap()
    }

    fn case(closed: bool) -> Case {
        let key = AggregateKey::new(&TenantId::default(), Case::KIND, "c-1");
        let kind = if closed { StatusKind::Closed } else { StatusKind::Open };
        let status = Status { id: "x".to_owned(), name: "X".to_owned(), kind };
        let dispose_at = closed.then(|| at("2026-01-02T00:00:00Z").into());
        let requester = Some(Requester { name: Some("Mia".to_owned()), email: Some("Mia@example.org".to_owned()) });
        Case { number: "CLM-000001".to_owned(), status, dispose_at, requester, ..Case::empty(&key) }
    }

    fn anna() -> Person {
        Person::new("anna", "Anna")
    }

    fn folded<T>(mut case: Case, decision: &Decision<CaseEvent, T>) -> Case {
        let key = AggregateKey::new(&TenantId::default(), Case::KIND, "c-1");
        for event in &decision.events {
            let meta = EntryMeta {
                key: key.clone(),
                seq: 1,
                at: at("2026-01-03T00:00:00Z"),
                actor: "".into(),
                cause: "".into(),
            };
            case.apply(event, &meta);
        }
        case
    }

    fn disposal(cause: DisposalCause) -> CaseDisposal {
        CaseDisposal { id: "d-1".to_owned(), cause, by: anna() }
    }

    #[test]
    fn a_hold_stands_until_it_is_lifted_with_a_reason() {
        let (definition, now) = (definition(), at("2026-01-03T00:00:00Z"));
        let placed = place_hold(&case(true), &definition, "h-1", " lawsuit ", &anna(), now).unwrap();
        let held = folded(case(true), &placed);
        assert_eq!(held.holds[0].reason, "lawsuit");
        assert!(place_hold(&held, &definition, "h-1", "again", &anna(), now).unwrap().events.is_empty());
        let begun = begin_disposal(&held, &definition, &disposal(DisposalCause::Person), &anna(), now);
        assert_eq!(begun.unwrap_err(), CaseRejection::OnHold);
        let erased = redact_requester(&held, &definition, "mia@example.org", &anna(), now);
        assert_eq!(erased.unwrap_err(), CaseRejection::OnHold);
        assert!(matches!(lift_hold(&held, &definition, "h-1", " ", &anna(), now), Err(CaseRejection::Invalid(_))));
        let unknown = lift_hold(&held, &definition, "h-2", "over", &anna(), now);
        assert_eq!(unknown.unwrap_err(), CaseRejection::HoldNotFound);
        let lifted = folded(held.clone(), &lift_hold(&held, &definition, "h-1", "over", &anna(), now).unwrap());
        assert!(lifted.holds.is_empty());
    }

    #[test]
    fn policy_waits_for_its_time_and_a_person_does_not() {
        let definition = definition();
        let begin = |cause, now| begin_disposal(&case(true), &definition, &disposal(cause), &anna(), at(now)).unwrap();
        assert!(!begin(DisposalCause::Policy, "2026-01-01T23:59:59Z").answer);
        assert!(begin(DisposalCause::Policy, "2026-01-02T00:00:00Z").answer);
        assert!(begin(DisposalCause::Person, "2026-01-01T00:00:00Z").answer);
        let open = begin_disposal(
            &case(false),
            &definition,
            &disposal(DisposalCause::Person),
            &anna(),
            at("2026-01-03T00:00:00Z"),
        );
        assert_eq!(open.unwrap_err(), CaseRejection::NotClosed);
    }

    #[test]
    fn a_case_that_goes_takes_nothing_any_more_and_is_gone_in_the_end() {
        let (definition, now) = (definition(), at("2026-01-03T00:00:00Z"));
        let begun = begin_disposal(&case(true), &definition, &disposal(DisposalCause::Person), &anna(), now).unwrap();
        let going = folded(case(true), &begun);
        let again = begin_disposal(&going, &definition, &disposal(DisposalCause::Person), &anna(), now).unwrap();
        assert!(again.answer && again.events.is_empty());
        let other = CaseDisposal { id: "d-2".to_owned(), ..disposal(DisposalCause::Policy) };
        assert!(!begin_disposal(&going, &definition, &other, &anna(), now).unwrap().answer);
        assert_eq!(
            place_hold(&going, &definition, "h-1", "late", &anna(), now).unwrap_err(),
            CaseRejection::BeingDisposed
        );
        assert!(forget(&going, "d-2", Vec::new()).unwrap().events.is_empty());
        let gone = folded(going.clone(), &forget(&going, "d-1", Vec::new()).unwrap());
        assert!(!gone.exists());
        assert!(forget(&gone, "d-1", Vec::new()).unwrap().events.is_empty());
    }

    #[test]
    fn who_is_erased_is_not_named_again_by_the_event_that_says_so() {
        let (definition, now) = (definition(), at("2026-01-03T00:00:00Z"));
        let decided = redact_requester(&case(false), &definition, "mia@EXAMPLE.org", &anna(), now).unwrap();
        assert!(decided.answer);
        assert!(!serde_json::to_string(&decided.events).unwrap().to_lowercase().contains("mia"));
        let erased = folded(case(false), &decided);
        assert_eq!(erased.requester, Some(Requester { name: Some(ERASED.to_owned()), email: None }));
        assert!(!redact_requester(&erased, &definition, "mia@example.org", &anna(), now).unwrap().answer);
    }
}
