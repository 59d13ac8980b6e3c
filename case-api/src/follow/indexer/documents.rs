//! What of a case can be found.

use super::contents::Ready;
use super::story::{Letter, Story};
use crate::domain::case::Case;
use crate::domain::person::Person;
use crate::views::case::fields_text;
use casewright_journal::TenantId;
use casewright_search::{
    Batch, CaseDocuments, CaseFacts, Content, Document, Index, IndexError, Kind, Named, Thing, extract,
};
use std::collections::BTreeSet;

/// `reads_files`: there is somebody who reads the text of files.
pub(super) fn of(tenant: TenantId, story: &Story, reads_files: bool) -> CaseDocuments {
    let case = &story.case;
    let mut documents = vec![itself(case)];
    documents.extend(comments(story));
    documents.extend(mails(story));
    documents.extend(files(case, reads_files));
    CaseDocuments { tenant, case: case.id.clone(), facts: facts(case), documents }
}

/// Puts in what was fetched of other rooms, now or before.
pub(super) fn complete(index: &dyn Index, batch: &mut Batch, ready: &Ready) -> Result<(), IndexError> {
    for case in &mut batch.cases {
        for document in &mut case.documents {
            if document.content != Content::Awaited {
                continue;
            }
            let known = match ready.get(&case.tenant, &case.case, document) {
                Some(known) => Some(known.clone()),
                None => index.known(&case.tenant, &case.case, document.kind, &document.id)?,
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

fn person(person: &Person) -> Vec<String> {
    vec![person.id.clone(), person.name.clone()]
}

fn document(kind: Kind, id: &str, at: jiff::Timestamp) -> Document {
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
        content: Content::Known,
    }
}
