//! The signing keys of the built-in issuer: ES256, kept sealed in the journal, rotated, shared by all nodes.
//!
//! A key is published before it signs and stays published after, so no verifier ever meets a token it cannot check.

use crate::error::{AccessError, problem_of};
use crate::vault::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, Decision, EntryMeta, ExecuteError, Journal, TenantId,
};
use casewright_service::Problem;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

/// Published this long before it signs: longer than a verifier may keep our key set.
const LEAD: SignedDuration = SignedDuration::from_hours(1);
/// Published this long after the next one signs: longer than any token lives.
const TRAIL: SignedDuration = SignedDuration::from_hours(24 * 8);
/// How long a first start waits for the key that another node is making, and how often it looks.
const FIRST_KEY: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const PURPOSE: &str = "signing-key";
const ID: &str = "current";

/// The keys as the journal keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SigningKeys {
    keys: Vec<SealedKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedKey {
    kid: String,
    created_at: Timestamp,
    /// PKCS #8, sealed.
    sealed: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SigningKeysEvent {
    Added { kid: String, sealed: String },
    Removed { kid: String },
}

impl Aggregate for SigningKeys {
    type Event = SigningKeysEvent;
    const KIND: &'static str = "signing-keys";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &SigningKeysEvent, meta: &EntryMeta) {
        match event {
            SigningKeysEvent::Added { kid, sealed } => {
                self.keys.push(SealedKey { kid: kid.clone(), created_at: meta.at, sealed: sealed.clone() })
            }
            SigningKeysEvent::Removed { kid } => self.keys.retain(|key| key.kid != *kid),
        }
    }

    fn event_name(event: &SigningKeysEvent) -> &'static str {
        match event {
            SigningKeysEvent::Added { .. } => "signing-key-added",
            SigningKeysEvent::Removed { .. } => "signing-key-removed",
        }
    }
}

/// The keys in memory.
pub(crate) struct Keys {
    journal: Journal,
    vault: Arc<Vault>,
    rotation: SignedDuration,
    loaded: RwLock<Arc<KeyRing>>,
}

#[derive(Default)]
struct KeyRing {
    /// Oldest first.
    keys: Vec<Arc<Key>>,
    by_id: HashMap<String, Arc<Key>>,
}

struct Key {
    kid: String,
    created_at: Timestamp,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Value,
}

