//! An entry on its way to a consumer.

use bytes::Bytes;
use casewright_journal::{AggregateKey, Entry, EntryMeta, TenantId};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use smol_str::SmolStr;

/// One entry with all a consumer needs. Idempotency is by `(tenant, kind, id, seq)`.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryEnvelope {
    pub tenant: TenantId,
    pub kind: SmolStr,
    pub id: SmolStr,
    pub seq: u64,
    /// Kebab case: `case-created`.
    pub event: SmolStr,
    pub at: Timestamp,
    pub actor: SmolStr,
    pub cause: SmolStr,
    /// The event as JSON.
    pub payload: Bytes,
}

/// `{tenant,kind,id,seq,event,at,actor,cause,payload}`: the record on Kafka.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    tenant: SmolStr,
    kind: SmolStr,
    id: SmolStr,
    seq: u64,
    event: SmolStr,
    at: Timestamp,
    actor: SmolStr,
    cause: SmolStr,
    #[serde(borrow)]
    payload: &'a RawValue,
}

impl EntryEnvelope {
    #[must_use]
    pub fn key(&self) -> AggregateKey {
        AggregateKey::new(&self.tenant, &self.kind, &self.id)
    }

    /// The event, typed.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.payload)
    }

    /// Stable and unique over the platform: `tenant/kind/id/seq`. Effects derive their ids from it.
    #[must_use]
    pub fn entry_id(&self) -> String {
        format!("{}/{}/{}/{}", self.tenant.as_str(), self.kind, self.id, self.seq)
    }

    /// Orders records of one aggregate on Kafka.
    #[must_use]
    pub fn partition_key(&self) -> String {
        format!("{}/{}/{}", self.tenant.as_str(), self.kind, self.id)
    }

    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Wire {
            tenant: self.tenant.0.clone(),
            kind: self.kind.clone(),
            id: self.id.clone(),
            seq: self.seq,
            event: self.event.clone(),
            at: self.at,
            actor: self.actor.clone(),
            cause: self.cause.clone(),
            payload: serde_json::from_slice(&self.payload)?,
        })
    }

    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        let wire: Wire<'_> = serde_json::from_slice(json)?;
        Ok(Self {
            tenant: TenantId(wire.tenant),
            kind: wire.kind,
            id: wire.id,
            seq: wire.seq,
            event: wire.event,
            at: wire.at,
            actor: wire.actor,
            cause: wire.cause,
            payload: Bytes::copy_from_slice(wire.payload.get().as_bytes()),
        })
    }
}

impl From<&Entry> for EntryEnvelope {
    fn from(entry: &Entry) -> Self {
        let EntryMeta { key: AggregateKey { tenant, kind, id }, seq, at, actor, cause } = entry.meta.clone();
        Self { tenant, kind, id, seq, event: entry.event.clone(), at, actor, cause, payload: entry.payload.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_on_kafka_is_stable_and_reads_back() {
        let envelope = EntryEnvelope {
            tenant: TenantId::new("acme"),
            kind: "case".into(),
            id: "c-1".into(),
            seq: 3,
            event: "case-closed".into(),
            at: "2026-01-02T03:04:05Z".parse().unwrap(),
            actor: "alice".into(),
            cause: "".into(),
            payload: Bytes::from_static(br#"{"type":"closed","reason":"done"}"#),
        };
        let json = envelope.to_json().unwrap();
        assert_eq!(
            std::str::from_utf8(&json).unwrap(),
            r#"{"tenant":"acme","kind":"case","id":"c-1","seq":3,"event":"case-closed","at":"2026-01-02T03:04:05Z","actor":"alice","cause":"","payload":{"type":"closed","reason":"done"}}"#
        );
        assert_eq!(EntryEnvelope::from_json(&json).unwrap(), envelope);
    }
}
