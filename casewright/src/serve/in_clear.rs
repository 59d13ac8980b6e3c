//! Nothing leaves this machine in clear that the configuration does not name: where something would, the process does not start.

use crate::config::{BusKind, ClearText, Config, StoreKind};
use anyhow::{Result, bail};
use casewright_email_to_case::config::Tls;
use casewright_storage_api::config::StoreKind as FileStoreKind;
use std::net::IpAddr;

/// One connection in clear.
struct Clear {
    kind: ClearText,
    /// As the list of what is allowed has it.
    name: &'static str,
    host: String,
    /// What makes it TLS.
    instead: &'static str,
}

/// What goes to other machines in clear, and may: said at every start.
///
/// # Errors
/// What goes there and may not; the text names the setting.
pub(super) fn check(config: &Config) -> Result<Vec<String>> {
    let mut allowed = Vec::new();
    for Clear { kind, name, host, instead } in connections(config) {
        if is_this_machine(&host) {
            continue;
        }
        if !config.server.allow_clear_text.contains(&kind) {
            bail!(
                "{name}: what is sent to {host} would go there in clear; {instead}, or name \"{name}\" in server.allow_clear_text where \
                 the network is protected otherwise"
            );
        }
        allowed.push(format!("{name} ({host})"));
    }
    Ok(allowed)
}

fn connections(config: &Config) -> Vec<Clear> {
    let mut found = Vec::new();
    let mut add = |kind, name, host: String, instead| found.push(Clear { kind, name, host, instead });
    let relay = &config.mail.relay;
    let use_tls = "set its tls to 'starttls' or 'tls'";
    if relay.tls == Tls::None && !relay.host.is_empty() {
        add(ClearText::Relay, "mail.relay", relay.host.clone(), use_tls);
    }
    for account in config.mail.imap.iter().filter(|account| account.tls == Tls::None) {
        add(ClearText::Imap, "mail.imap", account.host.clone(), use_tls);
    }
    if config.journal.store == StoreKind::Mongodb {
        for host in hosts_of_mongodb(config.journal.uri.reveal()) {
            add(ClearText::Journal, "journal.uri", host, "add tls=true to it");
        }
    }
    if config.bus.kind == BusKind::Kafka && !config.bus.is_encrypted() {
        for broker in config.bus.brokers.split(',') {
            add(
                ClearText::Bus,
                "bus.brokers",
                host_of(broker),
                "set \"security.protocol\" of bus.settings to 'ssl' or 'sasl_ssl'",
            );
        }
    }
    let files = &config.storage;
    if let Some(host) = host_of_tcp(&files.antivirus.address) {
        add(ClearText::Antivirus, "storage.antivirus", host, "reach clamd by a socket of this machine (unix:/...)");
    }
    let (opa, oidc) = (config.access.opa.as_deref(), config.access.oidc.as_ref());
    let is_s3 = files.kind == FileStoreKind::S3;
    for (kind, name, url) in [
        (ClearText::Files, "storage.s3", is_s3.then_some(files.s3.endpoint.as_str())),
        (ClearText::Files, "storage.s3", is_s3.then_some(files.s3.public_endpoint.as_str())),
        (ClearText::PolicyAgent, "access.opa", opa),
        (ClearText::Provider, "access.oidc", oidc.map(|provider| provider.issuer.as_str())),
        (ClearText::Sms, "notifications.sms", Some(config.notifications.sms.url.as_str())),
        (ClearText::Rooms, "server.public_url", Some(config.server.public_url.as_str())),
    ] {
        if let Some(host) = url.and_then(host_of_http) {
            add(kind, name, host, "write https://");
        }
    }
    found
}

/// The host of an address in clear; none: it is https, or nothing.
fn host_of_http(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    Some(url.host_str()?.trim_matches(['[', ']']).to_owned())
}

/// The host of `host:port`; none: it is a socket of this machine, or nothing.
fn host_of_tcp(address: &str) -> Option<String> {
    (!address.is_empty() && !address.starts_with("unix:")).then(|| host_of(address))
}

/// `host:port` or `[address]:port`, perhaps behind a scheme as Kafka's brokers may have one.
fn host_of(address: &str) -> String {
    let address = address.trim();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => address.rsplit_once(':').map_or(address, |(host, _)| host),
    };
    host.to_owned()
}

/// Whether a connection string says that MongoDB is reached by TLS (`mongodb+srv` is unless it says otherwise).
pub(super) fn mongodb_speaks_tls(uri: &str) -> bool {
    let options = uri.split_once('?').map(|(_, options)| options).unwrap_or_default();
    let said = options.split('&').filter_map(|option| option.split_once('=')).find_map(|(key, value)| {
        let is_tls = key.eq_ignore_ascii_case("tls") || key.eq_ignore_ascii_case("ssl");
        is_tls.then(|| value.eq_ignore_ascii_case("true"))
    });
    said.unwrap_or_else(|| uri.starts_with("mongodb+srv://"))
}

/// Hosts that a connection string reaches in clear.
fn hosts_of_mongodb(uri: &str) -> Vec<String> {
    let Some((_, rest)) = uri.split_once("://") else { return Vec::new() };
    if mongodb_speaks_tls(uri) {
        return Vec::new();
    }
    let (place, _) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.split('/').next().unwrap_or_default();
    let hosts = place.rsplit_once('@').map_or(place, |(_, hosts)| hosts);
    // A socket is written with its slashes escaped.
    hosts.split(',').filter(|host| !host.contains("%2F") && !host.contains("%2f")).map(host_of).collect()
}

