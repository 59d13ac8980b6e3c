//! Queries of the contract over the journal's views.
//!
//! Every list resource is a table of criteria, sort keys and answer fields ([`Resource`]); the mechanics (GET and POST,
//! `/count`, paging, `orQueries`, errors in Camunda's words) are here, once.

pub(crate) mod criteria;
pub(crate) mod input;
pub(crate) mod shape;
pub(crate) mod sorting;
pub(crate) mod variable_sort;
pub(crate) mod variables;

pub(crate) use criteria::{Context, Criterion, Rule, Through, c};
pub(crate) use input::{Input, Paging};
pub(crate) use shape::Field;
pub(crate) use variables::Join;

use super::error::RestResult;
use casewright_engine_views::criteria::all;
use casewright_journal::{Filter, Query};

/// A list resource.
pub(crate) struct Resource {
    pub(crate) view: &'static str,
    pub(crate) criteria: &'static [Criterion],
    pub(crate) sorts: &'static [sorting::SortKey],
    pub(crate) fields: &'static [Field],
    /// Checks of combinations, after the single criteria were read.
    pub(crate) check: fn(&Input) -> RestResult<()>,
}

/// For resources without forbidden combinations.
pub(crate) fn no_check(_: &Input) -> RestResult<()> {
    Ok(())
}

impl Resource {
    /// The filter the input states.
    pub(crate) fn filter(&self, input: &Input, context: &Context) -> RestResult<Filter> {
        let mut filters = criteria::filters(self.criteria, input, context)?;
        criteria::or_queries(self.criteria, input, context, &mut filters)?;
        (self.check)(input)?;
        Ok(all(filters))
    }

    /// The whole query; paging comes separately since it stays in the query string of a POST.
    pub(crate) fn query(&self, input: &Input, paging: Paging, context: &Context) -> RestResult<Query> {
        let filter = self.filter(input, context)?;
        let sort = sorting::read(self.sorts, input)?;
        let mut query = Query::new(self.view, filter);
        query.sort = sort;
        query.offset = paging.first;
        query.limit = paging.max;
        Ok(query)
    }
}
