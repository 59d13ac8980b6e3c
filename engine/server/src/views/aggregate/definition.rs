//! What a deployment is made of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use casewright_engine_model::decode_xml;
use casewright_engine_model::model::Timer;
use casewright_engine_value::Instant;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;
use std::sync::Arc;

/// A deployed file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    pub(crate) id: SmolStr,
    pub(crate) name: String,
    pub(crate) content: Content,
}

impl Resource {
    /// The file as text: a model in the encoding it declares, everything else as UTF-8 as far as it goes.
    pub(crate) fn text(&self) -> String {
        match decode_xml(&self.content.0) {
            Ok(text) => text.into_owned(),
            Err(_) => String::from_utf8_lossy(&self.content.0).into_owned(),
        }
    }
}

/// Bytes; as text in the journal when they are text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content(pub(crate) Arc<[u8]>);

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => serializer.serialize_str(&format!("t{text}")),
            Err(_) => serializer.serialize_str(&format!("b{}", BASE64.encode(&self.0))),
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = String::deserialize(deserializer)?;
        match stored.split_at_checked(1) {
            Some(("t", text)) => Ok(Self(Arc::from(text.as_bytes()))),
            Some(("b", encoded)) => {
                BASE64.decode(encoded).map(|bytes| Self(Arc::from(bytes))).map_err(serde::de::Error::custom)
            }
            _ => Err(serde::de::Error::custom("neither text nor base64")),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deployment {
    pub(crate) id: SmolStr,
    pub(crate) name: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) tenant_id: Option<SmolStr>,
    pub(crate) deployed: Instant,
    /// Who deployed it, when somebody was signed in.
    pub(crate) actor: Option<SmolStr>,
    pub(crate) resources: Vec<Arc<Resource>>,
    /// Tasks that name Java run as external tasks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) java_as_external: bool,
}

impl Deployment {
    pub(crate) fn resource(&self, name: &str) -> Option<&Arc<Resource>> {
        self.resources.iter().find(|resource| resource.name == name)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessDefinition {
    pub(crate) id: SmolStr,
    pub(crate) key: SmolStr,
    pub(crate) version: i32,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    /// Target namespace.
    pub(crate) category: SmolStr,
    pub(crate) resource: String,
    pub(crate) diagram: Option<String>,
    pub(crate) deployment_id: SmolStr,
    pub(crate) deployed: Instant,
    pub(crate) tenant_id: Option<SmolStr>,
    pub(crate) version_tag: Option<String>,
    pub(crate) history_time_to_live: Option<i64>,
    pub(crate) startable_in_tasklist: bool,
    pub(crate) candidate_starter_users: Vec<String>,
    #[serde(default)]
    pub(crate) candidate_starter_groups: Vec<String>,
    pub(crate) suspended: bool,
    pub(crate) subscriptions: Vec<StartSubscription>,
    pub(crate) timers: Vec<StartTimer>,
    pub(crate) job_definitions: Vec<JobDefinition>,
}

/// A message, signal or conditional start event. Alive only in the latest version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartSubscription {
    pub(crate) id: SmolStr,
    /// `message`, `signal` or `conditional`.
    pub(crate) kind: SmolStr,
    pub(crate) name: Option<SmolStr>,
    pub(crate) activity_id: SmolStr,
}

/// A timer start event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartTimer {
    pub(crate) activity_id: SmolStr,
    pub(crate) timer: Timer,
    /// Priority of its jobs as written: number or expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobDefinition {
    pub(crate) id: SmolStr,
    pub(crate) activity_id: SmolStr,
    pub(crate) job_type: SmolStr,
    pub(crate) configuration: SmolStr,
    pub(crate) suspended: bool,
    pub(crate) overriding_priority: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionDefinition {
    pub(crate) id: SmolStr,
    pub(crate) key: SmolStr,
    pub(crate) version: i32,
    pub(crate) name: Option<String>,
    pub(crate) category: SmolStr,
    pub(crate) resource: String,
    pub(crate) deployment_id: SmolStr,
    pub(crate) deployed: Instant,
    pub(crate) tenant_id: Option<SmolStr>,
    pub(crate) requirements_id: Option<SmolStr>,
    pub(crate) requirements_key: Option<SmolStr>,
    pub(crate) history_time_to_live: Option<i64>,
    pub(crate) version_tag: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DecisionRequirements {
    pub(crate) id: SmolStr,
    pub(crate) key: SmolStr,
    pub(crate) version: i32,
    pub(crate) name: Option<String>,
    pub(crate) category: SmolStr,
    pub(crate) resource: String,
    pub(crate) deployment_id: SmolStr,
    pub(crate) tenant_id: Option<SmolStr>,
}

/// A job that belongs to a definition, not to an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartJob {
    pub(crate) id: SmolStr,
    pub(crate) definition_id: SmolStr,
    pub(crate) definition_key: SmolStr,
    pub(crate) deployment_id: SmolStr,
    pub(crate) tenant_id: Option<SmolStr>,
    pub(crate) kind: StartJobKind,
    pub(crate) due: Option<Instant>,
    /// What is left of a cycle.
    pub(crate) repeat: Option<String>,
    pub(crate) retries: i32,
    pub(crate) priority: i64,
    pub(crate) suspended: bool,
    pub(crate) exception: Option<String>,
    pub(crate) created: Instant,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StartJobKind {
    /// A timer start event.
    Timer { activity_id: SmolStr },
    /// `deployment-activation-time`, or a suspension with an execution date.
    SetSuspended { suspended: bool, include_instances: bool },
    /// Deletes history that is past its removal time; of no definition.
    HistoryCleanup,
}

impl StartJob {
    /// A job of no definition yet, due at no time.
    pub(crate) fn new(id: SmolStr, kind: StartJobKind, now: Instant) -> Self {
        Self {
            id,
            definition_id: SmolStr::default(),
            definition_key: SmolStr::default(),
            deployment_id: SmolStr::default(),
            tenant_id: None,
            kind,
            due: None,
            repeat: None,
            retries: 3,
            priority: 0,
            suspended: false,
            exception: None,
            created: now,
        }
    }
}

impl StartJobKind {
    pub(crate) fn activity_id(&self) -> Option<&SmolStr> {
        match self {
            Self::Timer { activity_id } => Some(activity_id),
            Self::SetSuspended { .. } | Self::HistoryCleanup => None,
        }
    }

    /// `jobType` of the contract.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Timer { .. } => "timer-start-event",
            Self::SetSuspended { suspended: true, .. } => "suspend-processdefinition",
            Self::SetSuspended { .. } => "activate-processdefinition",
            Self::HistoryCleanup => "history-cleanup",
        }
    }
}
