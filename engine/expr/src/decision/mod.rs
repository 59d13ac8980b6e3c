//! Deployed decisions.
use crate::languages::Languages;
use casewright_engine_value::{DecisionBinding, DecisionOutcome, EvaluationError, Scope};
use std::sync::Arc;

/// All deployed decisions.
pub struct Decisions {
    languages: Arc<Languages>,
}

impl Decisions {
    pub(crate) fn new(languages: Arc<Languages>) -> Self {
        Self { languages }
    }

    pub(crate) fn decide(
        &self,
        key: &str,
        _binding: &DecisionBinding,
        _tenant: Option<&str>,
        scope: &mut dyn Scope,
    ) -> Result<DecisionOutcome, EvaluationError> {
        let _ = self.languages.juel(key, scope)?;
        Err(EvaluationError::Failed(key.to_owned()))
    }
}
