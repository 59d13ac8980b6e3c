//! Decision tables, literal expressions, requirements and bindings over the public seam.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::{DecisionDeployment, DecisionResource, Expressions};
use casewright_engine_value::{DecisionBinding, DecisionOutcome, EvaluationError, Evaluator, Instant, Value};
use indexmap::IndexMap;
use serde_json::json;
use smol_str::SmolStr;
use support::{MapScope, list, map, string};

const HEAD: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="defs" name="Defs" namespace="http://camunda.org/schema/1.0/dmn">"#;

fn about(key: &str, version: i32) -> DecisionDeployment {
    DecisionDeployment {
        definition_id: SmolStr::new(format!("{key}:{version}")),
        key: key.into(),
        version,
        version_tag: Some(format!("v{version}")),
        tenant: None,
        deployment: SmolStr::new(format!("d{version}")),
    }
}

fn outcome(xml: &str, key: &str, variables: &[(&str, Value)]) -> Result<DecisionOutcome, EvaluationError> {
    let expressions = Expressions::new();
    let resource = std::sync::Arc::new(DecisionResource::parse(xml).expect("a deployable file"));
    for decision in &resource.decisions {
        expressions.decisions().deploy_parsed(about(&decision.key, 1), std::sync::Arc::clone(&resource));
    }
    let variables: IndexMap<SmolStr, Value> =
        variables.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect();
    expressions.decisions().evaluate(&format!("{key}:1"), variables, Instant(0))
}

/// A table whose three rules match when `a`, `b`, `c` are true and conclude `x`, `y`, `z`.
fn switches(attributes: &str, output: &str) -> String {
    let rules: String = [("a", "x"), ("b", "y"), ("c", "z")]
        .iter()
        .map(|(condition, conclusion)| {
            format!(
                r#"<rule id="r-{condition}"><inputEntry id="i-{condition}" expressionLanguage="juel"><text>${{{condition}}}</text></inputEntry><outputEntry id="o-{condition}" expressionLanguage="juel"><text>${{{conclusion}}}</text></outputEntry></rule>"#
            )
        })
        .collect();
    format!(
        r#"{HEAD}<decision id="d" name="D"><decisionTable id="t" {attributes}><input id="in" label="In"><inputExpression id="ie"/></input>{output}{rules}</decisionTable></decision></definitions>"#
    )
}

const PLAIN_OUTPUT: &str = r#"<output id="out" label="Out" name="out"/>"#;
const RANKED_OUTPUT: &str =
    r#"<output id="out" name="out"><outputValues id="ov"><text>"high", "mid", "low"</text></outputValues></output>"#;

fn switched(on: &str, values: [Value; 3]) -> Vec<(&'static str, Value)> {
    let [x, y, z] = values;
    vec![
        ("a", Value::Boolean(on.contains('a'))),
        ("b", Value::Boolean(on.contains('b'))),
        ("c", Value::Boolean(on.contains('c'))),
        ("x", x),
        ("y", y),
        ("z", z),
    ]
}

fn outs(outcome: &DecisionOutcome) -> Vec<Value> {
    outcome.rules.iter().map(|rule| rule.get("out").cloned().unwrap_or_default()).collect()
}

#[test]
fn hit_policies_choose_among_the_rules_that_match() {
    let texts = || [string("low"), string("high"), string("mid")];
    for (policy, output, on, expected) in [
        ("", PLAIN_OUTPUT, "b", vec!["high"]),
        ("", PLAIN_OUTPUT, "", vec![]),
        ("UNIQUE", PLAIN_OUTPUT, "c", vec!["mid"]),
        ("FIRST", PLAIN_OUTPUT, "bc", vec!["high"]),
        ("RULE ORDER", PLAIN_OUTPUT, "abc", vec!["low", "high", "mid"]),
        ("COLLECT", PLAIN_OUTPUT, "ac", vec!["low", "mid"]),
        ("PRIORITY", RANKED_OUTPUT, "abc", vec!["high"]),
        ("PRIORITY", RANKED_OUTPUT, "ac", vec!["mid"]),
        ("OUTPUT ORDER", RANKED_OUTPUT, "abc", vec!["high", "mid", "low"]),
    ] {
        let attributes = if policy.is_empty() { String::new() } else { format!("hitPolicy=\"{policy}\"") };
        let outcome = outcome(&switches(&attributes, output), "d", &switched(on, texts())).expect("a result");
        let expected: Vec<Value> = expected.into_iter().map(string).collect();
        assert_eq!(outs(&outcome), expected, "{policy} {on}");
    }
}

