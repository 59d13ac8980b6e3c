//! Views: documents derived from entries, with declared indexes, for queries.
//!
//! A row belongs to one aggregate, so it is written by one shard only, and its position guards it: a late write can
//! neither resurrect nor roll back a row.

use crate::key::TenantId;
use crate::log::entry::Entry;
use casewright_rows::{Column, Document, Field, Row};
use serde_json::Value;
use smol_str::SmolStr;

/// A view and what it can be asked quickly.
#[derive(Clone, Debug)]
pub struct ViewSpec {
    /// Kebab case, unique over the platform: `case`, `task`, `history-activity-instance`.
    pub name: &'static str,
    /// Compound indexes; the tenant is put in front of each.
    pub indexes: &'static [&'static [Column]],
    /// Fields that [`Query::search`] looks into; empty when the view has no full text.
    pub full_text: &'static [Column],
    pub denormalized: Option<Denormalized>,
}

/// The rows of a view repeat fields of the rows of another that they point at. Who asks the other for rows that some of
/// these point at, in the order of a repeated field, is then answered along an index of the pointing rows: as fast among a
/// million as among ten. It changes no answer; a store may ignore it.
///
/// The projector keeps the promise: a pointing row goes with what it points at, and its repeated fields are the same.
#[derive(Clone, Copy, Debug)]
pub struct Denormalized {
    /// The other view. The field `id` of its rows is their row id.
    pub of: &'static str,
    /// Field with the id of the row pointed at.
    pub by: Column,
    /// Repeated fields: their names there and here.
    pub fields: &'static [(Column, Column)],
    /// Sets of fields of which each, when fixed, leaves at most one row that points at the same.
    pub unique: &'static [&'static [Column]],
}

/// Derives rows from entries. Pure, deterministic, and a function of the entry alone: events carry what views need.
pub trait Projector: Send + Sync + 'static {
    /// Views of one group share a position; a group is caught up as a whole.
    fn group(&self) -> &'static str;
    fn views(&self) -> Vec<ViewSpec>;
    /// Kinds of aggregates it wants to see.
    fn kinds(&self) -> &'static [&'static str];
    fn project(&self, entry: &Entry, out: &mut ViewWrites);
    /// Raise it when `project` or a full-text field changes: the views of the group are then built anew from the log.
    fn version(&self) -> u32 {
        1
    }
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewWrite {
    /// The whole document of a row that was never there before: when it is removed in the same batch, nothing is
    /// written at all.
    Insert(Row),
    /// The whole document.
    Put(Row),
    /// Sets (or with null: sets to null) the given fields of a row, dots going into nested objects; nothing when the row is not there.
    Patch(Row),
    Remove,
}

/// Changes of rows, in order. Coalesced before they are written.
#[derive(Clone, Debug, Default)]
pub struct ViewWrites {
    pub(crate) writes: Vec<(TenantId, &'static str, SmolStr, ViewWrite)>,
    /// There is one write a row.
    pub(crate) is_coalesced: bool,
}

impl ViewWrites {
    /// None yet, and to be filled with one a row.
    pub(crate) fn coalesced() -> Self {
        Self { writes: Vec::new(), is_coalesced: true }
    }

    /// Like [`Self::put`], for a row whose id is new with this entry (a task, a job, an activity instance). Rows that
    /// come and go within one batch then cost nothing.
    pub fn insert(&mut self, tenant: &TenantId, view: &'static str, id: &str, row: impl Into<Row>) {
        self.push(tenant, view, id, ViewWrite::Insert(row.into()));
    }

    pub fn put(&mut self, tenant: &TenantId, view: &'static str, id: &str, row: impl Into<Row>) {
        self.push(tenant, view, id, ViewWrite::Put(row.into()));
    }

    pub fn patch(&mut self, tenant: &TenantId, view: &'static str, id: &str, fields: impl Into<Row>) {
        self.push(tenant, view, id, ViewWrite::Patch(fields.into()));
    }

    pub fn remove(&mut self, tenant: &TenantId, view: &'static str, id: &str) {
        self.push(tenant, view, id, ViewWrite::Remove);
    }

