//! Who makes a call.

use casewright_journal::CommandContext;
use smol_str::SmolStr;

/// Who makes a call.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub user: Option<SmolStr>,
    pub groups: Vec<SmolStr>,
    /// A job does it in the user's name: the user operation log has the user's own doings only.
    pub is_job: bool,
}

impl Caller {
    /// How the journal is told who it was.
    pub fn context(&self) -> CommandContext {
        CommandContext { actor: self.user.clone().unwrap_or_default(), ..CommandContext::default() }
    }
}
