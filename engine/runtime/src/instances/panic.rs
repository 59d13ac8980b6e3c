//! A step of the core, and what becomes of one that panics.

use casewright_engine_core::env::Env;
use casewright_engine_core::{Command, Outcome, Rejection, State, step};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A step that panics is a fault of ours, and has changed nothing. A job that meets it has failed like any other, with its
/// retries and its incident: it would else be run again for ever.
pub(super) fn decide_or_fail(state: &State, command: &Command, env: &Env<'_>) -> Result<Outcome, Rejection> {
    let decided = catch_unwind(AssertUnwindSafe(|| step(state, command.clone(), env)));
    let panic = match decided {
        Ok(outcome) => return outcome,
        Err(panic) => panic,
    };
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(root = %state.prefix().root(), panic = said.unwrap_or("without words"), "a step panicked");
    let message = "The engine failed over this step; its log says where.";
    match command {
        Command::ExecuteJob { job } => {
            step(state, Command::FailJob { job: *job, message: message.into(), for_good: false }, env)
        }
        _ => Err(Rejection::Panicked(message.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_engine_core::command::StartInstance;
    use casewright_engine_core::env::{CalledProcess, Definitions, NotCalled, Options};
    use casewright_engine_core::{Answer, DefinitionInfo, Graph, Prefix, compile};
    use casewright_engine_model::{Limits, parse};
    use casewright_engine_value::{
        DecisionBinding, DecisionOutcome, EvaluationError, Evaluator, Instant, Language, Scope, TimerKind,
        TimerSchedule, Value,
    };
    use std::sync::Arc;

    struct Panics;

    impl Evaluator for Panics {
        fn evaluate(&self, _: Language, _: &str, _: &mut dyn Scope) -> Result<Value, EvaluationError> {
            panic!("on purpose")
        }

        fn run_script(&self, _: &str, _: &str, _: &mut dyn Scope) -> Result<Value, EvaluationError> {
            panic!("on purpose")
        }

        fn decide(
            &self,
            _: &str,
            _: &DecisionBinding,
            _: Option<&str>,
            _: &mut dyn Scope,
        ) -> Result<DecisionOutcome, EvaluationError> {
            panic!("on purpose")
        }

        fn resource(&self, _: &str, _: &str) -> Result<Arc<str>, EvaluationError> {
            panic!("on purpose")
        }

        fn schedule(&self, _: TimerKind, _: &Value, _: Instant) -> Result<TimerSchedule, EvaluationError> {
            panic!("on purpose")
        }

        fn next_due(&self, _: &str, _: Instant, _: Instant) -> Result<Option<TimerSchedule>, EvaluationError> {
            panic!("on purpose")
        }

        fn date(&self, _: &Value, _: Instant) -> Result<Instant, EvaluationError> {
            panic!("on purpose")
        }

        fn check(&self, _: Language, _: &str) -> Result<(), EvaluationError> {
            panic!("on purpose")
        }

        fn mentions(&self, _: Language, _: &str, _: &str) -> Result<bool, EvaluationError> {
            panic!("on purpose")
        }

        fn script_mentions(&self, _: &str, _: &str, _: &str) -> Result<bool, EvaluationError> {
            panic!("on purpose")
        }
    }

    struct One(Arc<Graph>);

    impl Definitions for One {
        fn graph(&self, _: &str) -> Option<Arc<Graph>> {
            Some(Arc::clone(&self.0))
        }

        fn called(&self, _: &CalledProcess<'_>) -> Result<Arc<Graph>, NotCalled> {
            Err(NotCalled::Missing)
        }
    }

    /// A process that panics at `calculate`, behind a job or at once.
    fn deployed(start: &str) -> One {
        let model = format!(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t"><process id="p" isExecutable="true">
  <startEvent id="start" {start}/><sequenceFlow id="a" sourceRef="start" targetRef="calculate"/>
  <serviceTask id="calculate" camunda:expression="${{x}}"/></process></definitions>"#
        );
        let parsed = parse(model.as_bytes(), "p.bpmn", &Limits::default()).expect("a model");
        let dialect = parsed.definitions.dialect;
        let process = parsed.definitions.processes.into_iter().next().expect("a process");
        let info = DefinitionInfo {
            id: "p:1".into(),
            key: "p".into(),
            version: 1,
            tenant_id: None,
            deployment_id: "d".into(),
        };
        One(Arc::new(compile(process, dialect, info, &Panics)))
    }

    fn env(definitions: &One) -> Env<'_> {
        Env {
            now: Instant(0),
            evaluator: &Panics,
            definitions,
            user: None,
            groups: Vec::new(),
            options: Options::default(),
            words: &ToString::to_string,
        }
    }

    fn start() -> Command {
        Command::StartInstance(StartInstance::new(Prefix::new([7; 10]), "p:1"))
    }

    #[test]
    fn a_call_whose_step_panics_is_refused_with_a_code() {
        let definitions = deployed("");
        let refused = decide_or_fail(&State::default(), &start(), &env(&definitions)).expect_err("it panics");
        assert!(matches!(refused, Rejection::Panicked(_)), "{refused:?}");
        assert_eq!(refused.code(), "internal");
    }

    #[test]
    fn a_job_whose_step_panics_counts_down_and_is_an_incident() {
        let definitions = deployed(r#"camunda:asyncAfter="true""#);
        let env = env(&definitions);
        let mut state = decide_or_fail(&State::default(), &start(), &env).expect("it waits for a job").state;
        for left in [2, 1, 0] {
            let job = state.jobs().next().expect("the job is still there").id;
            let outcome = decide_or_fail(&state, &Command::ExecuteJob { job }, &env).expect("a failure is stored");
            assert!(matches!(outcome.answer, Answer::JobFailed { .. }));
            state = outcome.state;
            assert_eq!(state.job(job).map(|job| job.retries), Some(left));
        }
        assert_eq!(state.incidents().count(), 1);
    }
}
