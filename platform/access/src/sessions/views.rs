//! The views `session`, who is signed in where, and `revocation`, what is over.

use super::over::End;
use super::session::{Session, SessionEvent};
use crate::accounts::{Credential, CredentialEvent, User, UserEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, Row, TenantId, ViewSpec, ViewWrites};
use casewright_rows::Row as RowOf;
use serde::de::DeserializeOwned;

/// Rows of sign-ins: [`SessionRow`].
pub(crate) const SESSION: &str = "session";
/// Rows of what is over: [`RevocationRow`].
pub(crate) const REVOCATION: &str = "revocation";

/// A sign-in, by its id. Whether it lasts still, its times and its account's credential say.
#[derive(Clone, Debug, PartialEq, Eq, RowOf)]
#[row(view = SESSION)]
pub(crate) struct SessionRow {
    pub(crate) tenant: String,
    pub(crate) user: String,
    /// Version of the account's credential with which it began.
    pub(crate) version: u64,
    pub(crate) started_at: Instant,
    pub(crate) last_used_at: Instant,
    pub(crate) address: Option<String>,
    pub(crate) browser: Option<String>,
    /// By an event of its own.
    pub(crate) is_ended: bool,
}

/// Something that is over.
#[derive(Clone, Debug, PartialEq, Eq, RowOf)]
#[row(view = REVOCATION)]
pub(crate) struct RevocationRow {
    pub(crate) tenant: String,
    /// `session`, `grant`, `sessions` (all of a user), `account`, or `reopened`, which takes that back.
    pub(crate) what: String,
    /// Id of the session or the grant, or a user.
    pub(crate) of: String,
    /// Of `sessions`: those of earlier versions are over.
    pub(crate) version: Option<u64>,
    /// Of `sessions`: the one that goes on.
    pub(crate) keeps: Option<String>,
    pub(crate) at: Instant,
}

impl RevocationRow {
    /// None: a later release wrote it.
    pub(crate) fn into_end(self) -> Option<End> {
        let tenant = TenantId::new(&self.tenant);
        match self.what.as_str() {
            "session" => Some(End::Session(self.of)),
            "grant" => Some(End::Grant(self.of)),
            "account" => Some(End::Account { tenant, user: self.of }),
            "reopened" => Some(End::Reopened { tenant, user: self.of }),
            "sessions" => {
                let version = self.version.unwrap_or_default();
                Some(End::Sessions { tenant, user: self.of, version, keeps: self.keeps })
            }
            _ => None,
        }
    }
}

/// Projects sign-ins and what ends them.
pub(crate) struct SignIns;

impl Projector for SignIns {
    fn group(&self) -> &'static str {
        "sign-ins"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: SESSION,
                indexes: &[&[SessionRow::USER, SessionRow::LAST_USED_AT], &[SessionRow::LAST_USED_AT]],
                full_text: &[],
                denormalized: None,
            },
            ViewSpec { name: REVOCATION, indexes: &[&[RevocationRow::AT]], full_text: &[], denormalized: None },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Session::KIND, Credential::KIND, User::KIND]
    }

    fn version(&self) -> u32 {
        1
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        match entry.meta.key.kind.as_str() {
            Session::KIND => project_session(entry, out),
            Credential::KIND => project_credential(entry, out),
            User::KIND => project_user(entry, out),
            _ => {}
        }
    }
}

fn project_session(entry: &Entry, out: &mut ViewWrites) {
    let Some(event) = read::<SessionEvent>(entry) else { return };
    let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
    let at = Instant::from(entry.meta.at);
    match event {
        SessionEvent::Started { user, version, address, browser, .. } => {
            let row = SessionRow {
                tenant: tenant.as_str().to_owned(),
                user,
                version,
                started_at: at,
                last_used_at: at,
                address,
                browser,
                is_ended: false,
            };
            out.insert(tenant, SESSION, id, row);
        }
        SessionEvent::GrantIssued { .. } | SessionEvent::GrantRotated { .. } => {
            out.patch(tenant, SESSION, id, Row::from([(SessionRow::LAST_USED_AT, at.into())]));
        }
        SessionEvent::GrantRevoked { grant, .. } => {
            over(entry, "grant", &grant, None, out);
        }
        SessionEvent::Ended => {
            out.patch(tenant, SESSION, id, Row::from([(SessionRow::IS_ENDED, true.into())]));
            over(entry, "session", id, None, out);
        }
        SessionEvent::Forgotten { grants } => {
            out.remove(tenant, SESSION, id);
            out.remove(tenant, REVOCATION, &row_id("session", id));
            for grant in grants {
                out.remove(tenant, REVOCATION, &row_id("grant", &grant));
            }
        }
    }
}

/// Every event of a credential ends the sign-ins that began before it.
fn project_credential(entry: &Entry, out: &mut ViewWrites) {
    let Some(event) = read::<CredentialEvent>(entry) else { return };
    let user = &entry.meta.key.id;
    over(entry, "sessions", user, event.keeps(), out);
}

fn project_user(entry: &Entry, out: &mut ViewWrites) {
    let Some(event) = read::<UserEvent>(entry) else { return };
    let user = &entry.meta.key.id;
    if let Some(is_open) = event.opens() {
        // In one row: the last counts.
        let row = row(entry, if is_open { "reopened" } else { "account" }, user, None);
        out.put(&entry.meta.key.tenant, REVOCATION, &row_id("account", user), row);
    }
}

fn over(entry: &Entry, what: &str, of: &str, keeps: Option<&str>, out: &mut ViewWrites) {
    out.put(&entry.meta.key.tenant, REVOCATION, &row_id(what, of), row(entry, what, of, keeps));
}

fn row(entry: &Entry, what: &str, of: &str, keeps: Option<&str>) -> RevocationRow {
    RevocationRow {
        tenant: entry.meta.key.tenant.as_str().to_owned(),
        what: what.to_owned(),
        of: of.to_owned(),
        version: (what == "sessions").then_some(entry.meta.seq),
        keeps: keeps.map(str::to_owned),
        at: entry.meta.at.into(),
    }
}

fn row_id(what: &str, of: &str) -> String {
    format!("{what}/{of}")
}

fn read<E: DeserializeOwned>(entry: &Entry) -> Option<E> {
    match serde_json::from_slice(&entry.payload) {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::error!(kind = %entry.meta.key.kind, seq = entry.meta.seq, %error, "an entry of a sign-in cannot be read");
            None
        }
    }
}
