//! The compose files: by the schema of the specification, and by what this repository asks of each service.
//!
//! What they need beside them is really made: `prepare.sh` runs in a copy, and the platform judges the configuration that comes of it.

use super::platform::Variables;
use super::{DRAIN, HEALTH, Inputs, LONGEST_END, is_pinned, judged, platform, schema};
use crate::deploy::files;
use crate::deploy::routes::ROLES;
use crate::process::{root, run, target};
use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "deploy/compose";
/// Files that stand by themselves.
const WHOLE: [&str; 2] = ["small.yaml", "full.yaml"];
const OVERLAY: &str = "together.yaml";

pub(super) fn check(inputs: &Inputs) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut rules = schema(&inputs.tools.compose)?;
    // Its address leads elsewhere, and all that it refers to is within it.
    if let Some(rules) = rules.as_object_mut() {
        rules.remove("$id");
    }
    let validator = jsonschema::validator_for(&rules).map_err(|error| anyhow::anyhow!("{error}"))?;
    let prepared = prepare()?;
    for name in WHOLE.into_iter().chain([OVERLAY]) {
        let document = files::document(&format!("{FOLDER}/{name}"))?;
        found.extend(judged(&validator, &document, name));
        if name == OVERLAY {
            found.extend(overlay(&document));
        } else {
            found.extend(whole(inputs, name, &document, &prepared)?);
        }
    }
    Ok(found)
}

/// A copy of the folder with `.env` and `secrets/`, as somebody makes it who follows the pages.
fn prepare() -> Result<PathBuf> {
    let copy = target().join("services/deploy/compose");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    fs::create_dir_all(&copy)?;
    for name in ["prepare.sh", "casewright.toml.template"] {
        fs::copy(root().join(FOLDER).join(name), copy.join(name)).with_context(|| format!("copying {name}"))?;
    }
    let example = files::text(&format!("{FOLDER}/.env.example"))?;
    // Names of the example are refused, which is tried first.
    fs::write(copy.join(".env"), &example)?;
    let script = || {
        let mut command = Command::new("sh");
        command.arg("prepare.sh").current_dir(&copy).stdout(Stdio::null());
        command
    };
    if script().stderr(Stdio::null()).status().context("running prepare.sh")?.success() {
        bail!("prepare.sh takes the names of .env.example");
    }
    fs::write(copy.join(".env"), example.replace("example.com", "casewright.test"))?;
    run(&mut script()).context("prepare.sh (it wants openssl)")?;
    Ok(copy)
}

fn whole(inputs: &Inputs, name: &str, document: &Json, prepared: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let services = document["services"].as_object().with_context(|| format!("{name} has no services"))?;
    let environment = dotenv(prepared)?;
    for (service, settings) in services {
        let place = format!("{name}, {service}");
        found.extend(hardened(settings).map(|what| format!("{place}: {what}")));
        found.extend(depends(settings, services).map(|what| format!("{place}: {what}")));
        found.extend(declared(settings, document).map(|what| format!("{place}: {what}")));
        found.extend(in_clear_words(settings).map(|what| format!("{place}: {what}")));
        if let Some(variables) = platform_variables(settings, &environment)? {
            found.extend(stopped(settings, &variables).map(|what| format!("{place}: {what}")));
            found.extend(judge(inputs, &place, variables, prepared)?);
        }
        found.extend(role(settings).map(|what| format!("{place}: {what}")));
    }
    found.extend(secrets(name, document, services, prepared));
    let text = files::text(&format!("{FOLDER}/{name}"))?;
    for variable in variables_of(&text) {
        let has_default = text.contains(&format!("${{{variable}:-"));
        if !has_default && !environment.contains_key(&variable) {
            found.push(format!("{name}: {variable} is not in .env.example"));
        }
    }
    if services.len() > 1 {
        let played: BTreeSet<&str> = services.values().filter_map(played).collect();
        if played != BTreeSet::from(ROLES) {
            found.push(format!("{name}: the roles {played:?} are played, not all"));
        }
    }
    Ok(found)
}

