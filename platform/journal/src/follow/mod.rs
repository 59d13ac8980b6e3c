//! Those who follow the log: consumers with durable positions, and indexes in memory that are fed live.

pub mod consumer;
pub mod observe;
