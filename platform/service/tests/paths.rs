//! No room joins a path of a request from text: `path!` is the only way, and this looks for the others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::fs;
use std::path::{Path, PathBuf};

/// Tools that measure and test, run by developers with paths of their own.
const TOOLS: [&str; 2] = ["bench", "xtask"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Of every member of the workspace but the tools.
fn sources_of_rooms() -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest: toml::Table = fs::read_to_string(workspace.join("Cargo.toml")).unwrap().parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let rooms = members.iter().map(|member| member.as_str().unwrap()).filter(|member| !TOOLS.contains(member));
    let mut found = Vec::new();
    for room in rooms {
        sources(&workspace.join(room).join("src"), &mut found);
    }
    found
}

/// Ways of joining a request's path that escape nothing, without the white space that formatting puts in between.
fn is_joined(source: &str) -> bool {
    let dense: String = source.split_whitespace().collect();
    ["format!(\"/api", "format!(\"/engine-rest", "RequestPath::made("].iter().any(|way| dense.contains(way))
}

#[test]
fn no_room_joins_a_path_from_text() {
    let this = Path::new("platform/service/src/path.rs");
    let all = sources_of_rooms();
    assert!(all.len() > 300, "the sources of all rooms were found, not {} files", all.len());
    let joined: Vec<&PathBuf> = all
        .iter()
        .filter(|path| !path.ends_with(this))
        .filter(|path| is_joined(&fs::read_to_string(path).unwrap()))
        .collect();
    assert!(joined.is_empty(), "use `casewright_service::path!` in {joined:?}");
}

#[test]
fn what_is_looked_for_is_found() {
    assert!(is_joined("client.get(&format!(\n    \"/api/v1/cases/{id}\"\n))"));
    assert!(is_joined("let path = format!(\"/engine-rest/task/{}\", id);"));
    assert!(!is_joined("client.get(&path!(\"/api/v1/cases/{}\", id))"));
}
