//! What the binary takes: keys, variables, roles and routes are asked of it, and of nobody's memory.

use super::Inputs;
use crate::deploy::files;
use crate::deploy::routes::{self, ROLES, ROUTES};
use crate::deploy::tools::ask;
use crate::process::{Server, free_port, target};
use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Variables of the environment.
pub(super) type Variables = BTreeMap<String, String>;

/// Sections of the configuration, by which a page's words are known for keys.
const SECTIONS: [&str; 10] =
    ["server", "journal", "bus", "access", "engine", "mail", "storage", "notifications", "workers", "quotas"];
/// How long a start may take, of a build for debugging on a machine that does other things.
const START: Duration = Duration::from_secs(120);

/// Why the platform does not take this configuration; none: it does.
pub(super) fn refused(
    inputs: &Inputs,
    place: &str,
    file: Option<&Path>,
    variables: Variables,
) -> Result<Option<String>> {
    let said = ask(configured(inputs, file, variables).arg("config"))?;
    Ok((!said.is_content).then(|| format!("{place}: {}", said.lines.join(" "))))
}

/// Whether a start with it comes as far as its store: all that is judged before (what goes in clear, certificates, addresses) is fine then.
/// The store is named by a name that leads nowhere here, so no start comes farther.
pub(super) fn stopped_early(
    inputs: &Inputs,
    place: &str,
    file: Option<&Path>,
    mut variables: Variables,
) -> Result<Option<String>> {
    variables.insert("CASEWRIGHT_SERVER__INTERNAL_LISTEN".to_owned(), "127.0.0.1:0".to_owned());
    static STARTS: AtomicU32 = AtomicU32::new(0);
    let data = folder(&format!("start-{}", STARTS.fetch_add(1, Ordering::Relaxed)))?;
    let mut command = configured(inputs, file, variables);
    let said = ask(command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data))?;
    fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
    let last = said.lines.last().cloned().unwrap_or_default();
    let is_of_the_store = last.contains("opening the journal") && last.contains("Server selection timeout");
    Ok((!is_of_the_store).then(|| format!("{place}: a start ends with: {last}")))
}

/// The binary with a configuration and nothing else.
fn configured(inputs: &Inputs, file: Option<&Path>, variables: Variables) -> Command {
    let mut command = Command::new(&inputs.binary);
    command.env_clear().envs(variables);
    if let Some(file) = file {
        command.arg("--config").arg(file);
    }
    command
}

/// A folder of its own, empty.
fn folder(name: &str) -> Result<PathBuf> {
    let folder = target().join("services/deploy").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

/// Variables and keys in texts, wherever in `deploy/` and its page they stand: the platform has them.
pub(super) fn named(inputs: &Inputs) -> Result<Vec<String>> {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for path in texts()? {
        let text = files::text(&path)?;
        for (line, text) in text.lines().enumerate() {
            for variable in variables_in(text).into_iter().chain(keys_in(text)) {
                places.entry(variable).or_insert_with(|| format!("{path}:{}", line + 1));
            }
        }
    }
    let mut found = Vec::new();
    for (variable, place) in places {
        let variables = Variables::from([(variable.clone(), "x".to_owned())]);
        let said = ask(configured(inputs, None, variables).arg("config"))?;
        let text = said.lines.join(" ");
        // What is known may want something else than an x; what is below a key that has nothing below it, says so.
        let is_unknown = text.contains("there is no key") || text.contains("invalid type: map");
        if !said.is_content && is_unknown {
            found.push(format!("{place}: {variable}: {text}"));
        }
    }
    Ok(found)
}

fn texts() -> Result<Vec<String>> {
    let mut found =
        vec!["docs/deploy.md".to_owned(), "docs/metrics.md".to_owned(), "deploy/docker/Dockerfile".to_owned()];
    for ending in [".yaml", ".tpl", ".service", ".md", ".template", ".example", ".sh", ".txt"] {
        found.extend(files::below("deploy", ending)?);
    }
    Ok(found)
}

/// `CASEWRIGHT_SERVER__LISTEN`; without a section it is no key of the configuration.
fn variables_in(line: &str) -> BTreeSet<String> {
    let is_part = |next: char| next.is_ascii_uppercase() || next.is_ascii_digit() || next == '_';
    let words = line.split(|next: char| !is_part(next));
    let is_variable = |word: &&str| word.starts_with("CASEWRIGHT_") && word.trim_end_matches('_').contains("__");
    words.filter(is_variable).map(|word| word.trim_end_matches('_').to_owned()).collect()
}

/// `server.listen` between backticks or quotes, as the variable that it is as well.
fn keys_in(line: &str) -> BTreeSet<String> {
    let is_part = |next: char| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_' || next == '.';
    let words = line.split(['`', '"', '(', ')', ' ', ',', ';']);
    let words = words.map(|word| word.split_once(" =").map_or(word, |(key, _)| key));
    let is_key = |word: &&str| {
        let sections = word.split('.').next().is_some_and(|first| SECTIONS.contains(&first));
        sections && word.contains('.') && !word.ends_with('.') && word.chars().all(is_part) && !is_file(word)
    };
    words.filter(is_key).map(|word| format!("CASEWRIGHT_{}", word.replace('.', "__").to_uppercase())).collect()
}

/// `journal.db` is none.
fn is_file(word: &str) -> bool {
    let ending = word.rsplit('.').next().unwrap_or_default();
    ["db", "key", "toml", "yaml", "json", "rs", "md", "rego"].contains(&ending) && word.matches('.').count() == 1
}

/// Roles of the list are those of the binary, and each answers to the paths that proxies send it, and no other does.
pub(super) fn routes(inputs: &Inputs) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let known = roles_of(&ask(Command::new(&inputs.binary).args(["serve", "--help"]))?.output);
    let listed: Vec<String> = ROLES.iter().map(|role| (*role).to_owned()).collect();
    if known != listed {
        found.push(format!("the binary has the roles {known:?}, xtask/src/deploy/routes.rs {listed:?}"));
    }
    let values = files::document("deploy/helm/casewright/values.yaml")?;
    let of_the_chart: BTreeSet<&str> =
        values["roles"].as_object().into_iter().flatten().map(|(role, _)| role.as_str()).collect();
    if of_the_chart != BTreeSet::from(ROLES) {
        found.push(format!("deploy/helm/casewright/values.yaml has the roles {of_the_chart:?}"));
    }
    let answers = std::thread::scope(|scope| {
        let asked: Vec<_> = ROLES.map(|role| scope.spawn(move || of_role(inputs, role))).into();
        let joined = asked.into_iter().map(|role| role.join().map_err(|_| anyhow!("asking a role panicked"))?);
        joined.collect::<Result<Vec<_>>>()
    })?;
    found.extend(answers.into_iter().flatten());
    Ok(found)
}

