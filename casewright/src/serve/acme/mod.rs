//! A certificate that the platform orders of an authority and renews by itself: ACME (RFC 8555), by the crate `instant-acme`.
//!
//! That a name leads here is proven on the listener itself (TLS-ALPN-01, RFC 8737), so no other port is needed.
//!
//! - [`order`] is one order, from the account to the certificate.
//! - [`kept`] is what is kept of it: the account, and chain and key in one file, which is replaced as a whole.
//! - [`http`] is how the authority is reached.
//!
//! Here it is decided when to order: at once when there is none for these names, and when a third of its life is left.

mod http;
mod kept;
mod order;

use crate::config::{Acme, below};
use anyhow::{Context, Result};
use casewright_service::Shutdown;
use casewright_service::tls::ServedCertificate;
use kept::Kept;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use x509_parser::extensions::GeneralName;

/// Looked at so often, whatever the clock was set to meanwhile.
const LOOK: Duration = Duration::from_secs(3600);
/// The pauses after an order that failed: each is twice the one before. Authorities count failures of an hour.
const PAUSES: (Duration, Duration) = (Duration::from_secs(300), Duration::from_secs(6 * 3600));

/// What orders a certificate.
pub(crate) struct Ordering {
    settings: Acme,
    kept: Kept,
    served: ServedCertificate,
}

impl Ordering {
    /// What the listener shows is read from what was kept, if anything was.
    ///
    /// # Errors
    /// What was kept cannot be read.
    pub(crate) fn new(settings: &Acme, data: &Path) -> Result<Self> {
        let kept = Kept::new(below(data, &settings.cache));
        let served = ServedCertificate::awaited(&kept.certificate()).context("server.tls.acme.cache")?;
        Ok(Self { settings: settings.clone(), kept, served })
    }

    pub(crate) fn served(&self) -> ServedCertificate {
        self.served.clone()
    }

    /// Orders whenever it is time to, until a stop is requested.
    pub(crate) async fn follow(self, shutdown: Shutdown) {
        let mut pause = PAUSES.0;
        loop {
            let wait = match self.due() {
                Some(in_future) => in_future.min(LOOK),
                None => match self.order().await {
                    Ok(()) => {
                        pause = PAUSES.0;
                        tracing::info!(domains = ?self.settings.domains, "a new certificate was ordered and is served");
                        LOOK
                    }
                    Err(error) => {
                        let again = pause;
                        pause = (pause * 2).min(PAUSES.1);
                        let seconds = again.as_secs();
                        tracing::error!(
                            error = format!("{error:#}"),
                            seconds,
                            "no certificate was had; it is tried again"
                        );
                        again
                    }
                },
            };
            tokio::select! {
                () = shutdown.requested() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// How long until it is time to order; none: it is.
    fn due(&self) -> Option<Duration> {
        let shown = self.served.shown()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        left(&shown, &self.settings.domains, now)
    }

    async fn order(&self) -> Result<()> {
        let ordered = order::order(&self.settings, &self.kept, &self.served).await;
        self.served.proven();
        self.kept.keep_certificate(&ordered?)?;
        self.served.look().context("the certificate that came cannot be used")?;
        Ok(())
    }
}

/// How long a certificate is good enough: until a third of its life is left. None: it is no more, is not for these names, or is none.
fn left(certificate: &[u8], domains: &[String], now: Duration) -> Option<Duration> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let names = parsed.subject_alternative_name().ok()??;
    let is_for = |domain: &String| {
        names
            .value
            .general_names
            .iter()
            .any(|name| matches!(name, GeneralName::DNSName(name) if name.eq_ignore_ascii_case(domain)))
    };
    if !domains.iter().all(is_for) {
        return None;
    }
    let at = |time: x509_parser::time::ASN1Time| u64::try_from(time.timestamp()).ok().map(Duration::from_secs);
    let (begin, end) = (at(parsed.validity().not_before)?, at(parsed.validity().not_after)?);
    let renewal = end.checked_sub(end.checked_sub(begin)? / 3)?;
    renewal.checked_sub(now).filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    #[test]
    fn a_certificate_is_renewed_when_a_third_of_its_life_is_left() {
        let mut wanted =
            CertificateParams::new(vec!["desk.example".to_owned(), "www.desk.example".to_owned()]).unwrap();
        (wanted.not_before, wanted.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2026, 4, 1));
        let certificate = wanted.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let day = |nth: u64| Duration::from_secs(1_767_225_600 + nth * 86_400);
        let domains = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let both = domains(&["desk.example", "WWW.desk.example"]);
        let left_of = |domains: &[String], now| left(certificate.der(), domains, now);
        // It lives for 90 days.
        assert_eq!(left_of(&both, day(1)), Some(Duration::from_secs(59 * 86_400)));
        assert_eq!(left_of(&both[..1], day(59)), Some(Duration::from_secs(86_400)));
        assert_eq!(left_of(&both, day(60)), None);
        assert_eq!(left_of(&both, day(400)), None);
        assert_eq!(left_of(&domains(&["desk.example", "new.example"]), day(1)), None, "the names have changed");
        assert_eq!(left(b"none", &both, day(1)), None);
    }
}
