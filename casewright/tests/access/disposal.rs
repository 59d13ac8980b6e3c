//! What is left of a case that was erased, with all rooms there: the stores are opened and searched for a word that stood in its title,
//! its fields, a comment, a task, a mail, a name of a file, bytes of files and notifications.
//!
//! Looked at are all rows of all tables of the journal's and the views' databases (the log of every room is there, and so are
//! snapshots and positions), what full text finds, the bytes of stored files, and what search answers. Not looked at are pages of a
//! database and segments of the search index that are free and not yet overwritten (docs/decisions/0021).

use crate::platform::{OFFICER, Platform};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::fs::{read, read_dir};
use std::path::{Path, PathBuf};

/// One word, so that full text and search know it as it is.
const WORD: &str = "zyxmarker7f3a91";
const CUSTOMER: &str = "mia.zyxmarker7f3a91@customer.example";

/// All files below a folder.
fn files(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in read_dir(below).unwrap().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            _ => found.push(entry.path()),
        }
    }
    found
}

fn has_word(bytes: &[u8]) -> bool {
    bytes.windows(WORD.len()).any(|window| window.eq_ignore_ascii_case(WORD.as_bytes()))
}

/// Where the word stands: `views.db view_case`.
fn found_in(data: &Path) -> Vec<String> {
    let mut places = Vec::new();
    for file in files(data) {
        let name = file.strip_prefix(data).unwrap().display().to_string();
        if name.ends_with(".db") {
            places.extend(found_in_database(&file).into_iter().map(|table| format!("{name} {table}")));
        } else if !is_left_out(&name) && read(&file).is_ok_and(|bytes| has_word(&bytes)) {
            places.push(format!("file {name}"));
        }
    }
    places
}

/// Logs of databases, whose rows are looked at, and segments of the search index, which is asked.
fn is_left_out(name: &str) -> bool {
    name.ends_with("-wal") || name.ends_with("-shm") || name.starts_with("search")
}

fn found_in_database(file: &Path) -> Vec<String> {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let all = "SELECT name, coalesce(sql, '') FROM sqlite_master WHERE type = 'table'";
    let tables: Vec<(String, String)> = database
        .prepare(all)
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let is_full_text = |sql: &str| sql.starts_with("CREATE VIRTUAL TABLE");
    let words: Vec<&str> = tables.iter().filter(|(_, sql)| is_full_text(sql)).map(|(name, _)| name.as_str()).collect();
    let is_of_full_text = |name: &str| words.iter().any(|words| name.starts_with(words));
    let mut found = Vec::new();
    for (name, _) in &tables {
        if words.contains(&name.as_str()) {
            let count = format!("SELECT count(*) FROM \"{name}\" WHERE \"{name}\" MATCH ?1");
            let count: i64 = database.query_row(&count, [WORD], |row| row.get(0)).unwrap();
            found.extend((count > 0).then(|| name.clone()));
        } else if !is_of_full_text(name) && table_has_word(&database, name) {
            found.push(name.clone());
        }
    }
    found
}

fn table_has_word(database: &Connection, table: &str) -> bool {
    let mut rows = database.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
    let columns = rows.column_count();
    let mut rows = rows.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap()
                && has_word(bytes)
            {
                return true;
            }
        }
    }
    false
}

async fn close(platform: &Platform, case: &str) {
    let path = format!("/api/v1/cases/{case}");
    let definition = platform.get("root", &path).await.expect(200).body["definition"].as_str().unwrap().to_owned();
    let definition = platform.get("root", &format!("/api/v1/case-definitions/{definition}")).await.expect(200).body;
    let mut wish = json!({"openWork": "cancel", "reason": WORD});
    if let Some(resolution) = definition["resolutions"][0]["id"].as_str() {
        wish["resolution"] = json!(resolution);
    }
    platform.post("root", &format!("{path}/close"), wish).await.expect(200);
}

