//! `casewright logout`: ends a sign-in, here and at the identity provider.

use crate::sign_in::failure::Failure;
use crate::sign_in::kept::{Kept, SignIn};
use crate::sign_in::provider::Provider;
use crate::sign_in::spelled;
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Logout {
    /// Address of the platform.
    #[arg(long, visible_alias = "server", env = "CASEWRIGHT_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
}

impl Logout {
    pub(crate) async fn execute(&self) -> Result<()> {
        let url = spelled(&self.url);
        let locked = Kept::of_user().ok_or(Failure::NoFolder)?.lock().await?;
        let Some(sign_in) = locked.find(&url)? else {
            return Err(Failure::NotSignedIn { url }.into());
        };
        locked.forget(&url)?;
        println!("Signed out at {url}.");
        // What is kept is gone whatever the provider says; there it ends by itself when it is not used.
        if let Err(failure) = end(&sign_in).await {
            eprintln!(
                "The sign-in goes on at the identity provider until it ends by itself: {:#}",
                anyhow::Error::new(failure)
            );
        }
        Ok(())
    }
}

async fn end(sign_in: &SignIn) -> Result<(), Failure> {
    let Some(token) = sign_in.refresh_token() else {
        return Ok(());
    };
    Provider::discover(&sign_in.issuer, &sign_in.client_id).await?.revoke(token).await
}
