//! How a case that is part of another one, or cannot become it, says so.

use crate::domain::case::merge::{MergeRefusal, NamedCase};
use casewright_service::Problem;
use serde_json::json;

/// 409 with the case that goes on.
pub(crate) fn refused(into: &NamedCase) -> Problem {
    let detail = format!("The case was merged into {}: work there.", into.number);
    Problem::conflict("case-merged", detail).with_details(json!({"mergedInto": into}))
}

/// 422 with what stands in the way.
pub(crate) fn not_mergeable(why: MergeRefusal) -> Problem {
    let (code, detail) = reason(why);
    Problem::unprocessable(code, detail).with_error("/into", code, detail)
}

/// The code of a refusal, and its sentence.
pub(crate) fn reason(why: MergeRefusal) -> (&'static str, &'static str) {
    match why {
        MergeRefusal::SameCase => ("same-case", "a case is not merged with itself"),
        MergeRefusal::TargetClosed => ("target-closed", "the other case is closed"),
        MergeRefusal::TargetMerging => ("target-merging", "the other case is being merged into another one"),
        MergeRefusal::RestrictionMismatch => {
            ("restriction-mismatch", "others may see the one case than may see the other")
        }
        MergeRefusal::AlreadyMerged => ("already-merged", "the case was merged into another one already"),
    }
}
