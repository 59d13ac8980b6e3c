//! The main job in a real browser, over real SMTP, with a real mail server behind it; and the same under SIGKILL.

use crate::process::{Server, answers, command, free_port, root, run, target};
use crate::services::greenmail;
use crate::{build, process};
use anyhow::Result;
use std::process::Command;
use std::time::Duration;

/// Where the screenshots of the last run are.
pub(crate) const SCREENSHOTS: &str = "screenshots";

pub(crate) fn browser() -> Result<()> {
    build::portal()?;
    let folder = root().join("portal/e2e");
    build::packages(&folder)?;
    let binary = build::binary(false)?;
    let mail = greenmail::start_server()?;
    let (http, smtp) = (free_port()?, free_port()?);
    let data = target().join("end-to-end");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let listen = format!("127.0.0.1:{http}");
    let mut serve = Command::new(&binary);
    serve.args(["serve", "--demo", "--listen", &listen, "--data"]).arg(&data);
    serve.env("CASEWRIGHT_MAIL__SMTP_LISTEN", format!("127.0.0.1:{smtp}"));
    serve.env("CASEWRIGHT_MAIL__RELAY__HOST", "127.0.0.1");
    serve.env("CASEWRIGHT_MAIL__RELAY__PORT", mail.smtp_port.to_string());
    let log = target().join("end-to-end.log");
    let mut platform = Server::start("casewright", &mut serve, Some(&log))?;
    let ready = format!("http://{listen}/health/ready");
    platform.wait_until(Duration::from_secs(60), || answers(&ready))?;
    let screenshots = target().join(SCREENSHOTS);
    let mut test = command("npm", &["test", "--silent"]);
    test.current_dir(&folder)
        .env("CASEWRIGHT_URL", format!("http://{listen}"))
        .env("CASEWRIGHT_SMTP", format!("127.0.0.1:{smtp}"))
        .env("CASEWRIGHT_BINARY", &binary)
        .env("CASEWRIGHT_SCREENSHOTS", &screenshots)
        .env("GREENMAIL_API", format!("http://127.0.0.1:{}", mail.api_port));
    let outcome = run(&mut test);
    if outcome.is_err() {
        eprintln!("log of the platform: {}; screenshots: {}", log.display(), screenshots.display());
    }
    platform.stop()?;
    outcome
}

pub(crate) fn kill() -> Result<()> {
    process::cargo(&["test", "--workspace", "--test", "kill", "--", "--nocapture"])
}
