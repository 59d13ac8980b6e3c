//! `/metrics`: counts of what was done, from what history tells of it: nothing is counted twice after a crash, and what
//! history has forgotten is not counted. Removals of history are counted by records of their own.

use crate::error::{RestError, RestResult};
use crate::query::Input;
use crate::request::{Reply, Req, no_content, ok};
use casewright_engine_runtime::Engine;
use casewright_engine_runtime::registry::read_decisions;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::RegistryState;
use casewright_engine_views::criteria::{all, eq};
use casewright_engine_views::portions::portions;
use casewright_engine_views::{
    self as views, ActivityInstanceRow, DecisionInstanceRow, JobLogRow, LinkLogRow, LogRow, MetricRow, PastInstanceRow,
    date,
};
use casewright_journal::{Column, Document, Filter, Query};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// From when to when; the end is not in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    from: Option<Instant>,
    to: Option<Instant>,
}

impl Span {
    fn read(input: &Input) -> RestResult<Self> {
        let at = |name: &str| match input.text(name)?.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => date::parse(&text).map(Some).ok_or_else(|| {
                RestError::invalid(format!("Cannot convert value \"{text}\" to java type java.util.Date"))
            }),
        };
        Ok(Self { from: at("startDate")?, to: at("endDate")? })
    }

    fn filters(self, column: Column) -> Vec<Filter> {
        let from = self.from.map(|at| Filter::Gte(column.into(), at.0.into()));
        let to = self.to.map(|at| Filter::Lt(column.into(), at.0.into()));
        from.into_iter().chain(to).collect()
    }
}

/// How the rows of a metric count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Rows,
    /// By how much the decision of the row has to look at.
    DecisionElements,
    /// The row says.
    Value,
    /// Each user once.
    Users,
}

/// Where a metric is read from; one may be the sum of several.
struct Metric {
    /// As intervals name it.
    name: &'static str,
    /// Its public name.
    alias: Option<&'static str>,
    view: &'static str,
    /// The time of what is counted.
    at: Column,
    only: fn() -> Vec<Filter>,
    measure: Measure,
}

const fn rows(name: &'static str, view: &'static str, at: Column, only: fn() -> Vec<Filter>) -> Metric {
    Metric { name, alias: None, view, at, only, measure: Measure::Rows }
}

const METRICS: &[Metric] = &[
    Metric {
        alias: Some("flow-node-instances"),
        ..rows("activity-instance-start", views::HISTORY_ACTIVITY_INSTANCE, ActivityInstanceRow::START_TIME, Vec::new)
    },
    // A process is an activity, too.
    Metric {
        alias: Some("flow-node-instances"),
        ..rows("activity-instance-start", views::HISTORY_PROCESS_INSTANCE, PastInstanceRow::START_TIME, Vec::new)
    },
    rows("activity-instance-end", views::HISTORY_ACTIVITY_INSTANCE, ActivityInstanceRow::END_TIME, ended),
    rows("activity-instance-end", views::HISTORY_PROCESS_INSTANCE, PastInstanceRow::END_TIME, ended),
    Metric {
        alias: Some("process-instances"),
        ..rows("root-process-instance-start", views::HISTORY_PROCESS_INSTANCE, PastInstanceRow::START_TIME, || {
            vec![Filter::IsNull(PastInstanceRow::SUPER_PROCESS_INSTANCE_ID.into())]
        })
    },
    Metric {
        alias: Some("decision-instances"),
        ..rows("executed-decision-instances", views::HISTORY_DECISION, DecisionInstanceRow::EVALUATION_TIME, Vec::new)
    },
    Metric {
        measure: Measure::DecisionElements,
        ..rows("executed-decision-elements", views::HISTORY_DECISION, DecisionInstanceRow::EVALUATION_TIME, Vec::new)
    },
    rows("job-successful", views::HISTORY_JOB_LOG, JobLogRow::TIMESTAMP, || vec![eq(LogRow::SUCCESS_LOG, true)]),
    rows("job-failed", views::HISTORY_JOB_LOG, JobLogRow::TIMESTAMP, || vec![eq(LogRow::FAILURE_LOG, true)]),
    // A job that is taken is run: there is nobody to lose it to.
    rows("job-acquired-success", views::HISTORY_JOB_LOG, JobLogRow::TIMESTAMP, || {
        vec![Filter::Or(vec![eq(LogRow::SUCCESS_LOG, true), eq(LogRow::FAILURE_LOG, true)])]
    }),
    Metric {
        alias: Some("task-users"),
        measure: Measure::Users,
        ..rows("unique-task-workers", views::HISTORY_IDENTITY_LINK, LinkLogRow::TIME, || {
            vec![eq(LinkLogRow::TYPE, "assignee"), eq(LinkLogRow::OPERATION_TYPE, "add")]
        })
    },
    removed("history-cleanup-removed-process-instances"),
    removed("history-cleanup-removed-decision-instances"),
    removed("history-cleanup-removed-batch-operations"),
];

