//! What an access token says of the sign-in that it came of.

/// The sign-in of an access token: when it is over, so is the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The session (`sid`).
    pub session: String,
    /// The grant within the session: one tab, one command line.
    pub(crate) grant: String,
    /// Version of the account's credential with which the session began.
    pub(crate) version: u64,
}
