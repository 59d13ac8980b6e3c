//! `casewright user`: users of the built-in issuer, straight in the journal, for the first administrator and for emergencies.

use crate::config::Config;
use crate::serve::open;
use anyhow::{Context, Result, bail};
use casewright_access::Access;
use casewright_access::accounts::NewUser;
use casewright_journal::TenantId;
use clap::Subcommand;
use std::io::BufRead;

#[derive(clap::Args)]
pub(crate) struct User {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Create a user, or bring one to what is given. The password is read from standard input.
    Set {
        id: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        email: String,
        /// `case-worker`, `supervisor`, `process-developer`, `admin`; may be repeated.
        #[arg(long = "role")]
        roles: Vec<String>,
        #[arg(long = "group")]
        groups: Vec<String>,
    },
    /// Set a password, read from standard input.
    Password { id: String },
    /// List all users.
    List,
}

/// More users than a built-in issuer is for.
const LISTED: u64 = 10_000;

/// Who is named in the journal.
const ACTOR: &str = "system:command-line";

impl User {
    pub(crate) async fn execute(self, config: &Config) -> Result<()> {
        let mut config = config.clone();
        config.settle();
        casewright_access::internal::install_tls();
        let journal = open::journal(&config, None).await?;
        let access = Access::open(journal.clone(), config.access.clone()).await?;
        let outcome = self.action.execute(&access).await;
        journal.shutdown().await;
        outcome
    }
}

impl Action {
    async fn execute(self, access: &Access) -> Result<()> {
        let tenant = TenantId::default();
        let accounts = access.accounts();
        match self {
            Self::Set { id, name, email, roles, groups } => {
                let password = password()?;
                let user = NewUser { id: id.clone(), name: name.unwrap_or_else(|| id.clone()), email, roles, groups };
                accounts.ensure_user(&tenant, ACTOR, user).await?;
                accounts.set_password(&tenant, ACTOR, &id, &password).await?;
            }
            Self::Password { id } => {
                let password = password()?;
                accounts.set_password(&tenant, ACTOR, &id, &password).await?;
            }
            Self::List => {
                for user in accounts.list_users(&tenant, None, LISTED).await? {
                    println!("{}\t{}\t{}\t{}", user.id, user.name, user.email, user.roles.join(","));
                }
            }
        }
        Ok(())
    }
}

/// One line, so that a password never stands in a command line or a history file.
fn password() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("reading the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("no password on standard input");
    }
    Ok(password.to_owned())
}
