//! Section `[quotas]`: what organisations may take of an installation that several share, and how much of what they share each
//! gets. `[quotas.ORGANISATION]` says otherwise for one of them.

use casewright_engine_runtime as engine;
use casewright_journal::{TenantId, Weights};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What organisations may take that have no section of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Quotas {
    /// Open process instances that nobody called; 0: any number.
    pub(crate) instances: u64,
    /// Bytes of files; 0: what `storage.tenant_quota_bytes` says.
    pub(crate) storage_bytes: u64,
    /// How long scripts may run in a minute, in seconds of processor time; 0: as long as they want.
    pub(crate) script_seconds_per_minute: u32,
    /// How many turns an organisation gets where several wait for a place to compute, beside one that gets one.
    pub(crate) weight: u32,
    /// By organisation.
    #[serde(flatten)]
    pub(crate) of: BTreeMap<String, Quota>,
}

/// What one organisation may take; what it does not say holds as for others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Quota {
    pub(crate) instances: Option<u64>,
    pub(crate) storage_bytes: Option<u64>,
    pub(crate) script_seconds_per_minute: Option<u32>,
    pub(crate) weight: Option<u32>,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { instances: 0, storage_bytes: 0, script_seconds_per_minute: 0, weight: 1, of: BTreeMap::new() }
    }
}

/// By hand: what serde flattens has lost where in the configuration it stands.
impl<'de> Deserialize<'de> for Quotas {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Section)
    }
}

struct Section;

impl<'de> Visitor<'de> for Section {
    type Value = Quotas;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("quotas, and sections of organisations")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quotas, A::Error> {
        let mut quotas = Quotas::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "instances" => quotas.instances = map.next_value()?,
                "storage_bytes" => quotas.storage_bytes = map.next_value()?,
                "script_seconds_per_minute" => quotas.script_seconds_per_minute = map.next_value()?,
                "weight" => quotas.weight = map.next_value()?,
                _ => {
                    let own = map.next_value()?;
                    quotas.of.insert(key, own);
                }
            }
        }
        Ok(quotas)
    }
}

impl Quotas {
    /// As the engine takes them.
    pub(crate) fn of_engine(&self) -> engine::Quotas {
        let own = |own: &Quota| {
            engine_quota(
                own.instances.unwrap_or(self.instances),
                own.script_seconds_per_minute.unwrap_or(self.script_seconds_per_minute),
            )
        };
        engine::Quotas {
            others: engine_quota(self.instances, self.script_seconds_per_minute),
            of: self.of.iter().map(|(name, quota)| (TenantId::new(name), own(quota))).collect(),
        }
    }

    /// Bytes of files, of those that have a quota of their own.
    pub(crate) fn of_storage(&self) -> BTreeMap<TenantId, u64> {
        let own = |(name, quota): (&String, &Quota)| Some((TenantId::new(name), quota.storage_bytes?));
        self.of.iter().filter_map(own).collect()
    }

    /// As the journal takes them.
    pub(crate) fn weights(&self) -> Weights {
        let own = |(name, quota): (&String, &Quota)| Some((TenantId::new(name), quota.weight?));
        Weights { others: self.weight, of: self.of.iter().filter_map(own).collect() }
    }
}

fn engine_quota(instances: u64, script_seconds: u32) -> engine::Quota {
    engine::Quota {
        instances: Some(instances).filter(|instances| *instances > 0),
        script_time: Some(Duration::from_secs(script_seconds.into())).filter(|time| !time.is_zero()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn loaded(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        casewright_service::config::load(Some(file.path()), environment).map_err(|error| error.to_string())
    }

    #[test]
    fn an_organisation_has_what_its_section_says_and_else_what_all_have() {
        let text = "[quotas]\ninstances = 1000\nscript_seconds_per_minute = 30\n\
                    [quotas.acme]\ninstances = 0\nweight = 3\n[quotas.\"b c\"]\nstorage_bytes = 5\n";
        let environment = [("CASEWRIGHT_QUOTAS__ACME__SCRIPT_SECONDS_PER_MINUTE", "60")];
        let quotas = loaded(text, &environment).unwrap().quotas;
        let (acme, other) = (TenantId::new("acme"), TenantId::new("b c"));
        let engine = quotas.of_engine();
        assert_eq!(engine.of(&acme), engine_quota(0, 60));
        assert_eq!(engine.of(&other), engine_quota(1_000, 30));
        assert_eq!(engine.of(&TenantId::default()).script_time, Some(Duration::from_secs(30)));
        assert_eq!(quotas.of_storage(), BTreeMap::from([(other, 5)]));
        assert_eq!(quotas.weights(), Weights { others: 1, of: BTreeMap::from([(acme, 3)]) });
    }

    #[test]
    fn without_a_section_nothing_is_limited_and_what_is_misspelled_is_refused() {
        let quotas = loaded("", &[]).unwrap().quotas;
        assert_eq!(quotas, Quotas::default());
        assert_eq!(quotas.of_engine(), engine::Quotas::default());
        for text in ["[quotas]\ninstance = 5\n", "[quotas.acme]\ninstance = 5\n", "[quotas]\nweight = -1\n"] {
            let refused = loaded(text, &[]).unwrap_err();
            assert!(refused.contains("quotas"), "{text}: {refused}");
        }
    }
}
