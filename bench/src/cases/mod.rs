//! Cases by the thousand: how many are made in a second over the REST API, and how long what a person looks at takes beside very
//! many of them.
//!
//! `cargo xtask bench cases` starts the platform, calls [`create`], writes what that made again and again under other ids
//! (`casewright-multiply`), starts the platform over it, and calls [`ask`].

mod ask;
mod create;
mod work;

use crate::http::Target;
use anyhow::Result;
use std::net::SocketAddr;

#[derive(clap::Subcommand)]
pub(crate) enum Cases {
    /// Publish definitions, make the cases that are copied later, and measure how many are made in a second.
    Create(create::Create),
    /// Ask what the pages of a person ask, and say how long the answers took.
    Ask(ask::Ask),
}

impl Cases {
    pub(crate) async fn execute(self) -> Result<()> {
        match self {
            Self::Create(create) => create.execute().await,
            Self::Ask(ask) => ask.execute().await,
        }
    }
}

/// The platform, and who asks.
#[derive(clap::Args)]
struct Platform {
    /// Where it listens for HTTP.
    #[arg(long)]
    listen: SocketAddr,
    /// Token of a person.
    #[arg(long, env = "CASEWRIGHT_BENCH_TOKEN", hide_env_values = true)]
    token: String,
    /// Where what is found out is kept.
    #[arg(long)]
    out: std::path::PathBuf,
}

impl Platform {
    fn target(&self) -> Result<Target> {
        Target::parse_bearer(&format!("http://{}/", self.listen), &self.token)
    }
}
