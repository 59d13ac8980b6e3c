//! Filters become SQL: over a column where the field is in an index, over `json_extract` otherwise.
//!
//! A condition in SQL is true, false or null. Negation is pushed down to single comparisons, where it is
//! `IS NOT TRUE`, so null counts as false everywhere, as [`Filter`] says.

use super::error::SqliteError;
use super::jsonb::document_at;
use super::names::{table, words_table};
use super::schema::{column, is_column, path};
use super::statement::Statement;
use super::tables::Specs;
use super::words::{self, Found};
use crate::key::TenantId;
use crate::store::StoreError;
use crate::views::tally::{Group, Grouping, Tally};
use crate::views::view::{Denormalized, Filter, Page, Query, ViewSpec};
use crate::views::{cursor, filter};
use casewright_rows::Column;
use rusqlite::Connection;
use rusqlite::types::{Value as SqlValue, ValueRef};
use serde_json::Value;
use smol_str::SmolStr;

/// Values of an `IN` that are bound one by one.
const FEW: usize = 16;

/// The rows of a query, where `found` is what its search comes to.
fn select(
    tenant: Option<&TenantId>,
    query: &Query,
    found: Option<&Found>,
    specs: &Specs,
) -> Result<Statement, StoreError> {
    let Asked { spec, mut builder, repeating, condition } = Asked::of(tenant, query, found, specs)?;
    let (after, order) = builder.order(query, repeating.as_ref())?;
    let document = match query.fields() {
        None => "r0.doc".to_owned(),
        Some(fields) => builder.object_of(&fields)?,
    };
    // One more than asked tells whether there is a next page.
    let limit = query.limit.map_or(-1, |limit| i64::try_from(limit).map_or(-1, |l| l + 1));
    let limit = builder.bind(SqlValue::Integer(limit));
    let offset = builder.bind(SqlValue::Integer(i64::try_from(query.offset).unwrap_or(i64::MAX)));
    Ok(Statement {
        text: format!(
            "SELECT r0.id, {document} FROM {} WHERE {condition}{after} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            builder.source(spec, found, repeating.as_ref())?
        ),
        params: builder.params,
    })
}

