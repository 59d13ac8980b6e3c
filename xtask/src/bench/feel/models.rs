//! Decision tables that all subjects read, and the large one that is deployed.

use anyhow::Result;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Rules of the table that is deployed.
pub(super) const DEPLOYED_RULES: usize = 1_000;
/// Its inputs.
pub(super) const DEPLOYED_INPUTS: usize = 22;

/// What was written.
pub(super) struct Files {
    pub(super) deployed_bytes: usize,
}

/// Where the table of a case is.
pub(super) fn file(folder: &Path, case: &str) -> PathBuf {
    folder.join(format!("{case}.dmn"))
}

/// Writes the tables of all cases.
pub(super) fn write(folder: &Path) -> Result<Files> {
    let few = (0..20).map(|rule| {
        let low = rule / 5 * 100;
        (format!("c{}", rule % 5), format!("[{low}..{})", low + 100))
    });
    let many = (0..10_000).map(|rule| (format!("k{rule}"), "< 1000".to_owned()));
    std::fs::write(file(folder, "table-20"), table(few)?)?;
    std::fs::write(file(folder, "table-10000"), table(many)?)?;
    let deployed = large()?;
    std::fs::write(file(folder, "deploy"), &deployed)?;
    Ok(Files { deployed_bytes: deployed.len() })
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" \
                    id=\"bench\" name=\"bench\" namespace=\"https://casewright.example/bench\">\n";

/// A table over `category` and `amount`, of which the first rule that matches gives its number.
fn table(rules: impl Iterator<Item = (String, String)>) -> Result<String> {
    let mut text = HEAD.to_owned();
    let inputs = [("category", "string"), ("amount", "number")];
    for (name, kind) in inputs {
        writeln!(
            text,
            "<inputData id=\"{name}\" name=\"{name}\"><variable name=\"{name}\" typeRef=\"{kind}\"/></inputData>"
        )?;
    }
    text.push_str("<decision id=\"pick\" name=\"pick\"><variable name=\"pick\" typeRef=\"string\"/>");
    for (name, _) in inputs {
        write!(
            text,
            "<informationRequirement id=\"needs-{name}\"><requiredInput href=\"#{name}\"/></informationRequirement>"
        )?;
    }
    text.push_str("<decisionTable id=\"table\" hitPolicy=\"FIRST\">\n");
    for (name, kind) in inputs {
        writeln!(
            text,
            "<input id=\"in-{name}\"><inputExpression id=\"of-{name}\" typeRef=\"{kind}\"><text>{name}</text></inputExpression></input>"
        )?;
    }
    text.push_str("<output id=\"out\" name=\"pick\" typeRef=\"string\"/>\n");
    for (number, (category, amount)) in rules.enumerate() {
        let amount = amount.replace('<', "&lt;");
        writeln!(
            text,
            "<rule id=\"r{number}\"><inputEntry id=\"c{number}\"><text>\"{category}\"</text></inputEntry>\
             <inputEntry id=\"a{number}\"><text>{amount}</text></inputEntry>\
             <outputEntry id=\"o{number}\"><text>\"rule {number}\"</text></outputEntry></rule>"
        )?;
    }
    text.push_str("</decisionTable></decision></definitions>\n");
    Ok(text)
}

/// A table as authorities have them: wide, and every cell filled.
fn large() -> Result<String> {
    let mut text = HEAD.to_owned();
    text.push_str("<decision id=\"pick\" name=\"pick\"><decisionTable id=\"table\" hitPolicy=\"COLLECT\">\n");
    for input in 0..DEPLOYED_INPUTS {
        writeln!(
            text,
            "<input id=\"in{input}\"><inputExpression id=\"of{input}\" typeRef=\"string\"><text>v{input}</text></inputExpression></input>"
        )?;
    }
    text.push_str("<output id=\"out\" name=\"task\" typeRef=\"string\"/>\n");
    for rule in 0..DEPLOYED_RULES {
        writeln!(text, "      <rule id=\"r{rule}\">")?;
        for input in 0..DEPLOYED_INPUTS {
            writeln!(
                text,
                "        <inputEntry id=\"c{rule}_{input}\">\n          <text>\"value{}\"</text>\n        </inputEntry>",
                rule % 7
            )?;
        }
        writeln!(
            text,
            "        <outputEntry id=\"u{rule}\">\n          <text>\"task{rule}\"</text>\n        </outputEntry>\n      </rule>"
        )?;
    }
    text.push_str("    </decisionTable>\n  </decision>\n</definitions>\n");
    Ok(text)
}
