//! What runs beside the requests.

pub mod expire;

pub use expire::run;