/// The numbers and documents of the rows that a query would find without its search, in its order, so many at most.
fn numbers(tenant: Option<&TenantId>, query: &Query, specs: &Specs, limit: usize) -> Result<Statement, StoreError> {
    let Asked { spec, mut builder, condition, .. } = Asked::of(tenant, query, None, specs)?;
    let (after, order) = builder.order(query, None)?;
    let limit = builder.bind(SqlValue::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    Ok(Statement {
        text: format!(
            "SELECT r0.n, r0.doc FROM {} WHERE {condition}{after} ORDER BY {order} LIMIT {limit}",
            builder.source(spec, None, None)?
        ),
        params: builder.params,
    })
}

fn count(
    tenant: &TenantId,
    query: &Query,
    found: Option<&Found>,
    most: Option<u64>,
    specs: &Specs,
) -> Result<Statement, StoreError> {
    let Asked { spec, mut builder, repeating, condition } = Asked::of(Some(tenant), query, found, specs)?;
    // What is only asked of the pointing rows is counted there.
    let source = match &repeating {
        Some(repeating) if repeating.rest.is_empty() => format!("{} AS r1", name(table(repeating.spec.name))?),
        _ => builder.source(spec, found, repeating.as_ref())?,
    };
    let text = match most.map(|most| builder.bind(SqlValue::Integer(i64::try_from(most).unwrap_or(i64::MAX)))) {
        None => format!("SELECT count(*) FROM {source} WHERE {condition}"),
        Some(most) => format!("SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {condition} LIMIT {most})"),
    };
    Ok(Statement { text, params: builder.params })
}

fn tally(tenant: &TenantId, tally: &Tally, found: Option<&Found>, specs: &Specs) -> Result<Statement, StoreError> {
    let spec = specs.get(tally.query.view)?;
    let mut builder = Builder::new(Some(tenant), specs, spec);
    let condition = builder.rows_of(&tally.query, found, spec)?;
    let mut keys = Vec::with_capacity(tally.by.len());
    for grouping in &tally.by {
        keys.push(builder.key(grouping)?);
    }
    let least = match tally.least {
        Some(column) => {
            let Operand { value, kind, .. } = builder.operand(column.name())?;
            format!("min(iif({kind} = 'integer', {value}, NULL))")
        }
        None => "NULL".to_owned(),
    };
    let named: String = keys.iter().map(|key| format!("{key}, ")).collect();
    let by: Vec<String> = (1..=keys.len()).map(|n| n.to_string()).collect();
    let by = if by.is_empty() { String::new() } else { format!(" GROUP BY {}", by.join(", ")) };
    let text = format!(
        "SELECT {named}count(*), {least}, min(r0.id) FROM {} WHERE {condition}{by}",
        builder.source(spec, found, None)?
    );
    Ok(Statement { text, params: builder.params })
}

/// What the search of a query comes to; none when it has none.
fn found(connection: &Connection, query: &Query, specs: &Specs) -> Result<Option<Found>, SqliteError> {
    let Some(search) = &query.search else {
        return Ok(None);
    };
    let spec = specs.get(query.view)?;
    if spec.full_text.is_empty() {
        return Err(StoreError::new(format!("view {} has no full text", spec.name)).into());
    }
    words::matching(connection, spec, search)
}

pub(super) fn run_tally(
    connection: &Connection,
    tenant: &TenantId,
    asked: &Tally,
    specs: &Specs,
) -> Result<Vec<Group>, SqliteError> {
    let found = found(connection, &asked.query, specs)?;
    let (statement, width) = (&tally(tenant, asked, found.as_ref(), specs)?, asked.by.len());
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let mut found = prepared.query(rusqlite::params_from_iter(&statement.params))?;
    let mut groups = Vec::new();
    while let Some(row) = found.next()? {
        // Without groupings nothing found is one row that counts none.
        let Some(example) = row.get::<_, Option<String>>(width + 2)? else { continue };
        let mut keys = Vec::with_capacity(width);
        for n in 0..width {
            keys.push(match row.get_ref(n)? {
                ValueRef::Text(text) => Value::String(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Integer(number) => number.into(),
                _ => Value::Null,
            });
        }
        let count: i64 = row.get(width)?;
        groups.push(Group { keys, count: count as u64, least: row.get(width + 1)?, example: example.into() });
    }
    Ok(groups)
}

pub(super) fn run(
    connection: &Connection,
    tenant: Option<&TenantId>,
    query: &Query,
    specs: &Specs,
) -> Result<Page, SqliteError> {
    let mut found = found(connection, query, specs)?;
    if let (Some(Found::Matching(asked)), Some(limit), 0) = (&found, query.limit, query.offset) {
        let in_order = |limit| numbers(tenant, query, specs, limit);
        let first = words::first(connection, specs.get(query.view)?, asked, in_order, limit + 1)?;
        found = first.map(Found::Numbered).or(found);
    }
    let statement = &select(tenant, query, found.as_ref(), specs)?;
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let mut found = prepared.query(rusqlite::params_from_iter(&statement.params))?;
    let mut page = Page::default();
    while let Some(row) = found.next()? {
        if query.limit.is_some_and(|limit| page.rows.len() as u64 >= limit) {
            page.next = page.rows.last().map(|(id, document)| cursor::after_row(query, id, document));
            break;
        }
        let id = SmolStr::new(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
        let document = match row.get_ref(1)? {
            // Fields that were picked out of it are JSON.
            ValueRef::Text(text) => serde_json::from_slice(text)?,
            _ => document_at(row, 1)?,
        };
        page.rows.push((id, document));
    }
    Ok(page)
}

pub(super) fn run_count(
    connection: &Connection,
    tenant: &TenantId,
    query: &Query,
    most: Option<u64>,
    specs: &Specs,
) -> Result<u64, SqliteError> {
    let found = found(connection, query, specs)?;
    let statement = &count(tenant, query, found.as_ref(), most, specs)?;
    let count: i64 = connection
        .prepare_cached(&statement.text)?
        .query_row(rusqlite::params_from_iter(&statement.params), |row| row.get(0))?;
    Ok(count as u64)
}

fn direction(descending: bool) -> &'static str {
    if descending { "DESC" } else { "ASC" }
}

fn name(table: Result<String, SqliteError>) -> Result<String, StoreError> {
    table.map_err(|e| StoreError::new(e.to_string()))
}

/// What a query asks of rows, and along which rows they are found.
struct Asked<'a> {
    spec: &'a ViewSpec,
    builder: Builder<'a>,
    repeating: Option<Repeating<'a>>,
    condition: String,
}

impl<'a> Asked<'a> {
    fn of(
        tenant: Option<&TenantId>,
        query: &'a Query,
        found: Option<&Found>,
        specs: &'a Specs,
    ) -> Result<Self, StoreError> {
        let spec = specs.get(query.view)?;
        let mut builder = Builder::new(tenant, specs, spec);
        let repeating = Repeating::find(query, specs)?;
        let condition = match &repeating {
            Some(repeating) => builder.rows_through(repeating)?,
            None => builder.rows_of(query, found, spec)?,
        };
        Ok(Self { spec, builder, repeating, condition })
    }
}

/// A query that is answered through the rows of another view, see [`Denormalized`].
struct Repeating<'a> {
    /// The view of the pointing rows.
    spec: &'a ViewSpec,
    denormalized: Denormalized,
    /// What the pointing rows must be.
    filter: &'a Filter,
    /// What is asked of repeated fields only, by their names there.
    repeated: Vec<Filter>,
    /// What is asked of the rows themselves.
    rest: Vec<&'a Filter>,
}