#[test]
fn any_wants_equal_outputs_and_unique_one_rule() {
    let same = [string("s"), string("s"), string("t")];
    let any = switches("hitPolicy=\"ANY\"", PLAIN_OUTPUT);
    let agreed = outcome(&any, "d", &switched("ab", same.clone())).expect("they agree");
    assert_eq!(outs(&agreed), [string("s")]);
    for (xml, code) in [
        (any, "DMN-03002 Hit policy 'ANY'"),
        (switches("", PLAIN_OUTPUT), "DMN-03001 Hit policy 'UNIQUE' only allows a single rule to match."),
    ] {
        match outcome(&xml, "d", &switched("abc", same.clone())) {
            Err(EvaluationError::Failed(message)) => assert!(message.starts_with(code), "{message}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn collect_aggregates_in_the_narrowest_type_that_holds_all() {
    let integers = || [Value::Integer(10), Value::Integer(20), Value::Integer(5)];
    let mixed = || [Value::Integer(10), Value::Long(20), Value::Double(5.5)];
    for (aggregation, on, values, expected) in [
        ("SUM", "abc", integers(), Some(Value::Integer(35))),
        ("MIN", "abc", integers(), Some(Value::Integer(5))),
        ("MAX", "abc", integers(), Some(Value::Integer(20))),
        ("COUNT", "ab", integers(), Some(Value::Integer(2))),
        ("COUNT", "", integers(), Some(Value::Integer(0))),
        ("SUM", "ab", mixed(), Some(Value::Long(30))),
        ("SUM", "abc", mixed(), Some(Value::Double(35.5))),
        ("MIN", "bc", mixed(), Some(Value::Double(5.5))),
        ("SUM", "", integers(), None),
    ] {
        let xml = switches(&format!("hitPolicy=\"COLLECT\" aggregation=\"{aggregation}\""), PLAIN_OUTPUT);
        let outcome = outcome(&xml, "d", &switched(on, values)).expect("a result");
        assert_eq!(outcome.collected, expected, "{aggregation} {on}");
        assert_eq!(outs(&outcome), expected.into_iter().collect::<Vec<_>>());
    }
    let xml = switches("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", PLAIN_OUTPUT);
    match outcome(&xml, "d", &switched("a", [string("q"), Value::Null, Value::Null])) {
        Err(EvaluationError::Failed(message)) => assert!(message.starts_with("DMN-03004"), "{message}"),
        other => panic!("{other:?}"),
    }
}

const DISCOUNT: &str = r#"<decision id="discount" name="Discount" camunda:versionTag="1.0" camunda:historyTimeToLive="20">
  <decisionTable id="dt" hitPolicy="FIRST">
    <input id="in1" label="Customer"><inputExpression id="ie1" typeRef="string"><text>customer</text></inputExpression></input>
    <input id="in2" label="Sum" camunda:inputVariable="total"><inputExpression id="ie2" typeRef="integer"><text>sum</text></inputExpression></input>
    <output id="out1" label="Rate" name="rate" typeRef="integer"/>
    <output id="out2" label="Why" name="why"/>
    <rule id="r1"><inputEntry id="i11"><text>"gold"</text></inputEntry><inputEntry id="i12"><text>&gt;= 100</text></inputEntry><outputEntry id="o11"><text>20</text></outputEntry><outputEntry id="o12" expressionLanguage="juel"><text>${customer}!</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="i21"><text></text></inputEntry><inputEntry id="i22" expressionLanguage="javascript"><text>total > 50 &amp;&amp; cellOk</text></inputEntry><outputEntry id="o21"><text>sum / 10</text></outputEntry><outputEntry id="o22"><text></text></outputEntry></rule>
    <rule id="r3"><inputEntry id="i31"><text>-</text></inputEntry><inputEntry id="i32"><text>[10..50]</text></inputEntry><outputEntry id="o31"><text>5</text></outputEntry><outputEntry id="o32"><text>"some"</text></outputEntry></rule>
  </decisionTable>
</decision>"#;

#[test]
fn cells_may_be_feel_juel_or_javascript_and_outputs_take_their_type() {
    let xml = format!("{HEAD}{DISCOUNT}</definitions>");
    let run = |customer: &str, sum: i32| {
        outcome(
            &xml,
            "discount",
            &[("customer", string(customer)), ("sum", Value::Integer(sum)), ("cellOk", Value::Boolean(true))],
        )
        .expect("a result")
    };
    let rule = |rate: i32, why: Option<&str>| {
        let mut rule = IndexMap::from([(SmolStr::new("rate"), Value::Integer(rate))]);
        rule.extend(why.map(|why| (SmolStr::new("why"), string(why))));
        vec![rule]
    };
    assert_eq!(run("gold", 150).rules, rule(20, Some("gold!")));
    assert_eq!(run("new", 100).rules, rule(10, None));
    assert_eq!(run("new", 20).rules, rule(5, Some("some")));
    assert!(run("new", 1).rules.is_empty());
    let missing = outcome(&xml, "discount", &[("customer", string("new")), ("cellOk", Value::Boolean(true))]);
    assert!(missing.expect("null matches nothing").rules.is_empty());
    assert_eq!(
        outcome(&xml, "discount", &[("customer", string("x")), ("sum", string("many"))]),
        Err(EvaluationError::Failed("DMN-01005 Invalid value 'many' for clause with type 'integer'.".to_owned()))
    );
}

#[test]
fn the_trace_names_inputs_rules_and_outputs() {
    let xml = format!("{HEAD}{DISCOUNT}</definitions>");
    let outcome = outcome(
        &xml,
        "discount",
        &[("customer", string("gold")), ("sum", Value::Integer(150)), ("cellOk", Value::Boolean(true))],
    )
    .expect("a result");
    assert_eq!(
        outcome.trace,
        Some(json!([{
            "decisionDefinitionId": "discount:1", "key": "discount", "name": "Discount",
            "inputs": [
                {"clauseId": "in1", "clauseName": "Customer", "type": "String", "value": "gold"},
                {"clauseId": "in2", "clauseName": "Sum", "type": "Integer", "value": 150},
            ],
            "outputs": [
                {"ruleId": "r1", "ruleOrder": 1, "clauseId": "out1", "clauseName": "Rate", "variableName": "rate", "type": "Integer", "value": 20},
                {"ruleId": "r1", "ruleOrder": 1, "clauseId": "out2", "clauseName": "Why", "variableName": "why", "type": "String", "value": "gold!"},
            ],
            "collectResult": null,
            "tables": [{"refusals": [null]}],
        }]))
    );
}

const DRD: &str = r##"
<decision id="loan" name="Loan">
  <informationRequirement id="q1"><requiredDecision href="#risk"/></informationRequirement>
  <informationRequirement id="q2"><requiredDecision href="#tags"/></informationRequirement>
  <decisionTable id="dt1" hitPolicy="COLLECT" aggregation="SUM">
    <input id="a1"><inputExpression id="a2" typeRef="string"><text>level</text></inputExpression></input>
    <output id="a3" name="points" typeRef="integer"/>
    <rule id="ra"><inputEntry id="ra1"><text>"low"</text></inputEntry><outputEntry id="ra2"><text>7</text></outputEntry></rule>
    <rule id="rb"><inputEntry id="rb1"><text></text></inputEntry><outputEntry id="rb2"><text>count(tag)</text></outputEntry></rule>
  </decisionTable>
</decision>
<decision id="risk" name="Risk">
  <decisionTable id="dt2">
    <input id="b1"><inputExpression id="b2" typeRef="integer"><text>income</text></inputExpression></input>
    <output id="b3" name="level" typeRef="string"/>
    <rule id="rc"><inputEntry id="rc1"><text>&gt; 1000</text></inputEntry><outputEntry id="rc2"><text>"low"</text></outputEntry></rule>
    <rule id="rd"><inputEntry id="rd1"><text>&lt;= 1000</text></inputEntry><outputEntry id="rd2"><text>"high"</text></outputEntry></rule>
  </decisionTable>
</decision>
<decision id="tags" name="Tags">
  <decisionTable id="dt3" hitPolicy="RULE ORDER">
    <output id="c3" name="tag"/>
    <rule id="re"><outputEntry id="re2"><text>"one"</text></outputEntry></rule>
    <rule id="rf"><outputEntry id="rf2"><text>"two"</text></outputEntry></rule>
  </decisionTable>
</decision>
<decision id="sumOf" name="Sum"><variable id="v" name="total" typeRef="integer"/><literalExpression id="le"><text>a + b</text></literalExpression></decision>"##;

#[test]
fn required_decisions_come_first_and_their_outputs_are_variables() {
    let xml = format!("{HEAD}{DRD}</definitions>");
    let outcome = outcome(&xml, "loan", &[("income", Value::Integer(2_000))]).expect("a result");
    assert_eq!(outcome.rules, [IndexMap::from([(SmolStr::new("points"), Value::Integer(9))])]);
    assert_eq!(outcome.collected, Some(Value::Integer(9)));
    let trace = outcome.trace.expect("a trace");
    let keys: Vec<_> = trace
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["decisionDefinitionId"].as_str().expect("an id"))
        .collect();
    assert_eq!(keys, ["risk:1", "tags:1", "loan:1"]);
    assert_eq!(trace[2]["collectResult"], json!(9));
}

#[test]
fn a_literal_expression_has_one_value_under_its_variable() {
    let xml = format!("{HEAD}{DRD}</definitions>");
    let outcome = outcome(&xml, "sumOf", &[("a", Value::Integer(2)), ("b", Value::Integer(3))]).expect("a result");
    assert!(outcome.is_literal);
    assert_eq!(outcome.rules, [IndexMap::from([(SmolStr::new("total"), Value::Integer(5))])]);
}

#[test]
fn bindings_find_latest_version_deployment_and_tag_within_a_tenant() {
    let expressions = Expressions::new();
    let xml = |out: &str| {
        format!(
            r#"{HEAD}<decision id="d"><decisionTable id="t"><output id="o" name="out"/><rule id="r"><outputEntry id="e"><text>"{out}"</text></outputEntry></rule></decisionTable></decision></definitions>"#
        )
    };
    for version in 1..=3 {
        expressions.decisions().deploy(about("d", version), &xml(&format!("v{version}"))).expect("deploys");
    }
    let tenants = DecisionDeployment { tenant: Some("acme".into()), definition_id: "d:acme".into(), ..about("d", 1) };
    expressions.decisions().deploy(tenants, &xml("acme")).expect("deploys");
    let decide = |binding: DecisionBinding, tenant: Option<&str>| {
        expressions
            .decide("d", &binding, tenant, &mut MapScope::default())
            .map(|outcome| outcome.rules[0]["out"].clone())
    };
    assert_eq!(decide(DecisionBinding::Latest, None), Ok(string("v3")));
    assert_eq!(decide(DecisionBinding::Version(2), None), Ok(string("v2")));
    assert_eq!(decide(DecisionBinding::Deployment("d1".into()), None), Ok(string("v1")));
    assert_eq!(decide(DecisionBinding::VersionTag("v2".into()), None), Ok(string("v2")));
    assert_eq!(decide(DecisionBinding::Latest, Some("acme")), Ok(string("acme")));
    assert_eq!(
        decide(DecisionBinding::Version(9), None),
        Err(EvaluationError::Failed(
            "no decision definition deployed with key = 'd', version = '9' and tenant-id = 'null'".to_owned()
        ))
    );
    expressions.decisions().remove("d:3");
    assert_eq!(decide(DecisionBinding::Latest, None), Ok(string("v2")));
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_code_element_and_line() {
    let table = |attributes: &str, rule: &str| {
        format!(
            "{HEAD}\n<decision id=\"d\">\n<decisionTable id=\"t\" {attributes}>\n<output id=\"o\" name=\"o\"/>\n{rule}</decisionTable></decision></definitions>"
        )
    };
    let cell = |language: &str| {
        format!(
            "<rule id=\"r\"><outputEntry id=\"e\" expressionLanguage=\"{language}\"><text>1</text></outputEntry></rule>"
        )
    };
    for (xml, code, element, line) in [
        ("<definitions".to_owned(), "not-xml", None, 1),
        ("<a/>".to_owned(), "not-dmn", None, 1),
        (format!("<!DOCTYPE a>{HEAD}</definitions>"), "not-xml", None, 1),
        (table("hitPolicy=\"PRIORITY\"", ""), "hit-policy-without-output-values", Some("t"), 3),
        (table("hitPolicy=\"LAST\"", ""), "unknown-hit-policy", Some("t"), 3),
        (table("hitPolicy=\"FIRST\" aggregation=\"SUM\"", ""), "aggregation-without-collect", Some("t"), 3),
        (table("", "<rule id=\"r\"/>"), "rule-width", Some("r"), 5),
        (table("", &cell("groovy")), "unsupported-language", Some("e"), 5),
        (format!("{HEAD}<decision id=\"d\"/></definitions>"), "missing-logic", Some("d"), 1),
        (format!("{HEAD}{}</definitions>", DRD.replace("#tags", "#loan")), "requirement-cycle", Some("loan"), 2),
        (
            format!("{HEAD}{}</definitions>", DRD.replace("#tags", "#gone")),
            "unknown-required-decision",
            Some("defs"),
            1,
        ),
        (
            format!(
                "{HEAD}<businessKnowledgeModel id=\"b\" name=\"b\"><encapsulatedLogic kind=\"Java\"/></businessKnowledgeModel></definitions>"
            ),
            "external-function",
            Some("b"),
            1,
        ),
        (
            format!(
                "{HEAD}<decision id=\"d\"><literalExpression id=\"l\"><text>function(x) external {{java: 1}}</text></literalExpression></decision></definitions>"
            ),
            "external-function",
            Some("d"),
            1,
        ),
    ] {
        let findings = match DecisionResource::parse(&xml) {
            Err(findings) => findings,
            Ok(_) => panic!("deployable: {xml}"),
        };
        let finding = findings.iter().find(|finding| finding.is_error).expect("an error");
        assert_eq!(
            (finding.code, finding.element_id.as_deref(), finding.line),
            (code, element, line),
            "{xml}: {findings:?}"
        );
    }
}

/// Found by fuzzing: the library indexes the entries of a rule by the columns of its table.
#[test]
fn a_rule_without_all_its_entries_is_refused_in_every_dialect() {
    let whole = include_str!("dmn-tck/compliance-level-2/0004-simpletable-U/0004-simpletable-U.dmn");
    DecisionResource::parse(whole).expect("a deployable file");
    let begin = whole.find("<inputEntry").expect("an entry");
    let end = begin + whole[begin..].find("</inputEntry>").expect("its end") + "</inputEntry>".len();
    let Err(findings) = DecisionResource::parse(&[&whole[..begin], &whole[end..]].concat()) else {
        panic!("deployable with a rule that lacks an entry");
    };
    assert_eq!(findings[0].code, "rule-width");
    assert!(findings[0].line > 1, "{findings:?}");
}

#[test]
fn a_file_lists_its_decisions_and_is_refused_for_cells_that_do_not_parse() {
    let resource = DecisionResource::parse(&format!("{HEAD}{DISCOUNT}</definitions>")).expect("deployable");
    assert_eq!(resource.id, "defs");
    let decision = &resource.decisions[0];
    assert_eq!(decision.key, "discount");
    assert_eq!(decision.version_tag.as_deref(), Some("1.0"));
    assert_eq!(decision.history_time_to_live.as_deref(), Some("20"));
    assert_eq!(decision.logic, "decisionTable");
    assert_eq!(resource.warnings, []);
    for (broken, element) in [("[10..", "i32"), ("nosuchfunction(1)", "i32"), ("if (a then", "i32")] {
        let xml = format!("{HEAD}{}</definitions>", DISCOUNT.replace("[10..50]", broken));
        let Err(findings) = DecisionResource::parse(&xml) else {
            panic!("deployable with {broken}");
        };
        let found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.is_error, finding.code, finding.element_id.as_deref(), finding.line))
            .collect();
        assert_eq!(found, [(true, "expression-syntax", Some(element), 9)], "{findings:?}");
    }
}

/// How tables written for Camunda read plain variables: no expression, the name of a variable, and cells that test it.
#[test]
fn an_input_without_an_expression_is_the_variable_of_its_name() {
    let table = |input: &str, cell: &str| {
        format!(
            r#"{HEAD}<decision id="d"><decisionTable id="t" hitPolicy="FIRST">{input}<output id="o" name="out" typeRef="string"/><rule id="r"><inputEntry id="e"><text>{cell}</text></inputEntry><outputEntry id="oe"><text>"hit"</text></outputEntry></rule></decisionTable></decision></definitions>"#
        )
    };
    let named = r#"<input id="in" label="In" camunda:inputVariable="eventId"><inputExpression id="ie" typeRef="string"><text></text></inputExpression></input>"#;
    let unnamed = r#"<input id="in" label="In"><inputExpression id="ie" typeRef="string"/></input>"#;
    for (input, cell, variable, value, hits) in [
        (named, "\"caseListing\"", "eventId", "caseListing", true),
        (named, "\"caseListing\"", "eventId", "other", false),
        (named, "\"caseListing\"", "cellInput", "caseListing", false),
        (named, "contains(eventId, \"List\")", "eventId", "caseListing", true),
        (unnamed, "\"x\",\"y\"", "cellInput", "y", true),
        (unnamed, "contains(cellInput, \"z\")", "cellInput", "xyz", true),
        (unnamed, "not(contains(cellInput, \"z\"))", "cellInput", "xyz", false),
    ] {
        let outcome = outcome(&table(input, cell), "d", &[(variable, string(value))]).expect("a result");
        assert_eq!(outcome.rules.len(), usize::from(hits), "{cell} with {variable} = {value}");
    }
}

#[test]
fn a_date_in_a_text_or_a_context_is_written_as_feel_writes_it() {
    let table = |kind: &str, text: &str| {
        format!(
            r#"{HEAD}<decision id="d"><decisionTable id="t"><output id="o" name="out" {kind}/><rule id="r"><outputEntry id="oe"><text>{text}</text></outputEntry></rule></decisionTable></decision></definitions>"#
        )
    };
    for (kind, text, expected) in [
        ("typeRef=\"string\"", "due", string("1970-01-01T00:00:01")),
        ("typeRef=\"string\"", "date(due)", string("1970-01-01")),
        ("typeRef=\"date\"", "due", Value::Date(Instant(1_000))),
        ("", "{d: date(\"2026-01-05\")}", map(&[("d", string("2026-01-05"))])),
        ("", "string(due)", string("1970-01-01T00:00:01")),
    ] {
        let outcome = outcome(&table(kind, text), "d", &[("due", Value::Date(Instant(1_000)))]).expect("a result");
        assert_eq!(outcome.rules[0]["out"], expected, "{text}");
    }
}

const STANDARD: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="std" name="Standard" namespace="plain">
  <inputData id="i1" name="Monthly Salary"><variable name="Monthly Salary" typeRef="number"/></inputData>
  <inputData id="i2" name="Start"><variable name="Start" typeRef="date"/></inputData>
  <businessKnowledgeModel id="b1" name="yearly"><variable name="yearly"/>
    <encapsulatedLogic><formalParameter name="m" typeRef="number"/><literalExpression><text>m * 12</text></literalExpression></encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="income" name="Income"><variable name="Income"/>
    <informationRequirement><requiredInput href="#i1"/></informationRequirement>
    <informationRequirement><requiredInput href="#i2"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#b1"/></knowledgeRequirement>
    <context>
      <contextEntry><variable name="year"/><literalExpression><text>yearly(Monthly Salary)</text></literalExpression></contextEntry>
      <contextEntry><variable name="since"/><literalExpression><text>Start.year</text></literalExpression></contextEntry>
    </context>
  </decision>
  <decision id="rich" name="Rich"><variable name="Rich" typeRef="boolean"/>
    <informationRequirement><requiredDecision href="#income"/></informationRequirement>
    <literalExpression><text>Income.year &gt; 20000</text></literalExpression>
  </decision>
</definitions>"##;

#[test]
fn standard_models_are_evaluated_with_business_knowledge_and_contexts() {
    let variables = [("Monthly Salary", Value::Integer(2_000)), ("Start", Value::Date(Instant(0)))];
    let income = outcome(STANDARD, "income", &variables).expect("a result");
    assert_eq!(
        map(&[("since", Value::Long(1970)), ("year", Value::Long(24_000))]),
        Value::Map(std::sync::Arc::new(income.rules[0].clone()))
    );
    assert!(!income.is_literal);
    let rich = outcome(STANDARD, "rich", &variables).expect("a result");
    assert!(rich.is_literal);
    assert_eq!(rich.rules[0]["Rich"], Value::Boolean(true));
    let trace = rich.trace.expect("a trace");
    assert_eq!(trace[0]["inputs"][0]["clauseName"], json!("Monthly Salary"));
}

#[test]
fn a_decision_result_is_read_by_expressions_as_camundas_is() {
    let expressions = Expressions::new();
    let mut scope =
        MapScope::with(&[("decisionResult", list(&[map(&[("rate", Value::Integer(5)), ("why", string("w"))])]))]);
    for (text, expected) in [
        ("${decisionResult.getSingleResult().rate}", Value::Integer(5)),
        ("${decisionResult.singleResult.why}", string("w")),
        ("${decisionResult.getFirstResult().getEntry('why')}", string("w")),
        ("${decisionResult[0].rate}", Value::Integer(5)),
        ("${decisionResult.collectEntries('rate')}", list(&[Value::Integer(5)])),
        ("${decisionResult.size()}", Value::Integer(1)),
    ] {
        let value = expressions.evaluate(casewright_engine_value::Language::Juel, text, &mut scope);
        assert_eq!(value, Ok(expected), "{text}");
    }
}

#[test]
fn rules_that_an_index_leaves_out_are_those_that_do_not_match() {
    // Every third rule takes any text; the index must keep their order among those of the text.
    let rules: String = (0..120)
        .map(|n| {
            let cell = if n % 3 == 0 { "-".to_owned() } else { format!("\"k{}\", \"all\"", n % 7) };
            format!(r#"<rule id="r{n}"><inputEntry id="a{n}"><text>{cell}</text></inputEntry><inputEntry id="b{n}"><text>&gt;= {}</text></inputEntry><outputEntry id="o{n}"><text>{n}</text></outputEntry></rule>"#, n / 2)
        })
        .collect();
    let xml = format!(
        r#"{HEAD}<decision id="d"><decisionTable id="t" hitPolicy="COLLECT"><input id="i1"><inputExpression id="e1"><text>k</text></inputExpression></input><input id="i2"><inputExpression id="e2"><text>n</text></inputExpression></input><output id="o" name="out"/>{rules}</decisionTable></decision></definitions>"#
    );
    for (k, n) in [("k1", 60), ("all", 30), ("none", 60), ("k6", 10)] {
        let expected: Vec<Value> = (0..120)
            .filter(|rule| rule % 3 == 0 || k == "all" || k == format!("k{}", rule % 7))
            .filter(|rule| rule / 2 <= n)
            .map(Value::Long)
            .collect();
        let outcome = outcome(&xml, "d", &[("k", string(k)), ("n", Value::Long(n))]).expect("a result");
        assert_eq!(outs(&outcome), expected, "{k} {n}");
        // What the history keeps says of each rule whether it hit, or which column refused it; the index is the first.
        let by_hand: Vec<Option<i64>> = (0..120)
            .map(|rule| match rule % 3 == 0 || k == "all" || k == format!("k{}", rule % 7) {
                false => Some(0),
                true => (rule / 2 > n).then_some(1),
            })
            .collect();
        assert_eq!(outcome.trace.unwrap()[0]["tables"], json!([{ "refusals": by_hand }]), "{k} {n}");
    }
    let other = outcome(&xml, "d", &[("k", Value::Integer(1)), ("n", Value::Long(0))]).expect("a result");
    assert_eq!(outs(&other), [Value::Long(0)]);
}

#[test]
fn the_history_keeps_why_a_rule_did_not_hit_and_no_more_of_long_tables() {
    let kept = |xml: &str, on: &str| {
        let outcome = outcome(xml, "d", &switched(on, [string("x"), string("y"), string("z")])).expect("a result");
        outcome.trace.unwrap()[0]["tables"].clone()
    };
    let first = switches("hitPolicy=\"FIRST\"", PLAIN_OUTPUT);
    assert_eq!(kept(&first, "b"), json!([{ "refusals": [0, null] }]), "the third was not asked");
    assert_eq!(kept(&first, "c"), json!([{ "refusals": [0, 0, null] }]));
    let collect = switches("hitPolicy=\"COLLECT\"", PLAIN_OUTPUT);
    assert_eq!(kept(&collect, "ac"), json!([{ "refusals": [null, 0, null] }]));

    let rules: String = (0..257)
        .map(|n| format!(r#"<rule id="r{n}"><inputEntry id="a{n}"><text>{n}</text></inputEntry><outputEntry id="o{n}"><text>{n}</text></outputEntry></rule>"#))
        .collect();
    let long = format!(
        r#"{HEAD}<decision id="d"><decisionTable id="t"><input id="i1"><inputExpression id="e1"><text>n</text></inputExpression></input><output id="o" name="out"/>{rules}</decisionTable></decision></definitions>"#
    );
    let outcome = outcome(&long, "d", &[("n", Value::Long(200))]).expect("a result");
    let trace = outcome.trace.unwrap();
    assert_eq!((&trace[0]["tables"], &trace[0]["outputs"][0]["ruleId"]), (&json!(null), &json!("r200")));
}
