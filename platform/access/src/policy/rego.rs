//! Rego in process: compiled once, evaluated per request, within limits.

use crate::error::AccessError;
use lru::LruCache;
use regorus::Engine;
use regorus::utils::limits::ExecutionTimerConfig;
use serde::Serialize;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest an evaluation may take. A policy is asked on every request.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// Bytes of one policy file.
const MAX_FILE: u64 = 1 << 20;
const MAX_FILES: usize = 100;
/// Answers that are remembered, and the longest question of which.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1024).expect("1024 is not zero");
const MAX_QUESTION: usize = 4096;
/// Built-in functions whose value is not a function of their arguments, without the name of their family.
const UNSTEADY: [&str; 3] = ["now_ns", "intn", "rfc4122"];

/// Which Rego the files are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegoVersion {
    /// Without `if` and `contains`: policies of OPA before 1.0, such as those of WKS Platform.
    V0,
    V1,
}

/// One policy file.
#[derive(Clone, Debug)]
pub struct RegoModule {
    pub name: String,
    pub source: String,
}

impl RegoModule {
    #[must_use]
    pub fn new(name: impl Into<String>, source: impl Into<String>) -> Self {
        Self { name: name.into(), source: source.into() }
    }

    /// Whether its `package` line names this package.
    #[must_use]
    pub fn is_of_package(&self, package: &str) -> bool {
        self.source
            .lines()
            .filter_map(|line| line.trim().strip_prefix("package "))
            .any(|name| name.split('#').next().unwrap_or_default().trim() == package)
    }
}

/// Compiled policies and the one rule that is asked.
///
/// An evaluation works on a clone of the prepared engine, which shares all that was compiled. (`regorus::CompiledPolicy`
/// would spare the clone, but version 0.14 loses rules under `with` there: the tests of WKS's policy show it.)
///
/// Rego is a function of its input, unless it asks for the time or for chance. Where it does neither, an answer is given
/// again without evaluation: the same people list the same things all day.
pub struct Ruleset {
    prepared: Engine,
    rule: String,
    remembered: Option<Mutex<Answers>>,
}

/// By question, as JSON.
type Answers = LruCache<Box<[u8]>, Option<serde_json::Value>>;

impl Ruleset {
    /// Compiles `modules` to answer `rule` (`data.casewright.decision.allow`).
    ///
    /// # Errors
    /// [`AccessError::Policy`] when a file is not Rego or the rule is not there.
    pub fn compile(modules: &[RegoModule], version: RegoVersion, rule: &str) -> Result<Self, AccessError> {
        let mut engine = Engine::new();
        engine.set_rego_v0(version == RegoVersion::V0);
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit: TIME_LIMIT,
            check_interval: NonZeroU32::new(64).expect("64 is not zero"),
        });
        for module in modules {
            engine
                .add_policy(module.name.clone(), module.source.clone())
                .map_err(|error| AccessError::Policy { name: module.name.clone(), reason: error.to_string() })?;
        }
        // Compiles on the first evaluation, and finds a rule that is not there.
        engine.set_input(regorus::Value::new_object());
        engine
            .eval_rule(rule.to_owned())
            .map_err(|error| AccessError::Policy { name: rule.to_owned(), reason: error.to_string() })?;
        let is_steady = !modules.iter().any(|module| UNSTEADY.iter().any(|name| module.source.contains(name)));
        let remembered = is_steady.then(|| Mutex::new(LruCache::new(REMEMBERED)));
        Ok(Self { prepared: engine, rule: rule.to_owned(), remembered })
    }

    /// The rule's value for this input; none when it is undefined, fails or takes too long.
    #[must_use]
    pub fn evaluate<I: Serialize>(&self, input: &I) -> Option<serde_json::Value> {
        let denied = |error: &dyn std::fmt::Display| {
            tracing::error!(rule = self.rule, error = %error, "a policy failed; denied");
        };
        let question = serde_json::to_vec(input).inspect_err(|error| denied(error)).ok()?;
        if let Some(mut remembered) = self.remembered()
            && let Some(answer) = remembered.get(question.as_slice())
        {
            return answer.clone();
        }
        let answer = self.ask(&question).inspect_err(|error| denied(error)).ok()?;
        if question.len() <= MAX_QUESTION
            && let Some(mut remembered) = self.remembered()
        {
            remembered.put(question.into(), answer.clone());
        }
        answer
    }

    fn ask(&self, question: &[u8]) -> Result<Option<serde_json::Value>, Box<dyn std::error::Error + Send + Sync>> {
        let mut engine = self.prepared.clone();
        engine.set_input(serde_json::from_slice(question)?);
        Ok(match engine.eval_rule(self.rule.clone())? {
            regorus::Value::Undefined => None,
            value => Some(serde_json::to_value(&value)?),
        })
    }

    fn remembered(&self) -> Option<MutexGuard<'_, Answers>> {
        self.remembered.as_ref().map(|remembered| remembered.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The `*.rego` files of a folder, by name; none when the folder is not there. Tests (`*_test.rego`) are left out.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<RegoModule>, AccessError> {
    let unreadable = |source| AccessError::PolicyFolder { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut modules = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".rego") || name.ends_with("_test.rego") {
            continue;
        }
        let refused = |reason: String| AccessError::Policy { name: name.clone(), reason };
        let size = entry.metadata().map_err(unreadable)?.len();
        if size > MAX_FILE {
            return Err(refused(format!("it has {size} bytes, {MAX_FILE} are allowed")));
        }
        if modules.len() == MAX_FILES {
            return Err(refused(format!("more than {MAX_FILES} policy files")));
        }
        let source = std::fs::read_to_string(entry.path()).map_err(unreadable)?;
        modules.push(RegoModule { name, source });
    }
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(modules)
}
