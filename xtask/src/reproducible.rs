//! Builds that come out the same wherever and whenever they are made, so that others can find out whether a binary is of its source.
//!
//! What would differ: the folders of the checkout and of Cargo in messages of panics and in `__FILE__` of C, and the time of the build. The
//! files of the portal are embedded without their times (`rust-embed`'s `deterministic-timestamps`). What must be the same on both sides is
//! said in SECURITY.md: toolchain, C compiler, Node.js.

use crate::process::{cargo_command, command, has, root, run, target};
use crate::{build, process};
use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What folders are called in what is built.
const CHECKOUT: &str = "/casewright";
const CARGO: &str = "/cargo";

#[derive(clap::Args)]
pub(crate) struct Reproducible {
    /// Only the binary of this package, without the portal; else the whole platform, which takes as long as two builds of a release.
    #[arg(long)]
    package: Option<String>,
}

impl Reproducible {
    /// Builds what is committed twice, in folders of different names, and compares.
    pub(crate) fn execute(&self) -> Result<()> {
        let home = target().join("reproducible");
        if home.exists() {
            std::fs::remove_dir_all(&home)?;
        }
        let folders = ["here", "somewhere/quite/else"].map(|name| home.join(name));
        let mut digests = Vec::new();
        for folder in &folders {
            export(folder)?;
            let binary = self.build_in(folder)?;
            let digest = digest(&binary)?;
            println!("{digest}  {}", binary.display());
            digests.push(digest);
        }
        if digests[0] != digests[1] {
            bail!("the two differ; diffoscope shows where");
        }
        println!("both are the same");
        Ok(())
    }

    fn build_in(&self, folder: &Path) -> Result<PathBuf> {
        let name = self.package.as_deref().unwrap_or("casewright");
        if self.package.is_none() {
            let portal = folder.join("portal");
            build::packages(&portal)?;
            run(command("npm", &["run", "--silent", "build"]).current_dir(&portal).envs(settings(folder)?))?;
        }
        let target = folder.join("target");
        let mut cargo = cargo_command(&["build", "--release", "--locked", "--package", name]);
        run(cargo.current_dir(folder).env("CARGO_TARGET_DIR", &target).envs(settings(folder)?))?;
        Ok(target.join("release").join(name))
    }
}

/// What is committed, without what lies beside it.
fn export(folder: &Path) -> Result<()> {
    if !has("git") || !has("tar") {
        bail!("git and tar are needed");
    }
    std::fs::create_dir_all(folder)?;
    let mut archive = command("git", &["archive", "--format=tar", "HEAD"]).stdout(Stdio::piped()).spawn()?;
    let content = archive.stdout.take().context("git archive says nothing")?;
    run(Command::new("tar").arg("-x").arg("-C").arg(folder).stdin(content))?;
    if !archive.wait()?.success() {
        bail!("git archive failed");
    }
    Ok(())
}

/// Variables of the environment under which a build in this folder says nothing of the folder, nor of the time.
pub(crate) fn settings(folder: &Path) -> Result<Vec<(&'static str, OsString)>> {
    let folder = folder.canonicalize().with_context(|| format!("{} is not there", folder.display()))?;
    let cargo = cargo_home()?;
    let named = [(&cargo, CARGO), (&folder, CHECKOUT)];
    let mapped = |option: &str, between: &str| {
        let options = named.iter().map(|(from, to)| format!("{option}={}={to}", from.display()));
        options.collect::<Vec<_>>().join(between)
    };
    // Of C and C++ (SQLite, QuickJS, librdkafka, mimalloc).
    let c = mapped("-ffile-prefix-map", " ");
    Ok([
        // Separated so that a path may have spaces in it.
        ("CARGO_ENCODED_RUSTFLAGS", mapped("--remap-path-prefix", "\u{1f}")),
        ("CFLAGS", c.clone()),
        ("CXXFLAGS", c),
        ("SOURCE_DATE_EPOCH", committed_at()?),
        ("CARGO_INCREMENTAL", "0".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("LC_ALL", "C".to_owned()),
    ]
    .map(|(name, value)| (name, OsString::from(value)))
    .to_vec())
}

/// Where Cargo keeps what others wrote.
fn cargo_home() -> Result<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let usual = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    named.or_else(usual).context("neither CARGO_HOME nor HOME is set")
}

/// When the last commit was made, in seconds since 1970: a time that everybody finds who builds it.
fn committed_at() -> Result<String> {
    let told =
        process::command("git", &["log", "-1", "--format=%ct"]).current_dir(root()).output().context("git log")?;
    let time = String::from_utf8(told.stdout).context("git log")?.trim().to_owned();
    if time.is_empty() {
        bail!("git log tells no time: a build that comes out the same needs the repository");
    }
    Ok(time)
}

fn digest(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(HEXLOWER.encode(&Sha256::digest(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_build_has_one_name_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path()).unwrap();
        let value =
            |name: &str| settings.iter().find(|(known, _)| *known == name).unwrap().1.to_str().unwrap().to_owned();
        let own = folder.path().canonicalize().unwrap();
        assert!(value("CARGO_ENCODED_RUSTFLAGS").ends_with(&format!("={}=/casewright", own.display())));
        assert!(value("CFLAGS").contains(&format!("-ffile-prefix-map={}=/casewright", own.display())));
        assert!(value("SOURCE_DATE_EPOCH").parse::<u64>().unwrap() > 1_700_000_000);
    }
}
