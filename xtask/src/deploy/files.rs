//! Reading what is in `deploy/`.

use crate::process::root;
use anyhow::{Context as _, Result};
use serde::Deserialize as _;
use serde_json::Value as Json;
use serde_yaml_ng::Value as Yaml;
use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository as text.
pub(super) fn text(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("reading {path}"))
}

/// All documents of a YAML text, with what they merge (`<<`) in place. Empty documents are none.
pub(super) fn documents(text: &str) -> Result<Vec<Json>> {
    let mut found = Vec::new();
    for document in serde_yaml_ng::Deserializer::from_str(text) {
        let document = Yaml::deserialize(document)?;
        if !document.is_null() {
            found.push(serde_json::to_value(merged(document))?);
        }
    }
    Ok(found)
}

/// The one document of a YAML file of the repository.
pub(super) fn document(path: &str) -> Result<Json> {
    let documents = documents(&text(path)?).with_context(|| path.to_owned())?;
    documents.into_iter().next().with_context(|| format!("{path} has no document"))
}

/// A mapping takes of those that it merges what it does not say itself; they may merge others.
fn merged(value: Yaml) -> Yaml {
    match value {
        Yaml::Sequence(items) => Yaml::Sequence(items.into_iter().map(merged).collect()),
        Yaml::Mapping(mut mapping) => {
            let bases = match mapping.remove("<<") {
                None => Vec::new(),
                Some(Yaml::Sequence(several)) => several,
                Some(one) => vec![one],
            };
            let mut whole: serde_yaml_ng::Mapping = mapping.into_iter().map(|(key, own)| (key, merged(own))).collect();
            for base in bases {
                let Yaml::Mapping(base) = merged(base) else { continue };
                for (key, inherited) in base {
                    if !whole.contains_key(&key) {
                        whole.insert(key, inherited);
                    }
                }
            }
            Yaml::Mapping(whole)
        }
        other => other,
    }
}

/// Files below a folder of the repository whose names end so, as paths of the repository, in order.
pub(super) fn below(folder: &str, ending: &str) -> Result<Vec<String>> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("reading {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(of_the_repository(&path)?);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn of_the_repository(path: &Path) -> Result<String> {
    let path: PathBuf = path.strip_prefix(root()).context("a file of the repository")?.to_owned();
    path.into_os_string().into_string().ok().context("a file's name is not in UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_merged_may_merge_and_the_nearest_wins() {
        let text = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\nd: {<<: [*b, {w: 4}]}\n";
        let found = &documents(text).unwrap()[0];
        assert_eq!(found["c"], serde_json::json!({"x": 1, "y": 2, "z": 3}));
        assert_eq!(found["d"], serde_json::json!({"x": 1, "y": 2, "w": 4}));
    }
}
