//! The index in a folder: what is written is found and is there after a restart, what is damaged begins anew, what is hidden is
//! not counted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_journal::{Field, Filter, TenantId};
use casewright_search::{
    Batch, CaseFacts, Content, Counts, Document, Embedded, Facts, Found, Index, Kind, Named, Policies, Query,
    RecordFacts, Request, Scope, Whole, WholeDocuments, Work,
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
        work: None,
        content: Content::Known,
    }
}

fn case(id: &str, restricted_to: Option<&str>, documents: Vec<Document>) -> WholeDocuments {
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
    WholeDocuments { tenant: TenantId::default(), whole: Whole::case(id), facts: Facts::Case(facts), documents }
}

fn write(index: &Embedded, wholes: Vec<WholeDocuments>, position: &str) {
    index.write(&Batch { wholes, gone: Vec::new(), position: position.to_owned() }).unwrap();
}

/// Cases by the policy, and all records and people.
fn search(index: &Embedded, query: &str, policy: Filter) -> Found {
    let all = || Some(Filter::All);
    search_by(index, query, Policies { case: Some(policy), record: all(), person: all() })
}

fn search_by(index: &Embedded, query: &str, policies: Policies) -> Found {
    index
        .search(&Request {
            tenant: TenantId::default(),
            query: Arc::new(Query::read(query).unwrap()),
            me: "anna".to_owned(),
            kinds: Vec::new(),
            policies,
            skip: 0,
            limit: 10,
            time: Duration::from_secs(10),
        })
        .unwrap()
}

fn counted(kind: Kind, count: u64) -> Counts {
    let mut counts = Counts::default();
    counts[kind.place()] = count;
    counts
}

fn record(id: &str, of: &str, title: &str) -> WholeDocuments {
    let facts =
        RecordFacts { of: Named::new(of, of), fields: Map::new(), created_by: None, updated: Timestamp::UNIX_EPOCH };
    let documents = vec![document(Kind::Record, id, title, "")];
    let whole = Whole::new(Scope::Record, id);
    WholeDocuments { tenant: TenantId::default(), whole, facts: Facts::Record(facts), documents }
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
    let gone = vec![(TenantId::default(), Whole::case("1"))];
    index.write(&Batch { wholes: Vec::new(), gone, position: "p2".to_owned() }).unwrap();
    assert!(search(&index, "fire", Filter::All).hits.is_empty());
    index.clear().unwrap();
    assert_eq!((index.position(), search(&index, "fire", Filter::All).counts), (None, Counts::default()));
    write(&index, vec![case("1", None, vec![document(Kind::Case, "1", "Fire", "")])], "p3");
    drop(index);
    damage(folder.path());
    let index = Embedded::open(Some(folder.path())).unwrap();
    assert_eq!((index.position(), search(&index, "fire", Filter::All).counts), (None, Counts::default()));
}

#[test]
fn what_policy_hides_is_neither_shown_nor_counted() {
    let index = Embedded::open(None).unwrap();
    let open = case("1", None, vec![document(Kind::Comment, "a", "", "leak in the roof")]);
    let hidden = case("2", Some("legal"), vec![document(Kind::Comment, "b", "", "leak of a paper")]);
    write(&index, vec![open, hidden], "p");
    assert_eq!(search(&index, "leak", Filter::All).counts, counted(Kind::Comment, 2));
    let restricted = || Field::named("restrictedTo");
    let found = search(&index, "leak", Filter::IsNull(restricted()));
    assert_eq!((ids(&found), found.counts, found.is_filtered), (vec!["a"], counted(Kind::Comment, 1), true));
    let legal = Filter::ContainsAny(restricted(), vec![json!("legal")]);
    assert_eq!(ids(&search(&index, "leak", legal)), ["b"]);
    // The index says that it cannot tell.
    assert!(!search(&index, "leak", Filter::IsNull(Field::named("fields.secret"))).is_filtered);
}

#[test]
fn records_and_people_have_policies_of_their_own() {
    let index = Embedded::open(None).unwrap();
    let whole = Whole::new(Scope::Person, "meyer");
    let documents = vec![document(Kind::Person, "meyer", "Anna Meyer", "")];
    let person = WholeDocuments { tenant: TenantId::default(), whole, facts: Facts::Person, documents };
    // The ids of a case and of a record may be the same.
    let of_case = case("1", None, vec![document(Kind::Case, "1", "Meyer's roof", "")]);
    write(&index, vec![of_case, record("1", "contact", "Meyer Ltd"), record("2", "secret", "Meyer"), person], "p");
    let of_type = |key: &str| Filter::In(Field::named("recordType"), vec![json!(key)]);
    let policies =
        |record: Option<Filter>, person: Option<Filter>| Policies { case: Some(Filter::All), record, person };
    let found = search_by(&index, "meyer", policies(Some(of_type("contact")), Some(Filter::All)));
    assert_eq!(found.counts, [1, 0, 0, 0, 0, 1, 1]);
    let found = search_by(&index, "meyer", policies(None, None));
    assert_eq!((ids(&found), found.is_filtered), (vec!["1"], true));
    assert_eq!(found.hits[0].whole, Whole::case("1"));
    assert_eq!(ids(&search(&index, "meyer type:contact", Filter::All)), ["1"]);
    assert_eq!(ids(&search(&index, "meyer kind:person", Filter::All)), ["meyer"]);
    index
        .write(&Batch { wholes: vec![], gone: vec![(TenantId::default(), Whole::case("1"))], position: String::new() })
        .unwrap();
    assert_eq!(ids(&search(&index, "meyer type:contact", Filter::All)), ["1"], "the record stays");
}

#[test]
fn a_task_says_itself_whose_it_is_and_whether_it_is_open() {
    let index = Embedded::open(None).unwrap();
    let task = |id: &str, is_open, assignee: Option<&str>| Document {
        work: Some(Work { is_open, assignee: assignee.map(|id| Named::new(id, id)) }),
        ..document(Kind::Task, id, "Call back", "")
    };
    let documents = vec![task("mine", true, Some("anna")), task("free", true, None), task("done", false, Some("ben"))];
    write(&index, vec![case("1", None, documents)], "p");
    for (query, wanted) in [
        ("call is:open", vec!["free", "mine"]),
        ("call is:closed", vec!["done"]),
        ("call assignee:me", vec!["mine"]),
        ("call assignee:none kind:task", vec!["free"]),
        ("call stage:intake assignee:ben", vec!["done"]),
    ] {
        let found = search(&index, query, Filter::All);
        let mut ids = ids(&found);
        ids.sort_unstable();
        assert_eq!(ids, wanted, "{query}");
    }
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
    let known = index.known(&TenantId::default(), &Whole::case("1"), Kind::Mail, "m").unwrap().unwrap();
    assert_eq!((known.title.as_str(), known.text.as_str(), known.content), ("Offer", "fetched", Content::Known));
    assert_eq!(index.known(&TenantId::new("other"), &Whole::case("1"), Kind::Mail, "m").unwrap(), None);
}
