//! Records that the contract keeps beside the engine: tenants, members, filters, authorizations, comments, attachments.

use crate::error::{RestError, RestResult};
use crate::query::Resource;
use crate::request::Req;
use crate::resources::identity;
use casewright_journal::Document;
use serde_json::Value as Json;

/// Stores a record.
pub(crate) async fn put(req: &Req, view: &'static str, id: &str, document: Json) -> RestResult<()> {
    let document = document.as_object().cloned().unwrap_or_default();
    Ok(req.engine.records().put(&req.caller, view, id, document).await?)
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

    /// Field of a membership.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::User => "userId",
            Self::Group => "groupId",
            Self::Tenant => "tenant",
        }
    }

    pub(super) fn missing(self, id: &str) -> RestError {
        RestError::not_found(format!("{} with id {id} does not exist", self.title()))
    }
}
