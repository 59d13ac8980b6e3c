//! What is caught of what a task may throw.

use crate::{Engine, EngineResult};
use casewright_engine_core::Graph;
use casewright_engine_core::catches::{Catch, catches};
use casewright_engine_core::ids::Id;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;

impl Engine {
    /// The errors and escalations that are caught when an open task throws them, the nearest first; none: there is no such task
    /// in a process.
    ///
    /// # Errors
    /// The journal does not answer, or a definition cannot be compiled.
    pub async fn catches_around(&self, id: &str, task: Id) -> EngineResult<Option<Vec<Catch>>> {
        let Some(state) = self.instances().state_of(id).await? else {
            return Ok(None);
        };
        let Some(task) = state.task(task) else {
            return Ok(None);
        };
        let mut graphs: HashMap<SmolStr, Arc<Graph>> = HashMap::new();
        for instance in state.instances() {
            let definition = &instance.definition.id;
            if !graphs.contains_key(definition)
                && let Some(graph) = self.registry().graph(definition).await?
            {
                graphs.insert(definition.clone(), graph);
            }
        }
        let graph_of = |definition: &SmolStr| graphs.get(definition).cloned();
        Ok(Some(catches(&state, task.place.element, |element| graph_of(&element.activity.place.definition.id))))
    }
}
