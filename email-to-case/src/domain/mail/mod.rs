//! The `mail` aggregate: one message, in or out, from its first byte to what became of it.

mod apply;
mod authentication;
mod content;
pub(crate) mod decide;
mod event;
pub mod identity;
mod state;

pub use authentication::{Assessment, Authentication, DomainPolicy, Finding, Origin, Outcome, Sealed};
pub use content::{Attachment, Content, PartState};
pub use event::{MailEvent, ThreadedBy};
pub use state::{Delivery, KeptBecause, Mail, MailState, ProblemCode, WaitsFor};
