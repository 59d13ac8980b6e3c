//! The life of a file over HTTP: announced, uploaded, completed, read, removed.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use support::{PNG, PROGRAM, Platform, send};

#[tokio::test]
async fn a_file_is_announced_uploaded_completed_and_read_back() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "März.png", "image/png", PNG.len()).await.expect(201);
    assert!(announced.text("/upload/url").starts_with(&format!("{}/files/", platform.base)), "the address is absolute");
    assert_eq!(announced.text("/upload/method"), "PUT");
    assert_eq!(announced.text("/upload/expiresAt"), "2026-11-20T12:10:00Z");
    let id = announced.text("/id");
    let path = format!("/api/v1/files/{id}");
    assert_eq!(platform.get("anna", &path).await.expect(200).body["state"], "pending");
    platform.get("anna", &format!("{path}/download")).await.problem(409, "file-not-ready");
    platform.complete("anna", &id).await.problem(409, "upload-missing");

    platform.upload(&announced, PNG).await.expect(204);
    let done = platform.complete("anna", &id).await.expect(200);
    assert_eq!(done.body["state"], "ready");
    assert_eq!(done.body["contentType"], "image/png");
    assert_eq!(done.body["size"], PNG.len());
    assert_eq!(done.body["name"], "März.png");
    assert_eq!(done.text("/sha256").len(), 64);
    assert_eq!(platform.complete("anna", &id).await.expect(200).body, done.body, "again, the same answer");
    platform.upload(&announced, PNG).await.problem(409, "upload-complete");

    let answer = platform.fetch(&platform.address("anna", &id, "inline").await, &[]).await.expect(200);
    assert_eq!(answer.bytes, PNG);
    for (name, value) in [
        ("content-type", "image/png"),
        ("content-disposition", "inline; filename=\"M_rz.png\"; filename*=UTF-8''M%C3%A4rz.png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "private, max-age=600, immutable"),
        ("accept-ranges", "bytes"),
        ("etag", &format!("\"{}\"", done.text("/sha256"))),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let saved = platform.fetch(&platform.address("anna", &id, "attachment").await, &[]).await.expect(200);
    assert!(saved.header("content-disposition").starts_with("attachment;"));
}

#[tokio::test]
async fn a_page_of_another_origin_may_use_a_signed_address() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    let url = announced.text("/upload/url");
    let preflight = platform
        .client
        .request(Method::OPTIONS, &url)
        .header("origin", "https://portal.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type");
    let allowed = send(preflight).await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), "*");
    assert!(allowed.header("access-control-allow-methods").contains("PUT"));
    assert!(allowed.header("access-control-allow-headers").contains("content-type"));
    platform.upload(&announced, "hello").await.expect(204);
    platform.complete("anna", &announced.text("/id")).await.expect(200);
    let address = platform.address("anna", &announced.text("/id"), "inline").await;
    let shown = platform.fetch(&address, &[("origin", "null")]).await.expect(200);
    assert_eq!(shown.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_part_of_a_file_is_read_by_range() {
    let platform = Platform::open().await;
    let id = platform.store("anna", "digits.txt", "text/plain", b"0123456789").await;
    let address = platform.address("anna", &id, "inline").await;
    let part = platform.fetch(&address, &[("range", "bytes=2-4")]).await.expect(206);
    assert_eq!(part.bytes, b"234");
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    assert_eq!(part.header("content-length"), "3");
    let end = platform.fetch(&address, &[("range", "bytes=-3")]).await.expect(206);
    assert_eq!(end.bytes, b"789");
    let behind = platform.fetch(&address, &[("range", "bytes=10-")]).await.problem(416, "range-not-satisfiable");
    assert_eq!(behind.header("content-range"), "bytes */10");
    let tag = part.header("etag").to_owned();
    platform.fetch(&address, &[("if-none-match", &tag)]).await.expect(304);
    platform.fetch(&address, &[("range", "bytes=2-4"), ("if-range", &tag)]).await.expect(206);
    let whole = platform.fetch(&address, &[("range", "bytes=2-4"), ("if-range", "\"other\"")]).await.expect(200);
    assert_eq!(whole.bytes, b"0123456789");
    let head = send(platform.client.head(&address)).await.expect(200);
    assert_eq!((head.header("content-length"), head.bytes.len()), ("10", 0));
}

#[tokio::test]
async fn a_signed_address_does_one_thing_for_a_while() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "b.txt", "text/plain", 5).await.expect(201);
    let id = platform.store("anna", "a.txt", "text/plain", b"hello").await;
    let address = platform.address("anna", &id, "attachment").await;
    let upload = announced.text("/upload/url");
    for changed in [
        address.replace("disposition=attachment", "disposition=inline"),
        address.replace(&id, &announced.text("/id")),
        address.replace("tenant=default", "tenant=other"),
        address.replace("expires=1", "expires=2"),
    ] {
        assert_ne!(changed, address);
        platform.fetch(&changed, &[]).await.problem(403, "invalid-signature");
    }
    let put = |url: String| send(platform.client.put(url).body("hello"));
    put(upload.replace("size=5", "size=6")).await.problem(403, "invalid-signature");
    put(upload.replace(&announced.text("/id"), &id)).await.problem(403, "invalid-signature");
    assert_eq!(put(address.clone()).await.status, 400, "an address to read from is none to write to");

    platform.clock.advance(SignedDuration::from_secs(599));
    platform.fetch(&address, &[]).await.expect(200);
    platform.clock.advance(SignedDuration::from_secs(1));
    platform.fetch(&address, &[]).await.problem(403, "address-expired");
    put(upload).await.problem(403, "address-expired");
}

