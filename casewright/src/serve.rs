//! `casewright serve`: opens the journal, puts the rooms together, listens, and stops in order.
//!
//! It knows every room and nothing of what they do. There is one path for a laptop and a cluster: only what is behind the journal, the
//! bus, the files and the tokens differs.

mod acme;
mod assemble;
mod authorities;
mod dead_letters;
mod description;
mod diagnostics;
mod in_clear;
mod jobs;
mod limits;
pub(crate) mod open;
mod tls;
mod unknown;
mod watchdog;

use crate::config::{Config, RestAuth, Role, Zone};
use crate::{demo, running, sandbox};
use anyhow::{Context, Result, bail};
use casewright_engine_runtime::ConformanceClock;
use casewright_engine_value::zone;
use casewright_journal::{Clock, Journal};
use casewright_service::{Shutdown, http, telemetry};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long background jobs may take to end.
const LAST_WORK: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub(crate) struct Serve {
    /// Folder for everything that is kept.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long)]
    listen: Option<String>,
    /// Address and port to receive mail on; empty: none is received.
    #[arg(long)]
    smtp_listen: Option<String>,
    /// Deploy the demo: a claims desk with users, processes, forms and a mailbox.
    #[arg(long)]
    demo: bool,
    /// Load the demo even where `server.listen` is no loopback address: its accounts have passwords that everybody knows.
    #[arg(long, requires = "demo")]
    demo_on_network: bool,
    /// Play only these roles.
    #[arg(long, value_enum, value_delimiter = ',')]
    role: Vec<Role>,
    /// Who may call `/engine-rest`; `none` only on a loopback address.
    #[arg(long, value_enum)]
    engine_rest_auth: Option<RestAuth>,
    /// For judges of the engine: no authentication on `/engine-rest`, no job executor, the clock can be set. Loopback only.
    #[arg(long)]
    conformance: bool,
}

/// Where people come in.
struct Door {
    listener: TcpListener,
    /// What the listener shows; none: it speaks in clear.
    certificate: Option<tls::Shown>,
    /// Where operators look, when it is a listener of its own.
    internal: Option<TcpListener>,
}

