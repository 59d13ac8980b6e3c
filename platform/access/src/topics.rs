//! Topics of external tasks that a machine client may work for.

use serde::{Deserialize, Serialize};

/// Names of topics; a `*` at the end stands for whatever follows: `mail.*` holds `mail.send`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Topics(Vec<String>);

/// A name of [`Topics`] that would hold something else than it seems to.
#[derive(Debug, thiserror::Error)]
#[error("the topic '{0}' has a * that is not at its end")]
pub struct TopicError(String);

impl Topics {
    /// Whether this topic is one of them.
    #[must_use]
    pub fn hold(&self, topic: &str) -> bool {
        self.0.iter().any(|name| name.strip_suffix('*').map_or(name == topic, |start| topic.starts_with(start)))
    }
}

impl TryFrom<Vec<String>> for Topics {
    type Error = TopicError;

    fn try_from(names: Vec<String>) -> Result<Self, TopicError> {
        match names.iter().find(|name| name.strip_suffix('*').unwrap_or(name).contains('*')) {
            Some(name) => Err(TopicError(name.clone())),
            None => Ok(Self(names)),
        }
    }
}

impl From<Topics> for Vec<String> {
    fn from(topics: Topics) -> Self {
        topics.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_at_the_end_stands_for_what_follows() {
        let topics = Topics::try_from(vec!["invoice".to_owned(), "mail.*".to_owned()]).unwrap();
        for (topic, is_held) in [
            ("invoice", true),
            ("invoices", false),
            ("mail.send", true),
            ("mail", false),
            ("mailbox", false),
            ("", false),
        ] {
            assert_eq!(topics.hold(topic), is_held, "{topic}");
        }
        assert!(Topics::try_from(vec!["*".to_owned()]).unwrap().hold("anything"));
        assert!(!Topics::try_from(Vec::new()).unwrap().hold("anything"));
    }

    #[test]
    fn a_star_elsewhere_is_refused() {
        for name in ["*.send", "a*b", "a**"] {
            assert!(Topics::try_from(vec![name.to_owned()]).is_err(), "{name}");
        }
    }
}
