//! The engine of a process is that of one organisation. Who is configured to work with it for another could only fail, and
//! would do so late: the start says so.

use crate::config::Config;
use anyhow::{Result, bail};
use casewright_journal::TenantId;

/// # Errors
/// A machine client or a mailbox of another tenant; the text names the key.
pub(super) fn check(config: &Config) -> Result<()> {
    let clients = config.access.clients.iter().map(|client| client.tenant.as_str());
    let mailboxes = config.mail.mailboxes.iter().map(|mailbox| mailbox.tenant.as_str());
    none_of_another("access.clients", clients)?;
    none_of_another("mail.mailboxes", mailboxes)
}

fn none_of_another<'a>(list: &str, tenants: impl Iterator<Item = &'a str>) -> Result<()> {
    for (index, tenant) in tenants.enumerate() {
        if !tenant.is_empty() && tenant != TenantId::DEFAULT {
            bail!(
                "{list}[{index}].tenant: '{tenant}' cannot use the engine of this process, which is that of the tenant '{}'; \
                 leave it out, or run the engine of '{tenant}' as an installation of its own",
                TenantId::DEFAULT
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_access::config::MachineClient;
    use casewright_email_to_case::config::Mailbox;
    use casewright_service::config::Secret;

    fn client(tenant: &str) -> MachineClient {
        let tenant = tenant.to_owned();
        MachineClient {
            id: "system:worker".to_owned(),
            secret: Secret::new("s"),
            roles: Vec::new(),
            tenant,
            topics: None,
        }
    }

    fn mailbox(tenant: &str) -> Mailbox {
        let [address, name, process] = ["a@b.example", "", "p"].map(str::to_owned);
        Mailbox { address, name, process, tenant: tenant.to_owned() }
    }

    #[test]
    fn a_client_or_a_mailbox_of_another_organisation_is_refused_by_its_key() {
        let mut config = Config::default();
        config.access.clients = vec![client(""), client("default")];
        config.mail.mailboxes = vec![mailbox("default")];
        check(&config).unwrap();
        config.mail.mailboxes.push(mailbox("b"));
        let said = check(&config).unwrap_err().to_string();
        assert!(said.starts_with("mail.mailboxes[1].tenant: 'b'"), "{said}");
        config.access.clients.push(client("b"));
        let said = check(&config).unwrap_err().to_string();
        assert!(said.starts_with("access.clients[2].tenant: 'b'"), "{said}");
    }
}
