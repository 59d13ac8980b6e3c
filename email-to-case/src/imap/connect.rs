//! A signed-in connection to an IMAP server, encrypted as configured.

use super::PollError;
use crate::config::{ImapAccount, Tls};
use crate::tls;
use async_imap::Client;
use rustls::pki_types::ServerName;
use std::fmt::Debug;
use std::io;
use std::path::Path;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

pub(super) trait Stream: AsyncRead + AsyncWrite + Debug + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Debug + Send + Unpin> Stream for S {}

pub(super) type Session = async_imap::Session<Box<dyn Stream>>;

pub(super) async fn open(account: &ImapAccount) -> Result<Session, PollError> {
    let tcp = TcpStream::connect((account.host.as_str(), account.port)).await.map_err(PollError::Connect)?;
    let client = match account.tls {
        Tls::None => greeted(Client::new(Box::new(tcp) as Box<dyn Stream>)).await?,
        Tls::Tls => greeted(Client::new(encrypted(account, tcp).await?)).await?,
        Tls::Starttls => {
            let mut plain = greeted(Client::new(tcp)).await?;
            plain.run_command_and_check_ok("STARTTLS", None).await?;
            Client::new(encrypted(account, plain.into_inner()).await?)
        }
    };
    client.login(&account.user, account.password.reveal()).await.map_err(|(error, _)| error.into())
}

async fn greeted<S: Stream>(mut client: Client<S>) -> Result<Client<S>, PollError> {
    let greeting = client.read_response().await.map_err(PollError::Connect)?;
    greeting.ok_or_else(|| PollError::Connect(io::ErrorKind::UnexpectedEof.into()))?;
    Ok(client)
}

async fn encrypted(account: &ImapAccount, tcp: TcpStream) -> Result<Box<dyn Stream>, PollError> {
    let ca_file = (!account.ca_file.is_empty()).then(|| Path::new(&account.ca_file));
    let connector = tls::connector(ca_file)?;
    let name = ServerName::try_from(account.host.clone())
        .map_err(|error| PollError::Connect(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
    Ok(Box::new(connector.connect(name, tcp).await.map_err(PollError::Connect)?))
}
