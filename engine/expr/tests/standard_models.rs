//! Standard DMN models: boxed expressions, business knowledge, decision services, item definitions, imports.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_engine_expr::{DecisionDeployment, DecisionDiagnostic, DecisionResource, Expressions};
use casewright_engine_value::{DecisionOutcome, EvaluationError, Instant, Value};
use indexmap::IndexMap;
use proptest::prelude::*;
use serde_json::json;
use smol_str::SmolStr;
use std::sync::Arc;
use support::{list, map, string};

const NAMESPACE: &str = "https://example.org/model";

/// A model of these elements.
fn model(elements: &str) -> String {
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="M" namespace="{NAMESPACE}"><itemDefinition name="tAny"><typeRef>Any</typeRef></itemDefinition>{elements}</definitions>"#
    )
}

/// A model with one decision of this logic, over the inputs `n` and `Net Sum`.
fn decision(logic: &str) -> String {
    model(&format!(
        r##"<inputData id="in" name="n"><variable name="n"/></inputData>
        <inputData id="net" name="Net Sum"><variable name="Net Sum"/></inputData>
        <decision id="d" name="D"><variable name="D"/>
        <informationRequirement><requiredInput href="#in"/></informationRequirement>
        <informationRequirement><requiredInput href="#net"/></informationRequirement>{logic}</decision>"##
    ))
}