impl<'a> Repeating<'a> {
    fn find(query: &'a Query, specs: &'a Specs) -> Result<Option<Self>, StoreError> {
        if query.search.is_some() || query.sort.len() > 1 {
            return Ok(None);
        }
        let mut parts = Vec::new();
        conjuncts(&query.filter, &mut parts);
        for (at, part) in parts.iter().enumerate() {
            let Filter::InView { field, view, select, filter } = part else {
                continue;
            };
            let spec = specs.get(view)?;
            let Some(denormalized) = spec.denormalized.filter(|denormalized| {
                denormalized.of == query.view && *denormalized.by.name() == **select && &**field == "id"
            }) else {
                continue;
            };
            let is_in_order = query.sort.iter().all(|sort| name_here(&denormalized, &sort.field).is_some());
            if !is_in_order || !fixes_one(filter, &denormalized) {
                continue;
            }
            parts.remove(at);
            let (mut repeated, mut rest) = (Vec::new(), Vec::new());
            for part in parts {
                match asked_here(part, &denormalized) {
                    Some(here) => repeated.push(here),
                    None => rest.push(part),
                }
            }
            return Ok(Some(Self { spec, denormalized, filter, repeated, rest }));
        }
        Ok(None)
    }
}

/// The name that a repeated field has in the pointing rows.
fn name_here(denormalized: &Denormalized, field: &str) -> Option<Column> {
    denormalized.fields.iter().find(|(there, _)| there.name() == field).map(|(_, here)| *here)
}

/// A condition on a repeated field as one on the pointing rows.
fn asked_here(filter: &Filter, denormalized: &Denormalized) -> Option<Filter> {
    Some(match filter {
        Filter::IsNull(field) => Filter::IsNull(name_here(denormalized, field)?.into()),
        Filter::NotNull(field) => Filter::NotNull(name_here(denormalized, field)?.into()),
        Filter::Eq(field, value) => Filter::Eq(name_here(denormalized, field)?.into(), value.clone()),
        _ => return None,
    })
}

/// The parts that must all hold.
fn conjuncts<'a>(filter: &'a Filter, into: &mut Vec<&'a Filter>) {
    match filter {
        Filter::All => {}
        Filter::And(parts) => parts.iter().for_each(|part| conjuncts(part, into)),
        other => into.push(other),
    }
}

