//! What is known of whether a mail is of whom it says it is of (RFC 8601), and where it came from, which decides what can be known.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Where a message came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Origin {
    /// The sender's own mail server, or what says that it is.
    Sender {
        peer: IpAddr,
        /// The name it greeted with.
        hello: String,
    },
    /// A server or program of ours that had it from another one: who that was is known to it alone.
    HandedOn {
        /// Whose `Authentication-Results` are believed; empty: nobody's.
        authserv_id: String,
    },
}

/// What was found out about whom a mail is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Authentication {
    /// The server whose word was taken for what cannot be known here (its `authserv-id`).
    pub reported_by: Option<String>,
    /// Whether the server that brought it may send for the domain of the envelope's sender, or, where there is none, for the name it
    /// greeted with (SPF, RFC 7208); none: who brought it is not known.
    pub spf: Option<Finding>,
    /// Whether that server may call itself what it did (SPF); none: who brought it is not known.
    pub helo: Option<Finding>,
    /// Each of its signatures (DKIM, RFC 6376), up to ten.
    pub dkim: Vec<Finding>,
    /// Its chain of seals (RFC 8617).
    pub arc: Sealed,
    /// Whether the domain of `From` stands by it (DMARC, RFC 9989).
    pub dmarc: Assessment,
}

/// What came of one method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthenticationFinding)]
pub struct Finding {
    pub result: Outcome,
    pub domain: String,
    /// Which key of the domain signed it.
    #[serde(default)]
    pub selector: Option<String>,
}

/// What came of the chain of seals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ArcResult)]
pub struct Sealed {
    pub result: Outcome,
    /// Who sealed it last.
    pub domain: String,
    /// Sealers that are believed here (`mail.authentication.sealers`) found that the domain of `From` stood by it when they had it.
    pub vouches: bool,
}

/// What the domain of `From` says to a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DmarcResult)]
pub struct Assessment {
    pub result: Outcome,
    /// The domain of `From`; empty: there is none, or several.
    pub domain: String,
    /// What the domain asks for where neither holds.
    pub policy: DomainPolicy,
    /// SPF passed, for this domain.
    pub spf_aligned: bool,
    /// A signature holds, of this domain.
    pub dkim_aligned: bool,
}

/// A result in the words of RFC 8601.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AuthenticationResult)]
pub enum Outcome {
    /// There is nothing to go by.
    #[default]
    None,
    Pass,
    Fail,
    Softfail,
    Neutral,
    /// DNS did not answer in time.
    Temperror,
    /// What stands in DNS, or in the message, makes no sense.
    Permerror,
}

/// What a domain wants done with mail that is not of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DmarcPolicy)]
pub enum DomainPolicy {
    #[default]
    None,
    Quarantine,
    Reject,
}

impl Outcome {
    /// As it is written in `Authentication-Results`; none: not a result of the methods that are read.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "none" => Self::None,
            "pass" => Self::Pass,
            "fail" | "hardfail" => Self::Fail,
            "softfail" => Self::Softfail,
            "neutral" | "policy" => Self::Neutral,
            "temperror" => Self::Temperror,
            "permerror" => Self::Permerror,
            _ => return None,
        })
    }
}

impl Authentication {
    /// Nothing could be found out, each method alike.
    #[must_use]
    pub fn unknown(why: Outcome, origin: &Origin) -> Self {
        let finding = Finding { result: why, ..Finding::default() };
        let brought = matches!(origin, Origin::Sender { .. }).then_some(finding);
        Self {
            reported_by: None,
            spf: brought.clone(),
            helo: brought,
            dkim: Vec::new(),
            arc: Sealed { result: why, ..Sealed::default() },
            dmarc: Assessment { result: why, ..Assessment::default() },
        }
    }

    /// Whether a later look may find more.
    #[must_use]
    pub fn is_final(&self) -> bool {
        let named = self.spf.iter().chain(&self.helo).chain(&self.dkim).map(|finding| finding.result);
        named.chain([self.arc.result, self.dmarc.result]).all(|result| result != Outcome::Temperror)
    }

    /// The domain of `From` does not stand by it, and nobody else does.
    #[must_use]
    pub fn is_disowned(&self) -> bool {
        self.dmarc.result == Outcome::Fail && !self.arc.vouches
    }
}