#[tokio::test]
async fn bytes_other_than_announced_are_refused_and_not_kept() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    platform.upload(&announced, "hell").await.problem(400, "size-mismatch");
    platform.upload(&announced, "hello!").await.problem(400, "size-mismatch");
    for text in ["hell", "hello!"] {
        let chunks = futures::stream::iter(text.bytes().map(|byte| Ok::<_, std::io::Error>(vec![byte])));
        let streamed = reqwest::Body::wrap_stream(chunks);
        platform.upload(&announced, streamed).await.problem(400, "size-mismatch");
    }
    platform.complete("anna", &announced.text("/id")).await.problem(409, "upload-missing");
    assert_eq!(platform.kept(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn the_same_key_gives_the_same_file() {
    let platform = Platform::open().await;
    let body = json!({"name": "message.eml", "contentType": "message/rfc822", "size": 5});
    let machine = "system:email-to-case";
    let first = platform.announce_as(machine, "mail-1", &body).await.expect(201);
    let second = platform.announce_as(machine, "mail-1", &body).await.expect(200);
    assert_eq!(first.text("/id"), second.text("/id"));
    assert_eq!(second.body["state"], "pending");
    platform.upload(&second, "Hello").await.expect(204);
    platform.complete(machine, &first.text("/id")).await.expect(200);
    let third = platform.announce_as(machine, "mail-1", &body).await.expect(200);
    assert_eq!(third.body["state"], "ready");
    assert!(third.body.get("upload").is_none(), "there is nothing left to upload");
    let other = json!({"name": "message.eml", "contentType": "message/rfc822", "size": 6});
    platform.announce_as(machine, "mail-1", &other).await.problem(409, "idempotency-key-reused");
    platform.announce_as("anna", "mail-1", &body).await.problem(409, "idempotency-key-reused");
}

#[tokio::test]
async fn two_requests_with_one_key_at_once_make_one_file() {
    let platform = Platform::open().await;
    let body = json!({"name": "a.txt", "contentType": "text/plain", "size": 5});
    let answers = futures::future::join_all((0..8).map(|_| platform.announce_as("anna", "k", &body))).await;
    let ids: std::collections::BTreeSet<String> = answers.iter().map(|answer| answer.text("/id")).collect();
    assert_eq!(ids.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| answer.status < 300 && !answer.text("/upload/url").is_empty()));
}

#[tokio::test]
async fn bytes_with_another_digest_are_rejected_and_can_be_sent_again() {
    let platform = Platform::open().await;
    // Of "hello".
    let digest = "2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824";
    let body = json!({"name": "a.txt", "contentType": "text/plain", "size": 5, "sha256": digest});
    let announced = platform.announce_as("anna", "k", &body).await.expect(201);
    let id = announced.text("/id");
    platform.upload(&announced, "jello").await.expect(204);
    let rejected = platform.complete("anna", &id).await.expect(200);
    assert_eq!(rejected.body["state"], "rejected");
    assert!(rejected.text("/reason").contains("SHA-256"));
    assert_eq!(platform.kept(), Vec::<std::path::PathBuf>::new(), "rejected bytes are not kept");
    let again = platform.announce_as("anna", "k", &body).await.expect(200);
    assert_eq!(again.text("/id"), id);
    platform.upload(&again, "hello").await.expect(204);
    let done = platform.complete("anna", &id).await.expect(200);
    assert_eq!(done.body["state"], "ready");
    assert_eq!(done.text("/sha256"), digest.to_lowercase());
}

#[tokio::test]
async fn what_is_not_what_it_says_is_kept_in_quarantine_where_that_is_wanted() {
    let platform = Platform::open().await;
    let body = json!({"name": "cat.png", "contentType": "image/png", "size": PROGRAM.len(), "quarantine": true});
    let announced = platform.announce_as("anna", "k", &body).await.expect(201);
    let id = announced.text("/id");
    platform.upload(&announced, PROGRAM).await.expect(204);
    let kept = platform.complete("anna", &id).await.expect(200);
    assert_eq!(kept.body["state"], "quarantined");
    assert_eq!(kept.text("/reason"), "It says it is image/png, and it is a program.");
    assert_eq!(platform.announce_as("anna", "k", &body).await.expect(200).body["state"], "quarantined");
    // Also not for who uploaded it.
    platform.get("anna", &format!("/api/v1/files/{id}/download")).await.expect(403);
    let address = platform.address("ben", &id, "inline").await;
    let answer = platform.fetch(&address, &[]).await.expect(200);
    assert!(answer.header("content-disposition").starts_with("attachment;"), "it is saved, never shown");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
}

#[tokio::test]
async fn a_program_disguised_as_a_picture_is_rejected_and_one_that_says_so_is_only_saved() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "cat.png", "image/png", PROGRAM.len()).await.expect(201);
    let id = announced.text("/id");
    platform.upload(&announced, PROGRAM).await.expect(204);
    let rejected = platform.complete("anna", &id).await.expect(200);
    assert_eq!(rejected.body["state"], "rejected");
    assert_eq!(rejected.text("/reason"), "It says it is image/png, and it is a program.");
    platform.get("anna", &format!("/api/v1/files/{id}/download")).await.problem(409, "file-rejected");

    let octets = "application/octet-stream";
    let honest = platform.store("anna", "setup.exe", octets, PROGRAM).await;
    let answer = platform.fetch(&platform.address("anna", &honest, "inline").await, &[]).await.expect(200);
    assert!(answer.header("content-disposition").starts_with("attachment;"), "it is saved, never shown");
}