/// Whether no two rows that pass point at the same.
fn fixes_one(filter: &Filter, denormalized: &Denormalized) -> bool {
    let mut parts = Vec::new();
    conjuncts(filter, &mut parts);
    let is_fixed =
        |wanted: &Column| parts.iter().any(|part| matches!(part, Filter::Eq(field, _) if **field == *wanted.name()));
    denormalized.unique.iter().any(|fields| fields.iter().all(&is_fixed))
}

/// A field in SQL.
struct Operand {
    /// Its value; what a column holds is told in [`super::schema`].
    value: String,
    /// Its type, as `typeof` or `json_type` names it.
    kind: String,
    is_column: bool,
}

/// A scalar to compare with.
struct Scalar {
    bound: SqlValue,
    class: Class,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Boolean,
    Number,
    Text,
}

impl Operand {
    /// Whether its value is of this class.
    fn is(&self, class: Class) -> String {
        let kinds = match class {
            Class::Boolean if self.is_column => return format!("{} IN (x'00', x'01')", self.value),
            Class::Boolean => "'true', 'false'",
            Class::Number => "'integer', 'real'",
            Class::Text => "'text'",
        };
        format!("{} IN ({kinds})", self.kind)
    }

    /// How a JSON scalar is compared with it; none for null, arrays and objects.
    fn scalar(&self, value: &Value) -> Option<Scalar> {
        let (bound, class) = match value {
            Value::Bool(value) if self.is_column => (SqlValue::Blob(vec![u8::from(*value)]), Class::Boolean),
            Value::Bool(value) => (SqlValue::Integer(i64::from(*value)), Class::Boolean),
            Value::Number(number) => match number.as_i64() {
                Some(integer) => (SqlValue::Integer(integer), Class::Number),
                None => (SqlValue::Real(number.as_f64()?), Class::Number),
            },
            Value::String(text) => (SqlValue::Text(text.clone()), Class::Text),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(Scalar { bound, class })
    }
}

struct Builder<'a> {
    params: Vec<SqlValue>,
    /// Parameter of the tenant; none in a system query.
    tenant: Option<String>,
    specs: &'a Specs,
    /// Views whose rows are in hand, outermost first: the alias of the last is `r<depth>`.
    views: Vec<&'a ViewSpec>,
}

impl<'a> Builder<'a> {
    fn new(tenant: Option<&TenantId>, specs: &'a Specs, spec: &'a ViewSpec) -> Self {
        let mut builder = Self { params: Vec::new(), tenant: None, specs, views: vec![spec] };
        builder.tenant = tenant.map(|tenant| builder.bind(SqlValue::Text(tenant.as_str().to_owned())));
        builder
    }

    fn bind(&mut self, value: SqlValue) -> String {
        self.params.push(value);
        format!("?{}", self.params.len())
    }

    fn alias(&self) -> String {
        format!("r{}.", self.views.len() - 1)
    }

    fn operand(&self, field: &str) -> Result<Operand, StoreError> {
        let alias = self.alias();
        if self.views.last().is_some_and(|spec| is_column(spec, field)) {
            let value = format!("{alias}{}", column(field).map_err(|e| StoreError::new(e.to_string()))?);
            return Ok(Operand { kind: format!("typeof({value})"), value, is_column: true });
        }
        let path = path(field)?;
        Ok(Operand {
            value: format!("json_extract({alias}doc, {path})"),
            kind: format!("json_type({alias}doc, {path})"),
            is_column: false,
        })
    }

    /// A JSON object of these fields of a row. Only for what no column tells is its document read.
    fn object_of(&self, fields: &[&str]) -> Result<String, StoreError> {
        let mut parts = Vec::with_capacity(fields.len());
        for field in fields {
            let (value, at) = (self.operand(field)?, path(field)?);
            let whole = format!("json(r0.doc -> {at})");
            let value = match value.is_column {
                true => format!("iif({} = 'blob', {whole}, {})", value.kind, value.value),
                false => whole,
            };
            parts.push(format!("'{}', {value}", field.replace('\'', "''")));
        }
        Ok(format!("json_object({})", parts.join(", ")))
    }

