//! Rows that lead from one room's things to another's: how a process, a file and a mail find their case.

use crate::views;
use casewright_rows::Row;
use smol_str::SmolStr;

/// The case that the variable `caseId` of a root process instance names: the row of view [`INSTANCE_CASE`](crate::views::INSTANCE_CASE).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::INSTANCE_CASE)]
pub struct InstanceCaseRow {
    pub instance_id: SmolStr,
    pub case_id: SmolStr,
}

/// The case that has recorded a root process instance as its own: the row of view [`CASE_PROCESS`](crate::views::CASE_PROCESS).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::CASE_PROCESS)]
pub struct CaseProcessRow {
    pub instance_id: SmolStr,
    pub case_id: SmolStr,
    /// Key of the process definition.
    pub definition: SmolStr,
    /// The case's number.
    pub number: SmolStr,
}

/// A document that a case has or had: the row of view [`CASE_FILE`](crate::views::CASE_FILE).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::CASE_FILE)]
pub struct CaseFileRow {
    pub file_id: SmolStr,
    pub case_id: SmolStr,
}

/// Somebody who follows a case: the row of view [`CASE_FOLLOWER`](crate::views::CASE_FOLLOWER).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::CASE_FOLLOWER)]
pub struct CaseFollowerRow {
    pub case_id: SmolStr,
    pub user_id: SmolStr,
}

/// A file that a mail came with, or goes with: the row of view [`MAIL_FILE`](crate::views::MAIL_FILE).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::MAIL_FILE)]
pub struct MailFileRow {
    pub file_id: SmolStr,
    pub mail_id: SmolStr,
}

/// The case of a mail: the columns of view [`MAIL`](crate::views::MAIL) that other rooms read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Row)]
pub struct MailCaseRow {
    /// The case it is linked to.
    pub case_id: Option<SmolStr>,
    /// The case it was found to answer.
    pub thread_case_id: Option<SmolStr>,
}

/// Whom a mail is from and whom it goes to: columns of view [`MAIL`](crate::views::MAIL) that other rooms read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Row)]
pub struct MailPeopleRow {
    pub from_address: String,
    /// Addresses it goes to; none: it came in.
    pub recipients: Vec<String>,
}

/// The columns of views [`INSTANCE`](crate::views::INSTANCE) and [`PAST_INSTANCE`](crate::views::PAST_INSTANCE) that lead to a case.
#[derive(Clone, Debug, PartialEq, Eq, Row)]
pub struct InstanceLinkRow {
    pub id: SmolStr,
    pub root_process_instance_id: SmolStr,
    /// The number of the case it belongs to, when it is one's.
    pub business_key: Option<SmolStr>,
}