impl Keys {
    /// Loads the keys, making the first one when there is none. Where several nodes share the journal, one of them makes
    /// it, and the others wait for that.
    pub(crate) async fn open(journal: Journal, vault: Arc<Vault>, rotation_days: u32) -> Result<Self, AccessError> {
        let keys = Self {
            journal,
            vault,
            rotation: SignedDuration::from_hours(24 * i64::from(rotation_days.max(1))),
            loaded: RwLock::default(),
        };
        // Reading needs nobody: a node starts with the keys that there are, whoever looks after them.
        keys.load().await?;
        if keys.has_one() {
            return Ok(keys);
        }
        let deadline = Instant::now() + FIRST_KEY;
        loop {
            keys.rotate().await?;
            if keys.has_one() {
                return Ok(keys);
            }
            if Instant::now() >= deadline {
                return Err(AccessError::NoKey);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Makes a new key when it is time, drops those no token can need, and loads what the journal has. Where another node
    /// looks after the keys, they are only loaded.
    pub(crate) async fn rotate(&self) -> Result<(), AccessError> {
        match self.renew(&generate()?).await {
            Ok(()) | Err(ExecuteError::NotOwner { .. }) => {}
            Err(error) => return Err(problem_of(error).into()),
        }
        self.load().await
    }

    async fn renew(&self, pkcs8: &[u8]) -> Result<(), ExecuteError<Problem>> {
        let kid = uuid::Uuid::now_v7().simple().to_string();
        let sealed = self.vault.seal(PURPOSE, pkcs8);
        let rotation = self.rotation;
        self.journal
            .tenant(&TenantId::default())
            .execute(ID, system(), move |state: &SigningKeys, context| {
                let mut events = Vec::new();
                let newest = state.keys.last();
                if newest.is_none_or(|key| context.at.duration_since(key.created_at) >= rotation) {
                    events.push(SigningKeysEvent::Added { kid: kid.clone(), sealed: sealed.clone() });
                }
                for pair in state.keys.windows(2) {
                    if context.at.duration_since(pair[1].created_at) >= LEAD + TRAIL {
                        events.push(SigningKeysEvent::Removed { kid: pair[0].kid.clone() });
                    }
                }
                Ok::<_, Problem>(Decision { events, answer: () })
            })
            .await?;
        Ok(())
    }

    fn has_one(&self) -> bool {
        !self.ring().keys.is_empty()
    }

    /// Reads the keys again: another node may have made one.
    pub(crate) async fn load(&self) -> Result<(), AccessError> {
        let handle = self.journal.tenant(&TenantId::default());
        let state = handle.load::<SigningKeys>(ID).await?;
        let mut ring = KeyRing::default();
        for sealed in state.iter().flat_map(|(state, _)| &state.keys) {
            let pkcs8 = self.vault.open_sealed(PURPOSE, &sealed.sealed).ok_or(AccessError::WrongKeyFile)?;
            let key = Arc::new(Key::from_pkcs8(sealed, &pkcs8)?);
            ring.by_id.insert(key.kid.clone(), key.clone());
            ring.keys.push(key);
        }
        *self.loaded.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Signs claims; `typ` goes into the header.
    pub(crate) fn sign<C: Serialize>(&self, typ: &str, claims: &C) -> String {
        let ring = self.ring();
        let now = self.journal.clock().now();
        // The newest that is published long enough; at first there is only one.
        let key = ring
            .keys
            .iter()
            .rev()
            .find(|key| now.duration_since(key.created_at) >= LEAD)
            .or_else(|| ring.keys.first())
            .expect("there is a signing key since `open`");
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, claims, &key.encoding)
            .expect("claims serialise and the key is of the header's algorithm")
    }

    /// The key of this id, for verifying.
    pub(crate) fn decoding(&self, kid: &str) -> Option<DecodingKey> {
        self.ring().by_id.get(kid).map(|key| key.decoding.clone())
    }

    /// The public keys (RFC 7517).
    pub(crate) fn jwks(&self) -> Value {
        let keys: Vec<Value> = self.ring().keys.iter().map(|key| key.jwk.clone()).collect();
        json!({ "keys": keys })
    }

    fn ring(&self) -> Arc<KeyRing> {
        self.loaded.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Key {
    fn from_pkcs8(sealed: &SealedKey, pkcs8: &[u8]) -> Result<Self, AccessError> {
        let random = ring::rand::SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random)
            .map_err(|_| AccessError::KeyGeneration)?;
        // An uncompressed point: 0x04, x, y (SEC 1, section 2.3.3).
        let point = pair.public_key().as_ref();
        let (x, y) = point.get(1..).and_then(|point| point.split_at_checked(32)).ok_or(AccessError::KeyGeneration)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let decoding = DecodingKey::from_ec_components(&x, &y).map_err(|_| AccessError::KeyGeneration)?;
        Ok(Self {
            kid: sealed.kid.clone(),
            created_at: sealed.created_at,
            encoding: EncodingKey::from_ec_der(pkcs8),
            decoding,
            jwk: json!({
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
                "kid": sealed.kid, "x": x, "y": y,
            }),
        })
    }
}

fn generate() -> Result<Vec<u8>, AccessError> {
    let random = ring::rand::SystemRandom::new();
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
        .map(|document| document.as_ref().to_vec())
        .map_err(|_| AccessError::KeyGeneration)
}

fn system() -> CommandContext {
    CommandContext { actor: "system:access".into(), ..CommandContext::default() }
}
