//! One file per command other than `serve`.

pub(crate) mod backup;
pub(crate) mod client;
pub(crate) mod decision;
pub(crate) mod demo_mail;
pub(crate) mod deploy;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod process;
pub(crate) mod refusal;
pub(crate) mod user;
pub(crate) mod verify;
pub(crate) mod whoami;
