//! `casewright login`: signs in at the identity provider of a platform, so that later commands need no password.

use super::client::Target;
use crate::sign_in::browser::Wanted;
use crate::sign_in::failure::Failure;
use crate::sign_in::kept::{Kept, SignIn};
use crate::sign_in::provider::Provider;
use crate::sign_in::{browser, device, spelled};
use anyhow::Result;
use casewright_access::api::{ClientConfig, Me};
use casewright_service::path;
use openidconnect::{AuthenticationContextClass, Scope};
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Login {
    /// Address of the platform.
    #[arg(long, visible_alias = "server", env = "CASEWRIGHT_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Sign in with a browser of another device, by a code that is entered there; where the identity provider offers it.
    #[arg(long)]
    device: bool,
    /// Print the address to open; open no browser.
    #[arg(long, conflicts_with = "device")]
    no_browser: bool,
}

impl Login {
    pub(crate) async fn execute(&self) -> Result<()> {
        let url = spelled(&self.url);
        let kept = Kept::of_user().ok_or(Failure::NoFolder)?;
        let nobody = Target::for_nobody(url.clone())?;
        let config: ClientConfig = serde_json::from_value(nobody.get(&path!("/api/v1/client-config")).await?)?;
        let client_id = config.command_line_client_id.as_str();
        if client_id.is_empty() {
            return Err(Failure::Unavailable { url }.into());
        }
        let provider = Provider::discover(&config.issuer, client_id).await?;
        let tokens = match self.device {
            true => device::sign_in(&provider, scopes(&config.scopes), show_code).await?,
            false => browser::sign_in(&provider, wanted(&config), |address| self.show(address)).await?,
        };
        let me = admitted(&url, &config.issuer, tokens.access()).await?;
        kept.lock().await?.keep(&url, SignIn::new(&config.issuer, client_id, tokens))?;
        println!("Signed in at {url} as {} ({}).", me.id, me.name);
        Ok(())
    }

    fn show(&self, address: &str) {
        eprintln!("To sign in, open this address in a browser of this machine:\n\n    {address}\n");
        if self.no_browser {
            return;
        }
        if let Err(error) = open::that_detached(address) {
            eprintln!("No browser could be opened ({error}).");
        }
    }
}

fn show_code(address: &str, code: &str) {
    eprintln!("To sign in, open this address in any browser, and enter the code {code} there:\n\n    {address}\n");
}

fn wanted(config: &ClientConfig) -> Wanted {
    let levels = config.acr_values.iter().cloned().map(AuthenticationContextClass::new);
    let max_age = config.max_age.map(|seconds| Duration::from_secs(seconds.into()));
    Wanted { scopes: scopes(&config.scopes), levels: levels.collect(), max_age }
}

/// `openid` is what the library asks for by itself.
fn scopes(named: &[String]) -> Vec<Scope> {
    named.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new).collect()
}

/// Who the platform says that this is.
async fn admitted(url: &str, issuer: &str, token: &str) -> Result<Me> {
    let target = Target::with_token(url.to_owned(), token.to_owned());
    match target.get(&path!("/api/v1/me")).await {
        Ok(me) => Ok(serde_json::from_value(me)?),
        Err(error) if matches!(error.downcast_ref(), Some(Failure::Unknown { .. })) => {
            Err(Failure::NotAccepted { url: url.to_owned(), issuer: issuer.to_owned() }.into())
        }
        Err(error) => Err(error),
    }
}
