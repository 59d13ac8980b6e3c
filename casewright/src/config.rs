//! The configuration of the whole platform: one TOML file, every key also an environment variable
//! (`CASEWRIGHT_SERVER__LISTEN`). Relative paths are below `server.data`.

mod acme;
mod bus;
mod zone;

use crate::quotas::Quotas;
pub(crate) use acme::Acme;
use anyhow::{Context, Result, bail};
pub(crate) use bus::{Bus, BusKind};
use casewright_access::AccessConfig;
use casewright_access::rate::RateConfig;
use casewright_email_to_case::EmailConfig;
use casewright_engine_runtime::{BatchDays, Cleanup, EngineConfig, HistoryConfig, Options, RemovalTimeFrom};
use casewright_engine_views::HistoryLevel;
use casewright_external_tasks::WorkerConfig;
use casewright_publishers::channel::NotificationSettings;
use casewright_service::config::Secret;
use casewright_storage_api::StorageConfig;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
pub(crate) use zone::Zone;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) journal: Journal,
    pub(crate) bus: Bus,
    pub(crate) access: AccessConfig,
    pub(crate) engine: Engine,
    pub(crate) mail: EmailConfig,
    pub(crate) storage: StorageConfig,
    pub(crate) notifications: NotificationSettings,
    pub(crate) workers: WorkerConfig,
    pub(crate) quotas: Quotas,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Address and port of everything over HTTP.
    pub(crate) listen: String,
    /// Address and port of metrics, of the description of the interface and of why a process is not ready; empty: no listener of
    /// its own. Nobody is asked who they are there.
    pub(crate) internal_listen: String,
    /// Address under which people and other nodes reach this one; empty: `http://<listen>`. It may have a path
    /// (`https://example.org/cases`) where the platform shares its name with others.
    pub(crate) public_url: String,
    /// Seconds for which the process serves on after it was asked to stop, not ready any more: as long as proxies in front need to
    /// learn that. 0: nobody is in front.
    pub(crate) drain_seconds: u16,
    /// Folder for everything that is kept.
    pub(crate) data: PathBuf,
    /// Roles this process plays; empty: all.
    pub(crate) roles: Vec<Role>,
    /// `text` or `json`.
    pub(crate) log_format: casewright_service::telemetry::Format,
    /// Filter of the log, e.g. `info,casewright_engine_runtime=debug`.
    pub(crate) log: String,
    /// Largest request body, in bytes. What needs more (models, files, mails) has limits of its own.
    pub(crate) body_limit: usize,
    /// Connections at once, at most what the process may open files for. When all are in use, the one that has waited
    /// longest for its next request makes room.
    pub(crate) connections: usize,
    /// Connections of one address at once; 0: no limit of its own. Does not hold for this machine itself, nor behind a proxy
    /// of ours (`access.trust_forwarded`), which has an address for everybody.
    pub(crate) connections_per_address: usize,
    /// Origins whose pages may call `/api/v1` and `/engine-rest` (CORS), e.g. `["https://app.example"]`; `["*"]`: all. None
    /// unless they are named: our own pages need none of this.
    pub(crate) cors_origins: Vec<String>,
    /// How often who may ask.
    pub(crate) rate: RateConfig,
    /// Connections to other machines that may be in clear, by the settings that say where they go, e.g. `["mail.relay"]`; all others
    /// must be TLS.
    pub(crate) allow_clear_text: Vec<ClearText>,
    /// TLS of `listen`. Without it, end TLS in front of the platform where it is reached beyond this machine.
    pub(crate) tls: Tls,
}

/// A connection to another machine that may be in clear (`server.allow_clear_text`), by the setting that says where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ClearText {
    #[serde(rename = "mail.relay")]
    Relay,
    #[serde(rename = "mail.imap")]
    Imap,
    #[serde(rename = "journal.uri")]
    Journal,
    #[serde(rename = "bus.brokers")]
    Bus,
    #[serde(rename = "storage.s3")]
    Files,
    #[serde(rename = "storage.antivirus")]
    Antivirus,
    #[serde(rename = "access.opa")]
    PolicyAgent,
    #[serde(rename = "access.oidc")]
    Provider,
    #[serde(rename = "notifications.sms")]
    Sms,
    #[serde(rename = "server.public_url")]
    Rooms,
}

