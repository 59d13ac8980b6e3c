//! Rows that are stored as they are given, as records, by who serves the contract.

use crate::specs::view;
use crate::{ATTACHMENT, AUTHORIZATION, COMMENT, CREDENTIAL, FILTER, MEMBERSHIP, METRIC, TENANT, USER, USER_GROUP};
use casewright_engine_value::Instant;
use casewright_journal::ViewSpec;
use casewright_rows::Row;
use serde_json::Value as Json;
use smol_str::SmolStr;

/// A user of an earlier release: users are accounts now.
#[derive(Clone, Debug, Row)]
#[row(view = USER)]
pub struct UserRow {
    pub id: SmolStr,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
}

/// The password of a user of an earlier release.
#[derive(Clone, Debug, Row)]
#[row(view = CREDENTIAL)]
pub struct CredentialRow {
    pub id: SmolStr,
    pub hash: String,
}

/// A group of an earlier release.
#[derive(Clone, Debug, Row)]
#[row(view = USER_GROUP)]
pub struct GroupRow {
    pub id: SmolStr,
    pub name: Option<String>,
    pub r#type: Option<String>,
}

/// A tenant of the contract.
#[derive(Clone, Debug, Row)]
#[row(view = TENANT)]
pub struct TenantRow {
    pub id: SmolStr,
    pub name: Option<String>,
}

/// Two of these belong together: a user or a group to a tenant, or, in an earlier release, a user to a group.
#[derive(Clone, Debug, Row)]
#[row(view = MEMBERSHIP)]
pub struct MembershipRow {
    pub user_id: Option<SmolStr>,
    pub group_id: Option<SmolStr>,
    pub tenant: Option<SmolStr>,
}

/// An authorization of the contract.
#[derive(Clone, Debug, Row)]
#[row(view = AUTHORIZATION)]
pub struct AuthorizationRow {
    pub id: SmolStr,
    pub r#type: i64,
    pub permissions: Vec<String>,
    pub user_id: Option<String>,
    pub group_id: Option<String>,
    pub resource_type: i64,
    pub resource_id: String,
    pub removal_time: Option<Instant>,
    pub root_process_instance_id: Option<SmolStr>,
}

/// A stored query of tasks.
#[derive(Clone, Debug, Row)]
#[row(view = FILTER)]
pub struct FilterRow {
    pub id: SmolStr,
    pub resource_type: SmolStr,
    pub name: String,
    pub owner: Option<String>,
    pub query: Json,
    pub properties: Json,
}

/// A count that no history tells.
#[derive(Clone, Debug, Row)]
#[row(view = METRIC)]
pub struct MetricRow {
    pub id: String,
    pub name: SmolStr,
    pub time: Instant,
    pub value: u64,
}

/// What somebody says to a task or a process instance.
#[derive(Clone, Debug, Row)]
#[row(view = COMMENT)]
pub struct CommentRow {
    pub id: String,
    pub user_id: Option<SmolStr>,
    pub time: Instant,
    /// Within one millisecond: what came first.
    pub nth: String,
    pub task_id: Option<SmolStr>,
    pub message: String,
    pub process_instance_id: Option<String>,
    pub root_process_instance_id: Option<SmolStr>,
}

/// What somebody attaches to a task.
#[derive(Clone, Debug, Row)]
#[row(view = ATTACHMENT)]
pub struct AttachmentRow {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub task_id: Option<SmolStr>,
    pub r#type: Option<String>,
    pub url: Option<String>,
    pub create_time: Instant,
    pub root_process_instance_id: Option<SmolStr>,
    /// In base 64.
    pub content: Option<String>,
}

/// A decision that was evaluated by a call, as its record has it; its rows are [`DecisionInstanceRow`](crate::DecisionInstanceRow).
#[derive(Clone, Debug, Row)]
pub struct EvaluationRow {
    /// The definition.
    pub decision: SmolStr,
    pub tenant_id: Option<SmolStr>,
    pub removal_time: Option<Instant>,
    pub user_id: Option<SmolStr>,
    /// Every decision that was evaluated, in its turn.
    pub trace: Json,
    /// None: the time of the record.
    pub evaluation_time: Option<Instant>,
}

pub(crate) const SPECS: [ViewSpec; 10] = [
    view(USER, &[&[UserRow::ID]]),
    view(CREDENTIAL, &[]),
    view(USER_GROUP, &[&[GroupRow::ID]]),
    view(TENANT, &[&[TenantRow::ID]]),
    view(MEMBERSHIP, &[&[MembershipRow::USER_ID], &[MembershipRow::GROUP_ID], &[MembershipRow::TENANT]]),
    view(AUTHORIZATION, &[&[AuthorizationRow::ID], &[AuthorizationRow::USER_ID]]),
    view(FILTER, &[&[FilterRow::ID]]),
    view(METRIC, &[&[MetricRow::NAME, MetricRow::TIME]]),
    view(COMMENT, &[&[CommentRow::TASK_ID], &[CommentRow::PROCESS_INSTANCE_ID]]),
    // Comments and attachments are looked for alike: an attachment stands at a task only.
    view(ATTACHMENT, &[&[AttachmentRow::TASK_ID], &[CommentRow::PROCESS_INSTANCE_ID]]),
];
