//! What is told to who is not recognised.

use casewright_service::Problem;

pub(crate) fn passwords_off() -> Problem {
    Problem::unauthorized(
        "People sign in at the identity provider of this installation, not with a password kept here.",
    )
}

pub(crate) fn over() -> Problem {
    Problem::unauthorized("The sign-in of this token is over.")
}

pub(crate) fn expired_token() -> Problem {
    Problem::unauthorized("The token has expired.")
}

/// What was never good, here or now.
pub(crate) fn invalid_token() -> Problem {
    Problem::unauthorized("The token is not valid.")
}

pub(crate) fn wrong_password() -> Problem {
    Problem::unauthorized("User name or password is wrong.")
}

pub(crate) fn unreadable() -> Problem {
    Problem::unauthorized("The Authorization header is not one we understand.")
}
