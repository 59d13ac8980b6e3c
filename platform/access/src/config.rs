//! What access needs to know at start. Every field is a key of the configuration section `access`.

use crate::subject::role;
use crate::topics::Topics;
use casewright_service::config::Secret;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use utoipa::ToSchema;

/// Settings of the section `access`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessConfig {
    /// Public URL of the built-in issuer, ending in `/auth`: what browsers and machine clients reach, and the `iss` of
    /// its tokens.
    pub issuer: String,
    /// Public client of the portal.
    pub portal_client: String,
    /// Public client of `casewright login`, which is sent back to a loopback address of its machine; empty: none.
    pub command_line_client: String,
    /// Where the portal may be sent back to after signing in or out: exact URLs.
    pub redirect_uris: Vec<String>,
    /// File with the 32 bytes that seal what is secret in the journal; made at the first start. All nodes need the same.
    pub key_file: PathBuf,
    /// Life of an access token, in seconds.
    pub access_token_seconds: u32,
    /// Life of a sign-in without use, in seconds; every refresh prolongs it.
    pub session_idle_seconds: u32,
    /// Life of a sign-in at most, in seconds.
    pub session_max_seconds: u32,
    /// Days after which a new signing key is made.
    pub key_rotation_days: u32,
    /// Take the client's address from `X-Forwarded-For`: only behind a proxy that sets it.
    pub trust_forwarded: bool,
    /// Folder with the administrator's own `*.rego` files; none: only the default policies.
    pub policies: Option<PathBuf>,
    /// Ask this Open Policy Agent instead of evaluating in process: its base URL.
    pub opa: Option<String>,
    /// Machine clients that may get a token by client credentials at the built-in issuer.
    pub clients: Vec<MachineClient>,
    /// An external OpenID provider such as Keycloak; its tokens are accepted beside our own.
    pub oidc: Option<ExternalIssuer>,
    /// People sign in with passwords kept here: in the form, over HTTP Basic, with `casewright login`. May be off where
    /// `oidc` is on; what was open ends.
    pub built_in_passwords: bool,
    /// Whether people sign in at the built-in issuer with a code of an authenticator app beside the password: `off`, `optional`
    /// (who wants), `required-for` (those with a role of `second_factor_roles`), `required` (everybody).
    pub second_factor: SecondFactorUse,
    /// Roles that need a second factor where `second_factor` is `required-for`.
    pub second_factor_roles: Vec<String>,
    /// Days in which a password that somebody else chose has to be changed by its owner; 0: as long as it takes.
    pub initial_password_days: u32,
}

/// Who proves more than a password at the built-in issuer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactorUse {
    /// Nobody is asked, whoever has one neither.
    Off,
    /// Whoever has one.
    #[default]
    Optional,
    /// Besides, those with certain roles: without one they set it up at their next sign-in.
    RequiredFor,
    /// Everybody.
    Required,
}

impl AccessConfig {
    /// Whether `required-for` says for whom, in roles that there are: a misspelled one would ask nobody.
    pub(crate) fn names_roles_for_second_factor(&self) -> bool {
        let roles = &self.second_factor_roles;
        let are_known = roles.iter().all(|role| role::OF_PEOPLE.contains(&role.as_str()));
        are_known && (self.second_factor != SecondFactorUse::RequiredFor || !roles.is_empty())
    }
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            issuer: "http://127.0.0.1:8080/auth".to_owned(),
            portal_client: "casewright-portal".to_owned(),
            command_line_client: "casewright-cli".to_owned(),
            redirect_uris: vec!["http://127.0.0.1:8080/".to_owned()],
            key_file: PathBuf::from("access.key"),
            access_token_seconds: 300,
            session_idle_seconds: 12 * 3600,
            session_max_seconds: 7 * 24 * 3600,
            key_rotation_days: 30,
            trust_forwarded: false,
            policies: None,
            opa: None,
            clients: Vec::new(),
            oidc: None,
            built_in_passwords: true,
            second_factor: SecondFactorUse::default(),
            second_factor_roles: Vec::new(),
            initial_password_days: 14,
        }
    }
}

/// A program that acts for itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineClient {
    /// `system:<role>`.
    pub id: String,
    pub secret: Secret,
    /// Roles of its tokens; its id when empty.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Tenant it works for; `default` when empty.
    #[serde(default)]
    pub tenant: String,
    /// The only topics whose external tasks it may do, e.g. `["invoice", "mail.*"]`; absent: those its roles let it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<Topics>,
}

/// An OpenID provider we trust.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExternalIssuer {
    /// Exactly the `iss` of its tokens; discovery is read below it.
    pub issuer: String,
    /// What its people are told by, in policies and timelines; empty: the host of `issuer`.
    pub name: String,
    /// A person of the provider and a built-in account of the same id are one. When off, the provider's is refused while
    /// the account has a password here.
    pub link_accounts: bool,
    /// The `aud` a token must have.
    pub audience: String,
    /// Client the portal signs in with.
    pub client_id: String,
    /// Client that `casewright login` signs in with; empty: none.
    pub command_line_client: String,
    /// Claim that is the user's id. `preferred_username` wants a provider in which users cannot rename themselves.
    pub subject_claim: String,
    /// Dotted path of the claim with the roles.
    pub roles_claim: String,
    /// Dotted path of the claim with the groups; a leading `/` of a group is dropped.
    pub groups_claim: String,
    /// Claim with the tenant; when empty every token is of tenant `default`.
    pub tenant_claim: String,
    /// A person's token has one of these as `acr`, how strongly they signed in; empty: any or none.
    pub required_acr: Vec<String>,
    /// A person's token has all of these in `amr`, how they signed in (`otp`, `hwk`, ...: RFC 8176).
    pub required_amr: Vec<String>,
    /// Seconds since a person proved to be themselves (`auth_time`) that a token is taken; 0: as long as it lives.
    pub max_age: u32,
}

impl ExternalIssuer {
    /// What its people are told by.
    pub(crate) fn name(&self) -> &str {
        if !self.name.is_empty() {
            return &self.name;
        }
        let (_, place) = self.issuer.split_once("://").unwrap_or_default();
        place.split(['/', ':']).next().unwrap_or_default()
    }

    /// The origin that the portal asks for tokens; none when `issuer` is no URL.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        url::Url::parse(&self.issuer).ok().map(|url| url.origin().ascii_serialization())
    }
}

impl Default for ExternalIssuer {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            name: String::new(),
            link_accounts: false,
            audience: "casewright".to_owned(),
            client_id: "casewright-portal".to_owned(),
            command_line_client: "casewright-cli".to_owned(),
            subject_claim: "preferred_username".to_owned(),
            roles_claim: "realm_access.roles".to_owned(),
            groups_claim: "groups".to_owned(),
            tenant_claim: String::new(),
            required_acr: Vec::new(),
            required_amr: Vec::new(),
            max_age: 0,
        }
    }
}
