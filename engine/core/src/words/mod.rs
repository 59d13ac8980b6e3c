//! How Camunda 7 calls what this crate knows by type. These are words of its REST interface and decide nothing here.

mod migration;
mod rejection;

pub use migration::class_name;
