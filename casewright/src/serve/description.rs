//! The OpenAPI description of everything this process serves, put together from those of the rooms.
//!
//! Rooms name their operations and schemas without knowing each other; here names become unique, or the start stops.

use anyhow::{Result, bail};
use utoipa::openapi::path::PathItem;
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
    for (path, item) in &mut room.paths.paths {
        name(path, item);
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

/// Functions of several rooms have the same name: `GET /api/v1/cases/{id}/mails` is `get_cases_id_mails`.
fn name(path: &str, item: &mut PathItem) {
    let of_path: Vec<&str> = path
        .trim_start_matches("/api/v1")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let methods = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    for (method, operation) in methods {
        if let Some(operation) = operation {
            operation.operation_id = Some(format!("{method}_{}", of_path.join("_")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::openapi::path::{HttpMethod, OperationBuilder};
    use utoipa::openapi::{ComponentsBuilder, ObjectBuilder, OpenApiBuilder, Paths, PathsBuilder};

    fn room(path: &str, field: &str) -> OpenApi {
        let list = OperationBuilder::new().operation_id(Some("list")).build();
        let paths: Paths = PathsBuilder::new().path(path, PathItem::new(HttpMethod::Get, list)).build();
        let body = ObjectBuilder::new().property(field, ObjectBuilder::new()).build();
        OpenApiBuilder::new()
            .paths(paths)
            .components(Some(ComponentsBuilder::new().schema("Body", body).build()))
            .build()
    }

    #[test]
    fn operations_of_the_same_name_are_told_apart_by_method_and_path() {
        let mut whole = begin();
        add(&mut whole, room("/api/v1/cases", "id")).unwrap();
        add(&mut whole, room("/api/v1/cases/{id}/mails", "id")).unwrap();
        let ids: Vec<Option<&str>> =
            whole.paths.paths.values().map(|item| item.get.as_ref()?.operation_id.as_deref()).collect();
        assert_eq!(ids, [Some("get_cases"), Some("get_cases_id_mails")]);
    }

    #[test]
    fn two_different_schemas_of_one_name_are_refused() {
        let mut whole = begin();
        add(&mut whole, room("/api/v1/cases", "id")).unwrap();
        let error = add(&mut whole, room("/api/v1/mails", "sender")).unwrap_err();
        assert!(error.to_string().contains("'Body'"), "{error}");
    }
}
