//! The aggregate `disposal`: from the wish, or from the day on which a case is due, to the certificate.
//!
//! Every step may be made again and changes nothing then: what carries a disposal out comes at least once.

use super::certificate::{DisposedCase, Kept, Owned, Removed};
use crate::domain::case::hold::DisposalCause;
use crate::domain::case::merge::NamedCase;
use crate::domain::person::Person;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum DisposalTarget {
    Case {
        case: NamedCase,
    },
    /// Whom the request names; nothing here does.
    Person,
}

/// Where a disposal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DisposalPhase {
    /// Somebody else has to approve it.
    #[default]
    Requested,
    /// Nothing stops it any more, but for a hold on a case whose turn has not come.
    Running,
    /// All that can be deleted is.
    Done,
    /// Somebody said no, or took it back.
    Refused,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disposal {
    /// None: there is no such disposal.
    pub(crate) target: Option<DisposalTarget>,
    pub(crate) cause: Option<DisposalCause>,
    pub(crate) phase: DisposalPhase,
    pub(crate) asked_by: Option<Person>,
    pub(crate) asked_at: Option<Instant>,
    /// Who approved or refused it.
    pub(crate) decided_by: Option<Person>,
    pub(crate) decided_at: Option<Instant>,
    pub(crate) plan: Option<Plan>,
    /// By the id of the case: what it owns.
    pub(crate) lists: BTreeMap<String, Owned>,
    pub(crate) disposed: Vec<DisposedCase>,
    /// Cases in which the person is not named any more.
    pub(crate) redacted: Vec<NamedCase>,
    /// What of no case was deleted.
    pub(crate) loose: Option<Removed>,
    pub(crate) kept: Vec<Kept>,
    pub(crate) ended_at: Option<Instant>,
}

/// What a disposal is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    /// To be deleted.
    pub(crate) cases: Vec<NamedCase>,
    /// Of no case, to be deleted.
    pub(crate) loose: Owned,
    pub(crate) redacted: Vec<NamedCase>,
    pub(crate) kept: Vec<Kept>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum DisposalEvent {
    DisposalRequested {
        target: DisposalTarget,
        by: Person,
    },
    DisposalApproved {
        by: Person,
    },
    DisposalRefused {
        by: Person,
    },
    /// The time of a case is over.
    DisposalOrdered {
        case: NamedCase,
        by: Person,
    },
    DisposalPlanned {
        plan: Plan,
    },
    DisposalListed {
        case: String,
        list: Owned,
    },
    DisposalOfCaseDone {
        case: DisposedCase,
        kept: Vec<Kept>,
    },
    DisposalOfLooseDone {
        removed: Removed,
    },
    DisposalOfCaseKept {
        kept: Kept,
    },
    DisposalDone {},
}

/// Why a wish about a disposal is not granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DisposalRejection {
    #[error("there is no such disposal")]
    NotFound,
    #[error("it was decided already")]
    NotWaiting,
    #[error("who asked for it does not approve it")]
    FourEyes,
}

type Decided<T = ()> = Result<Decision<DisposalEvent, T>, DisposalRejection>;

fn of<T>(events: Vec<DisposalEvent>, answer: T) -> Decided<T> {
    Ok(Decision { events, answer })
}

