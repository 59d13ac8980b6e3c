//! A sign-in between two of its pages: what was proved so far, sealed, for one browser, a few minutes and one session.

use super::authorize::AuthorizationRequest;
use super::code::{open, seal};
use crate::access::Access;
use crate::accounts::Verified;
use crate::authentication::PASSWORD;
use crate::otp::Secret;
use crate::vault::is_same;
use casewright_journal::TenantId;
use serde::{Deserialize, Serialize};

/// Seconds for a page.
const SECONDS: i64 = 300;
const PURPOSE: &str = "pending sign-in";

/// What the next page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    Code,
    Password,
    Enrolment,
    /// Nothing: it shows recovery codes.
    End,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) request: AuthorizationRequest,
    pub(super) tenant: TenantId,
    pub(super) user: String,
    /// Version of the credential that was right.
    pub(super) version: u64,
    /// What was proved (RFC 8176).
    pub(super) methods: Vec<String>,
    /// The session that it becomes, at most once.
    pub(super) session: String,
    step: Step,
    /// The secret of an enrolment, as text.
    secret: Option<String>,
    /// The form token of the browser that it is for.
    browser: String,
    expires: i64,
}

/// Why a value that came back is no good.
pub(super) enum Lost {
    /// It was, too long ago.
    Expired(Box<AuthorizationRequest>),
    /// Of another page or browser, or nothing of ours.
    Foreign,
}

impl Pending {
    /// After the password.
    pub(super) fn new(request: &AuthorizationRequest, tenant: &TenantId, verified: &Verified) -> Self {
        Self {
            request: request.clone(),
            tenant: tenant.clone(),
            user: verified.user.id.clone(),
            version: verified.version,
            methods: vec![PASSWORD.to_owned()],
            session: uuid::Uuid::new_v4().simple().to_string(),
            step: Step::Code,
            secret: None,
            browser: String::new(),
            expires: 0,
        }
    }

    /// As the page of a step carries it, in this browser.
    pub(super) fn seal(&self, access: &Access, step: Step, browser: &str) -> String {
        let browser = browser.to_owned();
        let sealed = Self { step, browser, expires: access.now_seconds() + SECONDS, ..self.clone() };
        seal(&access.inner.vault, PURPOSE, &sealed)
    }

    /// What comes back from the page of a step, from the browser that it was made for.
    pub(super) fn open(access: &Access, sealed: &str, step: Step, browser: &str) -> Result<Self, Lost> {
        let pending: Self = open(&access.inner.vault, PURPOSE, sealed).ok_or(Lost::Foreign)?;
        if pending.step != step || !is_same(&pending.browser, browser) {
            return Err(Lost::Foreign);
        }
        if access.now_seconds() > pending.expires {
            return Err(Lost::Expired(Box::new(pending.request)));
        }
        Ok(pending)
    }

    /// The secret that is being set up: the same on every page of an enrolment, or the picture would change with a typing error.
    pub(super) fn enrolment(&mut self) -> Secret {
        let known = self.secret.as_deref().and_then(Secret::from_text);
        let secret = known.unwrap_or_else(Secret::random);
        self.secret = Some(secret.text());
        secret
    }
}
