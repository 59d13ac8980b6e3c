//! The platform behind TLS of its own, with a certificate that only its configuration makes known.

use crate::platform::Platform;
use crate::support::casewright;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_platform_and_its_commands_speak_tls_with_a_certificate_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();

    // Without the address that it is for.
    let refused = casewright()
        .args(["serve", "--listen", "127.0.0.1:0", "--smtp-listen", "", "--data"])
        .arg(folder.path().join("refused"))
        .env("CASEWRIGHT_SERVER__TLS__CERTIFICATE", &certificate)
        .env("CASEWRIGHT_SERVER__TLS__KEY", &key)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("server.public_url"), "{told}");
    assert!(!folder.path().join("refused").exists(), "it is told before anything is opened");

    let mut platform = Platform::behind_tls(&made.cert.pem());
    platform.set("CASEWRIGHT_SERVER__TLS__CERTIFICATE", text(&certificate));
    platform.set("CASEWRIGHT_SERVER__TLS__KEY", text(&key));
    platform.set("CASEWRIGHT_SERVER__TLS__AUTHORITY", text(&certificate));
    let url = platform.base().to_owned();
    platform.set("CASEWRIGHT_SERVER__LISTEN", url.replace("https://localhost", "127.0.0.1"));
    platform.set("CASEWRIGHT_SERVER__PUBLIC_URL", url);
    let set = ["user", "set", "root", "--email", "r@example.org", "--role", "admin", "--lasting"];
    platform.run(&set, "root-test-1").success();
    platform.start("access,engine,external-tasks").await;
    assert_eq!(platform.signs_in("root", "root-test-1").await, 200);
    // A command beside the data folder finds it, and trusts it.
    platform.run(&["user", "set", "bob", "--email", "b@example.org", "--lasting"], "bob-test-1").success();
    assert_eq!(platform.signs_in("bob", "bob-test-1").await, 200);
    // Asked by the name of its certificate, where it listens.
    assert_eq!(platform.run(&["health"], "").success(), "ready\n");
}
