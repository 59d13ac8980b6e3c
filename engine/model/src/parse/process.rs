//! One executable process.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use super::context::Context;
use super::draft::Draft;
use super::extension::{listener, priority, properties};
use super::handlers::Handlers;
use super::text::{documentation, is_not_false};
use super::{layout, scope, validate, zeebe};
use crate::diagnostic::Code;
use crate::model::{Dialect, Process};
use crate::xml::Element;

pub(super) fn parse<'t>(element: Element<'t>, cx: &mut Context<'t>) -> Process {
    if element.id().is_none() {
        cx.findings.error(Code::MissingId, element, "Attribute \"id\" is required!");
    }
    let zeebe = cx.dialect == Dialect::Zeebe;
    let job_priority = priority::parse(element, "jobPriority", &mut cx.findings);
    let task_priority = priority::parse(element, "taskPriority", &mut cx.findings);
    let history_time_to_live = history_time_to_live(element, cx);
    let mut draft = Draft {
        cx,
        element,
        nodes: Vec::new(),
        elements: Vec::new(),
        readers: Vec::new(),
        by_id: HashMap::new(),
        flows: Vec::new(),
        flow_elements: Vec::new(),
        flows_from: HashMap::new(),
        flows_to: HashMap::new(),
        handlers: Handlers::default(),
        link_targets: HashMap::new(),
        link_sources: HashMap::new(),
        behind_gateway: HashSet::new(),
        compensated: HashMap::new(),
    };
    let children = layout::lay_out(&mut draft, element, None);
    scope::parse(&mut draft, element, None, &children);
    let listeners = listener::of_scope(element, &mut draft.cx.findings);
    validate::check(&mut draft);
    let (users, groups) = starters(element);
    let text = |name: &str| element.camunda(name).map(str::to_owned);
    Process {
        id: SmolStr::new(element.id().unwrap_or("")),
        name: element.attribute("name").map(str::to_owned),
        documentation: documentation(element),
        version_tag: if zeebe { zeebe::version_tag(element) } else { text("versionTag") },
        history_time_to_live,
        startable_in_tasklist: is_not_false(element.camunda("isStartableInTasklist")),
        candidate_starter_users: users,
        candidate_starter_groups: groups,
        job_priority,
        task_priority,
        listeners,
        properties: if zeebe { zeebe::properties(element) } else { properties::parse(element).unwrap_or_default() },
        nodes: draft.nodes,
        flows: draft.flows,
        children,
        line: element.line(),
    }
}

/// `P5D` or `5`; none and empty mean that history is kept.
fn history_time_to_live(element: Element<'_>, cx: &mut Context<'_>) -> Option<i64> {
    let text = element.camunda("historyTimeToLive").filter(|text| !text.is_empty())?;
    let iso = text
        .strip_prefix('P')
        .and_then(|days| days.strip_suffix('D'))
        .filter(|days| !days.is_empty() && days.bytes().all(|b| b.is_ascii_digit()));
    let days = iso.unwrap_or(text);
    let message = match days.parse::<i32>() {
        Ok(days) if days >= 0 => return Some(i64::from(days)),
        Ok(_) => "Cannot parse historyTimeToLive: negative value is not allowed".to_owned(),
        Err(_) => format!("Cannot parse historyTimeToLive: For input string: \"{days}\""),
    };
    cx.findings.error(Code::InvalidHistoryTimeToLive, element, message);
    None
}

/// Who may start it: attributes and `potentialStarter` elements together, comma separated.
fn starters(element: Element<'_>) -> (Option<String>, Option<String>) {
    let mut users = list(element.camunda("candidateStarterUsers"));
    let mut groups = list(element.camunda("candidateStarterGroups"));
    for starter in element.extensions("potentialStarter") {
        super::task::user::assignments(starter, &mut users, &mut groups);
    }
    let join = |list: Vec<String>| (!list.is_empty()).then(|| list.join(","));
    (join(users), join(groups))
}

fn list(text: Option<&str>) -> Vec<String> {
    text.map(str::to_owned).into_iter().collect()
}
