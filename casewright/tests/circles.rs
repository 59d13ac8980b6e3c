//! No crate has a circle of more than three files that import each other: whoever reads one can stop there.
//!
//! Imports are found in the text: `use` and paths that begin with `crate`, `super` or `self`. What a file only hands on
//! (`pub use`) is followed to where it comes from. Unit tests and comments are left out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Files in a circle that are still easily read together.
const AT_MOST: usize = 3;

/// Where a file stands in its crate: `["shard", "writer"]`.
type Module = Vec<String>;
type Arrows = BTreeMap<Module, BTreeSet<Module>>;

static COMMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"//[^\n]*").unwrap());
static USE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*(?P<shown>pub(?:\([^)]*\))?\s+)?use\s+(?P<tree>[^;]+);").unwrap());
static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:crate|super|self)(?:::\w+)+").unwrap());

/// The files of a crate, with what they say.
struct Crate {
    texts: BTreeMap<Module, String>,
}

/// What a path means: the file that it goes into, and the name it takes from there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    module: Module,
    name: Option<String>,
}

impl Crate {
    fn read(source: &Path) -> Self {
        let mut texts = BTreeMap::new();
        let mut folders = vec![source.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = COMMENT.replace_all(&read_to_string(&path).unwrap(), "").into_owned();
                    let (text, _tests) = text.split_once("#[cfg(test)]\nmod tests").unwrap_or((&text, ""));
                    texts.insert(module_of(source, &path), text.to_owned());
                }
            }
        }
        Self { texts }
    }

    /// None when the path leaves the crate.
    fn resolve(&self, from: &Module, path: &str) -> Option<Target> {
        let mut parts = path.split("::").map(str::trim).peekable();
        let mut module = from.clone();
        match *parts.peek()? {
            "crate" => {
                parts.next();
                module = Module::new();
            }
            "self" => drop(parts.next()),
            "super" => {
                while parts.next_if_eq(&"super").is_some() {
                    module.pop();
                }
            }
            // A child that is named without `self`.
            child => {
                module.push(child.to_owned());
                self.texts.get(&module)?;
                parts.next();
            }
        }
        while let Some(part) = parts.peek() {
            module.push((*part).to_owned());
            if !self.texts.contains_key(&module) {
                module.pop();
                break;
            }
            parts.next();
        }
        Some(Target { module, name: parts.next().map(str::to_owned) })
    }

    /// Names that a file hands on, and from where.
    fn handed_on(&self) -> BTreeMap<Target, Target> {
        let mut handed_on = BTreeMap::new();
        for (module, text) in &self.texts {
            for found in USE.captures_iter(text).filter(|found| found.name("shown").is_some()) {
                for path in leaves(&found["tree"]) {
                    let target = self.resolve(module, &path).filter(|target| target.module != *module);
                    if let Some(target) = target.filter(|target| target.name.is_some()) {
                        handed_on.insert(Target { module: module.clone(), name: target.name.clone() }, target);
                    }
                }
            }
        }
        handed_on
    }

    fn arrows(&self) -> Arrows {
        let handed_on = self.handed_on();
        let mut arrows = Arrows::new();
        for (module, text) in &self.texts {
            let uses = USE.captures_iter(text).filter(|found| found.name("shown").is_none());
            let mut paths: Vec<String> = uses.flat_map(|found| leaves(&found["tree"])).collect();
            let body = USE.replace_all(text, "");
            paths.extend(PATH.find_iter(&body).map(|found| found.as_str().to_owned()));
            for path in paths {
                let Some(mut target) = self.resolve(module, &path) else {
                    continue;
                };
                let mut seen = BTreeSet::new();
                while let Some(next) = handed_on.get(&target).filter(|_| seen.insert(target.clone())) {
                    target = next.clone();
                }
                if target.module != *module {
                    arrows.entry(module.clone()).or_default().insert(target.module);
                }
            }
        }
        arrows
    }
}

fn module_of(source: &Path, file: &Path) -> Module {
    let relative = file.strip_prefix(source).unwrap().with_extension("");
    let mut module: Module = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    module.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
    module
}

/// `a::{b, c::{self, d as e}}` as `a::b`, `a::c`, `a::c::d`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, inside)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().trim().to_owned()];
    };
    let inside = inside.rsplit_once('}').unwrap().0;
    let mut depth = 0;
    let items = inside.split(|letter: char| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    });
    items
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .flat_map(|item| match item {
            "self" => vec![before.trim().trim_end_matches("::").to_owned()],
            item => leaves(&format!("{}{item}", before.trim())),
        })
        .collect()
}

/// All files that a file reaches.
fn reach(arrows: &Arrows, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = arrows.get(from).into_iter().flatten().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module.clone()) {
            next.extend(arrows.get(module).into_iter().flatten());
        }
    }
    reached
}

/// Files that reach each other, each set once.
fn circles(arrows: &Arrows) -> BTreeSet<BTreeSet<Module>> {
    let reaches: BTreeMap<&Module, BTreeSet<Module>> = arrows.keys().map(|from| (from, reach(arrows, from))).collect();
    let of = |from: &Module| -> BTreeSet<Module> {
        let back = |to: &&Module| reaches.get(*to).is_some_and(|reached| reached.contains(from));
        reaches[from].iter().filter(back).cloned().collect()
    };
    reaches.keys().map(|from| of(from)).filter(|circle| circle.len() > 1).collect()
}

fn crates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest: toml::Table = read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    members.iter().map(|member| root.join(member.as_str().unwrap())).collect()
}

#[test]
fn no_circle_of_imports_has_more_than_three_files() {
    let mut found = Vec::new();
    let mut files = 0;
    for folder in crates() {
        let read = Crate::read(&folder.join("src"));
        files += read.texts.len();
        for circle in circles(&read.arrows()).into_iter().filter(|circle| circle.len() > AT_MOST) {
            let names: Vec<String> = circle.iter().map(|module| module.join("/")).collect();
            found.push(format!("{}: {}", folder.display(), names.join(", ")));
        }
    }
    assert!(files > 500, "only {files} files were read");
    assert!(found.is_empty(), "circles of more than {AT_MOST} files:\n{}", found.join("\n"));
}

#[test]
fn circles_are_found() {
    let text = |of: &[(&str, &str)]| {
        let texts =
            of.iter().map(|(at, text)| (at.split('/').map(str::to_owned).collect(), (*text).to_owned())).collect();
        Crate { texts }
    };
    let house = text(&[
        ("a", "use crate::b::{self, inner::{One, Two as Other}};"),
        ("b", "pub use inner::One;\nmod inner;"),
        ("b/inner", "fn f() { crate::c::call() }"),
        ("c", "use super::a::Thing;"),
        ("d", "use crate::b::One;"),
    ]);
    let names = |circle: &BTreeSet<Module>| circle.iter().map(|module| module.join("/")).collect::<Vec<_>>();
    let found: Vec<_> = circles(&house.arrows()).iter().map(names).collect();
    assert_eq!(found, [["a", "b/inner", "c"]]);
}
