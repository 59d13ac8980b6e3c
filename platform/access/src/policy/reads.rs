//! Which parts of their input policies can read, from their words alone.

use super::rego::RegoModule;
use regorus::Source;
use regorus::unstable::{Lexer, TokenKind};

/// Whether one of these policies may read this part of its input (`["resource", "id"]` is `input.resource.id`).
///
/// Sure where it says no: every `input` in them, whatever it is there for, goes on by names that lead elsewhere. Brackets,
/// `with`, an import or `input` as an argument may lead anywhere.
pub(super) fn may_read(modules: &[RegoModule], part: &[&str]) -> bool {
    modules.iter().any(|module| module_may_read(module, part).unwrap_or(true))
}

fn module_may_read(module: &RegoModule, part: &[&str]) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let source = Source::from_contents(module.name.clone(), module.source.clone())?;
    let mut lexer = Lexer::new(&source);
    let mut words = Vec::new();
    loop {
        let token = lexer.next_token()?;
        match token.0 {
            TokenKind::Eof => break,
            // What is in quotes names nothing.
            TokenKind::String | TokenKind::RawString => words.push("\"\"".to_owned()),
            _ => words.push(token.1.text().to_owned()),
        }
    }
    Ok((0..words.len()).filter(|at| words[*at] == "input").any(|at| {
        let mut rest = words[at + 1..].chunks_exact(2);
        for name in part {
            match rest.next() {
                Some([dot, follows]) if dot == "." && follows == name => {}
                Some([dot, _]) if dot == "." => return false,
                _ => return true,
            }
        }
        true
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(policy: &str, reads_id: bool) {
        let module = RegoModule::new("own.rego", format!("package casewright.local\n{policy}\n"));
        assert_eq!(may_read(&[module], &["resource", "id"]), reads_id, "{policy}");
    }

    #[test]
    fn names_that_lead_elsewhere_read_nothing() {
        check("allow if input.resource.kind == \"input.resource.id\" # input.resource.id", false);
        check("allow if input.subject.id == input.resource.attributes.id", false);
        check("allow if input.resource.attributes[input.action]", false);
    }

    #[test]
    fn whatever_may_lead_there_reads_it() {
        check("deny if input.resource.id == \"7\"", true);
        check("deny if input . resource . id == \"7\"", true);
        check("deny if startswith(input.resource.id[0], \"x\")", true);
        check("deny if input.resource[name]", true);
        check("deny if input[\"resource\"].id", true);
        check("deny if object.get(input.resource, \"id\", 0)", true);
        check("import input.resource as thing", true);
        check("deny if data.other.allow with input as {}", true);
        check("deny if walk(input)", true);
        check("deny if input", true);
        check("\"not closed", true);
    }

    #[test]
    fn the_default_policy_does_not_ask_which_one_it_is() {
        let modules = [RegoModule::new("a", super::super::DEFAULT), RegoModule::new("b", super::super::DECISION)];
        assert!(!may_read(&modules, &["resource", "id"]));
        assert!(!may_read(&modules, &["resource", "attributes", "case", "id"]));
        assert!(!may_read(&modules, &["subject", "onBehalfOf"]));
        assert!(!may_read(&modules, &["subject", "authentication"]));
        assert!(may_read(&modules, &["resource", "kind"]));
        assert!(may_read(&modules, &["subject", "groups"]));
    }
}
