//! Section `[bus]`: how entries of the journal come to their consumers.

use anyhow::{Result, bail};
use casewright_bus::KafkaConfig;
use casewright_service::config::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters that names of topics and groups may have; so many at most (Kafka's own rule for topics).
const LONGEST_NAME: usize = 249;
/// Room that the consumers' own names take behind the prefix.
const LONGEST_PREFIX: usize = 100;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BusKind {
    #[default]
    InProcess,
    Kafka,
}

/// Section `[bus]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Bus {
    /// `in-process` or `kafka`.
    pub(crate) kind: BusKind,
    /// `host:port,host:port`
    pub(crate) brokers: String,
    /// The topic that entries are on. It is made when it is missing.
    pub(crate) topic: String,
    /// Partitions of a topic that is made: as many processes of a role can share the reading. One that is there is taken with those
    /// it has.
    pub(crate) partitions: u16,
    /// Copies of each partition of a topic that is made, no more than there are brokers.
    pub(crate) replication: u16,
    /// In front of the names of consumer groups.
    pub(crate) group_prefix: String,
    /// How its client signs in and protects connections, as librdkafka calls it: `security.protocol`, `sasl.*`, `ssl.*`. Shown
    /// as a mask, whatever they are: some are passwords.
    pub(crate) settings: BTreeMap<String, Secret>,
}

impl Default for Bus {
    fn default() -> Self {
        let kafka = KafkaConfig::new("", &[]);
        Self {
            kind: BusKind::InProcess,
            brokers: String::new(),
            topic: kafka.topic,
            partitions: u16::try_from(kafka.partitions).unwrap_or(u16::MAX),
            replication: u16::try_from(kafka.replication).unwrap_or(u16::MAX),
            group_prefix: kafka.group_prefix,
            settings: BTreeMap::new(),
        }
    }
}

impl Bus {
    /// As the bus over Kafka takes it. What is private never leaves the journal, whatever is configured.
    ///
    /// # Errors
    /// A key that has a wrong value; the text names it.
    pub(crate) fn kafka(&self) -> Result<KafkaConfig> {
        if self.brokers.trim().is_empty() {
            bail!("bus.brokers: bus.kind is 'kafka', so this must name brokers as host:port,host:port");
        }
        if !is_name(&self.topic) || self.topic.len() > LONGEST_NAME || matches!(self.topic.as_str(), "." | "..") {
            bail!(
                "bus.topic: '{}' is no name of a topic; it has letters, digits, '.', '_' and '-', {LONGEST_NAME} at most",
                self.topic
            );
        }
        if !is_name(&self.group_prefix) || self.group_prefix.len() > LONGEST_PREFIX {
            bail!(
                "bus.group_prefix: '{}' cannot begin the names of consumer groups; it has letters, digits, '.', '_' and '-', one at \
                 least and {LONGEST_PREFIX} at most",
                self.group_prefix
            );
        }
        if self.partitions == 0 {
            bail!("bus.partitions: a topic has one partition at least");
        }
        if self.replication == 0 || i16::try_from(self.replication).is_err() {
            bail!("bus.replication: {} copies of a partition cannot be; there are 1 to {}", self.replication, i16::MAX);
        }
        Ok(KafkaConfig {
            topic: self.topic.clone(),
            partitions: self.partitions.into(),
            replication: self.replication.into(),
            group_prefix: self.group_prefix.clone(),
            settings: self.settings()?,
            ..KafkaConfig::new(self.brokers.clone(), casewright_access::PRIVATE_KINDS)
        })
    }

    /// How the client signs in and protects connections.
    fn settings(&self) -> Result<Vec<(String, String)>> {
        let is_open = |key: &str| key == "security.protocol" || key.starts_with("sasl.") || key.starts_with("ssl.");
        let own = |(key, value): (&String, &Secret)| match is_open(key) {
            true => Ok((key.clone(), value.reveal().to_owned())),
            // How the bus reads and writes is not chosen here.
            false => bail!("bus.settings: '{key}' is not one of security.protocol, sasl.* and ssl.*"),
        };
        if self.is_encrypted() && !cfg!(feature = "kafka-tls") {
            bail!(
                "bus.settings: this binary has no TLS for Kafka; build it with the feature kafka-tls (and OpenSSL), or have a proxy beside \
                 each end"
            );
        }
        self.settings.iter().map(own).collect()
    }

