//! The picture of the house in ARCHITECTURE.md is the house: its arrows are those of the `Cargo.toml` files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Crates and those they can call, directly or through others.
type Reach = BTreeMap<String, BTreeSet<String>>;

/// Not drawn: they are not part of what is shipped.
const BESIDE: [&str; 4] = ["bench", "platform/rows-derive", "platform/testkit", "xtask"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn toml_at(path: &Path) -> toml::Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// What each member of the workspace names under `[dependencies]`, by folder.
fn declared() -> Reach {
    let workspace = toml_at(&root().join("Cargo.toml"))["workspace"].clone();
    let members = workspace["members"].as_array().unwrap().iter().map(|member| member.as_str().unwrap().to_owned());
    let folder_of: BTreeMap<String, String> = members
        .filter(|member| !BESIDE.contains(&member.as_str()))
        .map(|member| {
            let manifest = toml_at(&root().join(&member).join("Cargo.toml"));
            (manifest["package"]["name"].as_str().unwrap().to_owned(), member)
        })
        .collect();
    let arrows_of = |folder: &String| {
        let manifest = toml_at(&root().join(folder).join("Cargo.toml"));
        let named = manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        named.keys().filter_map(|name| folder_of.get(name).cloned()).collect()
    };
    folder_of.values().map(|folder| (folder.clone(), arrows_of(folder))).collect()
}

/// What the picture draws, by folder: `id["folder: what it is"]` and `id --> id & id`.
fn drawn() -> Reach {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, picture) = page.split_once("```mermaid").unwrap();
    let (picture, _) = picture.split_once("```").unwrap();
    let mut folders = BTreeMap::new();
    let mut arrows = Vec::new();
    for line in picture.lines().map(str::trim) {
        if let Some((id, label)) = line.split_once("[\"") {
            let (folder, _) = label.split_once(':').unwrap();
            folders.insert(id.to_owned(), folder.to_owned());
        }
        if let Some((from, to)) = line.split_once(" --> ") {
            arrows.extend(to.split(" & ").map(|to| (from.to_owned(), to.to_owned())));
        }
    }
    let mut drawn: Reach = folders.values().map(|folder| (folder.clone(), BTreeSet::new())).collect();
    for (from, to) in arrows {
        drawn.get_mut(&folders[&from]).unwrap().insert(folders[&to].clone());
    }
    drawn
}

/// With all that can be reached over several arrows.
fn closed(mut reach: Reach) -> Reach {
    loop {
        let further: Reach = reach
            .iter()
            .map(|(from, to)| {
                (from.clone(), to.iter().flat_map(|next| reach[next].clone()).chain(to.clone()).collect())
            })
            .collect();
        if further == reach {
            return reach;
        }
        reach = further;
    }
}

#[test]
fn the_picture_in_architecture_has_the_arrows_of_cargo() {
    let (declared, drawn) = (closed(declared()), closed(drawn()));
    assert_eq!(drawn.keys().collect::<Vec<_>>(), declared.keys().collect::<Vec<_>>(), "the crates of the workspace");
    for (folder, reached) in &declared {
        assert_eq!(&drawn[folder], reached, "what {folder} can call");
    }
}

#[test]
fn no_arrow_goes_round() {
    for (folder, reached) in closed(declared()) {
        assert!(!reached.contains(&folder), "{folder} can call itself");
    }
}

/// All Rust files of a folder.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let is_ours = !["target", "node_modules"].iter().any(|name| entry.ends_with(name));
            if entry.is_dir() && is_ours {
                open.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                found.push(entry);
            }
        }
    }
    found
}

/// What a crate names and never uses is compiled by everybody for nothing.
#[test]
fn every_dependency_is_used_where_it_is_named() {
    let mut unused = Vec::new();
    let mut named = BTreeSet::new();
    for folder in declared().keys().map(String::as_str).chain(BESIDE) {
        let manifest = toml_at(&root().join(folder).join("Cargo.toml"));
        let texts: Vec<String> = sources(folder).iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let words: BTreeSet<&str> =
            texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in manifest.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys) {
                named.insert(name.clone());
                if !words.contains(name.replace('-', "_").as_str()) {
                    unused.push(format!("{folder}: {name}"));
                }
            }
        }
    }
    let workspace = toml_at(&root().join("Cargo.toml"));
    let offered = workspace["workspace"]["dependencies"].as_table().unwrap();
    unused.extend(offered.keys().filter(|name| !named.contains(*name)).map(|name| format!("the workspace: {name}")));
    assert!(unused.is_empty(), "named and not used:\n{}", unused.join("\n"));
}

/// What objects of the expression language answer when they are asked for their class.
const CLASSES_THAT_SCRIPTS_SEE: &str = "engine/expr/src/object/model.rs";

