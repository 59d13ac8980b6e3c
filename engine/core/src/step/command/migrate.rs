//! Migration to another version of a definition: the command exists, its behaviour does not yet.

use super::Reply;
use crate::command::Migrate;
use crate::outcome::Rejection;
use crate::step::fault::Done;
use crate::step::run::Step;

pub(crate) fn migrate(step: &Step<'_>, command: &Migrate) -> Done<Reply> {
    super::instance::find(step, command.instance)?;
    Err(Rejection::BadRequest(format!("process instance migration to '{}' is not supported", command.plan.target))
        .into())
}
