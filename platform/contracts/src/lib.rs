//! What rooms say to each other and what policies are told, as types.
//!
//! A room stores its events in types of its own; what stands here is the part of them that other rooms rely on. Who writes
//! an event tests that it reads back as the type here, so a field that is renamed there fails there. Readers match on these
//! types and pick nothing out of foreign JSON.
//!
//! What this crate must never do: know HTTP, a store or a runtime, decide anything, or say more of an event than somebody reads.
//!
//! - [`process`], [`case`] and [`mail`] are events of the engine, of cases and of mails.
//! - [`CaseAttributes`] is what policies are told of a case, [`CaseRow`] the row of the view that it is made of.
//! - [`actor`] is who does something, and for whom.
//! - [`directory`] and [`links`] are rows that more than one room reads.
//! - [`ids`] is how ids of the engine lead to each other.
//! - [`kinds`] and [`views`] are names that more than one room uses.

pub mod actor;
pub mod case;
pub mod directory;
pub mod ids;
pub mod kinds;
pub mod links;
pub mod mail;
pub mod process;
pub mod views;

pub use actor::{Actor, OnBehalfOf};
pub use case::{CaseAttributes, CaseEvent, CaseFact, CaseHoldRow, CaseHoldRowColumns, CaseRow, CaseRowColumns};
pub use directory::{GroupRow, MemberRow, QueueMembersRow, QueueMembersRowColumns, UserRow};
pub use mail::MailEvent;
pub use process::ProcessEvent;