    fn key(&mut self, grouping: &Grouping) -> Result<String, StoreError> {
        let Operand { value, kind, .. } = self.operand(grouping.field())?;
        Ok(match grouping {
            Grouping::Text(_) => format!("iif({kind} = 'text', {value}, NULL)"),
            Grouping::Span(_, bounds) => {
                let span = self.span(&value, bounds, 0);
                format!("iif({kind} IN ('integer', 'real'), {span}, NULL)")
            }
        })
    }

    /// How many of the bounds are not above a value, `from` of which stand before these: by halves.
    fn span(&mut self, value: &str, bounds: &[i64], from: usize) -> String {
        let at = bounds.len() / 2;
        let Some(middle) = bounds.get(at) else { return from.to_string() };
        let middle = self.bind(SqlValue::Integer(*middle));
        let below = self.span(value, &bounds[..at], from);
        let above = self.span(value, &bounds[at + 1..], from + at + 1);
        format!("iif({value} < {middle}, {below}, {above})")
    }

    fn rows_of(&mut self, query: &Query, found: Option<&Found>, spec: &ViewSpec) -> Result<String, StoreError> {
        let mut parts = Vec::new();
        if let Some(tenant) = &self.tenant {
            parts.push(format!("r0.tenant = {tenant}"));
        }
        match found {
            None => {}
            Some(Found::Nothing) => parts.push(truth(false)),
            Some(Found::Matching(asked)) => {
                let expression = self.bind(SqlValue::Text(asked.expression()));
                parts.push(format!("{} MATCH {expression}", name(words_table(spec.name))?));
            }
            Some(Found::Numbered(numbers)) => {
                let numbers = serde_json::to_string(numbers)
                    .map_err(|error| StoreError::caused("asking for rows by their numbers", error))?;
                let numbers = self.bind(SqlValue::Text(numbers));
                parts.push(format!("r0.n IN (SELECT value FROM json_each({numbers}))"));
            }
        }
        parts.push(self.condition(&query.filter, false)?);
        Ok(parts.join(" AND "))
    }

    /// The tables that are read, the first one first.
    fn source(
        &self,
        spec: &ViewSpec,
        found: Option<&Found>,
        repeating: Option<&Repeating<'_>>,
    ) -> Result<String, StoreError> {
        let rows = name(table(spec.name))?;
        if let Some(Found::Matching(_)) = found {
            let words = name(words_table(spec.name))?;
            return Ok(format!("{words} CROSS JOIN {rows} AS r0 ON r0.n = {words}.rowid"));
        }
        let Some(repeating) = repeating else {
            return Ok(format!("{rows} AS r0"));
        };
        let pointing = name(table(repeating.spec.name))?;
        let by = name(column(repeating.denormalized.by.name()))?;
        Ok(format!("{pointing} AS r1 CROSS JOIN {rows} AS r0 ON r0.tenant = r1.tenant AND r0.id = r1.{by}"))
    }

    /// The rows behind the cursor, as a condition to be added, and the order of all.
    fn order(&mut self, query: &Query, repeating: Option<&Repeating<'a>>) -> Result<(String, String), StoreError> {
        let after = match &query.after {
            Some(after) => self.after(query, &cursor::decode(query, after)?)?,
            None => String::new(),
        };
        let mut order = Vec::with_capacity(query.sort.len() + 1);
        for sort in &query.sort {
            let value = match repeating {
                Some(repeating) => self.denormalized(repeating, &sort.field)?,
                None => self.operand(&sort.field)?.value,
            };
            order.push(format!("{value} {}", direction(sort.descending)));
        }
        let id = match repeating {
            Some(repeating) => self.pointing(repeating, repeating.denormalized.by.name())?,
            None => "r0.id".to_owned(),
        };
        order.push(format!("{id} {}", direction(query.sort.last().is_some_and(|sort| sort.descending))));
        Ok((after, order.join(", ")))
    }

