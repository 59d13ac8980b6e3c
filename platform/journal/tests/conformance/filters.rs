//! The query language means the same on every store: what [`Filter::matches`] says.

use crate::support::stores::Place;
use crate::support::{document, tenant};
use crate::views::ids;
use casewright_journal::{
    Column, Document, Field, Filter, Grouping, Query, ShardId, Sort, Store, Tally, TenantId, ViewSpec, ViewWrites,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRng, TestRunner};
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

const FILTERS: usize = 300;

fn specs() -> Vec<ViewSpec> {
    vec![
        ViewSpec {
            name: "thing",
            indexes: const {
                &[
                    &[Column::named("text")],
                    &[Column::named("number"), Column::named("text")],
                    &[Column::named("deep.text")],
                    &[Column::named("any"), Column::named("tags")],
                ]
            },
            full_text: const { &[Column::named("text"), Column::named("tags"), Column::named("deep.text")] },
            denormalized: None,
        },
        ViewSpec {
            name: "other",
            indexes: const { &[&[Column::named("number")]] },
            full_text: &[],
            denormalized: None,
        },
    ]
}

async fn filled(place: &Place, things: &[Document], others: &[Document]) -> Arc<dyn Store> {
    let store = place.open().await;
    store.ensure_views(&specs()).await.unwrap();
    let mut writes = ViewWrites::default();
    for (n, thing) in things.iter().enumerate() {
        writes.put(&tenant(), "thing", &format!("t{n:03}"), thing.clone());
    }
    for (n, other) in others.iter().enumerate() {
        writes.put(&tenant(), "other", &format!("o{n:03}"), other.clone());
    }
    let foreign = TenantId::new("foreign");
    writes.put(&foreign, "thing", "t000", document(json!({"text": "a"})));
    writes.put(&foreign, "other", "o000", document(json!({"text": "a", "number": 1})));
    store.write_views("things", ShardId(0), 1, writes).await.unwrap();
    store
}

fn text() -> BoxedStrategy<Value> {
    prop::sample::select(vec![
        "", "a", "A", "ab", "aB", "a%b", "a_b", "b", "Ä", "ä", "1", "true", "null", "a.b", "[x]", "ab\n", "10",
    ])
    .prop_map(Value::from)
    .boxed()
}

fn number() -> BoxedStrategy<Value> {
    prop_oneof![
        (-3i64..4).prop_map(Value::from),
        prop::sample::select(vec![0.5, 1.0, 2.5, -1.5]).prop_map(Value::from),
        Just(json!(9_007_199_254_740_993i64)),
    ]
    .boxed()
}

fn scalar() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => text(),
        4 => number(),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<Value> {
    prop_oneof![
        6 => scalar(),
        1 => vec(scalar(), 0..3).prop_map(Value::from),
        1 => Just(json!({"text": "a"})),
    ]
    .boxed()
}

/// Documents with missing fields, and fields of any type.
fn thing() -> BoxedStrategy<Document> {
    let field = |strategy: BoxedStrategy<Value>| prop::option::weighted(0.85, strategy);
    (
        field(text()),
        field(number()),
        field(anything()),
        field(vec(scalar(), 0..4).prop_map(Value::from).boxed()),
        field(anything()),
    )
        .prop_map(|(text, number, any, tags, deep)| {
            let mut document = Document::new();
            for (name, value) in [("text", text), ("number", number), ("any", any), ("tags", tags)] {
                if let Some(value) = value {
                    document.insert(name.to_owned(), value);
                }
            }
            match deep {
                Some(Value::Object(_)) | None => {}
                Some(array @ Value::Array(_)) => {
                    document.insert("deep".to_owned(), array);
                }
                Some(value) => {
                    document.insert("deep".to_owned(), json!({"text": value}));
                }
            }
            document
        })
        .boxed()
}

fn field() -> BoxedStrategy<Field> {
    prop::sample::select(vec!["text", "number", "any", "tags", "deep.text", "missing"]).prop_map(Field::named).boxed()
}

fn pattern() -> BoxedStrategy<String> {
    prop::sample::select(vec!["%", "_", "a%", "A%", "%b", "a\\%b", "a\\_b", "a_b", "", "Ä", "[x]", "%.%", "1%", "__"])
        .prop_map(str::to_owned)
        .boxed()
}

