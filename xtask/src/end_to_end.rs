//! The main job in a real browser, over real SMTP, with a real mail server behind it; and the same under SIGKILL.

use crate::process::{Server, answers, command, free_port, root, run, target};
use crate::services::{self, greenmail};
use crate::{build, process};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Where the screenshots of the last run are.
pub(crate) const SCREENSHOTS: &str = "screenshots";

pub(crate) fn browser() -> Result<()> {
    build::portal()?;
    let folder = root().join("portal/e2e");
    build::packages(&folder)?;
    let binary = build::tested_binary()?;
    let mail = greenmail::start_server()?;
    let (listen, smtp) = (free_address()?, free_address()?);
    let mut serve = demo(&binary, &listen, &smtp, "end-to-end")?;
    serve.env("CASEWRIGHT_MAIL__RELAY__HOST", "127.0.0.1");
    serve.env("CASEWRIGHT_MAIL__RELAY__PORT", mail.smtp_port.to_string());
    let log = target().join("end-to-end.log");
    let mut platform = ready(&mut serve, &listen, &log)?;
    same_description(&format!("http://{listen}/api/v1/openapi.json"))?;
    let screenshots = target().join(SCREENSHOTS);
    let mut test = command("npm", &["test", "--silent"]);
    test.current_dir(&folder)
        .env("CASEWRIGHT_URL", format!("http://{listen}"))
        .env("CASEWRIGHT_SMTP", &smtp)
        .env("CASEWRIGHT_BINARY", &binary)
        .env("CASEWRIGHT_SCREENSHOTS", &screenshots)
        .env("GREENMAIL_API", format!("http://127.0.0.1:{}", mail.api_port));
    let outcome = run(&mut test).and_then(|()| below(&binary));
    if outcome.is_err() {
        eprintln!("log of the platform: {}; screenshots: {}", log.display(), screenshots.display());
    }
    platform.stop()?;
    outcome
}

/// The portal of a platform that shares its host with others.
fn below(binary: &Path) -> Result<()> {
    let (listen, smtp) = (free_address()?, free_address()?);
    let url = format!("http://{listen}/desk");
    let mut serve = demo(binary, &listen, &smtp, "below")?;
    serve.env("CASEWRIGHT_SERVER__PUBLIC_URL", &url);
    let mut platform = ready(&mut serve, &listen, &target().join("below.log"))?;
    run(command("npm", &["run", "--silent", "test:below"])
        .current_dir(root().join("portal/e2e"))
        .env("CASEWRIGHT_URL", &url)
        .env("CASEWRIGHT_BINARY", binary)
        .env("CASEWRIGHT_SCREENSHOTS", target().join(SCREENSHOTS))
        .env("CASEWRIGHT_SMTP", &smtp)
        .env("GREENMAIL_API", "unused"))?;
    platform.stop()?;
    Ok(())
}

/// How quickly, how accessibly and how well the pages that people are at all day show, as Lighthouse judges it.
pub(crate) fn lighthouse() -> Result<()> {
    build::portal()?;
    let binary = build::tested_binary()?;
    let (listen, smtp) = (free_address()?, free_address()?);
    let log = target().join("lighthouse.log");
    let mut platform = ready(&mut demo(&binary, &listen, &smtp, "lighthouse")?, &listen, &log)?;
    let mut judge = command("npm", &["run", "--silent", "lighthouse"]);
    let outcome = run(judge.current_dir(root().join("portal")).env("CASEWRIGHT_URL", format!("http://{listen}")));
    platform.stop()?;
    outcome
}

/// Every page against a mock, light, dark and narrow, and what only a mock can give.
pub(crate) fn pages() -> Result<()> {
    build::portal()?;
    run(command("npm", &["run", "--silent", "smoke"]).current_dir(root().join("portal")))
}

/// People and workers of a real Keycloak.
pub(crate) fn keycloak() -> Result<()> {
    build::portal()?;
    let folder = root().join("portal/e2e");
    build::packages(&folder)?;
    let binary = build::tested_binary()?;
    let (listen, smtp) = (free_address()?, free_address()?);
    let url = format!("http://{listen}");
    let Some(keycloak) = services::obtained(services::keycloak::start(&url)) else {
        return Ok(());
    };
    let mut serve = demo(&binary, &listen, &smtp, "keycloak")?;
    serve.env("CASEWRIGHT_ACCESS__OIDC__ISSUER", keycloak.address());
    // The demo's people and those of the realm are the same.
    serve.env("CASEWRIGHT_ACCESS__OIDC__LINK_ACCOUNTS", "true");
    let log = target().join("keycloak.log");
    let _platform = ready(&mut serve, &listen, &log)?;
    run(command("npm", &["run", "--silent", "test:keycloak"])
        .current_dir(&folder)
        .env("CASEWRIGHT_URL", &url)
        .env("CASEWRIGHT_BINARY", &binary)
        .env("CASEWRIGHT_SCREENSHOTS", target().join(SCREENSHOTS))
        .env("CASEWRIGHT_SMTP", &smtp)
        .env("GREENMAIL_API", "unused")
        .env("KEYCLOAK_ISSUER", keycloak.address())
        .env("KEYCLOAK_WORKER_SECRET", services::keycloak::WORKER_SECRET))
}

/// The platform with the demo, on an empty data folder.
fn demo(binary: &Path, listen: &str, smtp: &str, name: &str) -> Result<Command> {
    let data = target().join(name);
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let mut serve = Command::new(binary);
    serve.args(["serve", "--demo", "--listen", listen, "--data"]).arg(&data);
    serve.env("CASEWRIGHT_MAIL__SMTP_LISTEN", smtp);
    Ok(serve)
}

fn free_address() -> Result<String> {
    Ok(format!("127.0.0.1:{}", free_port()?))
}

fn ready(serve: &mut Command, listen: &str, log: &Path) -> Result<Server> {
    let mut platform = Server::start("casewright", serve, Some(log))?;
    let ready = format!("http://{listen}/health/ready");
    platform.wait_until(Duration::from_secs(60), || answers(&ready))?;
    Ok(platform)
}

/// The portal's types are made from `portal/openapi.json`: it must be what the binary serves.
fn same_description(url: &str) -> Result<()> {
    let served: serde_json::Value =
        ureq::get(url).call().context("asking for the description of the API")?.body_mut().read_json()?;
    let kept = std::fs::read_to_string(root().join("portal/openapi.json")).context("reading portal/openapi.json")?;
    if served != serde_json::from_str::<serde_json::Value>(&kept)? {
        bail!("portal/openapi.json is not what the binary serves; with the platform running: cd portal && npm run api");
    }
    Ok(())
}

pub(crate) fn kill() -> Result<()> {
    process::cargo(&["test", "--workspace", "--test", "kill", "--", "--nocapture"])
}