    fn rows_through(&mut self, repeating: &Repeating<'a>) -> Result<String, StoreError> {
        let mut parts = Vec::new();
        self.views.push(repeating.spec);
        if let Some(tenant) = &self.tenant {
            parts.push(format!("r1.tenant = {tenant}"));
        }
        parts.push(self.condition(repeating.filter, false)?);
        for filter in &repeating.repeated {
            parts.push(self.condition(filter, false)?);
        }
        self.views.pop();
        for filter in &repeating.rest {
            parts.push(self.condition(filter, false)?);
        }
        Ok(parts.join(" AND "))
    }

    /// A field of the pointing rows.
    fn pointing(&mut self, repeating: &Repeating<'a>, field: &str) -> Result<String, StoreError> {
        self.views.push(repeating.spec);
        let operand = self.operand(field);
        self.views.pop();
        Ok(operand?.value)
    }

    /// A field of the rows as the pointing rows repeat it.
    fn denormalized(&mut self, repeating: &Repeating<'a>, field: &str) -> Result<String, StoreError> {
        let here = name_here(&repeating.denormalized, field)
            .ok_or_else(|| StoreError::new(format!("{field} is not repeated")))?;
        self.pointing(repeating, here.name())
    }

    fn condition(&mut self, filter: &Filter, negated: bool) -> Result<String, StoreError> {
        match filter {
            Filter::All => Ok(truth(!negated)),
            Filter::Not(part) => self.condition(part, !negated),
            Filter::And(parts) => self.all_or_any(parts, negated, !negated),
            Filter::Or(parts) => self.all_or_any(parts, negated, negated),
            Filter::Ne(field, value) => self.condition(&Filter::Eq(field.clone(), value.clone()), !negated),
            Filter::NotNull(field) => self.condition(&Filter::IsNull(field.clone()), !negated),
            // Never null itself, and an index narrows it.
            Filter::IsNull(field) if negated => Ok(format!("({} IS NOT NULL)", self.operand(field)?.value)),
            leaf => {
                let condition = self.leaf(leaf)?;
                Ok(if negated { format!("({condition}) IS NOT TRUE") } else { format!("({condition})") })
            }
        }
    }

    fn all_or_any(&mut self, parts: &[Filter], negated: bool, all: bool) -> Result<String, StoreError> {
        if parts.is_empty() {
            return Ok(truth(all));
        }
        let conditions: Result<Vec<String>, StoreError> =
            parts.iter().map(|part| self.condition(part, negated)).collect();
        let word = if all { " AND " } else { " OR " };
        Ok(format!("({})", conditions?.join(word)))
    }

    fn leaf(&mut self, filter: &Filter) -> Result<String, StoreError> {
        match filter {
            Filter::Eq(field, value) => self.compare(field, "=", value),
            Filter::Lt(field, value) => self.compare(field, "<", value),
            Filter::Lte(field, value) => self.compare(field, "<=", value),
            Filter::Gt(field, value) => self.compare(field, ">", value),
            Filter::Gte(field, value) => self.compare(field, ">=", value),
            Filter::In(field, values) => self.is_in(field, values),
            Filter::IsNull(field) => Ok(format!("{} IS NULL", self.operand(field)?.value)),
            Filter::Like { field, pattern, ignore_case } => self.like(field, pattern, *ignore_case),
            Filter::EqIgnoreCase(field, wanted) => {
                let field = self.operand(field)?;
                let wanted = self.bind(SqlValue::Text(filter::fold(wanted)));
                Ok(format!("cw_fold({}) = {wanted} AND {}", field.value, field.is(Class::Text)))
            }
            Filter::Contains(field, value) => self.contains(field, std::slice::from_ref(value)),
            Filter::ContainsAny(field, values) => self.contains(field, values),
            Filter::InView { field, view, select, filter } => self.in_view(field, view, select, filter),
            Filter::All | Filter::Not(_) | Filter::And(_) | Filter::Or(_) | Filter::Ne(..) | Filter::NotNull(_) => {
                self.condition(filter, false)
            }
        }
    }

