//! What the processes under test cost: CPU, memory and bytes written, from `/proc`.

use anyhow::{Context, Result};
use std::collections::HashMap;
use std::fs;

/// Sums over some processes and all below them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    /// Handed to the block layer by the file system; tmpfs writes nothing.
    pub(crate) bytes_written: u64,
    pub(crate) rss_bytes: u64,
    /// Sum of the peaks of the processes that are there.
    pub(crate) rss_peak_bytes: u64,
}

/// Linux counts CPU time in hundredths of a second for user space on all its platforms (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

struct Stat {
    parent: u32,
    ticks: u64,
    ended_children_ticks: u64,
}

/// Of these processes and their descendants.
pub(crate) fn usage(roots: &[u32]) -> Result<Usage> {
    let mut all: HashMap<u32, Stat> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // A process may end while it is looked at.
        if let Some(stat) = fs::read_to_string(format!("/proc/{pid}/stat")).ok().and_then(|text| parse_stat(&text)) {
            all.insert(pid, stat);
        }
    }
    let mut sum = Usage::default();
    let mut ticks = 0;
    for (&pid, stat) in all.iter().filter(|(pid, _)| is_below(**pid, roots, &all)) {
        ticks += stat.ticks + stat.ended_children_ticks;
        let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) else {
            continue;
        };
        sum.rss_bytes += field(&status, "VmRSS:").unwrap_or(0) * 1024;
        sum.rss_peak_bytes += field(&status, "VmHWM:").unwrap_or(0) * 1024;
        let io = fs::read_to_string(format!("/proc/{pid}/io"))
            .with_context(|| format!("/proc/{pid}/io: only the user of a process may read it"))?;
        sum.bytes_written += field(&io, "write_bytes:").unwrap_or(0);
    }
    sum.cpu_seconds = ticks as f64 / TICKS_PER_SECOND;
    Ok(sum)
}

/// Resident memory of one process alone, in bytes.
pub(crate) fn own_rss(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).with_context(|| format!("process {pid}"))?;
    Ok(field(&status, "VmRSS:").unwrap_or(0) * 1024)
}

fn is_below(pid: u32, roots: &[u32], all: &HashMap<u32, Stat>) -> bool {
    let mut at = pid;
    while at != 0 {
        if roots.contains(&at) {
            return true;
        }
        at = all.get(&at).map_or(0, |stat| stat.parent);
    }
    false
}

/// The name stands in parentheses and may hold spaces: fields count from behind it.
fn parse_stat(text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    Some(Stat {
        parent: u32::try_from(number(1)?).ok()?,
        ticks: number(11)? + number(12)?,
        ended_children_ticks: number(13)? + number(14)?,
    })
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)).and_then(|rest| rest.split_whitespace().next()?.parse().ok())
}

/// Cores, memory and processor model; nothing that names a machine.
pub(crate) fn machine() -> serde_json::Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let memory = field(&read("/proc/meminfo"), "MemTotal:").unwrap_or(0);
    let cpus = read("/proc/cpuinfo");
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")).map(|rest| rest.trim_matches([':', ' ', '\t']));
    serde_json::json!({
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "memoryGiB": memory / (1024 * 1024),
        "processor": model,
        "load": read("/proc/loadavg").split_whitespace().next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let text = "12 (a b) c) S 7 12 12 0 -1 4194304 1 2 3 4 50 60 8 9 20 0 1 0 5 6 7";
        let stat = parse_stat(text).unwrap();
        assert_eq!((stat.parent, stat.ticks, stat.ended_children_ticks), (7, 110, 17));
    }

    #[test]
    fn this_process_uses_memory() {
        let usage = usage(&[std::process::id()]).unwrap();
        assert!(usage.rss_bytes > 0 && usage.rss_peak_bytes >= usage.rss_bytes);
    }
}
