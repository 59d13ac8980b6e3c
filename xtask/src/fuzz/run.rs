//! One target: run until its time is over, however often it finds something.

use super::statistics::{self, Statistics};
use super::{TRIPLE, Target, folder, home};
use crate::process::root;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A target that fails so often fails over what it begins with.
const ROUNDS: usize = 10;
/// Less than that is no round.
const SHORTEST: Duration = Duration::from_secs(2);
/// For one finding to be made short.
const MINIMISING: u32 = 60;
const SHORT: &str = "minimised-";

/// What a target came to.
pub(super) struct Found {
    pub(super) name: &'static str,
    pub(super) seconds: f64,
    pub(super) statistics: Statistics,
    /// Inputs in the corpus.
    pub(super) corpus: usize,
    /// Files of this run.
    pub(super) findings: Vec<PathBuf>,
    /// It ended with a failure and left nothing to run again.
    pub(super) has_failed: bool,
}

impl Found {
    pub(super) fn has_findings(&self) -> bool {
        self.has_failed || !self.findings.is_empty()
    }
}

/// Where a target works.
struct Place {
    corpus: PathBuf,
    findings: PathBuf,
    seeds: PathBuf,
    folder: PathBuf,
}

pub(super) fn run(target: &'static Target, seconds: u32) -> Result<Found> {
    let place = Place::new(target)?;
    eprintln!("{}: {seconds} s, findings go to {}", target.name, place.findings.display());
    let (begin, limit) = (Instant::now(), Duration::from_secs(u64::from(seconds)));
    let before = files(&place.findings)?;
    let mut all = Statistics::default();
    let mut has_failed = false;
    for round in 1..=ROUNDS {
        let left = limit.saturating_sub(begin.elapsed());
        if round > 1 && left < SHORTEST {
            break;
        }
        let known = files(&place.findings)?;
        let log = place.folder.join(if round == 1 { "log".to_owned() } else { format!("log-{round}") });
        let succeeded = place.fuzz(target, left, &log)?;
        all.add(&statistics::read(&log)?);
        if succeeded {
            break;
        }
        let new: Vec<PathBuf> = files(&place.findings)?.difference(&known).cloned().collect();
        has_failed |= new.is_empty();
        for finding in &new {
            eprintln!("{}: found {}", target.name, finding.display());
            place.minimise(target, finding)?;
        }
        if new.is_empty() {
            eprintln!("{}: failed; see {}", target.name, log.display());
            break;
        }
    }
    let found = Found {
        name: target.name,
        seconds: begin.elapsed().as_secs_f64(),
        statistics: all,
        corpus: files(&place.corpus)?.len(),
        findings: files(&place.findings)?.difference(&before).cloned().collect(),
        has_failed,
    };
    eprintln!("{}", statistics::line(&found));
    Ok(found)
}

impl Place {
    fn new(target: &Target) -> Result<Self> {
        let folder = folder(target);
        let [corpus, findings, seeds] = ["corpus", "findings", "seeds"].map(|name| folder.join(name));
        for made in [&corpus, &findings, &seeds] {
            std::fs::create_dir_all(made).with_context(|| format!("creating {}", made.display()))?;
        }
        write_seeds(target, &seeds)?;
        Ok(Self { corpus, findings, seeds, folder })
    }

    fn program(&self, target: &Target) -> Command {
        let mut command = Command::new(home().join(TRIPLE).join("release").join(target.name));
        command.current_dir(&self.folder);
        command
    }

    /// Whether it found nothing.
    fn fuzz(&self, target: &Target, time: Duration, log: &Path) -> Result<bool> {
        let log = std::fs::File::create(log).with_context(|| format!("creating {}", log.display()))?;
        let mut command = self.program(target);
        command
            .arg(format!("-max_total_time={}", time.as_secs().max(1)))
            .arg(format!("-max_len={}", target.longest))
            .arg(format!("-artifact_prefix={}/", self.findings.display()))
            // Time is judged by the target itself, in processor time. These two go by the clock and only end what hangs: a
            // target that runs beside others may stand still for minutes.
            .args(["-timeout=1800", "-report_slow_units=1800"])
            .args(["-rss_limit_mb=2048", "-print_final_stats=1", "-use_value_profile=0"]);
        let dictionary = root().join("fuzz/dictionaries").join(format!("{}.dict", target.name));
        if dictionary.exists() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        command.arg(&self.corpus).arg(&self.seeds).args(target.seeds.iter().map(|seeds| root().join(seeds)));
        let status = command.stdout(log.try_clone()?).stderr(log).status();
        Ok(status.with_context(|| format!("starting {}", target.name))?.success())
    }

    /// Leaves a shorter input that does the same beside what was found. What took too much memory stays as it is: libFuzzer
    /// shortens crashes only.
    fn minimise(&self, target: &Target, finding: &Path) -> Result<()> {
        let name = finding.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with("crash-") {
            return Ok(());
        }
        let short = self.findings.join(format!("{SHORT}{name}"));
        let log = std::fs::File::create(self.folder.join("log-minimise"))?;
        let mut command = self.program(target);
        command
            .args(["-minimize_crash=1", "-timeout=1800", "-rss_limit_mb=2048"])
            .arg(format!("-max_total_time={MINIMISING}"))
            .arg(format!("-exact_artifact_path={}", short.display()))
            .arg(finding);
        // How it ends says nothing: it fails when there is nothing shorter.
        command.stdout(log.try_clone()?).stderr(log).status().with_context(|| format!("minimising {name}"))?;
        Ok(())
    }
}

fn files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<BTreeSet<_>>>()?;
    Ok(paths.into_iter().filter(|path| !is_short(path)).collect())
}

fn is_short(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(SHORT))
}

/// `fuzz/seeds/<target>.txt` holds one input per line; libFuzzer wants a file for each.
fn write_seeds(target: &Target, folder: &Path) -> Result<()> {
    let lines = root().join("fuzz/seeds").join(format!("{}.txt", target.name));
    if !lines.exists() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&lines).with_context(|| format!("reading {}", lines.display()))?;
    for (at, line) in text.lines().enumerate() {
        std::fs::write(folder.join(at.to_string()), line)?;
    }
    Ok(())
}