impl Aggregate for Disposal {
    type Event = DisposalEvent;
    const KIND: &'static str = "disposal";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        let at = Some(Instant::from(meta.at));
        match event {
            DisposalEvent::DisposalRequested { target, by } => {
                self.target = Some(target.clone());
                self.cause = Some(DisposalCause::Person);
                (self.asked_by, self.asked_at) = (Some(by.clone()), at);
            }
            DisposalEvent::DisposalApproved { by } => {
                self.phase = DisposalPhase::Running;
                (self.decided_by, self.decided_at) = (Some(by.clone()), at);
            }
            DisposalEvent::DisposalRefused { by } => {
                self.phase = DisposalPhase::Refused;
                (self.decided_by, self.decided_at) = (Some(by.clone()), at);
                self.ended_at = at;
            }
            DisposalEvent::DisposalOrdered { case, by } => {
                self.target = Some(DisposalTarget::Case { case: case.clone() });
                self.cause = Some(DisposalCause::Policy);
                self.phase = DisposalPhase::Running;
                (self.asked_by, self.asked_at) = (Some(by.clone()), at);
                self.plan = Some(Plan { cases: vec![case.clone()], ..Plan::default() });
            }
            DisposalEvent::DisposalPlanned { plan } => {
                self.redacted.clone_from(&plan.redacted);
                self.kept.clone_from(&plan.kept);
                self.plan = Some(plan.clone());
            }
            DisposalEvent::DisposalListed { case, list } => {
                self.lists.insert(case.clone(), list.clone());
            }
            DisposalEvent::DisposalOfCaseDone { case, kept } => {
                self.disposed.push(case.clone());
                self.kept.extend(kept.iter().cloned());
            }
            DisposalEvent::DisposalOfLooseDone { removed } => self.loose = Some(*removed),
            DisposalEvent::DisposalOfCaseKept { kept } => self.kept.push(kept.clone()),
            DisposalEvent::DisposalDone {} => {
                self.phase = DisposalPhase::Done;
                self.ended_at = at;
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            DisposalEvent::DisposalRequested { .. } => "disposal-requested",
            DisposalEvent::DisposalApproved { .. } => "disposal-approved",
            DisposalEvent::DisposalRefused { .. } => "disposal-refused",
            DisposalEvent::DisposalOrdered { .. } => "disposal-ordered",
            DisposalEvent::DisposalPlanned { .. } => "disposal-planned",
            DisposalEvent::DisposalListed { .. } => "disposal-listed",
            DisposalEvent::DisposalOfCaseDone { .. } => "disposal-of-case-done",
            DisposalEvent::DisposalOfLooseDone { .. } => "disposal-of-loose-done",
            DisposalEvent::DisposalOfCaseKept { .. } => "disposal-of-case-kept",
            DisposalEvent::DisposalDone {} => "disposal-done",
        }
    }
}

impl Disposal {
    /// Somebody asks for it; asked again, nothing happens.
    pub(crate) fn request(&self, target: &DisposalTarget, by: &Person) -> Decided {
        let asked = || DisposalEvent::DisposalRequested { target: target.clone(), by: by.clone() };
        of(self.target.is_none().then(asked).into_iter().collect(), ())
    }

    /// Somebody else approves it.
    pub(crate) fn approve(&self, by: &Person) -> Decided {
        self.must_wait()?;
        if self.is_of(by) {
            return Err(DisposalRejection::FourEyes);
        }
        of(vec![DisposalEvent::DisposalApproved { by: by.clone() }], ())
    }

    /// Somebody says no; who asked for it may, too.
    pub(crate) fn refuse(&self, by: &Person) -> Decided {
        self.must_wait()?;
        of(vec![DisposalEvent::DisposalRefused { by: by.clone() }], ())
    }

    /// The time of a case is over.
    pub(crate) fn order(&self, case: &NamedCase, by: &Person) -> Decided {
        let ordered = || DisposalEvent::DisposalOrdered { case: case.clone(), by: by.clone() };
        of(self.target.is_none().then(ordered).into_iter().collect(), ())
    }

    /// What it is to do is known; the answer is what was said of it first. A plan of nothing is done at once.
    pub(crate) fn planned(&self, plan: &Plan) -> Decided<Plan> {
        if let Some(known) = &self.plan {
            return of(Vec::new(), known.clone());
        }
        self.and_done(vec![DisposalEvent::DisposalPlanned { plan: plan.clone() }], plan.clone())
    }

