//! Rows of who there is: users, groups, who is in which, and who works a queue.

use crate::views;
use casewright_rows::Row;

/// A user: the row of view [`USER`](crate::views::USER).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::USER)]
pub struct UserRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    /// A disabled user cannot sign in.
    pub enabled: bool,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}

/// A group: the row of view [`GROUP`](crate::views::GROUP).
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::GROUP)]
pub struct GroupRow {
    pub id: String,
    /// None: it is called by its id.
    pub name: Option<String>,
    /// `type` of Camunda's API.
    pub r#type: Option<String>,
}

/// A user is in a group: the row of view [`MEMBER`](crate::views::MEMBER), for joins.
#[derive(Clone, Debug, PartialEq, Eq, Row)]
#[row(view = views::MEMBER)]
pub struct MemberRow {
    pub user_id: String,
    pub group_id: String,
}

/// Who works a queue of cases: the columns of view [`QUEUE`](crate::views::QUEUE) that other rooms read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Row)]
#[row(view = views::QUEUE)]
pub struct QueueMembersRow {
    pub users: Vec<String>,
    pub groups: Vec<String>,
}
