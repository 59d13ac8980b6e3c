//! What a deployment is made of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use casewright_engine_model::decode_xml;
use casewright_engine_model::model::Timer;
use casewright_engine_value::Instant;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;
use std::sync::Arc;

/// A deployed file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    pub id: SmolStr,
    pub name: String,
    pub content: Content,
}

impl Resource {
    /// The file as text: a model in the encoding it declares, everything else as UTF-8 as far as it goes.
    pub fn text(&self) -> String {
        match decode_xml(&self.content.0) {
            Ok(text) => text.into_owned(),
            Err(_) => String::from_utf8_lossy(&self.content.0).into_owned(),
        }
    }
}

/// Bytes; as text in the journal when they are text.
#[derive(Clone, Debug, PartialEq)]
pub struct Content(pub Bytes);

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
            Some(("t", _)) => Ok(Self(Bytes::from(stored).slice(1..))),
            Some(("b", encoded)) => {
                BASE64.decode(encoded).map(|bytes| Self(bytes.into())).map_err(serde::de::Error::custom)
            }
            _ => Err(serde::de::Error::custom("neither text nor base64")),
        }
    }
}

/// Files that were deployed together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub id: SmolStr,
    pub name: Option<String>,
    pub source: Option<String>,
    pub tenant_id: Option<SmolStr>,
    pub deployed: Instant,
    /// Who deployed it, when somebody was signed in.
    pub actor: Option<SmolStr>,
    pub resources: Vec<Arc<Resource>>,
    /// Tasks that name Java run as external tasks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub java_as_external: bool,
}

impl Deployment {
    /// The file of this name.
    pub fn resource(&self, name: &str) -> Option<&Arc<Resource>> {
        self.resources.iter().find(|resource| resource.name == name)
    }
}

/// A version of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessDefinition {
    pub id: SmolStr,
    pub key: SmolStr,
    pub version: i32,
    pub name: Option<String>,
    pub description: Option<String>,
    /// Target namespace.
    pub category: SmolStr,
    pub resource: String,
    pub diagram: Option<String>,
    pub deployment_id: SmolStr,
    pub deployed: Instant,
    pub tenant_id: Option<SmolStr>,
    pub version_tag: Option<String>,
    pub history_time_to_live: Option<i64>,
    pub startable_in_tasklist: bool,
    pub candidate_starter_users: Vec<String>,
    #[serde(default)]
    pub candidate_starter_groups: Vec<String>,
    pub suspended: bool,
    pub subscriptions: Vec<StartSubscription>,
    pub timers: Vec<StartTimer>,
    pub job_definitions: Vec<JobDefinition>,
}

/// A message, signal or conditional start event. Alive only in the latest version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StartSubscription {
    pub id: SmolStr,
    /// `message`, `signal` or `conditional`.
    pub kind: SmolStr,
    pub name: Option<SmolStr>,
    pub activity_id: SmolStr,
}

/// A timer start event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StartTimer {
    pub activity_id: SmolStr,
    pub timer: Timer,
    /// Priority of its jobs as written: number or expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
}

/// A kind of jobs that instances of a definition have at one activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobDefinition {
    pub id: SmolStr,
    pub activity_id: SmolStr,
    pub job_type: SmolStr,
    pub configuration: SmolStr,
    pub suspended: bool,
    pub overriding_priority: Option<i64>,
}

/// A version of a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionDefinition {
    pub id: SmolStr,
    pub key: SmolStr,
    pub version: i32,
    pub name: Option<String>,
    pub category: SmolStr,
    pub resource: String,
    pub deployment_id: SmolStr,
    pub deployed: Instant,
    pub tenant_id: Option<SmolStr>,
    pub requirements_id: Option<SmolStr>,
    pub requirements_key: Option<SmolStr>,
    pub history_time_to_live: Option<i64>,
    pub version_tag: Option<String>,
}

/// A version of a graph of decisions that require each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRequirements {
    pub id: SmolStr,
    pub key: SmolStr,
    pub version: i32,
    pub name: Option<String>,
    pub category: SmolStr,
    pub resource: String,
    pub deployment_id: SmolStr,
    pub tenant_id: Option<SmolStr>,
}

/// A job that belongs to a definition, not to an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StartJob {
    pub id: SmolStr,
    pub definition_id: SmolStr,
    pub definition_key: SmolStr,
    pub deployment_id: SmolStr,
    pub tenant_id: Option<SmolStr>,
    pub kind: StartJobKind,
    pub due: Option<Instant>,
    /// What is left of a cycle.
    pub repeat: Option<String>,
    pub retries: i32,
    pub priority: i64,
    pub suspended: bool,
    pub exception: Option<String>,
    pub created: Instant,
}

/// What a job of a definition does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StartJobKind {
    /// A timer start event.
    Timer { activity_id: SmolStr },
    /// `deployment-activation-time`, or a suspension with an execution date.
    SetSuspended { suspended: bool, include_instances: bool },
    /// Deletes history that is past its removal time; of no definition.
    HistoryCleanup,
}

impl StartJob {
    /// A job of no definition yet, due at no time.
    pub fn new(id: SmolStr, kind: StartJobKind, now: Instant) -> Self {
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
    /// The start event that the job is for.
    pub fn activity_id(&self) -> Option<&SmolStr> {
        match self {
            Self::Timer { activity_id } => Some(activity_id),
            Self::SetSuspended { .. } | Self::HistoryCleanup => None,
        }
    }

    /// `jobType` of the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Timer { .. } => "timer-start-event",
            Self::SetSuspended { suspended: true, .. } => "suspend-processdefinition",
            Self::SetSuspended { .. } => "activate-processdefinition",
            Self::HistoryCleanup => "history-cleanup",
        }
    }
}
