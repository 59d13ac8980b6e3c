//! Our FEEL and our decision tables beside others': random questions to both, and what they answer differently.
//!
//! `cargo xtask differential feel` fetches the peers and runs this; `--record` keeps answers for `tests/differential.rs`.

#![allow(dead_code, reason = "the test has a part of what both use")]

mod chance;
mod compare;
mod generate;
mod grammar;
mod peer;
mod record;
#[path = "../../tests/support/differential/mod.rs"]
mod support;
mod tree;

use casewright_engine_feel::Dialect;
use compare::{Findings, Side};
use generate::{Made, Subset};
use peer::Peer;
use std::io::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use support::answer::Closeness;

struct Settings {
    camunda: Vec<String>,
    feelin: Vec<String>,
    expressions: u64,
    tables: u64,
    forms: u64,
    seed: u64,
    record: Option<PathBuf>,
}

fn settings() -> Result<Settings, Error> {
    let mut settings = Settings {
        camunda: Vec::new(),
        feelin: Vec::new(),
        expressions: 0,
        tables: 0,
        forms: 0,
        seed: 0,
        record: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| Error::other(format!("{word} without a value")))?;
        let number = || value.parse::<u64>().map_err(|error| Error::other(format!("{word} {value}: {error}")));
        match word.as_str() {
            "--camunda" => settings.camunda = value.split('\u{1f}').map(str::to_owned).collect(),
            "--feelin" => settings.feelin = value.split('\u{1f}').map(str::to_owned).collect(),
            "--expressions" => settings.expressions = number()?,
            "--tables" => settings.tables = number()?,
            "--forms" => settings.forms = number()?,
            "--seed" => settings.seed = number()?,
            "--record" => settings.record = Some(PathBuf::from(value)),
            _ => return Err(Error::other(format!("what is {word}?"))),
        }
    }
    Ok(settings)
}

fn main() -> ExitCode {
    match settings().and_then(|settings| run(&settings)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(left) => {
            eprintln!("{left} differences are not explained");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("differential: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How many differences nothing explains.
fn run(settings: &Settings) -> Result<usize, Error> {
    let expressions: Vec<Made> =
        (0..settings.expressions).map(|at| generate::expression(settings.seed, at, Subset::All)).collect();
    let tables: Vec<Made> = (0..settings.tables).map(|at| generate::table(settings.seed, at)).collect();
    let forms: Vec<Made> =
        (0..settings.forms).map(|at| generate::expression(settings.seed, at, Subset::Forms)).collect();
    let mut left = 0;
    let mut told = |what: &str, file: &str, findings: &Findings| -> Result<(), Error> {
        findings.print(what);
        left += findings.unexplained();
        settings.record.as_ref().map_or(Ok(()), |folder| record::write(&folder.join(file), findings))
    };
    if !settings.camunda.is_empty() {
        let mut camunda = Side {
            peer: Peer::start(&settings.camunda)?,
            closeness: Closeness::Exact,
            dialect: Dialect::Camunda,
            explained: support::explained::CAMUNDA,
        };
        told("expressions beside Camunda", "expressions.jsonl", &camunda.compare(&expressions)?)?;
        told("tables beside Camunda", "tables.jsonl", &camunda.compare(&tables)?)?;
    }
    if !settings.feelin.is_empty() {
        let mut feelin = Side {
            peer: Peer::start(&settings.feelin)?,
            closeness: Closeness::Doubles,
            dialect: Dialect::Forms,
            explained: support::explained::FORMS,
        };
        told("expressions beside feelin", "forms.jsonl", &feelin.compare(&forms)?)?;
    }
    Ok(left)
}
