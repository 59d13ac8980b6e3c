//! A real S3 server: the one `CASEWRIGHT_TEST_S3=<endpoint>,<access key>,<secret key>` names, or a MinIO of our own. Its
//! program is `CASEWRIGHT_TEST_MINIO`, or `target/services/minio/bin/minio`, or on the path.

use casewright_service::config::Secret;
use casewright_storage_api::config::S3Config;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;

const ACCESS_KEY: &str = "casewright-tests";
const SECRET_KEY: &str = "correct-horse-battery";

pub struct S3 {
    pub config: S3Config,
    server: Option<Server>,
}

struct Server {
    program: PathBuf,
    address: String,
    dir: tempfile::TempDir,
    child: Option<Child>,
}

impl S3 {
    /// With a bucket of its own that is not made yet. None: there is no server, which is said loudly.
    pub fn start() -> Option<Self> {
        let mut config = S3Config { bucket: format!("casewright-{}", Uuid::new_v4().simple()), ..S3Config::default() };
        if let Ok(named) = std::env::var("CASEWRIGHT_TEST_S3") {
            let mut parts = named.split(',').map(str::to_owned);
            config.endpoint = parts.next().expect("CASEWRIGHT_TEST_S3 begins with an address");
            config.access_key = parts.next().expect("CASEWRIGHT_TEST_S3 has an access key");
            config.secret_key = Secret::new(parts.next().expect("CASEWRIGHT_TEST_S3 has a secret key"));
            return Some(Self { config, server: None });
        }
        let Some(program) = program() else {
            skipped(
                "no S3 server: CASEWRIGHT_TEST_S3=endpoint,key,secret is not set, and there is no MinIO in \
                 CASEWRIGHT_TEST_MINIO, in target/services/minio/bin or on the path",
            );
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        config.endpoint = format!("http://{address}");
        config.access_key = ACCESS_KEY.to_owned();
        config.secret_key = Secret::new(SECRET_KEY);
        let mut server = Server { program, address, dir: tempfile::tempdir().unwrap(), child: None };
        server.start();
        Some(Self { config, server: Some(server) })
    }

    /// Whether the server can be stopped: it is our own.
    pub fn can_stop(&self) -> bool {
        self.server.is_some()
    }

    pub fn stop(&mut self) {
        self.server.as_mut().expect("a server of our own").stop();
    }

    pub fn start_again(&mut self) {
        self.server.as_mut().expect("a server of our own").start();
    }
}

/// Past the capture of the test runner, which keeps quiet about tests that pass.
pub fn skipped(why: &str) {
    let line = format!("SKIPPED: {why}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

impl Server {
    fn start(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("server").arg(self.dir.path()).args(["--address", &self.address, "--quiet"]);
        command.envs([("MINIO_ROOT_USER", ACCESS_KEY), ("MINIO_ROOT_PASSWORD", SECRET_KEY)]);
        command.envs([("MINIO_BROWSER", "off"), ("MINIO_UPDATE", "off")]);
        self.child = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(60);
        while !is_ready(&self.address) {
            assert!(Instant::now() < deadline, "MinIO is not ready after a minute");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn is_ready(address: &str) -> bool {
    let asked = TcpStream::connect(address).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /minio/health/ready HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    });
    asked.is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CASEWRIGHT_TEST_MINIO") {
        return Some(named.into());
    }
    let got = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/services/minio/bin/minio");
    if got.exists() {
        return Some(got);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("minio")).find(|program| program.exists())
}
