//! Expressions, decisions and filters that take time and memory.

use super::models::script;
use super::support::Platform;
use serde_json::json;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Far above every budget, which are of processor time, and far below what these take without one: the machine may have other work.
const ENDS: Duration = Duration::from_secs(40);

/// Makes ten times as much of a text `times` times.
fn replaced(times: usize) -> String {
    format!("${{'aaaaaaaaaa'{}.length()}}", ".replace('a','aaaaaaaaaa')".repeat(times))
}

pub(crate) async fn what_takes_too_much_fails_alone(platform: &Platform) {
    let before = platform.memory();
    let parens = format!("{}1{}", "(".repeat(3_000), ")".repeat(3_000));
    let refused = [
        ("feel", "for i in 1..1000000000 return i".to_owned()),
        ("feel", "for a in 1..1000, b in 1..1000, c in 1..1000 return a".to_owned()),
        ("feel", "for i in 1..64 return partial".to_owned()),
        ("feel", "{f: function(n) f(n+1), r: f(1)}.r".to_owned()),
        ("feel", r#"string join(for i in 1..100000000 return "aaaaaaaaaaaaaaaaaaaa")"#.to_owned()),
        ("feel", "count([1..100000000])".to_owned()),
        ("feel", "10**1000000".to_owned()),
        (
            "feel",
            r#"function(a) external {java:{class:"java.lang.Runtime",method signature:"exec(java.lang.String)"}}"#
                .to_owned(),
        ),
        ("feel", parens.clone()),
        ("feel", format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000))),
        ("juel", "${''.getClass().forName('java.lang.Runtime')}".to_owned()),
        ("juel", "${applicationContext}".to_owned()),
        ("juel", "${execution.processEngineServices.repositoryService.deleteDeployment('x')}".to_owned()),
        ("juel", format!("${{{parens}}}")),
        ("juel", "${'a'.repeat(99999999)}".to_owned()),
        ("juel", "${'a'.matches('((a{1,1000}){1,1000}){1,1000}')}".to_owned()),
        ("juel", replaced(8)),
        ("juel", replaced(12)),
        ("juel", format!("${{'aaaaaaaaaa'{}.length()}}", ".replaceAll('a','aaaaaaaaaa')".repeat(9))),
        (
            "juel",
            r#"${XML('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>').textContent()}"#.to_owned(),
        ),
    ];
    let harmless = [
        ("feel", r#"matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!","^(a+)+$")"#.to_owned()),
        ("feel", "decimal(1/3,1000000000)".to_owned()),
        ("feel", vec!["true"; 20_000].join(" and ")),
        ("juel", "${'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+')}".to_owned()),
    ];
    for (nth, (format, source)) in refused.iter().chain(&harmless).enumerate() {
        let shown: String = source.chars().take(60).collect();
        let key = format!("expression-{nth}");
        let file = format!("{key}.bpmn");
        let began = Instant::now();
        let deployed = platform.deploy("dana", &file, super::models::model(&key, &[&script(source, format, "")])).await;
        if deployed.status != 200 {
            deployed.refused(&shown);
            continue;
        }
        let answer = platform.run("dana", &key, json!({"withVariablesInReturn": true})).await;
        assert!(began.elapsed() < ENDS, "{shown}: {:?}", began.elapsed());
        assert_ne!(answer.status, 503, "{shown}: {}", answer.body);
        // What FEEL cannot give is null, which is an answer.
        let out = &answer.body["variables"]["out"]["value"];
        let is_nothing =
            answer.status >= 400 || out.is_null() || *format == "feel" && !out.to_string().contains("root:");
        assert!(nth >= refused.len() || is_nothing, "{shown}: {}", answer.body);
        platform.alive(&shown).await;
    }
    let query = json!({"resourceType": "Task", "name": "b", "query": {"assigneeExpression": replaced(9)}});
    let filter = platform.post("dana", "/engine-rest/filter/create", query).await;
    if filter.status == 200 {
        let listed = platform.get("dana", &format!("/engine-rest/filter/{}/list", filter.id())).await;
        assert!(listed.status >= 400 && listed.status != 503, "{} {}", listed.status, listed.body);
    }
    decisions(platform).await;
    let taken = platform.memory().saturating_sub(before);
    assert!(taken < 300, "the expressions left {taken} MiB");
    platform.alive("expressions").await;
}

/// Many decisions, on lines and on one line, and many elements of nobody.
async fn decisions(platform: &Platform) {
    let definitions = |content: &str| {
        format!(
            r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">{content}</definitions>"#
        )
    };
    let many = |end: &str| {
        (0..5_300).fold(String::new(), |mut all, nth| {
            let decision = format!(r#"<decision id="d{nth}" name="d{nth}"><literalExpression><text>1</text></literalExpression></decision>"#);
            write!(all, "{decision}{end}").unwrap();
            all
        })
    };
    let foreign = format!("<extensionElements>{}</extensionElements>", "<a/>".repeat(80_000));
    for content in [many("\n"), many(""), foreign] {
        let began = Instant::now();
        let answer = platform.deploy("dana", "many.dmn", definitions(&content)).await;
        assert!(answer.status < 500, "{} {}", answer.status, answer.body);
        assert!(began.elapsed() < ENDS, "{:?}", began.elapsed());
        platform.alive("many decisions").await;
    }
}
