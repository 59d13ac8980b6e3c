//! Saved views: lists of cases that somebody put together once and people come back to. The aggregate `saved-view` is one of
//! them, `saved-view-choices` is which of them a person has pinned, and which they begin with.

mod choices;
mod state;

pub(crate) use choices::Choices;
pub(crate) use state::{Layout, SavedView, SavedViewContent};