/// TLS of the platform's own listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Tls {
    /// File with the certificate and its chain, PEM; taken up again when it changes. Empty: no TLS.
    pub(crate) certificate: String,
    /// File with the private key, PEM.
    pub(crate) key: String,
    /// File with an authority of one's own, PEM, which signed this certificate or those of back ends, when machines do not trust it
    /// anyway: all that the platform and its commands connect to is held against it besides.
    pub(crate) authority: String,
    /// A certificate that the platform orders and renews itself, instead of the two files.
    pub(crate) acme: Acme,
}

impl Tls {
    pub(crate) fn is_on(&self) -> bool {
        self.acme.is_on() || !self.certificate.is_empty() || !self.key.is_empty()
    }
}

/// What a process can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    Engine,
    CaseApi,
    StorageApi,
    EmailToCase,
    ExternalTasks,
    Publishers,
    Access,
    Portal,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StoreKind {
    #[default]
    Sqlite,
    Mongodb,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Journal {
    /// `sqlite` (a file below `server.data`) or `mongodb`.
    pub(crate) store: StoreKind,
    /// Connection string of a replica set or sharded cluster.
    pub(crate) uri: Secret,
    pub(crate) database: String,
    /// Number of logs; fixed when a store is created. Unless it is given: 8 on SQLite, which one process has to itself, and
    /// 64 on MongoDB, where so many nodes at most can share the work.
    pub(crate) shards: Option<u16>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RestAuth {
    /// Bearer token or HTTP Basic on every call.
    #[default]
    Token,
    /// Nobody is asked, and who brings a good token is known by it; only on a loopback address.
    None,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Engine {
    /// `token` or `none`, for `/engine-rest`.
    pub(crate) rest_auth: RestAuth,
    /// Time zone (IANA, e.g. `Europe/Berlin`) of cycles, of dates without an offset, of expressions, and of the offset of dates in
    /// `/engine-rest`; empty: the machine's. The same on every node.
    pub(crate) time_zone: String,
    /// Run due timers and asynchronous continuations.
    pub(crate) job_executor: bool,
    /// Refuse processes without `camunda:historyTimeToLive`, as Camunda 7.20 and later do.
    pub(crate) enforce_history_time_to_live: bool,
    /// Hold passwords that are set over `/engine-rest` against Camunda's built-in policy.
    pub(crate) password_policy: bool,
    /// Rows that a list of `/engine-rest` may be asked for at once (Camunda's `queryMaxResultsLimit`); 0: any number.
    pub(crate) query_max_results_limit: u32,
    pub(crate) history: History,
    pub(crate) limits: EngineLimits,
}

/// Section `[engine.limits]`: what one command may do to a process instance, where a job that would do more is an incident, and
/// what a deployment may have. More is refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EngineLimits {
    /// Instances of one parallel multi-instance activity.
    pub(crate) instances: u32,
    /// Of them, those that one step creates; the others follow by jobs.
    pub(crate) portion: u32,
    /// Events.
    pub(crate) events: usize,
    /// Bytes of these events.
    pub(crate) bytes: usize,
    /// Parts of a deployment's multipart body: its files and fields.
    pub(crate) deployment_parts: usize,
}

impl Default for EngineLimits {
    fn default() -> Self {
        let options = Options::default();
        Self {
            instances: options.max_instances.unsigned_abs(),
            portion: options.portion.unsigned_abs(),
            events: options.max_events,
            bytes: options.max_bytes,
            deployment_parts: EngineConfig::default().deployment_parts,
        }
    }
}

impl EngineLimits {
    /// As the engine takes them.
    pub(crate) fn options(&self) -> Options {
        Options {
            max_instances: i32::try_from(self.instances).unwrap_or(i32::MAX),
            portion: i32::try_from(self.portion).unwrap_or(i32::MAX),
            max_events: self.events,
            max_bytes: self.bytes,
            ..Options::default()
        }
    }
}

/// Section `[engine.history]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct History {
    /// `none`, `activity`, `audit` or `full`: what history is written from now on.
    pub(crate) level: HistoryLevel,
    /// `start` or `end` of the root instance, from which a time to live counts; `none`: nothing is removed.
    pub(crate) removal_time: RemovalTimeFrom,
    /// Days that batches are kept; 0: for good.
    pub(crate) batch_days: u32,
    /// Days that batches of a type are kept, e.g. `{ "instance-migration" = 30 }`.
    pub(crate) batch_days_by_type: BTreeMap<String, u32>,
    /// May history past its removal time be deleted?
    pub(crate) cleanup: bool,
    /// When it is deleted every day, in `engine.time_zone`: `23:00-05:30`; empty: only by `POST /engine-rest/history/cleanup`.
    pub(crate) cleanup_window: String,
    /// Root instances, decisions and batches that are deleted at once.
    pub(crate) cleanup_portion: u32,
}

impl Default for History {
    fn default() -> Self {
        Self {
            level: HistoryLevel::Full,
            removal_time: RemovalTimeFrom::End,
            batch_days: 0,
            batch_days_by_type: BTreeMap::new(),
            cleanup: true,
            cleanup_window: String::new(),
            cleanup_portion: 10_000,
        }
    }
}

impl History {
    /// As the engine takes it.
    pub(crate) fn settings(&self) -> Result<HistoryConfig> {
        let window = match self.cleanup_window.as_str() {
            "" => None,
            text => Some(text.parse().context("engine.history.cleanup_window")?),
        };
        Ok(HistoryConfig {
            level: self.level,
            removal_time: self.removal_time,
            batch_days: BatchDays {
                others: Some(self.batch_days).filter(|days| *days > 0),
                by_type: self.batch_days_by_type.clone(),
            },
            cleanup: Cleanup { enabled: self.cleanup, window, portion: self.cleanup_portion.max(1) },
        })
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            internal_listen: String::new(),
            public_url: String::new(),
            drain_seconds: 0,
            data: PathBuf::from("data"),
            roles: Vec::new(),
            log_format: casewright_service::telemetry::Format::default(),
            log: "info".to_owned(),
            body_limit: 1 << 20,
            connections: 10_000,
            connections_per_address: 1_000,
            cors_origins: Vec::new(),
            allow_clear_text: Vec::new(),
            tls: Tls::default(),
            rate: RateConfig::default(),
        }
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self { store: StoreKind::Sqlite, uri: Secret::default(), database: "casewright".to_owned(), shards: None }
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            rest_auth: RestAuth::Token,
            time_zone: String::new(),
            job_executor: true,
            enforce_history_time_to_live: false,
            history: History::default(),
            limits: EngineLimits::default(),
            password_policy: false,
            query_max_results_limit: 0,
        }
    }
}

