//! What somebody makes, keeps, and may show to others: saved views, templates of mails, signatures. They have an owner, an audience, and
//! are created, changed and deleted alike; what each says is its [`SharedContent`].

mod audience;
mod event;
mod state;

pub(crate) use audience::{Audience, name_faults};
pub(crate) use event::SharedEvent;
pub(crate) use state::{Shared, SharedContent};
