//! The aggregate of a sign-in of a person, with the grants (refresh tokens) that came of it.
//!
//! Kept in the journal, so that a crash signs nobody out; only hashes are kept, so that the journal signs nobody in.
//! A refresh token is used once: the one before the present one, presented again, ends its grant (RFC 9700, 4.14.2).

use super::lifetime::Lifetime;
use casewright_journal::{Aggregate, AggregateKey, DecideContext, Decision, EntryMeta, FORGOTTEN};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Two tabs may refresh at once, and an answer may be lost: the token before is good for this long after.
const OVERLAP: SignedDuration = SignedDuration::from_secs(10);

/// One sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) user: String,
    /// Version of the account's credential that was right when it began; 0: an earlier release did not say.
    #[serde(default)]
    pub(crate) version: u64,
    /// What they proved it by (RFC 8176); empty: an earlier release did not say, and knew passwords only.
    #[serde(default)]
    pub(crate) methods: Vec<String>,
    pub(crate) started_at: Timestamp,
    last_used_at: Timestamp,
    cookie_hash: String,
    pub(crate) ended: bool,
    grants: BTreeMap<String, Grant>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Grant {
    client: String,
    scope: String,
    generation: u64,
    hash: String,
    previous_hash: String,
    rotated_at: Timestamp,
    revoked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SessionEvent {
    Started {
        user: String,
        cookie_hash: String,
        #[serde(default)]
        version: u64,
        /// Where it came from, for the person to recognise.
        #[serde(default)]
        address: Option<String>,
        #[serde(default)]
        browser: Option<String>,
        #[serde(default)]
        methods: Vec<String>,
    },
    GrantIssued {
        grant: String,
        client: String,
        scope: String,
        hash: String,
    },
    GrantRotated {
        grant: String,
        hash: String,
    },
    GrantRevoked {
        grant: String,
        reason: RevocationReason,
    },
    Ended,
    /// It is long over, and leaves the journal with its grants.
    Forgotten {
        grants: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RevocationReason {
    /// An authorisation code was presented twice.
    CodeReused,
    /// A refresh token that had been replaced was presented.
    TokenReused,
    /// The client asked for it.
    Requested,
}

/// What became of a presented token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Good: who it is of, for what, since when and by what, with which version of the credential; the generation of the token
    /// that replaces it.
    Granted { user: String, scope: String, started_at: Timestamp, methods: Vec<String>, version: u64, generation: u64 },
    /// No good; nothing more is told.
    Refused,
}

impl Aggregate for Session {
    type Event = SessionEvent;
    const KIND: &'static str = "session";

    fn empty(_key: &AggregateKey) -> Self {
        Self {
            user: String::new(),
            version: 0,
            methods: Vec::new(),
            started_at: Timestamp::UNIX_EPOCH,
            last_used_at: Timestamp::UNIX_EPOCH,
            cookie_hash: String::new(),
            ended: false,
            grants: BTreeMap::new(),
        }
    }

    fn apply(&mut self, event: &SessionEvent, meta: &EntryMeta) {
        match event {
            SessionEvent::Started { user, cookie_hash, version, address: _, browser: _, methods } => {
                self.user.clone_from(user);
                self.methods.clone_from(methods);
                self.version = *version;
                self.cookie_hash.clone_from(cookie_hash);
                self.started_at = meta.at;
                self.last_used_at = meta.at;
            }
            SessionEvent::GrantIssued { grant, client, scope, hash } => {
                self.last_used_at = meta.at;
                self.grants.insert(
                    grant.clone(),
                    Grant {
                        client: client.clone(),
                        scope: scope.clone(),
                        generation: 1,
                        hash: hash.clone(),
                        previous_hash: String::new(),
                        rotated_at: meta.at,
                        revoked: false,
                    },
                );
            }
            SessionEvent::GrantRotated { grant, hash } => {
                self.last_used_at = meta.at;
                if let Some(grant) = self.grants.get_mut(grant) {
                    grant.generation += 1;
                    grant.previous_hash = std::mem::replace(&mut grant.hash, hash.clone());
                    grant.rotated_at = meta.at;
                }
            }
            SessionEvent::GrantRevoked { grant, .. } => {
                if let Some(grant) = self.grants.get_mut(grant) {
                    grant.revoked = true;
                }
            }
            SessionEvent::Ended => self.ended = true,
            SessionEvent::Forgotten { .. } => {
                self.ended = true;
                self.grants.clear();
            }
        }
    }

    fn event_name(event: &SessionEvent) -> &'static str {
        match event {
            SessionEvent::Started { .. } => "session-started",
            SessionEvent::GrantIssued { .. } => "grant-issued",
            SessionEvent::GrantRotated { .. } => "grant-rotated",
            SessionEvent::GrantRevoked { .. } => "grant-revoked",
            SessionEvent::Ended => "session-ended",
            SessionEvent::Forgotten { .. } => FORGOTTEN,
        }
    }
}

type Decided = Decision<SessionEvent, Outcome>;

impl Session {
    /// Whether it lasts still.
    pub(crate) fn is_alive(&self, now: Timestamp, lifetime: Lifetime) -> bool {
        !self.ended
            && !self.user.is_empty()
            && now.duration_since(self.started_at) < lifetime.max
            && now.duration_since(self.last_used_at) < lifetime.idle
    }

    /// Whether tokens of this grant are good: neither it nor the session was ended.
    pub(crate) fn holds(&self, grant: &str) -> bool {
        !self.ended && self.grants.get(grant).is_some_and(|grant| !grant.revoked)
    }

    pub(crate) fn has_cookie(&self, hash: &str) -> bool {
        crate::vault::is_same(&self.cookie_hash, hash)
    }

    /// Redeems an authorisation code: its grant must be new.
    pub(crate) fn redeem(
        &self,
        context: &DecideContext,
        lifetime: Lifetime,
        grant: &str,
        client: &str,
        scope: &str,
        hash: &str,
    ) -> Decided {
        if !self.is_alive(context.at, lifetime) {
            return refused(Vec::new());
        }
        if let Some(known) = self.grants.get(grant) {
            return self.revoke_reused(grant, known, RevocationReason::CodeReused);
        }
        let issued = SessionEvent::GrantIssued {
            grant: grant.to_owned(),
            client: client.to_owned(),
            scope: scope.to_owned(),
            hash: hash.to_owned(),
        };
        Decision { events: vec![issued], answer: self.granted(scope, 1) }
    }

    /// Replaces a refresh token by the next.
    pub(crate) fn refresh(
        &self,
        context: &DecideContext,
        lifetime: Lifetime,
        grant_id: &str,
        client: &str,
        presented: &str,
        next: &str,
    ) -> Decided {
        let Some(grant) = self.grants.get(grant_id) else {
            return refused(Vec::new());
        };
        if grant.revoked || grant.client != client || !self.is_alive(context.at, lifetime) {
            return refused(Vec::new());
        }
        let is_present = crate::vault::is_same(&grant.hash, presented);
        let is_overlapping = crate::vault::is_same(&grant.previous_hash, presented)
            && context.at.duration_since(grant.rotated_at) < OVERLAP;
        if !is_present && !is_overlapping {
            return self.revoke_reused(grant_id, grant, RevocationReason::TokenReused);
        }
        let rotated = SessionEvent::GrantRotated { grant: grant_id.to_owned(), hash: next.to_owned() };
        Decision { events: vec![rotated], answer: self.granted(&grant.scope, grant.generation + 1) }
    }

    /// Ends one grant at the wish of its client.
    pub(crate) fn revoke(&self, grant: &str) -> Decided {
        match self.grants.get(grant) {
            Some(known) => self.revoke_reused(grant, known, RevocationReason::Requested),
            None => refused(Vec::new()),
        }
    }

    pub(crate) fn end(&self) -> Decided {
        let events = if self.ended || self.user.is_empty() { Vec::new() } else { vec![SessionEvent::Ended] };
        refused(events)
    }

    /// Takes it out of the journal when it was not used since `limit`, by when it was over.
    pub(crate) fn forget(&self, limit: Timestamp) -> Vec<SessionEvent> {
        if self.user.is_empty() || self.last_used_at >= limit {
            return Vec::new();
        }
        vec![SessionEvent::Forgotten { grants: self.grants.keys().cloned().collect() }]
    }

    fn revoke_reused(&self, id: &str, grant: &Grant, reason: RevocationReason) -> Decided {
        if grant.revoked {
            return refused(Vec::new());
        }
        refused(vec![SessionEvent::GrantRevoked { grant: id.to_owned(), reason }])
    }

    fn granted(&self, scope: &str, generation: u64) -> Outcome {
        Outcome::Granted {
            user: self.user.clone(),
            scope: scope.to_owned(),
            started_at: self.started_at,
            methods: self.methods.clone(),
            version: self.version,
            generation,
        }
    }
}

fn refused(events: Vec<SessionEvent>) -> Decided {
    Decision { events, answer: Outcome::Refused }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_journal::TenantId;

    const LIFETIME: Lifetime = Lifetime { idle: SignedDuration::from_hours(1), max: SignedDuration::from_hours(10) };

    /// A session and the time, driven as the journal would.
    struct Run {
        session: Session,
        key: AggregateKey,
        at: Timestamp,
    }

    impl Run {
        fn started() -> Self {
            let key = AggregateKey::new(&TenantId::default(), "session", "s");
            let mut run = Self { session: Session::empty(&key), key, at: "2026-11-21T12:00:00Z".parse().unwrap() };
            let started = SessionEvent::Started {
                user: "anna".into(),
                cookie_hash: "c".into(),
                version: 1,
                address: None,
                browser: None,
                methods: Vec::new(),
            };
            run.apply(&[started]);
            run
        }

        fn apply(&mut self, events: &[SessionEvent]) {
            for event in events {
                let meta =
                    EntryMeta { key: self.key.clone(), seq: 1, at: self.at, actor: "t".into(), cause: "".into() };
                self.session.apply(event, &meta);
            }
        }

        fn context(&self) -> DecideContext {
            DecideContext::new(self.key.clone(), 1, self.at)
        }

        fn decide(&mut self, decide: impl Fn(&Session, &DecideContext) -> Decided) -> bool {
            let decision = decide(&self.session, &self.context());
            self.apply(&decision.events);
            matches!(decision.answer, Outcome::Granted { .. })
        }

        fn redeem(&mut self, hash: &str) -> bool {
            self.decide(|s, c| s.redeem(c, LIFETIME, "g", "portal", "openid", hash))
        }

        fn refresh(&mut self, presented: &str, next: &str) -> bool {
            self.decide(|s, c| s.refresh(c, LIFETIME, "g", "portal", presented, next))
        }

        fn advance(&mut self, by: SignedDuration) {
            self.at = self.at.checked_add(by).unwrap();
        }
    }

    #[test]
    fn a_refresh_token_is_replaced_by_the_next() {
        let mut run = Run::started();
        assert!(run.redeem("1"));
        assert!(run.refresh("1", "2"));
        assert!(run.refresh("2", "3"));
    }

    #[test]
    fn a_replaced_refresh_token_ends_its_grant_for_thief_and_owner() {
        let mut run = Run::started();
        run.redeem("1");
        run.refresh("1", "2");
        run.advance(SignedDuration::from_secs(60));
        assert!(!run.refresh("1", "x"));
        assert!(!run.refresh("2", "y"));
    }

    #[test]
    fn two_tabs_that_refresh_at_once_both_go_on() {
        let mut run = Run::started();
        run.redeem("1");
        assert!(run.refresh("1", "2"));
        run.advance(SignedDuration::from_secs(2));
        assert!(run.refresh("1", "3"));
        assert!(run.refresh("2", "4"));
    }

    #[test]
    fn a_code_presented_twice_ends_what_came_of_it() {
        let mut run = Run::started();
        assert!(run.redeem("1"));
        assert!(!run.redeem("2"));
        assert!(!run.refresh("1", "3"));
    }

    #[test]
    fn a_token_of_another_client_is_refused() {
        let mut run = Run::started();
        run.redeem("1");
        assert!(!run.decide(|s, c| s.refresh(c, LIFETIME, "g", "other", "1", "2")));
        assert!(run.refresh("1", "2"));
    }

    #[test]
    fn a_sign_in_ends_unused_and_at_its_longest() {
        let mut run = Run::started();
        run.redeem("1");
        run.advance(SignedDuration::from_mins(61));
        assert!(!run.refresh("1", "2"));

        let mut run = Run::started();
        run.redeem("0");
        for n in 0..20_u32 {
            run.advance(SignedDuration::from_mins(30));
            let is_young = n < 19;
            assert_eq!(run.refresh(&n.to_string(), &(n + 1).to_string()), is_young);
        }
    }

    #[test]
    fn what_is_used_is_not_forgotten_and_what_is_forgotten_gives_nothing() {
        let mut run = Run::started();
        run.redeem("1");
        assert!(run.session.forget(run.at).is_empty());
        let events = run.session.forget(run.at.checked_add(SignedDuration::from_secs(1)).unwrap());
        assert_eq!(events, [SessionEvent::Forgotten { grants: vec!["g".into()] }]);
        run.apply(&events);
        assert!(!run.refresh("1", "2"));
        assert!(!run.redeem("3"));
    }

    #[test]
    fn an_ended_sign_in_gives_nothing_any_more() {
        let mut run = Run::started();
        run.redeem("1");
        run.decide(|s, _| s.end());
        assert!(!run.refresh("1", "2"));
    }
}