fn leaf() -> BoxedStrategy<Filter> {
    prop_oneof![
        Just(Filter::All),
        (field(), anything()).prop_map(|(f, v)| Filter::Eq(f, v)),
        (field(), anything()).prop_map(|(f, v)| Filter::Ne(f, v)),
        (field(), scalar()).prop_map(|(f, v)| Filter::Lt(f, v)),
        (field(), scalar()).prop_map(|(f, v)| Filter::Lte(f, v)),
        (field(), scalar()).prop_map(|(f, v)| Filter::Gt(f, v)),
        (field(), scalar()).prop_map(|(f, v)| Filter::Gte(f, v)),
        (field(), vec(scalar(), 0..4)).prop_map(|(f, v)| Filter::In(f, v)),
        (field(), pattern(), any::<bool>())
            .prop_map(|(field, pattern, ignore_case)| { Filter::Like { field, pattern, ignore_case } }),
        (field(), pattern()).prop_map(|(f, v)| Filter::EqIgnoreCase(f, v)),
        field().prop_map(Filter::IsNull),
        field().prop_map(Filter::NotNull),
        (field(), scalar()).prop_map(|(f, v)| Filter::Contains(f, v)),
        (field(), vec(scalar(), 0..3)).prop_map(|(f, v)| Filter::ContainsAny(f, v)),
    ]
    .boxed()
}

fn filter() -> BoxedStrategy<Filter> {
    leaf()
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(Filter::And),
                vec(inner.clone(), 0..3).prop_map(Filter::Or),
                inner.clone().prop_map(|f| Filter::Not(Box::new(f))),
                (field(), field(), inner).prop_map(|(field, select, filter)| Filter::InView {
                    field,
                    view: "other",
                    select,
                    filter: Box::new(filter),
                }),
            ]
        })
        .boxed()
}

