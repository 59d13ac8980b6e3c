//! What the handlers share: rows to fields, pages, errors as problems.

use super::ApiState;
use casewright_access::{Access, Gate, Lead, Resource, Subject, Whose, store_problem};
use casewright_engine_core::ids::root_of;
use casewright_engine_core::{Command, Rejection};
use casewright_engine_runtime::{Caller, EngineError};
use casewright_engine_value::Instant;
use casewright_engine_views::{self as views, PlaceRow};
use casewright_journal::{Column, Cursor, Document, Filter, Page, Query, StoreError};
use casewright_service::{MOST_COUNTED, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use smol_str::SmolStr;
use utoipa::IntoParams;

pub(super) fn caller(subject: &Subject) -> Caller {
    Caller {
        user: Some(SmolStr::new(subject.actor().id)),
        groups: subject.groups.iter().map(SmolStr::new).collect(),
        is_job: false,
    }
}

/// The engine's error in the platform's shape. Its text was written for the caller.
pub(super) fn problem(error: &EngineError) -> Problem {
    match error {
        EngineError::Unavailable => {
            Problem::unavailable("The store does not answer; nothing was changed. Try again in a moment.")
        }
        EngineError::OverQuota(over) => {
            let wait = over.wait().as_secs_f64().ceil() as u64;
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "quota-exceeded", over.to_string()).retry_after(wait)
        }
        EngineError::NotFound { .. } | EngineError::Rejected(Rejection::NotFound { .. }) => {
            Problem::not_found(error.to_string())
        }
        EngineError::JobFailed { message } => Problem::conflict("job-failed", &**message),
        EngineError::Rejected(
            Rejection::BadRequest(_)
            | Rejection::NotValid(_)
            | Rejection::Suspended { .. }
            | Rejection::WrongWorker { .. }
            | Rejection::Migration(_),
        ) => Problem::bad_request("refused", error.to_string()),
        _ => Problem::conflict("refused", error.to_string()),
    }
}

/// Which element of the model a list of an instance is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct OfElement {
    /// Only what is at this element.
    element_id: Option<String>,
}

impl OfElement {
    /// What of an instance is at the element, in a view of places.
    pub(super) fn within(&self, instance: &str) -> Vec<Filter> {
        let mut filters = vec![eq(PlaceRow::PROCESS_INSTANCE_ID, instance)];
        filters.extend(self.element_id.as_deref().map(|element| eq(PlaceRow::ACTIVITY_ID, element)));
        filters
    }
}

/// The problem of a store that does not answer.
pub(super) fn unreadable(error: StoreError) -> Problem {
    problem(&error.into())
}

pub(super) fn text(row: &Document, column: Column) -> Option<String> {
    column.text(row).map(str::to_owned)
}

pub(super) fn required(row: &Document, column: Column) -> String {
    text(row, column).unwrap_or_default()
}

/// Milliseconds of a row as RFC 3339.
pub(super) fn instant(row: &Document, column: Column) -> Option<String> {
    column.integer(row).map(|at| Instant(at).to_string())
}

pub(super) fn eq(column: Column, value: &str) -> Filter {
    Filter::Eq(column.into(), json!(value))
}

impl ApiState {
    /// Runs a list with the policy's filter in the query; `leads` say how its rows lead to the cases they belong to.
    pub(super) async fn page(
        &self,
        subject: &Subject,
        kind: &str,
        leads: &[Lead],
        mut query: Query,
        params: &PageParams,
    ) -> Result<(Page, Option<u64>), Problem> {
        let allowed = self.access.list_filter_within(subject, "read", kind, leads).await?;
        query.filter = Filter::And(vec![allowed, query.filter]);
        self.page_within(query, params).await
    }

    /// [`ApiState::page`] of what belongs to one instance that the subject was allowed to see.
    pub(super) async fn page_within(
        &self,
        mut query: Query,
        params: &PageParams,
    ) -> Result<(Page, Option<u64>), Problem> {
        query.limit = Some(params.limit);
        query.after = params.cursor.clone().map(Cursor);
        let journal = self.engine.journal();
        let page = journal.query(&query).await.map_err(|error| store_problem(&error))?;
        let total = match params.total {
            true => Some(journal.count_up_to(&query, MOST_COUNTED).await.map_err(|error| store_problem(&error))?),
            false => None,
        };
        Ok((page, total))
    }

    pub(super) async fn rows(&self, query: &Query) -> Result<Vec<(SmolStr, Document)>, Problem> {
        self.engine.journal().query(query).await.map(|page| page.rows).map_err(|error| store_problem(&error))
    }

    pub(super) async fn row(&self, view: &'static str, id: &str) -> Result<Option<Document>, Problem> {
        self.engine.journal().get(view, id).await.map_err(|error| store_problem(&error))
    }