/// `[possible values: engine, case-api]`, over several lines.
fn roles_of(help: &str) -> Vec<String> {
    let text = help.split("--role <ROLE>").nth(1).unwrap_or_default();
    let values = text.split("[possible values:").nth(1).unwrap_or_default().split(']').next().unwrap_or_default();
    values.split(',').map(|value| value.trim().to_owned()).collect()
}

/// What a role answers to that proxies send elsewhere, and the other way round.
fn of_role(inputs: &Inputs, role: &str) -> Result<Vec<String>> {
    let data = folder(&format!("role-{role}"))?;
    let listen = format!("127.0.0.1:{}", free_port()?);
    let mut command = configured(inputs, None, Variables::new());
    command.args(["serve", "--role", role, "--listen", &listen, "--smtp-listen", "", "--data"]).arg(&data);
    let mut server = Server::start(role, &mut command, Some(&data.with_extension("log")))?;
    let base = format!("http://{listen}");
    let description = format!("{base}/api/v1/openapi.json");
    server.wait_until(START, || crate::process::answers(&description))?;
    let read = ureq::get(&description).call().context("asking for the description")?.body_mut().read_to_string()?;
    let read: Json = serde_json::from_str(&read).context("the description is no JSON")?;
    let paths: Vec<&String> = read["paths"].as_object().into_iter().flatten().map(|(path, _)| path).collect();
    let mut found = Vec::new();
    for path in &paths {
        match routes::of(path) {
            Some(route) if route.role == role => {}
            other => {
                let elsewhere = other.map_or("nobody", |route| route.role);
                found.push(format!("{path} is {role}'s, and proxies send it to {elsewhere}"));
            }
        }
    }
    for route in ROUTES.iter().filter(|route| route.role == role) {
        let is_described = paths.iter().any(|path| routes::of(path).is_some_and(|found| found.path == route.path));
        let answers = match route.probe {
            Some(probe) => status(&format!("{base}{probe}"))? != 404,
            None => is_described,
        };
        if !answers {
            found.push(format!("proxies send {} to {role}, which has nothing there", route.path));
        }
    }
    let status = server.stop()?;
    if !status.success() {
        bail!("{role} ended with {status}");
    }
    Ok(found)
}

fn status(url: &str) -> Result<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into();
    Ok(agent.get(url).call().with_context(|| format!("asking {url}"))?.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_keys_are_found_in_words() {
        let variables: Vec<_> =
            variables_in("CASEWRIGHT_A__B: x, `CASEWRIGHT_URL`, CASEWRIGHT_C__D__E=1").into_iter().collect();
        assert_eq!(variables, ["CASEWRIGHT_A__B", "CASEWRIGHT_C__D__E"]);
        let line = "set `server.tls.key` and journal.uri (server.data); see journal.db, server.md, and server.";
        let keys: Vec<_> = keys_in(line).into_iter().collect();
        assert_eq!(keys, ["CASEWRIGHT_JOURNAL__URI", "CASEWRIGHT_SERVER__DATA", "CASEWRIGHT_SERVER__TLS__KEY"]);
    }

    #[test]
    fn roles_are_read_of_the_help() {
        let help = "      --role <ROLE>\n  Play\n  [possible values: engine, case-api,\n   portal]\n  --other [possible values: x]";
        assert_eq!(roles_of(help), ["engine", "case-api", "portal"]);
    }
}
