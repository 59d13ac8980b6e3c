//! Why somebody is not signed in; each with a stable code of `docs/errors.md`, and what to do.

use std::path::PathBuf;

type Cause = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("not-signed-in: nobody is signed in at {url} here; sign in by: casewright login --url {url}")]
    NotSignedIn { url: String },
    #[error(
        "not-signed-in: {url} wants to know who you are: sign in by casewright login --url {url}, or give --user and \
         --password, or --token"
    )]
    Unknown { url: String },
    #[error("sign-in-ended: the sign-in at {url} has ended; sign in again by: casewright login --url {url}")]
    Ended { url: String },
    #[error("sign-in-unavailable: {url} names no client for the command line; give --user and --password, or --token")]
    Unavailable { url: String },
    #[error("sign-in-refused: the identity provider refused: {0}")]
    Refused(String),
    #[error("sign-in-timed-out: nobody signed in within {minutes} minutes; run the command again")]
    TimedOut { minutes: u64 },
    #[error(
        "sign-in-not-accepted: {url} does not accept the tokens of {issuer}; an administrator looks at access.oidc"
    )]
    NotAccepted { url: String, issuer: String },
    #[error("device-flow-unavailable: {issuer} has no sign-in from another device; leave --device away")]
    DeviceUnavailable { issuer: String },
    #[error("loopback-unavailable: no port of this machine can be listened on; try --device")]
    Loopback(#[source] std::io::Error),
    #[error("provider-unavailable: the identity provider {issuer} cannot be asked")]
    ProviderUnavailable {
        issuer: String,
        #[source]
        source: Cause,
    },
    #[error("provider-answer: the identity provider {issuer} answered with what cannot be used")]
    ProviderAnswer {
        issuer: String,
        #[source]
        source: Cause,
    },
    #[error("credentials-file: {} cannot be used; repair or delete it", .path.display())]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("credentials-file: there is no folder to keep a sign-in in; set HOME or XDG_CONFIG_HOME")]
    NoFolder,
}
