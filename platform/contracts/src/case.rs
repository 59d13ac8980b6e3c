//! Events and rows of cases, as far as other rooms read them, and what policies are told of a case.

use crate::views;
use casewright_rows::Row;
use serde::{Deserialize, Serialize};

/// Something that happened in a case, and who did it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CaseEvent {
    pub by: Person,
    #[serde(flatten)]
    pub fact: CaseFact,
}

/// What happened in a case: the facts that other rooms hear.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum CaseFact {
    CaseCreated {
        assignee: Option<Person>,
    },
    Assigned {
        to: Option<Person>,
    },
    StageChanged {
        to: Stage,
    },
    StatusChanged {
        to: Status,
    },
    /// `mentions` are user ids, here and below.
    CommentAdded {
        mentions: Vec<String>,
    },
    CommentEdited {
        mentions: Vec<String>,
    },
    MailReceived {
        subject: String,
    },
    MailSent {
        subject: String,
    },
    /// `name` is what the promise is called, here and below.
    SlaAtRisk {
        name: String,
    },
    SlaBreached {
        name: String,
    },
    /// A rule of the definition asks to tell users and groups; a group `queue:<key>` stands for those who work a queue.
    Notified {
        to: Vec<String>,
        groups: Vec<String>,
        template: String,
    },
    /// Somebody added a task by hand, or gave it to somebody else.
    AdHocTaskAdded {
        task: AdHocTask,
    },
    AdHocTaskAssigned {
        task: AdHocTask,
    },
}

/// A task that somebody added to a case by hand.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AdHocTask {
    pub id: String,
    pub title: String,
    pub assignee: Option<Person>,
    /// A group whose members may take it.
    pub group: Option<String>,
}

/// A user, or a machine (`system:<role>`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
}

/// A stage of a case's definition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Stage {
    pub name: String,
}

/// A status of a case's definition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Status {
    pub name: String,
}

impl CaseEvent {
    /// The event of an entry with this name; none, unread, when it is one that no other room hears.
    ///
    /// # Errors
    /// The payload is not what cases write under this name.
    pub fn read(name: &str, payload: &[u8]) -> serde_json::Result<Option<Self>> {
        match name {
            "case-created"
            | "assigned"
            | "stage-changed"
            | "status-changed"
            | "comment-added"
            | "comment-edited"
            | "mail-received"
            | "mail-sent"
            | "sla-at-risk"
            | "sla-breached"
            | "notified"
            | "ad-hoc-task-added"
            | "ad-hoc-task-assigned" => serde_json::from_slice(payload).map(Some),
            _ => Ok(None),
        }
    }
}

/// The columns of view [`CASE`](crate::views::CASE) that other rooms read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Row)]
#[row(view = views::CASE)]
pub struct CaseRow {
    pub id: String,
    pub number: String,
    pub title: String,
    /// Key of the case definition.
    pub definition: String,
    /// Ids within the definition.
    pub stage: String,
    pub status: String,
    pub queue: Option<String>,
    /// User id.
    #[row(name = "assigneeId")]
    pub assignee: Option<String>,
    /// User id, or `system:<role>`.
    #[row(name = "createdById")]
    pub created_by: Option<String>,
    /// Groups that may see it; none: everybody who may see cases.
    pub restricted_to: Option<Vec<String>>,
    pub labels: Vec<String>,
}

/// What stands against the deletion of a case: columns of view [`CASE`](crate::views::CASE) beside those of [`CaseRow`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Row)]
pub struct CaseHoldRow {
    /// Legal holds that stand.
    pub hold_count: u32,
}

/// What policies are told of a case. Every room tells them this, made of a row: what one room permits no other forbids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseAttributes {
    pub id: String,
    /// Key of the case definition.
    pub definition: String,
    /// Ids within the definition.
    pub stage: String,
    pub status: String,
    pub queue: Option<String>,
    /// User id.
    pub assignee: Option<String>,
    /// User id, or `system:<role>`.
    pub created_by: Option<String>,
    /// Groups that may see it; none: everybody who may see cases.
    pub restricted_to: Option<Vec<String>>,
    pub labels: Vec<String>,
}

impl From<CaseRow> for CaseAttributes {
    fn from(row: CaseRow) -> Self {
        let CaseRow {
            id,
            number: _,
            title: _,
            definition,
            stage,
            status,
            queue,
            assignee,
            created_by,
            restricted_to,
            labels,
        } = row;
        Self { id, definition, stage, status, queue, assignee, created_by, restricted_to, labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_rows::RowError;
    use serde_json::{Value, json};

    fn row(changed: Value) -> Result<CaseRow, RowError> {
        let mut row = json!({"id": "c-1", "number": "CLM-000001", "title": "Water", "definition": "claim", "stage": "new",
            "status": "open", "queue": "claims", "assigneeId": "anna", "createdById": "system:rules",
            "restrictedTo": ["legal"], "labels": ["urgent"]});
        let row = row.as_object_mut().unwrap();
        row.extend(changed.as_object().cloned().unwrap());
        CaseRow::read(row)
    }

    #[test]
    fn policies_are_told_a_case_in_these_words() {
        let told = json!({"id": "c-1", "definition": "claim", "stage": "new", "status": "open", "queue": "claims",
            "assignee": "anna", "createdBy": "system:rules", "restrictedTo": ["legal"], "labels": ["urgent"]});
        assert_eq!(json!(CaseAttributes::from(row(json!({})).unwrap())), told);
    }

    #[test]
    fn what_is_no_list_of_groups_is_no_row() {
        assert_eq!(row(json!({"restrictedTo": "legal"})).unwrap_err().column, CaseRow::RESTRICTED_TO);
        assert_eq!(row(json!({"restrictedTo": null})).unwrap().restricted_to, None);
    }

    #[test]
    fn what_no_other_room_hears_is_not_read() {
        assert_eq!(CaseEvent::read("rule-applied", b"not even JSON").unwrap(), None);
    }
}
