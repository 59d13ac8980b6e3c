//! What mails and files say, found by words: by who may see the case, and by nobody else.

use super::support::{OTHER, Platform};
use serde_json::{Value, json};

fn search(query: &str) -> String {
    let escaped: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("/api/v1/search?q={escaped}")
}

/// The first hit, once there is one: the index follows.
async fn first(platform: &Platform, user: &str, query: &str) -> Value {
    platform
        .until(&format!("{user} finds {query}"), || async {
            let page = platform.get(user, &search(query)).await;
            page.items().first().cloned()
        })
        .await
}

fn marked(hit: &Value) -> Vec<&str> {
    let segments = ["title", "excerpt"].into_iter().filter_map(|part| hit[part].as_array()).flatten();
    segments.filter(|segment| segment["isMatch"] == true).filter_map(|segment| segment["text"].as_str()).collect()
}

async fn finds_nothing(platform: &Platform, user: &str, query: &str) {
    let page = platform.get(user, &search(query)).await;
    assert!(page.items().is_empty(), "{user} finds {query}: {}", page.body);
    assert!(page.body["total"].is_null() || page.body["total"] == 0, "{user} learns how much there is: {}", page.body);
}

pub(crate) async fn what_mails_and_files_say_is_found_by_who_may_see_the_case(platform: &Platform) {
    let message = [
        "Message-ID: <zeppelin@customer.example>",
        "Subject: Hangar",
        "From: Rita <rita@customer.example>",
        "To: claims@harbor.example",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "The zeppelin scraped along the hangar.",
        "--b",
        "Content-Type: text/plain",
        "Content-Disposition: attachment; filename=survey.txt",
        "",
        "The altimeter was miscalibrated by nine fathoms.",
        "--b--",
        "",
    ];
    platform.receive("claims@harbor.example", &message.join("\r\n")).await;
    let mail = first(platform, "anna", "zeppelin kind:mail").await;
    assert_eq!((&mail["kind"], marked(&mail)), (&json!("mail"), vec!["zeppelin"]));
    assert_eq!(mail["title"][0]["text"], "Hangar");
    // What is attached to it is in the case, with its text: as it is written, and with a slip.
    for query in ["altimeter kind:file", "altimetre", "miscalib fathoms"] {
        let file = first(platform, "anna", query).await;
        assert_eq!((&file["kind"], &file["title"][0]["text"]), (&json!("file"), &json!("survey.txt")), "{query}");
        assert_eq!(file["case"]["id"], mail["case"]["id"], "{query}");
        assert!(!marked(&file).is_empty(), "{query}: {file}");
    }
    for query in ["zeppelin", "altimeter"] {
        finds_nothing(platform, OTHER, query).await;
    }

    platform.define("hush", "HSH", &[], json!(["supervisors"])).await;
    let case = platform.case("ben", "hush", "Under seal").await;
    let path = format!("/api/v1/cases/{}", case["id"].as_str().unwrap());
    let (file, _, _) = platform.upload("ben", "sealed.txt", "text/plain", b"The sextant was forged in Lisbon.").await;
    platform.post("ben", &format!("{path}/documents"), json!({"fileId": file})).await.expect(201);
    platform.post("ben", &format!("{path}/tasks"), json!({"title": "Weigh the sextant"})).await.expect(201);
    for (query, kind) in [("sextant kind:file", "file"), ("sextant kind:task", "task")] {
        assert_eq!(first(platform, "ben", query).await["kind"], kind);
    }
    for query in ["sextant", "sealed", "kind:task weigh"] {
        finds_nothing(platform, "anna", query).await;
    }
}