fn ended() -> Vec<Filter> {
    vec![Filter::NotNull(PastInstanceRow::END_TIME.into())]
}

const fn removed(name: &'static str) -> Metric {
    Metric { name, alias: None, view: views::METRIC, at: MetricRow::TIME, only: Vec::new, measure: Measure::Value }
}

impl Metric {
    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }

    fn query(&self, span: Span) -> Query {
        let mut filters = (self.only)();
        if self.view == views::METRIC {
            filters.push(eq(MetricRow::NAME, self.name));
        }
        filters.extend(span.filters(self.at));
        Query { only: Some(READ), ..Query::new(self.view, all(filters)) }
    }
}

/// What of a row is needed.
const READ: &[Column] = &[
    PastInstanceRow::START_TIME,
    PastInstanceRow::END_TIME,
    DecisionInstanceRow::EVALUATION_TIME,
    JobLogRow::TIMESTAMP,
    LinkLogRow::TIME,
    DecisionInstanceRow::DECISION_DEFINITION_ID,
    LinkLogRow::USER_ID,
    MetricRow::VALUE,
];

/// A metric's sum; 0 for one that nobody knows, and for what this engine never does.
pub(crate) async fn sum_of(engine: &Engine, name: &str, span: Span) -> RestResult<u64> {
    let mut users = HashSet::new();
    let mut decisions = HashMap::new();
    let mut sum = 0;
    for metric in METRICS.iter().filter(|metric| metric.is_called(name)) {
        let query = metric.query(span);
        if metric.measure == Measure::Rows {
            sum += engine.journal().count(&query).await?;
            continue;
        }
        let mut found = portions(engine.journal(), query);
        while let Some(rows) = found.try_next().await? {
            measure_decisions(engine, metric, &rows, &mut decisions).await?;
            for row in &rows {
                sum += weight(metric, row, &decisions, &mut users);
            }
        }
    }
    Ok(sum)
}

fn field(row: &Document, column: Column) -> &str {
    column.text(row).unwrap_or_default()
}

/// How much a row counts. `decisions` has their sizes, `users` who was counted.
fn weight(metric: &Metric, row: &Document, decisions: &HashMap<String, u64>, users: &mut HashSet<String>) -> u64 {
    match metric.measure {
        Measure::Rows => 1,
        Measure::Value => MetricRow::VALUE.of(row).as_u64().unwrap_or(0),
        Measure::Users => u64::from(users.insert(field(row, LinkLogRow::USER_ID).to_owned())),
        Measure::DecisionElements => {
            decisions.get(field(row, DecisionInstanceRow::DECISION_DEFINITION_ID)).copied().unwrap_or(1)
        }
    }
}

