//! What form-js itself does with forms, held against what we make of them. `portal/dev/record-forms.mjs` records it.

use crate::formula::{Condition, Purse};
use crate::pattern::Pattern;
use crate::scope::{Pass, Scope};
use crate::validate;
use casewright_engine_feel::Names;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// Names a folder with other recordings.
const FOLDER: &str = "CASEWRIGHT_RECORDED_FORMS";

/// A form that was open in form-js.
#[derive(Deserialize)]
struct Recorded {
    schema: Value,
    known: Map<String, Value>,
    /// All its data in the end.
    state: Map<String, Value>,
    visible: Vec<String>,
    data: Map<String, Value>,
    errors: Vec<String>,
}

#[derive(Deserialize)]
struct Conditions {
    context: Map<String, Value>,
    hides: Vec<(String, bool)>,
}

#[derive(Deserialize)]
struct Found {
    pattern: String,
    found: Option<Vec<(String, bool)>>,
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn forms() -> Vec<(String, Recorded)> {
    let folder = std::env::var_os(FOLDER).map_or_else(|| tests().join("recorded"), PathBuf::from);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

/// What is judged: the data that passes, or the places of faults.
fn judged(form: &Recorded, data: &Map<String, Value>) -> Result<Value, Vec<String>> {
    match validate::validate(&form.schema, data, &form.known) {
        Ok(passed) => Ok(Value::Object(passed.data)),
        Err(faults) => {
            let mut places: Vec<String> =
                faults.iter().map(|fault| fault.pointer.trim_start_matches("/data").to_owned()).collect();
            places.sort();
            places.dedup();
            Err(places)
        }
    }
}

/// Equal, where nothing may be null: rows of which nothing is shown are holes in what the browser sends.
fn is_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => a.keys().chain(b.keys()).all(|name| {
            let of = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or_default();
            is_same(&of(a), &of(b))
        }),
        (Value::Array(a), Value::Array(b)) => {
            let longest = a.len().max(b.len());
            let of = |items: &[Value], index: usize| items.get(index).cloned().unwrap_or_default();
            (0..longest).all(|index| is_same(&of(a, index), &of(b, index)))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => ours == theirs || is_nothing(ours) && is_nothing(theirs),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn failures(data_of: impl Fn(&Recorded) -> &Map<String, Value>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, form) in forms() {
        let expected =
            if form.errors.is_empty() { Ok(Value::Object(form.data.clone())) } else { Err(form.errors.clone()) };
        let found = judged(&form, data_of(&form));
        let fits = match (&found, &expected) {
            (Ok(ours), Ok(theirs)) => is_same(ours, theirs),
            (ours, theirs) => ours == theirs,
        };
        if !fits {
            wrong.push(format!("{name}\n  browser {expected:?}\n  judged  {found:?}"));
        }
    }
    wrong
}

#[test]
fn what_the_browser_sends_is_judged_as_there() {
    let wrong = failures(|form| &form.data);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_browser_would_not_send_is_left_out() {
    let wrong = failures(|form| &form.state);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_fields_are_visible() {
    let wrong: Vec<String> = forms()
        .iter()
        .map(|(name, form)| (name, &form.visible, validate::visible(&form.schema, &form.state, &form.known)))
        .filter(|(_, theirs, ours)| *theirs != ours)
        .map(|(name, theirs, ours)| format!("{name}\n  browser {theirs:?}\n  judged  {ours:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn conditions_hide_what_they_hide_there() {
    let Conditions { context, hides } = read(&tests().join("recorded-conditions.json"));
    let names = Names::new(context.keys());
    let scope = Scope::of_form(&context, Pass::Page, Timestamp::UNIX_EPOCH);
    let wrong: Vec<String> = hides
        .iter()
        .filter(|(text, expected)| {
            let condition = Condition::read(&format!("={text}"), &names).unwrap();
            let holds = condition.map(|condition| condition.holds(&scope, &Purse::new()).unwrap());
            holds != Ok(*expected)
        })
        .map(|(text, expected)| format!("{text}: {expected} there"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn patterns_are_found_where_they_are_found_there() {
    let mut wrong = Vec::new();
    for Found { pattern, found } in read::<Vec<Found>>(&tests().join("recorded-patterns.json")) {
        match (Pattern::new(&pattern), found) {
            (Ok(read), Some(texts)) => {
                let differ = texts.iter().filter(|(text, expected)| read.is_found_in(text) != Ok(*expected));
                wrong.extend(differ.map(|(text, expected)| format!("{pattern} in {text:?}: {expected} there")));
            }
            (Err(_), None) => {}
            (read, _) => wrong.push(format!("{pattern}: {:?} here", read.err())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
