//! `cargo xtask test supply` and `cargo xtask sbom`: what is built in that others wrote.

mod advisories;
mod packages;
mod policy;
mod sbom;

use advisories::Check;
use anyhow::{Result, bail};
use packages::Packages;
use policy::Policy;

#[derive(clap::Args)]
pub(crate) struct Sbom;

impl Sbom {
    /// Writes the bill of materials, and says where.
    pub(crate) fn execute(&self) -> Result<()> {
        let path = sbom::write(&Packages::locked()?)?;
        println!("{}", path.display());
        Ok(())
    }
}

/// Licences and sources of all crates, known weaknesses, and the bill of materials.
pub(crate) fn step() -> Result<()> {
    let packages = Packages::locked()?;
    let refused = Policy::read()?.refused(&packages);
    if !refused.is_empty() {
        bail!("deny.toml does not allow what stands in Cargo.lock:\n  {}", refused.join("\n  "));
    }
    let count = packages.foreign().count();
    let written = sbom::write(&packages)?;
    eprintln!("the bill of materials is {}", written.display());
    let mut checks = advisories::of_crates()?;
    checks.push(advisories::of_npm()?);
    eprintln!("checked: {count} crates of others are licensed and come from where deny.toml allows");
    for Check { what, unknown } in checks {
        match unknown {
            None => eprintln!("checked: {what}"),
            Some(why) => eprintln!("\n!!! NOT CHECKED, and nothing is known about it: {what}: {why}\n"),
        }
    }
    Ok(())
}
