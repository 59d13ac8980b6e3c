//! DNS, and whether it answers at all.
//!
//! Where nothing answers, each mail would wait its whole time for nothing. So silence is remembered for a while, in which nothing is asked. It is
//! not told from what a mail had asked: the name servers of a stranger's domain may be silent as well, and with such a mail they would take our
//! eyes off all others. It is asked for a name that nobody has, which any server answers that reaches the root.

use mail_auth::MessageAuthenticator;
use mail_auth::hickory_resolver::net::NetError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tracing::{info, warn};
use uuid::Uuid;

/// How long nothing is asked after DNS did not answer.
const PAUSE: Duration = Duration::from_secs(30);
/// How long an answer is waited for, at most.
const TIME: Duration = Duration::from_secs(2);

/// Who is asked, and what is known of them.
pub(super) struct Dns {
    resolver: MessageAuthenticator,
    time: Duration,
    known: Mutex<Known>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// It is to be asked whether it answers.
    Nothing,
    Answers,
    Silent {
        until: Instant,
    },
}

impl Dns {
    /// `time` is how long one question may take.
    pub(super) fn new(resolver: MessageAuthenticator, time: Duration) -> Self {
        Self { resolver, time: time.min(TIME), known: Mutex::new(Known::Nothing) }
    }

    pub(super) fn resolver(&self) -> MessageAuthenticator {
        self.resolver.clone()
    }

    /// Whether it is worth asking.
    pub(super) async fn answers(&self) -> bool {
        {
            let mut known = self.known();
            match *known {
                Known::Answers => return true,
                Known::Silent { until } if Instant::now() < until => return false,
                // Who comes meanwhile does not wait for this answer.
                Known::Silent { .. } => *known = Known::Silent { until: Instant::now() + self.time },
                Known::Nothing => {}
            }
        }
        let does_answer = self.ask().await;
        self.learn(does_answer);
        does_answer
    }

    /// Something was not answered: the next mail finds out whether it was DNS.
    pub(super) fn doubt(&self) {
        let mut known = self.known();
        if *known == Known::Answers {
            *known = Known::Nothing;
        }
    }

    /// Told once when it falls silent, and once when it answers again.
    fn learn(&self, does_answer: bool) {
        let mut known = self.known();
        let was_silent = matches!(*known, Known::Silent { .. });
        if does_answer {
            *known = Known::Answers;
            if was_silent {
                info!("DNS answers again: of whom mails are is found out");
            }
            return;
        }
        *known = Known::Silent { until: Instant::now() + PAUSE };
        if !was_silent {
            warn!("DNS does not answer (mail.dns): until it does, of whom mails are is not found out (temperror)");
        }
    }

    async fn ask(&self) -> bool {
        // A name of its own each time, or the answer could be an old one.
        let name = format!("{}.", Uuid::new_v4().simple());
        match timeout(self.time, self.resolver.0.ns_lookup(name)).await {
            // That there is none is an answer.
            Ok(Ok(_) | Err(NetError::Dns(_))) => true,
            Ok(Err(_)) | Err(_) => false,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{EmailConfig, NameServer as Named};
    use casewright_testkit::NameServer;

    fn dns(server: &NameServer) -> Dns {
        let config = EmailConfig { dns: vec![Named(server.address)], ..EmailConfig::default() };
        Dns::new(super::super::resolver(&config).unwrap(), Duration::from_millis(200))
    }

    #[tokio::test]
    async fn a_name_that_nobody_has_is_answered_and_only_doubt_asks_again() {
        let server = NameServer::start().await;
        let dns = dns(&server);
        assert!(dns.answers().await);
        let asked = server.questions();
        assert!(asked > 0);
        assert!(dns.answers().await);
        assert_eq!(server.questions(), asked);
        dns.doubt();
        assert!(dns.answers().await);
        assert!(server.questions() > asked);
    }

    #[tokio::test]
    async fn who_is_silent_is_left_alone_for_a_while() {
        let server = NameServer::silent().await;
        let dns = dns(&server);
        assert!(!dns.answers().await);
        let asked = server.questions();
        let before = Instant::now();
        for _ in 0..100 {
            assert!(!dns.answers().await);
        }
        assert!(before.elapsed() < Duration::from_millis(100));
        assert_eq!(server.questions(), asked);
        dns.doubt();
        assert!(!dns.answers().await, "doubt does not shorten it");
        // The while is over: one asks, the others do not wait for it.
        *dns.known() = Known::Silent { until: Instant::now() };
        let (asking, beside) = tokio::join!(dns.answers(), async {
            let before = Instant::now();
            (dns.answers().await, before.elapsed())
        });
        assert!(!asking && !beside.0);
        assert!(beside.1 < Duration::from_millis(100));
        assert!(server.questions() > asked);
    }
}
