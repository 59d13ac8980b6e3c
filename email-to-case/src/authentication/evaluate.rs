//! Asks DNS what it says of a message, and holds the message against it.
//!
//! What strangers can make us ask is bounded: ten lookups for SPF (RFC 7208 section 4.6.4, by `mail-auth`), [`SIGNATURES`] keys, 50 seals, eight
//! steps up a name for DMARC, and a deadline for all of it.

use super::results::Results;
use crate::config::EmailConfig;
use crate::domain::mail::{Assessment, Authentication, DomainPolicy, Finding, Origin, Outcome, Sealed};
use mail_auth::common::crypto::Algorithm;
use mail_auth::dkim::{DkimError, Signature};
use mail_auth::dmarc::Policy;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    ArcOutput, AuthenticatedMessage, DkimOutput, DkimResult, DmarcOutput, DmarcResult, Error, MessageAuthenticator,
    SpfOutput, SpfResult,
};
use tokio::time::{Instant, timeout_at};

/// Signatures of a message that are looked at.
const SIGNATURES: usize = 10;
/// Bytes of a header that is looked at.
const HEADER_LIMIT: u32 = 256 << 10;
/// Fields of a header that is looked at: what a signature covers is searched among them, name by name.
const FIELDS_LIMIT: usize = 1_000;
/// Characters of a name that are kept (RFC 1035: a name has 253).
const NAME_LIMIT: usize = 255;

/// What it takes.
pub(super) struct Evaluation<'a> {
    pub(super) resolver: &'a MessageAuthenticator,
    pub(super) config: &'a EmailConfig,
    /// What is not known by then is a `temperror`.
    pub(super) deadline: Instant,
}

/// What was found about who brought a message.
#[derive(Default)]
struct Brought {
    spf: Option<Finding>,
    helo: Option<Finding>,
}

