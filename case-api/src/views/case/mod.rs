//! View `case`: one row per case, for lists, search, queues and the SLA ticker ([`CaseListRow`]).
//!
//! Every event patches only what it changes, so that a row is a function of the entries alone.
//!
//! View `case-file`: one row per document that a case has, or had: what was once in a case is seen as the case is.
//!
//! View `case-digest`: one row per file that a case has, or had, by what is in it. It leads from a file to the cases that have the same one.
//!
//! View `case-party`: one row per record that has a role in a case. It leads from a record to the cases it is in.
//!
//! View `completed-task`: one row per task of a case that somebody completed.
//!
//! View `case-process`: one row per root process instance that belongs to a case, by the instance's id. It leads from what
//! the engine says to the case it is about.

mod changes;
mod completed_task;
mod digest;
mod field_marks;
mod party;
mod published;
mod row;

pub(crate) use changes::fields_text;
pub(crate) use completed_task::CompletedTaskRow;
pub(crate) use digest::CaseDigestRow;
pub(crate) use party::CasePartyRow;
pub(crate) use row::CaseListRow;

use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::state::Case;
use casewright_contracts::CaseRowColumns;
use casewright_contracts::links::{CaseFileRow, CaseProcessRow};
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};

/// Writes the rows of cases, and those that lead to them.
pub(crate) struct CaseProjector;

