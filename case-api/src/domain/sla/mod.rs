//! Service levels: a promise about working time, counted by a clock per case.
//!
//! [`calendar`] knows working time, [`clock`] counts it, [`policy`] says when a clock starts, pauses and stops. All pure:
//! the time comes in with the command, the background ticker only asks a case to look at the clock.

pub(crate) mod calendar;
pub(crate) mod clock;
pub(crate) mod policy;

pub(crate) use clock::{NewClock, PauseKind, PausedBy, SlaClock, SlaLevel, SlaState};
pub(crate) use policy::{SlaPolicy, SlaScope};