    /// What a case owns, as was found now; the answer is all that was ever found.
    pub(crate) fn list(&self, case: &str, found: &Owned) -> Decided<Owned> {
        let known = self.lists.get(case).cloned();
        let all = known.clone().unwrap_or_default().and(found.clone());
        let is_new = known.as_ref() != Some(&all);
        let listed = || DisposalEvent::DisposalListed { case: case.to_owned(), list: all.clone() };
        of(is_new.then(listed).into_iter().collect(), all)
    }

    /// All that a case owned is deleted.
    pub(crate) fn case_done(&self, case: &DisposedCase, kept: &[Kept]) -> Decided {
        if self.is_settled(&case.case.id) {
            return of(Vec::new(), ());
        }
        self.and_done(vec![DisposalEvent::DisposalOfCaseDone { case: case.clone(), kept: kept.to_vec() }], ())
    }

    /// What belongs to no case is deleted.
    pub(crate) fn loose_done(&self, removed: Removed) -> Decided {
        if self.loose.is_some() {
            return of(Vec::new(), ());
        }
        self.and_done(vec![DisposalEvent::DisposalOfLooseDone { removed }], ())
    }

    /// A case that was to be deleted stays.
    pub(crate) fn case_kept(&self, kept: &Kept) -> Decided {
        if kept.case.as_ref().is_none_or(|case| self.is_settled(&case.id)) {
            return of(Vec::new(), ());
        }
        self.and_done(vec![DisposalEvent::DisposalOfCaseKept { kept: kept.clone() }], ())
    }

    fn must_wait(&self) -> Result<(), DisposalRejection> {
        if self.target.is_none() {
            return Err(DisposalRejection::NotFound);
        }
        if self.phase == DisposalPhase::Requested { Ok(()) } else { Err(DisposalRejection::NotWaiting) }
    }

    /// Whether this person asked for it. Two accounts of different providers may have one id.
    fn is_of(&self, by: &Person) -> bool {
        self.asked_by.as_ref().is_some_and(|asked| asked.id == by.id && asked.issuer == by.issuer)
    }

    /// Whether it is said what became of a case.
    pub(crate) fn is_settled(&self, case: &str) -> bool {
        let is_kept =
            |kept: &Kept| kept.what == super::KeptWhat::Case && kept.case.as_ref().is_some_and(|of| of.id == case);
        self.disposed.iter().any(|done| done.case.id == case) || self.kept.iter().any(is_kept)
    }

