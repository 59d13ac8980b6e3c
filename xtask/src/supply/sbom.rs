//! The bill of materials of the binary and of the portal in it: CycloneDX 1.6, JSON.

use super::packages::{Package, Packages};
use crate::build;
use crate::process::{command, root, target};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Writes it below the build folder.
pub(super) fn write(packages: &Packages) -> Result<PathBuf> {
    let path = target().join("sbom/casewright.cdx.json");
    let folder = path.parent().context("a file is in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let bill = bill(packages)?;
    std::fs::write(&path, serde_json::to_vec_pretty(&bill)?).with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}

fn bill(packages: &Packages) -> Result<Value> {
    let digests = Packages::checksums()?;
    let mut components: Vec<Value> = packages
        .all()
        .iter()
        .map(|package| component(package, digests.get(&(package.name.clone(), package.version.clone()))))
        .collect();
    let dependencies: Vec<Value> =
        packages.nodes().iter().map(|node| json!({"ref": node.id, "dependsOn": node.dependencies})).collect();
    components.extend(of_the_portal()?);
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "casewright", "bom-ref": "casewright"}},
        "components": components,
        "dependencies": dependencies,
    }))
}

fn component(package: &Package, sha256: Option<&String>) -> Value {
    let mut told = json!({
        "type": "library",
        "bom-ref": package.id,
        "name": package.name,
        "version": package.version,
        "purl": format!("pkg:cargo/{}@{}", package.name, package.version),
    });
    if let Some(license) = &package.license {
        // Some still divide licences by a slash, which SPDX does not know.
        told["licenses"] = json!([{"expression": license.replace(" / ", " OR ").replace('/', " OR ")}]);
    }
    if let Some(digest) = sha256 {
        told["hashes"] = json!([{"alg": "SHA-256", "content": digest}]);
    }
    if let Some(repository) = &package.repository {
        told["externalReferences"] = json!([{"type": "vcs", "url": repository}]);
    }
    told
}

/// What of npm is in the pages; tools that only build them are not.
fn of_the_portal() -> Result<Vec<Value>> {
    let folder = root().join("portal");
    build::packages(&folder)?;
    let arguments = ["sbom", "--omit=dev", "--package-lock-only", "--sbom-format=cyclonedx"];
    let output = command("npm", &arguments).current_dir(&folder).output().context("running npm sbom")?;
    if !output.status.success() {
        bail!("npm sbom: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let bill: Value = serde_json::from_slice(&output.stdout).context("npm sbom answered something else")?;
    let components = bill["components"].as_array().context("npm sbom knows no components")?;
    Ok(components.clone())
}
