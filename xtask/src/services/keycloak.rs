//! Keycloak with the realm of `keycloak/` and the demo's people.

use super::{Service, folder, once};
use crate::process::{Server, answers, command, free_port, has, root, run};
use anyhow::{Result, bail};
use std::fs;
use std::process::Command;
use std::time::Duration;

const VERSION: &str = "26.7.3";
/// Of the client for workers.
pub(crate) const WORKER_SECRET: &str = "worker-secret-for-tests";

/// Starts it for a platform at this address; the service's address is the issuer.
pub(crate) fn start(platform: &str) -> Result<Service> {
    let folder = folder("keycloak")?;
    let home = folder.join(format!("keycloak-{VERSION}"));
    once(&folder, VERSION, || {
        if !has("mvn") || !has("jar") {
            bail!("mvn and jar are needed: install Maven and a JDK 17");
        }
        let artifact = format!("-Dartifact=org.keycloak:keycloak-quarkus-dist:{VERSION}:zip");
        let output = format!("-DoutputDirectory={}", folder.display());
        run(command("mvn", &["-q", "-B", "dependency:copy", &artifact, &output]).current_dir(&folder))?;
        run(command("jar", &["xf", &format!("keycloak-quarkus-dist-{VERSION}.zip")]).current_dir(&folder))
    })?;
    let data = home.join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let import = data.join("import");
    fs::create_dir_all(&import)?;
    fs::copy(root().join("keycloak/casewright-realm.json"), import.join("casewright-realm.json"))?;
    fs::copy(root().join("keycloak/demo-users.json"), import.join("casewright-users-0.json"))?;
    let (port, management) = (free_port()?, free_port()?);
    // The archive's own start script is not executable after `jar xf`.
    let mut keycloak = Command::new("bash");
    keycloak.arg(home.join("bin/kc.sh")).args(["start-dev", "--import-realm", "--http-host=127.0.0.1"]);
    keycloak.args(["--health-enabled=true", "--cache=local"]);
    keycloak.arg(format!("--http-port={port}")).arg(format!("--http-management-port={management}"));
    keycloak.env("JAVA_OPTS_KC_HEAP", "-Xms128m -Xmx512m");
    keycloak.env("CASEWRIGHT_URL", platform).env("CASEWRIGHT_WORKER_SECRET", WORKER_SECRET);
    let mut server = Server::start("Keycloak", &mut keycloak, Some(&folder.join("server.log")))?;
    let issuer = format!("http://127.0.0.1:{port}/realms/casewright");
    let discovery = format!("{issuer}/.well-known/openid-configuration");
    server.wait_until(Duration::from_secs(300), || answers(&discovery))?;
    Ok(Service::new(server, "CASEWRIGHT_ACCESS__OIDC__ISSUER", issuer))
}
