//! Queries as the definition of [`Filter`] says, over all rows of a view.

use super::{Rows, State, unknown};
use crate::key::TenantId;
use crate::store::StoreError;
use crate::views::filter::compare;
use crate::views::tally::{Group, Tally};
use crate::views::view::{Filter, Page, Query, Sort, ViewSpec};
use crate::views::{cursor, full_text};
use casewright_rows::{Document, lookup};
use serde_json::Value;
use smol_str::SmolStr;
use std::cmp::Ordering;

type Row<'a> = (&'a str, &'a Document);

pub(super) fn page(state: &State, tenant: Option<&TenantId>, query: &Query) -> Result<Page, StoreError> {
    let mut found = rows(state, tenant, query)?;
    let descending = query.sort.last().is_some_and(|sort| sort.descending);
    found.sort_by(|left, right| order(&query.sort, *left, *right, descending));
    if let Some(after) = &query.after {
        let at = cursor::decode(query, after)?;
        found.retain(|(id, document)| {
            by_keys(&query.sort, |n| lookup(document, &query.sort[n].field), |n| at.keys.get(n))
                .then_with(|| directed((*id).cmp(at.id.as_str()), descending))
                == Ordering::Greater
        });
    }
    let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let limit = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut rest = found.into_iter().skip(offset);
    let mut page = Page::default();
    let fields = query.fields();
    for (id, document) in rest.by_ref().take(limit) {
        let document = match &fields {
            None => document.clone(),
            Some(fields) => {
                let known = fields.iter().filter_map(|field| document.get_key_value(*field));
                known.map(|(field, value)| (field.clone(), value.clone())).collect()
            }
        };
        page.rows.push((SmolStr::new(id), document));
    }
    if rest.next().is_some() {
        page.next = page.rows.last().map(|(id, document)| cursor::after_row(query, id, document));
    }
    Ok(page)
}

pub(super) fn count(state: &State, tenant: &TenantId, query: &Query) -> Result<u64, StoreError> {
    Ok(rows(state, Some(tenant), query)?.len() as u64)
}

pub(super) fn tally(state: &State, tenant: &TenantId, tally: &Tally) -> Result<Vec<Group>, StoreError> {
    let mut groups: Vec<Group> = Vec::new();
    for (id, row) in rows(state, Some(tenant), &tally.query)? {
        let keys: Vec<Value> = tally.by.iter().map(|grouping| grouping.key(row)).collect();
        let number = tally.least.and_then(|column| lookup(row, column.name())?.as_i64());
        match groups.iter_mut().find(|group| group.keys == keys) {
            Some(group) => {
                group.count += 1;
                group.least = [group.least, number].into_iter().flatten().min();
            }
            None => groups.push(Group { keys, count: 1, least: number, example: SmolStr::new(id) }),
        }
    }
    Ok(groups)
}

fn rows<'a>(state: &'a State, tenant: Option<&TenantId>, query: &Query) -> Result<Vec<Row<'a>>, StoreError> {
    let spec = state.specs.get(query.view).ok_or_else(|| unknown(query.view))?;
    let rows: &Rows = state.views.get(query.view).ok_or_else(|| unknown(query.view))?;
    let wanted = query.search.as_deref().map(full_text::split);
    if wanted.is_some() && spec.full_text.is_empty() {
        return Err(StoreError::new(format!("view {} has no full text", query.view)));
    }
    Ok(rows
        .iter()
        .filter(|((of, _), _)| tenant.is_none_or(|tenant| tenant == of))
        .filter(|((of, _), document)| passes(state, of, &query.filter, document))
        .filter(|(_, document)| wanted.as_ref().is_none_or(|wanted| has_words(spec, document, wanted)))
        .map(|((_, id), document)| (id.as_str(), document))
        .collect())
}

fn passes(state: &State, tenant: &TenantId, filter: &Filter, document: &Document) -> bool {
    filter.matches(document, &|view, select, filter| {
        let rows = state.views.get(view).into_iter().flatten();
        rows.filter(|((of, _), document)| of == tenant && passes(state, tenant, filter, document))
            .filter_map(|(_, document)| lookup(document, select).cloned())
            .collect()
    })
}

fn has_words(spec: &ViewSpec, document: &Document, wanted: &[String]) -> bool {
    let there = full_text::of_document(document, spec.full_text);
    wanted.iter().all(|word| there.iter().any(|found| found.starts_with(word)))
}

fn order(sort: &[Sort], left: Row<'_>, right: Row<'_>, descending: bool) -> Ordering {
    by_keys(sort, |n| lookup(left.1, &sort[n].field), |n| lookup(right.1, &sort[n].field))
        .then_with(|| directed(left.0.cmp(right.0), descending))
}

fn by_keys<'a>(
    sort: &[Sort],
    left: impl Fn(usize) -> Option<&'a Value>,
    right: impl Fn(usize) -> Option<&'a Value>,
) -> Ordering {
    sort.iter()
        .enumerate()
        .map(|(n, key)| directed(nulls_first(left(n), right(n)), key.descending))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

fn nulls_first(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    let (left, right) = (left.filter(|value| !value.is_null()), right.filter(|value| !value.is_null()));
    match (left, right) {
        (Some(left), Some(right)) => compare(left, right).unwrap_or(Ordering::Equal),
        (left, right) => left.is_some().cmp(&right.is_some()),
    }
}

fn directed(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}
