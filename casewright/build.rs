//! The portal is in the binary: when it was built anew, so is what holds it.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let portal = Path::new("../portal/dist");
    // Cargo takes a path that is not there for changed, each time.
    std::fs::create_dir_all(portal)?;
    println!("cargo:rerun-if-changed={}", portal.display());
    Ok(())
}
