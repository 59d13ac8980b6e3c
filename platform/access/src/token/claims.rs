//! The claims of an access token (RFC 9068) and of an ID token (OpenID Connect Core, section 2).

use crate::authentication::Authentication;
use crate::sessions::SignIn;
use crate::subject::Subject;
use crate::topics::Topics;
use casewright_contracts::OnBehalfOf;
use casewright_journal::TenantId;
use serde::{Deserialize, Serialize};

/// `aud` of every access token: the APIs of the platform.
pub const AUDIENCE: &str = "casewright";
/// `typ` of an access token, so that an ID token is never taken for one (RFC 9068, section 2.1).
pub(crate) const ACCESS_TYPE: &str = "at+jwt";

/// What an access token of ours says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) jti: String,
    pub(crate) client_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sid: Option<String>,
    /// The grant within the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gid: Option<String>,
    /// Version of the account's credential with which the session began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ver: Option<u64>,
    #[serde(default)]
    pub(crate) scope: String,
    pub(crate) tenant: TenantId,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// Whose call a room passes on; only in tokens of machine clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on_behalf_of: Option<OnBehalfOf>,
    /// Topics that a machine client is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) topics: Option<Topics>,
    /// How strongly, by what and when a person signed in (RFC 9068, section 2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<i64>,
}

impl AccessClaims {
    /// The sign-in that the token came of; none for machine clients.
    ///
    /// # Errors
    /// It names a session and not all of it, as tokens of earlier releases do.
    pub(crate) fn sign_in(&self) -> Result<Option<SignIn>, Incomplete> {
        match (&self.sid, &self.gid, self.ver) {
            (None, None, None) => Ok(None),
            (Some(session), Some(grant), Some(version)) => {
                Ok(Some(SignIn { session: session.clone(), grant: grant.clone(), version }))
            }
            _ => Err(Incomplete),
        }
    }

    pub(crate) fn into_subject(self, sign_in: Option<SignIn>) -> Subject {
        let (acr, amr, auth_time) = (self.acr, self.amr, self.auth_time);
        let authentication = acr.is_some().then_some(Authentication { acr, amr, auth_time });
        Subject {
            authentication,
            name: self.name,
            email: self.email,
            roles: self.roles,
            groups: self.groups,
            on_behalf_of: self.on_behalf_of,
            topics: self.topics,
            sign_in,
            ..Subject::person(&self.tenant, &self.sub)
        }
    }
}

/// A token that cannot be told from one whose sign-in is over.
#[derive(Debug)]
pub(crate) struct Incomplete;

/// What an ID token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IdClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) aud: String,
    pub(crate) exp: i64,
    pub(crate) iat: i64,
    pub(crate) auth_time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    pub(crate) sid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<String>,
    pub(crate) name: String,
    pub(crate) preferred_username: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) email: String,
}

#[cfg(test)]
mod tests {
    use crate::subject::Subject;
    use crate::{Access, AccessConfig};
    use casewright_contracts::OnBehalfOf;
    use casewright_journal::{Journal, JournalConfig, StoreConfig, TenantId};

    #[tokio::test]
    async fn a_person_does_not_act_as_another_one_even_with_our_signature() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(JournalConfig::new(StoreConfig::MemorySqlite), crate::projectors()).await.unwrap();
        let config = AccessConfig { key_file: dir.path().join("access.key"), ..AccessConfig::default() };
        let access = Access::open(journal, config).await.unwrap();
        let root = OnBehalfOf::new("root", "Rita Admin");
        for (id, is_taken) in [("anna", false), ("system:case-api", true)] {
            let subject = Subject { on_behalf_of: Some(root.clone()), ..Subject::system(&TenantId::default(), id) };
            let token = access.sign_access(&subject, id, "", 60);
            let answer = access.authenticate_token(&token).await;
            assert_eq!(answer.is_ok(), is_taken, "{id}");
        }
    }
}
