//! DMN files: read, and every decision in them made.
#![no_main]

use casewright_engine_expr::{DecisionDeployment, DecisionResource, Expressions};
use casewright_engine_value::Instant;
use casewright_fuzz::{bounded, variables};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

fuzz_target!(|text: &str| bounded(|| decide(text)));

fn decide(text: &str) {
    let resource = match DecisionResource::parse(text) {
        Ok(resource) => Arc::new(resource),
        Err(findings) => {
            assert!(findings.iter().any(|finding| finding.is_error && !finding.message.is_empty()), "{findings:?}");
            return;
        }
    };
    let expressions = Expressions::new();
    for decision in &resource.decisions {
        let about = DecisionDeployment {
            definition_id: (&decision.key).into(),
            key: (&decision.key).into(),
            version: 1,
            version_tag: None,
            tenant: None,
            deployment: "d".into(),
        };
        expressions.decisions().deploy_parsed(about, Arc::clone(&resource));
    }
    // One input is one bound: a file may hold many decisions that each cost what one may cost.
    if let Some(decision) = resource.decisions.first() {
        // A decision that fails says so; that it answers at all is what is asked here.
        let _ = expressions.decisions().evaluate(&decision.key, variables(), Instant(1_700_000_000_000));
    }
}
