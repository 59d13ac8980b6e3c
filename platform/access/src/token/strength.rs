//! How strongly and how recently a person has to have signed in at an external provider (RFC 9470).

use crate::authentication::Authentication;
use crate::config::ExternalIssuer;
use axum::http::StatusCode;
use casewright_service::Problem;
use serde_json::Value;

/// Clocks may differ by this many seconds.
const LEEWAY: i64 = 30;
/// RFC 9470, section 3.
const CODE: &str = "insufficient_user_authentication";

/// What a token says of how somebody signed in.
pub(super) fn told(claims: &Value) -> Authentication {
    let amr = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
    Authentication {
        acr: claims.get("acr").and_then(Value::as_str).map(str::to_owned),
        amr: amr.filter_map(Value::as_str).map(str::to_owned).collect(),
        auth_time: claims.get("auth_time").and_then(Value::as_i64),
    }
}

/// Whether that is enough for the settings.
///
/// # Errors
/// 401 `insufficient-user-authentication`, with what a client has to ask the provider for.
pub(super) fn check(config: &ExternalIssuer, told: &Authentication, now: i64) -> Result<(), Problem> {
    let has_acr = told.acr.as_ref().is_some_and(|acr| config.required_acr.contains(acr));
    let is_strong = (config.required_acr.is_empty() || has_acr)
        && config.required_amr.iter().all(|method| told.amr.contains(method));
    let oldest = now - i64::from(config.max_age) - LEEWAY;
    let is_recent = config.max_age == 0 || told.auth_time.is_some_and(|at| at >= oldest && at <= now + LEEWAY);
    if is_strong && is_recent {
        return Ok(());
    }
    let detail = match is_strong {
        true => {
            "The sign-in at the identity provider was too long ago, or the token does not say when it was. Sign in again."
        }
        false => "The sign-in at the identity provider was not strong enough, or the token does not say how it was.",
    };
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "insufficient-user-authentication", detail);
    Err(problem.challenge(challenge(config)))
}

fn challenge(config: &ExternalIssuer) -> String {
    let mut challenge = format!("Bearer error=\"{CODE}\", error_description=\"A stronger or newer sign-in is needed\"");
    if !config.required_acr.is_empty() {
        // What stands in quotes is a setting; what would end them is left out.
        let values = config.required_acr.join(" ").replace(['"', '\\'], "");
        challenge.push_str(&format!(", acr_values=\"{values}\""));
    }
    if config.max_age > 0 {
        challenge.push_str(&format!(", max_age=\"{}\"", config.max_age));
    }
    challenge
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_000_000;

    #[track_caller]
    fn code(config: &ExternalIssuer, claims: Value) -> Option<String> {
        check(config, &told(&claims), NOW).err().map(|problem| problem.code)
    }

    #[test]
    fn one_of_the_levels_all_of_the_methods_and_no_longer_ago() {
        let refused = Some("insufficient-user-authentication".to_owned());
        assert_eq!(code(&ExternalIssuer::default(), json!({})), None);

        let levels = ["gold".to_owned(), "silver".to_owned()].to_vec();
        let config = ExternalIssuer { required_acr: levels, ..ExternalIssuer::default() };
        assert_eq!(code(&config, json!({"acr": "silver"})), None);
        assert_eq!(code(&config, json!({"acr": "bronze"})), refused);
        assert_eq!(code(&config, json!({"acr": ["silver"]})), refused);
        assert_eq!(code(&config, json!({})), refused);

        let methods = ["pwd".to_owned(), "otp".to_owned()].to_vec();
        let config = ExternalIssuer { required_amr: methods, ..ExternalIssuer::default() };
        assert_eq!(code(&config, json!({"amr": ["otp", "pwd", "mfa"]})), None);
        assert_eq!(code(&config, json!({"amr": ["pwd"]})), refused);
        assert_eq!(code(&config, json!({"amr": "pwd otp"})), refused);

        let config = ExternalIssuer { max_age: 600, ..ExternalIssuer::default() };
        assert_eq!(code(&config, json!({"auth_time": NOW - 600})), None);
        assert_eq!(code(&config, json!({"auth_time": NOW - 700})), refused);
        assert_eq!(code(&config, json!({"auth_time": NOW + 700})), refused, "from the future");
        assert_eq!(code(&config, json!({})), refused);
    }

    #[test]
    fn the_challenge_says_what_to_ask_for() {
        let config =
            ExternalIssuer { required_acr: vec!["a\"b".into(), "c".into()], max_age: 5, ..ExternalIssuer::default() };
        let told = challenge(&config);
        assert!(told.ends_with(r#", acr_values="ab c", max_age="5""#), "{told}");
    }
}
