//! Rows found along the rows that point at them are the rows that would be found without, in the same order.

use crate::support::stores::Place;
use crate::support::{document, tenant};
use casewright_journal::{
    Column, Denormalized, Document, Field, Filter, Query, ShardId, Sort, Store, ViewSpec, ViewWrites,
};
use serde_json::{Value, json};
use std::sync::Arc;

const TASKS: usize = 200;
const GROUPS: usize = 7;

fn specs() -> Vec<ViewSpec> {
    let denormalized = Denormalized {
        of: "errand",
        by: Column::named("errandId"),
        fields: const {
            &[
                (Column::named("created"), Column::named("errandCreated")),
                (Column::named("assignee"), Column::named("errandAssignee")),
            ]
        },
        unique: const { &[&[Column::named("type"), Column::named("group")]] },
    };
    vec![
        ViewSpec {
            name: "errand",
            indexes: const { &[&[Column::named("id")], &[Column::named("created")]] },
            full_text: &[],
            denormalized: None,
        },
        ViewSpec {
            name: "link",
            indexes: const {
                &[&[
                    Column::named("group"),
                    Column::named("type"),
                    Column::named("errandAssignee"),
                    Column::named("errandCreated"),
                    Column::named("errandId"),
                ]]
            },
            full_text: &[],
            denormalized: Some(denormalized),
        },
    ]
}

/// Several are created at the same time, some are assigned, some belong to two groups or are linked in two ways.
fn errand(n: usize) -> Document {
    let assignee = if n.is_multiple_of(3) { json!("mary") } else { Value::Null };
    document(json!({"id": id(n), "created": n / 4, "assignee": assignee, "urgent": n.is_multiple_of(5)}))
}

fn id(n: usize) -> String {
    // Not in the order of creation.
    format!("{:03}", (n * 37) % TASKS)
}

async fn filled(place: &Place) -> Arc<dyn Store> {
    let store = place.open().await;
    store.ensure_views(&specs()).await.unwrap();
    let mut writes = ViewWrites::default();
    for n in 0..TASKS {
        let errand = errand(n);
        let kinds = if n.is_multiple_of(6) { ["candidate", "watcher"].as_slice() } else { &["candidate"] };
        for group in [n % GROUPS, (n / 2) % GROUPS].into_iter().take(1 + n % 2) {
            for kind in kinds {
                let link = json!({
                    "errandId": id(n), "group": format!("g{group}"), "type": kind,
                    "errandCreated": errand["created"], "errandAssignee": errand["assignee"],
                });
                writes.put(&tenant(), "link", &format!("{n}-{group}-{kind}"), document(link));
            }
        }
        writes.put(&tenant(), "errand", &id(n), errand);
    }
    store.write_views("errands", ShardId(0), 1, writes).await.unwrap();
    store
}

fn of_group(group: &str) -> Filter {
    Filter::InView {
        field: Field::named("id"),
        view: "link",
        select: Field::named("errandId"),
        filter: Box::new(Filter::And(vec![
            Filter::Eq(Field::named("type"), json!("candidate")),
            Filter::Eq(Field::named("group"), json!(group)),
        ])),
    }
}

fn queries() -> Vec<Query> {
    let unassigned = Filter::IsNull(Field::named("assignee"));
    let of_mary = Filter::Eq(Field::named("assignee"), json!("mary"));
    let urgent = Filter::Eq(Field::named("urgent"), json!(true));
    let of_two = Filter::InView {
        field: Field::named("id"),
        view: "link",
        select: Field::named("errandId"),
        filter: Box::new(Filter::In(Field::named("group"), vec![json!("g1"), json!("g2")])),
    };
    let filters = [
        of_group("g1"),
        Filter::And(vec![of_group("g1"), unassigned.clone()]),
        Filter::And(vec![Filter::And(vec![of_group("g2"), unassigned.clone()]), urgent]),
        Filter::And(vec![of_group("g3"), of_mary, Filter::All]),
        Filter::And(vec![of_group("g1"), of_group("g4")]),
        Filter::And(vec![of_group("nobody"), unassigned]),
        // These cannot be found along the links: one finds a row twice, the other wants those that are not linked.
        of_two,
        Filter::Not(Box::new(of_group("g1"))),
    ];
    let sorts = [
        vec![],
        vec![Sort { field: Field::named("created"), descending: false }],
        vec![Sort { field: Field::named("created"), descending: true }],
        vec![Sort { field: Field::named("urgent"), descending: false }],
    ];
    let mut queries = Vec::new();
    for filter in filters {
        for sort in &sorts {
            queries.push(Query { sort: sort.clone(), ..Query::new("errand", filter.clone()) });
        }
    }
    queries
}

async fn all_pages(store: &dyn Store, query: &Query, limit: u64) -> Vec<String> {
    let mut query = Query { limit: Some(limit), ..query.clone() };
    let mut found = Vec::new();
    loop {
        let page = store.query(&tenant(), &query).await.unwrap();
        found.extend(page.rows.into_iter().map(|(id, _)| id.to_string()));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return found,
        }
    }
}

/// Against the store in memory, which looks at every row.
pub(crate) async fn rows_are_found_along_those_that_point_at_them(place: &Place) {
    let store = filled(place).await;
    let plain = filled(&Place::memory()).await;
    let mut rows = 0;
    for query in queries() {
        let expected = all_pages(plain.as_ref(), &query, 1000).await;
        rows += expected.len();
        assert_eq!(all_pages(store.as_ref(), &query, 1000).await, expected, "{query:?}");
        assert_eq!(all_pages(store.as_ref(), &query, 7).await, expected, "by pages: {query:?}");
        assert_eq!(store.count(&tenant(), &query, None).await.unwrap(), expected.len() as u64, "{query:?}");
        let offset = Query { offset: 3, limit: Some(2), ..query.clone() };
        let some: Vec<String> =
            store.query(&tenant(), &offset).await.unwrap().rows.into_iter().map(|(id, _)| id.to_string()).collect();
        assert_eq!(some, expected.iter().skip(3).take(2).cloned().collect::<Vec<_>>(), "{query:?}");
    }
    assert!(rows > 1000, "only {rows} rows were found");
}
