//! Variables that no event tells of, and who is to hear of changes.

use super::Step;
use crate::ids::Id;
use casewright_engine_value::Value;
use indexmap::IndexMap;
use smol_str::SmolStr;

/// Variables of one scope that live until the command is done.
pub(crate) type Transient = IndexMap<SmolStr, Value>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableChange {
    pub(crate) holder: Id,
    pub(crate) name: SmolStr,
    pub(crate) kind: ChangeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Create,
    Update,
    Delete,
}

impl ChangeKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl Step<'_> {
    pub(crate) fn transient(&self, holder: Id) -> Option<&Transient> {
        self.transient.get(&holder)
    }

    pub(crate) fn transient_mut(&mut self, holder: Id) -> Option<&mut Transient> {
        self.transient.get_mut(&holder)
    }

    /// Sets a transient variable; gives what it had before.
    pub(crate) fn set_transient(&mut self, holder: Id, name: SmolStr, value: Value) -> Option<Value> {
        self.transient.entry(holder).or_default().insert(name, value)
    }

    /// Does something while `holder` has these transient variables, too.
    pub(crate) fn with_transient<T>(
        &mut self,
        holder: Id,
        variables: &[(&'static str, Value)],
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.transient.get(&holder).cloned();
        let seen = self.transient.entry(holder).or_default();
        for (name, value) in variables {
            seen.insert(SmolStr::new_static(name), value.clone());
        }
        let result = act(self);
        match before {
            Some(before) => self.transient.insert(holder, before),
            None => self.transient.remove(&holder),
        };
        result
    }

    pub(crate) fn note_change(&mut self, change: VariableChange) {
        self.changed.push(change);
    }

    /// Changes since this was last asked.
    pub(crate) fn take_changes(&mut self) -> Vec<VariableChange> {
        std::mem::take(&mut self.changed)
    }

    /// Nobody is to hear of what changed in this scope.
    pub(crate) fn forget_changes(&mut self, holder: Id) {
        self.changed.retain(|change| change.holder != holder);
    }

    /// A process instance whose variables are set and whose listeners run before its events may see it.
    pub(crate) fn begin_quietly(&mut self, instance: Id) {
        self.starting.insert(instance);
    }

    pub(crate) fn begin_work(&mut self, id: Id) {
        self.starting.remove(&id);
    }

    pub(crate) fn is_starting(&self, id: Id) -> bool {
        self.starting.contains(&id)
    }
}