    fn compare(&mut self, field: &str, operator: &str, value: &Value) -> Result<String, StoreError> {
        let field = self.operand(field)?;
        let left = &field.value;
        if value.is_null() {
            return Ok(match operator {
                "=" => format!("{left} IS NULL"),
                _ => truth(false),
            });
        }
        let Some(Scalar { bound, class }) = field.scalar(value) else {
            return Ok(truth(false));
        };
        let bound = self.bind(bound);
        // Values of two classes are never equal in a column.
        if field.is_column && operator == "=" {
            return Ok(format!("{left} = {bound}"));
        }
        Ok(format!("{left} {operator} {bound} AND {}", field.is(class)))
    }

    fn is_in(&mut self, field: &str, values: &[Value]) -> Result<String, StoreError> {
        let field = self.operand(field)?;
        let left = &field.value;
        let mut by_class: Vec<(Class, Vec<(&Value, SqlValue)>)> = Vec::new();
        let mut parts = Vec::new();
        for value in values {
            if value.is_null() {
                parts.push(format!("{left} IS NULL"));
            } else if let Some(Scalar { bound, class }) = field.scalar(value) {
                match by_class.iter_mut().find(|(known, _)| *known == class) {
                    Some((_, among)) => among.push((value, bound)),
                    None => by_class.push((class, vec![(value, bound)])),
                }
            }
        }
        for (class, among) in by_class {
            let is_one_of = format!("{left} IN ({})", self.list(class, among)?);
            parts.push(if field.is_column { is_one_of } else { format!("({is_one_of} AND {})", field.is(class)) });
        }
        if parts.is_empty() {
            return Ok(truth(false));
        }
        Ok(parts.join(" OR "))
    }

    /// What stands between the brackets of `IN`. Many values are bound as one, so that statements of all lengths are one
    /// statement: each is kept prepared, with memory for every parameter.
    fn list(&mut self, class: Class, among: Vec<(&Value, SqlValue)>) -> Result<String, StoreError> {
        // Where a string ends in C, so does one that SQLite takes out of JSON.
        let is_plain = |value: &Value| value.as_str().is_none_or(|text| !text.contains('\0'));
        if among.len() > FEW && class != Class::Boolean && among.iter().all(|(value, _)| is_plain(value)) {
            let values: Vec<&Value> = among.into_iter().map(|(value, _)| value).collect();
            let array = serde_json::to_string(&values).map_err(|e| StoreError::caused("asking for many values", e))?;
            let array = self.bind(SqlValue::Text(array));
            return Ok(format!("SELECT value FROM json_each({array})"));
        }
        let bounds: Vec<String> = among.into_iter().map(|(_, bound)| self.bind(bound)).collect();
        Ok(bounds.join(", "))
    }

    fn like(&mut self, field: &str, pattern: &str, ignore_case: bool) -> Result<String, StoreError> {
        let field = self.operand(field)?;
        let left = &field.value;
        let mut condition = field.is(Class::Text);
        let prefix = literal_prefix(pattern);
        if !ignore_case && !prefix.is_empty() {
            // Lets an index on the field narrow the rows.
            let from = self.bind(SqlValue::Text(prefix.clone()));
            let to = self.bind(SqlValue::Text(format!("{prefix}\u{10FFFF}")));
            condition = format!("{left} >= {from} AND {left} <= {to} AND {condition}");
        }
        let pattern = self.bind(SqlValue::Text(pattern.to_owned()));
        Ok(format!("{condition} AND cw_like({left}, {pattern}, {})", i64::from(ignore_case)))
    }

