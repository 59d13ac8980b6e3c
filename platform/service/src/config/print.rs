//! The effective configuration as a TOML file one could start from.

use super::ENV_PREFIX;
use super::load::sounds_secret;
use super::secret::MASK;
use serde::Serialize;
use std::fmt::Write as _;
use toml::{Table, Value};

/// Prints a configuration as TOML, secrets masked. `comments` are `(dotted key, text)`; a section or key that has one
/// gets it above. Every key names its environment variable.
#[must_use]
pub fn print<T: Serialize>(config: &T, comments: &[(&str, &str)]) -> String {
    let table = Table::try_from(config).expect("a configuration type serialises to a TOML table");
    let mut out = String::new();
    write_table(&mut out, &table, &mut Vec::new(), comments);
    out
}

fn write_table(out: &mut String, table: &Table, path: &mut Vec<String>, comments: &[(&str, &str)]) {
    let (sections, keys): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| value.is_table());
    for (key, value) in keys {
        path.push(key.clone());
        let dotted = path.join(".");
        comment(out, &dotted, comments);
        let shown = match value {
            Value::String(text) if sounds_secret(&dotted) && !text.is_empty() => Value::String(MASK.to_owned()),
            other => other.clone(),
        };
        let variable = path.join("__").replace('-', "_").to_uppercase();
        let line = format!("{} = {shown}", spelled(key));
        let _ = writeln!(out, "{line:<48} # {ENV_PREFIX}{variable}");
        path.pop();
    }
    for (key, value) in sections {
        path.push(key.clone());
        if !out.is_empty() {
            out.push('\n');
        }
        comment(out, &path.join("."), comments);
        let header: Vec<String> = path.iter().map(|key| spelled(key)).collect();
        let _ = writeln!(out, "[{}]", header.join("."));
        if let Value::Table(inner) = value {
            write_table(out, inner, path, comments);
        }
        path.pop();
    }
}

fn comment(out: &mut String, dotted: &str, comments: &[(&str, &str)]) {
    for (_, text) in comments.iter().filter(|(key, _)| *key == dotted) {
        for line in text.lines() {
            let _ = writeln!(out, "# {line}");
        }
    }
}

fn spelled(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { key.to_owned() } else { Value::String(key.to_owned()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[derive(Serialize)]
    struct Config {
        name: String,
        smtp: Smtp,
    }

    #[derive(Serialize)]
    struct Smtp {
        port: u16,
        password: Secret,
    }

    #[test]
    fn the_printed_configuration_has_comments_and_variables_and_no_secret() {
        let config = Config { name: "x".into(), smtp: Smtp { port: 25, password: Secret::new("hunter2") } };
        let text = print(&config, &[("smtp", "Mail out."), ("smtp.port", "Of the relay.")]);
        assert!(!text.contains("hunter2"));
        assert!(text.contains("# Mail out.\n[smtp]\n"), "{text}");
        assert!(text.contains("# Of the relay.\nport = 25"), "{text}");
        assert!(text.contains("# CASEWRIGHT_SMTP__PORT"), "{text}");
        assert!(text.parse::<Table>().is_ok());
    }
}