impl Config {
    /// Where this process is reached, without a trailing slash.
    pub(crate) fn base_url(&self) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.server.listen),
            url => url.to_owned(),
        }
    }

    /// The origin of [`Config::base_url`], as browsers write it; none when that is no URL.
    pub(crate) fn origin(&self) -> Option<String> {
        let url = reqwest::Url::parse(&self.base_url()).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// The path of [`Config::base_url`], below which everything is, without a slash at its end; empty when there is none.
    pub(crate) fn prefix(&self) -> String {
        let url = reqwest::Url::parse(&self.base_url());
        url.map_or_else(|_| String::new(), |url| url.path().trim_end_matches('/').to_owned())
    }

    /// Lets everything that this process connects to from now on be held against the authority of one's own, if one is named.
    ///
    /// # Errors
    /// Its file cannot be used; the text names the key and the file.
    pub(crate) fn trust(&self) -> Result<()> {
        let authority = &self.server.tls.authority;
        if authority.is_empty() {
            return Ok(());
        }
        match casewright_client::trust(authority.as_ref()) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("server.tls.authority: there is no file {authority}")
            }
            outcome => outcome.with_context(|| format!("server.tls.authority: {authority} cannot be used")),
        }
    }

    /// What a start would refuse of it, that is seen without starting anything.
    ///
    /// # Errors
    /// The first finding; the text names the key.
    pub(crate) fn check(&self) -> Result<()> {
        self.trust()?;
        self.zone()?;
        match self.bus.kind {
            BusKind::InProcess => Ok(()),
            BusKind::Kafka => self.bus.kafka().map(drop),
        }
    }

    /// The time zone of this process.
    ///
    /// # Errors
    /// `engine.time_zone` names none; the text names the key.
    pub(crate) fn zone(&self) -> Result<Zone> {
        zone::find(&self.engine.time_zone)
    }

    pub(crate) fn plays(&self, role: Role) -> bool {
        self.server.roles.is_empty() || self.server.roles.contains(&role)
    }

    /// Fills in what follows from other keys: addresses of ourselves, paths below the data folder.
    pub(crate) fn settle(&mut self) {
        let base = self.base_url();
        let default = AccessConfig::default();
        if self.access.issuer == default.issuer {
            self.access.issuer = format!("{base}/auth");
        }
        if self.access.redirect_uris == default.redirect_uris {
            self.access.redirect_uris = vec![format!("{base}/"), format!("{base}/signed-in")];
        }
        self.access.key_file = below(&self.server.data, &self.access.key_file);
    }
}

