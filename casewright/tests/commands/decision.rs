//! `casewright decision`: files on this machine, no platform.

use crate::support::casewright;
use std::path::Path;

const TABLE: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="Defs" namespace="http://camunda.org/schema/1.0/dmn">
<decision id="discount" name="Discount"><decisionTable id="t" hitPolicy="FIRST">
<input id="a" label="Customer"><inputExpression id="ae" typeRef="string"><text>customer</text></inputExpression></input>
<input id="b" label="Sum"><inputExpression id="be" typeRef="integer"><text>sum</text></inputExpression></input>
<output id="o" name="rate" typeRef="integer"/>
<rule id="r1"><inputEntry id="c1"><text>"gold"</text></inputEntry><inputEntry id="d1"><text>&gt;= 100</text></inputEntry><outputEntry id="e1"><text>20</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>-</text></inputEntry><inputEntry id="d2"><text>[10..500]</text></inputEntry><outputEntry id="e2"><text>5</text></outputEntry></rule>
<rule id="r3"><inputEntry id="c3"><text>"gold"</text></inputEntry><inputEntry id="d3"><text>[100..200]</text></inputEntry><outputEntry id="e3"><text>7</text></outputEntry></rule>
</decisionTable></decision></definitions>"#;

/// The exit code and what was said.
fn decision(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = casewright().arg("decision").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_is_checked_evaluated_and_tested() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "discount.dmn", TABLE);

    let (code, said, _) = decision(&["check", &file]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("warning unreachable-rule: Rule 3 never counts"), "{said}");
    assert!(said.contains("warning gap: No rule is met: Customer: \"gold\"; Sum: < 10\n"), "{said}");
    assert!(said.contains("warning gap: No rule is met: Customer: not(\"gold\"); Sum: < 10, > 500\n"), "{said}");
    assert_eq!(decision(&["check", "--strict", &file]).0, Some(1));

    let inputs = r#"{"customer": "new", "sum": 50}"#;
    let (code, result, why) = decision(&["evaluate", &file, "--inputs", inputs, "--why"]);
    assert_eq!((code, result.trim()), (Some(0), "{\n  \"rate\": 5\n}"), "{why}");
    assert!(why.contains("rule 1 does not: its cell of Customer does not accept the value"), "{why}");
    assert!(why.contains("rule 2 hits"), "{why}");

    let cases = "- {name: gold, inputs: {customer: gold, sum: 150}, expect: 20}\n- {name: new, decision: Discount, inputs: {customer: new, sum: 50}, expect: {rate: 5}}\n";
    let cases = write(folder.path(), "cases.yaml", cases);
    let (code, said, error) = decision(&["test", &file, &cases]);
    assert_eq!(code, Some(0), "{said}{error}");
    assert!(said.contains("discount: 2 of 3 rules are met; no case meets 3"), "{said}");
    let wrong = write(folder.path(), "wrong.yaml", "- {name: few, inputs: {customer: gold, sum: 1}, expect: 20}\n");
    let (code, said, _) = decision(&["test", &file, &wrong]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("FAILED  few: expected 20, is null"), "{said}");
}

#[test]
fn a_file_that_cannot_be_evaluated_is_refused_with_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "broken.dmn", &TABLE.replace("[10..500]", "[10.."));
    let (code, said, _) = decision(&["check", &file]);
    assert_eq!(code, Some(1));
    assert!(said.contains("broken.dmn:7:") && said.contains("error expression-syntax"), "{said}");
    let (code, _, error) = decision(&["evaluate", &file]);
    assert_eq!(code, Some(1));
    assert!(error.contains("cannot be evaluated") && error.contains("broken.dmn:7:"), "{error}");
}
