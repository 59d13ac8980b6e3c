//! A decision table of thousands of rules that all hit, each by its own pattern; and one of thousands of decisions.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::{Bomb, model};
use std::io;

pub(super) const BOMB: Bomb = Bomb {
    name: "huge decision table",
    throw: |door, n| Box::pin(throw(door, n)),
    models: || vec![("soak.dmn".to_owned(), table())],
};

const KEY: &str = "soak-decision";
const RULES: usize = 3_000;
const DECISIONS: usize = 20_000;

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    if n % 4 == 3 {
        // Refused, so nothing of it stays.
        return model::deploy(door, "soak-many.dmn", &decisions()).await;
    }
    let body = r#"{"variables":{"a":{"type":"String","value":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}"#;
    let path = format!("/engine-rest/decision-definition/key/{KEY}/evaluate");
    Ok(ask(door, &Request::json(path, body).with(&door.developer)).await?.status())
}

fn table() -> String {
    let rule = |n: usize| {
        format!(
            "<rule id=\"r{n}\"><inputEntry id=\"i{n}\"><text>matches(?, \"^(a|aa)+a{{{}}}$\")</text></inputEntry>\
             <outputEntry id=\"o{n}\"><text>{n}</text></outputEntry></rule>",
            n % 30
        )
    };
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"soak-dmn\" name=\"soak\" namespace=\"n\">\
         <decision id=\"{KEY}\" name=\"{KEY}\"><decisionTable id=\"t\" hitPolicy=\"COLLECT\">\
         <input id=\"in\"><inputExpression id=\"ie\" typeRef=\"string\"><text>a</text></inputExpression></input>\
         <output id=\"out\" name=\"out\" typeRef=\"number\"/>{}</decisionTable></decision></definitions>",
        (0..RULES).map(rule).collect::<String>()
    )
}

/// Each asks for the next, and the last is not there.
fn decisions() -> String {
    let decision = |n: usize| {
        format!(
            "<decision id=\"d{n}\" name=\"d{n}\"><informationRequirement id=\"q{n}\"><requiredDecision href=\"#d{}\"/>\
             </informationRequirement><literalExpression><text>d{}</text></literalExpression></decision>",
            n + 1,
            n + 1
        )
    };
    format!(
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d\" name=\"d\" namespace=\"n\">{}</definitions>",
        (0..DECISIONS).map(decision).collect::<String>()
    )
}
