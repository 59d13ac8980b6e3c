//! `OPTIONS` of the resources that people administer: which operations there are, as links.
//!
//! Camunda leaves out what the caller has no authorization for. Here one policy decides about all of `/engine-rest`, so all
//! links are told.

use crate::request::{Reply, Req, ok};
use serde_json::{Value as Json, json};

/// Method, what follows the resource's own path, and the relation.
pub(crate) type Link = (&'static str, &'static str, &'static str);

pub(crate) const COLLECTION: &[Link] =
    &[("GET", "", "list"), ("GET", "/count", "count"), ("POST", "/create", "create")];

pub(crate) const ITEM: &[Link] = &[("GET", "", "self"), ("DELETE", "", "delete"), ("PUT", "", "update")];

pub(crate) const USER: &[Link] =
    &[("GET", "/profile", "self"), ("DELETE", "", "delete"), ("PUT", "/profile", "update")];

pub(crate) const MEMBERS: &[Link] = &[("DELETE", "", "delete"), ("PUT", "", "create")];

pub(crate) const FILTER: &[Link] = &[
    ("GET", "", "self"),
    ("GET", "/singleResult", "singleResult"),
    ("POST", "/singleResult", "singleResult"),
    ("GET", "/list", "list"),
    ("POST", "/list", "list"),
    ("GET", "/count", "count"),
    ("POST", "/count", "count"),
    ("DELETE", "", "delete"),
    ("PUT", "", "update"),
];

/// The links of the resource that was asked.
pub(crate) async fn of(req: Req, links: &'static [Link]) -> Reply {
    let at = format!("{}{}", req.base(), req.own_path);
    let links: Vec<Json> = links
        .iter()
        .map(|(method, end, rel)| json!({"method": method, "href": format!("{at}{end}"), "rel": rel}))
        .collect();
    ok(json!({ "links": links }))
}
