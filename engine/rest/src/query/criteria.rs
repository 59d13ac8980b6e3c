//! Criteria of a query resource as a table: name on the wire, and what it asks of a view.
//!
//! One table serves GET, POST and `orQueries`; a criterion that is no plain comparison is a function in its resource.

use super::input::{Input, LIST};
use super::variables::Join;
use crate::error::{RestError, RestResult};
use casewright_engine_value::Instant;
use casewright_engine_views::criteria::{eq, in_view, is_in, like, nothing};
use casewright_journal::{Column, Filter};
use serde_json::{Value as Json, json};

/// What a criterion may need besides its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) now: Instant,
    /// Any one of the criteria suffices: those of `orQueries`.
    pub(crate) is_any: bool,
}

impl Context {
    pub(crate) fn at(now: Instant) -> Self {
        Self { now, is_any: false }
    }
}

/// A criterion of its own making; pushes what it asks.
pub(crate) type Custom = fn(&Input, &'static str, &Context, &mut Vec<Filter>) -> RestResult<()>;

#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Text(Column),
    TextIn(Column),
    /// Null counts as not among them.
    TextNotIn(Column),
    /// As SQL has it: what is not known is neither among them nor not.
    KnownNotIn(Column),
    Like(Column),
    Int(Column),
    IntAtLeast(Column),
    IntAtMost(Column),
    LongAtLeast(Column),
    LongAtMost(Column),
    Date(Column),
    Before(Column),
    After(Column),
    NotAfter(Column),
    NotBefore(Column),
    /// The field equals the given boolean.
    Is(Column),
    /// Applies when true.
    Null(Column),
    /// Applies when true.
    NotNull(Column),
    /// Applies when true: the field equals this text.
    When(Column, &'static str),
    /// Applies when true: the boolean field is true.
    WhenSet(Column),
    /// Applies when true: the boolean field is false.
    WhenClear(Column),
    /// Applies when true: what the function gives.
    Flag(fn() -> Filter),
    /// True: what the first function gives; false: what the second gives.
    Either(fn() -> Filter, fn() -> Filter),
    /// Equal without regard to case.
    Caseless(Column),
    CaselessLike(Column),
    /// The rule holds for a row of another view.
    Through(Through, &'static Rule),
    /// Variable comparisons.
    Variables(Join),
    /// Variable comparisons with the operator `eq` only.
    EqualVariables(Join),
    /// Asks for something this engine does not have: no row.
    Never,
    Custom(Custom),
}

/// A semi-join: `field` of the queried rows is among `select` of the rows of `view`.
#[derive(Clone, Copy)]
pub(crate) struct Through {
    pub(crate) field: Column,
    pub(crate) view: &'static str,
    pub(crate) select: Column,
}

impl Through {
    pub(crate) fn filter(self, filter: Filter) -> Filter {
        in_view(self.field, self.view, self.select, filter)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Criterion {
    pub(crate) name: &'static str,
    pub(crate) rule: Rule,
}

/// One line of a table.
pub(crate) const fn c(name: &'static str, rule: Rule) -> Criterion {
    Criterion { name, rule }
}

/// All criteria that the input states.
pub(crate) fn filters(table: &[Criterion], input: &Input, context: &Context) -> RestResult<Vec<Filter>> {
    let mut out = Vec::new();
    for criterion in table {
        apply(criterion, input, context, &mut out)?;
    }
    Ok(out)
}

/// The criteria of `orQueries`: any one of each query must hold.
pub(crate) fn or_queries(
    table: &[Criterion],
    input: &Input,
    context: &Context,
    out: &mut Vec<Filter>,
) -> RestResult<()> {
    let queries = match input.json("orQueries") {
        None => return Ok(()),
        Some(Json::Array(queries)) => queries,
        Some(found) => return Err(RestError::misfit("orQueries", LIST, found)),
    };
    for query in queries {
        let Json::Object(body) = query else {
            return Err(RestError::misfit("orQueries", "QueryDto", query));
        };
        let any = filters(table, &Input::Body(body.clone()), &Context { is_any: true, ..*context })?;
        if !any.is_empty() {
            out.push(Filter::Or(any));
        }
    }
    Ok(())
}

const INTEGER: &str = "java.lang.Integer";
const LONG: &str = "java.lang.Long";

fn apply(criterion: &Criterion, input: &Input, context: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let name = criterion.name;
    let text = |make: &dyn Fn(String) -> Filter| Ok(input.text(name)?.map(make));
    let number =
        |java: &str, make: &dyn Fn(Json) -> Filter| RestResult::Ok(input.number(name, java)?.map(|n| make(json!(n))));
    let date = |make: &dyn Fn(Json) -> Filter| RestResult::Ok(input.date(name)?.map(|at| make(json!(at.0))));
    let flag = |make: &dyn Fn() -> Filter| RestResult::Ok(input.boolean(name)?.filter(|on| *on).map(|_| make()));
    let filter: RestResult<Option<Filter>> = match criterion.rule {
        Rule::Text(f) => text(&|v| eq(f, v)),
        Rule::Like(f) => text(&|v| like(f, v)),
        Rule::TextIn(f) => Ok(input.list(name)?.map(|values| is_in(f, values))),
        Rule::TextNotIn(f) => Ok(input
            .list(name)?
            .map(|values| Filter::Or(vec![Filter::IsNull(f.into()), Filter::Not(Box::new(is_in(f, values)))]))),
        Rule::KnownNotIn(f) => Ok(input
            .list(name)?
            .map(|values| Filter::And(vec![Filter::NotNull(f.into()), Filter::Not(Box::new(is_in(f, values)))]))),
        Rule::Int(f) => number(INTEGER, &|v| eq(f, v)),
        Rule::IntAtLeast(f) => number(INTEGER, &|v| Filter::Gte(f.into(), v)),
        Rule::IntAtMost(f) => number(INTEGER, &|v| Filter::Lte(f.into(), v)),
        Rule::LongAtLeast(f) => number(LONG, &|v| Filter::Gte(f.into(), v)),
        Rule::LongAtMost(f) => number(LONG, &|v| Filter::Lte(f.into(), v)),
        Rule::Date(f) => date(&|v| eq(f, v)),
        Rule::Before(f) => date(&|v| Filter::Lt(f.into(), v)),
        Rule::After(f) => date(&|v| Filter::Gt(f.into(), v)),
        Rule::NotAfter(f) => date(&|v| Filter::Lte(f.into(), v)),
        Rule::NotBefore(f) => date(&|v| Filter::Gte(f.into(), v)),
        Rule::Is(f) => Ok(input.boolean(name)?.map(|v| eq(f, v))),
        Rule::Null(f) => flag(&|| Filter::IsNull(f.into())),
        Rule::NotNull(f) => flag(&|| Filter::NotNull(f.into())),
        Rule::When(f, value) => flag(&|| eq(f, value)),
        Rule::WhenSet(f) => flag(&|| eq(f, true)),
        Rule::WhenClear(f) => flag(&|| eq(f, false)),
        Rule::Flag(make) => flag(&make),
        Rule::Either(on, off) => Ok(input.boolean(name)?.map(|v| if v { on() } else { off() })),
        Rule::Caseless(f) => text(&|v| Filter::EqIgnoreCase(f.into(), v)),
        Rule::CaselessLike(f) => text(&|pattern| Filter::Like { field: f.into(), pattern, ignore_case: true }),
        Rule::Through(through, rule) => {
            let mut inner = Vec::new();
            let criterion = Criterion { name, rule: *rule };
            apply(&criterion, input, context, &mut inner)?;
            out.extend(inner.into_iter().map(|f| through.filter(f)));
            return Ok(());
        }
        Rule::EqualVariables(join) => return super::variables::join_equal(input, name, join, out),
        Rule::Variables(join) => return super::variables::join(input, name, join, out),
        Rule::Never => Ok(input.has(name).then(nothing)),
        Rule::Custom(custom) => return custom(input, name, context, out),
    };
    out.extend(filter?);
    Ok(())
}
