//! `Idempotency-Key`: the same key answers with the same aggregate.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

/// Longest key accepted, in characters.
pub const MAX_LENGTH: usize = 200;

/// The key a caller chose for one creation; none when it did not.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct IdempotencyKey(pub Option<String>);

impl IdempotencyKey {
    /// The id of the aggregate to create: derived from tenant, kind and key, so that a repeat finds the first one;
    /// `otherwise` (a fresh id) without a key.
    #[must_use]
    pub fn aggregate_id(&self, tenant: &str, kind: &str, otherwise: Uuid) -> Uuid {
        match &self.0 {
            None => otherwise,
            Some(key) => {
                let name = format!("{tenant}\u{0}{kind}\u{0}{key}");
                Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.chars().count() > MAX_LENGTH {
            return Err(Problem::bad_request(
                "invalid-idempotency-key",
                "Idempotency-Key is 1 to 200 visible ASCII characters.",
            ));
        }
        Ok(Self(Some(key.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_names_the_same_aggregate_of_one_tenant_and_kind() {
        let key = IdempotencyKey(Some("order-17".into()));
        let id = key.aggregate_id("a", "case", Uuid::nil());
        assert_eq!(id, key.aggregate_id("a", "case", Uuid::max()));
        assert_ne!(id, key.aggregate_id("b", "case", Uuid::nil()));
        assert_ne!(id, key.aggregate_id("a", "mail", Uuid::nil()));
        assert_eq!(IdempotencyKey(None).aggregate_id("a", "case", Uuid::max()), Uuid::max());
    }
}