    /// Whether its client is told to use TLS.
    pub(crate) fn is_encrypted(&self) -> bool {
        let protocol = self.settings.get("security.protocol").map(Secret::reveal).unwrap_or_default();
        matches!(protocol.to_ascii_lowercase().as_str(), "ssl" | "sasl_ssl")
    }

    /// Whether its client is told whom to trust.
    pub(crate) fn names_authorities(&self) -> bool {
        self.settings.keys().any(|key| key.starts_with("ssl.ca."))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|next| next.is_ascii_alphanumeric() || matches!(next, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Bus {
        Bus { brokers: "localhost:9092".to_owned(), ..toml::from_str(text).unwrap() }
    }

    #[test]
    fn the_client_of_kafka_is_told_how_to_sign_in_and_nothing_else() {
        let bus = of("[settings]\n\"security.protocol\" = \"sasl_plaintext\"\n\"sasl.password\" = \"a secret\"\n");
        let told = bus.kafka().unwrap().settings;
        assert!(told.contains(&("sasl.password".to_owned(), "a secret".to_owned())), "{told:?}");
        let shown = casewright_service::config::print(&bus, &[]);
        assert!(shown.contains("sasl.password") && !shown.contains("a secret"), "{shown}");
        let refused = of("[settings]\n\"enable.idempotence\" = \"false\"\n").kafka().unwrap_err().to_string();
        assert!(refused.contains("bus.settings") && refused.contains("enable.idempotence"), "{refused}");
    }

    #[test]
    fn tls_to_kafka_takes_a_build_that_has_it() {
        for protocol in ["ssl", "SASL_SSL"] {
            let bus = of(&format!("[settings]\n\"security.protocol\" = \"{protocol}\"\n"));
            assert!(bus.is_encrypted());
            let told = bus.kafka().err().map(|error| error.to_string());
            let is_refused = told.as_ref().is_some_and(|told| told.contains("kafka-tls"));
            assert_eq!(is_refused, !cfg!(feature = "kafka-tls"), "{told:?}");
        }
    }

    #[test]
    fn the_topic_and_the_groups_are_those_that_are_named() {
        let kafka = of("").kafka().unwrap();
        assert_eq!((kafka.topic.as_str(), kafka.group_prefix.as_str()), ("casewright.entries", "casewright."));
        assert_eq!((kafka.partitions, kafka.replication), (16, 1));
        let own = "topic = \"desk_entries\"\npartitions = 48\nreplication = 3\ngroup_prefix = \"desk-\"\n";
        let kafka = of(own).kafka().unwrap();
        assert_eq!((kafka.topic.as_str(), kafka.group_prefix.as_str()), ("desk_entries", "desk-"));
        assert_eq!((kafka.partitions, kafka.replication), (48, 3));
        assert_eq!(kafka.private_kinds, casewright_access::PRIVATE_KINDS, "what is private stays");
    }

    #[test]
    fn what_kafka_could_not_take_is_refused_by_its_key() {
        let long = format!("topic = \"{}\"", "a".repeat(250));
        for (text, key) in [
            ("topic = \"\"", "bus.topic"),
            ("topic = \"..\"", "bus.topic"),
            ("topic = \"desk entries\"", "bus.topic"),
            (long.as_str(), "bus.topic"),
            ("partitions = 0", "bus.partitions"),
            ("replication = 0", "bus.replication"),
            ("replication = 40000", "bus.replication"),
            ("group_prefix = \"\"", "bus.group_prefix"),
            ("group_prefix = \"desk/\"", "bus.group_prefix"),
        ] {
            let refused = of(text).kafka().unwrap_err().to_string();
            assert!(refused.starts_with(&format!("{key}: ")), "{text}: {refused}");
        }
        let refused = Bus { brokers: " ".to_owned(), ..Bus::default() }.kafka().unwrap_err().to_string();
        assert!(refused.starts_with("bus.brokers: "), "{refused}");
    }
}
