//! Merges the layers and explains what does not fit.

use super::ENV_PREFIX;
use super::locate::{line_at, line_of, nearest};
use super::secret::{MASK, revealed};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    File { path: PathBuf, line: Option<usize> },
    Environment { variable: String },
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, line: Some(line) } => write!(f, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Environment { variable } => write!(f, "environment variable {variable}"),
            Self::Default => write!(f, "the defaults"),
        }
    }
}

/// Why the configuration cannot be used. The text is for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the configuration file {} cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{origin}: not TOML: {message}")]
    Syntax { origin: Origin, message: String },
    #[error("{origin}: there is no key `{key}`{}", suggestion(nearest))]
    UnknownKey {
        origin: Origin,
        /// Dotted path.
        key: String,
        /// Keys that were probably meant, dotted paths.
        nearest: Vec<String>,
    },
    #[error("{origin}: `{key}` = {value} is wrong: {expected}")]
    WrongValue {
        origin: Origin,
        key: String,
        /// As written; masked when the key sounds like a secret.
        value: String,
        /// What would be right.
        expected: String,
    },
}

fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        keys => format!("; did you mean `{}`?", keys.join("`, `")),
    }
}

/// Loads a configuration: `T::default()`, then the file, then `CASEWRIGHT_SECTION__KEY` variables.
///
/// An environment value takes the kind its key has by default; lists may be written `a,b,c`. Keys are written in the
/// file as `T` serialises them; `-` and `_` are the same in a variable's name.
///
/// # Errors
/// The first thing that is wrong, see [`ConfigError`].
pub fn load<T>(file: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<T, ConfigError>
where
    T: DeserializeOwned + Serialize + Default,
{
    let defaults = as_table(&T::default());
    let mut sources = Sources::default();
    let mut merged = defaults.clone();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let table = parse_file(path, &text)?;
        sources.file = Some((path.to_owned(), text, table.clone()));
        merge(&mut merged, table);
    }
    for (variable, text) in env {
        let Some(name) = variable.strip_prefix(ENV_PREFIX) else {
            continue;
        };
        // A variable without a section (CASEWRIGHT_TEST_KAFKA) is not configuration.
        let Some(path) = env_path(name, &merged) else {
            continue;
        };
        let default = lookup(&merged, &path).cloned();
        let value = typed(&text, default.as_ref());
        insert(&mut merged, &path, value);
        sources.env.insert(path.join("."), (variable, text, default.is_some()));
    }
    let config: T = sources.decode(merged.clone())?;
    sources.refuse_unknown(&merged, &as_table(&config), &defaults)?;
    Ok(config)
}

fn as_table<T: Serialize>(value: &T) -> Table {
    revealed(|| Table::try_from(value)).expect("a configuration type serialises to a TOML table")
}

fn parse_file(path: &Path, text: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|error| ConfigError::Syntax {
        origin: Origin::File { path: path.to_owned(), line: error.span().map(|span| line_at(text, span.start)) },
        message: error.message().to_owned(),
    })
}

fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(over)) => merge(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// `HTTP__BASE_URL` -> `["http", "base_url"]`, spelled as the type spells it. None without a section, except that a
/// top-level key of the type is one.
fn env_path(name: &str, known: &Table) -> Option<Vec<String>> {
    let segments: Vec<String> = name.split("__").map(str::to_lowercase).collect();
    let mut path = Vec::new();
    let mut table = Some(known);
    for segment in &segments {
        let spelled =
            table.and_then(|table| table.keys().find(|key| key.replace('-', "_").to_lowercase() == *segment).cloned());
        if spelled.is_none() && segments.len() == 1 {
            return None;
        }
        let spelled = spelled.unwrap_or_else(|| segment.clone());
        table = table.and_then(|table| table.get(&spelled)).and_then(Value::as_table);
        path.push(spelled);
    }
    Some(path)
}

fn lookup<'a>(table: &'a Table, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { lookup(value.as_table()?, rest) }
}

fn insert(table: &mut Table, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.insert(first.clone(), value);
        return;
    }
    let inner = table.entry(first.clone()).or_insert_with(|| Value::Table(Table::new()));
    if !inner.is_table() {
        *inner = Value::Table(Table::new());
    }
    if let Value::Table(inner) = inner {
        insert(inner, rest, value);
    }
}