/// What each service has to say of what it may and may not do.
fn hardened(settings: &Json) -> impl Iterator<Item = String> + use<> {
    let text = |key: &str| settings[key].as_str().unwrap_or_default();
    let has = |key: &str, value: &str| settings[key].as_array().is_some_and(|all| all.iter().any(|one| one == value));
    let limits = &settings["deploy"]["resources"]["limits"];
    let rules = [
        (is_pinned(text("image")), "its image is no version"),
        (!text("restart").is_empty(), "it says nothing of restart"),
        (has("cap_drop", "ALL"), "it keeps capabilities (cap_drop: [ALL])"),
        (has("security_opt", "no-new-privileges:true"), "it may get new privileges"),
        (settings["user"].is_string(), "it does not say which user it is"),
        (
            settings["read_only"] == true || !text("x-writable-root").is_empty(),
            "its root file system can be written (read_only, or the reason in x-writable-root)",
        ),
        (
            settings["healthcheck"].is_object() || !text("x-without-healthcheck").is_empty(),
            "it has no healthcheck (nor the reason in x-without-healthcheck)",
        ),
        (
            ["cpus", "memory", "pids"].iter().all(|limit| !limits[limit].is_null()),
            "it has no limits of cpus, memory and pids",
        ),
        (settings["privileged"].is_null(), "it is privileged"),
    ];
    rules.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| what.to_owned())
}

/// A process of ours is asked whether it is ready, and has the time that it wants for its end.
fn stopped(settings: &Json, variables: &Variables) -> impl Iterator<Item = String> + use<> {
    let seconds = |text: &str| text.strip_suffix('s').unwrap_or(text).parse::<u64>().ok();
    let drain = variables.get(DRAIN).and_then(|told| seconds(told)).unwrap_or(0);
    let grace = settings["stop_grace_period"].as_str().and_then(seconds).unwrap_or(0);
    let asked: Vec<&str> =
        settings["healthcheck"]["test"].as_array().into_iter().flatten().filter_map(Json::as_str).skip(1).collect();
    let rules = [
        (asked == HEALTH, "its healthcheck is not the command of the binary"),
        (drain > 0, "it closes its listener before proxies know that it goes"),
        (grace > drain + LONGEST_END, "it is killed before it has ended by itself"),
    ];
    rules.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| what.to_owned())
}

/// What it waits for is there, and says when it is ready.
fn depends<'a>(settings: &'a Json, services: &'a Map<String, Json>) -> impl Iterator<Item = String> + 'a {
    let all = settings["depends_on"].as_object().into_iter().flatten();
    let found = all.filter_map(move |(name, how)| {
        let Some(other) = services.get(name) else { return Some(format!("it waits for {name}, which is not there")) };
        match how["condition"].as_str() {
            Some("service_healthy") if !other["healthcheck"].is_object() => {
                Some(format!("it waits for the health of {name}, which has no healthcheck"))
            }
            Some("service_healthy" | "service_completed_successfully") => None,
            _ => Some(format!("it waits for {name} without a condition")),
        }
    });
    let network = settings["network_mode"].as_str().and_then(|mode| mode.strip_prefix("service:"));
    let missing = network.filter(|name| !services.contains_key(*name));
    found.chain(missing.map(|name| format!("it shares the network of {name}, which is not there")))
}

