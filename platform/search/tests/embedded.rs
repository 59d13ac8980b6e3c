//! The index in a folder: what is written is found and is there after a restart, what is damaged begins anew, what is hidden is
//! not counted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_journal::{Field, Filter, TenantId};
use casewright_search::{
    Batch, CaseDocuments, CaseFacts, Content, Document, Embedded, Found, Index, Kind, Named, Query, Request,
};
use jiff::Timestamp;
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn document(kind: Kind, id: &str, title: &str, text: &str) -> Document {
    Document {
        kind,
        id: id.to_owned(),
        source: format!("source-{id}"),
        title: title.to_owned(),
        text: text.to_owned(),
        about: String::new(),
        from: vec!["anna".to_owned()],
        at: Timestamp::UNIX_EPOCH,
        has: BTreeSet::new(),
        content: Content::Known,
    }
}

fn case(id: &str, restricted_to: Option<&str>, documents: Vec<Document>) -> CaseDocuments {
    let facts = CaseFacts {
        number: format!("CLM-{id}"),
        definition: Named::new("claim", "Claim"),
        stage: Named::new("intake", "Intake"),
        status: Named::new("open", "Open"),
        status_kind: "open".to_owned(),
        queue: None,
        assignee: None,
        priority: 50,
        labels: Vec::new(),
        fields: Map::new(),
        restricted_to: restricted_to.map(|group| vec![group.to_owned()]),
        created_by: "anna".to_owned(),
        updated: Timestamp::UNIX_EPOCH,
    };
    CaseDocuments { tenant: TenantId::default(), case: id.to_owned(), facts, documents }
}

fn write(index: &Embedded, cases: Vec<CaseDocuments>, position: &str) {
    index.write(&Batch { cases, gone: Vec::new(), position: position.to_owned() }).unwrap();
}

fn search(index: &Embedded, query: &str, policy: Filter) -> Found {
    index
        .search(&Request {
            tenant: TenantId::default(),
            query: Arc::new(Query::read(query).unwrap()),
            me: "anna".to_owned(),
            kinds: Vec::new(),
            policy,
            skip: 0,
            limit: 10,
            time: Duration::from_secs(10),
        })
        .unwrap()
}

fn ids(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// Makes every file of a folder one that nobody wrote.
fn damage(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            damage(&entry);
        } else {
            std::fs::write(entry, "nothing").unwrap();
        }
    }
}

#[test]
fn what_is_written_is_there_after_a_restart_and_what_is_damaged_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let index = Embedded::open(Some(folder.path())).unwrap();
    assert_eq!(index.position(), None);
    write(&index, vec![case("1", None, vec![document(Kind::Case, "1", "Water", "")])], "p1");
    // All of a case is replaced.
    write(&index, vec![case("1", None, vec![document(Kind::Case, "1", "Fire", "")])], "p2");
    assert!(search(&index, "water", Filter::All).hits.is_empty());
    drop(index);
    let index = Embedded::open(Some(folder.path())).unwrap();
    assert_eq!((index.position().as_deref(), ids(&search(&index, "fire", Filter::All))), (Some("p2"), vec!["1"]));
    let gone = vec![(TenantId::default(), "1".to_owned())];
    index.write(&Batch { cases: Vec::new(), gone, position: "p2".to_owned() }).unwrap();
    assert!(search(&index, "fire", Filter::All).hits.is_empty());
    index.clear().unwrap();
    assert_eq!((index.position(), search(&index, "fire", Filter::All).counts), (None, [0; 4]));
    write(&index, vec![case("1", None, vec![document(Kind::Case, "1", "Fire", "")])], "p3");
    drop(index);
    damage(folder.path());
    let index = Embedded::open(Some(folder.path())).unwrap();
    assert_eq!((index.position(), search(&index, "fire", Filter::All).counts), (None, [0; 4]));
}

#[test]
fn what_policy_hides_is_neither_shown_nor_counted() {
    let index = Embedded::open(None).unwrap();
    let open = case("1", None, vec![document(Kind::Comment, "a", "", "leak in the roof")]);
    let hidden = case("2", Some("legal"), vec![document(Kind::Comment, "b", "", "leak of a paper")]);
    write(&index, vec![open, hidden], "p");
    assert_eq!(search(&index, "leak", Filter::All).counts, [0, 2, 0, 0]);
    let restricted = || Field::named("restrictedTo");
    let found = search(&index, "leak", Filter::IsNull(restricted()));
    assert_eq!((ids(&found), found.counts, found.is_filtered), (vec!["a"], [0, 1, 0, 0], true));
    let legal = Filter::ContainsAny(restricted(), vec![json!("legal")]);
    assert_eq!(ids(&search(&index, "leak", legal)), ["b"]);
    // The index says that it cannot tell.
    assert!(!search(&index, "leak", Filter::IsNull(Field::named("fields.secret"))).is_filtered);
}

#[test]
fn the_better_comes_first() {
    let index = Embedded::open(None).unwrap();
    let documents = vec![
        document(Kind::Comment, "said", "", "there was a leak among many other things that somebody said"),
        document(Kind::Case, "titled", "A leak", ""),
        document(Kind::Comment, "begun", "", "leakage"),
        document(Kind::Comment, "mistyped", "", "laek"),
    ];
    write(&index, vec![case("1", None, documents)], "p");
    assert_eq!(ids(&search(&index, "leak", Filter::All)), ["titled", "said", "begun"]);
    assert_eq!(ids(&search(&index, "CLM-1", Filter::All)), ["titled"]);
}

#[test]
fn the_index_knows_what_is_awaited_and_what_was_fetched() {
    let index = Embedded::open(None).unwrap();
    let mail = |content, text: &str| Document { content, ..document(Kind::Mail, "m", "Offer", text) };
    write(&index, vec![case("1", None, vec![mail(Content::Awaited, "")])], "p1");
    let awaited = index.awaited(10).unwrap();
    assert_eq!((awaited.len(), awaited[0].source.as_str(), awaited[0].kind), (1, "source-m", Kind::Mail));
    write(&index, vec![case("1", None, vec![mail(Content::Known, "fetched")])], "p2");
    assert!(index.awaited(10).unwrap().is_empty());
    let known = index.known(&TenantId::default(), "1", Kind::Mail, "m").unwrap().unwrap();
    assert_eq!((known.title.as_str(), known.text.as_str(), known.content), ("Offer", "fetched", Content::Known));
    assert_eq!(index.known(&TenantId::new("other"), "1", Kind::Mail, "m").unwrap(), None);
}