    pub(super) async fn count(&self, view: &'static str, filter: Filter) -> Result<u64, Problem> {
        self.engine.journal().count(&Query::new(view, filter)).await.map_err(|error| store_problem(&error))
    }

    pub(super) async fn allow(&self, subject: &Subject, action: &str, kind: &str, id: &str) -> Result<(), Problem> {
        self.access.authorize(subject, action, &Resource::new(kind, id)).await
    }

    /// [`ApiState::allow`] for what only rooms of the platform ask for.
    pub(super) async fn allow_rooms(&self, subject: &Subject, action: &str, resource: Resource) -> Result<(), Problem> {
        if !subject.is_system() {
            return Err(Problem::forbidden("Only rooms of the platform may do this."));
        }
        self.access.authorize(subject, action, &resource).await
    }

    /// [`ApiState::allow`] for a process instance, or for something of one: it is seen by who sees the case of its root.
    /// `missing` is what is told of one that is not there.
    pub(super) async fn allow_of_instance(
        &self,
        subject: &Subject,
        action: &str,
        resource: Resource,
        instance: &str,
        missing: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        within_instance(&self.access, subject, action, resource, instance, missing).await
    }

    /// [`ApiState::allow_of_instance`] for the instance itself.
    pub(super) async fn allow_instance(&self, subject: &Subject, action: &str, id: &str) -> Result<(), Problem> {
        the_instance(&self.access, subject, action, id).await
    }

    /// [`ApiState::allow_instance`], and the row of the instance: one that was forgotten is not there.
    pub(super) async fn allowed_instance(
        &self,
        subject: &Subject,
        action: &str,
        id: &str,
    ) -> Result<Document, Problem> {
        self.allow_instance(subject, action, id).await?;
        self.row(views::HISTORY_PROCESS_INSTANCE, id).await?.ok_or_else(no_such_instance)
    }

    /// A row of a view that is of this instance.
    pub(super) async fn row_within(
        &self,
        view: &'static str,
        instance: &str,
        id: &str,
        missing: impl FnOnce() -> Problem,
    ) -> Result<Document, Problem> {
        let row = self.row(view, id).await?;
        row.filter(|row| PlaceRow::PROCESS_INSTANCE_ID.text(row) == Some(instance)).ok_or_else(missing)
    }

    /// The name that the model gives an element which a row of an instance tells of.
    pub(super) async fn name_within(&self, row: &Document, element: Option<&str>) -> Result<Option<String>, Problem> {
        match element {
            Some(element) => self.element_name(&required(row, PlaceRow::PROCESS_DEFINITION_ID), element).await,
            None => Ok(None),
        }
    }

    /// A step of an instance that somebody asked for.
    pub(super) async fn step(&self, subject: &Subject, id: &str, command: Command) -> Result<(), Problem> {
        let stepped = self.engine.instances().step(id, &caller(subject), command).await;
        stepped.map(drop).map_err(|error| problem(&error))
    }
}

async fn within_instance(
    access: &Access,
    subject: &Subject,
    action: &str,
    resource: Resource,
    instance: &str,
    missing: impl FnOnce() -> Problem,
) -> Result<(), Problem> {
    // Who may do it with no instance at all is told the same of every one, whether it is there or not.
    access.authorize(subject, action, &resource).await?;
    let root = root_of(instance);
    let whose = root.as_deref().map_or(Whose::Nobody, Whose::Root);
    access.authorize_within(subject, action, resource, whose, missing).await
}

async fn the_instance(access: &Access, subject: &Subject, action: &str, id: &str) -> Result<(), Problem> {
    within_instance(access, subject, action, Resource::new("process-instance", id), id, no_such_instance).await
}

/// The way of requests to process instances, lent to those who ask who may come through.
pub(super) fn gate(access: Access) -> Gate {
    Gate::new("process-instance", move |subject, action, id| {
        let access = access.clone();
        async move { the_instance(&access, &subject, &action, &id).await }
    })
}

pub(super) fn no_such_instance() -> Problem {
    Problem::not_found("There is no such process instance.")
}

pub(super) fn body<T>(items: Vec<T>, page: &Page, total: Option<u64>) -> PageBody<T> {
    PageBody { items, next_cursor: page.next.as_ref().map(|cursor| cursor.0.clone()), total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_engine_runtime::OverQuota;
    use std::time::Duration;

    #[test]
    fn who_is_over_a_quota_is_told_when_to_come_again() {
        let over = OverQuota::ScriptTime { most: Duration::from_secs(30), wait: Duration::from_millis(7_300) };
        let told = problem(&over.into());
        assert_eq!((told.status, told.code.as_str(), told.retry_after), (429, "quota-exceeded", Some(8)));
        let told = problem(&OverQuota::Instances { most: 5 }.into());
        assert_eq!((told.status, told.retry_after), (429, Some(60)));
        assert!(told.detail.contains("5 (quotas.instances)"), "{}", told.detail);
    }
}
