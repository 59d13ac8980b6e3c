//! Routes of Traefik in deploy/compose: by path to the role, by name to what stands beside the platform.

use super::{MADE, quoted};
use crate::deploy::routes::{ROLES, ROUTES};
use std::fmt::Write as _;

/// What else people reach: its name here, the variable with its host, and where it is. Files come from the bucket themselves.
const BESIDE: [(&str, &str, &str); 4] = [
    ("identity", "IDENTITY_HOST", "http://keycloak:8080"),
    ("files", "FILES_HOST", "http://minio:9000"),
    ("mail", "MAIL_HOST", "http://mail:8025"),
    ("grafana", "GRAFANA_HOST", "http://grafana:3000"),
];

pub(super) fn routes() -> String {
    let mut text = format!("{MADE}http:\n  routers:\n");
    for role in asked() {
        let paths: Vec<String> =
            ROUTES.iter().filter(|route| route.role == role).map(|route| matcher(route.path)).collect();
        let rule = format!("Host(`{{{{ env \"CASEWRIGHT_HOST\" }}}}`) && ({})", paths.join(" || "));
        router(&mut text, role, &rule, role == of_the_rest());
    }
    for (name, variable, _) in BESIDE {
        router(&mut text, name, &format!("Host(`{{{{ env \"{variable}\" }}}}`)"), false);
    }
    text.push_str("  services:\n");
    for role in asked() {
        // No process needs to see a person again that it has seen before, so none is tied to one.
        service(&mut text, role, &format!("http://{role}:8080"), Some("/health/ready"));
    }
    for (name, _, url) in BESIDE {
        service(&mut text, name, url, None);
    }
    text.push_str(
        "tls:\n  certificates:\n    - { certFile: /run/secrets/tls.crt, keyFile: /run/secrets/tls.key }\n  options:\n    default: { minVersion: VersionTLS12 }\n",
    );
    text
}

/// Roles that some path leads to: workers answer nobody, they only ask.
fn asked() -> impl Iterator<Item = &'static str> {
    ROLES.into_iter().filter(|role| ROUTES.iter().any(|route| route.role == *role))
}

/// By parts of the path, as the chart's Ingress has it: `/api/v1/me` is not in front of `/api/v1/mean`.
fn matcher(path: &str) -> String {
    match path {
        "/" => "PathPrefix(`/`)".to_owned(),
        path => format!("PathRegexp(`^{path}(/|$)`)"),
    }
}

/// The role of all that no other has.
fn of_the_rest() -> &'static str {
    ROUTES.iter().find(|route| route.path == "/").map_or("", |route| route.role)
}

fn router(text: &mut String, name: &str, rule: &str, is_last: bool) {
    // Else the longest rule would be asked first, which is that with the most paths.
    let priority = if is_last { 1 } else { 10 };
    let _ = writeln!(text, "    {name}:");
    let _ = writeln!(text, "      rule: '{rule}'");
    let _ = writeln!(text, "      priority: {priority}");
    let _ = writeln!(text, "      entryPoints: [websecure]");
    let _ = writeln!(text, "      service: {name}");
    let _ = writeln!(text, "      tls: {{}}");
}

fn service(text: &mut String, name: &str, url: &str, health: Option<&str>) {
    let _ = writeln!(text, "    {name}:");
    let _ = writeln!(text, "      loadBalancer:");
    let _ = writeln!(text, "        servers: [{{ url: {} }}]", quoted(url));
    if let Some(path) = health {
        let _ = writeln!(text, "        healthCheck: {{ path: {path}, interval: 5s, timeout: 4s }}");
    }
}
