//! Puts the rooms of this process together: their routes on one router, their jobs on the runtime.

use super::jobs::Jobs;
use super::{authorities, dead_letters, description, diagnostics, unknown};
use crate::config::{BusKind, Config, RestAuth, Role, below};
use crate::{modeler, private, sandbox};
use anyhow::{Context, Result};
use axum::Router;
use axum::handler::Handler as _;
use axum::middleware::from_fn_with_state;
use casewright_access::accounts::Accounts;
use casewright_access::config::ExternalIssuer;
use casewright_access::rate;
use casewright_access::{Access, Gate, OnBehalfOf, ServiceTokens};
use casewright_bus::{Bus, InProcessBus, KafkaBus, RetryPolicy};
use casewright_case_api::{CaseApiConfig, CaseApiState, SearchConfig};
use casewright_client::{Client, Identity, Tokens as _, http_client};
use casewright_email_to_case::{EmailState, Rooms};
use casewright_engine_rest::{
    EngineRestAuth, adopt_people, engine_rest_router, engine_rest_router_with_clock, sentence, without_trailing_slash,
};
use casewright_engine_runtime::{ConformanceClock, EngineConfig, EngineResult, Engines, JobExecutor};
use casewright_journal::{Journal, TenantId};
use casewright_publishers::channel::SmtpConfig;
use casewright_publishers::{NotificationConfig, PublishersConfig, PublishersState};
use casewright_service::{Health, Shutdown, http};
use casewright_storage_api::StorageState;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use utoipa::openapi::OpenApi;

/// The machine client of the built-in workers.
const WORKERS: &str = "system:external-tasks";
/// How long a call from room to room may take.
const BETWEEN_ROOMS: Duration = Duration::from_secs(30);
/// How long a call may take of who asks for work and waits until there is some, and of who sends whole mails.
const OVER_POLLS: Duration = Duration::from_secs(60);

/// What `serve` runs.
pub(crate) struct Platform {
    pub(crate) router: Router,
    /// What operators look at, for `server.internal_listen`.
    pub(super) internal: Router,
    pub(crate) access: Access,
    /// Background work, which ends when a stop is requested.
    pub(super) jobs: Jobs,
    /// Set once the demo is loaded; readiness waits for it.
    pub(crate) demo_ready: Arc<AtomicBool>,
}

/// Rooms as they are being put together.
struct Assembly<'a> {
    config: &'a Config,
    journal: Journal,
    access: Access,
    bus: Arc<dyn Bus>,
    health: Health,
    shutdown: Shutdown,
    router: Router,
    api: OpenApi,
    jobs: Jobs,
    /// The ways of requests to the things of these rooms.
    gates: Vec<Gate>,
}

/// Opens every room that this process plays. `is_local`: only this machine reaches it ([`diagnostics::is_local`]).
///
/// # Errors
/// Something a room stands on cannot be used; the text names the key of the configuration.
pub(crate) async fn platform(
    config: &Config,
    journal: Journal,
    is_local: bool,
    demo: bool,
    clock: Option<Arc<ConformanceClock>>,
    shutdown: Shutdown,
) -> Result<Platform> {
    let access = Access::open(journal.clone(), config.access.clone()).await.context("opening access")?;
    let bus = bus(config, &journal)?;
    let health = Health::new();
    let checked = journal.clone();
    health.register("journal", move || {
        let journal = checked.clone();
        async move { journal.ping().await.map_err(|error| error.to_string()) }
    });
    let stopping = shutdown.clone();
    health.register("accepting", move || {
        let is_draining = stopping.is_draining();
        async move { if is_draining { Err("is about to stop".to_owned()) } else { Ok(()) } }
    });
    let demo_ready = Arc::new(AtomicBool::new(!demo));
    let loaded = Arc::clone(&demo_ready);
    health.register("demo", move || {
        let is_loaded = loaded.load(Ordering::Acquire);
        async move { if is_loaded { Ok(()) } else { Err("is being loaded".to_owned()) } }
    });
    let router = Router::new();
    let api = description::begin();
    let checked = Arc::clone(&bus);
    // Without it people work on; what follows from events waits in the journal.
    health.register_told("bus", move || {
        let bus = Arc::clone(&checked);
        async move { bus.ping().await.map_err(|error| error.to_string()) }
    });
    let jobs = Jobs::new(shutdown.clone());
    let mut assembly =
        Assembly { config, journal, access, bus, health, shutdown, router, api, jobs, gates: Vec::new() };
    assembly.access()?;
    assembly.engine(clock).await?;
    assembly.storage().await?;
    assembly.cases()?;
    assembly.mail()?;
    assembly.publishers()?;
    assembly.workers()?;
    assembly.administration()?;
    Ok(assembly.finish(is_local, demo_ready))
}

