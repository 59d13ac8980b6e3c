//! Signed addresses that were changed, paths that leave their folder, and files that a browser would run.

use super::support::Platform;

pub(crate) async fn a_signed_address_is_good_for_itself_only(platform: &Platform) {
    let (first, _, upload) = platform.upload("anna", "a.txt", "text/plain", b"hello").await;
    let (second, ..) = platform.upload("anna", "b.txt", "text/plain", b"other").await;
    let path = format!("/api/v1/files/{first}/download?disposition=inline");
    let url = platform.get("anna", &path).await.expect(200).body["url"].as_str().unwrap().to_owned();
    let address = url.strip_prefix(&platform.url("")).unwrap().to_owned();
    assert_eq!(platform.get("", &address).await.expect(200).body, "hello");

    let (place, query) = address.split_once('?').unwrap();
    let pairs: Vec<(&str, &str)> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let changed = |name: &str, value: &str| {
        let pairs = pairs.iter().map(|pair| if pair.0 == name { (name, value) } else { *pair });
        let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
        format!("{place}?{}", query.join("&"))
    };
    let value = |name: &str| pairs.iter().find(|pair| pair.0 == name).unwrap().1;
    let signature = value("signature");
    let later = (value("expires").parse::<i64>().unwrap() + 1).to_string();
    for other in [
        changed("tenant", "b"),
        changed("expires", &later),
        changed("expires", "-1"),
        changed("disposition", "attachment"),
        changed("signature", &signature[..signature.len() - 2]),
        changed("signature", ""),
        changed("signature", &format!("{signature}=")),
        address.replace(&first, &second),
        format!("{address}&tenant=b"),
    ] {
        platform.get("", &other).await.refused(&other);
    }
    platform.send(platform.request("", "PUT", &address).body("HELLO")).await.refused("a PUT by an address to read");
    // What is complete is not written again.
    let upload = upload.strip_prefix(&platform.url("")).unwrap();
    for bytes in ["HELLO", "xx"] {
        platform.send(platform.request("", "PUT", upload).body(bytes)).await.refused("a second upload");
    }
    assert_eq!(platform.get("", &address).await.expect(200).body, "hello");
    let size = serde_json::json!({"name": "a", "contentType": "text/plain", "size": 1_u64 << 63});
    platform.post("anna", "/api/v1/files", size).await.refused("a size that is none");
}

pub(crate) async fn no_address_leaves_its_folder(platform: &Platform) {
    for path in [
        "/files/..%2f..%2faccess.key/content?tenant=..%2f..&expires=9999999999&disposition=inline&signature=AA",
        "/../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/assets/..%2f..%2findex.html",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/engine-rest/deployment/..%2f..%2f/resources",
        "/api/v1/cases/..%2f..%2fengine-rest%2ftask",
        "/api/v1/files/..%2f..%2faccess.key",
        "/api/v1/files/a%00b",
        "/api/v1/files/%ff",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        let answer = platform.raw(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 "), "{path}: {answer}");
        assert!(!answer.contains("root:") && !answer.contains("[{"), "{path}: {answer}");
        // The portal's own page, or a refusal; never a failure.
        assert!(!answer.starts_with("HTTP/1.1 5"), "{path}: {answer}");
    }
    platform.alive("paths that leave their folder").await;
}

pub(crate) async fn what_a_browser_would_run_is_text(platform: &Platform) {
    let script = "<script>alert(1)</script>";
    let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg">{script}</svg>"#);
    let xhtml = format!(r#"<html xmlns="http://www.w3.org/1999/xhtml">{script}</html>"#);
    let html = format!("<!doctype html>{script}");
    let program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0".as_slice();
    for (name, media, bytes) in [
        ("x.svg", "image/svg+xml", svg.as_bytes()),
        ("x.html", "text/html", html.as_bytes()),
        ("x.png", "image/png", html.as_bytes()),
        ("x.pdf", "application/pdf", program),
        ("x.xhtml", "application/xhtml+xml", xhtml.as_bytes()),
        ("x.js", "application/javascript", b"alert(1)"),
        ("..\\..\\evil.txt", "text/plain", b"abc"),
        ("\u{202e}gpj.exe", "application/octet-stream", b"abcd"),
    ] {
        let (id, completed, _) = platform.upload("anna", name, media, bytes).await;
        assert!(completed.status < 500, "{name}: {}", completed.body);
        let shown = platform.get("anna", &format!("/api/v1/files/{id}/download?disposition=inline")).await;
        if shown.status != 200 {
            shown.refused(name);
            continue;
        }
        let url = shown.body["url"].as_str().unwrap().to_owned();
        let headers = platform.get("", url.strip_prefix(&platform.url("")).unwrap()).await.expect(200).headers;
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let is_run = ["html", "svg", "javascript", "xml"].iter().any(|kind| header("content-type").contains(kind));
        assert!(!is_run || header("content-disposition").starts_with("attachment"), "{name}: {headers:?}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
        assert!(header("content-security-policy").contains("sandbox"), "{name}: {headers:?}");
        assert!(!header("content-disposition").contains("..\\"), "{name}: {headers:?}");
    }
    // A name with line breaks makes no header of its own.
    let body = serde_json::json!({"name": "a\r\nSet-Cookie: x=1.txt", "contentType": "text/plain", "size": 3});
    let announced = platform.post("anna", "/api/v1/files", body).await;
    assert!(announced.status < 500 && !announced.headers.contains_key("set-cookie"), "{}", announced.body);
    platform.alive("files that a browser would run").await;
}