impl Serve {
    pub(crate) async fn execute(self, mut config: Config) -> Result<()> {
        self.apply(&mut config);
        let in_clear = in_clear::check(&config)?;
        let Zone { zone, is_known } = config.zone()?;
        zone::set_local(zone);
        // Before anything is opened, so that a wrong file is told at once.
        let certificate = tls::served(&config)?;
        let address = self.address(&config).await?;
        telemetry::init(config.server.log_format, &config.server.log)?;
        tls::warn_of_none(&config, address);
        if !is_known {
            tracing::warn!("the machine's time zone is not known, so it is UTC; engine.time_zone says another");
        }
        for connection in in_clear {
            tracing::warn!(connection, "goes to another machine in clear, as server.allow_clear_text says");
        }
        telemetry::install_metrics();
        casewright_client::install_tls();
        let drain = Duration::from_secs(config.server.drain_seconds.into());
        watchdog::start(drain + watchdog::LIMIT).context("installing the signal handlers")?;
        sandbox::install()?;
        let shutdown = Shutdown::on_signals(drain).context("installing the signal handlers")?;
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!(
                "server.listen: nobody can listen on {address}; choose another address with --listen, the key or \
                 CASEWRIGHT_SERVER__LISTEN"
            )
        })?;
        let internal = internal_listener(&config).await?;
        let clock = self.conformance.then(|| Arc::new(ConformanceClock::default()));
        let journal = open::journal(&config, clock.clone().map(|clock| clock as Arc<dyn Clock>)).await?;
        let door = Door { listener, certificate, internal };
        let outcome = Box::pin(self.run(&config, &journal, door, clock, shutdown)).await;
        // Also after a failure: what was taken of a shared store is given back at once.
        journal.shutdown().await;
        if outcome.is_ok() {
            tracing::info!("stopped");
        }
        outcome
    }

    async fn run(
        &self,
        config: &Config,
        journal: &Journal,
        Door { listener, certificate, internal }: Door,
        clock: Option<Arc<ConformanceClock>>,
        shutdown: Shutdown,
    ) -> Result<()> {
        let is_local = diagnostics::is_local(config, listener.local_addr()?);
        let platform = assemble::platform(config, journal.clone(), is_local, self.demo, clock, shutdown.clone());
        let mut platform = Box::pin(platform).await?;
        let url = certificate.as_ref().map(|_| config.base_url());
        let _announcement = running::announce(&config.server.data, listener.local_addr()?, url)?;
        let limits = limits::of(config);
        let acceptor = certificate.as_ref().map(|shown| shown.certificate().acceptor(http::PROTOCOLS)).transpose()?;
        let served = tokio::spawn(http::serve_within(listener, acceptor, platform.router, shutdown.clone(), limits));
        if let Some(certificate) = certificate {
            tokio::spawn(certificate.follow(shutdown.clone()));
        }
        if let Some(internal) = internal {
            tracing::info!(address = %internal.local_addr()?, "metrics and readiness are told here");
            let (router, shutdown) = (platform.internal, shutdown.clone());
            platform.jobs.start(async move {
                http::serve(internal, router, shutdown).await.context("server.internal_listen: the listener ended")
            });
        }
        journal.join();
        tracing::info!(url = config.base_url(), time_zone = zone::local_name(), "casewright is listening");
        if self.demo {
            tokio::spawn(demo::load(demo::Loading {
                base: config.base_url(),
                access: platform.access.clone(),
                journal: journal.clone(),
                is_whole: config.server.roles.is_empty(),
                ready: platform.demo_ready.clone(),
            }));
        }
        let served = served.await.context("the listener ended").and_then(|served| Ok(served?));
        shutdown.trigger();
        // What is not done by then goes on at the next start: nothing is lost by being cut off.
        let done = platform.jobs.end(LAST_WORK).await;
        served.and(done)
    }

    fn apply(&self, config: &mut Config) {
        if let Some(data) = &self.data {
            config.server.data.clone_from(data);
        }
        if let Some(listen) = &self.listen {
            config.server.listen.clone_from(listen);
        }
        if let Some(listen) = &self.smtp_listen {
            config.mail.smtp_listen.clone_from(listen);
        }
        if !self.role.is_empty() {
            config.server.roles.clone_from(&self.role);
        }
        if let Some(auth) = self.engine_rest_auth {
            config.engine.rest_auth = auth;
        }
        if self.conformance {
            config.engine.rest_auth = RestAuth::None;
            config.engine.job_executor = false;
            config.server.roles = vec![Role::Engine];
            // Judges compare texts of dates: the machine's zone is theirs only where they say it.
            if config.engine.time_zone.is_empty() && std::env::var_os("TZ").is_none() {
                "UTC".clone_into(&mut config.engine.time_zone);
            }
        }
        if self.demo && config.mail.mailboxes.is_empty() {
            config.mail.mailboxes = vec![demo::mailbox()];
        }
        config.settle();
    }

    async fn address(&self, config: &Config) -> Result<SocketAddr> {
        let listen = &config.server.listen;
        let mut found = tokio::net::lookup_host(listen).await.with_context(|| {
            format!("server.listen: '{listen}' is no address; write host:port, e.g. 127.0.0.1:8080")
        })?;
        let address = found.next().with_context(|| format!("server.listen: '{listen}' names no host"))?;
        if config.engine.rest_auth == RestAuth::None && !address.ip().is_loopback() {
            bail!(
                "engine.rest_auth: 'none' is only for a loopback address, and server.listen is {address}; use 'token'"
            );
        }
        if self.demo && !self.demo_on_network && !address.ip().is_loopback() {
            bail!(
                "--demo: its accounts have passwords that everybody knows, and server.listen is {address}; listen on a loopback address, or add --demo-on-network"
            );
        }
        Ok(address)
    }
}

/// Where operators look, when it is not the listener for everybody.
async fn internal_listener(config: &Config) -> Result<Option<TcpListener>> {
    let address = &config.server.internal_listen;
    if address.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(address).await;
    listener.map(Some).with_context(|| format!("server.internal_listen: nobody can listen on {address}"))
}

/// Client for calls to a platform from the command line.
pub(crate) fn http_client() -> Result<reqwest::Client> {
    casewright_client::install_tls();
    let builder = casewright_client::trusting(reqwest::Client::builder()).timeout(Duration::from_secs(60));
    // Sooner than the server closes what nobody uses, or a command may meet the end of its connection.
    Ok(builder.pool_idle_timeout(Duration::from_secs(30)).build()?)
}
