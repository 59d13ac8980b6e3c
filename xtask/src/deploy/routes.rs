//! Which paths are whose role's. A proxy in front of several processes has to know; [`crate::deploy::check`] holds it against what each role
//! answers to.

/// Roles that a process can play, in the order in which files name them.
pub(super) const ROLES: [&str; 8] =
    ["engine", "case-api", "storage-api", "email-to-case", "external-tasks", "publishers", "access", "portal"];

/// A path, with all that is below it, and the role that answers there. The longest that fits counts.
pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) role: &'static str,
    /// An address below it that is in no description of the interface, and at which the role answers something else than "not found".
    pub(super) probe: Option<&'static str>,
}

const fn route(path: &'static str, role: &'static str) -> Route {
    Route { path, role, probe: None }
}

const fn probed(path: &'static str, role: &'static str, probe: &'static str) -> Route {
    Route { path, role, probe: Some(probe) }
}

/// Longer ones first where one is below another: proxies that go by order find the same.
pub(super) const ROUTES: &[Route] = &[
    probed("/engine-rest", "engine", "/engine-rest/engine"),
    route("/api/v1/deployments", "engine"),
    route("/api/v1/engines", "engine"),
    route("/api/v1/incidents", "engine"),
    route("/api/v1/process-definitions", "engine"),
    route("/api/v1/process-instances", "engine"),
    route("/api/v1/user-tasks", "engine"),
    route("/api/v1/calendars", "case-api"),
    route("/api/v1/case-batches", "case-api"),
    route("/api/v1/case-definitions", "case-api"),
    route("/api/v1/cases", "case-api"),
    route("/api/v1/erasures", "case-api"),
    route("/api/v1/forms", "case-api"),
    route("/api/v1/imports", "case-api"),
    route("/api/v1/mail-templates", "case-api"),
    route("/api/v1/next-work", "case-api"),
    route("/api/v1/people", "case-api"),
    route("/api/v1/queues", "case-api"),
    route("/api/v1/record-types", "case-api"),
    route("/api/v1/records", "case-api"),
    route("/api/v1/routing", "case-api"),
    route("/api/v1/saved-view-choices", "case-api"),
    route("/api/v1/saved-views", "case-api"),
    route("/api/v1/search", "case-api"),
    route("/api/v1/signatures", "case-api"),
    route("/api/v1/tasks", "case-api"),
    route("/api/v1/files", "storage-api"),
    route("/files", "storage-api"),
    route("/api/v1/mailboxes", "email-to-case"),
    route("/api/v1/mails", "email-to-case"),
    probed("/api/v1/live", "publishers", "/api/v1/live"),
    route("/api/v1/notification-channels", "publishers"),
    route("/api/v1/notification-mutes", "publishers"),
    route("/api/v1/notification-preferences", "publishers"),
    route("/api/v1/notifications", "publishers"),
    probed("/auth", "access", "/auth/jwks"),
    route("/api/v1/access", "access"),
    route("/api/v1/accounts", "access"),
    route("/api/v1/client-config", "access"),
    route("/api/v1/dead-letters", "access"),
    route("/api/v1/groups", "access"),
    route("/api/v1/me", "access"),
    route("/api/v1/users", "access"),
    probed("/", "portal", "/.well-known/camunda-automation-platform/webapps"),
];

/// Where a proxy sends a path.
pub(super) fn of(path: &str) -> Option<&'static Route> {
    ROUTES.iter().filter(|route| has(route.path, path)).max_by_key(|route| route.path.len())
}

/// Whether a path is `prefix` or below it, as proxies see that: by its parts.
fn has(prefix: &str, path: &str) -> bool {
    let Some(rest) = path.strip_prefix(prefix.trim_end_matches('/')) else { return false };
    rest.is_empty() || rest.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_by_its_parts_to_the_longest_route() {
        let role = |path| of(path).map(|route| route.role);
        assert_eq!(role("/api/v1/me/password"), Some("access"));
        assert_eq!(role("/api/v1/mailboxes/{id}"), Some("email-to-case"));
        assert_eq!(role("/api/v1/mails"), Some("email-to-case"));
        assert_eq!(role("/api/v1/caseses"), Some("portal"), "a part is no beginning of another");
        assert_eq!(role("/cases/4711"), Some("portal"));
        assert_eq!(role("/"), Some("portal"));
    }

    #[test]
    fn a_longer_route_stands_in_front_of_what_it_is_below() {
        for (place, route) in ROUTES.iter().enumerate() {
            let hidden = ROUTES[..place].iter().find(|before| has(before.path, route.path));
            assert!(hidden.is_none(), "{} is hidden", route.path);
            assert!(ROLES.contains(&route.role), "{}", route.role);
        }
    }
}
