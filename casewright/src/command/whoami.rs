//! `casewright whoami`: who the platform takes the caller for.

use super::client::Target;
use anyhow::Result;
use casewright_access::api::Me;
use casewright_service::path;

#[derive(clap::Args)]
pub(crate) struct Whoami {
    #[command(flatten)]
    target: Target,
}

impl Whoami {
    pub(crate) async fn execute(&self) -> Result<()> {
        let me: Me = serde_json::from_value(self.target.get(&path!("/api/v1/me")).await?)?;
        println!("{}\t{}\t{}\t{}\t{}", me.id, me.name, me.email, me.roles.join(","), me.groups.join(","));
        Ok(())
    }
}