/// Volumes, networks and secrets that it names are declared, and what is mounted of this repository is in it.
fn declared<'a>(settings: &'a Json, document: &'a Json) -> impl Iterator<Item = String> + 'a {
    let volumes = settings["volumes"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let volumes = volumes.filter_map(move |volume| {
        let from = volume.split(':').next().unwrap_or_default();
        let is_there = match from.starts_with('.') {
            true => root().join(FOLDER).join(from).exists(),
            false => document["volumes"].as_object().is_some_and(|all| all.contains_key(from)),
        };
        (!is_there).then(|| format!("there is no {from} to mount"))
    });
    let networks: Vec<&str> = match &settings["networks"] {
        Json::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        Json::Object(names) => names.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let networks = networks.into_iter().filter(move |name| document["networks"].get(*name).is_none());
    let networks = networks.map(|name| format!("there is no network {name}"));
    volumes.chain(networks)
}

/// Nothing that sounds like a secret stands in the file itself.
fn in_clear_words(settings: &Json) -> impl Iterator<Item = String> + '_ {
    let all = settings["environment"].as_object().into_iter().flatten();
    let secret = all.filter(|(name, value)| {
        let sounds = ["PASSWORD", "SECRET", "TOKEN", "PRIVATE"].iter().any(|word| name.to_uppercase().contains(word));
        sounds && !value.as_str().is_some_and(|value| value.starts_with("/run/secrets/"))
    });
    secret.map(|(name, _)| format!("{name} is a secret in the file"))
}

/// Each secret that is used is declared, each that is declared is used and made.
fn secrets(name: &str, document: &Json, services: &Map<String, Json>, prepared: &Path) -> Vec<String> {
    let declared = document["secrets"].as_object().cloned().unwrap_or_default();
    let used: BTreeSet<&str> = services
        .values()
        .filter_map(|settings| settings["secrets"].as_array())
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let mut found: Vec<String> = Vec::new();
    found.extend(
        used.iter()
            .filter(|secret| !declared.contains_key(**secret))
            .map(|secret| format!("{name}: there is no secret {secret}")),
    );
    for (secret, settings) in &declared {
        let file = settings["file"].as_str().unwrap_or_default();
        if !used.contains(secret.as_str()) {
            found.push(format!("{name}: nobody uses the secret {secret}"));
        }
        if !file.starts_with("secrets/") || !prepared.join(file).is_file() {
            found.push(format!("{name}: prepare.sh does not make {file} of the secret {secret}"));
        }
    }
    found
}

/// The role of a service of ours.
fn played(settings: &Json) -> Option<&str> {
    let command = settings["command"].as_array()?;
    let place = command.iter().position(|word| word == "--role")?;
    command.get(place + 1)?.as_str()
}

fn role(settings: &Json) -> Option<String> {
    let named = played(settings)?;
    (!ROLES.contains(&named)).then(|| format!("there is no role {named}"))
}

/// Its variables, with what `.env` says in them, if it is a process of ours.
fn platform_variables(settings: &Json, environment: &Variables) -> Result<Option<Variables>> {
    if !settings["image"].as_str().is_some_and(|image| image.starts_with("casewright:")) {
        return Ok(None);
    }
    let mut variables = Variables::new();
    for (name, value) in settings["environment"].as_object().into_iter().flatten() {
        let value = value.as_str().with_context(|| format!("{name} is no text"))?;
        variables.insert(name.clone(), filled_in(value, environment));
    }
    Ok(Some(variables))
}

/// The platform takes them, and what `prepare.sh` has made, and starts with both.
fn judge(inputs: &Inputs, place: &str, mut variables: Variables, prepared: &Path) -> Result<Vec<String>> {
    let Some(file) = variables.remove("CASEWRIGHT_CONFIG") else {
        return Ok(platform::refused(inputs, place, None, variables)?.into_iter().collect());
    };
    let made = |path: &str| prepared.join("secrets").join(path.trim_start_matches("/run/secrets/"));
    let path = made(&file);
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    if let Some(left) = placeholder(&text) {
        return Ok(vec![format!("{place}: prepare.sh left @{left}@ in its configuration")]);
    }
    // Secrets lie elsewhere here than in a container, and the store, which is not there, is waited for a moment only.
    let text = text.replace("/run/secrets/", &format!("{}/", prepared.join("secrets").display()));
    let text = text.replace("replicaSet=rs0", "replicaSet=rs0&serverSelectionTimeoutMS=200");
    let copy = prepared.join("casewright.toml");
    fs::write(&copy, text)?;
    // The start would tell the same once more.
    let refused = platform::refused(inputs, place, Some(&copy), variables.clone())?;
    if refused.is_some() {
        return Ok(refused.into_iter().collect());
    }
    Ok(platform::stopped_early(inputs, place, Some(&copy), variables)?.into_iter().collect())
}

/// A name between two signs, as the template has them.
fn placeholder(text: &str) -> Option<&str> {
    let is_name =
        |part: &&str| !part.is_empty() && part.chars().all(|next| next.is_ascii_alphanumeric() || "-_".contains(next));
    let (_, inner) = text.split_once('@')?;
    let (inner, _) = inner.rsplit_once('@')?;
    inner.split('@').find(is_name)
}

/// `.env`.
fn dotenv(prepared: &Path) -> Result<Variables> {
    let text = fs::read_to_string(prepared.join(".env")).context("reading .env")?;
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    Ok(lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Names of `${NAME}`, `${NAME:-default}`, `${NAME:?}`, but not of `$${NAME}`.
fn variables_of(text: &str) -> BTreeSet<String> {
    let text = text.replace("$$", "");
    let found = text.split("${").skip(1).filter_map(|rest| rest.split(['}', ':']).next());
    found.map(str::to_owned).collect()
}

/// A value as compose makes it.
fn filled_in(value: &str, environment: &Variables) -> String {
    let mut text = value.to_owned();
    while let Some((before, rest)) = text.split_once("${") {
        let Some((inner, after)) = rest.split_once('}') else { break };
        let (name, default) = inner.split_once(':').unwrap_or((inner, ""));
        let told = environment.get(name).cloned().filter(|told| !told.is_empty());
        let told = told.unwrap_or_else(|| default.strip_prefix('-').unwrap_or_default().to_owned());
        text = format!("{before}{told}{after}");
    }
    text
}

/// One process answers to the names of all roles, and no other is started.
fn overlay(document: &Json) -> Vec<String> {
    let mut found = Vec::new();
    let services = &document["services"];
    let aliases = services["casewright"]["networks"]["inside"]["aliases"].as_array().cloned().unwrap_or_default();
    for role in ROLES {
        if !aliases.iter().any(|alias| alias == role) {
            found.push(format!("{OVERLAY}: casewright does not answer to the name {role}"));
        }
        if services[role]["profiles"].as_array().is_none_or(Vec::is_empty) {
            found.push(format!("{OVERLAY}: {role} is started as well"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_filled_in_from_the_environment_or_its_default() {
        let environment = Variables::from([("HOST".to_owned(), "a.test".to_owned())]);
        assert_eq!(filled_in("https://${HOST:?}/${PORT:-443}/${NONE:-}", &environment), "https://a.test/443/");
        let names: Vec<_> = variables_of("${A:?} ${B:-1} $${C} $$(< /x)").into_iter().collect();
        assert_eq!(names, ["A", "B"]);
    }

    #[test]
    fn what_nobody_has_filled_in_is_found() {
        assert_eq!(placeholder("uri = \"a://b:1@c-1:2,d:3/\"\nto = \"e@f.test\"\n"), None);
        assert_eq!(placeholder("uri = \"a://b:@pass-word@@c:2/\"\n"), Some("pass-word"));
        assert_eq!(placeholder("to = \"e@@HOST@\"\n"), Some("HOST"));
    }

    #[test]
    fn a_service_that_says_nothing_of_its_rights_is_found() {
        let found: Vec<_> = hardened(&json!({"image": "a:latest"})).collect();
        assert_eq!(found.len(), 8, "{found:?}");
    }

    #[test]
    fn a_process_that_is_cut_off_is_found() {
        let told = |drain: &str, grace: &str| {
            let healthcheck = json!({"test": ["CMD", "/usr/local/bin/casewright", "health"]});
            let settings = json!({"stop_grace_period": grace, "healthcheck": healthcheck});
            stopped(&settings, &Variables::from([(DRAIN.to_owned(), drain.to_owned())])).count()
        };
        assert_eq!(told("10", "40s"), 0);
        assert_eq!(told("10", "30s"), 1);
        assert_eq!(told("0", "40s"), 1);
        assert_eq!(stopped(&json!({}), &Variables::new()).count(), 3);
    }

    #[test]
    fn what_is_waited_for_must_be_able_to_tell() {
        let services = json!({"a": {}, "b": {"healthcheck": {}}});
        let services = services.as_object().unwrap();
        let count = |depends_on: Json| depends(&json!({"depends_on": depends_on}), services).count();
        assert_eq!(count(json!({"b": {"condition": "service_healthy"}})), 0);
        for wrong in [
            json!({"a": {"condition": "service_healthy"}}),
            json!({"c": {"condition": "service_healthy"}}),
            json!({"b": {}}),
        ] {
            assert_eq!(count(wrong.clone()), 1, "{wrong}");
        }
    }
}