#[tokio::test]
async fn what_a_browser_would_run_is_shown_as_text() {
    let platform = Platform::open().await;
    for (name, kind, text) in [
        ("page.html", "text/html", "<!DOCTYPE html><script>alert(1)</script>"),
        ("drawing.svg", "image/svg+xml", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ] {
        let id = platform.store("anna", name, kind, text.as_bytes()).await;
        let answer = platform.fetch(&platform.address("anna", &id, "inline").await, &[]).await.expect(200);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn who_may_not_sees_nothing_and_changes_nothing() {
    let platform = Platform::open().await;
    let announced = platform.announce("anna", "a.txt", "text/plain", 5).await.expect(201);
    let path = format!("/api/v1/files/{}", announced.text("/id"));
    send(platform.client.get(format!("{}{path}", platform.base))).await.problem(401, "unauthorized");
    platform.get("carl", &path).await.problem(403, "forbidden");
    platform.complete("carl", &announced.text("/id")).await.problem(403, "forbidden");
    platform.upload(&announced, "hello").await.expect(204);
    platform.complete("anna", &announced.text("/id")).await.expect(200);
    // Ready, and in no case: still hers alone, but for those who oversee and for machines.
    let download = format!("{path}/download");
    for path in [&path, &download] {
        platform.get("carl", path).await.problem(403, "forbidden");
        for who in ["anna", "ben"] {
            platform.get(who, path).await.expect(200);
        }
        let machine = platform.access.service_token("system:email-to-case");
        send(platform.client.get(format!("{}{path}", platform.base)).bearer_auth(machine)).await.expect(200);
    }
    platform.delete("carl", &path).await.problem(403, "forbidden");
    platform.get("anna", "/api/v1/files/no-such-file").await.problem(404, "not-found");

    let elsewhere = casewright_journal::TenantId::new("elsewhere");
    let token = platform.access.service_token_of(&elsewhere, "system:email-to-case");
    let request = platform.client.get(format!("{}{path}", platform.base)).bearer_auth(token);
    send(request).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_deleted_file_is_gone_with_its_bytes_and_addresses() {
    let platform = Platform::open().await;
    let id = platform.store("anna", "a.txt", "text/plain", b"hello").await;
    let path = format!("/api/v1/files/{id}");
    let tag = platform.get("anna", &path).await.expect(200).header("etag").to_owned();
    let address = platform.address("anna", &id, "inline").await;
    let stale = platform.request("anna", Method::DELETE, &path).header("if-match", "\"1\"");
    send(stale).await.problem(412, "version-mismatch");
    send(platform.request("anna", Method::DELETE, &path).header("if-match", tag)).await.expect(204);
    platform.get("anna", &path).await.problem(404, "not-found");
    platform.fetch(&address, &[]).await.problem(404, "not-found");
    assert_eq!(platform.kept(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn a_supervisor_deletes_what_others_uploaded() {
    let platform = Platform::open().await;
    let id = platform.store("anna", "a.txt", "text/plain", b"hello").await;
    platform.delete("ben", &format!("/api/v1/files/{id}")).await.expect(204);
}

#[tokio::test]
async fn a_request_that_cannot_be_meant_is_refused_at_the_place() {
    let platform = Platform::open().await;
    let body = json!({"name": "a", "contentType": "text/plain", "size": 5, "colour": "red"});
    platform.post("anna", "/api/v1/files", body).await.expect(400);
    let body = json!({"name": "a", "contentType": "text/plain", "size": 5, "sha256": "abc"});
    let refused = platform.post("anna", "/api/v1/files", body).await.problem(400, "invalid-value");
    assert_eq!(refused.text("/errors/0/pointer"), "/sha256");
    let body = json!({"name": "../../etc/passwd\u{202e}", "contentType": "nonsense", "size": 0});
    let announced = platform.post("anna", "/api/v1/files", body).await.expect(201);
    let known = platform.get("anna", &format!("/api/v1/files/{}", announced.text("/id"))).await.expect(200);
    assert_eq!(known.body["name"], "passwd");
    assert_eq!(known.body["contentType"], "application/octet-stream");
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let platform = Platform::open().await;
    let id = platform.store("anna", "empty.txt", "text/plain", b"").await;
    let address = platform.address("anna", &id, "inline").await;
    let answer = platform.fetch(&address, &[]).await.expect(200);
    assert_eq!((answer.bytes.len(), answer.header("content-length")), (0, "0"));
    platform.fetch(&address, &[("range", "bytes=0-")]).await.problem(416, "range-not-satisfiable");
}

#[tokio::test]
async fn every_route_is_described() {
    let platform = Platform::open().await;
    let (_, api) = casewright_storage_api::router(platform.state);
    let paths: Vec<&str> = api.paths.paths.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "/api/v1/files",
            "/api/v1/files/{id}",
            "/api/v1/files/{id}/erase",
            "/api/v1/files/{id}/complete",
            "/api/v1/files/{id}/download",
            "/files/{id}/content",
        ]
    );
}
