//! Configuration: defaults, then one TOML file, then the environment; one type is the truth of all three.
//!
//! Every key of the type has an environment variable: `CASEWRIGHT_SECTION__KEY`. A key that is not in the type, or a
//! value of the wrong kind, stops the start with the key, the value, where it stands and what would be right.

mod load;
mod locate;
mod print;
mod secret;

pub use load::{ConfigError, Origin, load};
pub use print::print;
pub use secret::Secret;

/// What every environment variable of ours begins with.
pub const ENV_PREFIX: &str = "CASEWRIGHT_";
