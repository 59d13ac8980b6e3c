//! `deny.toml`: which licences are fine, and where code may come from.

use super::packages::{Package, Packages};
use crate::process::root;
use anyhow::{Context, Result};
use serde::Deserialize;
use spdx::{Expression, LicenseItem, ParseMode};

#[derive(Deserialize)]
pub(super) struct Policy {
    licenses: Licenses,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

impl Policy {
    pub(super) fn read() -> Result<Self> {
        let text = std::fs::read_to_string(root().join("deny.toml")).context("reading deny.toml")?;
        toml::from_str(&text).context("deny.toml")
    }

    /// Each crate that must not be built in, with the reason.
    pub(super) fn refused(&self, packages: &Packages) -> Vec<String> {
        packages.foreign().filter_map(|package| self.refusal(package)).collect()
    }

    fn refusal(&self, package: &Package) -> Option<String> {
        let name = format!("{} {}", package.name, package.version);
        let source = package.source.as_deref().unwrap_or_default();
        let registry = source.strip_prefix("registry+").unwrap_or_default();
        if !self.sources.allow_registry.iter().any(|allowed| allowed == registry) {
            return Some(format!("{name} comes from {source}"));
        }
        let Some(license) = &package.license else {
            return Some(format!("{name} says no licence"));
        };
        match Expression::parse_mode(license, ParseMode::LAX) {
            Err(error) => Some(format!("{name}: '{license}' is no licence expression: {}", error.reason)),
            Ok(expression) if !expression.evaluate(|wanted| self.allows(wanted)) => {
                Some(format!("{name} is licensed under {license}"))
            }
            Ok(_) => None,
        }
    }

    /// An exception widens what a licence allows, so it needs no row of its own.
    fn allows(&self, wanted: &spdx::LicenseReq) -> bool {
        let LicenseItem::Spdx { id, .. } = &wanted.license else { return false };
        self.licenses.allow.iter().any(|allowed| allowed == id.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(license: Option<&str>, source: &str) -> Package {
        let [id, name, version] = ["a", "a", "1.0.0"].map(str::to_owned);
        Package {
            id,
            name,
            version,
            license: license.map(str::to_owned),
            repository: None,
            source: Some(source.to_owned()),
        }
    }

    #[test]
    fn only_what_the_policy_names_is_built_in() {
        let policy = Policy::read().unwrap();
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        let refusal = |license, source| policy.refusal(&package(license, source));
        for fine in ["MIT", "MIT/Apache-2.0", "GPL-2.0-only OR MIT", "Apache-2.0 WITH LLVM-exception"] {
            assert_eq!(refusal(Some(fine), registry), None, "{fine}");
        }
        for (license, source, reason) in [
            (Some("GPL-3.0-only"), registry, "is licensed under GPL-3.0-only"),
            (Some("MIT AND AGPL-3.0-only"), registry, "is licensed under"),
            (Some("what I like"), registry, "is no licence expression"),
            (None, registry, "says no licence"),
            (Some("MIT"), "git+https://example.org/a", "comes from git+https://example.org/a"),
            (Some("MIT"), "registry+https://example.org/index", "comes from"),
        ] {
            let refused = refusal(license, source).unwrap();
            assert!(refused.starts_with("a 1.0.0") && refused.contains(reason), "{refused}");
        }
    }
}