    fn push(&mut self, tenant: &TenantId, view: &'static str, id: &str, write: ViewWrite) {
        self.writes.push((tenant.clone(), view, SmolStr::new(id), write));
        self.is_coalesced = false;
    }

    /// Takes over the other writes that are wanted. Removals always are: a row that is not there is no harm.
    pub fn take(&mut self, other: Self, wanted: impl Fn(&'static str) -> bool) {
        let is_wanted = |view, write: &ViewWrite| *write == ViewWrite::Remove || wanted(view);
        self.writes.extend(other.writes.into_iter().filter(|(_, view, _, write)| is_wanted(*view, write)));
        self.is_coalesced = false;
    }
}

/// A condition on a document. Comparisons are within one JSON type; a missing field is null.
///
/// Two-valued: every condition is true or false, also of null, and [`Filter::Not`] is the plain opposite (`Ne(f, 5)` and
/// `Not(Eq(f, 5))` are true where `f` is missing, while `Lt`, `Gt` and the like are false there). Numbers compare by value,
/// strings by code point, `false < true`; arrays and objects equal nothing (ask arrays with [`Filter::Contains`]).
/// [`Filter::matches`] is the definition; the stores are tested against it.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    All,
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Eq(Field, Value),
    Ne(Field, Value),
    Lt(Field, Value),
    Lte(Field, Value),
    Gt(Field, Value),
    Gte(Field, Value),
    In(Field, Vec<Value>),
    /// SQL LIKE with `%` and `_`, `\` escapes; case sensitive unless `ignore_case`.
    Like {
        field: Field,
        pattern: String,
        ignore_case: bool,
    },
    /// Equal ignoring case.
    EqIgnoreCase(Field, String),
    IsNull(Field),
    NotNull(Field),
    /// The field is an array that holds this value.
    Contains(Field, Value),
    /// The field is an array that holds one of these values.
    ContainsAny(Field, Vec<Value>),
    /// `field` (a string or number) is among the values of `select` of the rows of `view` that pass `filter`: a semi-join.
    InView {
        field: Field,
        view: &'static str,
        select: Field,
        filter: Box<Filter>,
    },
}

/// One sort key. All rows hold one type in it, or null. Nulls come first ascending, last descending.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    pub field: Field,
    pub descending: bool,
}

/// Opaque: where the next page begins. URL safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

/// A question to one view.
#[derive(Clone, Debug)]
pub struct Query {
    pub view: &'static str,
    pub filter: Filter,
    /// The row id is always the last sort key, so that pages are stable.
    pub sort: Vec<Sort>,
    /// For the Camunda 7 contract only (`firstResult`); our own API pages by `after`.
    pub offset: u64,
    pub limit: Option<u64>,
    pub after: Option<Cursor>,
    /// Words to find in the full-text fields, all of them, by prefix.
    pub search: Option<String>,
    /// Top-level fields that are wanted of each row; the others are left out, and one that is not there may be null. None:
    /// the whole document. What rows are sorted by is always among them.
    pub only: Option<&'static [Column]>,
}

impl Query {
    #[must_use]
    pub fn new(view: &'static str, filter: Filter) -> Self {
        Self { view, filter, sort: Vec::new(), offset: 0, limit: None, after: None, search: None, only: None }
    }

    /// The top-level fields that an answer holds; none: all.
    pub(crate) fn fields(&self) -> Option<Vec<&str>> {
        let mut fields: Vec<&str> = self.only?.iter().map(|column| column.name()).collect();
        for top in self.sort.iter().filter_map(|sort| sort.field.split('.').next()) {
            if !fields.contains(&top) {
                fields.push(top);
            }
        }
        Some(fields)
    }

    /// The views it looks into, its own first; one may be named twice.
    pub(crate) fn views(&self) -> Vec<&'static str> {
        let mut views = vec![self.view];
        self.filter.joined_views(&mut views);
        views
    }
}

/// Rows with their ids, and where to go on (none: that was all).
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub rows: Vec<(SmolStr, Document)>,
    pub next: Option<Cursor>,
}
