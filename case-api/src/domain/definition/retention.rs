//! How long closed cases are kept, and what becomes of them then.

use casewright_forms::FieldFault;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a case is kept after it was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retention {
    /// From its closing, as ISO 8601 says it: `P7Y`, `P90D`, `PT30M`.
    pub period: String,
    #[serde(default)]
    pub action: RetentionAction,
}

/// What becomes of a case whose time is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionAction {
    /// The case and all that it owns are deleted; a certificate remains.
    #[default]
    Delete,
}

impl Retention {
    /// When a case is due that was closed at this time. Days and years are those of UTC.
    #[must_use]
    pub(crate) fn due_at(&self, closed_at: Timestamp) -> Option<Timestamp> {
        let span: Span = self.period.parse().ok().filter(|span: &Span| span.is_positive())?;
        Some(closed_at.to_zoned(TimeZone::UTC).checked_add(span).ok()?.timestamp())
    }
}

/// What is wrong with what a definition says of it.
#[must_use]
pub(super) fn check(retention: Option<&Retention>) -> Option<FieldFault> {
    let retention = retention?;
    // Leap years and all: from any day it has to lead somewhere.
    let leads_on = retention.period.len() <= 64 && retention.due_at(Timestamp::UNIX_EPOCH).is_some();
    let detail = "a positive period of ISO 8601 is expected, such as P7Y or P90D";
    (!leads_on).then(|| FieldFault::new("/retention/period", "invalid-period", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(period: &str) -> Retention {
        Retention { period: period.to_owned(), action: RetentionAction::Delete }
    }

    #[test]
    fn years_and_days_are_counted_from_closing() {
        let closed: Timestamp = "2024-02-29T12:00:00Z".parse().unwrap();
        let due = |period: &str| of(period).due_at(closed).map(|at| at.to_string());
        assert_eq!(due("P1Y").as_deref(), Some("2025-02-28T12:00:00Z"));
        assert_eq!(due("P90D").as_deref(), Some("2024-05-29T12:00:00Z"));
        assert_eq!(due("PT30M").as_deref(), Some("2024-02-29T12:30:00Z"));
    }

    #[test]
    fn what_is_no_period_is_a_fault_of_the_definition() {
        for wrong in ["", "7 years!", "P0D", "-P1Y", "P9999999Y"] {
            let fault = check(Some(&of(wrong))).unwrap_or_else(|| panic!("{wrong} is taken"));
            assert_eq!((&*fault.pointer, &*fault.code), ("/retention/period", "invalid-period"));
        }
        assert_eq!(check(Some(&of("P7Y"))), None);
        assert_eq!(check(None), None);
    }
}
