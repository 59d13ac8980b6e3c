//! `casewright decision test`: cases of a YAML file, and the rules that they meet.
//!
//! ```yaml
//! - name: gold customers get a fifth
//!   decision: discount
//!   inputs: {customer: gold, sum: 150}
//!   expect: {rate: 20}
//! ```

use super::file::{File, result};
use super::why;
use anyhow::{Context, Result, bail};
use casewright_engine_expr::{Explained, Verdict};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Test {
    file: PathBuf,
    /// A YAML list of cases: `name`, `decision` (where the file has several), `inputs`, `expect`, and `now` where it matters.
    cases: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    decision: Option<String>,
    #[serde(default)]
    inputs: Map<String, Value>,
    expect: Value,
    now: Option<Timestamp>,
}

/// How often each rule of each table hit.
struct Coverage {
    hits: HashMap<String, Vec<u32>>,
    tables: Vec<(String, usize)>,
}

impl Test {
    pub(super) fn execute(&self) -> Result<()> {
        let file = File::open(&self.file)?;
        let text = std::fs::read_to_string(&self.cases).with_context(|| format!("reading {}", self.cases.display()))?;
        let cases: Vec<Case> =
            serde_yaml_ng::from_str(&text).with_context(|| format!("reading the cases of {}", self.cases.display()))?;
        let mut coverage = Coverage { hits: HashMap::new(), tables: file.tables() };
        let mut failed = 0;
        for case in &cases {
            let key = file.key(case.decision.as_deref()).with_context(|| format!("case '{}'", case.name))?;
            let explained = file.explain(key, &case.inputs, case.now.unwrap_or_else(Timestamp::now));
            let explained = explained.with_context(|| format!("case '{}'", case.name))?;
            coverage.add(&explained);
            let actual = result(&explained.outcome);
            if agrees(&case.expect, &actual) {
                println!("ok      {}", case.name);
                continue;
            }
            failed += 1;
            println!("FAILED  {}: expected {}, is {actual}", case.name, case.expect);
            for line in why::lines(&explained) {
                println!("        {line}");
            }
        }
        coverage.print();
        if failed > 0 {
            bail!("{failed} of {} cases failed", cases.len());
        }
        Ok(())
    }
}

/// Numbers by their value; a rule with one output is as good as the output.
fn agrees(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| agrees(a, b)))
        }
        (expected, Value::Object(entries)) if entries.len() == 1 => entries.values().all(|only| agrees(expected, only)),
        _ => expected == actual,
    }
}

impl Coverage {
    fn add(&mut self, explained: &Explained) {
        for table in &explained.tables {
            let hits = self.hits.entry(table.table.clone()).or_insert_with(|| vec![0; table.rules.len()]);
            for (count, verdict) in hits.iter_mut().zip(&table.rules) {
                *count += u32::from(*verdict == Verdict::Hit);
            }
        }
    }

    fn print(&self) {
        for (table, rules) in &self.tables {
            let hit =
                |rule: usize| self.hits.get(table).and_then(|hits| hits.get(rule)).is_some_and(|count| *count > 0);
            let missed: Vec<String> =
                (0..*rules).filter(|rule| !hit(*rule)).map(|rule| (rule + 1).to_string()).collect();
            let met = rules - missed.len();
            match missed.is_empty() {
                true => println!("{table}: all {rules} rules are met"),
                false => println!("{table}: {met} of {rules} rules are met; no case meets {}", missed.join(", ")),
            }
        }
    }
}
