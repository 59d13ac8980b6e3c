//! The relay that takes our mail, and how mail is handed to it.

use crate::DeliveryError;
use casewright_service::config::Secret;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls as Encryption, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};
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
}

impl Smtp {
    /// `hello` is the name we greet with; none: that of this machine.
    ///
    /// # Errors
    /// The relay's name is none that a certificate can have.
    pub fn new(relay: &Relay, hello: Option<&str>) -> Result<Self, RelayError> {
        casewright_client::install_tls();
        let encryption = match relay.tls {
            Tls::None => Encryption::None,
            Tls::Starttls => Encryption::Required(TlsParameters::new(relay.host.clone())?),
            Tls::Tls => Encryption::Wrapper(TlsParameters::new(relay.host.clone())?),
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
        Ok(Self { transport: builder.build() })
    }

    /// One SMTP transaction.
    ///
    /// # Errors
    /// The relay was not reached, or did not take the message.
    pub async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<Taken, DeliveryError> {
        match self.transport.send_raw(envelope, message).await {
            Ok(response) => {
                Ok(Taken { code: response.code().to_string(), lines: response.message().map(str::to_owned).collect() })
            }
            Err(error) if error.is_permanent() && !is_about_us(&error) => Err(DeliveryError::Final(error.to_string())),
            Err(error) => Err(DeliveryError::Passing(error.to_string())),
        }
    }
}

/// Whether the relay will not talk to us at all (530 to 538, RFC 4954): for who configures it to mend, and no reason to give mail up.
fn is_about_us(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| (530..540).contains(&u16::from(code)))
}
