//! FEEL expressions and unary tests: checked and evaluated.
#![no_main]

use casewright_engine_expr::Expressions;
use casewright_engine_value::{Evaluator, Language, Value};
use casewright_fuzz::{Variables, bounded, variables};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static EXPRESSIONS: LazyLock<Expressions> = LazyLock::new(Expressions::new);

fuzz_target!(|text: &str| {
    bounded(|| {
        let expression = format!("={text}");
        let mut scope = Variables(variables());
        // What does not parse is refused by all of them; that they answer at all is what is asked here.
        let _ = EXPRESSIONS.check(Language::Feel, &expression);
        let _ = EXPRESSIONS.evaluate(Language::Feel, &expression, &mut scope);
        let _ = EXPRESSIONS.unary_test(text, &Value::Integer(7), &scope);
    });
});
