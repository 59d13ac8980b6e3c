//! Templates of mails, and text modules: what people write again and again, kept once. The aggregate `mail-template` is one of them.
//!
//! [`placeholder`] is what stands in a text for something of the case, [`fill`] puts that in.

mod fill;
mod placeholder;
mod state;
mod texts;

pub(crate) use fill::{Filled, Known, Missing, fill};
pub(crate) use state::{MailTemplate, MailTemplateContent, TemplateKind};
pub(crate) use texts::{MailText, text_faults, text_in};
