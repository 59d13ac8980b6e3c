//! How cases, and people, are deleted: who asked and who approved, what is deleted, and what is left of it. In the end it is the
//! certificate, so nothing in it names whom it was about: what does is kept beside it ([`request`]) until it is over.

mod certificate;
pub(crate) mod request;
mod state;

pub(crate) use certificate::{DisposedCase, Kept, KeptWhat, NotErasedBecause, Owned, Removed};
pub(crate) use state::{Disposal, DisposalEvent, DisposalPhase, DisposalRejection, DisposalTarget, Plan};
