//! What the listener takes, by the settings and by what the machine lets a process open.

use crate::config::Config;
use casewright_service::http::Limits;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Files of the journal, of attachments, and connections to others, for which descriptors are kept back.
const KEPT_BACK: u64 = 512;

/// Raises the number of files that may be open to what is allowed (service managers start with 1,024 of many), and fits the
/// settings below it.
pub(super) fn of(config: &Config) -> Limits {
    fit(config, open_files())
}

fn open_files() -> u64 {
    let (soft, hard) = match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok(limits) => limits,
        Err(error) => {
            tracing::warn!(%error, "how many files may be open is not known; few are taken for granted");
            return 1_024;
        }
    };
    // Not without end: some libraries walk through all numbers.
    let wanted = hard.min(1 << 20);
    if wanted <= soft {
        return soft;
    }
    match setrlimit(Resource::RLIMIT_NOFILE, wanted, hard) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::warn!(%error, files = soft, "the number of open files could not be raised");
            soft
        }
    }
}

fn fit(config: &Config, open_files: u64) -> Limits {
    let room = open_files.saturating_sub(KEPT_BACK.min(open_files / 2));
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    let connections = config.server.connections.clamp(1, room.max(1));
    if connections < config.server.connections {
        tracing::warn!(
            connections,
            open_files,
            "server.connections: more than the files this process may open; raise its limit (ulimit -n, LimitNOFILE)"
        );
    }
    // Behind a proxy everybody has the proxy's address, and the proxy counts.
    let connections_per_address = if config.access.trust_forwarded { 0 } else { config.server.connections_per_address };
    Limits { connections, connections_per_address, ..Limits::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        let mut config = Config::default();
        assert_eq!(fit(&config, 1 << 20).connections, config.server.connections);
        assert_eq!(fit(&config, 1_024).connections, 512);
        assert_eq!(fit(&config, 100).connections, 50);
        config.server.connections = 0;
        assert_eq!(fit(&config, 1_024).connections, 1);
    }

    #[test]
    fn an_address_is_not_limited_where_it_is_the_proxy_s() {
        let mut config = Config::default();
        assert!(fit(&config, 1 << 20).connections_per_address > 0);
        config.access.trust_forwarded = true;
        assert_eq!(fit(&config, 1 << 20).connections_per_address, 0);
    }
}
