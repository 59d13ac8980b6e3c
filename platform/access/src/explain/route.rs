//! `/api/v1/access`: may somebody do this, and why.

use super::gate::Gate;
use super::witness::{Asked, watched};
use super::{AccessReason, ActionsOfKind, actions};
use crate::access::{Access, subject_of};
use crate::error::store_problem;
use crate::extract::Authenticated;
use crate::policy::AccessRequest;
use crate::subject::{Resource, Subject, role};
use axum::Router;
use axum::extract::{FromRef, State};
use casewright_contracts::actor::is_machine;
use casewright_service::{Json, PageBody, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What policies know it by: `access:explain`.
const KIND: &str = "access";
/// The Camunda 7 contract, whose operations policies are asked about in their own way.
const OPERATIONS: &str = "engine-rest";
/// Whom a question about roles is about.
const ANYBODY: &str = "somebody";
/// Roles, and groups, of one question.
const MAX_NAMES: usize = 50;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright access explained", version = "1"))]
struct Document;

#[derive(Clone)]
struct Explaining {
    access: Access,
    gates: Arc<BTreeMap<&'static str, Gate>>,
}

impl FromRef<Explaining> for Access {
    fn from_ref(state: &Explaining) -> Self {
        state.access.clone()
    }
}

/// The routes, and their part of the OpenAPI document. `gates` are those of the rooms of this process.
pub fn router(access: Access, gates: impl IntoIterator<Item = Gate>) -> (Router, utoipa::openapi::OpenApi) {
    let gates = Arc::new(gates.into_iter().map(|gate| (gate.kind(), gate)).collect());
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(list))
        .routes(routes!(explain))
        .with_state(Explaining { access, gates })
        .split_for_parts()
}

/// What may be asked about a kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AskableKind {
    #[serde(flatten)]
    of: ActionsOfKind,
    /// Whether one of them can be named, by its id.
    has_things: bool,
}

