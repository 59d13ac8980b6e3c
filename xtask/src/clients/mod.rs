//! Workers that were written for Camunda 7, on Camunda's own clients, unmodified: JavaScript, Python, Java. Each does the same work on a
//! running platform; what came of it is asserted over REST, not by asking the worker.

mod platform;
mod scenario;

use crate::build;
use crate::process::{Server, command, has, root, target};
use crate::services::{folder, maven, obtained, once, python};
use anyhow::{Result, bail};
use platform::Platform;
use scenario::Worker;
use std::path::PathBuf;
use std::process::Command;

const JAVA_CLIENT: &str = "7.24.0";

struct Client {
    name: &'static str,
    get: fn() -> Result<Command>,
    /// Can it? The Python client has no call for it.
    extends_locks: bool,
}

pub(crate) fn step() -> Result<()> {
    let platform = Platform::start(&sources())?;
    let mut done = Vec::new();
    let clients = [
        Client { name: "js", get: javascript, extends_locks: true },
        Client { name: "python", get: python, extends_locks: false },
        Client { name: "java", get: java, extends_locks: true },
    ];
    for Client { name, get, extends_locks } in clients {
        let Some(mut program) = obtained(get()) else {
            continue;
        };
        platform.introduce(&mut program);
        let log = target().join(format!("clients-{name}.log"));
        let worker =
            Worker { name, extends_locks, start: Box::new(move || Server::start(name, &mut program, Some(&log))) };
        scenario::play(&platform, worker)?;
        done.push(name);
    }
    eprintln!("workers that did all their work: {}", done.join(", "));
    Ok(())
}

fn sources() -> PathBuf {
    root().join("external-tasks/clients")
}

fn javascript() -> Result<Command> {
    build::packages(&sources())?;
    let mut program = command("node", &["worker.mjs"]);
    program.current_dir(sources());
    Ok(program)
}

fn python() -> Result<Command> {
    let list = sources().join("requirements.txt");
    let mut program =
        Command::new(python::with("camunda-external-task-client-4.5.0", &["-r", &list.to_string_lossy()])?);
    program.arg(sources().join("worker.py")).env("PYTHONUNBUFFERED", "1");
    Ok(program)
}

fn java() -> Result<Command> {
    if !has("java") {
        bail!("java is needed: install a JDK 17");
    }
    let folder = folder("camunda-external-task-client")?;
    once(&folder, JAVA_CLIENT, || {
        maven::dependencies(
            &folder,
            &[
                &format!("org.camunda.bpm:camunda-external-task-client:{JAVA_CLIENT}"),
                // The client expects an application server to bring these.
                "jakarta.xml.bind:jakarta.xml.bind-api:4.0.2",
                "org.slf4j:slf4j-nop:1.7.36",
            ],
        )
    })?;
    let mut program = Command::new("java");
    program.args(["-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp"]);
    program.arg(format!("{}/*", folder.join("libs").display())).arg(sources().join("Worker.java"));
    Ok(program)
}
