//! How long a sign-in lasts, by the settings.

use crate::config::AccessConfig;
use jiff::SignedDuration;

/// How long a sign-in lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    pub(crate) idle: SignedDuration,
    pub(crate) max: SignedDuration,
}

impl From<&AccessConfig> for Lifetime {
    fn from(config: &AccessConfig) -> Self {
        Self {
            idle: SignedDuration::from_secs(i64::from(config.session_idle_seconds)),
            max: SignedDuration::from_secs(i64::from(config.session_max_seconds)),
        }
    }
}
