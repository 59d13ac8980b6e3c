//! What of a case can be found, of a record and of a person.

use super::contents::Ready;
use super::story::{Letter, Story};
use crate::domain::case::Case;
use crate::domain::case::ad_hoc_task::{AdHocTask, AdHocTaskState};
use crate::domain::person::Person;
use crate::domain::record::{Record, RecordType};
use crate::views::case::fields_text;
use casewright_contracts::UserRow;
use casewright_journal::TenantId;
use casewright_search::{
    Batch, CaseFacts, Content, Document, Facts, Index, IndexError, Kind, Named, RecordFacts, Scope, Thing, Whole,
    WholeDocuments, Work, extract,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// `reads_files`: there is somebody who reads the text of files.
pub(super) fn of_case(tenant: TenantId, story: &Story, reads_files: bool) -> WholeDocuments {
    let case = &story.case;
    let mut documents = vec![itself(case)];
    documents.extend(comments(story));
    documents.extend(mails(story));
    documents.extend(files(case, reads_files));
    documents.extend(user_tasks(case));
    documents.extend(case.ad_hoc_tasks.iter().filter(|task| task.state != AdHocTaskState::Moved).map(ad_hoc_task));
    WholeDocuments { tenant, whole: Whole::case(&case.id), facts: Facts::Case(facts(case)), documents }
}

/// `of`: its type, as far as there is one.
pub(super) fn of_record(tenant: TenantId, id: &str, record: &Record, of: Option<&RecordType>) -> WholeDocuments {
    let at = |at: Option<casewright_instant::Instant>| at.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp());
    let type_name = of.map_or(record.record_type.as_str(), |of| of.content.name.as_str());
    let document = Document {
        title: record.title.clone(),
        text: fields_text(&record.fields),
        about: type_name.to_owned(),
        from: record.created_by.as_ref().map(person).unwrap_or_default(),
        ..document(Kind::Record, id, at(record.updated_at))
    };
    let facts = RecordFacts {
        of: Named::new(&record.record_type, type_name),
        fields: record.fields.clone(),
        created_by: record.created_by.as_ref().map(|by| by.id.clone()),
        updated: at(record.updated_at),
    };
    let whole = Whole::new(Scope::Record, id);
    WholeDocuments { tenant, whole, facts: Facts::Record(facts), documents: vec![document] }
}

/// Found by name, address and id. When they came nobody says.
pub(super) fn of_person(tenant: TenantId, user: UserRow) -> WholeDocuments {
    let whole = Whole::new(Scope::Person, &user.id);
    let document = Document {
        text: format!("{}\n{}", user.email, user.id),
        title: if user.name.is_empty() { user.id.clone() } else { user.name },
        ..document(Kind::Person, &user.id, Timestamp::UNIX_EPOCH)
    };
    WholeDocuments { tenant, whole, facts: Facts::Person, documents: vec![document] }
}

/// Puts in what was fetched of other rooms, now or before.
pub(super) fn complete(index: &dyn Index, batch: &mut Batch, ready: &Ready) -> Result<(), IndexError> {
    for whole in &mut batch.wholes {
        for document in &mut whole.documents {
            if document.content != Content::Awaited {
                continue;
            }
            let known = match ready.get(&whole.tenant, &whole.whole, document) {
                Some(known) => Some(known.clone()),
                None => index.known(&whole.tenant, &whole.whole, document.kind, &document.id)?,
            };
            let Some(known) = known.filter(|known| known.content != Content::Awaited) else {
                continue;
            };
            document.content = known.content;
            document.text = known.text;
            document.has.extend(known.has);
            if document.kind == Kind::Mail && known.content == Content::Known {
                document.title = known.title;
                document.from = known.from;
            }
        }
    }
    Ok(())
}

fn facts(case: &Case) -> CaseFacts {
    CaseFacts {
        number: case.number.clone(),
        definition: Named::new(&case.definition, &case.definition_name),
        stage: Named::new(&case.stage.id, &case.stage.name),
        status: Named::new(&case.status.id, &case.status.name),
        status_kind: case.status.kind.as_str().to_owned(),
        queue: case.queue.clone(),
        assignee: case.assignee.as_ref().map(|assignee| Named::new(&assignee.id, &assignee.name)),
        priority: case.priority,
        labels: case.labels.iter().cloned().collect(),
        fields: case.fields.clone(),
        restricted_to: case.restricted_to.clone(),
        created_by: case.created_by.id.clone(),
        updated: case.updated_at,
    }
}

