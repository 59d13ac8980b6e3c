//! View `rule-run`: one row per time that a rule was looked at, from the entries of its case and from what was noted beside it.
//!
//! View `rule-timer`: one row per case in which a rule waits for a time. It says when.

use crate::domain::case::Case;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::rule::RuleRun;
use crate::domain::rule::log::{RuleLog, RuleLogEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, EntryMeta, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// One time that a rule was looked at.
#[derive(Clone, Debug, Row)]
#[row(view = "rule-run")]
pub(crate) struct RuleRunRow {
    pub(crate) id: String,
    pub(crate) case_id: String,
    /// Key of the case definition.
    pub(crate) definition: String,
    /// Id of the rule.
    pub(crate) rule: String,
    /// `done`, `not-matched` or `failed`.
    pub(crate) outcome: String,
    pub(crate) at: Instant,
    /// The entry of the case that it answers; none: its time had come.
    pub(crate) entry: Option<u64>,
    #[row(json)]
    pub(crate) run: RuleRun,
}

/// A case in which a rule waits for a time.
#[derive(Clone, Debug, Row)]
#[row(view = "rule-timer")]
pub(crate) struct RuleTimerRow {
    /// For the ticker, the one reader over all tenants.
    pub(crate) tenant: String,
    pub(crate) next_at: Instant,
}

/// Writes the rows of what rules did, and of those that wait.
pub(crate) struct RuleProjector;

impl Projector for RuleProjector {
    fn group(&self) -> &'static str {
        "case-api-rules"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: RuleRunRow::VIEW,
                indexes: &[
                    &[RuleRunRow::DEFINITION, RuleRunRow::RULE, RuleRunRow::AT],
                    &[RuleRunRow::CASE_ID, RuleRunRow::AT],
                ],
                full_text: &[],
                denormalized: None,
            },
            ViewSpec {
                name: RuleTimerRow::VIEW,
                indexes: &[&[RuleTimerRow::NEXT_AT]],
                full_text: &[],
                denormalized: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Case::KIND, RuleLog::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let meta = &entry.meta;
        if meta.key.kind == RuleLog::KIND {
            if let Some(event) = crate::views::entry::read::<RuleLogEvent>(entry) {
                note(meta, event, out);
            }
            return;
        }
        // The other entries of cases are many, and not for this.
        if entry.event != "rule-applied" {
            return;
        }
        let Some(CaseEvent { fact: Fact::RuleApplied { trigger, run: Some(run), .. }, .. }) =
            crate::views::entry::read(entry)
        else {
            return;
        };
        put(meta, Some(trigger).filter(|trigger| *trigger > 0), run, out);
    }
}

fn note(meta: &EntryMeta, event: RuleLogEvent, out: &mut ViewWrites) {
    match event {
        RuleLogEvent::RulePassedOver { entry, run } => put(meta, Some(entry), run, out),
        RuleLogEvent::RuleTimeCame { run, .. } => {
            if let Some(run) = run {
                put(meta, None, run, out);
            }
        }
        RuleLogEvent::RulesPlanned { next: Some(next_at) } => {
            let row = RuleTimerRow { tenant: meta.key.tenant.as_str().to_owned(), next_at };
            out.put(&meta.key.tenant, RuleTimerRow::VIEW, &meta.key.id, row);
        }
        RuleLogEvent::RulesPlanned { next: None } => out.remove(&meta.key.tenant, RuleTimerRow::VIEW, &meta.key.id),
        RuleLogEvent::Forgotten { runs } => {
            runs.iter().for_each(|run| out.remove(&meta.key.tenant, RuleRunRow::VIEW, run));
            out.remove(&meta.key.tenant, RuleTimerRow::VIEW, &meta.key.id);
        }
    }
}

fn put(meta: &EntryMeta, entry: Option<u64>, run: RuleRun, out: &mut ViewWrites) {
    // Both logs number their entries from 1.
    let id = format!("{}:{}:{}", meta.key.id, if meta.key.kind == Case::KIND { "done" } else { "noted" }, meta.seq);
    let row = RuleRunRow {
        id: id.clone(),
        case_id: meta.key.id.to_string(),
        definition: run.definition.clone(),
        rule: run.rule.clone(),
        outcome: run.outcome.as_str().to_owned(),
        at: meta.at.into(),
        entry,
        run,
    };
    out.put(&meta.key.tenant, RuleRunRow::VIEW, &id, row);
}
