//! Filters become MongoDB's, kept to one meaning: MongoDB looks into arrays by itself, we do only when asked.

use super::document::{value_from_bson, value_to_bson};
use super::failed;
use super::views::rows_of;
use crate::key::TenantId;
use crate::store::StoreError;
use crate::views::filter::{self, LikeToken};
use crate::views::tally::{Group, Grouping, Tally};
use crate::views::view::{Filter, Page, Query, Sort, ViewSpec};
use crate::views::{cursor, full_text};
use casewright_rows::{Document, lookup};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use mongodb::Database;
use mongodb::bson::{Bson, Document as BsonDocument, doc};
use serde_json::Value;
use smol_str::SmolStr;

/// Values a semi-join may carry over from the other view; more would not fit a command.
const JOINED: usize = 200_000;

pub(super) async fn page(
    database: &Database,
    tenant: Option<&TenantId>,
    query: &Query,
    spec: &ViewSpec,
) -> Result<Page, StoreError> {
    let mut condition = rows(database, tenant, query, spec).await?;
    if let Some(after) = &query.after {
        condition = doc! { "$and": [condition, behind(query, &cursor::decode(query, after)?)] };
    }
    let what = failed("querying a view");
    let rows = rows_of(database, spec.name);
    let mut find = rows.find(condition).projection(wanted(query.fields())).sort(order(&query.sort)).skip(query.offset);
    if let Some(limit) = query.limit {
        // One more than asked tells whether there is a next page.
        find = find.limit(i64::try_from(limit).map_or(i64::MAX, |l| l.saturating_add(1)));
    }
    let mut found = find.await.map_err(&what)?;
    let mut page = Page::default();
    while let Some(row) = found.try_next().await.map_err(&what)? {
        if query.limit.is_some_and(|limit| page.rows.len() as u64 >= limit) {
            page.next = page.rows.last().map(|(id, document)| cursor::after_row(query, id, document));
            break;
        }
        page.rows.push(read(row)?);
    }
    Ok(page)
}

pub(super) async fn count(
    database: &Database,
    tenant: &TenantId,
    query: &Query,
    most: Option<u64>,
    spec: &ViewSpec,
) -> Result<u64, StoreError> {
    let condition = rows(database, Some(tenant), query, spec).await?;
    let rows = rows_of(database, spec.name);
    let counted = match most {
        None => rows.count_documents(condition).await,
        // A limit of nothing would be none.
        Some(0) => Ok(0),
        Some(most) => rows.count_documents(condition).limit(most).await,
    };
    counted.map_err(failed("counting rows"))
}

pub(super) async fn tally(
    database: &Database,
    tenant: &TenantId,
    tally: &Tally,
    spec: &ViewSpec,
) -> Result<Vec<Group>, StoreError> {
    let condition = rows(database, Some(tenant), &tally.query, spec).await?;
    let keys: BsonDocument =
        tally.by.iter().enumerate().map(|(n, grouping)| (format!("k{n}"), Bson::Document(key(grouping)))).collect();
    let number = match tally.least {
        Some(column) => Bson::String(format!("${}", path(column.name()))),
        None => Bson::Null,
    };
    let group = doc! { "_id": keys, "n": { "$sum": 1 }, "least": { "$min": number }, "example": { "$min": "$i" } };
    let what = failed("counting rows in groups");
    let pipeline = [doc! { "$match": condition }, doc! { "$group": group }];
    let mut found = rows_of(database, spec.name).aggregate(pipeline).await.map_err(&what)?;
    let mut groups = Vec::new();
    while let Some(row) = found.try_next().await.map_err(&what)? {
        let Value::Object(row) = value_from_bson(Bson::Document(row)) else { continue };
        let keys = (0..tally.by.len()).map(|n| row["_id"].get(format!("k{n}")).cloned().unwrap_or_default()).collect();
        let (Some(count), Some(example)) = (row["n"].as_u64(), row["example"].as_str()) else {
            return Err(StoreError::new("a group of rows is damaged"));
        };
        groups.push(Group { keys, count, least: row["least"].as_i64(), example: example.into() });
    }
    Ok(groups)
}

/// What a grouping says of a row, as an expression.
fn key(grouping: &Grouping) -> BsonDocument {
    let value = format!("${}", path(grouping.field()));
    let kind = doc! { "$type": &value };
    match grouping {
        Grouping::Text(_) => doc! { "$cond": [{ "$eq": [kind, "string"] }, &value, Bson::Null] },
        Grouping::Span(_, bounds) => {
            let passed: Vec<Bson> = bounds
                .iter()
                .map(|bound| Bson::Document(doc! { "$cond": [{ "$gte": [&value, *bound] }, 1, 0] }))
                .collect();
            doc! { "$cond": [{ "$in": [kind, ["int", "long", "double", "decimal"]] }, { "$add": passed }, Bson::Null] }
        }
    }
}