pub(crate) fn below(data: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_path_buf() } else { data.join(path) }
}

/// Defaults, then the file, then the environment.
pub(crate) fn load(file: Option<&Path>) -> Result<Config> {
    let environment = std::env::vars().filter(|(name, _)| name.contains("__"));
    Ok(casewright_service::config::load(file, environment)?)
}

pub(crate) fn print(config: &Config) -> Result<()> {
    use std::io::Write;
    let comments = [
        ("server", "Every key can be set in the environment: CASEWRIGHT_SERVER__LISTEN=127.0.0.1:8080"),
        ("journal", "store: sqlite or mongodb (a replica set or sharded cluster)"),
        ("bus", "kind: in-process or kafka; partitions, replication: of the topic when it is made"),
        (
            "engine",
            "rest_auth: token or none (none only on a loopback address); time_zone: empty for the machine's, else e.g. Europe/Berlin",
        ),
        ("notifications", "mail goes to mail.relay; sms.url and webhook.secret switch those channels on"),
        ("quotas", "0: no limit; [quotas.ORGANISATION] says otherwise for one of them"),
        ("mail", "mailboxes: [{ address, name, process }]; relay: the server that takes our mail"),
    ];
    let text = casewright_service::config::print(config, &comments);
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(text: &str) -> Config {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        casewright_service::config::load(Some(file.path()), std::iter::empty()).unwrap()
    }

    #[test]
    fn channels_of_notifications_are_off_until_they_are_configured() {
        let off = loaded("[notifications]\nproduct = \"Desk\"\n").notifications;
        assert!(off.sms.url.is_empty() && off.webhook.secret.is_empty());
        let on = loaded(
            "[notifications.sms]\nurl = \"https://sms.example/send\"\nauthorization = \"Bearer x\"\n\
             to_field = \"recipient\"\nextra = { from = \"Harbor\" }\n\
             [notifications.webhook]\nsecret = \"shared\"\n",
        );
        let sms = &on.notifications.sms;
        assert_eq!((sms.to_field.as_str(), sms.text_field.as_str()), ("recipient", "body"));
        assert_eq!(sms.authorization.reveal(), "Bearer x");
        assert_eq!(sms.extra["from"], "Harbor");
        assert!(!on.notifications.webhook.private_addresses);
        let shown = casewright_service::config::print(&on, &[]);
        assert!(!shown.contains("Bearer x") && !shown.contains("shared"), "{shown}");
    }
}
