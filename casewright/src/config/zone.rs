//! `engine.time_zone`: whose clocks cycles, dates without an offset and expressions go by.

use anyhow::{Result, bail};
use jiff::tz::TimeZone;

/// UTC by its other names in the IANA database.
const UTC: [&str; 7] = ["Etc/UCT", "Etc/UTC", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"];

/// The time zone of this process.
#[derive(Debug)]
pub(crate) struct Zone {
    pub(crate) zone: TimeZone,
    /// The configuration or the machine says which one; else it is UTC.
    pub(crate) is_known: bool,
}

/// The zone of this name in the IANA database; of an empty one the machine's (`TZ`, `/etc/localtime`), or UTC where it says none.
///
/// # Errors
/// There is no zone of this name; the text names the key.
pub(crate) fn find(name: &str) -> Result<Zone> {
    if name.is_empty() {
        return Ok(match TimeZone::try_system() {
            Ok(zone) if !zone.is_unknown() => Zone { zone: plain(zone), is_known: true },
            Ok(_) | Err(_) => Zone { zone: TimeZone::UTC, is_known: false },
        });
    }
    match TimeZone::get(name) {
        Ok(zone) => Ok(Zone { zone: plain(zone), is_known: true }),
        Err(_) => bail!(
            "engine.time_zone: '{name}' is no time zone of the IANA database of this machine; write a name like Europe/Berlin"
        ),
    }
}

/// UTC is one zone, whatever it is called.
fn plain(zone: TimeZone) -> TimeZone {
    let is_utc = zone.iana_name().is_some_and(|name| UTC.contains(&name));
    if is_utc { TimeZone::UTC } else { zone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_its_name_and_utc_by_all_of_its() {
        let zone = find("Europe/Berlin").unwrap();
        assert!(zone.is_known);
        assert_eq!(zone.zone.iana_name(), Some("Europe/Berlin"));
        for name in ["UTC", "Etc/UTC", "Zulu"] {
            assert_eq!(find(name).unwrap().zone, TimeZone::UTC, "{name}");
        }
    }

    #[test]
    fn what_is_no_zone_is_refused_by_its_key() {
        for name in ["Berlin", "Europe/Atlantis", "+02:00"] {
            let refused = find(name).unwrap_err().to_string();
            assert!(refused.starts_with("engine.time_zone: ") && refused.contains(name), "{refused}");
        }
    }
}