/// The parts of a row that are to be sent.
fn wanted(fields: Option<Vec<&str>>) -> BsonDocument {
    match fields {
        None => doc! { "i": 1, "d": 1 },
        Some(fields) => {
            // A document of which nothing is wanted is still one: without the name that no field has it would come whole.
            let mut wanted = doc! { "i": 1, path("-"): 1 };
            wanted.extend(fields.into_iter().map(|field| (path(field), Bson::Int32(1))));
            wanted
        }
    }
}

fn read(mut row: BsonDocument) -> Result<(SmolStr, Document), StoreError> {
    let id = row.get_str("i").map(SmolStr::new);
    let document = row.remove("d").map(value_from_bson);
    match (id, document) {
        (Ok(id), Some(Value::Object(document))) => Ok((id, document)),
        _ => Err(StoreError::new("a row of a view is damaged")),
    }
}

fn order(sort: &[Sort]) -> BsonDocument {
    let direction = |descending: bool| if descending { -1 } else { 1 };
    let mut order = BsonDocument::new();
    for sort in sort {
        order.insert(path(&sort.field), direction(sort.descending));
    }
    let id_descending = sort.last().is_some_and(|sort| sort.descending);
    order.insert("i", direction(id_descending));
    order
}

async fn rows(
    database: &Database,
    tenant: Option<&TenantId>,
    query: &Query,
    spec: &ViewSpec,
) -> Result<BsonDocument, StoreError> {
    let mut parts = vec![of_tenant(tenant)];
    if let Some(search) = &query.search {
        if spec.full_text.is_empty() {
            return Err(StoreError::new(format!("view {} has no full text", spec.name)));
        }
        for word in full_text::split(search) {
            parts.push(doc! { "w": { "$regex": format!("^{word}") } });
        }
    }
    parts.push(condition(database, tenant, &query.filter).await?);
    Ok(doc! { "$and": parts })
}

/// Removed rows have no tenant.
fn of_tenant(tenant: Option<&TenantId>) -> BsonDocument {
    match tenant {
        Some(tenant) => doc! { "t": tenant.as_str() },
        None => doc! { "t": { "$exists": true } },
    }
}

fn condition<'a>(
    database: &'a Database,
    tenant: Option<&'a TenantId>,
    filter: &'a Filter,
) -> BoxFuture<'a, Result<BsonDocument, StoreError>> {
    Box::pin(async move {
        Ok(match filter {
            Filter::All => doc! {},
            Filter::And(parts) if parts.is_empty() => doc! {},
            Filter::Or(parts) if parts.is_empty() => never(),
            Filter::And(parts) => doc! { "$and": all(database, tenant, parts).await? },
            Filter::Or(parts) => doc! { "$or": all(database, tenant, parts).await? },
            Filter::Not(part) => doc! { "$nor": [condition(database, tenant, part).await?] },
            Filter::Eq(field, value) => equal(field, value),
            Filter::Ne(field, value) => doc! { "$nor": [equal(field, value)] },
            Filter::Lt(field, value) => ordered(field, "$lt", value),
            Filter::Lte(field, value) => ordered(field, "$lte", value),
            Filter::Gt(field, value) => ordered(field, "$gt", value),
            Filter::Gte(field, value) => ordered(field, "$gte", value),
            Filter::In(field, values) => is_in(field, values),
            Filter::Like { field, pattern, ignore_case } => regex(field, &like(pattern), *ignore_case),
            Filter::EqIgnoreCase(field, wanted) => regex(field, &literal(wanted), true),
            Filter::IsNull(field) => equal(field, &Value::Null),
            Filter::NotNull(field) => doc! { "$nor": [equal(field, &Value::Null)] },
            Filter::Contains(field, value) => contains(field, std::slice::from_ref(value)),
            Filter::ContainsAny(field, values) => contains(field, values),
            Filter::InView { field, view, select, filter } => {
                let values = selected(database, tenant, view, select, filter).await?;
                guarded(field, doc! { path(field): { "$in": values } })
            }
        })
    })
}

async fn all(
    database: &Database,
    tenant: Option<&TenantId>,
    parts: &[Filter],
) -> Result<Vec<BsonDocument>, StoreError> {
    let mut conditions = Vec::with_capacity(parts.len());
    for part in parts {
        conditions.push(condition(database, tenant, part).await?);
    }
    Ok(conditions)
}

