//! `#[derive(Row)]`: what a projector writes is what a handler reads, and columns are named once.

use casewright_instant::Instant;
use casewright_rows::{Cell, Column, Document, Row, RowError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smol_str::SmolStr;

/// Where something is.
#[derive(Clone, Debug, PartialEq, Row)]
struct Place {
    tenant_id: Option<SmolStr>,
    process_instance_id: SmolStr,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Owner {
    id: String,
}

#[derive(Clone, Debug, PartialEq, Row)]
#[row(view = "thing")]
struct ThingRow {
    id: SmolStr,
    #[row(flatten)]
    place: Place,
    r#type: String,
    #[row(name = "due")]
    due_at: Option<Instant>,
    #[row(json)]
    owner: Option<Owner>,
    labels: Vec<String>,
    data: Value,
}

fn thing() -> ThingRow {
    ThingRow {
        id: "t1".into(),
        place: Place { tenant_id: None, process_instance_id: "p1".into() },
        r#type: "box".to_owned(),
        due_at: Some(Instant(5)),
        owner: Some(Owner { id: "ada".to_owned() }),
        labels: vec!["a".to_owned()],
        data: json!({"x": [1]}),
    }
}

fn document(row: ThingRow) -> Document {
    Row::from(row).into_document()
}

#[test]
fn a_row_is_its_fields_in_their_order() {
    let document = document(thing());
    let text = serde_json::to_string(&document).unwrap();
    assert_eq!(
        text,
        r#"{"id":"t1","tenantId":null,"processInstanceId":"p1","type":"box","due":5,"owner":{"id":"ada"},"labels":["a"],"data":{"x":[1]}}"#
    );
    assert_eq!(ThingRow::read(&document), Ok(thing()));
}

#[test]
fn columns_of_a_flattened_row_are_columns_of_the_row() {
    assert_eq!(ThingRow::VIEW, "thing");
    assert_eq!(ThingRow::DUE_AT.name(), "due");
    assert_eq!(ThingRow::TYPE, Column::named("type"));
    assert_eq!(ThingRow::TENANT_ID, Place::TENANT_ID);
    assert_eq!(&*ThingRow::OWNER.at("id"), "owner.id");
}

#[test]
fn what_is_missing_or_of_another_type_is_told_with_its_column() {
    let mut wrong = document(thing());
    wrong.remove("due");
    assert_eq!(ThingRow::read(&wrong).map(|thing| thing.due_at), Ok(None));
    wrong.insert("id".to_owned(), json!(7));
    let error = ThingRow::read(&wrong).unwrap_err();
    assert!(matches!(error, RowError { column: ThingRow::ID, .. }), "{error}");
}

#[test]
fn a_patch_names_columns() {
    let patch = Row::from([(ThingRow::DUE_AT, Cell::from(Instant(9))), (ThingRow::TENANT_ID, Cell::Null)]);
    assert_eq!(patch.into_document(), *json!({"due": 9, "tenantId": null}).as_object().unwrap());
}
