//! Records that the contract keeps beside the engine: tenants, members, filters, authorizations, comments, attachments.

use crate::error::{RestError, RestResult};
use crate::query::Resource;
use crate::request::Req;
use crate::resources::identity;
use casewright_engine_views::MembershipRow;
use casewright_journal::{Column, Document, Row};

/// Stores a record.
pub(crate) async fn put(req: &Req, view: &'static str, id: &str, row: impl Into<Row>) -> RestResult<()> {
    Ok(req.engine.records().put(&req.caller, view, id, row).await?)
}

/// Removes a record; an unknown one is removed already.
pub(crate) async fn remove(req: &Req, view: &'static str, id: &str) -> RestResult<()> {
    Ok(req.engine.records().forget(&req.caller, view, id).await?)
}

/// A record as it is stored.
pub(super) async fn row(req: &Req, view: &'static str, id: &str) -> RestResult<Option<Document>> {
    Ok(req.engine.journal().get(view, id).await?)
}

/// What a resource of the identity service is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
    Tenant,
}

impl Kind {
    pub(super) fn resource(self) -> &'static Resource {
        match self {
            Self::User => &identity::USER,
            Self::Group => &identity::GROUP,
            Self::Tenant => &identity::TENANT,
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Tenant => "tenant",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Tenant => "Tenant",
        }
    }

    /// Column of a membership.
    pub(super) fn column(self) -> Column {
        match self {
            Self::User => MembershipRow::USER_ID,
            Self::Group => MembershipRow::GROUP_ID,
            Self::Tenant => MembershipRow::TENANT,
        }
    }

    pub(super) fn missing(self, id: &str) -> RestError {
        RestError::not_found(format!("{} with id {id} does not exist", self.title()))
    }
}