/// Adds the sizes of the decisions of these rows, where the metric wants them.
async fn measure_decisions(
    engine: &Engine,
    metric: &Metric,
    rows: &[Document],
    decisions: &mut HashMap<String, u64>,
) -> RestResult<()> {
    if metric.measure != Measure::DecisionElements {
        return Ok(());
    }
    for row in rows {
        let id = field(row, DecisionInstanceRow::DECISION_DEFINITION_ID);
        if !decisions.contains_key(id) {
            let decision = id.to_owned();
            let elements = engine.aside(move |engine| elements(&engine.catalog().state(), &decision)).await?;
            decisions.insert(id.to_owned(), elements);
        }
    }
    Ok(())
}

/// Cells of a decision's table. What was deleted since counts as one.
fn elements(state: &RegistryState, decision: &str) -> u64 {
    let read = || {
        let decision = state.decisions.get(decision)?;
        let file = read_decisions(state, decision)?.ok()?;
        file.decisions.iter().find(|found| found.key == decision.key.as_str()).map(|found| found.elements)
    };
    read().unwrap_or(1)
}

/// `GET /metrics/{name}/sum`.
pub(crate) async fn sum(req: Req) -> Reply {
    let span = Span::read(&req.query())?;
    ok(json!({ "result": sum_of(&req.engine, req.path("name"), span).await? }))
}

/// Intervals that one answer has at most.
const MOST: u64 = 200;

/// Seconds of an interval.
const INTERVAL: i64 = 900;

/// `GET /metrics`: sums by interval, the newest first.
pub(crate) async fn intervals(req: Req) -> Reply {
    let input = req.query();
    let span = Span::read(&input)?;
    let number = |name: &str| match input.text(name)?.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match text.parse::<i64>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(RestError::invalid(format!("Cannot convert value {text} to java type java.lang.Long"))),
        },
    };
    let seconds = number("interval")?.unwrap_or(INTERVAL);
    if seconds <= 0 {
        return Err(RestError::engine("interval is not greater than 0"));
    }
    let mut paging = input.paging()?;
    if paging.max.is_some_and(|max| max > MOST) {
        return Err(RestError::engine("Metrics interval query row limit can't be set larger than 200."));
    }
    paging.max.get_or_insert(MOST);
    let name = input.text("name")?;
    let reporter = input.text("reporter")?;
    let hostname = req.engine.config().hostname.clone();
    let mut sums: BTreeMap<(i64, &str), u64> = BTreeMap::new();
    let is_wanted = |metric: &&Metric| {
        metric.measure != Measure::Users && name.as_deref().is_none_or(|name| metric.is_called(name))
    };
    let is_ours = reporter.as_deref().is_none_or(|reporter| reporter == hostname);
    for metric in METRICS.iter().filter(is_wanted).filter(|_| is_ours) {
        let (mut decisions, mut users) = (HashMap::new(), HashSet::new());
        let mut found = portions(req.engine.journal(), metric.query(span));
        while let Some(rows) = found.try_next().await? {
            measure_decisions(&req.engine, metric, &rows, &mut decisions).await?;
            for row in &rows {
                let at = metric.at.integer(row).unwrap_or(0);
                let begin = at - at.rem_euclid(seconds.saturating_mul(1000));
                *sums.entry((begin, metric.name)).or_default() += weight(metric, row, &decisions, &mut users);
            }
        }
    }
    let by_reporter = input.switch("aggregateByReporter") != Some(true);
    let newest_first = sums.iter().rev().filter(|(_, sum)| **sum > 0);
    let list: Vec<Json> = paging
        .cut(newest_first)
        .map(|((begin, name), sum)| {
            json!({
                "timestamp": date::format(Instant(*begin)),
                "name": name,
                "reporter": by_reporter.then_some(&hostname),
                "value": sum,
            })
        })
        .collect();
    ok(list)
}

/// `DELETE /metrics/task-worker`: who worked is history here, and goes with it.
pub(crate) async fn delete_task_workers(_: Req) -> Reply {
    no_content()
}