    fn contains(&mut self, field: &str, values: &[Value]) -> Result<String, StoreError> {
        let column = self.operand(field)?;
        let item = Operand { value: "e.atom".to_owned(), kind: "e.type".to_owned(), is_column: false };
        let mut parts = Vec::new();
        for value in values {
            if value.is_null() {
                parts.push("e.type = 'null'".to_owned());
            } else if let Some(Scalar { bound, class }) = item.scalar(value) {
                let bound = self.bind(bound);
                parts.push(format!("({} = {bound} AND {})", item.value, item.is(class)));
            }
        }
        if parts.is_empty() {
            return Ok(truth(false));
        }
        let is_one = parts.join(" OR ");
        if column.is_column {
            // Its JSON is in the column, so no document is read; what begins otherwise is no array. Most have one item: such a
            // one is compared as it stands, and nothing is parsed.
            let Operand { value, kind, .. } = column;
            let alone = self.alone(values)?;
            return Ok(format!(
                "CASE WHEN {value} IN ({alone}) THEN TRUE WHEN {kind} = 'blob' AND substr({value}, 1, 1) = x'5b' THEN \
                 EXISTS (SELECT 1 FROM json_each(CAST({value} AS TEXT)) AS e WHERE {is_one}) ELSE FALSE END"
            ));
        }
        let array = format!("{}doc, {}", self.alias(), path(field)?);
        Ok(format!("json_type({array}) = 'array' AND EXISTS (SELECT 1 FROM json_each({array}) AS e WHERE {is_one})"))
    }

    /// Arrays of each of these scalars alone, as a column holds them; of some, where there are many.
    fn alone(&mut self, values: &[Value]) -> Result<String, StoreError> {
        let mut bounds = Vec::with_capacity(values.len().min(FEW));
        for value in values.iter().filter(|value| !value.is_array() && !value.is_object()).take(FEW) {
            let array =
                serde_json::to_vec(&[value]).map_err(|e| StoreError::caused("asking what an array contains", e))?;
            bounds.push(self.bind(SqlValue::Blob(array)));
        }
        Ok(bounds.join(", "))
    }

    fn in_view(&mut self, field: &str, view: &str, select: &str, filter: &Filter) -> Result<String, StoreError> {
        const JOINED: &str = "'text', 'integer', 'real'";
        let outer = self.alias();
        let left = self.operand(field)?;
        self.views.push(self.specs.get(view)?);
        let inner = self.alias();
        let table = name(table(view))?;
        let selected = self.operand(select)?;
        let condition = self.condition(filter, false)?;
        self.views.pop();
        let tenant = self.tenant.clone().unwrap_or_else(|| format!("{outer}tenant"));
        Ok(format!(
            "{} IN ({JOINED}) AND {} IN (SELECT {} FROM {table} AS {} WHERE {inner}tenant = {tenant} AND {} IN ({JOINED}) AND {condition})",
            left.kind,
            left.value,
            selected.value,
            inner.trim_end_matches('.'),
            selected.kind
        ))
    }

    /// Rows behind the cursor in the order of the query.
    fn after(&mut self, query: &Query, at: &cursor::Position) -> Result<String, StoreError> {
        let mut alternatives = Vec::new();
        let mut equal = String::new();
        for (sort, value) in query.sort.iter().zip(&at.keys) {
            let field = self.operand(&sort.field)?;
            let left = &field.value;
            let bound = field.scalar(value).map(|scalar| self.bind(scalar.bound));
            let behind = match (&bound, sort.descending) {
                (Some(bound), false) => format!("{left} > {bound}"),
                (Some(bound), true) => format!("({left} < {bound} OR {left} IS NULL)"),
                (None, false) => format!("{left} IS NOT NULL"),
                (None, true) => truth(false),
            };
            alternatives.push(format!("({equal}{behind})"));
            match bound {
                Some(bound) => equal.push_str(&format!("{left} = {bound} AND ")),
                None => equal.push_str(&format!("{left} IS NULL AND ")),
            }
        }
        let operator = match query.sort.last().is_some_and(|sort| sort.descending) {
            true => "<",
            false => ">",
        };
        let id = self.bind(SqlValue::Text(at.id.clone()));
        alternatives.push(format!("({equal}r0.id {operator} {id})"));
        Ok(format!(" AND ({})", alternatives.join(" OR ")))
    }
}

fn truth(value: bool) -> String {
    if value { "1" } else { "0" }.to_owned()
}

fn literal_prefix(pattern: &str) -> String {
    filter::tokens(pattern)
        .iter()
        .map_while(|token| match token {
            filter::LikeToken::Char(c) => Some(*c),
            _ => None,
        })
        .collect()
}
