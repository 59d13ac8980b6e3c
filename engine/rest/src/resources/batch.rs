//! `/batch`, `/batch/statistics` and `/history/batch`: criteria, sort keys and fields.

use crate::query::{Criterion, Field, Resource, Rule, c, no_check};
use casewright_engine_views::{self as views, BatchRow, HistoricBatchRow};
use casewright_journal::Filter;

pub(crate) const FIELDS: &[Field] = &[
    Field::Plain(BatchRow::ID),
    Field::Plain(BatchRow::TYPE),
    Field::Zero(BatchRow::TOTAL_JOBS),
    Field::Zero(BatchRow::JOBS_CREATED),
    Field::Zero(BatchRow::BATCH_JOBS_PER_SEED),
    Field::Zero(BatchRow::INVOCATIONS_PER_BATCH_JOB),
    Field::Plain(BatchRow::SEED_JOB_DEFINITION_ID),
    Field::Plain(BatchRow::MONITOR_JOB_DEFINITION_ID),
    Field::Plain(BatchRow::BATCH_JOB_DEFINITION_ID),
    Field::Flag(BatchRow::SUSPENDED),
    Field::Plain(BatchRow::TENANT_ID),
    Field::Plain(BatchRow::CREATE_USER_ID),
    Field::Date(BatchRow::START_TIME),
    Field::Date(BatchRow::EXECUTION_START_TIME),
];

const CRITERIA: &[Criterion] = &[
    c("batchId", Rule::Text(BatchRow::ID)),
    c("type", Rule::Text(BatchRow::TYPE)),
    c("tenantIdIn", Rule::TextIn(BatchRow::TENANT_ID)),
    c("withoutTenantId", Rule::Null(BatchRow::TENANT_ID)),
    c("suspended", Rule::Is(BatchRow::SUSPENDED)),
];

pub(crate) const RESOURCE: Resource = Resource {
    view: views::BATCH,
    criteria: CRITERIA,
    sorts: &[("batchId", BatchRow::ID), ("tenantId", BatchRow::TENANT_ID)],
    fields: FIELDS,
    check: no_check,
};

pub(crate) const STATISTICS: Resource = Resource {
    view: views::BATCH,
    criteria: &[
        c("batchId", Rule::Text(BatchRow::ID)),
        c("type", Rule::Text(BatchRow::TYPE)),
        c("tenantIdIn", Rule::TextIn(BatchRow::TENANT_ID)),
        c("withoutTenantId", Rule::Null(BatchRow::TENANT_ID)),
        c("suspended", Rule::Is(BatchRow::SUSPENDED)),
        c("createdBy", Rule::Text(BatchRow::CREATE_USER_ID)),
        c("startedBefore", Rule::NotAfter(BatchRow::START_TIME)),
        c("startedAfter", Rule::NotBefore(BatchRow::START_TIME)),
        c("withFailures", Rule::WhenSet(BatchRow::HAS_FAILURES)),
        c("withoutFailures", Rule::WhenClear(BatchRow::HAS_FAILURES)),
    ],
    sorts: &[("batchId", BatchRow::ID), ("tenantId", BatchRow::TENANT_ID), ("startTime", BatchRow::START_TIME)],
    fields: FIELDS,
    check: no_check,
};

pub(crate) const HISTORY_FIELDS: &[Field] = &[
    Field::Plain(HistoricBatchRow::ID),
    Field::Plain(HistoricBatchRow::TYPE),
    Field::Zero(HistoricBatchRow::TOTAL_JOBS),
    Field::Zero(HistoricBatchRow::BATCH_JOBS_PER_SEED),
    Field::Zero(HistoricBatchRow::INVOCATIONS_PER_BATCH_JOB),
    Field::Plain(HistoricBatchRow::SEED_JOB_DEFINITION_ID),
    Field::Plain(HistoricBatchRow::MONITOR_JOB_DEFINITION_ID),
    Field::Plain(HistoricBatchRow::BATCH_JOB_DEFINITION_ID),
    Field::Plain(HistoricBatchRow::TENANT_ID),
    Field::Plain(HistoricBatchRow::CREATE_USER_ID),
    Field::Date(HistoricBatchRow::START_TIME),
    Field::Date(HistoricBatchRow::END_TIME),
    Field::Date(HistoricBatchRow::REMOVAL_TIME),
    Field::Date(HistoricBatchRow::EXECUTION_START_TIME),
];

pub(crate) const HISTORY: Resource = Resource {
    view: views::HISTORY_BATCH,
    criteria: &[
        c("batchId", Rule::Text(HistoricBatchRow::ID)),
        c("type", Rule::Text(HistoricBatchRow::TYPE)),
        c("completed", Rule::Either(ended, running)),
        c("tenantIdIn", Rule::TextIn(HistoricBatchRow::TENANT_ID)),
        c("withoutTenantId", Rule::Null(HistoricBatchRow::TENANT_ID)),
    ],
    sorts: &[
        ("batchId", HistoricBatchRow::ID),
        ("startTime", HistoricBatchRow::START_TIME),
        ("endTime", HistoricBatchRow::END_TIME),
        ("tenantId", HistoricBatchRow::TENANT_ID),
    ],
    fields: HISTORY_FIELDS,
    check: no_check,
};

fn ended() -> Filter {
    Filter::NotNull(HistoricBatchRow::END_TIME.into())
}

fn running() -> Filter {
    Filter::IsNull(HistoricBatchRow::END_TIME.into())
}
