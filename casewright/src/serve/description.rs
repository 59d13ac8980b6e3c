//! The OpenAPI description of everything this process serves, put together from those of the rooms.
//!
//! Rooms name their operations and schemas without knowing each other; here names become unique, or the start stops.

use anyhow::{Result, bail};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Info, OpenApi};

/// A description without any operation.
pub(super) fn begin() -> OpenApi {
    let mut whole = OpenApi::default();
    whole.info = Info::new("Casewright", "1");
    whole
}

/// Adds what one room serves.
///
/// # Errors
/// Two rooms describe different things by one name.
pub(super) fn add(whole: &mut OpenApi, mut room: OpenApi) -> Result<()> {
    for item in room.paths.paths.values_mut() {
        operations(item).for_each(name);
    }
    if let (Some(known), Some(new)) = (&whole.components, &room.components) {
        for (name, schema) in &new.schemas {
            if known.schemas.get(name).is_some_and(|other| other != schema) {
                bail!("the description of the API has two different schemas '{name}'");
            }
        }
    }
    whole.merge(room);
    Ok(())
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// `list` of the tag `cases` is `cases_list`.
fn name(operation: &mut Operation) {
    let tag = operation.tags.iter().flatten().next().map(|tag| tag.replace(['-', ' '], "_"));
    operation.operation_id = match (tag, operation.operation_id.take()) {
        (Some(tag), Some(id)) => Some(format!("{tag}_{id}")),
        (_, id) => id,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::openapi::path::{HttpMethod, OperationBuilder};
    use utoipa::openapi::{ComponentsBuilder, ObjectBuilder, OpenApiBuilder, Paths, PathsBuilder};

    fn room(path: &str, tag: &str, field: &str) -> OpenApi {
        let list = OperationBuilder::new().tag(tag).operation_id(Some("list")).build();
        let paths: Paths = PathsBuilder::new().path(path, PathItem::new(HttpMethod::Get, list)).build();
        let body = ObjectBuilder::new().property(field, ObjectBuilder::new()).build();
        OpenApiBuilder::new()
            .paths(paths)
            .components(Some(ComponentsBuilder::new().schema("Body", body).build()))
            .build()
    }

    #[test]
    fn operations_of_the_same_name_are_told_apart_by_their_tag() {
        let mut whole = begin();
        add(&mut whole, room("/cases", "cases", "id")).unwrap();
        add(&mut whole, room("/tasks", "user-tasks", "id")).unwrap();
        let ids: Vec<Option<String>> = whole
            .paths
            .paths
            .values_mut()
            .flat_map(|item| operations(item).map(|operation| operation.operation_id.clone()).collect::<Vec<_>>())
            .collect();
        assert_eq!(ids, [Some("cases_list".to_owned()), Some("user_tasks_list".to_owned())]);
    }

    #[test]
    fn two_different_schemas_of_one_name_are_refused() {
        let mut whole = begin();
        add(&mut whole, room("/cases", "cases", "id")).unwrap();
        let error = add(&mut whole, room("/mails", "mails", "sender")).unwrap_err();
        assert!(error.to_string().contains("'Body'"), "{error}");
    }
}
