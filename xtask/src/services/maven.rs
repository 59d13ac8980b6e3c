//! Jars with what they depend on, by the ordinary client.

use crate::process::{command, has, run};
use anyhow::{Result, bail};
use std::path::Path;

/// Copies `group:artifact:version` artifacts and all they need at run time into `folder/libs`.
pub(crate) fn dependencies(folder: &Path, artifacts: &[&str]) -> Result<()> {
    if !has("mvn") {
        bail!("mvn is needed: install Maven and a JDK 17");
    }
    let dependencies: String = artifacts
        .iter()
        .map(|artifact| {
            let mut parts = artifact.split(':');
            let mut next = || parts.next().unwrap_or_default();
            format!(
                "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>",
                next(),
                next(),
                next()
            )
        })
        .collect();
    let pom = format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\
         <groupId>casewright</groupId><artifactId>services</artifactId><version>1</version><packaging>pom</packaging>\
         <dependencies>{dependencies}</dependencies></project>"
    );
    std::fs::write(folder.join("pom.xml"), pom)?;
    let output = format!("-DoutputDirectory={}", folder.join("libs").display());
    run(command("mvn", &["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", &output])
        .current_dir(folder))
}
