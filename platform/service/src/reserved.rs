//! Names of process variables that only the platform's own rooms set.
//!
//! The built-in workers act on what these name, with rights that no user has. Who could set one would choose the case, the mail
//! or the documents that the machine changes for them.

use crate::problem::Problem;

/// What the workers and the rooms rely on; `docs/topics.md` says who sets which.
pub const VARIABLES: [&str; 5] = ["caseId", "caseStartId", "documentIds", "initiator", "mailId"];

/// Is it one of [`VARIABLES`]?
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    VARIABLES.contains(&name)
}

/// Refuses names of variables that a user gave, each with its place below `pointer`.
///
/// # Errors
/// 422 `reserved-variable` with every reserved name.
pub fn refuse<'a>(names: impl IntoIterator<Item = &'a str>, pointer: &str) -> Result<(), Problem> {
    let reserved: Vec<&str> = names.into_iter().filter(|name| is_reserved(name)).collect();
    if reserved.is_empty() {
        return Ok(());
    }
    let detail = format!("Only the platform itself sets {}.", reserved.join(", "));
    let problem = Problem::unprocessable("reserved-variable", detail);
    Err(reserved.into_iter().fold(problem, |problem, name| {
        problem.with_error(
            format!("{pointer}/{name}"),
            "reserved-variable",
            "a name that the platform keeps for itself",
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reserved_name_is_told_with_its_place() {
        assert!(refuse(["amount", "caseid", "caseIds"], "/variables").is_ok());
        let problem = refuse(["amount", "mailId", "caseId"], "/variables").expect_err("two of them are reserved");
        assert_eq!(problem.code, "reserved-variable");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/variables/mailId", "/variables/caseId"]);
    }
}