/// What Camunda calls things stands in the crate that speaks to its clients. Others know by type what happened.
#[test]
fn camundas_codes_and_classes_stand_in_the_contract_alone() {
    let mut found = Vec::new();
    for folder in declared().keys().filter(|folder| *folder != "engine/rest") {
        for file in sources(&format!("{folder}/src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let place = file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            if place == CLASSES_THAT_SCRIPTS_SEE {
                continue;
            }
            let speaking = text.lines().enumerate().filter(|(_, line)| speaks_of_camunda(line));
            found.extend(speaking.map(|(at, line)| format!("{place}:{}: {}", at + 1, line.trim())));
        }
    }
    assert!(found.is_empty(), "to be put into words in engine/rest/src/words:\n{}", found.join("\n"));
}

fn speaks_of_camunda(line: &str) -> bool {
    let mut behind = line.split("ENGINE-").skip(1);
    line.contains("org.camunda.bpm.engine") || behind.any(|code| code.starts_with(|c: char| c.is_ascii_digit()))
}

/// The portal has a word for every element that a diagram can show, and lists no other.
#[test]
fn the_portal_knows_the_elements_that_the_engine_executes() {
    let file = root().join("portal/src/features/diagram/elements.ts");
    let text = std::fs::read_to_string(file).unwrap();
    let (_, words) = text.split_once("const KINDS: Record<string, Message> = {").unwrap();
    let (words, _) = words.split_once("};").unwrap();
    let shown: BTreeSet<&str> =
        words.lines().filter_map(|line| line.trim().split_once(':')).map(|(tag, _)| tag).collect();
    assert_eq!(shown, casewright_engine_model::flow_node_tags().collect());
}

/// Where it is decided whom clients trust.
const TRUST: &str = "platform/client/src/trust.rs";

/// Who makes a client without asking there whom to trust would know nothing of an authority of one's own (`server.tls.authority`).
#[test]
fn every_client_asks_one_place_whom_to_trust() {
    let mut found = Vec::new();
    for file in declared().keys().flat_map(|folder| sources(&format!("{folder}/src"))) {
        let place = file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let asks = text.contains("own_authorities");
        let alone = text.lines().enumerate().filter(|(_, line)| {
            let of_http = line.contains("Client::builder()") && !line.contains("trusting(");
            let of_others = line.contains(".tls_provider(") || line.contains("TlsParameters::");
            of_http || (of_others && !asks) || (line.contains("load_native_certs") && place != TRUST)
        });
        found.extend(alone.map(|(at, line)| format!("{place}:{}: {}", at + 1, line.trim())));
    }
    assert!(found.is_empty(), "to be told by casewright_client whom to trust:\n{}", found.join("\n"));
}

/// A reader must not have to look above or elsewhere for what a comment is about.
#[test]
fn a_doc_comment_names_its_subject() {
    let mut found = Vec::new();
    for file in declared().keys().map(String::as_str).chain(BESIDE).flat_map(sources) {
        let text = std::fs::read_to_string(&file).unwrap();
        let pointing = text.lines().map(str::trim_start).enumerate().filter(|(_, line)| points_elsewhere(line));
        found.extend(pointing.map(|(at, line)| format!("{}:{}: {line}", file.display(), at + 1)));
    }
    assert!(found.is_empty(), "say what is meant:\n{}", found.join("\n"));
}

fn points_elsewhere(line: &str) -> bool {
    let said = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim_start);
    said.is_some_and(|said| said.starts_with("The same") || said.starts_with("Ditto") || said.starts_with("As above"))
}

/// Where tests that a page names by their file's own name alone are.
const STRANGERS: &str = "casewright/tests";

/// A page about security is believed because a test shows what it says: each file and each test that it names is there.
#[test]
fn what_the_pages_about_security_name_is_there() {
    let word = regex::Regex::new("`([^`]+)`").unwrap();
    let mut missing = Vec::new();
    for page in ["docs/security/asvs.md", "docs/security/probes.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for row in text.lines().filter(|line| line.starts_with('|')) {
            let mut source: Option<String> = None;
            for named in word.captures_iter(row).map(|found| found[1].to_owned()) {
                if named.ends_with(".rs") && named.contains('/') {
                    let places = [root().join(&named), root().join(STRANGERS).join(&named)];
                    source = places.iter().find_map(|place| std::fs::read_to_string(place).ok());
                    missing.extend(source.is_none().then(|| format!("{page}: {named}")));
                } else if let Some(source) = source.as_ref().filter(|_| is_name_of_a_test(&named)) {
                    let is_there = source.contains(&named);
                    missing.extend((!is_there).then(|| format!("{page}: {named}")));
                }
            }
        }
    }
    assert!(missing.is_empty(), "named and not there:\n{}", missing.join("\n"));
}

/// Tests have long names; what is short is a value or a setting.
fn is_name_of_a_test(word: &str) -> bool {
    word.matches('_').count() >= 3 && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}
