//! The unit of systemd, by systemd-analyze; where there is none, its directives by a list.

use super::{Inputs, platform};
use crate::deploy::files;
use crate::deploy::tools::ask;
use crate::process::{has, target};
use anyhow::{Context as _, Result};
use std::fs;
use std::process::Command;

const PLACE: &str = "deploy/systemd/casewright.service";
/// What `systemd-analyze security` may find at most, in tenths: 17 with the right to ports below 1024.
const EXPOSURE: &str = "20";

pub(super) fn check(inputs: &Inputs) -> Result<Vec<String>> {
    let text = files::text(PLACE)?;
    let mut found = match has("systemd-analyze") {
        true => analyzed(inputs, &text)?,
        false => {
            eprintln!("\n!!! no systemd-analyze here: {PLACE} is held against a list of directives only\n");
            unlisted(&text)
        }
    };
    found.extend(settings(inputs, &text)?);
    Ok(found)
}

fn analyzed(inputs: &Inputs, text: &str) -> Result<Vec<String>> {
    let folder = target().join("services/deploy");
    let path = folder.join("casewright.service");
    // It looks whether the program is there.
    let text = text.replace("/usr/local/bin/casewright", &inputs.binary.to_string_lossy());
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    let mut found = Vec::new();
    // What it ignores it only warns of, and is content.
    let said = ask(Command::new("systemd-analyze").arg("verify").arg(&path))?;
    found.extend(said.lines.iter().map(|line| line.replace(&*path.to_string_lossy(), PLACE)));
    let threshold = format!("--threshold={EXPOSURE}");
    let security = ["security", "--offline=true", "--no-pager", &threshold];
    let said = ask(Command::new("systemd-analyze").args(security).arg(&path))?;
    if !said.is_content {
        let overall = said.lines.iter().find(|line| line.contains("Overall exposure")).cloned().unwrap_or_default();
        found.push(format!("{PLACE}: more exposed than {EXPOSURE} tenths: {overall}"));
    }
    Ok(found)
}

/// Directives of the unit that are in none of these: those that it needs, as systemd 252 knows them.
fn unlisted(text: &str) -> Vec<String> {
    const KNOWN: &str = "Description Wants After StartLimitIntervalSec Type User Group ExecStart Environment LoadCredential StateDirectory \
        StateDirectoryMode UMask Restart RestartSec TimeoutStopSec KillMode LimitNOFILE TasksMax LimitCORE OOMPolicy \
        CapabilityBoundingSet AmbientCapabilities NoNewPrivileges DevicePolicy KeyringMode LockPersonality MemoryDenyWriteExecute \
        PrivateDevices PrivateIPC PrivateTmp ProcSubset ProtectClock ProtectControlGroups ProtectHome ProtectHostname \
        ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProtectSystem RemoveIPC RestrictAddressFamilies \
        RestrictNamespaces RestrictRealtime RestrictSUIDSGID SystemCallArchitectures SystemCallFilter SystemCallErrorNumber WantedBy";
    let directives = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    let unknown = directives.map(|(name, _)| name).filter(|name| !KNOWN.split_whitespace().any(|known| known == *name));
    unknown.map(|name| format!("{PLACE}: {name} is not in the list of directives")).collect()
}

/// What the unit and the configuration beside it say, the platform takes.
fn settings(inputs: &Inputs, text: &str) -> Result<Vec<String>> {
    let variables = text.lines().filter_map(|line| line.strip_prefix("Environment=")?.split_once('='));
    let variables = variables.filter(|(name, _)| name.contains("__"));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.replace("%S", "/var/lib"))).collect();
    let file = crate::process::root().join("deploy/systemd/casewright.toml");
    Ok(platform::refused(inputs, PLACE, Some(&file), variables)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_that_is_none_is_found_without_systemd_too() {
        assert_eq!(unlisted(&files::text(PLACE).unwrap()), Vec::<String>::new());
        let found = unlisted("[Service]\n# A word\nProtectHomee=yes\n");
        assert!(found.len() == 1 && found[0].contains("ProtectHomee"), "{found:?}");
    }
}
