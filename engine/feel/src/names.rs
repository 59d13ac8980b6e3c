//! Which names exist where a text stands: names of several words, or with signs in them, are read as names only when they do
//! (DMN 1.5, 10.3.1.5), and types have names as well.

use crate::dialect::Dialect;
use crate::scan;
use crate::types::Type;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;

/// Names that no identifier could be, by their first word; several of one kind may be bound within one another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    by_first_word: HashMap<SmolStr, Vec<SmolStr>>,
    bound: Vec<SmolStr>,
}

impl Index {
    /// Blanks count as one each; identifiers are left out, they need no telling.
    pub(crate) fn bind(&mut self, name: &str) {
        if name.chars().all(scan::is_name_part) || !name.starts_with(scan::begins_name) {
            return;
        }
        let name = SmolStr::new(name.split_whitespace().collect::<Vec<_>>().join(" "));
        self.by_first_word.entry(first_word(&name)).or_default().push(name.clone());
        self.bound.push(name);
    }

    pub(crate) fn len(&self) -> usize {
        self.bound.len()
    }

    /// Forgets what was bound last, until so many are left.
    pub(crate) fn truncate(&mut self, length: usize) {
        while self.bound.len() > length {
            let Some(name) = self.bound.pop() else {
                return;
            };
            if let Some(names) = self.by_first_word.get_mut(&first_word(&name)) {
                names.pop();
            }
        }
    }

    /// Names that begin with this word.
    pub(crate) fn beginning(&self, word: &str) -> &[SmolStr] {
        self.by_first_word.get(word).map_or(&[], Vec::as_slice)
    }
}

fn first_word(name: &str) -> SmolStr {
    let end = name.find(|c: char| !scan::is_name_part(c)).unwrap_or(name.len());
    SmolStr::new(&name[..end])
}

/// Types by their names, with the names that no identifier could be.
#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) by_name: HashMap<SmolStr, Type>,
    pub(crate) wordy: Index,
}

/// Names that are known to exist where a text stands, and how the text is to be read.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub(crate) dialect: Dialect,
    pub(crate) variables: Index,
    /// Names of entries: after a dot, and in a filter.
    pub(crate) members: Arc<Index>,
    pub(crate) types: Arc<Types>,
    /// Filters around the text.
    pub(crate) filters: usize,
}

impl Names {
    /// Variables, and entries of contexts, for a text that is no standard model's. Identifiers need not be told.
    #[must_use]
    pub fn new<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        let mut variables = Index::default();
        for name in names {
            variables.bind(name.as_ref());
        }
        Self { members: Arc::new(variables.clone()), variables, ..Self::default() }
    }

    /// Names for a text that is read in another way.
    #[must_use]
    pub fn reading(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// For texts of a standard model: the names that contexts in it have for their entries, and its types. Variables follow
    /// by [`Names::bind`].
    #[must_use]
    pub fn standard<T: AsRef<str>>(members: impl IntoIterator<Item = T>, types: HashMap<SmolStr, Type>) -> Self {
        let mut index = Index::default();
        for name in members {
            index.bind(name.as_ref());
        }
        let mut wordy = Index::default();
        for name in types.keys() {
            wordy.bind(name);
        }
        let types = Types { by_name: types, wordy };
        Self {
            dialect: Dialect::Standard,
            variables: Index::default(),
            members: Arc::new(index),
            types: Arc::new(types),
            filters: 0,
        }
    }

    /// The type of this name: one of the model's, else one of FEEL's own.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<Type> {
        self.types.by_name.get(name).cloned().or_else(|| Type::built_in(name))
    }

    /// A variable exists from here on.
    pub fn bind(&mut self, name: &str) {
        self.variables.bind(name);
    }

    /// What is read stands in the condition of a filter, where entries of the items are names.
    pub fn enter_filter(&mut self) {
        self.filters += 1;
    }

    pub fn leave_filter(&mut self) {
        self.filters = self.filters.saturating_sub(1);
    }

    /// To go back to by [`Names::release`].
    #[must_use]
    pub fn mark(&self) -> usize {
        self.variables.len()
    }

    /// Variables that were bound since the mark no longer exist.
    pub fn release(&mut self, mark: usize) {
        self.variables.truncate(mark);
    }
}