/// Asked for by the administrator, approved by who looks after privacy.
async fn erase(platform: &Platform, wish: Value) -> Value {
    let erasure = platform.post("root", "/api/v1/erasures", wish).await.expect(201).id();
    let approve = format!("/api/v1/erasures/{erasure}/approve");
    let alone = platform.post("root", &approve, json!({})).await.expect(403);
    assert_eq!(alone.body["code"], "four-eyes");
    platform.post(OFFICER, &approve, json!({})).await.expect(200);
    platform
        .until("the erasure is done", || async {
            let erasure = platform.get(OFFICER, &format!("/api/v1/erasures/{erasure}")).await.expect(200).body;
            (erasure["phase"] == "done").then_some(erasure)
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_is_erased_no_row_and_no_file_is_left() {
    let platform = Platform::start().await;
    platform.deploy("broken.bpmn", crate::platform::BROKEN).await;
    platform.define("common", "COM", Value::Null).await;
    // One case with everything, and one that came by mail.
    let things = platform.case_with_everything("anna", "common", WORD).await;
    let path = format!("/api/v1/cases/{}", things.case);
    let named = platform.upload("anna", &format!("{WORD}.txt"), WORD).await;
    platform.post("anna", &format!("{path}/documents"), json!({"fileId": named})).await.expect(201);
    let raw = format!(
        "From: Mia <{CUSTOMER}>\r\nTo: claims@harbor.example\r\nSubject: {WORD}\r\nMessage-ID: <{WORD}@customer.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{WORD}\r\n\
         --b\r\nContent-Type: text/plain; name={WORD}.txt\r\nContent-Disposition: attachment; filename={WORD}.txt\r\n\r\n{WORD}\r\n--b--\r\n"
    );
    platform.deliver(CUSTOMER, raw).await;
    let by_mail = format!("/api/v1/cases?requester={CUSTOMER}");
    let by_mail = platform.first("root", &by_mail, |case| case["processInstances"] != json!([])).await;
    let by_mail = by_mail["id"].as_str().unwrap().to_owned();
    let mails = format!("/api/v1/cases/{by_mail}/documents");
    platform.first("root", &mails, |document| document["name"] == format!("{WORD}.txt")).await;
    // The look finds what there is to find: else it would say nothing.
    let there = found_in(&platform.data());
    for place in ["batch", "view_case", "view_mail", "view_notification", "file "] {
        assert!(there.iter().any(|known| known.contains(place)), "{place} is not among {there:?}");
    }
    close(&platform, &things.case).await;
    close(&platform, &by_mail).await;
    let certificate = erase(&platform, json!({"caseId": things.number, "reason": WORD})).await;
    let removed = |name: &str| certificate["cases"][0]["removed"][name].as_u64().unwrap();
    assert!(removed("files") >= 2 && removed("mails") == 1 && removed("notifications") >= 1, "{certificate}");
    assert_eq!(removed("processInstances"), 2, "{certificate}");
    let wish = json!({"email": CUSTOMER, "reason": WORD});
    let certificate = erase(&platform, wish).await;
    let removed = |name: &str| certificate["cases"][0]["removed"][name].as_u64().unwrap();
    assert!(removed("files") >= 2 && removed("mails") >= 1 && removed("processInstances") >= 1, "{certificate}");
    let begin = std::time::Instant::now();
    let left = platform
        .until("nothing is left, or what is left is known", || async {
            let left = found_in(&platform.data());
            (left.is_empty() || begin.elapsed().as_secs() > 40).then_some(left)
        })
        .await;
    assert!(left.is_empty(), "{left:?}");
    for (what, path) in [
        ("case", path.clone()),
        ("case by mail", format!("/api/v1/cases/{by_mail}")),
        ("file", format!("/api/v1/files/{named}")),
        ("mail", format!("/api/v1/mails/{}", things.mail)),
        ("instance", format!("/api/v1/process-instances/{}", things.instance)),
    ] {
        assert_eq!(platform.get("root", &path).await.status.as_u16(), 404, "{what}");
    }
    platform
        .until("search finds nothing", || async {
            let found = platform.get("root", &format!("/api/v1/search?q={WORD}")).await.expect(200).body;
            (found["items"] == json!([])).then_some(())
        })
        .await;
    let subject = platform.get("root", &format!("/api/v1/erasures/subject?email={CUSTOMER}")).await.expect(200).body;
    assert_eq!(subject, json!({"cases": [], "mails": [], "records": [], "files": []}));
}
