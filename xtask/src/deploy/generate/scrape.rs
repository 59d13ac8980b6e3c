//! What Prometheus asks in deploy/compose.

use super::MADE;
use crate::deploy::routes::ROLES;

/// A process for each role.
pub(super) fn split() -> String {
    scrape(&ROLES, true)
}

/// One process with all of them.
pub(super) fn together() -> String {
    scrape(&["casewright"], false)
}

fn scrape(names: &[&str], are_roles: bool) -> String {
    let role = match are_roles {
        true => "      - { source_labels: [__meta_dns_name], target_label: role }\n",
        false => "      - { target_label: role, replacement: all }\n",
    };
    format!(
        "{MADE}global:\n  scrape_interval: 15s\n  evaluation_interval: 15s\nrule_files: [/etc/prometheus/alerts.yaml]\nscrape_configs:\n  \
         # The listener that asks nobody who they are (server.internal_listen). Several processes of a name are found by its addresses.\n  \
         - job_name: casewright\n    dns_sd_configs:\n      - {{ names: [{}], type: A, port: 8081, refresh_interval: 15s }}\n    relabel_configs:\n{role}  \
         - job_name: traefik\n    static_configs: [{{ targets: [\"traefik:8082\"] }}]\n  \
         - job_name: kafka\n    static_configs: [{{ targets: [\"kafka-exporter:9308\"] }}]\n  \
         - job_name: prometheus\n    static_configs: [{{ targets: [\"127.0.0.1:9090\"] }}]\n",
        names.join(", ")
    )
}
