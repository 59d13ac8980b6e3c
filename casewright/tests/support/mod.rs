//! The platform in a process of its own, at a free address, as a test starts it, talks to it and ends it.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use casewright_testkit::free_port;
use nix::sys::signal::Signal;
use reqwest::{Client, Method, RequestBuilder};
use std::ffi::OsString;
use std::fs::{OpenOptions, create_dir_all, read_to_string};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_casewright");
/// For a start, on a machine that does other things, too.
const START: Duration = Duration::from_secs(180);
/// For what follows from a step.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(25);
/// Lines of the log that a failure shows.
const LAST_WORDS: usize = 30;

pub(crate) fn casewright() -> Command {
    let mut command = Command::new(BINARY);
    command.stdin(Stdio::null()).env("RUST_BACKTRACE", "1");
    command
}

/// What a command printed.
pub(crate) struct Finished {
    pub(crate) output: Output,
    /// As it was typed.
    pub(crate) command: String,
}

impl Finished {
    /// What was printed by a command that succeeded.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert!(self.output.status.success(), "{}:\n{}", self.command, self.said());
        text(&self.output.stdout)
    }

    /// What a command complained of.
    #[track_caller]
    pub(crate) fn failure(self) -> String {
        assert_eq!(self.output.status.code(), Some(1), "{}:\n{}", self.command, self.said());
        text(&self.output.stderr)
    }

    /// All that was printed.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", text(&self.output.stdout), text(&self.output.stderr))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A platform with a folder of its own, and the commands of that folder. It ends with the test.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    pub(crate) base: String,
    pub(crate) http: Client,
    settings: Vec<(&'static str, OsString)>,
    /// A command that starts the binary it is given; none: it is started as it is.
    starter: &'static [&'static str],
    child: Option<Child>,
}

impl Server {
    /// Not started yet. It says what is worth a warning, and takes no mail, unless it is told otherwise.
    pub(crate) fn new(folder: &Path) -> Self {
        create_dir_all(folder).unwrap();
        casewright_client::install_tls();
        let port = free_port();
        let mut server = Self {
            folder: folder.to_owned(),
            port,
            base: format!("http://127.0.0.1:{port}"),
            http: Client::builder().no_proxy().timeout(PATIENCE).build().unwrap(),
            settings: Vec::new(),
            starter: &[],
            child: None,
        };
        server.set("CASEWRIGHT_SERVER__DATA", server.data());
        server.set("CASEWRIGHT_SERVER__LOG", "warn");
        server.set("CASEWRIGHT_MAIL__SMTP_LISTEN", "");
        // Where sign-ins of the command line are kept.
        server.set("XDG_CONFIG_HOME", folder.join("home"));
        server
    }

    /// Behind TLS at this port of `localhost`; who asks there trusts these authorities (PEM).
    pub(crate) fn behind_tls(mut self, port: u16, authorities: &str) -> Self {
        let trusted = reqwest::Certificate::from_pem_bundle(authorities.as_bytes()).unwrap();
        self.http = Client::builder().no_proxy().timeout(PATIENCE).tls_certs_only(trusted).build().unwrap();
        (self.port, self.base) = (port, format!("https://localhost:{port}"));
        let base = self.base.clone();
        self.set("CASEWRIGHT_SERVER__PUBLIC_URL", base);
        self
    }

    pub(crate) fn started_by(mut self, starter: &'static [&'static str]) -> Self {
        self.starter = starter;
        self
    }

    /// Configures what is started from now on.
    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<OsString>) {
        self.settings.push((variable, value.into()));
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Of the process that runs.
    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Runs `serve` until it is ready.
    pub(crate) async fn start(&mut self, arguments: &[&str]) {
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        let mut command = self.command();
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)]).args(arguments);
        self.child = Some(command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap());
        let begin = Instant::now();
        while !self.is_ready().await {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "casewright ended with {ended:?}");
            assert!(begin.elapsed() < START, "casewright is not ready");
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn is_ready(&self) -> bool {
        let answer = self.ask(Method::GET, "/health/ready").send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Ends it at once, as a crash does: what it announced is left behind.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.id()).unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
    }

    /// Waits until it has ended; its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.take().unwrap().wait().unwrap().code()
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(&mut self) {
        self.signal(Signal::SIGTERM);
        let mut child = self.child.take().unwrap();
        assert!(child.wait().unwrap().success(), "casewright did not stop cleanly:\n{}", self.last_words());
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Asks again until there is an answer; fails when that takes too long.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, what: &str, ask: impl Fn() -> F) -> T {
        let begin = Instant::now();
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            assert!(begin.elapsed() < PATIENCE, "never: {what}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn command(&self) -> Command {
        let mut command = match self.starter {
            [] => casewright(),
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(BINARY).stdin(Stdio::null()).env("RUST_BACKTRACE", "1");
                command
            }
        };
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts a command that wants somebody to do something meanwhile.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        self.spawn(arguments, Stdio::null())
    }

    /// Runs a command with a line of standard input.
    pub(crate) fn run(&self, arguments: &[&str], line: &str) -> Finished {
        let mut child = self.spawn(arguments, Stdio::piped());
        // Not every command reads it: one may have ended before.
        let _unread = writeln!(child.stdin.take().unwrap(), "{line}");
        Finished { output: child.wait_with_output().unwrap(), command: arguments.join(" ") }
    }

    fn spawn(&self, arguments: &[&str], input: Stdio) -> Child {
        let mut command = self.command();
        command.args(arguments).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    pub(crate) fn log(&self) -> String {
        read_to_string(self.log_file()).unwrap_or_default()
    }

    fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself; then there is nothing to end.
            drop(child.kill());
            drop(child.wait());
        }
        if std::thread::panicking() {
            eprintln!("last lines of the log in {}:\n{}", self.folder.display(), self.last_words());
        }
    }
}
