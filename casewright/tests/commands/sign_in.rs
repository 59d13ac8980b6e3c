//! `casewright login` at the platform's own issuer, with a person at a browser.

use crate::platform::Platform;
use crate::support::Finished;
use casewright_testkit::hidden_fields;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, header};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Output};

/// A login under way: what it asks a person to open is read from it.
pub(crate) struct Login {
    child: Child,
    said: BufReader<std::process::ChildStderr>,
}

impl Login {
    pub(crate) fn begin(platform: &Platform, arguments: &[&str]) -> Self {
        let arguments = [&["login", "--url", platform.base()], arguments].concat();
        let mut child = platform.begin(&arguments);
        let said = BufReader::new(child.stderr.take().unwrap());
        Self { child, said }
    }

    /// All that is said up to the address, and the address.
    pub(crate) fn address(&mut self) -> (String, String) {
        let mut before = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "no address: {before}");
            if line.starts_with("    http") {
                return (before, line.trim().to_owned());
            }
            before.push_str(&line);
        }
    }

    pub(crate) fn end(mut self) -> Finished {
        let mut stderr = Vec::new();
        self.said.read_to_end(&mut stderr).unwrap();
        let Output { status, stdout, .. } = self.child.wait_with_output().unwrap();
        Finished { output: Output { status, stdout, stderr }, command: "login".to_owned() }
    }
}

/// A browser that follows no redirect by itself.
fn browser() -> Client {
    casewright_client::install_tls();
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// Opens the address, fills in the form, and gives where the browser is sent.
async fn sign_in(browser: &Client, address: &str, user: &str, password: &str) -> String {
    let page = browser.get(address).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let cookie = page.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let text = page.text().await.unwrap();
    assert!(text.contains("A command line on this computer"), "{text}");
    let mut form = hidden_fields(&text);
    form.extend([("username", user), ("password", password)].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let (issuer, _) = address.split_once("/authorize").unwrap();
    let sent =
        browser.post(format!("{issuer}/sign-in")).header(header::COOKIE, cookie).form(&form).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    sent.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn platform_with_dana(seconds: &str) -> Platform {
    let mut platform = Platform::new();
    platform.set("CASEWRIGHT_ACCESS__ACCESS_TOKEN_SECONDS", seconds);
    let set =
        ["user", "set", "dana", "--lasting", "--name", "Dana Silva", "--email", "dana@example.org", "--role", "admin"];
    platform.run(&set, "dana-test-1").success();
    platform.start("access").await;
    platform
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_with_a_browser_needs_no_password_until_they_sign_out() {
    let platform = platform_with_dana("300").await;
    let url = platform.base();
    let unknown = platform.run(&["whoami", "--url", url], "").failure();
    assert!(unknown.contains("not-signed-in") && unknown.contains("casewright login"), "{unknown}");

    let mut login = Login::begin(&platform, &["--no-browser"]);
    let (_, address) = login.address();
    let browser = browser();
    let back = sign_in(&browser, &address, "dana", "dana-test-1").await;
    // Whoever finds the port gets nothing for a guess, and the sign-in goes on.
    let (callback, _) = back.split_once('?').unwrap();
    let guess = browser.get(format!("{callback}?code=x&state=guessed")).send().await.unwrap();
    assert_eq!(guess.status(), StatusCode::BAD_REQUEST);
    let told = browser.get(&back).send().await.unwrap().text().await.unwrap();
    assert!(told.contains("close this window"), "{told}");
    assert_eq!(login.end().success(), format!("Signed in at {url} as dana (Dana Silva).\n"));

    let known = platform.run(&["whoami", "--server", &format!("{url}/")], "").success();
    assert_eq!(known, "dana\tDana Silva\tdana@example.org\tadmin\t\n");
    assert!(platform.run(&["user", "list", "--url", url], "").success().contains("dana"));
    let mode = std::fs::metadata(platform.credentials()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    let kept = refresh_token(&platform, url);
    assert_eq!(platform.run(&["logout", "--url", url], "").success(), format!("Signed out at {url}.\n"));
    assert!(platform.run(&["whoami", "--url", url], "").failure().contains("not-signed-in"));
    assert!(platform.run(&["logout", "--url", url], "").failure().contains("not-signed-in"));
    let form = [("grant_type", "refresh_token"), ("client_id", "casewright-cli"), ("refresh_token", kept.as_str())];
    let refused = browser.post(format!("{url}/auth/token")).form(&form).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "it ended at the issuer, too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_is_renewed_and_its_end_is_told() {
    // Every token is about to end.
    let platform = platform_with_dana("10").await;
    let url = platform.base();
    let mut login = Login::begin(&platform, &["--no-browser"]);
    let (_, address) = login.address();
    let browser = browser();
    let back = sign_in(&browser, &address, "dana", "dana-test-1").await;
    browser.get(&back).send().await.unwrap();
    login.end().success();

    let first = refresh_token(&platform, url);
    let both = [(); 2].map(|()| platform.begin(&["whoami", "--url", url]));
    for child in both {
        let finished = Finished { output: child.wait_with_output().unwrap(), command: "whoami".to_owned() };
        assert!(finished.success().starts_with("dana\t"));
    }
    assert_ne!(refresh_token(&platform, url), first);

    // Who may not come in any more is told to sign in again, once.
    platform
        .run(&["user", "set", "root", "--lasting", "--email", "root@example.org", "--role", "admin"], "root-test-1")
        .success();
    platform.run(&["user", "disable", "dana"], "").success();
    let ended = platform.run(&["whoami", "--url", url], "").failure();
    assert!(ended.contains("sign-in-ended") && ended.contains("casewright login"), "{ended}");
    assert!(platform.run(&["whoami", "--url", url], "").failure().contains("not-signed-in"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_offered_is_said() {
    let mut platform = platform_with_dana("300").await;
    let refused = platform.run(&["login", "--url", platform.base(), "--device"], "").failure();
    assert!(refused.contains("device-flow-unavailable"), "{refused}");
    platform.stop();
    platform.set("CASEWRIGHT_ACCESS__COMMAND_LINE_CLIENT", "");
    platform.start("access").await;
    let refused = platform.run(&["login", "--url", platform.base(), "--no-browser"], "").failure();
    assert!(refused.contains("sign-in-unavailable"), "{refused}");
}

fn refresh_token(platform: &Platform, url: &str) -> String {
    let kept: Value = serde_json::from_slice(&std::fs::read(platform.credentials()).unwrap()).unwrap();
    kept[url]["refreshToken"].as_str().unwrap().to_owned()
}
