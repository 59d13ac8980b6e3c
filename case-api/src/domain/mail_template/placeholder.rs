//! What stands in a template for something of the case: `{{case.number}}`, `{{requester.name}}`, `{{field.policyNumber}}`, `{{me.name}}`.
//!
//! A text is read once; what is put in for a placeholder is never read for further ones.

use std::fmt;

/// Placeholders of one text at most.
const MOST: usize = 200;
/// Faults of one text that are told at most.
const MOST_FAULTS: usize = 20;
/// Longest name within the braces, in bytes.
const LONGEST: usize = 200;

/// Names that every case has.
const NAMES: [&str; 13] = [
    "case.number",
    "case.title",
    "case.definition",
    "case.stage",
    "case.status",
    "case.queue",
    "case.assignee",
    "case.dueDate",
    "requester.name",
    "requester.email",
    "me.name",
    "me.email",
    "today",
];

/// What a placeholder names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Placeholder {
    /// One of the names that every case has.
    Named(&'static str),
    /// The field of the case with this id.
    Field(String),
}

impl fmt::Display for Placeholder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => out.write_str(name),
            Self::Field(id) => write!(out, "field.{id}"),
        }
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    Placeholder(Placeholder),
}

/// What is wrong with a placeholder, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Counted from 1, in characters.
    pub line: usize,
    pub column: usize,
    /// `unknown-placeholder`, `unclosed-placeholder` or `too-many`.
    pub code: &'static str,
    pub detail: String,
}

/// The pieces of a text, and what is wrong with it.
pub(crate) fn read(text: &str) -> (Vec<Piece<'_>>, Vec<Fault>) {
    let (mut pieces, mut faults, mut rest) = (Vec::new(), Vec::new(), text);
    let mut count = 0;
    while faults.len() < MOST_FAULTS
        && let Some((before, behind)) = rest.split_once("{{")
    {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let at = text.len() - behind.len() - 2;
        let Some((name, after)) = behind.split_once("}}").filter(|(name, _)| !name.contains("{{")) else {
            faults.push(fault(text, at, "unclosed-placeholder", "`{{` has no `}}`".to_owned()));
            // What follows is read on: it may have faults of its own.
            rest = behind;
            continue;
        };
        rest = after;
        count += 1;
        match named(name.trim()) {
            Some(placeholder) if count <= MOST => pieces.push(Piece::Placeholder(placeholder)),
            Some(_) => {
                faults.push(fault(text, at, "too-many", format!("{MOST} placeholders at most")));
                rest = "";
            }
            None => {
                let shown: String = name.trim().chars().take(60).collect();
                let detail = format!("`{shown}` is none of {}, field.<id>", NAMES.join(", "));
                faults.push(fault(text, at, "unknown-placeholder", detail));
            }
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    (pieces, faults)
}

fn named(name: &str) -> Option<Placeholder> {
    if let Some(known) = NAMES.iter().find(|known| **known == name) {
        return Some(Placeholder::Named(known));
    }
    let is_id = |id: &&str| {
        !id.is_empty() && id.len() <= LONGEST && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    name.strip_prefix("field.").filter(is_id).map(|id| Placeholder::Field(id.to_owned()))
}

fn fault(text: &str, at: usize, code: &'static str, detail: String) -> Fault {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let (line, column) = (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
    Fault { line, column, code, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_its_pieces() {
        let (pieces, faults) = read("Dear {{ requester.name }},\n{{field.policy-no}}{{case.number}}");
        assert_eq!(faults, []);
        let expected = [
            Piece::Text("Dear "),
            Piece::Placeholder(Placeholder::Named("requester.name")),
            Piece::Text(",\n"),
            Piece::Placeholder(Placeholder::Field("policy-no".to_owned())),
            Piece::Placeholder(Placeholder::Named("case.number")),
        ];
        assert_eq!(pieces, expected);
        assert_eq!(read("a } b }} c { d").0, [Piece::Text("a } b }} c { d")]);
    }

    #[test]
    fn a_fault_is_told_with_its_place_and_the_next_one_as_well() {
        let (_, faults) = read("Grüße {{me.nam}}\n  {{case.title und {{field.}}\n{{today");
        let places: Vec<(usize, usize, &str)> = faults.iter().map(|f| (f.line, f.column, f.code)).collect();
        let expected = [
            (1, 7, "unknown-placeholder"),
            (2, 3, "unclosed-placeholder"),
            (2, 20, "unknown-placeholder"),
            (3, 1, "unclosed-placeholder"),
        ];
        assert_eq!(places, expected);
        assert!(faults[0].detail.starts_with("`me.nam` is none of case.number"), "{}", faults[0].detail);
    }

    #[test]
    fn a_text_has_a_budget_of_placeholders() {
        let long = "{{today}}".repeat(10_000);
        let (pieces, faults) = read(&long);
        assert_eq!((pieces.len(), faults.len(), faults[0].code), (MOST, 1, "too-many"));
    }
}
