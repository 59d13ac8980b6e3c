//! Camunda's built-in password policy: which rules there are, and which of them a password keeps. Off unless the configuration
//! switches it on, as in Camunda; it then holds for the passwords of the contract's users.

use crate::error::{RestError, RestResult};
use crate::request::{Fields, Reply, Req, ok};
use casewright_access::accounts::MAX_PASSWORD;
use http::StatusCode;
use serde_json::{Value as Json, json};

/// What Camunda counts as a special character.
const SPECIAL: &str = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// A rule: what it is called, how much it wants of what, and how to look for it.
struct Rule {
    placeholder: &'static str,
    /// Name of the parameter, and the least number.
    least: Option<(&'static str, usize)>,
    kept: fn(&Candidate<'_>) -> usize,
}

struct Candidate<'a> {
    password: &'a str,
    profile: Option<&'a Fields>,
}

const RULES: &[Rule] = &[
    Rule { placeholder: "PASSWORD_POLICY_USER_DATA", least: None, kept: |of| usize::from(!of.tells_about_the_user()) },
    Rule { placeholder: "PASSWORD_POLICY_LENGTH", least: Some(("minLength", 10)), kept: |of| of.count(|_| true) },
    Rule {
        placeholder: "PASSWORD_POLICY_LOWERCASE",
        least: Some(("minLowerCase", 1)),
        kept: |of| of.count(char::is_lowercase),
    },
    Rule {
        placeholder: "PASSWORD_POLICY_UPPERCASE",
        least: Some(("minUpperCase", 1)),
        kept: |of| of.count(char::is_uppercase),
    },
    Rule {
        placeholder: "PASSWORD_POLICY_DIGIT",
        least: Some(("minDigit", 1)),
        kept: |of| of.count(|letter| letter.is_ascii_digit()),
    },
    Rule {
        placeholder: "PASSWORD_POLICY_SPECIAL",
        least: Some(("minSpecial", 1)),
        kept: |of| of.count(|letter| SPECIAL.contains(letter)),
    },
];

impl Candidate<'_> {
    fn count(&self, wanted: impl Fn(char) -> bool) -> usize {
        self.password.chars().filter(|letter| wanted(*letter)).count()
    }

    /// Does it contain the user's id, name or address, in whatever case?
    fn tells_about_the_user(&self) -> bool {
        let Some(profile) = self.profile else {
            return false;
        };
        let password = self.password.to_uppercase();
        ["id", "firstName", "lastName", "email"].into_iter().any(|field| {
            let data = profile.get(field).and_then(Json::as_str).unwrap_or_default().trim().to_uppercase();
            !data.is_empty() && password.contains(&data)
        })
    }
}

impl Rule {
    fn is_kept(&self, candidate: &Candidate<'_>) -> bool {
        (self.kept)(candidate) >= self.least.map_or(1, |(_, number)| number)
    }

    /// Numbers are texts in this part of the contract.
    fn described(&self) -> Json {
        let parameter = self.least.map(|(name, number)| json!({name: number.to_string()}));
        json!({"placeholder": self.placeholder, "parameter": parameter})
    }
}

/// `GET /identity/password-policy`.
pub(crate) async fn get(req: Req) -> Reply {
    must_be_on(&req)?;
    ok(json!({"rules": RULES.iter().map(Rule::described).collect::<Vec<_>>()}))
}

/// `POST /identity/password-policy`: which rules a password keeps.
pub(crate) async fn check(req: Req) -> Reply {
    must_be_on(&req)?;
    let body = req.json()?;
    let Some(password) = body.text("password")? else {
        return Err(RestError::null_value("password is null"));
    };
    must_be_short(&password)?;
    let profile = body.object("profile")?;
    let candidate = Candidate { password: &password, profile: profile.as_ref() };
    let judged: Vec<(bool, &Rule)> = RULES.iter().map(|rule| (rule.is_kept(&candidate), rule)).collect();
    let rules = judged.iter().map(|(is_kept, rule)| {
        let mut described = rule.described();
        described["valid"] = json!(is_kept);
        described
    });
    ok(json!({"rules": rules.collect::<Vec<_>>(), "valid": judged.iter().all(|(is_kept, _)| *is_kept)}))
}

/// Refuses a password that breaks the policy, when there is one.
pub(super) fn enforce(req: &Req, password: &str, profile: &Fields) -> RestResult<()> {
    must_be_short(password)?;
    let candidate = Candidate { password, profile: Some(profile) };
    if req.engine.config().password_policy && !RULES.iter().all(|rule| rule.is_kept(&candidate)) {
        return Err(RestError::engine("Password does not match policy"));
    }
    Ok(())
}

fn must_be_short(password: &str) -> RestResult<()> {
    if password.len() > MAX_PASSWORD {
        return Err(RestError::invalid(format!("A password has at most {MAX_PASSWORD} bytes")));
    }
    Ok(())
}

fn must_be_on(req: &Req) -> RestResult<()> {
    if req.engine.config().password_policy {
        return Ok(());
    }
    let message = "No password policy was found to check against.";
    Err(RestError::new(StatusCode::NOT_FOUND, "InvalidRequestException", message, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(password: &str, profile: &Json) -> Vec<&'static str> {
        let profile = profile.as_object().cloned().map(Fields);
        let candidate = Candidate { password, profile: profile.as_ref() };
        RULES.iter().filter(|rule| !rule.is_kept(&candidate)).map(|rule| rule.placeholder).collect()
    }

    #[test]
    fn a_password_breaks_the_rules_it_breaks_and_no_others() {
        let ben = json!({"id": "ben", "firstName": "Benjamin", "lastName": "", "email": null});
        let nothing: [&str; 0] = [];
        assert_eq!(broken("Another-1-Of-1999!", &ben), nothing);
        assert_eq!(broken("I-am-BENjamin-1", &ben), ["PASSWORD_POLICY_USER_DATA"]);
        assert_eq!(broken("Short-1", &ben), ["PASSWORD_POLICY_LENGTH"]);
        assert_eq!(
            broken("1234567890", &Json::Null),
            ["PASSWORD_POLICY_LOWERCASE", "PASSWORD_POLICY_UPPERCASE", "PASSWORD_POLICY_SPECIAL"]
        );
        assert_eq!(broken("Not-a-digit", &ben), ["PASSWORD_POLICY_DIGIT"]);
    }
}
