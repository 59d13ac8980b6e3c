//! `casewright user`: users of the built-in issuer, for the first administrator and for emergencies.
//!
//! Over the API where the platform runs: with `--url` anywhere, without it the one that serves the data folder, which knows
//! the command by the folder's key file. Straight in the journal where nothing runs.

use super::backup::with_data;
use super::client::{Somewhere, Target};
use crate::config::Config;
use crate::running;
use crate::serve::open;
use anyhow::{Context, Result, bail};
use casewright_access::Access;
use casewright_access::accounts::{Accounts, NewUser, PasswordLife, UserChange};
use casewright_access::token::local::{COMMAND_LINE, command_line_token};
use casewright_journal::TenantId;
use casewright_service::path;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::BufRead;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct User {
    #[command(flatten)]
    somewhere: Somewhere,
    /// Folder of everything that is kept, of the platform to administer; not with `--url`.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// The organisation whose users they are; not with `--url`, where it is that of who is signed in.
    #[arg(long, global = true, conflicts_with = "url")]
    organisation: Option<String>,
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
        /// `case-worker`, `supervisor`, `process-developer`, `automation-developer`, `privacy-officer`, `admin`, `operator`; may be repeated.
        #[arg(long = "role")]
        roles: Vec<String>,
        #[arg(long = "group")]
        groups: Vec<String>,
        /// The password stays. Without it the user changes it at the first sign-in, within `access.initial_password_days`, and can
        /// use it for nothing else.
        #[arg(long)]
        lasting: bool,
    },
    /// Set a password, read from standard input. What is open ends.
    Password {
        id: String,
        /// The password stays. Without it the user changes it at the next sign-in.
        #[arg(long)]
        lasting: bool,
    },
    /// Take away the second factor of a user who has lost it. What is open ends.
    ResetFactor { id: String },
    /// List all users.
    List,
    /// Let a user no longer sign in.
    Disable { id: String },
    /// Let a user sign in again.
    Enable { id: String },
}

/// More users than a built-in issuer is for.
const LISTED: u64 = 10_000;
/// Users of one answer.
const PAGE: &str = "200";

/// What is to be done, with what had to be asked for.
enum Job {
    Set { user: NewUser, password: String, lasting: bool },
    Password { id: String, password: String, lasting: bool },
    ResetFactor { id: String },
    List,
    Enabled { id: String, enabled: bool },
}

impl User {
    pub(crate) async fn execute(self, config: &Config) -> Result<()> {
        let job = self.action.job()?;
        if let Some(target) = self.somewhere.target() {
            return job.over_the_api(&target).await;
        }
        let config = with_data(config.clone(), self.data);
        let tenant = self.organisation.as_deref().map(TenantId::new).unwrap_or_default();
        if let Some(url) = running::find(&config.server.data)? {
            let token = command_line_token(&config.access.key_file, &tenant)
                .with_context(|| format!("{url} serves this data folder, and wants to know who you are"))?;
            return job.over_the_api(&Target::with_token(url, token)).await;
        }
        casewright_client::install_tls();
        let journal = open::journal(&config, None).await?;
        let outcome = async {
            let access = Access::open(journal.clone(), config.access.clone()).await?;
            job.in_the_journal(access.accounts(), &tenant).await
        };
        let outcome = outcome.await;
        journal.shutdown().await;
        outcome
    }
}

impl Action {
    fn job(self) -> Result<Job> {
        Ok(match self {
            Self::Set { id, name, email, roles, groups, lasting } => {
                let user = NewUser { name: name.unwrap_or_else(|| id.clone()), id, email, roles, groups };
                Job::Set { user, password: password()?, lasting }
            }
            Self::Password { id, lasting } => Job::Password { id, password: password()?, lasting },
            Self::ResetFactor { id } => Job::ResetFactor { id },
            Self::List => Job::List,
            Self::Disable { id } => Job::Enabled { id, enabled: false },
            Self::Enable { id } => Job::Enabled { id, enabled: true },
        })
    }
}

impl Job {
    async fn in_the_journal(self, accounts: &Accounts, tenant: &TenantId) -> Result<()> {
        match self {
            Self::Set { user, password, lasting } => {
                accounts.set_user(tenant, COMMAND_LINE, user, &password, life(lasting)).await?;
            }
            Self::Password { id, password, lasting } => {
                accounts.give_password(tenant, COMMAND_LINE, &id, &password, life(lasting)).await?;
            }
            Self::ResetFactor { id } => accounts.reset_factor(tenant, COMMAND_LINE, &id).await?,
            Self::Enabled { id, enabled } => {
                let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
                accounts.change_user(tenant, COMMAND_LINE, &id, change).await?;
            }
            Self::List => {
                for user in accounts.list_users(tenant, None, LISTED).await? {
                    print(&user.id, &user.name, &user.email, &user.roles.join(","), user.enabled);
                }
            }
        }
        Ok(())
    }

    async fn over_the_api(self, target: &Target) -> Result<()> {
        match self {
            Self::Set { user, password, lasting } => {
                let body = json!({
                    "name": user.name, "email": user.email, "roles": user.roles, "groups": user.groups,
                    "password": password, "mustChange": !lasting,
                });
                target.call(Method::PUT, &path!("/api/v1/accounts/{}", user.id), Some(&body)).await?;
            }
            Self::Password { id, password, lasting } => {
                let body = json!({ "password": password, "mustChange": !lasting });
                target.call(Method::PUT, &path!("/api/v1/accounts/{}/password", id), Some(&body)).await?;
            }
            Self::ResetFactor { id } => {
                target.call(Method::DELETE, &path!("/api/v1/accounts/{}/second-factor", id), None).await?;
            }
            Self::Enabled { id, enabled } => {
                let body = json!({ "enabled": enabled });
                target.call(Method::PUT, &path!("/api/v1/accounts/{}/enabled", id), Some(&body)).await?;
            }
            Self::List => {
                let mut path = path!("/api/v1/accounts").with_query([("limit", PAGE)]);
                loop {
                    let page = target.get(&path).await?;
                    page["items"].as_array().context("the answer is no list of users")?.iter().for_each(print_listed);
                    let Some(next) = page["nextCursor"].as_str() else { break };
                    path = path!("/api/v1/accounts").with_query([("limit", PAGE), ("cursor", next)]);
                }
            }
        }
        Ok(())
    }
}

fn life(lasting: bool) -> PasswordLife {
    if lasting { PasswordLife::Lasting } else { PasswordLife::Initial }
}

fn print_listed(user: &Value) {
    let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
    let roles = user["roles"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let roles = roles.collect::<Vec<_>>().join(",");
    print(&text("id"), &text("name"), &text("email"), &roles, user["enabled"] == true);
}

fn print(id: &str, name: &str, email: &str, roles: &str, is_enabled: bool) {
    let note = if is_enabled { "" } else { "\tdisabled" };
    println!("{id}\t{name}\t{email}\t{roles}{note}");
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