/// First half of a semi-join: the values of the other view.
async fn selected(
    database: &Database,
    tenant: Option<&TenantId>,
    view: &str,
    select: &str,
    filter: &Filter,
) -> Result<Vec<Bson>, StoreError> {
    let inner = condition(database, tenant, filter).await?;
    let what = failed("querying a joined view");
    let field = path(select);
    let mut found = rows_of(database, view)
        .find(doc! { "$and": [of_tenant(tenant), inner] })
        .projection(doc! { &field: 1, "_id": 0 })
        .await
        .map_err(&what)?;
    let mut values = Vec::new();
    while let Some(row) = found.try_next().await.map_err(&what)? {
        if values.len() >= JOINED {
            return Err(StoreError::new(format!("more than {JOINED} rows of {view} were joined; narrow the query")));
        }
        let value = value_from_bson(Bson::Document(row));
        let found = value.as_object().and_then(|row| lookup(row, &field));
        if let Some(value @ (Value::String(_) | Value::Number(_))) = found {
            values.push(value_to_bson(value));
        }
    }
    Ok(values)
}

fn path(field: &str) -> String {
    format!("d.{field}")
}

fn never() -> BsonDocument {
    doc! { "$nor": [{}] }
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Array(_) | Value::Object(_))
}

/// MongoDB also compares the elements of an array; a comparison here means the field itself.
fn guarded(field: &str, condition: BsonDocument) -> BsonDocument {
    let mut parts = vec![condition];
    parts.extend(not_arrays(field));
    parts.push(doc! { path(field): { "$not": { "$type": "array" } } });
    doc! { "$and": parts }
}

/// No object on the way to a nested field is an array.
fn not_arrays(field: &str) -> Vec<BsonDocument> {
    field.match_indices('.').map(|(at, _)| doc! { path(&field[..at]): { "$not": { "$type": "array" } } }).collect()
}

fn equal(field: &str, value: &Value) -> BsonDocument {
    match value {
        // A field below an array counts as missing.
        Value::Null => {
            let mut parts = vec![guarded(field, doc! { path(field): null })];
            parts.extend(field.match_indices('.').map(|(at, _)| doc! { path(&field[..at]): { "$type": "array" } }));
            doc! { "$or": parts }
        }
        value if is_scalar(value) => guarded(field, doc! { path(field): { "$eq": value_to_bson(value) } }),
        _ => never(),
    }
}

fn ordered(field: &str, operator: &str, value: &Value) -> BsonDocument {
    if !is_scalar(value) {
        return never();
    }
    guarded(field, doc! { path(field): { operator: value_to_bson(value) } })
}

fn is_in(field: &str, values: &[Value]) -> BsonDocument {
    let scalars: Vec<Bson> = values.iter().filter(|value| is_scalar(value)).map(value_to_bson).collect();
    let mut parts = vec![guarded(field, doc! { path(field): { "$in": scalars } })];
    if values.iter().any(Value::is_null) {
        parts.push(equal(field, &Value::Null));
    }
    doc! { "$or": parts }
}

fn contains(field: &str, values: &[Value]) -> BsonDocument {
    let wanted: Vec<Bson> =
        values.iter().filter(|value| is_scalar(value) || value.is_null()).map(value_to_bson).collect();
    let mut parts = vec![doc! { path(field): { "$elemMatch": { "$in": wanted } } }];
    parts.extend(not_arrays(field));
    doc! { "$and": parts }
}

fn regex(field: &str, pattern: &str, ignore_case: bool) -> BsonDocument {
    let options = if ignore_case { "si" } else { "s" };
    guarded(field, doc! { path(field): { "$regex": format!("^{pattern}(?![\\s\\S])"), "$options": options } })
}

fn like(pattern: &str) -> String {
    filter::tokens(pattern)
        .into_iter()
        .map(|token| match token {
            LikeToken::Any => ".*".to_owned(),
            LikeToken::One => ".".to_owned(),
            LikeToken::Char(c) => literal(&c.to_string()),
        })
        .collect()
}

fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Rows behind the cursor in the order of the query.
fn behind(query: &Query, at: &cursor::Position) -> BsonDocument {
    let mut alternatives = Vec::new();
    let mut equal: Vec<BsonDocument> = Vec::new();
    for (sort, value) in query.sort.iter().zip(&at.keys) {
        let field = path(&sort.field);
        let bound = is_scalar(value).then(|| value_to_bson(value));
        let after = match (&bound, sort.descending) {
            (Some(bound), false) => doc! { &field: { "$gt": bound } },
            (Some(bound), true) => {
                doc! { "$or": [{ &field: { "$lt": bound } }, { &field: null }] }
            }
            (None, false) => doc! { &field: { "$ne": null } },
            (None, true) => never(),
        };
        let mut parts = equal.clone();
        parts.push(after);
        alternatives.push(doc! { "$and": parts });
        equal.push(doc! { &field: bound.unwrap_or(Bson::Null) });
    }
    let operator = match query.sort.last().is_some_and(|sort| sort.descending) {
        true => "$lt",
        false => "$gt",
    };
    equal.push(doc! { "i": { operator: &at.id } });
    alternatives.push(doc! { "$and": equal });
    doc! { "$or": alternatives }
}
