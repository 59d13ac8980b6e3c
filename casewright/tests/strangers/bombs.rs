//! XML, JSON, multipart bodies, queries and processes that grow.

use super::models::{model, process, script};
use super::support::Platform;
use serde_json::json;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

pub(crate) async fn xml_is_refused_or_harmless(platform: &Platform) {
    let plain = model("bomb", &[&script("1", "javascript", "")]);
    let entities = (0..9).fold(r#"<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">"#.to_owned(), |mut all, nth| {
        let (own, inner) = (char::from(b'b' + nth), char::from(b'a' + nth));
        write!(all, r#"<!ENTITY {own} "{}">"#, format!("&{inner};").repeat(10)).unwrap();
        all
    }) + "]>";
    let outside =
        r#"<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/count">%p;]>"#;
    let before_root = |doctype: &str| plain.replacen("<bpmn:definitions", &format!("{doctype}<bpmn:definitions"), 1);
    let before_start = |xml: &str| plain.replacen("<bpmn:startEvent", &format!("{xml}<bpmn:startEvent"), 1);
    let wide: String = (0..100_000).map(|nth| format!(r#"a{nth}="1" "#)).collect();
    let utf16: Vec<u8> = {
        let text = before_root(outside).replace("UTF-8", "UTF-16");
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    for (what, file, content) in [
        ("entities", "m.bpmn", before_root(&entities).into_bytes()),
        ("entities", "m.dmn", before_root(&entities).into_bytes()),
        ("a file outside", "m.bpmn", before_root(outside).into_bytes()),
        ("a file outside", "d.dmn", format!("{outside}<definitions/>").into_bytes()),
        ("UTF-16", "m.bpmn", utf16),
        ("depth", "m.bpmn", before_start(&("<x>".repeat(100_000) + &"</x>".repeat(100_000))).into_bytes()),
        (
            "attributes",
            "m.bpmn",
            plain.replacen(r#"<bpmn:startEvent id="s""#, &format!(r#"<bpmn:startEvent id="s" {wide}"#), 1).into_bytes(),
        ),
    ] {
        let answer = platform.deploy("dana", file, content).await;
        assert!(answer.status >= 400 && answer.status != 503, "{what} {file}: {} {}", answer.status, answer.body);
        assert!(!answer.body.to_string().contains("root:"), "{what} {file}: {}", answer.body);
        platform.alive(what).await;
    }
    // As wide as may be: what is compiled of it grows with it, not with its square.
    let wide = (0..20_000).fold(r#"<bpmn:startEvent id="s"/>"#.to_owned(), |mut all, nth| {
        write!(all, r#"<bpmn:task id="t{nth}"/><bpmn:sequenceFlow id="g{nth}" sourceRef="s" targetRef="t{nth}"/>"#)
            .unwrap();
        all
    });
    let began = Instant::now();
    let answer = platform.deploy("dana", "wide.bpmn", process("wide", &wide)).await;
    assert_ne!(answer.status, 503, "{}", answer.body);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    platform.alive("twenty thousand flows").await;
    let included = before_start(
        r#"<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>"#,
    );
    let answer = platform.deploy("dana", "included.bpmn", included).await;
    assert!(answer.status < 500 && !answer.body.to_string().contains("root:"), "{}", answer.body);
}

pub(crate) async fn processes_that_never_end_are_stopped(platform: &Platform) {
    let flow = |id: &str, from: &str, to: &str| {
        format!(r#"<bpmn:sequenceFlow id="{id}" sourceRef="{from}" targetRef="{to}"/>"#)
    };
    let looped = format!(
        r#"<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/><bpmn:task id="a"/>{}{}{}"#,
        flow("f1", "s", "g"),
        flow("f2", "g", "a"),
        flow("f3", "a", "g")
    );
    let forked = format!(
        r#"<bpmn:startEvent id="s"/><bpmn:task id="a"/>{}{}{}"#,
        flow("f1", "s", "a"),
        flow("f2", "a", "a"),
        flow("f3", "a", "a")
    );
    let called = model("called", &[r#"<bpmn:callActivity id="c" calledElement="called"/>"#]);
    for (key, content) in
        [("looped", process("looped", &looped)), ("forked", process("forked", &forked)), ("called", called)]
    {
        platform.deploy("dana", &format!("{key}.bpmn"), content).await.expect(200);
        let began = Instant::now();
        let answer = platform.run("dana", key, json!({})).await;
        assert!(answer.status >= 400 && answer.status != 503, "{key}: {} {}", answer.status, answer.body);
        assert!(began.elapsed() < Duration::from_secs(20), "{key}: {:?}", began.elapsed());
        platform.alive(key).await;
    }
}

pub(crate) async fn bodies_that_explode_are_refused(platform: &Platform) {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let case = |fields: &str| format!(r#"{{"definition":"claim","title":"x","fields":{fields}}}"#);
    let keys: Vec<String> = (0..100_000).map(|nth| format!(r#""k{nth}":1"#)).collect();
    for (what, body) in [
        ("depth of 200", case(&format!(r#"{{"a":{}}}"#, nested(200)))),
        ("depth of 100,000", case(&format!(r#"{{"a":{}}}"#, nested(100_000)))),
        ("a hundred thousand keys", case(&format!("{{{}}}", keys.join(",")))),
        ("2 MiB of title", format!(r#"{{"definition":"claim","title":"{}"}}"#, "x".repeat(2 << 20))),
        ("no JSON", "x".repeat(2 << 20)),
        ("a number that is none", r#"{"definition":"claim","title":"x","priority":1e999999}"#.to_owned()),
    ] {
        platform.text("anna", "POST", "/api/v1/cases", body).await.refused(what);
    }
    let variable = json!({"variables": {"j": {"type": "Json", "value": nested(100_000)}}});
    let answer = platform.run("dana", "script-100", variable).await;
    assert_ne!(answer.status, 503, "{}", answer.body);
    let form = r#"{"type":"group","components":["#.repeat(60) + &"]}".repeat(60);
    let form = format!(r#"{{"id":"deep","type":"default","components":[{form}]}}"#);
    let answer = platform.text("dana", "PUT", "/api/v1/forms/deep", form).await;
    assert!(answer.status < 500, "{}", answer.body);
    for (id, pattern) in [("rx", "((a{1,500}){1,500}){1,500}"), ("rx2", "^(a+)+$")] {
        let field = json!({"type": "textfield", "key": "a", "label": "a", "validate": {"pattern": pattern}});
        let form = json!({"id": id, "type": "default", "components": [field]});
        let answer = platform.with("dana", "PUT", &format!("/api/v1/forms/{id}"), form).await;
        assert!(answer.status < 500, "{pattern}: {}", answer.body);
        let began = Instant::now();
        let data = json!({"data": {"a": "a".repeat(50_000) + "!"}});
        platform.post("anna", &format!("/api/v1/forms/{id}/validate"), data).await.refused(pattern);
        assert!(began.elapsed() < Duration::from_secs(5), "{pattern}: {:?}", began.elapsed());
    }
    let kinds: serde_json::Map<String, serde_json::Value> =
        (0..20_000).map(|nth| (format!("k{nth}"), json!({}))).collect();
    platform.with("anna", "PUT", "/api/v1/notification-preferences", json!({"kinds": kinds})).await.refused("kinds");
    let open = platform.case("ben", "claim", "bloat").await["id"].as_str().unwrap().to_owned();
    let labels: Vec<String> = (0..90).map(|nth| format!("{nth}{}", "x".repeat(10_000))).collect();
    platform.with("ben", "PATCH", &format!("/api/v1/cases/{open}"), json!({"labels": labels})).await.refused("labels");

    let parts = (0..20_000).fold(String::new(), |mut all, nth| {
        let part =
            format!("--b\r\nContent-Disposition: form-data; name=\"d{nth}\"; filename=\"f{nth}.txt\"\r\n\r\nx\r\n");
        all.push_str(&part);
        all
    });
    let open = "--b\r\nContent-Disposition: form-data; name=\"d\"; filename=\"f.bpmn\"\r\n\r\n".to_owned()
        + &"x".repeat(1_000_000);
    for (what, body) in [("parts", parts + "--b--\r\n"), ("no end", open)] {
        let began = Instant::now();
        let request = platform.request("dana", "POST", "/engine-rest/deployment/create");
        let request = request.header("content-type", "multipart/form-data; boundary=b").body(body);
        let answer = platform.send_large(request).await;
        assert!(answer.status >= 400 && answer.status != 503, "{what}: {} {}", answer.status, answer.body);
        assert!(began.elapsed() < Duration::from_secs(5), "{what}: {:?}", began.elapsed());
    }
    platform.alive("bodies that explode").await;
}

pub(crate) async fn queries_that_explode_are_refused_or_harmless(platform: &Platform) {
    let many: String = (0..7_000).map(|nth| format!("a{nth}=1&")).collect();
    let long = format!("/{}", "a".repeat(60_000));
    for path in [format!("/engine-rest/task?{many}"), long] {
        let answer = platform.get("dana", &path).await;
        assert!(answer.status < 500, "{} {}", answer.status, answer.body);
    }
    let deep = r#"{"orQueries":["#.repeat(60) + "{}" + &"]}".repeat(60);
    let users: Vec<String> = (0..50_000).map(|nth| nth.to_string()).collect();
    let sorting = vec![json!({"sortBy": "name", "sortOrder": "asc"}); 2_000];
    for (what, body) in [
        ("queries in queries", deep),
        ("fifty thousand names", json!({"assigneeIn": users}).to_string()),
        ("two thousand sort keys", json!({"sorting": sorting}).to_string()),
        ("a pattern", json!({"nameLike": "%a".repeat(2_000) + "%"}).to_string()),
    ] {
        let began = Instant::now();
        let answer = platform.text("dana", "POST", "/engine-rest/task", body).await;
        // By its caller's fault or not at all: 503 would ring the alarm for the store.
        assert!(answer.status != 503, "{what}: {} {}", answer.status, answer.body);
        assert!(began.elapsed() < Duration::from_secs(5), "{what}: {:?}", began.elapsed());
    }
    let words = ["\"", "'", "*", "a*\"", "NEAR(a b)", "title:x", "a OR 1", "\u{0}", "%", "'); DROP TABLE x;--"]
        .map(str::to_owned);
    for search in words.into_iter().chain(["x".repeat(50_000), "-".repeat(50), "a ".repeat(5_000)]) {
        let request = platform.request("anna", "GET", "/api/v1/cases").query(&[("search", &search)]);
        let answer = platform.send(request).await;
        assert!(answer.status < 500, "{search:.40}: {} {}", answer.status, answer.body);
    }
    for cursor in ["AAAA", "WyJ4Il0", "W251bGwsbnVsbF0", "W3siYSI6MX0sIngiXQ", "WyInIE9SIDE9MS0tIiwiJyBPUiAxPTEtLSJd"] {
        for list in ["cases", "process-instances", "mails", "deployments", "incidents", "tasks", "notifications"] {
            let answer = platform.get("root", &format!("/api/v1/{list}?cursor={cursor}")).await;
            // Refused, or a page behind which nothing is.
            assert!(answer.status < 500, "{list} {cursor}: {} {}", answer.status, answer.body);
        }
    }
    platform.alive("queries that explode").await;
}