/// Values that are drawn alike in every run, so a failure can be looked at again.
fn sample<T: std::fmt::Debug>(strategy: &BoxedStrategy<T>, count: usize, seed: u8) -> Vec<T> {
    let rng = TestRng::from_seed(prop::test_runner::RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn expected(filter: &Filter, things: &[Document], others: &[Document]) -> Vec<String> {
    let joined = |_: &'static str, select: &str, inner: &Filter| -> Vec<Value> {
        // A joined filter may join again; the answer is always about the other view.
        others
            .iter()
            .filter(|other| inner.matches(other, &|v, s, f| nested(others, v, s, f)))
            .map(|other| lookup(other, select))
            .collect()
    };
    things
        .iter()
        .enumerate()
        .filter(|(_, thing)| filter.matches(thing, &joined))
        .map(|(n, _)| format!("t{n:03}"))
        .collect()
}

fn nested(others: &[Document], _: &'static str, select: &str, filter: &Filter) -> Vec<Value> {
    others
        .iter()
        .filter(|other| filter.matches(other, &|v, s, f| nested(others, v, s, f)))
        .map(|other| lookup(other, select))
        .collect()
}

fn lookup(document: &Document, field: &str) -> Value {
    let mut value = Value::Object(document.clone());
    for part in field.split('.') {
        value = value.get_mut(part).map_or(Value::Null, Value::take);
    }
    value
}

pub(crate) async fn every_filter_means_what_the_definition_says(place: &Place) {
    let things = sample(&thing(), 60, 1);
    let others = sample(&thing(), 12, 2);
    let store = filled(place, &things, &others).await;
    agrees(store.as_ref(), &things, &others).await;
}

/// Asks many questions of a store that holds these rows.
async fn agrees(store: &dyn Store, things: &[Document], others: &[Document]) {
    let mut answers = std::collections::HashSet::new();
    for filter in sample(&filter(), FILTERS, 3) {
        let query = Query::new("thing", filter.clone());
        let page = store.query(&tenant(), &query).await.unwrap();
        let wanted = expected(&filter, things, others);
        assert_eq!(ids(&page), wanted, "{filter:?}");
        let count = store.count(&tenant(), &query, None).await.unwrap();
        assert_eq!(count, wanted.len() as u64, "{filter:?}");
        answers.insert(wanted);
    }
    assert!(answers.len() > 40, "the filters tell documents apart: {} answers", answers.len());
}

pub(crate) async fn rows_that_change_are_found_by_what_they_are_now(place: &Place) {
    let (mut things, changes) = (sample(&thing(), 60, 1), sample(&thing(), 60, 8));
    let mut others = sample(&thing(), 12, 2);
    let store = filled(place, &things, &others).await;
    let names = ["text", "number", "any", "tags", "deep"];
    let mut writes = ViewWrites::default();
    for (n, (thing, change)) in things.iter_mut().zip(&changes).enumerate() {
        // Every choice of fields is of another value, gone, or new in some rows, and as it was in the others.
        for (_, name) in names.iter().enumerate().filter(|(bit, _)| n >> bit & 1 == 1) {
            match change.get(*name) {
                Some(value) => drop(thing.insert((*name).to_owned(), value.clone())),
                None => drop(thing.remove(*name)),
            }
        }
        let id = format!("t{n:03}");
        match n % 3 {
            // As after a crash between writing a row and saying so.
            0 => writes.insert(&tenant(), "thing", &id, thing.clone()),
            _ => writes.put(&tenant(), "thing", &id, thing.clone()),
        }
    }
    for (n, (other, change)) in others.iter_mut().zip(&changes).enumerate() {
        writes.patch(&tenant(), "other", &format!("o{n:03}"), change.clone());
        other.extend(change.clone());
    }
    store.write_views("things", ShardId(0), 2, writes).await.unwrap();
    agrees(store.as_ref(), &things, &others).await;
    for word in ["a", "ab", "b", "1", "x", "true"] {
        let query = Query { search: Some(word.to_owned()), ..Query::new("thing", Filter::All) };
        let page = store.query(&tenant(), &query).await.unwrap();
        let wanted: Vec<String> = things
            .iter()
            .enumerate()
            .filter(|(_, thing)| words(thing).iter().any(|found| found.starts_with(word)))
            .map(|(n, _)| format!("t{n:03}"))
            .collect();
        assert_eq!(ids(&page), wanted, "{word}");
    }
}

/// The words of a thing's full text, as far as the values of [`thing`] have some.
fn words(thing: &Document) -> Vec<String> {
    let mut texts = Vec::new();
    for field in ["text", "tags", "deep.text"] {
        match lookup(thing, field) {
            Value::Array(items) => texts.extend(items),
            value => texts.push(value),
        }
    }
    let texts = texts.iter().filter_map(|value| match value {
        Value::String(text) => Some(text.to_lowercase().replace('ä', "a")),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()).collect()
}

pub(crate) async fn pages_by_cursor_give_every_row_once_in_order(place: &Place) {
    let things = sample(&thing(), 60, 4);
    let store = filled(place, &things, &[]).await;
    let orders: Vec<Vec<(&'static str, bool)>> = vec![
        vec![],
        vec![("text", false)],
        vec![("text", true)],
        vec![("number", false), ("text", true)],
        vec![("number", true), ("text", false)],
    ];
    for order in orders {
        let mut wanted: Vec<(String, &Document)> =
            things.iter().enumerate().map(|(n, thing)| (format!("t{n:03}"), thing)).collect();
        wanted.sort_by(|left, right| in_order(&order, left, right));
        let wanted: Vec<String> = wanted.into_iter().map(|(id, _)| id).collect();
        let mut query = Query::new("thing", Filter::All);
        query.sort = order
            .iter()
            .map(|(field, descending)| Sort { field: Field::named(*field), descending: *descending })
            .collect();
        query.limit = Some(7);
        let mut seen = Vec::new();
        loop {
            let page = store.query(&tenant(), &query).await.unwrap();
            assert!(page.rows.len() <= 7);
            seen.extend(page.rows.iter().map(|(id, _)| id.to_string()));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, wanted, "{order:?}");
        query.after = None;
        query.offset = 10;
        let page = store.query(&tenant(), &query).await.unwrap();
        assert_eq!(ids(&page), wanted[10..17], "{order:?}");
    }
}

fn in_order(order: &[(&str, bool)], left: &(String, &Document), right: &(String, &Document)) -> Ordering {
    for (field, descending) in order {
        let by_value = compare(&lookup(left.1, field), &lookup(right.1, field));
        let directed = if *descending { by_value.reverse() } else { by_value };
        if directed != Ordering::Equal {
            return directed;
        }
    }
    let by_id = left.0.cmp(&right.0);
    match order.last() {
        Some((_, true)) => by_id.reverse(),
        _ => by_id,
    }
}

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::String(left), Value::String(right)) => left.cmp(right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

pub(crate) async fn one_of_many_values_is_found_as_one_of_few_is(place: &Place) {
    let things = sample(&thing(), 60, 5);
    let store = filled(place, &things, &[]).await;
    let kinds: [BoxedStrategy<Value>; 3] = [text(), number(), anything()];
    let odd = json!(["it's", "\"", "\\", "nul\u{0}", "\u{10FFFF}", 1.5, -0.0, 9_007_199_254_740_993i64, true, null]);
    for (strategy, seed) in kinds.iter().zip(6..) {
        for count in [1, 16, 17, 200] {
            let mut values = sample(strategy, count, seed);
            values.extend(odd.as_array().unwrap().iter().take(count).cloned());
            for field in ["text", "number", "any", "deep.text"] {
                let filter = Filter::In(Field::named(field), values.clone());
                let page = store.query(&tenant(), &Query::new("thing", filter.clone())).await.unwrap();
                assert_eq!(ids(&page), expected(&filter, &things, &[]), "{filter:?}");
            }
        }
    }
}

pub(crate) async fn a_semi_join_asks_another_view(place: &Place) {
    let things = [
        document(json!({"text": "open", "number": 1})),
        document(json!({"text": "open", "number": 2})),
        document(json!({"text": "open"})),
    ];
    let others = [
        document(json!({"number": 2, "text": "yes"})),
        document(json!({"number": 1, "text": "no"})),
        document(json!({"text": "yes"})),
    ];
    let store = filled(place, &things, &others).await;
    let join = Filter::InView {
        field: Field::named("number"),
        view: "other",
        select: Field::named("number"),
        filter: Box::new(Filter::Eq(Field::named("text"), json!("yes"))),
    };
    let page = store.query(&tenant(), &Query::new("thing", join.clone())).await.unwrap();
    assert_eq!(ids(&page), ["t001"], "null joins nothing");
    let not = Query::new("thing", Filter::Not(Box::new(join)));
    assert_eq!(ids(&store.query(&tenant(), &not).await.unwrap()), ["t000", "t002"]);
}

pub(crate) async fn rows_are_counted_in_groups_and_no_further_than_asked(place: &Place) {
    let mut things = sample(&thing(), 120, 11);
    for (n, thing) in things.iter_mut().enumerate() {
        thing.insert("at".to_owned(), if n.is_multiple_of(7) { Value::Null } else { json!(n * 31 % 50) });
    }
    let store = filled(place, &things, &[]).await;
    let open = Filter::Or(vec![Filter::NotNull(Field::named("number")), Filter::IsNull(Field::named("text"))]);
    let groupings = [
        vec![],
        vec![Grouping::Text(Field::named("text"))],
        vec![Grouping::Text(Field::named("any")), Grouping::Text(Field::named("deep.text"))],
        vec![Grouping::Span(Field::named("number"), vec![-1, 0, 2]), Grouping::Text(Field::named("text"))],
        vec![Grouping::Span(Field::named("at"), (0..40).collect()), Grouping::Span(Field::named("at"), vec![10])],
        vec![Grouping::Text(Field::named("missing")), Grouping::Span(Field::named("missing"), vec![1])],
    ];
    for filter in [Filter::All, open, Filter::Not(Box::new(Filter::All))] {
        let query = Query::new("thing", filter.clone());
        let found = expected(&filter, &things, &[]);
        for most in [0, 1, 3, 1_000] {
            let counted = store.count(&tenant(), &query, Some(most)).await.unwrap();
            assert_eq!(counted, most.min(found.len() as u64), "{filter:?}");
        }
        for by in &groupings {
            let least = Some(const { Column::named("at") });
            let tally = Tally { query: query.clone(), by: by.clone(), least };
            let mut wanted: BTreeMap<String, (u64, Option<i64>, Vec<&str>)> = BTreeMap::new();
            for id in &found {
                let row = &things[id[1..].parse::<usize>().unwrap()];
                let keys: Vec<Value> = by.iter().map(|grouping| grouping.key(row)).collect();
                let group = wanted.entry(json!(keys).to_string()).or_default();
                group.0 += 1;
                group.1 = [group.1, row["at"].as_i64()].into_iter().flatten().min();
                group.2.push(id);
            }
            let groups = store.tally(&tenant(), &tally).await.unwrap();
            assert_eq!(groups.len(), wanted.len(), "{tally:?}");
            for group in groups {
                let (count, least, ids) = &wanted[&json!(group.keys).to_string()];
                assert_eq!((group.count, group.least), (*count, *least), "{:?} of {tally:?}", group.keys);
                assert!(ids.contains(&group.example.as_str()), "{:?} is none of {ids:?}", group.example);
            }
        }
    }
}

pub(crate) async fn a_row_comes_with_the_wanted_fields_only(place: &Place) {
    let things = [
        document(json!({"text": "it's", "number": 1.5, "any": {"a": [true]}, "tags": ["x"], "deep": {"text": "d"}})),
        document(json!({"text": true, "number": [1, "2"], "any": false})),
        document(json!({"text": {"a": 1}, "number": 9_007_199_254_740_993i64})),
        document(json!({"any": "a"})),
    ];
    let store = filled(place, &things, &[]).await;
    let rows = async |query: &Query| -> Vec<Document> {
        let known = |(_, row): (_, Document)| row.into_iter().filter(|(_, value)| !value.is_null()).collect();
        store.query(&tenant(), query).await.unwrap().rows.into_iter().map(known).collect()
    };
    const PARTS: [&[Column]; 4] = [
        &[Column::named("text"), Column::named("number")],
        &[Column::named("any"), Column::named("deep")],
        &[Column::named("missing")],
        &[],
    ];
    for only in PARTS {
        let wanted: Vec<Document> = things
            .iter()
            .map(|thing| {
                thing
                    .clone()
                    .into_iter()
                    .filter(|(field, _)| only.iter().any(|column| column.name() == field))
                    .collect()
            })
            .collect();
        let query = Query { only: Some(only), ..Query::new("thing", Filter::All) };
        assert_eq!(rows(&query).await, wanted, "{only:?}");
    }
    let sort = vec![Sort { field: Field::named("deep.text"), descending: true }];
    let mut query = Query {
        only: Some(const { &[Column::named("any")] }),
        sort,
        limit: Some(1),
        ..Query::new("thing", Filter::All)
    };
    assert_eq!(rows(&query).await, [document(json!({"any": {"a": [true]}, "deep": {"text": "d"}}))]);
    query.after = store.query(&tenant(), &query).await.unwrap().next;
    assert_eq!(rows(&query).await, [document(json!({"any": "a"}))], "the next page begins behind the first");
}

pub(crate) async fn search_finds_rows_with_all_words_by_prefix(place: &Place) {
    let things = [
        document(json!({"text": "Rechnung Müller", "tags": ["dringend"]})),
        document(json!({"text": "Rechnung Schmidt", "deep": {"text": "Müllerstraße 5"}})),
        document(json!({"text": "Mahnung"})),
    ];
    let store = filled(place, &things, &[]).await;
    let search = async |words: &str| -> Vec<String> {
        let mut query = Query::new("thing", Filter::All);
        query.search = Some(words.to_owned());
        let page = store.query(&tenant(), &query).await.unwrap();
        let count = store.count(&tenant(), &query, None).await.unwrap();
        assert_eq!(count, page.rows.len() as u64);
        page.rows.iter().map(|(id, _)| id.to_string()).collect()
    };
    assert_eq!(search("rechnung mull").await, ["t000", "t001"]);
    assert_eq!(search("Rech dring").await, ["t000"]);
    assert_eq!(search("müllerstr, 5").await, ["t001"]);
    assert!(search("gibtesnicht").await.is_empty());
    assert_eq!(search("  ").await.len(), 3, "no words, no condition");
    let mut query = Query::new("other", Filter::All);
    query.search = Some("x".to_owned());
    assert!(store.query(&tenant(), &query).await.is_err());
}

pub(crate) async fn a_query_is_bound_to_one_tenant(place: &Place) {
    let things = [document(json!({"text": "a"}))];
    let store = filled(place, &things, &[]).await;
    let query = Query::new("thing", Filter::Eq(Field::named("text"), json!("a")));
    assert_eq!(store.query(&tenant(), &query).await.unwrap().rows.len(), 1);
    let nobody = TenantId::new("nobody");
    assert!(store.query(&nobody, &query).await.unwrap().rows.is_empty());
    let join = Filter::InView {
        field: Field::named("text"),
        view: "other",
        select: Field::named("text"),
        filter: Box::new(Filter::All),
    };
    let joined = Query::new("thing", join);
    assert!(
        store.query(&tenant(), &joined).await.unwrap().rows.is_empty(),
        "the foreign row of the other view does not count"
    );
    let all = store.system_query_all_tenants(&query).await.unwrap();
    assert_eq!(all.rows.len(), 2);
}

pub(crate) async fn rows_come_back_as_they_were_put(place: &Place) {
    let thing = document(json!({
        "zeta": 1, "alpha": [1, 2.5, "x", null, {"k": true}], "big": 9_007_199_254_740_993i64,
        "float": 1.0, "nothing": null, "empty": {}, "text": "\"quoted\" \u{1F600}", "deep": {"b": 1, "a": 2}
    }));
    let store = filled(place, std::slice::from_ref(&thing), &[]).await;
    let got = store.get(&tenant(), "thing", "t000").await.unwrap();
    assert_eq!(serde_json::to_string(&got.unwrap()).unwrap(), serde_json::to_string(&thing).unwrap());
}

/// A word that many rows have is found along the order of the query, and one that few have by the index: nobody can tell.
pub(crate) async fn words_that_many_rows_have_are_found_as_rare_ones_are(place: &Place) {
    const ROWS: usize = 3_400;
    let things: Vec<Document> = (0..ROWS)
        .map(|n| {
            // Many rows have it, and none of the last 2,200.
            let old = if n < 1_200 { "veteran" } else { "recruit" };
            let half = if n % 2 == 0 { "even" } else { "odd" };
            let rare = if n % 17 == 0 { " seldom" } else { "" };
            document(json!({"number": n, "text": format!("member {old} {half} x{n}y{rare}")}))
        })
        .collect();
    let store = filled(place, &things, &[]).await;
    let search = async |words: &str, filter: Filter| -> Vec<u64> {
        let sort = vec![Sort { field: Field::named("number"), descending: true }];
        let mut query = Query { sort, search: Some(words.to_owned()), limit: Some(300), ..Query::new("thing", filter) };
        let mut found = Vec::new();
        loop {
            let page = store.query(&tenant(), &query).await.unwrap();
            assert!(page.rows.len() <= 300);
            found.extend(page.rows.iter().map(|(_, row)| row["number"].as_u64().unwrap()));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        query.after = None;
        assert_eq!(store.count(&tenant(), &query, None).await.unwrap(), found.len() as u64, "{words}");
        assert_eq!(store.count(&tenant(), &query, Some(7)).await.unwrap(), 7.min(found.len() as u64), "{words}");
        found
    };
    let that = |wanted: &dyn Fn(usize) -> bool| -> Vec<u64> {
        (0..ROWS).rev().filter(|n| wanted(*n)).map(|n| n as u64).collect()
    };
    assert_eq!(search("member", Filter::All).await, that(&|_| true));
    assert_eq!(search("memb even", Filter::All).await, that(&|n| n % 2 == 0));
    assert_eq!(search("veteran", Filter::All).await, that(&|n| n < 1_200));
    assert_eq!(search("member veteran odd", Filter::All).await, that(&|n| n < 1_200 && n % 2 == 1));
    // More words begin with it than are asked for one by one.
    assert_eq!(search("x", Filter::All).await, that(&|_| true));
    assert_eq!(search("x12 member", Filter::All).await, that(&|n| n.to_string().starts_with("12")));
    assert_eq!(search("x7y", Filter::All).await, [7]);
    let begins = |n: usize, with: &str| n.to_string().starts_with(with);
    assert_eq!(search("seldom x1", Filter::All).await, that(&|n| n % 17 == 0 && begins(n, "1")));
    assert_eq!(search("veteran x1", Filter::All).await, that(&|n| n < 1_200 && begins(n, "1")));
    assert_eq!(
        search("x1 seldom x", Filter::Lt(Field::named("number"), json!(200))).await,
        that(&|n| n < 200 && n % 17 == 0 && begins(n, "1"))
    );
    assert_eq!(search("member nobody", Filter::All).await, [] as [u64; 0]);
    let below = Filter::Lt(Field::named("number"), json!(100));
    assert_eq!(search("member", below.clone()).await, that(&|n| n < 100));
    assert_eq!(search("recruit", below).await, [] as [u64; 0]);
}