impl Projector for CaseProjector {
    fn group(&self) -> &'static str {
        "case-api-cases"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: CaseListRow::VIEW,
                indexes: &[
                    &[CaseListRow::ID],
                    // Few cases are restricted: whose things a list leaves out is found along it.
                    &[CaseListRow::RESTRICTED_TO],
                    &[CaseListRow::UPDATED_AT],
                    &[CaseListRow::NUMBER],
                    &[CaseListRow::DEFINITION, CaseListRow::STAGE],
                    &[CaseListRow::PRIORITY],
                    &[CaseListRow::CREATED_AT],
                    // Whatever cases are counted by, and who may see them: nothing else is read to count a million.
                    &[
                        CaseListRow::STATUS_KIND,
                        CaseListRow::DEFINITION,
                        CaseListRow::STAGE,
                        CaseListRow::QUEUE,
                        CaseListRow::ASSIGNEE,
                        CaseListRow::STATUS,
                        CaseListRow::PRIORITY,
                        CaseListRow::SLA_WORST,
                        CaseListRow::CREATED_AT,
                        CaseListRow::CLOSED_AT,
                        CaseListRow::RESTRICTED_TO,
                    ],
                    &[CaseListRow::CLOSED_AT],
                    // What somebody has to do, the most urgent first.
                    &[CaseListRow::ASSIGNEE, CaseListRow::STATUS_KIND, CaseListRow::URGENT_AT, CaseListRow::DUE_SORT],
                    &[CaseListRow::NEXT_SLA_AT],
                    &[CaseListRow::URGENT_AT, CaseListRow::DUE_SORT],
                    &[CaseListRow::SLA_WORST, CaseListRow::STATUS_KIND],
                    &[CaseListRow::STATUS_KIND, CaseListRow::URGENCY],
                    // What nobody has, in the order in which it is to be done.
                    &[
                        CaseListRow::ASSIGNEE,
                        CaseListRow::STATUS_KIND,
                        CaseListRow::URGENCY_ORDER,
                        CaseListRow::URGENT_AT,
                        CaseListRow::DUE_SORT,
                        CaseListRow::QUEUED_AT,
                        CaseListRow::QUEUE,
                    ],
                    &[CaseListRow::QUEUE, CaseListRow::QUEUED_AT],
                    &[CaseListRow::DISPOSE_AT],
                ],
                full_text: &[
                    CaseListRow::TITLE,
                    CaseListRow::NUMBER,
                    CaseListRow::REQUESTER_TEXT,
                    CaseListRow::FIELDS_TEXT,
                ],
                denormalized: None,
            },
            ViewSpec {
                name: CaseProcessRow::VIEW,
                indexes: &[&[CaseProcessRow::CASE_ID], &[CaseProcessRow::DEFINITION], &[CaseProcessRow::INSTANCE_ID]],
                full_text: &[],
                denormalized: None,
            },
            ViewSpec {
                name: CaseFileRow::VIEW,
                indexes: &[&[CaseFileRow::FILE_ID], &[CaseFileRow::CASE_ID]],
                full_text: &[],
                denormalized: None,
            },
            ViewSpec {
                name: CaseDigestRow::VIEW,
                indexes: &[&[CaseDigestRow::SHA256], &[CaseDigestRow::CASE_ID]],
                full_text: &[],
                denormalized: None,
            },
            ViewSpec {
                name: CasePartyRow::VIEW,
                indexes: &[&[CasePartyRow::RECORD_ID], &[CasePartyRow::CASE_ID]],
                full_text: &[],
                denormalized: None,
            },
            ViewSpec {
                name: CompletedTaskRow::VIEW,
                indexes: &[
                    &[CompletedTaskRow::COMPLETED_AT],
                    &[CompletedTaskRow::COMPLETED_BY_ID, CompletedTaskRow::COMPLETED_AT],
                    &[CompletedTaskRow::CASE_ID],
                ],
                full_text: &[CompletedTaskRow::NAME],
                denormalized: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Case::KIND]
    }

    fn version(&self) -> u32 {
        // What a case has become part of, how it has ended, how urgent it is and in which order, when it came into its queue, what
        // it asks, what its clocks count by, what fields are found by exactly and their order, and when it is due to be deleted have
        // columns; records in their roles, files by what is in them and completed tasks have rows; a case that is forgotten has none.
        8
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<CaseEvent>(entry) else {
            return;
        };
        let (tenant, case) = (&entry.meta.key.tenant, &entry.meta.key.id);
        match &event.fact {
            Fact::ProcessStarted { instance_id, definition, number, .. } => {
                let link = CaseProcessRow {
                    instance_id: instance_id.into(),
                    case_id: case.clone(),
                    definition: definition.into(),
                    number: number.into(),
                };
                out.put(tenant, CaseProcessRow::VIEW, instance_id, link);
            }
            Fact::DocumentAdded { document, .. } => {
                let link = CaseFileRow { file_id: document.file_id.as_str().into(), case_id: case.clone() };
                out.put(tenant, CaseFileRow::VIEW, &format!("{case}:{}", document.id), link);
            }
            Fact::PartyAdded { party } => {
                let link = CasePartyRow {
                    record_id: party.record.clone(),
                    case_id: case.to_string(),
                    role: party.role.clone(),
                };
                out.put(tenant, CasePartyRow::VIEW, &format!("{case}:{}", party.id), link);
            }
            Fact::PartyRemoved { party } => out.remove(tenant, CasePartyRow::VIEW, &format!("{case}:{}", party.id)),
            _ => {}
        }
        if let Fact::Forgotten { rows } = &event.fact {
            return forgotten(entry, rows, out);
        }
        digest::put(tenant, case, &event.fact, out);
        completed_task::put(&event, &entry.meta, out);
        let row = changes::of(&event, &entry.meta);
        if let Fact::CaseCreated { .. } = event.fact {
            out.insert(tenant, CaseListRow::VIEW, case, row);
        } else {
            out.patch(tenant, CaseListRow::VIEW, case, row);
        }
    }
}

/// Views whose rows a case that is forgotten takes along, beside its own row.
pub(crate) const OWNED: [(&str, Column); 5] = [
    (CaseProcessRow::VIEW, CaseProcessRow::CASE_ID),
    (CaseFileRow::VIEW, CaseFileRow::CASE_ID),
    (CasePartyRow::VIEW, CasePartyRow::CASE_ID),
    (CaseDigestRow::VIEW, CaseDigestRow::CASE_ID),
    (CompletedTaskRow::VIEW, CompletedTaskRow::CASE_ID),
];

/// The entry says which rows there are: a view is a function of entries alone.
fn forgotten(entry: &Entry, rows: &[(String, Vec<String>)], out: &mut ViewWrites) {
    let (tenant, case) = (&entry.meta.key.tenant, &entry.meta.key.id);
    for (view, ids) in rows {
        if let Some((view, _)) = OWNED.iter().find(|(known, _)| known == view) {
            ids.iter().for_each(|id| out.remove(tenant, view, id));
        }
    }
    out.remove(tenant, CaseListRow::VIEW, case);
}
