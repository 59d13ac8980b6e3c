//! Topics that the platform's own workers do, in what is to be deployed.
//!
//! Such a worker may do more than most people: whoever makes it work has its rights for as long as the model says what is to
//! be done. So it is known of a deployment, before anything of it is stored.

use super::models::Models;
use casewright_engine_model::model::Implementation;

/// An activity that has, or may turn out to have, a task for the platform's own workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltInUse {
    pub resource: String,
    pub element: String,
    /// As the model spells it.
    pub topic: String,
}

impl BuiltInUse {
    /// What is told to who may not deploy it.
    #[must_use]
    pub fn refusal(&self) -> String {
        let Self { resource, element, topic } = self;
        format!(
            "'{element}' in '{resource}' has the topic '{topic}', which is one of the platform's own or may become one; \
             only who may do deployment:allow-topics deploys that"
        )
    }
}

impl Models {
    /// The first activity whose topic is one of these, or is an expression, which may come to anything.
    #[must_use]
    pub fn built_in_use(&self, built_in: &[&str]) -> Option<BuiltInUse> {
        if built_in.is_empty() {
            return None;
        }
        self.processes.iter().find_map(|model| {
            model.process.nodes.iter().find_map(|node| {
                let Implementation::External { topic, .. } = &node.kind.facts().service?.implementation else {
                    return None;
                };
                (is_expression(topic) || built_in.contains(&topic.as_str())).then(|| BuiltInUse {
                    resource: model.resource.clone(),
                    element: node.id.to_string(),
                    topic: topic.clone(),
                })
            })
        })
    }
}

/// In either dialect: a topic that only looks like one costs a right that its author may not need, no more.
fn is_expression(topic: &str) -> bool {
    topic.starts_with('=') || topic.contains("${") || topic.contains("#{")
}