impl Evaluation<'_> {
    pub(super) async fn of(&self, raw: &[u8], origin: &Origin, envelope_from: &str) -> Authentication {
        let parsed = AuthenticatedMessage::parse(raw);
        let within_limits = |message: &AuthenticatedMessage<'_>| {
            message.body_offset <= HEADER_LIMIT && message.headers.len() <= FIELDS_LIMIT
        };
        let Some(mut message) = parsed.filter(within_limits) else {
            return Authentication::unknown(Outcome::Permerror, origin);
        };
        message.dkim_headers.truncate(SIGNATURES);
        let reported = reported(&message, origin);
        let (brought, signed, sealed) = tokio::join!(
            self.brought(origin, envelope_from, reported.as_ref()),
            timeout_at(self.deadline, Box::pin(self.resolver.verify_dkim(&message))),
            timeout_at(self.deadline, Box::pin(self.resolver.verify_arc(&message))),
        );
        let dkim = match (reported.as_ref().map(Results::dkim).filter(|told| !told.is_empty()), &signed) {
            (Some(told), _) => told,
            (None, Ok(outputs)) => outputs.iter().map(signature).collect(),
            (None, Err(_)) => message.dkim_headers.iter().map(|header| unanswered(&header.header)).collect(),
        };
        let dkim: Vec<Finding> = dkim.into_iter().take(SIGNATURES).map(Finding::bounded).collect();
        Authentication {
            dmarc: self.assessment(&message, brought.spf.as_ref(), &dkim, reported.as_ref()).await,
            arc: sealed.map_or_else(|_| late_seal(), |output| self.sealed(&output)),
            reported_by: reported.map(|results| results.authserv_id).map(bounded),
            spf: brought.spf.map(Finding::bounded),
            helo: brought.helo.map(Finding::bounded),
            dkim,
        }
    }

    /// The server that brought it is asked about; or what ours says of the one that it had it from.
    async fn brought(&self, origin: &Origin, from: &str, reported: Option<&Results>) -> Brought {
        let Origin::Sender { peer, hello } = origin else {
            let Some(results) = reported else { return Brought::default() };
            return Brought { spf: results.spf().or_else(|| results.helo()), helo: results.helo() };
        };
        let host = self.config.host_name.as_str();
        let of_hello = self.spf(SpfParameters::verify_ehlo(*peer, hello, host), hello);
        // RFC 7208 section 2.4: without a sender it is the postmaster of the server that brought it.
        let Some((_, domain)) = from.rsplit_once('@') else {
            let helo = Some(of_hello.await);
            return Brought { spf: helo.clone(), helo };
        };
        let of_sender = self.spf(SpfParameters::verify_mail_from(*peer, hello, host, from), domain);
        let (helo, spf) = tokio::join!(of_hello, of_sender);
        Brought { spf: Some(spf), helo: Some(helo) }
    }

    async fn spf(&self, question: SpfParameters<'_>, domain: &str) -> Finding {
        let output = timeout_at(self.deadline, Box::pin(self.resolver.verify_spf(question))).await;
        let result = output.map_or(Outcome::Temperror, |output| spf_outcome(output.result()));
        Finding { result, domain: domain.to_ascii_lowercase(), selector: None }
    }

    async fn assessment(
        &self,
        message: &AuthenticatedMessage<'_>,
        spf: Option<&Finding>,
        dkim: &[Finding],
        reported: Option<&Results>,
    ) -> Assessment {
        let signatures: Vec<Signature> =
            dkim.iter().map(|found| Signature { d: found.domain.clone(), ..Signature::default() }).collect();
        let outputs: Vec<DkimOutput<'_>> =
            dkim.iter().zip(&signatures).filter_map(|(found, of)| as_output(found, of)).collect();
        let domain = spf.map(|spf| spf.domain.clone()).unwrap_or_default();
        let output =
            SpfOutput::new(domain.clone()).with_result(spf.map_or(SpfResult::None, |spf| spf_result(spf.result)));
        let question = DmarcParameters::new(message, &outputs, &domain, &output);
        let Ok(answer) = timeout_at(self.deadline, Box::pin(self.resolver.verify_dmarc(question))).await else {
            let from = message.from.first().and_then(|from| from.rsplit_once('@'));
            let domain = bounded(from.map(|(_, domain)| domain.to_owned()).unwrap_or_default());
            return Assessment { result: Outcome::Temperror, domain, ..Assessment::default() };
        };
        let mut assessment = assessed(&answer);
        // What our server found is about the message as it was before that server changed it, a warning in its subject, say.
        if let Some(told) = reported.and_then(|results| told_of(results, &assessment.domain)) {
            assessment.result = told;
        }
        assessment
    }

    fn sealed(&self, output: &ArcOutput<'_>) -> Sealed {
        let result = dkim_outcome(output.result());
        let last = output.sets().last().map(|set| set.seal.header.d.clone()).unwrap_or_default();
        Sealed { result, vouches: result == Outcome::Pass && self.vouches(output), domain: bounded(last) }
    }

    /// From the last seal back to the one that saw it pass, all of them are of who is believed.
    fn vouches(&self, output: &ArcOutput<'_>) -> bool {
        for set in output.sets().iter().rev() {
            if !self.config.authentication.believes(&set.seal.header.d) {
                return false;
            }
            let found = Results::parse_sealed(set.results.value).and_then(|results| results.result("dmarc"));
            if found == Some(Outcome::Pass) {
                return true;
            }
        }
        false
    }
}

impl Finding {
    /// Names are strangers' words.
    fn bounded(self) -> Self {
        Self { result: self.result, domain: bounded(self.domain), selector: self.selector.map(bounded) }
    }
}

fn bounded(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(NAME_LIMIT));
    name
}

/// What our own server says it found, if it said so: its field is the topmost, since it takes off those that pretend to be its own.
fn reported(message: &AuthenticatedMessage<'_>, origin: &Origin) -> Option<Results> {
    let Origin::HandedOn { authserv_id } = origin else { return None };
    let fields = message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(b"Authentication-Results"));
    let mut results = fields.filter_map(|(_, value)| Results::parse(value));
    results.find(|results| !authserv_id.is_empty() && results.authserv_id.eq_ignore_ascii_case(authserv_id))
}

/// What was told of the domain that DMARC is about.
fn told_of(results: &Results, domain: &str) -> Option<Outcome> {
    let about = results.property("dmarc", "header.from");
    results.result("dmarc").filter(|_| about.is_none_or(|about| about.eq_ignore_ascii_case(domain)))
}