    /// The events, and the end where nothing is left to be done.
    fn and_done<T>(&self, mut events: Vec<DisposalEvent>, answer: T) -> Decided<T> {
        let mut after = self.clone();
        let key = AggregateKey::new(&casewright_journal::TenantId::default(), Self::KIND, "");
        let meta = EntryMeta { key, seq: 0, at: jiff::Timestamp::UNIX_EPOCH, actor: "".into(), cause: "".into() };
        events.iter().for_each(|event| after.apply(event, &meta));
        let is_over = after.plan.as_ref().is_some_and(|plan| {
            let nothing_loose = plan.loose.mails.is_empty() || after.loose.is_some();
            nothing_loose && plan.cases.iter().all(|case| after.is_settled(&case.id))
        });
        if is_over && after.phase != DisposalPhase::Done {
            events.push(DisposalEvent::DisposalDone {});
        }
        of(events, answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::disposal::{KeptWhat, NotErasedBecause};
    use casewright_journal::TenantId;

    fn anna() -> Person {
        Person::new("anna", "Anna")
    }

    fn ben() -> Person {
        Person::new("ben", "Ben")
    }

    fn named(id: &str) -> NamedCase {
        NamedCase { id: id.to_owned(), number: format!("CLM-{id}") }
    }

    fn then<T>(mut disposal: Disposal, decided: Decided<T>) -> Disposal {
        let key = AggregateKey::new(&TenantId::default(), Disposal::KIND, "d-1");
        let meta = EntryMeta { key, seq: 1, at: jiff::Timestamp::UNIX_EPOCH, actor: "".into(), cause: "".into() };
        decided.unwrap().events.iter().for_each(|event| disposal.apply(event, &meta));
        disposal
    }

    fn approved() -> Disposal {
        let asked = Disposal::default();
        let asked = then(asked.clone(), asked.request(&DisposalTarget::Person, &anna()));
        then(asked.clone(), asked.approve(&ben()))
    }

    fn done(id: &str) -> DisposedCase {
        let removed = Removed::default();
        DisposedCase {
            case: named(id),
            definition: "claim".to_owned(),
            closed_at: None,
            removed,
            sha256: String::new(),
        }
    }

    #[test]
    fn who_asked_does_not_approve_and_nobody_decides_twice() {
        let nothing = Disposal::default();
        assert_eq!(nothing.approve(&ben()).unwrap_err(), DisposalRejection::NotFound);
        let asked = then(nothing.clone(), nothing.request(&DisposalTarget::Person, &anna()));
        assert!(asked.request(&DisposalTarget::Person, &ben()).unwrap().events.is_empty());
        assert_eq!(asked.approve(&anna()).unwrap_err(), DisposalRejection::FourEyes);
        let abroad = Person { issuer: Some("other".to_owned()), ..anna() };
        assert!(asked.approve(&abroad).is_ok());
        let running = then(asked.clone(), asked.approve(&ben()));
        assert_eq!(running.phase, DisposalPhase::Running);
        assert_eq!(running.refuse(&anna()).unwrap_err(), DisposalRejection::NotWaiting);
        let refused = then(asked.clone(), asked.refuse(&anna()));
        assert_eq!(
            (refused.phase, refused.approve(&ben()).unwrap_err()),
            (DisposalPhase::Refused, DisposalRejection::NotWaiting)
        );
    }

    #[test]
    fn it_is_done_when_every_case_is_gone_or_kept() {
        let running = approved();
        let plan = Plan { cases: vec![named("1"), named("2")], ..Plan::default() };
        let running = then(running.clone(), running.planned(&plan));
        assert_eq!(running.planned(&Plan::default()).unwrap().answer, plan);
        let half = then(running.clone(), running.case_done(&done("1"), &[]));
        assert_eq!(half.phase, DisposalPhase::Running);
        assert!(half.case_done(&done("1"), &[]).unwrap().events.is_empty());
        let kept = Kept { case: Some(named("2")), what: KeptWhat::Case, because: NotErasedBecause::OnHold, count: 1 };
        let over = then(half.clone(), half.case_kept(&kept));
        assert_eq!((over.phase, over.disposed.len(), over.kept.len()), (DisposalPhase::Done, 1, 1));
        assert!(over.case_kept(&kept).unwrap().events.is_empty());
    }

    #[test]
    fn what_belongs_to_no_case_has_to_go_as_well() {
        let running = approved();
        let loose = Owned { mails: ["m-1".to_owned()].into(), ..Owned::default() };
        let running = then(running.clone(), running.planned(&Plan { loose, ..Plan::default() }));
        assert_eq!(running.phase, DisposalPhase::Running);
        let over = then(running.clone(), running.loose_done(Removed { mails: 1, ..Removed::default() }));
        assert_eq!(over.phase, DisposalPhase::Done);
        let nothing = approved();
        assert_eq!(then(nothing.clone(), nothing.planned(&Plan::default())).phase, DisposalPhase::Done);
    }

    #[test]
    fn what_was_found_once_stays_on_the_list_though_it_is_gone() {
        let running = approved();
        let found = Owned { files: ["f-1".to_owned()].into(), ..Owned::default() };
        let listed = then(running.clone(), running.list("1", &found));
        let again = listed.list("1", &Owned::default()).unwrap();
        assert!(again.events.is_empty());
        assert_eq!(again.answer, found);
    }
}
