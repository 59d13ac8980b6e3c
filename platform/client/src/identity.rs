//! Who calls: a person with a password or a token, or a machine client whose tokens are issued for each call.

use casewright_contracts::OnBehalfOf;
use reqwest::RequestBuilder;
use std::sync::Arc;

/// Gives a valid access token of one machine client; asked before every request, so it may renew.
pub trait Tokens: Send + Sync + 'static {
    /// `caller`: whose call is passed on, or for whom the client acts.
    fn token(&self, tenant: &str, caller: Option<&OnBehalfOf>) -> String;
}

impl<F: Fn(&str, Option<&OnBehalfOf>) -> String + Send + Sync + 'static> Tokens for F {
    fn token(&self, tenant: &str, caller: Option<&OnBehalfOf>) -> String {
        self(tenant, caller)
    }
}

/// Who calls.
#[derive(Clone)]
pub enum Identity {
    Nobody,
    /// User and password, as HTTP Basic.
    Password(Arc<(String, Option<String>)>),
    Token(Arc<str>),
    /// A machine client.
    Issued(Arc<dyn Tokens>),
}

impl Identity {
    pub(crate) fn sign(&self, request: RequestBuilder, tenant: &str, caller: Option<&OnBehalfOf>) -> RequestBuilder {
        match self {
            Self::Nobody => request,
            Self::Password(account) => request.basic_auth(&account.0, account.1.as_ref()),
            Self::Token(token) => request.bearer_auth(token),
            Self::Issued(tokens) => request.bearer_auth(tokens.token(tenant, caller)),
        }
    }
}