fn literal(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

fn deployed(xml: &str, others: &[String]) -> Result<Expressions, Vec<DecisionDiagnostic>> {
    let expressions = Expressions::new();
    let resource = Arc::new(DecisionResource::parse_among(xml, || others.to_vec())?);
    for decision in &resource.decisions {
        let about = DecisionDeployment {
            definition_id: SmolStr::new(&decision.key),
            key: SmolStr::new(&decision.key),
            version: 1,
            version_tag: None,
            tenant: None,
            deployment: "d".into(),
        };
        expressions.decisions().deploy_parsed(about, Arc::clone(&resource));
    }
    Ok(expressions)
}

fn variables(all: &[(&str, Value)]) -> IndexMap<SmolStr, Value> {
    all.iter().map(|(name, value)| (SmolStr::new(name), value.clone())).collect()
}

fn outcome(xml: &str, key: &str, given: &[(&str, Value)]) -> Result<DecisionOutcome, EvaluationError> {
    let expressions = deployed(xml, &[]).unwrap_or_else(|findings| panic!("{findings:?}"));
    expressions.decisions().evaluate(key, variables(given), Instant(0))
}

/// The value of a decision, whatever shape it has.
fn value_of(outcome: &DecisionOutcome) -> Value {
    if outcome.is_literal {
        return outcome.rules[0].values().next().cloned().unwrap_or_default();
    }
    match outcome.rules.as_slice() {
        [single] => Value::Map(Arc::new(single.clone())),
        many => list(&many.iter().map(|rule| Value::Map(Arc::new(rule.clone()))).collect::<Vec<_>>()),
    }
}

fn value(xml: &str, key: &str, given: &[(&str, Value)]) -> Value {
    value_of(&outcome(xml, key, given).unwrap_or_else(|error| panic!("{error}")))
}

/// Why something in the result is null.
fn explanation(xml: &str, key: &str, given: &[(&str, Value)]) -> String {
    let trace = outcome(xml, key, given).unwrap().trace.unwrap();
    trace[0]["explanation"].as_str().unwrap_or_default().to_owned()
}

fn refusals(xml: &str, others: &[String]) -> Vec<DecisionDiagnostic> {
    match deployed(xml, others) {
        Ok(_) => panic!("it was deployed"),
        Err(findings) => findings.into_iter().filter(|finding| finding.is_error).collect(),
    }
}

fn longs(all: &[i64]) -> Value {
    list(&all.iter().map(|n| Value::Long(*n)).collect::<Vec<_>>())
}

#[test]
fn every_boxed_expression_has_its_value() {
    let entry =
        |name: &str, text: &str| format!("<contextEntry><variable name=\"{name}\"/>{}</contextEntry>", literal(text));
    let result = |text: &str| format!("<contextEntry>{}</contextEntry>", literal(text));
    let boxed = |name: &str, text: &str| format!("<{name}>{}</{name}>", literal(text));
    let cases = [
        (literal("n + Net Sum"), Value::Long(7)),
        (
            format!("<context>{}{}</context>", entry("Gross Sum", "Net Sum * 2"), entry("more", "Gross Sum + 1")),
            map(&[("Gross Sum", Value::Long(8)), ("more", Value::Long(9))]),
        ),
        (format!("<context>{}{}</context>", entry("a", "n"), result("a * 10")), Value::Long(30)),
        (format!("<list>{}{}</list>", literal("n"), literal("Net Sum")), longs(&[3, 4])),
        (
            format!(
                "<relation><column name=\"a\"/><column name=\"b c\"/><row>{}{}</row><row>{}{}</row></relation>",
                literal("1"),
                literal("n"),
                literal("2"),
                literal("Net Sum")
            ),
            list(&[
                map(&[("a", Value::Long(1)), ("b c", Value::Long(3))]),
                map(&[("a", Value::Long(2)), ("b c", Value::Long(4))]),
            ]),
        ),
        (
            format!(
                "<context><contextEntry><variable name=\"twice\"/><functionDefinition><formalParameter name=\"a value\" typeRef=\"number\"/>{}</functionDefinition></contextEntry><contextEntry><invocation>{}<binding><parameter name=\"a value\"/>{}</binding></invocation></contextEntry></context>",
                literal("a value * 2"),
                literal("twice"),
                literal("Net Sum")
            ),
            Value::Long(8),
        ),
        (
            format!(
                "<conditional>{}{}{}</conditional>",
                boxed("if", "n > 2"),
                boxed("then", "\"large\""),
                boxed("else", "\"small\"")
            ),
            string("large"),
        ),
        (
            format!("<filter>{}{}</filter>", boxed("in", "[{a b: 1}, {a b: 5}]"), boxed("match", "a b > n")),
            map(&[("a b", Value::Long(5))]),
        ),
        (
            format!(
                "<for iteratorVariable=\"one of\">{}{}</for>",
                boxed("in", "[1..3]"),
                boxed("return", "one of * n")
            ),
            longs(&[3, 6, 9]),
        ),
        (
            format!("<some iteratorVariable=\"x\">{}{}</some>", boxed("in", "[1, 5]"), boxed("satisfies", "x > n")),
            Value::Boolean(true),
        ),
        (
            format!("<every iteratorVariable=\"x\">{}{}</every>", boxed("in", "[1, 5]"), boxed("satisfies", "x > n")),
            Value::Boolean(false),
        ),
    ];
    for (logic, expected) in cases {
        let given = [("n", Value::Integer(3)), ("Net Sum", Value::Integer(4))];
        let actual = match value(&decision(&logic), "d", &given) {
            // A list with one context is one result.
            Value::List(items) if items.len() == 1 => items[0].clone(),
            other => other,
        };
        assert_eq!(actual, expected, "{logic}");
    }
}

/// A table over `n` whose rules match from 1, 2 and 3 on.
fn table(attributes: &str, outputs: &str, conclusions: [&str; 3]) -> String {
    let rule = |(place, conclusion): (usize, &&str)| {
        let cells: String =
            conclusion.split('|').map(|cell| format!("<outputEntry><text>{cell}</text></outputEntry>")).collect();
        format!("<rule><inputEntry><text>&gt;= {}</text></inputEntry>{cells}</rule>", place + 1)
    };
    let rules: String = conclusions.iter().enumerate().map(rule).collect();
    decision(&format!(
        "<decisionTable {attributes}><input><inputExpression typeRef=\"number\"><text>n</text></inputExpression></input>{outputs}{rules}</decisionTable>"
    ))
}

#[test]
fn hit_policies_of_standard_tables_give_values_lists_and_nulls() {
    let ranked = r#"<output><outputValues><text>"high", "mid", "low"</text></outputValues></output>"#;
    let texts = ["\"low\"", "\"high\"", "\"mid\""];
    let pair = r#"<output name="rate"/><output name="the reason"/>"#;
    for (attributes, outputs, conclusions, n, expected) in [
        ("", "<output/>", texts, 1, string("low")),
        ("", "<output/>", texts, 2, Value::Null),
        ("", "<output/>", texts, 0, Value::Null),
        (
            "",
            "<output><defaultOutputEntry><text>\"none\"</text></defaultOutputEntry></output>",
            texts,
            0,
            string("none"),
        ),
        ("hitPolicy=\"FIRST\"", "<output/>", texts, 3, string("low")),
        ("hitPolicy=\"ANY\"", "<output/>", ["1", "1", "1"], 3, Value::Long(1)),
        ("hitPolicy=\"ANY\"", "<output/>", ["1", "1", "2"], 3, Value::Null),
        ("hitPolicy=\"PRIORITY\"", ranked, texts, 3, string("high")),
        ("hitPolicy=\"OUTPUT ORDER\"", ranked, texts, 3, list(&[string("high"), string("mid"), string("low")])),
        ("hitPolicy=\"RULE ORDER\"", ranked, texts, 2, list(&[string("low"), string("high")])),
        ("hitPolicy=\"COLLECT\"", "<output/>", ["1", "2", "3"], 2, longs(&[1, 2])),
        ("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", "<output/>", ["1", "2", "3"], 3, Value::Long(6)),
        ("hitPolicy=\"COLLECT\" aggregation=\"MIN\"", "<output/>", ["4", "2", "3"], 3, Value::Long(2)),
        ("hitPolicy=\"COLLECT\" aggregation=\"MAX\"", "<output/>", ["4", "2", "3"], 3, Value::Long(4)),
        ("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", "<output/>", ["4", "2", "3"], 2, Value::Long(2)),
        ("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", "<output/>", ["4", "2", "3"], 0, Value::Long(0)),
        (
            "hitPolicy=\"FIRST\"",
            pair,
            ["n|\"why\"", "1|\"\"", "1|\"\""],
            1,
            map(&[("rate", Value::Long(1)), ("the reason", string("why"))]),
        ),
    ] {
        let xml = table(attributes, outputs, conclusions);
        assert_eq!(value(&xml, "d", &[("n", Value::Integer(n))]), expected, "{attributes} {outputs} {n}");
    }
    let unique = explanation(&table("", "<output/>", texts), "d", &[("n", Value::Integer(2))]);
    assert_eq!(unique, "the rules 1, 2 match, and the hit policy is UNIQUE");
}

#[test]
fn the_history_keeps_what_became_of_the_rules_of_each_table() {
    let texts = ["\"low\"", "\"high\"", "\"mid\""];
    let outcome = outcome(&table("", "<output/>", texts), "d", &[("n", Value::Integer(1))]).unwrap();
    let input = json!({"label": "n", "type": "Long", "value": 1});
    let kept = json!([{"table": "d", "inputs": [input], "refusals": [null, 0, 0]}]);
    assert_eq!(outcome.trace.unwrap()[0]["tables"], kept);
}

#[test]
fn an_input_that_its_column_does_not_allow_makes_null() {
    let xml = decision(
        "<decisionTable><input><inputExpression typeRef=\"string\"><text>n</text></inputExpression><inputValues><text>\"a\", \"b\"</text></inputValues></input><output/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>",
    );
    assert_eq!(value(&xml, "d", &[("n", string("a"))]), Value::Long(1));
    assert_eq!(value(&xml, "d", &[("n", string("c"))]), Value::Null);
    assert_eq!(explanation(&xml, "d", &[("n", string("c"))]), "the input \"c\" of a decision table is not allowed");
}

#[test]
fn values_are_made_what_their_types_say_or_null_with_a_reason() {
    let typed = |kind: &str| {
        model(&format!(
            r##"<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
            <itemDefinition name="t Grades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>
            <itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent><itemComponent name="born"><typeRef>date</typeRef></itemComponent></itemDefinition>
            <itemDefinition name="tTest"><functionItem outputTypeRef="boolean"><parameters name="n" typeRef="number"/></functionItem></itemDefinition>
            <itemDefinition name="tTree"><itemComponent name="children" isCollection="true"><typeRef>tTree</typeRef></itemComponent></itemDefinition>
            <inputData id="i" name="i"><variable name="i" typeRef="{kind}"/></inputData>
            <decision id="d" name="D"><variable name="D"/><informationRequirement><requiredInput href="#i"/></informationRequirement>{}</decision>"##,
            literal("{i: i}.i")
        ))
    };
    for (kind, given, expected) in [
        ("number", Value::Integer(1), Value::Long(1)),
        ("number", string("1"), Value::Null),
        ("number", list(&[Value::Integer(1)]), Value::Long(1)),
        ("t Grades", string("A"), list(&[string("A")])),
        ("t Grades", list(&[string("A"), string("C")]), Value::Null),
        ("tGrade", string("B"), string("B")),
        ("tGrade", string("C"), Value::Null),
        ("tPerson", map(&[("name", string("Ada"))]), Value::Null),
        (
            "tPerson",
            map(&[("name", string("Ada")), ("born", string("1970-01-02"))]),
            map(&[("name", string("Ada")), ("born", Value::Date(Instant(86_400_000)))]),
        ),
        ("tTree", map(&[("children", list(&[]))]), map(&[("children", list(&[]))])),
        ("date", Value::Date(Instant(86_400_500)), Value::Date(Instant(86_400_000))),
        ("dateTime", string("1970-01-02T00:00:01"), Value::Date(Instant(86_401_000))),
        ("dayTimeDuration", string("PT90M"), string("PT1H30M")),
        ("Any", string("x"), string("x")),
    ] {
        assert_eq!(value(&typed(kind), "d", &[("i", given.clone())]), expected, "{kind}: {given:?}");
    }
    let reason = explanation(&typed("tGrade"), "d", &[("i", string("C"))]);
    assert_eq!(reason, "i is \"C\", which is no string with allowed values");

    let function = |text: &str| {
        model(&format!(
            r#"<itemDefinition name="tTest"><functionItem outputTypeRef="boolean"><parameters name="n" typeRef="number"/></functionItem></itemDefinition>
            <decision id="d" name="D"><variable name="D"/><context><contextEntry><variable name="f" typeRef="tTest"/>{}</contextEntry><contextEntry>{}</contextEntry></context></decision>"#,
            literal(text),
            literal("f != null and f(1)")
        ))
    };
    assert_eq!(value(&function("function(a: number) a > 0"), "d", &[]), Value::Boolean(true));
    assert_eq!(value(&function("function(a: string) true"), "d", &[]), Value::Boolean(false));
    assert_eq!(value(&function("function(a, b) true"), "d", &[]), Value::Boolean(false));
    assert_eq!(value(&function("odd"), "d", &[]), Value::Boolean(true));
}

fn services() -> String {
    model(&format!(
        r##"<inputData id="i" name="Amount"><variable name="Amount" typeRef="number"/></inputData>
        <decision id="rate" name="Rate"><variable name="Rate"/>{}</decision>
        <decision id="fee" name="Fee"><variable name="Fee"/><informationRequirement><requiredInput href="#i"/></informationRequirement><informationRequirement><requiredDecision href="#rate"/></informationRequirement>{}</decision>
        <decision id="note" name="Note"><variable name="Note"/>{}</decision>
        <decisionService id="s1" name="Fee Service"><variable name="Fee Service"/><outputDecision href="#fee"/><inputDecision href="#rate"/><inputData href="#i"/></decisionService>
        <decisionService id="s2" name="Both"><variable name="Both"/><outputDecision href="#fee"/><outputDecision href="#note"/><inputData href="#i"/></decisionService>
        <businessKnowledgeModel id="b1" name="half"><variable name="half" typeRef="number"/><encapsulatedLogic><formalParameter name="x" typeRef="number"/>{}</encapsulatedLogic></businessKnowledgeModel>
        <businessKnowledgeModel id="b2" name="quarter"><variable name="quarter"/><encapsulatedLogic><formalParameter name="x" typeRef="number"/>{}</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#b1"/></knowledgeRequirement></businessKnowledgeModel>
        <decision id="caller" name="Caller"><variable name="Caller"/><knowledgeRequirement><requiredKnowledge href="#s1"/></knowledgeRequirement><knowledgeRequirement><requiredKnowledge href="#b2"/></knowledgeRequirement><informationRequirement><requiredDecision href="#rate"/></informationRequirement>{}</decision>"##,
        literal("2"),
        literal("Amount * Rate"),
        literal("\"noted\""),
        literal("x / 2"),
        literal("half(half(x))"),
        literal(
            "{called: Fee Service(5, 10), named: Fee Service(Rate: 1, Amount: 7), rate: Rate, q: quarter(8), none: quarter(\"8\")}"
        ),
    ))
}

#[test]
fn decision_services_and_business_knowledge_are_functions_and_are_called_alone() {
    let xml = services();
    let called = map(&[
        ("called", Value::Long(50)),
        ("named", Value::Long(7)),
        ("rate", Value::Long(2)),
        ("q", Value::Long(2)),
        ("none", Value::Null),
    ]);
    assert_eq!(value(&xml, "caller", &[]), called);
    assert_eq!(explanation(&xml, "caller", &[]), "x is \"8\", which is no number");
    // By itself a service takes its inputs as variables, and no decision that is an input of it is evaluated.
    assert_eq!(value(&xml, "s1", &[("Amount", Value::Integer(3)), ("Rate", Value::Integer(9))]), Value::Long(27));
    let both = map(&[("Fee", Value::Long(6)), ("Note", string("noted"))]);
    assert_eq!(value(&xml, "s2", &[("Amount", Value::Integer(3))]), both);
    let expressions = deployed(&xml, &[]).unwrap();
    let quarter = expressions.decisions().call("fee", "quarter", variables(&[("x", Value::Integer(2))]), Instant(0));
    assert_eq!(quarter, Ok(Value::Double(0.5)));
}

#[test]
fn names_are_read_by_what_is_in_scope() {
    let with = |names: &[&str], text: &str| {
        let inputs: String = names
            .iter()
            .enumerate()
            .map(|(n, name)| format!(r#"<inputData id="i{n}" name="{name}"><variable name="{name}"/></inputData>"#))
            .collect();
        let requirements: String = (0..names.len())
            .map(|n| format!(r##"<informationRequirement><requiredInput href="#i{n}"/></informationRequirement>"##))
            .collect();
        model(&format!(
            r#"{inputs}<decision id="d" name="D"><variable name="D"/>{requirements}{}</decision>"#,
            literal(text)
        ))
    };
    let given = [
        ("a", Value::Integer(5)),
        ("b", Value::Integer(3)),
        ("a-b", Value::Integer(9)),
        ("a and b", Value::Integer(4)),
    ];
    assert_eq!(value(&with(&["a", "b"], "a-b"), "d", &given), Value::Long(2));
    assert_eq!(value(&with(&["a", "b", "a-b"], "a-b"), "d", &given), Value::Long(9));
    assert_eq!(value(&with(&["a", "a and b"], "a and b + 1"), "d", &given), Value::Long(5));
    assert_eq!(value(&with(&["a"], "{first one: a, second: first one + 1}.first one"), "d", &given), Value::Long(5));
    assert_eq!(value(&with(&["a"], "for each one in [1, a] return each one * 2"), "d", &given), longs(&[2, 10]));
    assert_eq!(value(&with(&["a"], "(function(the first: number) the first + 1)(a)"), "d", &given), Value::Long(6));
    // What a decision does not require does not exist for it.
    assert_eq!(value(&with(&["a"], "[a, b]"), "d", &given), list(&[Value::Long(5), Value::Null]));
}

#[test]
fn a_text_that_cannot_be_read_is_refused_with_its_place() {
    let xml = decision(&literal("n +\n  unknown name"));
    let findings = refusals(&xml, &[]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "expression-syntax");
    assert!(
        findings[0].message.contains("expected an operator or the end, found 'name' (line 2, column 11)"),
        "{findings:?}"
    );
    assert!(findings[0].line > 1);
    for (logic, code) in [
        (
            "<literalExpression expressionLanguage=\"groovy\"><text>1</text></literalExpression>".to_owned(),
            "unsupported-language",
        ),
        ("<relation><column name=\"a\"/><row/></relation>".to_owned(), "relation-width"),
        ("<conditional/>".to_owned(), "missing-logic"),
        (literal("x instance of tNowhere"), "expression-syntax"),
    ] {
        assert_eq!(refusals(&decision(&logic), &[])[0].code, code, "{logic}");
    }
    let cycle = model(
        r##"<decision id="a" name="a"><variable name="a"/><knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement><literalExpression><text>s()</text></literalExpression></decision>
        <decisionService id="s" name="s"><outputDecision href="#a"/></decisionService>"##,
    );
    assert_eq!(refusals(&cycle, &[])[0].code, "requirement-cycle");
    let missing = model(
        r##"<decision id="a" name="a"><informationRequirement><requiredDecision href="#none"/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>"##,
    );
    assert_eq!(refusals(&missing, &[])[0].code, "unknown-required-decision");
}

fn importing(name: &str, text: &str) -> String {
    model(&format!(
        r##"<import namespace="https://example.org/lib" name="{name}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
        <inputData id="p" name="p"><variable name="p" typeRef="{}"/></inputData>
        <decision id="d" name="D"><variable name="D"/><informationRequirement><requiredInput href="#p"/></informationRequirement>
        <knowledgeRequirement><requiredKnowledge href="https://example.org/lib#hello"/></knowledgeRequirement>
        <informationRequirement><requiredDecision href="https://example.org/lib#size"/></informationRequirement>{}</decision>"##,
        if name.is_empty() { "tPerson".to_owned() } else { format!("{name}.tPerson") },
        literal(text)
    ))
}

fn library(text: &str) -> String {
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="l" name="Lib" namespace="https://example.org/lib">
        <itemDefinition name="tPerson"><itemComponent name="first name"><typeRef>string</typeRef></itemComponent></itemDefinition>
        <inputData id="p" name="base"><variable name="base"/></inputData>
        <decision id="size" name="The Size"><variable name="The Size"/><informationRequirement><requiredInput href="#p"/></informationRequirement>{}</decision>
        <businessKnowledgeModel id="hello" name="Say Hello"><variable name="Say Hello"/><encapsulatedLogic><formalParameter name="to" typeRef="tPerson"/>{}</encapsulatedLogic></businessKnowledgeModel></definitions>"##,
        literal("base * 2"),
        literal(text)
    )
}

#[test]
fn models_of_one_deployment_import_each_other() {
    let hello = library("\"Hello \" + to.first name");
    let given = [("p", map(&[("first name", string("Ada"))])), ("base", Value::Integer(4))];
    for (xml, others) in [
        (importing("the lib", "the lib.Say Hello(p) + string(the lib.The Size)"), vec![hello.clone()]),
        (importing("", "Say Hello(p) + string(The Size)"), vec![model(""), hello]),
    ] {
        let expressions = deployed(&xml, &others).unwrap_or_else(|findings| panic!("{findings:?}"));
        let outcome = expressions.decisions().evaluate("d", variables(&given), Instant(0)).unwrap();
        assert_eq!(value_of(&outcome), string("Hello Ada8"));
    }
    assert_eq!(refusals(&importing("l", "1"), &[])[0].code, "unknown-import");
    let broken = refusals(&importing("l", "1"), &[library("1 +")]);
    assert_eq!(broken[0].code, "imported-model");
    assert!(broken[0].message.contains("example.org/lib"), "{broken:?}");
}

#[test]
fn a_decision_that_costs_too_much_ends_at_a_limit() {
    for text in [
        "count(for i in 1..1000000, j in 1..1000000 return i)",
        "{f: function(g) g(g), r: f(f)}.r",
        "for i in 1..64 return if i = 1 then \"aa\" else partial[-1] + partial[-1]",
    ] {
        let outcome = outcome(&decision(&literal(text)), "d", &[]);
        assert!(matches!(outcome, Err(EvaluationError::Limit { .. })), "{text}: {outcome:?}");
    }
    // A long chain of decisions is no deep recursion of the machine's stack.
    let chain: String = (0..3_000)
        .map(|n| {
            let requires = match n {
                0 => String::new(),
                _ => format!(
                    r##"<informationRequirement><requiredDecision href="#d{}"/></informationRequirement>"##,
                    n - 1
                ),
            };
            let text = if n == 0 { "1".to_owned() } else { format!("d{} + 1", n - 1) };
            format!(r#"<decision id="d{n}" name="d{n}"><variable name="d{n}"/>{requires}{}</decision>"#, literal(&text))
        })
        .collect();
    let xml = model(&chain);
    assert_eq!(value(&xml, "d400", &[]), Value::Long(401));
    assert!(matches!(outcome(&xml, "d2999", &[]), Err(EvaluationError::Limit { .. })));
}

#[test]
fn external_functions_stay_refused() {
    let text = "function(x) external {java: {class: \"java.lang.Math\", method signature: \"abs(double)\"}}";
    assert_eq!(refusals(&decision(&literal(text)), &[])[0].code, "external-function");
    let boxed = "<functionDefinition kind=\"Java\"><context/></functionDefinition>";
    assert_eq!(refusals(&decision(boxed), &[])[0].code, "external-function");
}

#[test]
fn texts_are_read_and_evaluated_as_dmn_has_them() {
    for (text, expected) in [
        // What cannot be called is null, not a mistake in the text.
        ("nosuch(1)", Value::Null),
        ("floor()", Value::Null),
        ("123()", Value::Null),
        // Built-in functions are values.
        ("{f: abs, r: f(-3)}.r", Value::Long(3)),
        ("sort([3, 1, 2], function(x, y) x > y)", longs(&[3, 2, 1])),
        // Arguments are converted.
        ("string length([\"abc\"])", Value::Long(3)),
        ("decimal(1/3, 2.5)", Value::Double(0.33)),
        ("floor(1.5, null)", Value::Null),
        ("{a: 1, a: 2}", Value::Null),
        ("[1, 2][\"no condition\"]", Value::Null),
        ("some x in [1, 2] satisfies if x = 2 then true else \"no\"", Value::Null),
        ("for i in (1..4] return i", longs(&[2, 3, 4])),
        ("for i in [2..1] return i", Value::Null),
        ("(= 10).start", Value::Long(10)),
        ("string(duration(\"PT0S\"))", string("PT0S")),
        ("duration(\"P0Y\")", string("P0M")),
        ("@\"10:00:00Z\" - @\"09:00:00\"", Value::Null),
        ("@\"2026-01-02T00:00:00Z\" - @\"2026-01-01\" = @\"P1D\"", Value::Boolean(true)),
        ("matches(\"e\", \"[a-z-[aeiou]]\")", Value::Boolean(false)),
        ("time(\"10:00:00.0001\") = time(\"10:00:00.0002\")", Value::Boolean(true)),
        ("date(\"-0044-03-15\")", string("-0044-03-15")),
        ("time(\"10:00\")", Value::Null),
        ("date and time(\"2026-01-01T10:00Z\")", Value::Null),
        ("time(\"10:00:00-05:00\").hour", Value::Long(10)),
        ("string({a: \"x\", b: [1]})", string("{a: \"x\", b: [1]}")),
        ("replace(\"abc\", \"b\", \"$\")", Value::Null),
        ("replace(\"abc\", \"(b)\", \"<$12>\")", string("a<b2>c")),
    ] {
        assert_eq!(value(&decision(&literal(text)), "d", &[]), expected, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_texts_in_a_model_never_panic(
        tokens in proptest::collection::vec(
            prop::sample::select(vec![
                "n", "Net Sum", "1", "2.5", "\"t\"", "(", ")", "[", "]", "{", "}", ":", ".", ",", "+", "-", "*", "/", "**", "=",
                "<", ">=", " and ", " or ", "not(", " in ", " between ", "if ", " then ", " else ", "for i in ", " return ",
                "some i in ", " satisfies ", "..", "null", "date(", "@\"PT1H\"", "function(x) ", " instance of ", "list<number>",
                "tAny", "abs", "string length(", "range(", "partial", "item", "?", " ",
            ]),
            0..16,
        )
    ) {
        let text = tokens.concat();
        let cell = text.replace('<', "&lt;").replace('>', "&gt;");
        let table = format!(
            "<decisionTable><input><inputExpression><text>n</text></inputExpression></input><output/><rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>"
        );
        for logic in [literal(&text), table] {
            if let Ok(expressions) = deployed(&decision(&logic), &[]) {
                let given = variables(&[("n", Value::Integer(3)), ("Net Sum", list(&[Value::Integer(1)]))]);
                let _ = expressions.decisions().evaluate("d", given, Instant(0));
            }
        }
    }
}
