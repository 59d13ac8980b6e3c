//! What clauses of tables give to cells, to later decisions and to their types, as Camunda 7.24 has it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::{DecisionDeployment, DecisionResource, Expressions};
use casewright_engine_value::{EvaluationError, Instant, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;
use support::{map, string};

const HEAD: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="Defs" namespace="http://camunda.org/schema/1.0/dmn">"#;

/// The values of `out` that the decision `d` has.
fn outs(xml: &str) -> Result<Vec<Value>, EvaluationError> {
    let expressions = Expressions::new();
    let resource = Arc::new(DecisionResource::parse(xml).expect("a deployable file"));
    for decision in &resource.decisions {
        let about = DecisionDeployment {
            definition_id: decision.key.as_str().into(),
            key: decision.key.as_str().into(),
            version: 1,
            version_tag: None,
            tenant: None,
            deployment: "1".into(),
        };
        expressions.decisions().deploy_parsed(about, Arc::clone(&resource));
    }
    let outcome = expressions.decisions().evaluate("d", IndexMap::<SmolStr, Value>::new(), Instant(0))?;
    Ok(outcome.rules.iter().map(|rule| rule.get("out").cloned().unwrap_or_default()).collect())
}

/// Decisions of FEEL: literals, and a table of one rule that requires them.
fn required(literals: &[(&str, &str)], input: &str, cell: &str, conclusion: &str) -> String {
    let escaped = |text: &str| text.replace('<', "&lt;");
    let links: String = literals
        .iter()
        .map(|(name, _)| {
            format!(r##"<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>"##)
        })
        .collect();
    let literals: String = literals
        .iter()
        .map(|(name, text)| {
            format!(
                r#"<decision id="{name}"><variable id="v-{name}" name="{name}"/><literalExpression expressionLanguage="feel"><text>{}</text></literalExpression></decision>"#,
                escaped(text)
            )
        })
        .collect();
    let (input, cell, conclusion) = (escaped(input), escaped(cell), escaped(conclusion));
    format!(
        r#"{HEAD}<decision id="d">{links}<decisionTable id="t"><input id="i"><inputExpression id="e" expressionLanguage="feel"><text>{input}</text></inputExpression></input><output id="o" name="out"/><rule id="r"><inputEntry id="c" expressionLanguage="feel"><text>{cell}</text></inputEntry><outputEntry id="x" expressionLanguage="feel"><text>{conclusion}</text></outputEntry></rule></decisionTable></decision>{literals}</definitions>"#
    )
}

#[test]
fn dates_and_durations_reach_cells_and_later_decisions_as_what_they_are() {
    let yes = Value::Boolean(true);
    for (literals, input, cell, conclusion, expected) in [
        (&[][..], r#"duration("P2D")"#, r#"> duration("PT1H")"#, "true", &yes),
        (&[], r#"date("2026-01-01")"#, r#"< date("2026-01-02")"#, "true", &yes),
        (&[], r#"time("10:00:00")"#, r#"< time("11:00:00")"#, "true", &yes),
        (&[], r#"date and time("2026-06-15T08:00:00+02:00")"#, r#"?.time offset = duration("PT2H")"#, "true", &yes),
        (&[], r#"{a: duration("P1D")}"#, r#"?.a > duration("PT1H")"#, "true", &yes),
        (
            &[("age", r#"years and months duration(date("2010-01-01"), date("2026-01-01"))"#)],
            "age",
            r#"< duration("P18Y")"#,
            "age instance of years and months duration",
            &yes,
        ),
        (
            &[("day", r#"date("2026-01-01")"#)],
            "day.year",
            "2026",
            r#"string(day + duration("P1D"))"#,
            &string("2026-01-02"),
        ),
        (
            &[("at", r#"date and time("2026-06-15T08:00:00+02:00")"#)],
            "1",
            "-",
            r#"at.time offset = duration("PT2H")"#,
            &yes,
        ),
    ] {
        let found = outs(&required(literals, input, cell, conclusion)).unwrap();
        assert_eq!(found, std::slice::from_ref(expected), "{literals:?} {input} {cell} {conclusion}");
    }
}

#[test]
fn what_a_hit_policy_collects_is_a_list_to_later_decisions() {
    for (policy, conclusion) in [("COLLECT", "days[1].year"), ("RULE ORDER", "days[1].year"), ("UNIQUE", "days.year")] {
        let days = format!(
            r#"<decision id="days"><decisionTable id="td" hitPolicy="{policy}"><input id="id"><inputExpression id="ed" expressionLanguage="feel"><text>1</text></inputExpression></input><output id="od" name="days"/><rule id="rd"><inputEntry id="cd"><text></text></inputEntry><outputEntry id="xd" expressionLanguage="feel"><text>date("2026-01-01")</text></outputEntry></rule></decisionTable></decision></definitions>"#
        );
        let xml = required(&[], "1", "-", conclusion)
            .replace(r#"<decision id="d">"#, r##"<decision id="d"><informationRequirement><requiredDecision href="#days"/></informationRequirement>"##)
            .replace("</definitions>", &days);
        assert_eq!(outs(&xml).unwrap(), [Value::Long(2026)], "{policy}");
    }
}

#[test]
fn a_function_fits_no_type_but_texts() {
    let xml = |kind: &str, cell: &str| {
        required(&[], "function(x) x + 1", cell, "true")
            .replace(r#"<inputExpression id="e""#, &format!(r#"<inputExpression id="e" typeRef="{kind}""#))
    };
    for (kind, cell, expected) in
        [("string", r#""function(x)""#, 1), ("Any", "null", 0), ("Any", "not(null)", 1), ("Any", "-", 1)]
    {
        assert_eq!(outs(&xml(kind, cell)).unwrap().len(), expected, "{kind} {cell}");
    }
    assert_eq!(
        outs(&xml("boolean", "-")),
        Err(EvaluationError::Failed(
            "DMN-01005 Invalid value 'function(x)' for clause with type 'boolean'.".to_owned()
        ))
    );
    let xml = required(&[], "1", "-", "{f: function(x) x, a: 1}");
    assert_eq!(outs(&xml).unwrap(), [map(&[("a", Value::Long(1))])]);
}

#[test]
fn an_aggregate_has_the_name_of_the_output_that_there_is() {
    let xml = required(&[], "1", "-", "5")
        .replace(r#"<decisionTable id="t">"#, r#"<decisionTable id="t" hitPolicy="COLLECT" aggregation="MAX">"#)
        .replace(
            r#"<output id="o" name="out"/>"#,
            r#"<output id="p" name="other" typeRef="string"/><output id="o" name="out"/>"#,
        )
        .replace(r#"<outputEntry id="x""#, r#"<outputEntry id="w"><text></text></outputEntry><outputEntry id="x""#);
    assert_eq!(outs(&xml).unwrap(), [Value::Long(5)]);
}