/// A text from the environment as the kind its default has; as text when there is none or it does not fit.
fn typed(text: &str, default: Option<&Value>) -> Value {
    match default {
        Some(Value::Array(_)) if !text.trim_start().starts_with('[') => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        }
        Some(Value::String(_)) | None => Value::String(text.to_owned()),
        Some(_) => scalar(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

fn scalar(text: &str) -> Option<Value> {
    format!("v = {text}").parse::<Table>().ok()?.remove("v")
}

#[derive(Default)]
struct Sources {
    file: Option<(PathBuf, String, Table)>,
    /// Dotted path -> variable, its text, whether its kind was known.
    env: BTreeMap<String, (String, String, bool)>,
}

impl Sources {
    fn decode<T: DeserializeOwned>(&self, mut merged: Table) -> Result<T, ConfigError> {
        let mut retried = Vec::new();
        loop {
            let error = match serde_path_to_error::deserialize(Value::Table(merged.clone())) {
                Ok(config) => return Ok(config),
                Err(error) => error,
            };
            let path = key_path(error.path());
            let key = path.join(".");
            // The kind of an optional key is not known beforehand: text first, then what the text spells.
            if let Some((_, text, false)) = self.env.get(&key)
                && !retried.contains(&key)
                && let Some(value) = scalar(text)
            {
                insert(&mut merged, &path, value);
                retried.push(key);
                continue;
            }
            return Err(self.explain(&path, error.inner().message(), &merged));
        }
    }

    fn explain(&self, path: &[String], message: &str, merged: &Table) -> ConfigError {
        let quoted: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let mut path = path.to_vec();
        if message.starts_with("unknown field")
            && let Some((wrong, known)) = quoted.split_first()
        {
            if path.last() != Some(wrong) {
                path.push(wrong.clone());
            }
            let parent = &path[..path.len() - 1];
            let nearest = nearest(wrong, known);
            return ConfigError::UnknownKey {
                origin: self.origin(&path),
                key: path.join("."),
                nearest: nearest.iter().map(|key| dotted(parent, key)).collect(),
            };
        }
        let key = path.join(".");
        let is_secret = sounds_secret(&key);
        let value = lookup(merged, &path).map_or_else(|| "(missing)".to_owned(), Value::to_string);
        ConfigError::WrongValue {
            origin: self.origin(&path),
            value: if is_secret { MASK.to_owned() } else { value },
            key,
            expected: if is_secret {
                // serde quotes the value in its text.
                message
                    .split_once("expected ")
                    .map_or_else(|| "another value is needed".to_owned(), |(_, rest)| format!("expected {rest}"))
            } else {
                message.to_owned()
            },
        }
    }

    fn origin(&self, path: &[String]) -> Origin {
        if let Some((variable, _, _)) = self.env.get(&path.join(".")) {
            return Origin::Environment { variable: variable.clone() };
        }
        match &self.file {
            Some((file, text, table)) if !path.is_empty() && table.contains_key(&path[0]) => {
                Origin::File { path: file.clone(), line: line_of(text, path) }
            }
            _ => Origin::Default,
        }
    }

    /// What was given but did not reach the configuration is unknown: it is not there when the result is written out.
    fn refuse_unknown(&self, given: &Table, effective: &Table, defaults: &Table) -> Result<(), ConfigError> {
        let Some(path) = first_unknown(given, effective, &mut Vec::new()) else {
            return Ok(());
        };
        let (wrong, parent) = path.split_last().expect("an unknown key has a name");
        let mut known: Vec<String> = Vec::new();
        for table in [effective, defaults] {
            let level = if parent.is_empty() { Some(table) } else { lookup(table, parent).and_then(Value::as_table) };
            known.extend(level.into_iter().flat_map(|level| level.keys().cloned()));
        }
        known.sort();
        known.dedup();
        Err(ConfigError::UnknownKey {
            origin: self.origin(&path),
            nearest: nearest(wrong, &known).iter().map(|key| dotted(parent, key)).collect(),
            key: path.join("."),
        })
    }
}

fn first_unknown(given: &Table, effective: &Table, at: &mut Vec<String>) -> Option<Vec<String>> {
    for (key, value) in given {
        at.push(key.clone());
        let found = match (value, effective.get(key)) {
            (_, None) => Some(at.clone()),
            (Value::Table(given), Some(Value::Table(effective))) => first_unknown(given, effective, at),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        at.pop();
    }
    None
}

fn dotted(parent: &[String], key: &str) -> String {
    let mut path = parent.to_vec();
    path.push(key.to_owned());
    path.join(".")
}

pub(crate) fn sounds_secret(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key).to_lowercase();
    ["password", "secret", "token", "access_key", "access-key", "private"].iter().any(|word| last.contains(word))
}

fn key_path(path: &serde_path_to_error::Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(key.clone()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Config {
        http: Http,
        mail: Mail,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Http {
        listen: String,
        body_limit: u64,
        origins: Vec<String>,
        tls: Option<bool>,
        note: Option<String>,
    }

    impl Default for Http {
        fn default() -> Self {
            Self { listen: "127.0.0.1:8080".into(), body_limit: 1024, origins: vec![], tls: None, note: None }
        }
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Mail {
        password: Secret,
    }

    fn with(file: Option<&str>, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("casewright.toml");
        if let Some(text) = file {
            std::fs::write(&path, text).unwrap();
        }
        let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        load(file.map(|_| path.as_path()), env)
    }

    #[test]
    fn the_environment_goes_over_the_file_and_the_file_over_the_defaults() {
        let config = with(
            Some("[http]\nlisten = \"a\"\nbody_limit = 5\n"),
            &[
                ("CASEWRIGHT_HTTP__BODY_LIMIT", "7"),
                ("CASEWRIGHT_HTTP__ORIGINS", "x, y"),
                ("CASEWRIGHT_MAIL__PASSWORD", "p"),
                ("CASEWRIGHT_TEST_KAFKA", "ignored"),
                ("HOME", "/"),
            ],
        )
        .unwrap();
        assert_eq!(config.http.listen, "a");
        assert_eq!(config.http.body_limit, 7);
        assert_eq!(config.http.origins, ["x", "y"]);
        assert_eq!(config.mail.password.reveal(), "p");
    }

    #[test]
    fn an_optional_key_takes_the_kind_it_needs_from_the_environment() {
        let config = with(None, &[("CASEWRIGHT_HTTP__TLS", "true"), ("CASEWRIGHT_HTTP__NOTE", "12")]).unwrap();
        assert_eq!(config.http.tls, Some(true));
        assert_eq!(config.http.note.as_deref(), Some("12"));
    }

    #[test]
    fn an_unknown_key_stops_with_its_line_and_the_nearest_key() {
        let error = with(Some("\n[http]\nlissen = \"a\"\n"), &[]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("casewright.toml:3"), "{text}");
        assert!(text.contains("there is no key `http.lissen`"), "{text}");
        assert!(text.contains("did you mean `http.listen`"), "{text}");
    }

    #[test]
    fn an_unknown_variable_stops_with_its_name() {
        let error = with(None, &[("CASEWRIGHT_HTTP__LISTENN", "a")]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("CASEWRIGHT_HTTP__LISTENN"), "{text}");
        assert!(text.contains("`http.listen`"), "{text}");
    }

    #[test]
    fn a_wrong_value_stops_with_key_value_and_what_would_be_right() {
        let error = with(Some("[http]\nbody_limit = \"much\"\n"), &[]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("casewright.toml:2"), "{text}");
        assert!(text.contains("`http.body_limit` = \"much\""), "{text}");
        assert!(text.contains("expected u64"), "{text}");
        let error = with(None, &[("CASEWRIGHT_HTTP__BODY_LIMIT", "much")]).unwrap_err();
        assert!(error.to_string().contains("CASEWRIGHT_HTTP__BODY_LIMIT"));
    }

    #[test]
    fn a_wrong_secret_is_not_shown() {
        let error = with(Some("[mail]\npassword = 12345\n"), &[]).unwrap_err();
        assert!(!error.to_string().contains("12345"), "{error}");
    }

    #[test]
    fn broken_toml_stops_with_the_line() {
        let error = with(Some("[http]\nlisten = \n"), &[]).unwrap_err();
        assert!(error.to_string().contains("casewright.toml:2"), "{error}");
    }
}
