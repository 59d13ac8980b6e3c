//! Ids of the engine. Whatever lives in a root process instance (tasks, called instances, incidents) has a number there; the
//! id that the outside sees is the root's with its last twelve hex digits replaced by that number.

/// Number of the root process instance among its own entities.
pub const ROOT: u64 = 1;

/// Digits of an id that all entities of a root process instance share.
const SHARED: usize = 24;

/// Id of the entity with this number in the root process instance.
#[must_use]
pub fn entity_id(root: &str, number: u64) -> String {
    match root.get(..SHARED) {
        Some(shared) => format!("{shared}{number:012x}"),
        None => format!("{root}:{number}"),
    }
}

/// Id of the user task with this number in the root process instance.
#[must_use]
pub fn task_id(root: &str, number: u64) -> String {
    entity_id(root, number)
}

/// Id of the root process instance that an entity belongs to.
#[must_use]
pub fn root_of(entity: &str) -> String {
    entity_id(entity, ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_id_is_the_root_with_the_number() {
        let root = "00112233-4455-6677-8899-000000000001";
        assert_eq!(entity_id(root, 1), root);
        assert_eq!(task_id(root, 26), "00112233-4455-6677-8899-00000000001a");
        assert_eq!(root_of("00112233-4455-6677-8899-00000000001a"), root);
    }
}
