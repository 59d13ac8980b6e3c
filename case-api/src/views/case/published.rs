//! What other rooms hear and read of a case, held against what this room writes.
//!
//! [`casewright_contracts`] has the types. The row is made of the case's state here, for who has the state at hand; the view's
//! projector writes it from the facts. The tests say that both are one, and that facts read back as others read them.

use crate::domain::case::Case;
use casewright_contracts::CaseRow;

impl From<&Case> for CaseRow {
    fn from(case: &Case) -> Self {
        Self {
            id: case.id.clone(),
            number: case.number.clone(),
            title: case.title.clone(),
            definition: case.definition.clone(),
            stage: case.stage.id.clone(),
            status: case.status.id.clone(),
            queue: case.queue.clone(),
            assignee: case.assignee.as_ref().map(|person| person.id.clone()),
            created_by: Some(case.created_by.id.clone()),
            restricted_to: case.restricted_to.clone(),
            labels: case.labels.iter().cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::ad_hoc_task::{AdHocTask, AdHocTaskState};
    use crate::domain::case::event::{CaseEvent, Fact};
    use crate::domain::definition::model::{Status, StatusKind};
    use crate::domain::definition::stage::StageRef;
    use crate::domain::person::{Origin, OriginKind, Person};
    use crate::views::case::changes;
    use casewright_contracts::case::{
        AdHocTask as PublishedTask, Person as PublishedPerson, Stage as PublishedStage, Status as PublishedStatus,
    };
    use casewright_contracts::{CaseEvent as Published, CaseFact, kinds};
    use casewright_journal::{Aggregate, AggregateKey, Document, EntryMeta, TenantId};
    use jiff::Timestamp;
    use serde_json::{Map, json};

    fn stage(id: &str) -> StageRef {
        StageRef { id: id.to_owned(), name: format!("Stage {id}") }
    }

    fn moved(from: &str, to: &str) -> Fact {
        let (from, to) = (stage(from), stage(to));
        Fact::StageChanged { from, to, reason: None, skipped: Vec::new(), is_automatic: false, rests: false }
    }

    fn status(id: &str, kind: StatusKind) -> Status {
        Status { id: id.to_owned(), name: id.to_owned(), kind }
    }

    fn anna() -> Person {
        Person::new("anna", "Anna Meyer")
    }

    fn created() -> Fact {
        Fact::CaseCreated {
            number: "CLM-000001".to_owned(),
            definition: "claim".to_owned(),
            definition_name: "Claim".to_owned(),
            definition_version: 1,
            title: "Water".to_owned(),
            stage: stage("new"),
            status: status("open", StatusKind::Open),
            queue: Some("claims".to_owned()),
            assignee: Some(anna()),
            requester: None,
            priority: 50,
            fields: Map::new(),
            origin: Origin { kind: OriginKind::Api, reference: None },
            restricted_to: Some(vec!["legal".to_owned()]),
        }
    }

    fn task() -> AdHocTask {
        AdHocTask {
            id: "t-1".to_owned(),
            title: "Look".to_owned(),
            description: None,
            assignee: Some(anna()),
            group: Some("claims".to_owned()),
            due_at: None,
            checklist: Vec::new(),
            state: AdHocTaskState::Open,
            created_at: Timestamp::UNIX_EPOCH.into(),
            created_by: anna(),
            ended: None,
        }
    }

    fn published_task(assignee: PublishedPerson) -> PublishedTask {
        let (id, title) = ("t-1".to_owned(), "Look".to_owned());
        PublishedTask { id, title, assignee: Some(assignee), group: Some("claims".to_owned()) }
    }

    fn published(fact: Fact) -> Option<CaseFact> {
        let (name, event) = (fact.name(), CaseEvent { by: Person::system("rules"), fact });
        let payload = serde_json::to_vec(&event).unwrap();
        let published = Published::read(name, &payload).unwrap()?;
        assert_eq!(published.by, PublishedPerson { id: "system:rules".to_owned(), name: "Casewright".to_owned() });
        Some(published.fact)
    }

    #[test]
    fn facts_read_back_as_other_rooms_read_them() {
        let text = str::to_owned;
        let as_published = || PublishedPerson { id: text("anna"), name: text("Anna Meyer") };
        let (clocks, mentions) = (Vec::new(), vec![text("ben")]);
        let both = [
            (created(), CaseFact::CaseCreated { assignee: Some(as_published()) }),
            (Fact::Assigned { from: None, to: Some(anna()) }, CaseFact::Assigned { to: Some(as_published()) }),
            (moved("new", "review"), CaseFact::StageChanged { to: PublishedStage { name: text("Stage review") } }),
            (
                Fact::CommentAdded {
                    comment_id: text("1"),
                    body: text("x"),
                    mentions: mentions.clone(),
                    mail_id: None,
                },
                CaseFact::CommentAdded { mentions: mentions.clone() },
            ),
            (
                Fact::CommentEdited { comment_id: text("1"), body: text("x"), mentions: mentions.clone() },
                CaseFact::CommentEdited { mentions },
            ),
            (
                Fact::MailReceived {
                    mail_id: text("m"),
                    from: text("a@b.example"),
                    subject: text("Hello"),
                    unread: 1,
                    files: Vec::new(),
                },
                CaseFact::MailReceived { subject: text("Hello") },
            ),
            (
                Fact::MailSent { mail_id: text("m"), to: vec![text("a@b.example")], subject: text("Hello") },
                CaseFact::MailSent { subject: text("Hello") },
            ),
            (
                Fact::StatusChanged {
                    from: status("open", StatusKind::Open),
                    to: status("done", StatusKind::Closed),
                    reason: None,
                    urgency: None,
                    resolution: None,
                    dispose_at: None,
                },
                CaseFact::StatusChanged { to: PublishedStatus { name: status("done", StatusKind::Closed).name } },
            ),
            (
                Fact::SlaAtRisk {
                    sla: text("first"),
                    name: text("First answer"),
                    clocks: clocks.clone(),
                    urgency: None,
                },
                CaseFact::SlaAtRisk { name: text("First answer") },
            ),
            (
                Fact::SlaBreached { sla: text("first"), name: text("First answer"), clocks, urgency: None },
                CaseFact::SlaBreached { name: text("First answer") },
            ),
            (
                Fact::Notified { to: vec![text("ben")], groups: vec![text("queue:claims")], template: text("late") },
                CaseFact::Notified {
                    to: vec![text("ben")],
                    groups: vec![text("queue:claims")],
                    template: text("late"),
                },
            ),
            (
                Fact::AdHocTaskAdded { task: task(), open: 1 },
                CaseFact::AdHocTaskAdded { task: published_task(as_published()) },
            ),
            (
                Fact::AdHocTaskAssigned { task: task(), open: 1 },
                CaseFact::AdHocTaskAssigned { task: published_task(as_published()) },
            ),
        ];
        for (fact, expected) in both {
            assert_eq!(published(fact), Some(expected));
        }
        assert_eq!(published(Fact::TitleChanged { before: text("a"), after: text("b") }), None);
    }

    #[test]
    fn the_row_that_facts_write_is_the_row_of_the_state() {
        let facts = [
            created(),
            Fact::TitleChanged { before: "Water".to_owned(), after: "Fire".to_owned() },
            moved("new", "review"),
            Fact::StatusChanged {
                from: status("open", StatusKind::Open),
                to: status("done", StatusKind::Closed),
                reason: None,
                urgency: None,
                resolution: None,
                dispose_at: None,
            },
            Fact::QueueChanged { from: Some("claims".to_owned()), to: None },
            Fact::Assigned { from: Some(anna()), to: Some(Person::new("ben", "Ben Okafor")) },
            Fact::Assigned { from: Some(anna()), to: None },
            Fact::LabelsChanged {
                added: vec!["urgent".to_owned()],
                removed: Vec::new(),
                labels: vec!["late".to_owned(), "urgent".to_owned()],
            },
        ];
        let key = AggregateKey::new(&TenantId::default(), kinds::CASE, "c-1");
        let (mut case, mut row) = (Case::empty(&key), Document::new());
        for (seq, fact) in (1..).zip(facts) {
            let event = CaseEvent { by: anna(), fact };
            let meta =
                EntryMeta { key: key.clone(), seq, at: Timestamp::UNIX_EPOCH, actor: "anna".into(), cause: "".into() };
            case.apply(&event, &meta);
            row.extend(changes::of(&event, &meta).into_document());
            assert_eq!(CaseRow::read(&row), Ok(CaseRow::from(&case)), "after {}", event.fact.name());
        }
        assert_eq!(row["restrictedTo"], json!(["legal"]));
    }
}