/// Whether the name is of this machine whatever a resolver says (RFC 6761, section 6.3). What listens on all addresses is reached here.
fn is_this_machine(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        let address = address.to_canonical();
        return address.is_loopback() || address.is_unspecified();
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_access::config::ExternalIssuer;

    fn loaded(text: &str) -> Config {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        casewright_service::config::load(Some(file.path()), std::iter::empty()).unwrap()
    }

    /// Each setting with what is in clear, and with what is not.
    const SETTINGS: &[(&str, &str, &[&str])] = &[
        (
            "mail.relay",
            "[mail.relay]\nhost = 'far.example'\ntls = 'none'",
            &["[mail.relay]\nhost = 'far.example'\ntls = 'starttls'", "[mail.relay]\nhost = '::1'\ntls = 'none'"],
        ),
        (
            "mail.imap",
            "[[mail.imap]]\nhost = 'far.example'\ntls = 'none'",
            &["[[mail.imap]]\nhost = 'far.example'", "[[mail.imap]]\nhost = 'localhost'\ntls = 'none'"],
        ),
        (
            "journal.uri",
            "[journal]\nstore = 'mongodb'\nuri = 'mongodb://a:b@localhost,far.example:27017/?replicaSet=rs0'",
            &[
                "[journal]\nstore = 'mongodb'\nuri = 'mongodb://far.example/?replicaSet=rs0&tls=true'",
                "[journal]\nstore = 'mongodb'\nuri = 'mongodb+srv://a:b@far.example/db'",
                "[journal]\nstore = 'mongodb'\nuri = 'mongodb://127.0.0.1:1,[::1]:2/?replicaSet=rs0'",
                "[journal]\nstore = 'mongodb'\nuri = 'mongodb://%2Frun%2Fmongodb.sock/'",
                "[journal]\nuri = 'mongodb://far.example/'",
            ],
        ),
        (
            "bus.brokers",
            "[bus]\nkind = 'kafka'\nbrokers = 'localhost:9092,far.example:9092'",
            &[
                "[bus]\nkind = 'kafka'\nbrokers = 'far.example:9092'\n[bus.settings]\n\"security.protocol\" = 'SASL_SSL'",
                "[bus]\nkind = 'kafka'\nbrokers = '127.0.0.1:9092'",
            ],
        ),
        (
            "storage.s3",
            "[storage]\nkind = 's3'\n[storage.s3]\nendpoint = 'http://far.example:9000'",
            &[
                "[storage]\nkind = 's3'\n[storage.s3]\nendpoint = 'https://far.example'",
                "[storage]\nkind = 's3'\n[storage.s3]\nendpoint = 'http://[::1]:9000'",
                "[storage]\nkind = 's3'",
            ],
        ),
        (
            "storage.antivirus",
            "[storage.antivirus]\naddress = 'far.example:3310'",
            &[
                "[storage.antivirus]\naddress = '127.0.0.1:3310'",
                "[storage.antivirus]\naddress = 'unix:/run/clamav/clamd.ctl'",
            ],
        ),
        ("access.opa", "[access]\nopa = 'http://far.example:8181'", &["[access]\nopa = 'http://localhost:8181'"]),
        (
            "notifications.sms",
            "[notifications.sms]\nurl = 'http://far.example/send'",
            &["[notifications.sms]\nurl = 'https://far.example/send'"],
        ),
        (
            "server.public_url",
            "[server]\npublic_url = 'http://far.example'",
            &["[server]\npublic_url = 'https://far.example'", "[server]\npublic_url = 'http://0.0.0.0:8080'", ""],
        ),
    ];

    #[test]
    fn what_would_go_to_another_machine_in_clear_is_refused_by_its_setting() {
        for (name, clear, fine) in SETTINGS {
            let refused = check(&loaded(clear)).unwrap_err().to_string();
            assert!(refused.starts_with(name) && refused.contains("far.example"), "{clear}: {refused}");
            for fine in *fine {
                assert_eq!(check(&loaded(fine)).unwrap(), Vec::<String>::new(), "{fine}");
            }
        }
    }

    #[test]
    fn a_provider_in_clear_is_refused() {
        let mut config = Config::default();
        let issuer = "http://far.example/realms/x".to_owned();
        config.access.oidc = Some(ExternalIssuer { issuer, ..ExternalIssuer::default() });
        assert!(check(&config).unwrap_err().to_string().starts_with("access.oidc"));
    }

    #[test]
    fn what_is_named_may_and_nothing_else() {
        for (name, clear, _) in SETTINGS {
            let mut config = loaded(clear);
            let allowed = format!("[server]\nallow_clear_text = ['{name}']");
            config.server.allow_clear_text = loaded(&allowed).server.allow_clear_text;
            assert_eq!(check(&config).unwrap(), [format!("{name} (far.example)")]);
            config.server.allow_clear_text =
                SETTINGS.iter().map(|(other, ..)| *other).filter(|other| other != name).map(kind).collect();
            check(&config).unwrap_err();
        }
    }

    fn kind(name: &str) -> ClearText {
        serde_json::from_value(name.into()).unwrap()
    }
}
