//! The life of an element instance, from the token in front of its element to the tokens behind it.
//!
//! | from | when | to | what is done |
//! |---|---|---|---|
//! | – | a flow is taken, a token placed | [`Arriving`](Phase::Arriving) | behind an `asyncBefore` job, or on at once |
//! | `Arriving` | the job has run, or there is none | [`Active`](Phase::Active) | activity instance, input mappings, subscriptions, start listeners; then [`Element::enter`] |
//! | `Active` | a child has completed | `Active` | [`Element::child_completing`] and [`Element::child_completed`] of the scope |
//! | `Active` | nothing is left inside | `Active` | [`Element::emptied`] |
//! | `Active` | its work is done | gone, or [`Leaving`](Phase::Leaving) | flows are chosen, end listeners, output mappings, compensation is recorded, the scope is destroyed |
//! | `Leaving` | the `asyncAfter` job has run | gone | `take` listeners, tokens in front of the next elements |
//! | `Active` | it is cancelled, or its scope | gone | what it has is cleared away, inner ones first; end listeners and output mappings run |
//! | – | a completed subprocess is compensated | [`Compensating`](Phase::Compensating) | its handlers run inside |
//! | `Compensating` | its handlers have completed | gone | nothing of it stays |
//!
//! The order within a row is Camunda 7's. This is the only place that asks elements what they do at these turns; an element
//! answers with a [`Then`], which is carried out here.
//!
//! [`Phase`]: crate::entity::Phase
//! [`Phase::Arriving`]: crate::entity::Phase::Arriving
//! [`Phase::Active`]: crate::entity::Phase::Active
//! [`Phase::Leaving`]: crate::entity::Phase::Leaving
//! [`Phase::Compensating`]: crate::entity::Phase::Compensating
//! [`Then`]: crate::step::element::Then
//! [`Element::enter`]: crate::step::element::Element::enter
//! [`Element::child_completing`]: crate::step::element::Element::child_completing
//! [`Element::child_completed`]: crate::step::element::Element::child_completed
//! [`Element::emptied`]: crate::step::element::Element::emptied

mod advance;
pub(crate) mod cancellation;
mod carry_out;
mod leave;
mod scope;
mod settle;

pub(crate) use carry_out::{begin_at, throw_error};
pub(crate) use settle::settle;
