//! Views that lead from one room's things to another's, and the fields they are found by.
//!
//! A room that is not part of an installation has no views, and nothing leads through them.

/// One row per case, by its id: [`CaseRow`](crate::CaseRow), and what the policy's filter for kind `case` names.
pub const CASE: &str = "case";
/// One row per root process instance whose variable `caseId` names a case, by the instance's id:
/// [`InstanceCaseRow`](crate::links::InstanceCaseRow). Written with the instance's own entries, so that no instance is seen before its
/// case is known.
pub const INSTANCE_CASE: &str = "instance-case";
/// One row per root process instance that a case has recorded as its own, by the instance's id:
/// [`CaseProcessRow`](crate::links::CaseProcessRow). Written after [`INSTANCE_CASE`], and no variable changes it.
pub const CASE_PROCESS: &str = "case-process";
/// One row per document that a case has or had: [`CaseFileRow`](crate::links::CaseFileRow).
pub const CASE_FILE: &str = "case-file";
/// One row per case and person who follows it: [`CaseFollowerRow`](crate::links::CaseFollowerRow).
pub const CASE_FOLLOWER: &str = "case-follower";
/// One row per attachment of a mail: [`MailFileRow`](crate::links::MailFileRow).
pub const MAIL_FILE: &str = "mail-file";
/// One row per mail, by its id, with the columns of [`MailCaseRow`](crate::links::MailCaseRow).
pub const MAIL: &str = "mail";
/// One row per process instance that runs, by its id, with the columns of [`InstanceLinkRow`](crate::links::InstanceLinkRow).
pub const INSTANCE: &str = "engine-process-instance";
/// [`INSTANCE`] of all instances, ended ones too.
pub const PAST_INSTANCE: &str = "history-process-instance";
/// One row per user of the directory, by its id: [`UserRow`](crate::UserRow).
pub const USER: &str = "user";
/// One row per group of the directory, by its id: [`GroupRow`](crate::GroupRow).
pub const GROUP: &str = "group";
/// One row for each group a user is in: [`MemberRow`](crate::MemberRow).
pub const MEMBER: &str = "user-member";
/// One row per queue of cases, by its key, with the columns of [`QueueMembersRow`](crate::QueueMembersRow).
pub const QUEUE: &str = "queue";
