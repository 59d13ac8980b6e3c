//! JUEL templates: checked and evaluated; what a deployment refuses is never evaluated.
#![no_main]

use casewright_engine_expr::Expressions;
use casewright_engine_value::{Evaluator, Language};
use casewright_fuzz::{Variables, bounded, variables};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static EXPRESSIONS: LazyLock<Expressions> = LazyLock::new(Expressions::new);

fuzz_target!(|text: &str| {
    bounded(|| {
        let checked = EXPRESSIONS.check(Language::Juel, text);
        let value = EXPRESSIONS.evaluate(Language::Juel, text, &mut Variables(variables()));
        assert!(checked.is_ok() || value.is_err(), "refused, but evaluated to {value:?}");
    });
});
