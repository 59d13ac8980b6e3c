//! `/batch`, `/batch/statistics` and `/history/batch`: criteria, sort keys and fields.

use crate::query::{Criterion, Field, Resource, Rule, c, no_check};
use casewright_engine_views as views;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("type"),
    Field::Zero("totalJobs"),
    Field::Zero("jobsCreated"),
    Field::Zero("batchJobsPerSeed"),
    Field::Zero("invocationsPerBatchJob"),
    Field::Plain("seedJobDefinitionId"),
    Field::Plain("monitorJobDefinitionId"),
    Field::Plain("batchJobDefinitionId"),
    Field::Flag("suspended"),
    Field::Plain("tenantId"),
    Field::Plain("createUserId"),
    Field::Date("startTime"),
    Field::Date("executionStartTime"),
];

const CRITERIA: &[Criterion] = &[
    c("batchId", Rule::Text("id")),
    c("type", Rule::Text("type")),
    c("tenantIdIn", Rule::TextIn("tenantId")),
    c("withoutTenantId", Rule::Null("tenantId")),
    c("suspended", Rule::Is("suspended")),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::BATCH,
    criteria: CRITERIA,
    sorts: &[("batchId", "id"), ("tenantId", "tenantId")],
    fields: FIELDS,
    check: no_check,
};

pub(crate) const STATISTICS: Resource = Resource {
    view: views::BATCH,
    criteria: &[
        c("batchId", Rule::Text("id")),
        c("type", Rule::Text("type")),
        c("tenantIdIn", Rule::TextIn("tenantId")),
        c("withoutTenantId", Rule::Null("tenantId")),
        c("suspended", Rule::Is("suspended")),
        c("createdBy", Rule::Text("createUserId")),
        c("startedBefore", Rule::NotAfter("startTime")),
        c("startedAfter", Rule::NotBefore("startTime")),
        c("withFailures", Rule::WhenSet("hasFailures")),
        c("withoutFailures", Rule::WhenClear("hasFailures")),
    ],
    sorts: &[("batchId", "id"), ("tenantId", "tenantId"), ("startTime", "startTime")],
    fields: FIELDS,
    check: no_check,
};

pub(crate) const HISTORY_FIELDS: &[Field] = &[
    Field::Plain("id"),
    Field::Plain("type"),
    Field::Zero("totalJobs"),
    Field::Zero("batchJobsPerSeed"),
    Field::Zero("invocationsPerBatchJob"),
    Field::Plain("seedJobDefinitionId"),
    Field::Plain("monitorJobDefinitionId"),
    Field::Plain("batchJobDefinitionId"),
    Field::Plain("tenantId"),
    Field::Plain("createUserId"),
    Field::Date("startTime"),
    Field::Date("endTime"),
    Field::Date("removalTime"),
    Field::Date("executionStartTime"),
];

pub(crate) const HISTORY: Resource = Resource {
    view: views::HISTORY_BATCH,
    criteria: &[
        c("batchId", Rule::Text("id")),
        c("type", Rule::Text("type")),
        c("completed", Rule::Either(ended, running)),
        c("tenantIdIn", Rule::TextIn("tenantId")),
        c("withoutTenantId", Rule::Null("tenantId")),
    ],
    sorts: &[("batchId", "id"), ("startTime", "startTime"), ("endTime", "endTime"), ("tenantId", "tenantId")],
    fields: HISTORY_FIELDS,
    check: no_check,
};

fn ended() -> casewright_journal::Filter {
    casewright_journal::Filter::NotNull("endTime".into())
}

fn running() -> casewright_journal::Filter {
    casewright_journal::Filter::IsNull("endTime".into())
}
