//! Of whom a mail is, found out once and noted.

use super::understand::record;
use crate::authentication::policy::{Verdict, verdict};
use crate::config::Policy;
use crate::domain::mail::{Authentication, Mail, MailEvent, Origin};
use crate::state::{EmailState, Failure};
use bytes::Bytes;
use casewright_journal::TenantId;
use tracing::info;

/// The mail with what was found out when it came, or is now. Where DNS did not answer before it is asked again.
pub(super) async fn authenticated(
    state: &EmailState,
    tenant: &TenantId,
    mut mail: Mail,
    raw: &Bytes,
) -> Result<Mail, Failure> {
    if mail.authentication.as_ref().is_some_and(Authentication::is_final) {
        return Ok(mail);
    }
    let unknown = || Origin::HandedOn { authserv_id: String::new() };
    let origin = mail.origin.clone().unwrap_or_else(unknown);
    let from = mail.envelope_from.as_deref().unwrap_or_default();
    let Some(found) = state.authenticator.look(raw.clone(), &origin, from).await else { return Ok(mail) };
    if mail.authentication.as_ref() != Some(&found) {
        info!(mail = mail.id, dmarc = ?found.dmarc.result, "it was found out of whom a mail is");
        record(state, tenant, &mail.id, vec![MailEvent::MailAuthenticated { authentication: found.clone() }]).await?;
    }
    mail.authentication = Some(found);
    Ok(mail)
}

/// Whether the mailbox wants a person to see such a mail before anything is started for it. `author`: the address that people are shown.
pub(super) fn is_doubtful(state: &EmailState, mail: &Mail, author: &str) -> bool {
    let policy = state.config.mailbox(&mail.mailbox).map_or(Policy::Observe, |mailbox| mailbox.authentication);
    !mail.is_released && verdict(policy, mail.authentication.as_ref(), Some(author)) != Verdict::Take
}

/// Whether what the mail says it answers is believed: in strict mailboxes only if its domain stands by it, or a person does.
pub(super) fn may_join(state: &EmailState, mail: &Mail) -> bool {
    let is_strict = state.config.mailbox(&mail.mailbox).is_some_and(|mailbox| mailbox.strict_threads);
    let is_disowned = mail.authentication.as_ref().is_some_and(Authentication::is_disowned);
    mail.is_released || !is_strict || !is_disowned
}
