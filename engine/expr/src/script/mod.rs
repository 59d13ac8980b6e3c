//! Scripts: JavaScript in a sandbox, and the expression languages when a script format names them.

mod bridge;
mod convert;
mod isolated;
mod javascript;
mod mentions;
mod meter;
mod place;

pub use isolated::{isolate_scripts, read_time_zone, run_scripts};
pub(crate) use javascript::run as run_javascript;
pub(crate) use mentions::mentions as javascript_mentions;
pub use meter::ScriptMeter;
pub(crate) use meter::Unmetered;
pub use place::{may_take_long, without_long_work};

/// What a script format means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    JavaScript,
    Feel,
    Juel,
}

impl Format {
    /// Names as Camunda's script engines register them; none for languages that need a JVM.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "javascript"
            | "ecmascript"
            | "js"
            | "graal.js"
            | "graaljs"
            | "nashorn"
            | "text/javascript"
            | "application/javascript"
            | "application/ecmascript"
            | "text/ecmascript" => Some(Self::JavaScript),
            "feel" => Some(Self::Feel),
            // A script without a format is JUEL in Camunda.
            "juel" | "" => Some(Self::Juel),
            other if other.contains("/feel") => Some(Self::Feel),
            _ => None,
        }
    }
}
