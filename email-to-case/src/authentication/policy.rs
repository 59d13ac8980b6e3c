//! What a mailbox makes of what was found out.

use crate::config::Policy;
use crate::domain::mail::{Authentication, DomainPolicy, Outcome};

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Take,
    /// It is kept, and starts nothing.
    Quarantine,
    /// Its sender is told so, if still there.
    Refuse,
}

/// `author`: the address that people are shown; none: it is not read yet.
pub(crate) fn verdict(policy: Policy, found: Option<&Authentication>, author: Option<&str>) -> Verdict {
    let Some(found) = found.filter(|_| policy != Policy::Observe) else { return Verdict::Take };
    if !is_author(found, author) {
        return Verdict::Quarantine;
    }
    if found.arc.vouches {
        return Verdict::Take;
    }
    match (found.dmarc.result, found.dmarc.policy) {
        (Outcome::Fail, DomainPolicy::Reject) if policy == Policy::Reject => Verdict::Refuse,
        // With several authors, or none, no domain can be asked.
        (Outcome::Fail, DomainPolicy::Reject | DomainPolicy::Quarantine) | (Outcome::Permerror, _) => {
            Verdict::Quarantine
        }
        _ => Verdict::Take,
    }
}

/// Whether the domain that was asked is that of the address people are shown: two readings of a crooked `From` may differ. Of names that are
/// not ASCII DNS knows another form.
fn is_author(found: &Authentication, author: Option<&str>) -> bool {
    let shown = author.and_then(|author| author.rsplit_once('@')).map(|(_, domain)| domain);
    let asked = found.dmarc.domain.as_str();
    shown.is_none_or(|shown| asked.is_empty() || !shown.is_ascii() || shown.eq_ignore_ascii_case(asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mail::{Assessment, Sealed};

    fn found(result: Outcome, policy: DomainPolicy) -> Authentication {
        let dmarc = Assessment { result, policy, domain: "bank.example".to_owned(), ..Assessment::default() };
        Authentication { dmarc, ..Authentication::default() }
    }

    #[test]
    fn a_mailbox_does_what_the_domain_asks_for_and_no_more_than_it_says_itself() {
        use DomainPolicy as Asks;
        for (mailbox, result, asks, expected) in [
            (Policy::Observe, Outcome::Fail, Asks::Reject, Verdict::Take),
            (Policy::Quarantine, Outcome::Fail, Asks::Reject, Verdict::Quarantine),
            (Policy::Quarantine, Outcome::Fail, Asks::Quarantine, Verdict::Quarantine),
            (Policy::Quarantine, Outcome::Fail, Asks::None, Verdict::Take),
            (Policy::Quarantine, Outcome::Temperror, Asks::Reject, Verdict::Take),
            (Policy::Quarantine, Outcome::Permerror, Asks::None, Verdict::Quarantine),
            (Policy::Quarantine, Outcome::Pass, Asks::Reject, Verdict::Take),
            (Policy::Reject, Outcome::Fail, Asks::Reject, Verdict::Refuse),
            (Policy::Reject, Outcome::Fail, Asks::Quarantine, Verdict::Quarantine),
            (Policy::Reject, Outcome::None, Asks::None, Verdict::Take),
        ] {
            let said = verdict(mailbox, Some(&found(result, asks)), Some("a@bank.example"));
            assert_eq!(said, expected, "{mailbox:?} {result:?} {asks:?}");
        }
        assert_eq!(verdict(Policy::Reject, None, None), Verdict::Take);
    }

    #[test]
    fn what_a_trusted_sealer_vouches_for_is_taken() {
        let sealed = Sealed { vouches: true, ..Sealed::default() };
        let forwarded = Authentication { arc: sealed, ..found(Outcome::Fail, DomainPolicy::Reject) };
        assert_eq!(verdict(Policy::Reject, Some(&forwarded), None), Verdict::Take);
        assert!(!forwarded.is_disowned());
    }

    #[test]
    fn another_domain_than_people_see_proves_nothing() {
        let passed = found(Outcome::Pass, DomainPolicy::None);
        assert_eq!(verdict(Policy::Quarantine, Some(&passed), Some("a@victim.example")), Verdict::Quarantine);
        assert_eq!(verdict(Policy::Quarantine, Some(&passed), Some("a@BANK.example")), Verdict::Take);
    }
}
