//! Who makes a call.

use smol_str::SmolStr;

/// Who makes a call.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub user: Option<SmolStr>,
    pub groups: Vec<SmolStr>,
    /// A job does it in the user's name: the user operation log has the user's own doings only.
    pub is_job: bool,
}
