//! Camunda 7 with its REST API, as its Spring Boot starter runs it, over PostgreSQL: the peer of `cargo xtask bench`.
//!
//! What it gets is what a user gets: the starter's own connection pool and job executor, history `full`.

use super::{folder, maven, once, postgresql};
use crate::process::{Server, answers, free_port, run};
use anyhow::Result;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) const VERSION: &str = "7.24.0";
/// The version that the starter was built with.
const SPRING_BOOT: &str = "3.5.5";
const DRIVER: &str = "42.7.7";
/// Camunda names an older one, and nearest wins: Spring's logging does not start with that.
const SLF4J: &str = "2.0.17";

/// In a package of its own: Spring looks through the whole package of an application.
const APPLICATION: &str = "\
package casewright.peer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Peer {
    public static void main(String[] arguments) {
        SpringApplication.run(Peer.class, arguments);
    }
}
";

/// A running engine with its database.
pub(crate) struct Camunda {
    pub(crate) server: Server,
    pub(crate) database: Server,
    pub(crate) base: String,
    /// Without its database, which was there already.
    pub(crate) start: Duration,
}

pub(crate) fn start() -> Result<Camunda> {
    let folder = folder("camunda7")?;
    once(&folder, VERSION, || get(&folder))?;
    let database = postgresql::start()?;
    let port = free_port()?;
    let mut java = Command::new("java");
    java.args(["-Xms512m", "-Xmx2g", "-cp"])
        .arg(format!("{0}/classes:{0}/libs/*", folder.display()))
        .arg("casewright.peer.Peer");
    java.arg(format!("--server.port={port}")).args(["--server.address=127.0.0.1", "--spring.main.banner-mode=off"]);
    java.arg(format!("--spring.datasource.url=jdbc:postgresql://127.0.0.1:{}/{}", database.port, postgresql::DATABASE));
    java.args(["--spring.datasource.username=bench", "--camunda.bpm.history-level=full"]);
    let begin = Instant::now();
    let mut server = Server::start("Camunda 7", java.current_dir(&folder), Some(&folder.join("server.log")))?;
    let base = format!("http://127.0.0.1:{port}/engine-rest");
    let version = format!("{base}/version");
    server.wait_until(Duration::from_secs(120), || answers(&version))?;
    Ok(Camunda { server, database: database.server, base, start: begin.elapsed() })
}

fn get(folder: &Path) -> Result<()> {
    maven::dependencies(
        folder,
        &[
            &format!("org.camunda.bpm.springboot:camunda-bpm-spring-boot-starter-rest:{VERSION}"),
            // Variables of the type Json.
            &format!("org.camunda.bpm:camunda-engine-plugin-spin:{VERSION}"),
            &format!("org.camunda.spin:camunda-spin-dataformat-json-jackson:{VERSION}"),
            &format!("org.springframework.boot:spring-boot-starter-jdbc:{SPRING_BOOT}"),
            &format!("org.postgresql:postgresql:{DRIVER}"),
            &format!("org.slf4j:slf4j-api:{SLF4J}"),
        ],
    )?;
    let source = folder.join("Peer.java");
    std::fs::write(&source, APPLICATION)?;
    let classes = folder.join("classes");
    std::fs::create_dir_all(&classes)?;
    run(Command::new("javac").arg("-cp").arg(folder.join("libs/*")).arg("-d").arg(classes).arg(source))
}
