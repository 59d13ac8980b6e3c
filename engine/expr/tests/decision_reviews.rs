//! What a review says of decision tables that can be evaluated.

use casewright_engine_expr::review_decisions;

/// A table over a text and a whole number, with these rules: two conditions and a conclusion each.
fn table(policy: &str, rules: &[(&str, &str, &str)]) -> String {
    let escaped = |text: &str| text.replace('<', "&lt;").replace('>', "&gt;");
    let rule = |(place, (first, second, output)): (usize, &(&str, &str, &str))| {
        format!(
            r#"<rule id="r{place}"><inputEntry><text>{}</text></inputEntry><inputEntry><text>{}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"#,
            escaped(first),
            escaped(second)
        )
    };
    let rules: String = rules.iter().enumerate().map(rule).collect();
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D" namespace="n"><decision id="k" name="K"><decisionTable hitPolicy="{policy}"><input label="Kind"><inputExpression typeRef="string"><text>kind</text></inputExpression></input><input label="Sum"><inputExpression typeRef="integer"><text>sum</text></inputExpression></input><output name="out" typeRef="integer"><outputValues><text>3, 2, 1</text></outputValues></output>{rules}</decisionTable></decision></definitions>"#
    )
}

fn said(xml: &str) -> Vec<String> {
    review_decisions(xml).iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

#[test]
fn gaps_overlaps_and_rules_that_never_count_are_told() {
    let whole = [("\"a\"", "< 10", "1"), ("\"a\"", ">= 10", "2"), ("not(\"a\")", "-", "3")];
    assert_eq!(said(&table("UNIQUE", &whole)), Vec::<String>::new());
    for (policy, rules, expected) in [
        (
            "UNIQUE",
            vec![("\"a\"", "< 10", "1"), ("-", ">= 9", "2")],
            vec![
                "overlap: Rules 1 and 2 are both met: Kind: \"a\"; Sum: 9",
                "gap: No rule is met: Kind: not(\"a\"); Sum: < 9",
            ],
        ),
        // Between whole numbers that follow each other there is nothing.
        (
            "UNIQUE",
            vec![("-", "<= 9", "1"), ("-", ">= 10", "2")],
            vec!["unused-input: The input 'Kind' tells nothing: every rule takes any value"],
        ),
        (
            "ANY",
            vec![("\"a\", \"b\"", "-", "1"), ("\"b\"", "-", "1"), ("not(\"a\", \"b\")", "-", "1")],
            vec!["unused-input: The input 'Sum' tells nothing: every rule takes any value"],
        ),
        (
            "FIRST",
            vec![("-", "< 10", "1"), ("-", ">= 10", "2"), ("\"a\"", "[5..15]", "3")],
            vec!["unreachable-rule: Rule 3 never counts: other rules go before it whenever it is met"],
        ),
        (
            "PRIORITY",
            vec![("\"a\"", "-", "1"), ("-", "-", "3")],
            vec![
                "unused-input: The input 'Sum' tells nothing: every rule takes any value",
                "unreachable-rule: Rule 1 never counts: other rules go before it whenever it is met",
            ],
        ),
        (
            "COLLECT",
            vec![("-", "(1..2)", "1"), ("-", "-", "1")],
            vec![
                "unused-input: The input 'Kind' tells nothing: every rule takes any value",
                "unreachable-rule: Rule 1 is never met: no value of 'Sum' meets its cell",
            ],
        ),
        (
            "FIRST",
            vec![("7", "-", "\"x\""), ("-", "-", "1")],
            vec![
                "type-mismatch: 7 is no string, which the column is of",
                "type-mismatch: x is no integer, which the output is of",
                "unused-input: The input 'Sum' tells nothing: every rule takes any value",
            ],
        ),
        // What hangs on other variables is neither taken to meet everything nor nothing.
        (
            "FIRST",
            vec![("-", "< limit", "1"), ("-", "-", "2")],
            vec!["unused-input: The input 'Kind' tells nothing: every rule takes any value"],
        ),
    ] {
        assert_eq!(said(&table(policy, &rules)), expected, "{policy} {rules:?}");
    }
}

#[test]
fn a_large_table_is_reviewed_within_bounds() {
    let texts: Vec<(String, String)> = (0..1_000).map(|n| (format!("\"k{n}\""), format!("[{n}..{}]", n + 5))).collect();
    let rules: Vec<(&str, &str, &str)> = texts.iter().map(|(a, b)| (a.as_str(), b.as_str(), "1")).collect();
    let begun = std::time::Instant::now();
    assert!(!said(&table("UNIQUE", &rules)).is_empty());
    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn values_that_a_type_allows_are_all_there_are() {
    let model = |rules: &str| {
        format!(
            r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="D" namespace="n"><itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition><inputData id="i" name="Grade"><variable name="Grade" typeRef="tGrade"/></inputData><inputData id="u" name="Other"><variable name="Other"/></inputData><decision id="k" name="K"><informationRequirement><requiredInput href="#i"/></informationRequirement><decisionTable><input><inputExpression><text>Grade</text></inputExpression></input><output/>{rules}</decisionTable></decision></definitions>"##
        )
    };
    let rule = |cell: &str| {
        format!("<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>")
    };
    let unused = "unused-input: Nothing requires the input 'Other'".to_owned();
    assert_eq!(said(&model(&[rule("\"A\""), rule("\"B\"")].concat())), std::slice::from_ref(&unused));
    assert_eq!(said(&model(&rule("\"A\""))), [unused, "gap: No rule is met: Grade: \"B\"".to_owned()]);
}
