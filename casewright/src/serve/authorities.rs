//! Whom the clients of back ends trust that are told so in words of their own: MongoDB's and Kafka's. They go by a list of their own, or by
//! the machine's, until they are told of others, and then by those alone: so they are told of all.

use super::in_clear;
use crate::config::{Bus, Config};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// What MongoDB's driver, which takes nothing but a file, is given, in the data folder.
const FILE: &str = "authorities.pem";

/// The address of MongoDB; where there is an authority of one's own (`server.tls.authority`), with a file of all who are trusted. An
/// address that names a file itself (`tlsCAFile`) stays as it is.
///
/// # Errors
/// The file cannot be written.
pub(super) fn mongodb(config: &Config) -> Result<String> {
    let uri = config.journal.uri.reveal();
    if !in_clear::mongodb_speaks_tls(uri) || names_authorities(uri) {
        return Ok(uri.to_owned());
    }
    let Some(all) = casewright_client::all_authorities_pem() else { return Ok(uri.to_owned()) };
    let file = config.server.data.join(FILE);
    write(&file, &all).with_context(|| format!("server.data: {} cannot be written", file.display()))?;
    Ok(with_authorities(uri, &file))
}

/// What Kafka's client is told besides its settings; none where it has no TLS, or settings that say whom to trust.
pub(super) fn kafka(bus: &Bus) -> Option<(String, String)> {
    if !bus.is_encrypted() || bus.names_authorities() {
        return None;
    }
    casewright_client::all_authorities_pem().map(|all| ("ssl.ca.pem".to_owned(), all))
}

/// A process that reads it meanwhile sees the one before, or this one.
fn write(file: &Path, text: &str) -> Result<()> {
    let folder = file.parent().context("a file has a folder")?;
    let mut written = tempfile::NamedTempFile::new_in(folder)?;
    written.write_all(text.as_bytes())?;
    written.persist(file)?;
    Ok(())
}

fn names_authorities(uri: &str) -> bool {
    let options = uri.split_once('?').map(|(_, options)| options).unwrap_or_default();
    options.split('&').any(|option| option.to_ascii_lowercase().starts_with("tlscafile="))
}

fn with_authorities(uri: &str, file: &Path) -> String {
    let has_place = uri.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    let joint = match (uri.contains('?'), has_place) {
        (true, _) => "&",
        (false, true) => "?",
        (false, false) => "/?",
    };
    let mut escaped = String::new();
    for byte in file.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() {
            escaped.push(char::from(*byte));
        } else if write!(escaped, "%{byte:02X}").is_err() {
            // Writing to a text does not fail.
            return uri.to_owned();
        }
    }
    format!("{uri}{joint}tlsCAFile={escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_service::config::Secret;

    /// Each test of this binary may have told it of an authority; the first one counts.
    fn trust_one_of_our_own(folder: &Path) {
        let made = rcgen::generate_simple_self_signed(vec!["authority.example".to_owned()]).unwrap();
        let file = folder.join("ca.pem");
        std::fs::write(&file, made.cert.pem()).unwrap();
        casewright_client::trust(&file).unwrap();
    }

    #[test]
    fn an_address_is_given_a_file_whatever_it_has_already() {
        let file = Path::new("/var/lib/case wright/a.pem");
        let option = "tlsCAFile=%2Fvar%2Flib%2Fcase%20wright%2Fa%2Epem";
        for (uri, joint) in [
            ("mongodb://a:b@c:1,d:2/?replicaSet=rs0&tls=true", "&"),
            ("mongodb+srv://a:b@c/database", "?"),
            ("mongodb+srv://a:b@c", "/?"),
        ] {
            assert_eq!(with_authorities(uri, file), format!("{uri}{joint}{option}"));
        }
    }

    #[test]
    fn mongodb_is_told_of_the_authority_where_it_speaks_tls_and_names_none() {
        let folder = tempfile::tempdir().unwrap();
        trust_one_of_our_own(folder.path());
        let mut config = Config::default();
        config.server.data = folder.path().to_owned();
        for uri in ["mongodb://a/?tls=false", "mongodb://a", "mongodb://a/?tls=true&tlsCAFile=%2Fx"] {
            config.journal.uri = Secret::new(uri);
            assert_eq!(mongodb(&config).unwrap(), uri);
        }
        assert!(!folder.path().join(FILE).exists());
        config.journal.uri = Secret::new("mongodb://a/?tls=true");
        assert!(mongodb(&config).unwrap().contains("tlsCAFile="));
        let told = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(told.ends_with(&casewright_client::own_authorities_pem().unwrap()));
    }

    #[test]
    fn kafka_is_told_of_the_authority_where_it_speaks_tls_and_names_none() {
        let folder = tempfile::tempdir().unwrap();
        trust_one_of_our_own(folder.path());
        let with = |settings: &[(&str, &str)]| {
            let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), Secret::new(*value))).collect();
            kafka(&Bus { settings, ..Bus::default() })
        };
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[("security.protocol", "sasl_plaintext")]), None);
        assert_eq!(with(&[("security.protocol", "ssl"), ("ssl.ca.location", "/x")]), None);
        let (key, told) = with(&[("security.protocol", "SASL_SSL")]).unwrap();
        assert_eq!(key, "ssl.ca.pem");
        assert!(told.ends_with(&casewright_client::own_authorities_pem().unwrap()));
    }
}