fn itself(case: &Case) -> Document {
    let mut has = BTreeSet::new();
    has.extend((!case.documents.is_empty()).then_some(Thing::Attachment));
    has.extend(case.comments.values().any(|comment| !comment.is_deleted).then_some(Thing::Comment));
    has.extend((!case.mails.is_empty()).then_some(Thing::Mail));
    let requester = case.requester.as_ref();
    let mut from: Vec<String> =
        requester.into_iter().flat_map(|who| [&who.email, &who.name]).flatten().cloned().collect();
    if from.is_empty() {
        from = person(&case.created_by);
    }
    let mut text = fields_text(&case.fields);
    for part in requester.into_iter().flat_map(|who| [&who.name, &who.email]).flatten().chain(&case.close_reason) {
        text.push('\n');
        text.push_str(part);
    }
    let mut about = vec![case.definition_name.as_str(), &case.stage.name, &case.status.name];
    about.extend(case.queue.as_deref());
    about.extend(case.assignee.as_ref().map(|assignee| assignee.name.as_str()));
    about.extend(case.labels.iter().map(String::as_str));
    Document {
        title: case.title.clone(),
        text,
        about: about.join("\n"),
        from,
        has,
        ..document(Kind::Case, &case.id, case.created_at)
    }
}

fn comments(story: &Story) -> impl Iterator<Item = Document> {
    story.case.comments.iter().filter(|(_, comment)| !comment.is_deleted).map(|(id, comment)| Document {
        text: comment.body.clone(),
        from: person(&comment.author),
        ..document(Kind::Comment, id, story.comments.get(id).copied().unwrap_or(story.case.created_at))
    })
}

fn mails(story: &Story) -> impl Iterator<Item = Document> {
    let known = |id: &String| Some((id.clone(), story.mails.get(id)?));
    story.case.mails.iter().filter_map(known).map(|(id, Letter { at, subject, from })| Document {
        source: id.clone(),
        title: subject.clone(),
        from: from.iter().cloned().collect(),
        content: Content::Awaited,
        ..document(Kind::Mail, &id, *at)
    })
}

fn files(case: &Case, reads_files: bool) -> impl Iterator<Item = Document> {
    case.documents.iter().map(move |file| {
        let media_type = file.content_type.as_deref().unwrap_or_default();
        let is_read = reads_files && extract::is_readable(&file.name, media_type);
        Document {
            source: file.file_id.clone(),
            title: file.name.clone(),
            from: person(&file.added_by),
            has: BTreeSet::from([Thing::Attachment]),
            content: if is_read { Content::Awaited } else { Content::Known },
            ..document(Kind::File, &file.id, file.added_at.timestamp())
        }
    })
}

/// User tasks of processes that are open.
fn user_tasks(case: &Case) -> impl Iterator<Item = Document> {
    case.tasks.iter().map(|(id, task)| Document {
        title: task.name.clone(),
        work: Some(Work { is_open: true, assignee: task.assignee.as_deref().map(|id| Named::new(id, id)) }),
        ..document(Kind::Task, id, case.updated_at)
    })
}

/// A task that somebody added by hand, also when it has ended.
fn ad_hoc_task(task: &AdHocTask) -> Document {
    let mut text = task.description.clone().unwrap_or_default();
    for item in &task.checklist {
        text.push('\n');
        text.push_str(&item.title);
    }
    let assignee = task.assignee.as_ref().map(|assignee| Named::new(&assignee.id, &assignee.name));
    Document {
        title: task.title.clone(),
        text,
        from: person(&task.created_by),
        work: Some(Work { is_open: task.is_open(), assignee }),
        ..document(Kind::Task, &task.id, task.created_at.timestamp())
    }
}

fn person(person: &Person) -> Vec<String> {
    vec![person.id.clone(), person.name.clone()]
}

fn document(kind: Kind, id: &str, at: Timestamp) -> Document {
    Document {
        kind,
        id: id.to_owned(),
        source: String::new(),
        title: String::new(),
        text: String::new(),
        about: String::new(),
        from: Vec::new(),
        at,
        has: BTreeSet::new(),
        work: None,
        content: Content::Known,
    }
}