fn bus(config: &Config, journal: &Journal) -> Result<Arc<dyn Bus>> {
    Ok(match config.bus.kind {
        BusKind::InProcess => Arc::new(InProcessBus::new(journal.clone())),
        BusKind::Kafka => {
            let mut kafka = config.bus.kafka()?;
            kafka.settings.extend(authorities::kafka(&config.bus));
            let bus = KafkaBus::start(journal.clone(), kafka, RetryPolicy::default());
            Arc::new(bus.context("bus.brokers, bus.settings: Kafka cannot be used")?)
        }
    })
}

/// Takes over what earlier releases, which knew one organisation, kept of people.
async fn adopt(engines: &Engines, accounts: &Accounts) -> EngineResult<()> {
    match engines.of(&TenantId::default()).await? {
        Some(engine) => adopt_people(&engine, accounts).await,
        None => Ok(()),
    }
}

impl Assembly<'_> {
    fn access(&mut self) -> Result<()> {
        // Whatever a process plays, it takes tokens: it has to know new keys, and which sign-ins are over.
        let (access, shutdown) = (self.access.clone(), self.shutdown.clone());
        self.run(async move { access.run(shutdown).await });
        if !self.config.plays(Role::Access) {
            return Ok(());
        }
        let (routes, api) = casewright_access::api::router(self.access.clone());
        let issuer = casewright_access::issuer::router(self.access.clone());
        self.add(routes.merge(issuer), api)
    }

    async fn engine(&mut self, clock: Option<Arc<ConformanceClock>>) -> Result<()> {
        if !self.config.plays(Role::Engine) {
            return Ok(());
        }
        let mut settings = EngineConfig {
            enforce_history_time_to_live: self.config.engine.enforce_history_time_to_live,
            history: self.config.engine.history.settings()?,
            options: self.config.engine.limits.options(),
            deployment_parts: self.config.engine.limits.deployment_parts,
            password_policy: self.config.engine.password_policy,
            built_in_topics: casewright_external_tasks::topic::Topic::ALL.iter().map(|topic| topic.name()).collect(),
            quotas: self.config.quotas.of_engine(),
            draining: self.shutdown.draining_token(),
            query_max_results_limit: Some(self.config.engine.query_max_results_limit).filter(|limit| *limit > 0),
            ..EngineConfig::default()
        };
        if !self.config.engine.job_executor {
            settings.job_executor = JobExecutor::Off;
        }
        let engines = Engines::start(self.journal.clone(), settings, sentence, self.shutdown.token()).await;
        let engines = engines.context("starting the engine")?;
        let auth = match self.config.engine.rest_auth {
            RestAuth::Token => EngineRestAuth::Required(self.access.clone()),
            RestAuth::None => EngineRestAuth::OpenUnlessNamed(self.access.clone()),
        };
        let rest = match clock {
            Some(clock) => engine_rest_router_with_clock(engines.clone(), auth, clock),
            None => engine_rest_router(engines.clone(), auth),
        };
        let (routes, api) = casewright_engine_api::api_router(engines.clone(), self.access.clone());
        self.add(routes.nest("/engine-rest", rest), api)?;
        self.gates.extend(casewright_engine_api::gates(&self.access));
        let accounts = self.access.accounts().clone();
        self.run(async move {
            if let Err(error) = adopt(&engines, &accounts).await {
                tracing::error!(%error, "users of an earlier release could not be taken over; the next start tries again");
            }
            engines.run().await;
        });
        Ok(())
    }

    async fn storage(&mut self) -> Result<()> {
        if !self.config.plays(Role::StorageApi) {
            return Ok(());
        }
        let mut settings = self.config.storage.clone();
        settings.folder = below(&self.config.server.data, &settings.folder);
        settings.tenant_quotas = self.config.quotas.of_storage();
        if self.config.quotas.storage_bytes > 0 {
            settings.tenant_quota_bytes = self.config.quotas.storage_bytes;
        }
        if settings.kind == casewright_storage_api::config::StoreKind::Folder {
            private::folder(&settings.folder).context("storage.folder")?;
        }
        let secret = self.secret("files")?;
        let base = self.config.base_url();
        let state = StorageState::open(self.journal.clone(), self.access.clone(), settings, &base, &secret).await;
        let state = state.context("opening the file store (section storage)")?;
        let checked = state.clone();
        self.health.register("files", move || {
            let files = checked.clone();
            async move { files.ping().await.map_err(|error| error.to_string()) }
        });
        let (routes, api) = casewright_storage_api::router(state.clone());
        self.add(routes, api)?;
        self.gates.extend(casewright_storage_api::gates(&state));
        let shutdown = self.shutdown.clone();
        self.run(async move { casewright_storage_api::run(state, shutdown).await });
        Ok(())
    }

    fn cases(&mut self) -> Result<()> {
        if !self.config.plays(Role::CaseApi) {
            return Ok(());
        }
        let folder = self.config.server.data.join("search");
        private::folder(&folder).context("server.data: the folder of the search index")?;
        let search = SearchConfig { folder: Some(folder), reader: Some(sandbox::reader()?) };
        let config = CaseApiConfig { search, ..CaseApiConfig::all_at(&self.config.base_url()) };
        let state =
            CaseApiState::new(self.journal.clone(), self.access.clone(), &config).context("opening case-api")?;
        let (routes, api) = casewright_case_api::router(state.clone());
        self.add(routes, api)?;
        self.gates.extend(casewright_case_api::gates(&state));
        let (bus, shutdown) = (Arc::clone(&self.bus), self.shutdown.clone());
        self.run(async move { casewright_case_api::run(state, bus, shutdown).await });
        Ok(())
    }

    fn mail(&mut self) -> Result<()> {
        if !self.config.plays(Role::EmailToCase) {
            return Ok(());
        }
        let base = self.config.base_url();
        let http = http_client(BETWEEN_ROOMS).context("setting up the HTTP client")?;
        let tokens = ServiceTokens::new(self.access.clone(), "system:email-to-case");
        let client = Client::new(http, &base, Identity::Issued(Arc::new(tokens)));
        let rooms = Rooms::new(client, http_client(OVER_POLLS).context("setting up the HTTP client")?);
        let secret = self.secret("mail")?;
        let state =
            EmailState::new(self.journal.clone(), self.access.clone(), rooms, self.config.mail.clone(), &secret);
        let state = state.until(self.shutdown.clone());
        let (routes, api) = casewright_email_to_case::router(state.clone());
        self.add(routes, api)?;
        self.gates.extend(casewright_email_to_case::gates(&state));
        let (bus, shutdown) = (Arc::clone(&self.bus), self.shutdown.clone());
        let work = Box::pin(casewright_email_to_case::run(state, bus, shutdown));
        self.jobs.start(async move { work.await.context("mail cannot be received") });
        Ok(())
    }

    fn publishers(&mut self) -> Result<()> {
        if !self.config.plays(Role::Publishers) {
            return Ok(());
        }
        let settings = self.publishers_config();
        let state = PublishersState::new(self.journal.clone(), self.access.clone(), Arc::clone(&self.bus), settings);
        let state = state.context("opening the publishers (sections notifications and mail.relay)")?;
        let state = state.until(self.shutdown.clone());
        let (routes, api) = casewright_publishers::router(state.clone());
        self.add(routes, api)?;
        let (bus, shutdown) = (Arc::clone(&self.bus), self.shutdown.clone());
        self.run(async move { casewright_publishers::run(state, bus, shutdown).await });
        Ok(())
    }

    fn publishers_config(&self) -> PublishersConfig {
        let (settings, relay) = (&self.config.notifications, &self.config.mail.relay);
        let sender = self.config.mail.mailboxes.first().map(|mailbox| mailbox.address.clone());
        let from = if settings.from.is_empty() { sender } else { Some(settings.from.clone()) };
        let smtp = from.filter(|_| !relay.host.is_empty()).map(|from| SmtpConfig {
            relay: relay.clone(),
            dkim: self.config.mail.dkim.clone(),
            from: if from.contains('<') { from } else { format!("{} <{from}>", settings.product) },
        });
        let notifications = NotificationConfig {
            portal_url: self.config.base_url(),
            smtp,
            settings: settings.clone(),
            ..NotificationConfig::default()
        };
        PublishersConfig { max_live_connections: settings.live_connections, notifications }
    }

    fn workers(&mut self) -> Result<()> {
        if !self.config.plays(Role::ExternalTasks) {
            return Ok(());
        }
        let tokens = ServiceTokens::new(self.access.clone(), WORKERS);
        let token = move |tenant: &str, person: Option<&OnBehalfOf>| {
            let behalf = person.map(|who| OnBehalfOf::machine_for(WORKERS, who.clone()));
            tokens.token(tenant, behalf.as_ref())
        };
        let identity = Identity::Issued(Arc::new(token));
        let http = http_client(OVER_POLLS).context("setting up the HTTP client")?;
        let client = Client::new(http, &self.config.base_url(), identity);
        let (settings, shutdown) = (self.config.workers.clone(), self.shutdown.clone());
        self.run(async move {
            casewright_external_tasks::run(client, settings, async move { shutdown.requested().await }).await
        });
        Ok(())
    }

    /// What administrators have. Comes last: they ask about things of all rooms of this process.
    fn administration(&mut self) -> Result<()> {
        if !self.config.plays(Role::Access) {
            return Ok(());
        }
        let bus = Arc::clone(&self.bus);
        let (routes, api) = dead_letters::router(self.journal.clone(), self.access.clone(), bus);
        self.add(routes, api)?;
        let (routes, api) = casewright_access::explain::router(self.access.clone(), std::mem::take(&mut self.gates));
        self.add(routes, api)
    }

    fn finish(self, is_local: bool, demo_ready: Arc<AtomicBool>) -> Platform {
        let document = Arc::new(self.api);
        let internal = diagnostics::open(self.health.clone(), &document);
        let mut router = self.router.merge(match is_local {
            true => internal.clone(),
            false => diagnostics::guarded(self.health, self.access.clone(), &document),
        });
        router = match self.config.plays(Role::Portal) {
            true => {
                let pages = unknown::Pages { prefix: self.config.prefix().into() };
                router.merge(modeler::router()).fallback_service(unknown::with_portal.with_state(pages))
            }
            false => router.fallback(unknown::without_portal),
        };
        // Bytes of files may come from where this page does not: a bucket, or our own address under another name.
        let mut origins = self.config.storage.browser_origins();
        origins.extend(self.config.origin());
        origins.extend(self.config.access.oidc.iter().filter_map(ExternalIssuer::origin));
        let layers = http::Layers {
            body_limit: self.config.server.body_limit,
            content_security_policy: http::content_security_policy(&origins),
            is_https: self.config.base_url().starts_with("https://"),
            door: http::Door {
                cors_origins: self.config.server.cors_origins.clone(),
                own_origins: self.config.origin().into_iter().collect(),
                trusts_forwarded: self.config.access.trust_forwarded,
                loopback_only: match self.config.engine.rest_auth {
                    RestAuth::None => vec!["/engine-rest"],
                    RestAuth::Token => Vec::new(),
                },
            },
        };
        let rates = rate::Rates::new(self.access.clone(), &self.config.server.rate);
        let router = router.layer(from_fn_with_state(rates, rate::limit));
        let router = without_trailing_slash(http::common_layers(router, &layers), "/engine-rest");
        let router = http::below(router, &self.config.prefix());
        let internal = http::common_layers(internal, &http::Layers::default());
        Platform { router, internal, access: self.access, jobs: self.jobs, demo_ready }
    }

    fn add(&mut self, routes: Router, api: OpenApi) -> Result<()> {
        self.router = std::mem::take(&mut self.router).merge(routes);
        description::add(&mut self.api, api)
    }

    fn run(&mut self, job: impl Future<Output = ()> + Send + 'static) {
        self.jobs.start(async move {
            job.await;
            Ok(())
        });
    }

    /// A secret of its own for each purpose, from the one key file that all nodes share.
    fn secret(&self, purpose: &str) -> Result<[u8; 32]> {
        let path = &self.config.access.key_file;
        let key = std::fs::read(path).with_context(|| format!("access.key_file: {} cannot be read", path.display()))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).context("access.key_file holds no key")?;
        mac.update(b"casewright\0");
        mac.update(purpose.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }
}
