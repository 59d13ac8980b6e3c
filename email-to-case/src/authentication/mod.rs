//! Finds out of whom a mail is: SPF, DKIM, ARC and DMARC, by the crate `mail-auth` and DNS.
//!
//! It must never lose a mail, nor hold one up for longer than its time (`mail.authentication.seconds`): what DNS did not say by then is told
//! as `temperror`. Strangers decide what is asked, so how much is bounded ([`evaluate`]), and nothing of it runs on a thread of the runtime.
//!
//! - [`dns`] knows whether anybody answers; [`evaluate`] asks; [`results`] reads what a server of ours found, for what cannot be known here; [`policy`] says what a mailbox makes
//!   of it.

mod dns;
mod evaluate;
pub(crate) mod policy;
mod results;

use crate::config::EmailConfig;
use crate::domain::mail::{Authentication, Origin, Outcome};
use crate::worker_pool::{Unfinished, WorkerPool};
use bytes::Bytes;
use dns::Dns;
use evaluate::Evaluation;
use mail_auth::MessageAuthenticator;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::net::NetError;
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::{error, warn};

/// Mails looked at at once: they wait for DNS, most of their time.
const AT_ONCE: u32 = 16;

/// Looks at mails. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Authenticator {
    config: Arc<EmailConfig>,
    /// None: there is no DNS to ask.
    dns: Option<Arc<Dns>>,
    pool: WorkerPool,
}

impl Authenticator {
    pub(crate) fn new(config: Arc<EmailConfig>) -> Self {
        let dns = match resolver(&config) {
            Ok(resolver) => Some(Arc::new(Dns::new(resolver, budget(&config) / 4))),
            Err(error) => {
                warn!(%error, "there is no name server (mail.dns): of whom mails are is not found out");
                None
            }
        };
        let pool = WorkerPool::new(AT_ONCE, budget(&config));
        Self { config, dns, pool }
    }

    /// What can be found out within the time for it; none: nothing is to be looked at.
    pub(crate) async fn look(&self, raw: Bytes, origin: &Origin, envelope_from: &str) -> Option<Authentication> {
        let budget = budget(&self.config);
        if budget.is_zero() {
            return None;
        }
        let Some(dns) = &self.dns else {
            return Some(Authentication::unknown(Outcome::Temperror, origin));
        };
        // A little of the time is for giving back what is known by then. Where DNS is silent there is none: all that the message names is a
        // `temperror` at once.
        let patience = Instant::now() + budget / 10 * 9;
        let deadline = if dns.answers().await { patience } else { Instant::now() };
        let resolver = dns.resolver();
        let (config, runtime) = (Arc::clone(&self.config), Handle::current());
        let (asked, from) = (origin.clone(), envelope_from.to_owned());
        let work = self.pool.run(move || {
            let evaluation = Evaluation { resolver: &resolver, config: &config, deadline };
            runtime.block_on(evaluation.of(&raw, &asked, &from))
        });
        let found = tokio::time::timeout(budget, work).await.unwrap_or(Err(Unfinished::Late));
        let found = found.unwrap_or_else(|unfinished| {
            error!(error = %unfinished, "it was not found out of whom a mail is");
            let why = match unfinished {
                Unfinished::Late => Outcome::Temperror,
                Unfinished::BrokeOff => Outcome::Permerror,
            };
            Authentication::unknown(why, origin)
        });
        if is_unanswered(&found) {
            dns.doubt();
        }
        Some(found)
    }
}

/// Whether something was asked that nobody answered.
fn is_unanswered(found: &Authentication) -> bool {
    let findings = found.spf.iter().chain(&found.helo).chain(&found.dkim).map(|finding| finding.result);
    findings.chain([found.dmarc.result, found.arc.result]).any(|result| result == Outcome::Temperror)
}

fn budget(config: &EmailConfig) -> Duration {
    Duration::from_secs(config.authentication.seconds)
}

/// Asks the servers of `mail.dns`, or those of the machine; twice, so that both fit into the time for a mail.
fn resolver(config: &EmailConfig) -> Result<MessageAuthenticator, NetError> {
    let (servers, mut options) = match config.dns.as_slice() {
        [] => read_system_conf()?,
        named => {
            (ResolverConfig::from_parts(None, Vec::new(), named.iter().map(server).collect()), ResolverOpts::default())
        }
    };
    options.timeout = options.timeout.min(budget(config) / 4).max(Duration::from_millis(100));
    options.attempts = 1;
    MessageAuthenticator::new(servers, options)
}

fn server(named: &crate::config::NameServer) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = named.0.port();
        connection
    });
    NameServerConfig::new(named.0.ip(), true, connections.to_vec())
}
