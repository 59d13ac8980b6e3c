//! The relay that takes our mail, and how mail is handed to it.

use crate::{DeliveryError, Signer};
use casewright_service::config::Secret;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Encryption, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::Duration;

/// How long one command of a transaction may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The server that takes our mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Relay {
    /// Empty: outgoing mail waits until a relay is configured.
    pub host: String,
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub tls: Tls,
    /// Empty: the relay knows us by our address.
    pub user: String,
    pub password: Secret,
}

impl Default for Relay {
    fn default() -> Self {
        Self { host: String::new(), port: 25, tls: Tls::None, user: String::new(), password: Secret::default() }
    }
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Only for a server on the same machine or network.
    None,
    /// STARTTLS, and nothing is sent without it (RFC 3207).
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
}

/// The relay's settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RelayError(#[from] lettre::transport::smtp::Error);

/// What the relay answered when it took a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// `250`.
    pub code: String,
    pub lines: Vec<String>,
}

/// Hands mail to a relay.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    signer: Signer,
}

impl Smtp {
    /// `hello` is the name we greet with; none: that of this machine. What is of a domain that `signer` has a key of is signed.
    ///
    /// # Errors
    /// The relay's name is none that a certificate can have.
    pub fn new(relay: &Relay, hello: Option<&str>, signer: Signer) -> Result<Self, RelayError> {
        casewright_client::install_tls();
        let encryption = match relay.tls {
            Tls::None => Encryption::None,
            Tls::Starttls => Encryption::Required(parameters(&relay.host)?),
            Tls::Tls => Encryption::Wrapper(parameters(&relay.host)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&relay.host)
            .port(relay.port)
            .tls(encryption)
            .timeout(Some(TIMEOUT));
        if let Some(name) = hello {
            builder = builder.hello_name(ClientId::Domain(name.to_owned()));
        }
        if !relay.user.is_empty() {
            builder = builder.credentials(Credentials::new(relay.user.clone(), relay.password.reveal().to_owned()));
        }
        Ok(Self { transport: builder.build(), signer })
    }

    /// One SMTP transaction. The envelope's sender is the author.
    ///
    /// # Errors
    /// The relay was not reached, or did not take the message.
    pub async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<Taken, DeliveryError> {
        let domain = envelope.from().map(|from| from.domain().to_owned()).filter(|domain| self.signer.signs(domain));
        let message = match domain {
            Some(domain) => Cow::Owned(self.signed(domain, message.to_vec()).await?),
            None => Cow::Borrowed(message),
        };
        match self.transport.send_raw(envelope, &message).await {
            Ok(response) => {
                Ok(Taken { code: response.code().to_string(), lines: response.message().map(str::to_owned).collect() })
            }
            Err(error) if error.is_permanent() && !is_about_us(&error) => Err(DeliveryError::Final(error.to_string())),
            Err(error) => Err(DeliveryError::Passing(error.to_string())),
        }
    }

    /// Signing reads the whole message and takes its time: not on a thread of the runtime.
    async fn signed(&self, domain: String, message: Vec<u8>) -> Result<Vec<u8>, DeliveryError> {
        let signer = self.signer.clone();
        let signed = tokio::task::spawn_blocking(move || signer.sign(&domain, &message)).await;
        let failed = |why: &dyn std::fmt::Display| DeliveryError::Passing(format!("it cannot be signed (DKIM): {why}"));
        signed.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
    }
}

/// TLS with a relay of this name, by whom it trusts itself and the authorities of our own.
fn parameters(host: &str) -> Result<TlsParameters, lettre::transport::smtp::Error> {
    let mut builder = TlsParameters::builder(host.to_owned());
    for authority in casewright_client::own_authorities() {
        builder = builder.add_root_certificate(Certificate::from_der(authority.to_vec())?);
    }
    builder.build()
}

/// Whether the relay will not talk to us at all (530 to 538, RFC 4954): for who configures it to mend, and no reason to give mail up.
fn is_about_us(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| (530..540).contains(&u16::from(code)))
}