fn signature(output: &DkimOutput<'_>) -> Finding {
    let signature = output.signature();
    // RFC 8301 section 3.1: whoever has the means makes another message with the same SHA-1.
    let is_outdated = signature.is_some_and(|signature| signature.a == Algorithm::RsaSha1);
    Finding {
        result: if is_outdated { Outcome::Permerror } else { dkim_outcome(output.result()) },
        domain: signature.map(|signature| signature.d.to_ascii_lowercase()).unwrap_or_default(),
        selector: signature.map(|signature| signature.s.clone()),
    }
}

fn unanswered(signature: &Signature) -> Finding {
    let domain = signature.d.to_ascii_lowercase();
    Finding { result: Outcome::Temperror, domain, selector: Some(signature.s.clone()) }
}

fn late_seal() -> Sealed {
    Sealed { result: Outcome::Temperror, ..Sealed::default() }
}

/// Only what passed, or may pass later, makes a difference to DMARC.
fn as_output<'a>(found: &Finding, signature: &'a Signature) -> Option<DkimOutput<'a>> {
    let output = match found.result {
        Outcome::Pass => DkimOutput::pass(),
        Outcome::Temperror => DkimOutput::temp_err(Error::NotAligned),
        _ => return None,
    };
    Some(output.with_signature(signature))
}

fn assessed(answer: &DmarcOutput) -> Assessment {
    let is_nobodys = answer.domain().is_empty();
    Assessment {
        result: if is_nobodys { Outcome::Permerror } else { dmarc_outcome(&answer.result()) },
        domain: bounded(answer.domain().to_owned()),
        policy: match answer.policy() {
            Policy::Reject => DomainPolicy::Reject,
            Policy::Quarantine => DomainPolicy::Quarantine,
            Policy::None | Policy::Unspecified => DomainPolicy::None,
        },
        spf_aligned: *answer.spf_result() == DmarcResult::Pass,
        dkim_aligned: *answer.dkim_result() == DmarcResult::Pass,
    }
}

fn dkim_outcome(result: &DkimResult) -> Outcome {
    match result {
        DkimResult::Pass => Outcome::Pass,
        // Another body than was signed is a failure (RFC 8601 section 2.7.1), and so is whatever is wrong with a chain (RFC 8617 section 5.2).
        DkimResult::Fail(_) | DkimResult::Neutral(Error::Dkim(DkimError::FailedBodyHashMatch) | Error::Arc(_)) => {
            Outcome::Fail
        }
        DkimResult::Neutral(_) => Outcome::Neutral,
        DkimResult::TempError(_) => Outcome::Temperror,
        DkimResult::PermError(_) => Outcome::Permerror,
        DkimResult::None => Outcome::None,
    }
}

fn dmarc_outcome(result: &DmarcResult) -> Outcome {
    match result {
        DmarcResult::Pass => Outcome::Pass,
        DmarcResult::Fail(_) => Outcome::Fail,
        DmarcResult::TempError(_) => Outcome::Temperror,
        DmarcResult::PermError(_) => Outcome::Permerror,
        DmarcResult::None => Outcome::None,
    }
}

fn spf_outcome(result: SpfResult) -> Outcome {
    match result {
        SpfResult::Pass => Outcome::Pass,
        SpfResult::Fail => Outcome::Fail,
        SpfResult::SoftFail => Outcome::Softfail,
        SpfResult::Neutral => Outcome::Neutral,
        SpfResult::TempError => Outcome::Temperror,
        SpfResult::PermError => Outcome::Permerror,
        SpfResult::None => Outcome::None,
    }
}

fn spf_result(outcome: Outcome) -> SpfResult {
    match outcome {
        Outcome::Pass => SpfResult::Pass,
        Outcome::Fail => SpfResult::Fail,
        Outcome::Softfail => SpfResult::SoftFail,
        Outcome::Neutral => SpfResult::Neutral,
        Outcome::Temperror => SpfResult::TempError,
        Outcome::Permerror => SpfResult::PermError,
        Outcome::None => SpfResult::None,
    }
}