/// Kinds, and what is done with each.
#[utoipa::path(get, path = "/api/v1/access/actions", tag = "access",
    responses((status = 200, body = PageBody<AskableKind>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(
    State(state): State<Explaining>,
    Authenticated(subject): Authenticated,
) -> Result<Json<PageBody<AskableKind>>, Problem> {
    state.access.authorize(&subject, "explain", &Resource::kind(KIND)).await?;
    let items =
        actions().iter().map(|of| AskableKind { of: *of, has_things: state.gates.contains_key(of.kind) }).collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Whether somebody may do something, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AccessQuestion {
    /// A user of this organisation. Without one: `roles`.
    #[serde(default)]
    user: Option<String>,
    /// Of somebody who need not exist; a role that begins with `system:` makes it a machine client.
    #[serde(default)]
    roles: Vec<String>,
    /// Of somebody who need not exist.
    #[serde(default)]
    groups: Vec<String>,
    /// `kind:action`, as `GET /api/v1/access/actions` lists them.
    action: String,
    /// What it is done with; left out: the kind as a whole.
    #[serde(default)]
    resource: Option<AskedResource>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AskedResource {
    /// The kind of the action when it is left out, and no other.
    #[serde(default)]
    kind: Option<String>,
    /// Which one, as its own paths name it: of a case its number as well. What policy looks at is found as for its requests.
    #[serde(default)]
    id: Option<String>,
    /// What policy should look at, where no `id` is given.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: Option<Value>,
}

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccessExplanation {
    allowed: bool,
    decided_by: Decider,
    about: About,
    /// Who was asked about, as their sign-in would say it.
    subject: AskedSubject,
    /// What is told to their request, when it is not allowed.
    refusal: Option<AccessRefusal>,
    /// What policy was asked, in order: the last refused one is why.
    steps: Vec<AccessStep>,
    /// Whether policy gave reasons. One of your own in place of the default one may not; then there is the decision alone.
    has_reasons: bool,
    /// Reasons of what was decisive: of the refused step, or of the last one.
    reasons: Vec<AccessReason>,
    /// Roles any one of which would do, beside those they have; empty when it is allowed.
    roles_that_would: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Decider {
    /// A disabled account: nobody asks policy for who cannot sign in.
    Account,
    /// The policies of this process.
    Policy,
    /// An Open Policy Agent (`access.opa`).
    Agent,
    /// The room, for a reason that is none of policy: it is not there, or nothing may be done with it.
    Room,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum About {
    /// The kind as a whole.
    Kind,
    /// The very one.
    Thing,
    /// There is no such thing, or who asks may not see it, which is told alike: it is the kind as a whole that was decided about.
    UnseenThing,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AskedSubject {
    id: String,
    name: String,
    roles: Vec<String>,
    groups: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccessRefusal {
    status: u16,
    code: String,
    detail: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccessStep {
    kind: String,
    action: String,
    allowed: bool,
    reasons: Vec<AccessReason>,
}

/// Tells whether somebody of one's own organisation may do something, by the way that their own request would take.
#[utoipa::path(post, path = "/api/v1/access/explain", tag = "access", request_body = AccessQuestion,
    responses((status = 200, body = AccessExplanation), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn explain(
    State(state): State<Explaining>,
    Authenticated(asker): Authenticated,
    Json(question): Json<AccessQuestion>,
) -> Result<Json<AccessExplanation>, Problem> {
    state.access.authorize(&asker, "explain", &Resource::kind(KIND)).await?;
    let (kind, action) = known_action(&question.action)?;
    let (subject, is_enabled) = state.subject(&asker, &question).await?;
    let (about, way) = state.way(&asker, kind, question.resource).await?;
    let look = Look { state: &state, kind, action, way };
    let (outcome, asked) = watched(look.of(&subject)).await;
    let mut answer = AccessExplanation {
        allowed: outcome.is_ok(),
        decided_by: if state.access.asks_an_agent() { Decider::Agent } else { Decider::Policy },
        about,
        subject: AskedSubject::from(&subject),
        refusal: outcome.err().map(AccessRefusal::from),
        steps: Vec::new(),
        has_reasons: true,
        reasons: Vec::new(),
        roles_that_would: Vec::new(),
    };
    if !is_enabled {
        return Ok(Json(answer.of_a_disabled_account()));
    }
    answer.tell(&state.access, &subject, asked).await;
    if !answer.allowed && answer.decided_by != Decider::Room && !subject.is_system() {
        answer.roles_that_would = look.roles_that_would(&subject).await;
    }
    Ok(Json(answer))
}

/// Kind and action of `kind:action`.
fn known_action(text: &str) -> Result<(&'static str, &'static str), Problem> {
    let refused =
        |code: &str, detail: String| Problem::unprocessable(code, detail.clone()).with_error("/action", code, detail);
    let (kind, action) = text.split_once(':').unwrap_or((text, ""));
    let Some(of) = actions().iter().find(|of| of.kind == kind) else {
        return Err(refused("unknown-kind", format!("There is no kind `{kind}`.")));
    };
    let known = of.actions.iter().copied().find(|known| *known == action);
    Ok((of.kind, known.ok_or_else(|| refused("unknown-action", format!("Nobody does `{action}` with {kind}.")))?))
}

/// What is asked about.
enum Way {
    Kind(Resource),
    Thing(Gate, String),
}

impl Explaining {
    /// Who is asked about, as their sign-in would make them, and whether they can sign in.
    async fn subject(&self, asker: &Subject, question: &AccessQuestion) -> Result<(Subject, bool), Problem> {
        if let Some(id) = &question.user {
            let found = self.access.accounts().user(&asker.tenant, id).await.map_err(|error| store_problem(&error))?;
            let user = found.ok_or_else(|| Problem::not_found("There is no such user."))?;
            return Ok((subject_of(&asker.tenant, &user), user.enabled));
        }
        if question.roles.is_empty() || question.roles.len() > MAX_NAMES || question.groups.len() > MAX_NAMES {
            let detail = format!("A user, or 1 to {MAX_NAMES} roles.");
            return Err(Problem::unprocessable("invalid-value", detail.clone()).with_error(
                "/user",
                "invalid-value",
                detail,
            ));
        }
        let machine = question.roles.iter().find(|role| is_machine(role));
        let id = machine.map_or(ANYBODY, String::as_str);
        let (roles, groups) = (question.roles.clone(), question.groups.clone());
        Ok((Subject { roles, groups, ..Subject::person(&asker.tenant, id) }, true))
    }

    /// How to ask. A thing that the asker may not read is asked about like none.
    async fn way(
        &self,
        asker: &Subject,
        kind: &'static str,
        resource: Option<AskedResource>,
    ) -> Result<(About, Way), Problem> {
        let resource = resource.unwrap_or(AskedResource { kind: None, id: None, attributes: None });
        let refused = |pointer: &str, code: &str, detail: String| {
            Err(Problem::unprocessable(code, detail.clone()).with_error(pointer, code, detail))
        };
        if let Some(other) = resource.kind.filter(|other| other != kind) {
            return refused("/resource/kind", "unknown-kind", format!("The action is one of {kind}, not of {other}."));
        }
        let Some(id) = resource.id.filter(|id| !id.is_empty()) else {
            let whole = Resource::kind(kind);
            return match resource.attributes {
                None => Ok((About::Kind, Way::Kind(whole))),
                Some(attributes) if attributes.is_object() => Ok((About::Kind, Way::Kind(whole.with(attributes)))),
                Some(_) => refused("/resource/attributes", "invalid-value", "An object.".to_owned()),
            };
        };
        if resource.attributes.is_some() {
            let detail = "What policy looks at is found by the id.".to_owned();
            return refused("/resource/attributes", "invalid-value", detail);
        }
        let Some(gate) = self.gates.get(kind) else {
            let detail = format!("Policy is asked about {kind} as a whole here.");
            return refused("/resource/id", "no-single-things", detail);
        };
        match gate.pass(asker, "read", &id).await {
            Ok(()) => Ok((About::Thing, Way::Thing(gate.clone(), id))),
            Err(problem) if problem.status().is_server_error() => Err(problem),
            Err(_) => Ok((About::UnseenThing, Way::Kind(Resource::kind(kind)))),
        }
    }
}

/// One question, which is put for several.
struct Look<'a> {
    state: &'a Explaining,
    kind: &'static str,
    action: &'static str,
    way: Way,
}

impl Look<'_> {
    async fn of(&self, subject: &Subject) -> Result<(), Problem> {
        let access = &self.state.access;
        match &self.way {
            Way::Thing(gate, id) => gate.pass(subject, self.action, id).await,
            Way::Kind(resource) if self.kind == OPERATIONS => {
                let is_allowed = access.allows_operation(subject, self.action, &self.operation(resource)).await;
                let detail = || format!("You may not do this: {} on {OPERATIONS}.", self.action);
                is_allowed.then_some(()).ok_or_else(|| Problem::forbidden(detail()))
            }
            Way::Kind(resource) => access.authorize(subject, self.action, resource).await,
        }
    }

    /// With the method that most requests of the operation have, unless another one is asked about.
    fn operation(&self, resource: &Resource) -> Resource {
        if resource.attributes.get("method").is_some() {
            return resource.clone();
        }
        let method = if self.action.ends_with(":read") { "GET" } else { "POST" };
        resource.clone().with(json!({"method": method}))
    }

    /// Roles any one of which would be enough beside those that somebody has.
    async fn roles_that_would(&self, subject: &Subject) -> Vec<String> {
        let mut would = Vec::new();
        for role in role::OF_PEOPLE.iter().filter(|role| !subject.has_role(role)) {
            let mut other = subject.clone();
            other.roles.push((*role).to_owned());
            if watched(self.of(&other)).await.0.is_ok() {
                would.push((*role).to_owned());
            }
        }
        would
    }
}

impl AccessExplanation {
    /// What policy was asked, and its reasons.
    async fn tell(&mut self, access: &Access, subject: &Subject, asked: Vec<Asked>) {
        for Asked { action, resource, is_allowed } in asked {
            let is_operation = resource.kind == OPERATIONS;
            let request = AccessRequest { subject, action: &action, resource: &resource };
            let reasons = access.reasons(request, is_operation).await;
            self.has_reasons &= reasons.is_some();
            let bare = action.strip_prefix(&format!("{}:", resource.kind)).unwrap_or(&action).to_owned();
            let reasons = reasons.unwrap_or_default();
            let step = AccessStep { kind: resource.kind, action: bare, allowed: is_allowed, reasons };
            let is_told = |told: &AccessStep| {
                (&told.kind, &told.action, told.allowed) == (&step.kind, &step.action, step.allowed)
            };
            if !self.steps.iter().any(is_told) {
                self.steps.push(step);
            }
        }
        let decisive = match self.allowed {
            true => self.steps.iter().rfind(|step| step.allowed),
            false => self.steps.iter().rfind(|step| !step.allowed),
        };
        match decisive {
            Some(step) => self.reasons = step.reasons.clone(),
            // Everything was allowed, or nothing was asked: it is the room that refuses.
            None => self.decided_by = Decider::Room,
        }
    }

    fn of_a_disabled_account(self) -> Self {
        let disabled =
            AccessReason { code: "account-disabled".to_owned(), role: None, kind: None, action: None, groups: None };
        let refusal = AccessRefusal::from(Problem::unauthorized("The account is disabled: it cannot sign in."));
        let reasons = vec![disabled];
        Self { allowed: false, decided_by: Decider::Account, refusal: Some(refusal), reasons, ..self }
    }
}

impl From<&Subject> for AskedSubject {
    fn from(Subject { id, name, roles, groups, .. }: &Subject) -> Self {
        Self { id: id.clone(), name: name.clone(), roles: roles.clone(), groups: groups.clone() }
    }
}

impl From<Problem> for AccessRefusal {
    fn from(problem: Problem) -> Self {
        Self { status: problem.status, code: problem.code, detail: problem.detail }
    }
}
