//! The cookies of the issuer: who is signed in, that a form came from us, and that somebody signed in here before.

use crate::access::Access;
use crate::issuer::code::SessionCookie;
use crate::sessions::Session;
use axum::http::{HeaderMap, HeaderValue, header};
use casewright_journal::TenantId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;

const SESSION: &str = "casewright_session";
const FORM: &str = "casewright_form";
const DEVICE: &str = "casewright_device";
/// How long a browser is known, in seconds.
const DEVICE_SECONDS: i64 = 180 * 24 * 3600;

/// A browser in which this user has signed in. It opens nothing: guesses by strangers do not close the door to it.
#[derive(Serialize, Deserialize)]
struct Device {
    tenant: TenantId,
    user: String,
    id: String,
    expires: i64,
}

/// The living sign-in of the browser, if it has one.
pub(crate) async fn signed_in(
    access: &Access,
    headers: &HeaderMap,
) -> Result<Option<(SessionCookie, Arc<Session>)>, casewright_journal::StoreError> {
    let Some(cookie) =
        read(access, headers, SESSION).and_then(|sealed| SessionCookie::open(&access.inner.vault, &sealed))
    else {
        return Ok(None);
    };
    let handle = access.inner.journal.tenant(&cookie.tenant);
    let session = handle.load::<Session>(&cookie.session).await?.map(|(session, _)| session);
    let (now, sessions) = (access.inner.journal.clock().now(), &access.inner.sessions);
    let known =
        session.filter(|session| session.has_cookie(&cookie.hash()) && session.is_alive(now, sessions.lifetime()));
    let Some(session) = known else {
        return Ok(None);
    };
    let is_standing = sessions.is_standing(&cookie.tenant, &session.user, &cookie.session, session.version).await?;
    Ok(is_standing.then_some((cookie, session)))
}

pub(crate) fn set_session(access: &Access, cookie: &SessionCookie) -> HeaderValue {
    let value = cookie.seal(&access.inner.vault);
    let max_age = access.config().session_max_seconds;
    write(access, SESSION, &value, &format!("; Max-Age={max_age}"))
}

pub(crate) fn clear_session(access: &Access) -> HeaderValue {
    write(access, SESSION, "", "; Max-Age=0")
}

/// The name of this browser when this user has signed in with it.
pub(crate) fn device(access: &Access, headers: &HeaderMap, tenant: &TenantId, user: &str) -> Option<String> {
    let sealed = read(access, headers, DEVICE).filter(|sealed| sealed.len() <= 2048)?;
    let plain = access.inner.vault.open_sealed("device", &sealed)?;
    let known: Device = serde_json::from_slice(&plain).ok()?;
    let is_this = known.tenant == *tenant && known.user == user && access.now_seconds() < known.expires;
    is_this.then_some(known.id)
}

pub(crate) fn set_device(access: &Access, tenant: &TenantId, user: &str) -> HeaderValue {
    let known = Device {
        tenant: tenant.clone(),
        user: user.to_owned(),
        id: uuid::Uuid::new_v4().simple().to_string(),
        expires: access.now_seconds() + DEVICE_SECONDS,
    };
    let plain = serde_json::to_vec(&known).expect("a plain struct serialises");
    let value = access.inner.vault.seal("device", &plain);
    write(access, DEVICE, &value, &format!("; Max-Age={DEVICE_SECONDS}"))
}

/// The form cookie of this browser, or a fresh one to set.
pub(crate) fn form_cookie(access: &Access, headers: &HeaderMap) -> (String, Option<HeaderValue>) {
    if let Some(value) = read(access, headers, FORM).filter(|value| value.len() == 43) {
        return (value, None);
    }
    let value = crate::vault::random_token();
    let header = write(access, FORM, &value, "");
    (value, Some(header))
}

/// The hidden field that goes with a form cookie.
pub(crate) fn form_token(access: &Access, cookie: &str) -> String {
    access.inner.vault.digest("form", cookie)
}

/// Whether a form was made by us for this browser: another site can send the form, but not read the cookie.
pub(crate) fn is_own_form(access: &Access, headers: &HeaderMap, token: &str) -> bool {
    read(access, headers, FORM).is_some_and(|cookie| crate::vault::is_same(&form_token(access, &cookie), token))
}

/// With TLS a browser takes the cookie from this very host only, and only over TLS, because of how it is called (RFC 6265bis,
/// section 4.1.3.2). Such a cookie is for all paths.
const OF_THIS_HOST: &str = "__Host-";

fn is_https(access: &Access) -> bool {
    access.config().issuer.starts_with("https:")
}

fn read(access: &Access, headers: &HeaderMap, name: &str) -> Option<String> {
    let is_it = |key: &str| match is_https(access) {
        true => key.strip_prefix(OF_THIS_HOST).is_some_and(|key| key == name),
        false => key == name,
    };
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| is_it(key))
        .map(|(_, value)| value.to_owned())
}

fn write(access: &Access, name: &str, value: &str, more: &str) -> HeaderValue {
    let (prefix, scope) = match is_https(access) {
        true => (OF_THIS_HOST, "Path=/; Secure".to_owned()),
        false => ("", format!("Path={}", path_of(&access.config().issuer))),
    };
    let text = format!("{prefix}{name}={value}; {scope}; HttpOnly; SameSite=Lax{more}");
    HeaderValue::from_str(&text).expect("names and values are base64url")
}

/// The path below which the issuer's pages are, as browsers see it.
fn path_of(issuer: &str) -> String {
    Url::parse(issuer).map_or_else(|_| "/".to_owned(), |url| url.path().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_the_pages_of_the_issuer_wherever_they_are() {
        assert_eq!(path_of("http://127.0.0.1:8080/auth"), "/auth");
        assert_eq!(path_of("http://desk.example/cases/auth"), "/cases/auth");
    }
}
