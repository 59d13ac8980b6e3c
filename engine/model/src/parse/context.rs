//! A file while it is read.

use std::collections::{HashMap, HashSet};

use crate::findings::Findings;
use crate::model::{Dialect, MessageRef};

/// Everything read so far of one file.
pub(crate) struct Context<'t> {
    pub(crate) findings: Findings,
    pub(crate) roots: RootElements<'t>,
    pub(crate) dialect: Dialect,
    /// Every id in the file, the diagram's included.
    pub(crate) ids: HashSet<&'t str>,
}

/// Root elements by id.
#[derive(Default)]
pub(crate) struct RootElements<'t> {
    pub(crate) messages: HashMap<&'t str, MessageRef>,
    /// Names.
    pub(crate) signals: HashMap<&'t str, &'t str>,
    pub(crate) errors: HashMap<&'t str, ErrorElement<'t>>,
    /// Codes; an empty one is none.
    pub(crate) escalations: HashMap<&'t str, Option<&'t str>>,
}

#[derive(Clone, Copy)]
pub(crate) struct ErrorElement<'t> {
    pub(crate) code: Option<&'t str>,
    pub(crate) message: Option<&'t str>,
}
