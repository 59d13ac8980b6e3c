//! How long the scripts of an organisation run: in a minute no longer than its quota says.
//!
//! What they have run for flows off as evenly as the quota allows, a minute for all of it. While less than the quota is left a
//! step may begin to run scripts, and then it runs all that it has: half a step is worth nothing. One that comes to its first
//! script when the time is used up is given up whole, as if it had not been asked for; a job stays as it was, with its retries.

use super::OverQuota;
use casewright_engine_expr::ScriptMeter;
use casewright_engine_value::EvaluationError;
use casewright_journal::TenantId;
use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);
/// Somebody who is to come again waits at least so long.
const LEAST_WAIT: Duration = Duration::from_secs(1);

/// The account of an organisation.
pub(crate) struct ScriptTime {
    tenant: TenantId,
    most: Option<Duration>,
    spent: Mutex<Spent>,
}

struct Spent {
    seconds: f64,
    at: Instant,
}

/// Whether the step that runs on this thread may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// There is none: each script asks for itself.
    None,
    Unasked,
    May,
    MayNot,
}

thread_local! {
    static STEP: Cell<Step> = const { Cell::new(Step::None) };
}

/// Gives the thread back as it was, also when the work panics.
struct Restore(Step);

impl Drop for Restore {
    fn drop(&mut self) {
        STEP.set(self.0);
    }
}

impl Spent {
    /// What still counts.
    fn left(&self, most: Duration, now: Instant) -> f64 {
        let flown_off =
            now.saturating_duration_since(self.at).as_secs_f64() * most.as_secs_f64() / MINUTE.as_secs_f64();
        (self.seconds - flown_off).max(0.0)
    }
}

impl ScriptTime {
    pub(crate) fn new(tenant: TenantId, most: Option<Duration>) -> Self {
        Self { tenant, most, spent: Mutex::new(Spent { seconds: 0.0, at: Instant::now() }) }
    }

    /// A step: whole, or not at all.
    ///
    /// # Errors
    /// It came to a script, and the time is used up. What it came to is worth nothing.
    pub(crate) fn step<T>(&self, step: impl FnOnce() -> T) -> Result<T, OverQuota> {
        let _before = Restore(STEP.replace(Step::Unasked));
        let done = step();
        match (STEP.get(), self.most) {
            (Step::MayNot, Some(most)) => {
                let wait = self.wait(most, Instant::now()).max(LEAST_WAIT);
                Err(OverQuota::ScriptTime { most, wait }.counted(&self.tenant))
            }
            _ => Ok(done),
        }
    }

    /// How long scripts have run that still count.
    pub(crate) fn spent(&self) -> Duration {
        let most = self.most.unwrap_or_default();
        match self.most {
            Some(_) => Duration::from_secs_f64(self.account().left(most, Instant::now())),
            None => Duration::ZERO,
        }
    }

    fn has_room(&self, now: Instant) -> bool {
        self.most.is_none_or(|most| self.account().left(most, now) < most.as_secs_f64())
    }

    /// How long until there is room.
    fn wait(&self, most: Duration, now: Instant) -> Duration {
        let over = (self.account().left(most, now) - most.as_secs_f64()).max(0.0);
        let wait = Duration::try_from_secs_f64(over / most.as_secs_f64() * MINUTE.as_secs_f64());
        wait.unwrap_or(MINUTE)
    }

    fn add(&self, time: Duration, now: Instant) {
        let Some(most) = self.most else { return };
        let mut spent = self.account();
        *spent = Spent { seconds: spent.left(most, now) + time.as_secs_f64(), at: now };
    }

    fn account(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ScriptMeter for ScriptTime {
    fn admit(&self) -> Result<(), EvaluationError> {
        let may = match STEP.get() {
            Step::May => true,
            Step::MayNot => false,
            Step::None => self.has_room(Instant::now()),
            Step::Unasked => {
                let may = self.has_room(Instant::now());
                STEP.set(if may { Step::May } else { Step::MayNot });
                may
            }
        };
        if may {
            return Ok(());
        }
        let limit = format!("{} s in a minute", self.most.unwrap_or_default().as_secs());
        Err(EvaluationError::Limit { what: "time of the organisation's scripts", limit })
    }

    fn spend(&self, time: Duration) {
        self.add(time, Instant::now());
        let tenant = self.tenant.as_str().to_owned();
        metrics::histogram!("engine_script_seconds", "tenant" => tenant).record(time.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(seconds: u64) -> ScriptTime {
        ScriptTime::new(TenantId::default(), Some(Duration::from_secs(seconds)))
    }

    #[test]
    fn what_was_spent_flows_off_within_a_minute() {
        let (account, now) = (account(30), Instant::now());
        account.add(Duration::from_secs(29), now);
        assert!(account.has_room(now));
        account.add(Duration::from_secs(16), now);
        assert!(!account.has_room(now));
        let most = Duration::from_secs(30);
        assert_eq!(account.wait(most, now).as_secs_f64().round(), 30.0);
        assert!(!account.has_room(now + Duration::from_secs(29)));
        assert!(account.has_room(now + Duration::from_secs(31)));
        account.add(Duration::from_secs(1), now + Duration::from_secs(3_600));
        assert!(account.has_room(now + Duration::from_secs(3_600)), "what had flown off is gone");
    }

    #[test]
    fn without_a_quota_nothing_is_refused() {
        let free = ScriptTime::new(TenantId::default(), None);
        free.spend(Duration::from_secs(1_000));
        assert!(free.admit().is_ok());
        assert_eq!(free.spent(), Duration::ZERO);
    }

    #[test]
    fn a_step_that_has_begun_to_run_scripts_runs_them_all_and_one_that_has_not_is_given_up() {
        let account = account(1);
        let begun = account.step(|| {
            let first = account.admit();
            account.spend(Duration::from_secs(600));
            (first.is_ok(), account.admit().is_ok())
        });
        assert_eq!(begun, Ok((true, true)));
        let refused = account.step(|| account.admit().is_ok()).expect_err("the time is used up");
        assert!(refused.wait() > MINUTE, "{refused:?}");
        assert_eq!(account.step(|| 7), Ok(7), "a step without scripts is no matter of their time");
        assert!(account.admit().is_err(), "nor does a step that is over speak for what comes after it");
        assert!(account.spent() > Duration::from_secs(590));
    }
}
