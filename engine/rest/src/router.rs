//! The table of operations.
//!
//! Every path exists twice: under the root and under `/engine/{name}`, where `default` is the engine of the caller's organisation. Operations of the contract that are not
//! implemented answer 501 in JSON.

use super::auth::{EngineRestAuth, authenticate};
use super::error::RestError;
use super::handlers::identity::Membership;
use super::handlers::records::Kind;
use super::handlers::variables::Scope;
use super::handlers::{
    asynchronous, authorizations, batches, called, credentials, decisions, definition_actions as actions, definitions,
    deployments, events, executions, external_tasks as external, filters, forms, history, history_batches,
    history_cleanup, history_deletion, identity, instances, jobs, links, meta, metrics, migrations, modification,
    password_policy, task_actions, task_attachments as attachments, task_comments as comments, tasks, telemetry, tree,
    variables,
};
use super::list::{count_queried, counted, listed, plain, queried};
use super::negotiation::accept_json;
use super::resources::history as h;
use super::resources::{
    batch, decision, deployment, event_subscription, external_task, identity as people, incident, job,
    process_definition, process_instance, task, variable_instance,
};
use super::{finish, request::Req};
use crate::state::RestState;
use axum::Router;
use axum::extract::OriginalUri;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, delete, get, options, post, put};
use casewright_engine_runtime::Engines;
use casewright_engine_runtime::clock::ConformanceClock;
use casewright_engine_views::aggregate::Historic;
use http::{Method, StatusCode};
use std::sync::Arc;

/// `/engine-rest`, to be nested where the installation wants it.
pub fn engine_rest_router(engines: impl Into<Engines>, auth: EngineRestAuth) -> Router {
    assemble(engines.into(), auth, None)
}

/// [`engine_rest_router`] with `PUT /conformance/clock`, which sets the engine's time. For conformance runs only.
pub fn engine_rest_router_with_clock(
    engines: impl Into<Engines>,
    auth: EngineRestAuth,
    clock: Arc<ConformanceClock>,
) -> Router {
    assemble(engines.into(), auth, Some(clock))
}

fn assemble(engines: Engines, auth: EngineRestAuth, clock: Option<Arc<ConformanceClock>>) -> Router {
    let state = RestState { accounts: auth.accounts().clone() };
    let mut table = table();
    if let Some(clock) = clock {
        table = table.route("/conformance/clock", put(move |req: Req| meta::set_clock(req, clock)));
    }
    let open = Router::new().route("/engine", get(meta::engines));
    let guarded = Router::new()
        .merge(table.clone())
        .nest("/engine/{engine}", table)
        // Inside the layers too: which engine it is about is told before what it can do.
        .route("/engine/{engine}/{*rest}", any(unknown_path))
        // Inside the layers: what methods there are is told to those who may ask at all.
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(accept_json))
        .layer(from_fn(move |request, next| authenticate(engines.clone(), auth.clone(), request, next)));
    open.merge(guarded).fallback(unknown_path).method_not_allowed_fallback(wrong_method).with_state(state)
}

async fn unknown_path(OriginalUri(uri): OriginalUri, method: Method) -> Response {
    let path = uri.path();
    let is_known = NOT_IMPLEMENTED.iter().any(|prefix| path.contains(prefix));
    if is_known {
        return not_there(OriginalUri(uri), method).await;
    }
    RestError::new(StatusCode::NOT_FOUND, "NotFoundException", "HTTP 404 Not Found", None).into_response()
}

/// An operation of the contract without an implementation.
async fn not_there(OriginalUri(uri): OriginalUri, method: Method) -> Response {
    RestError::not_implemented(&format!("{method} {}", uri.path())).into_response()
}

/// Parts of paths of the contract without an implementation.
const NOT_IMPLEMENTED: &[&str] =
    &["/case-definition", "/case-instance", "/case-execution", "/optimize", "/schema", "/history/case-"];

async fn wrong_method(method: Method) -> Response {
    // Which methods there are is told by `Allow`.
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    RestError::new(StatusCode::METHOD_NOT_ALLOWED, "NotAllowedException", "HTTP 405 Method Not Allowed", None)
        .into_response()
}

/// Single paths of the contract without an implementation, beside others that have one.
const MISSING: &[&str] = &[
    "/history/decision-definition/cleanable-decision-instance-report",
    "/history/decision-definition/cleanable-decision-instance-report/count",
    "/history/decision-requirements-definition/{id}/statistics",
    "/history/process-definition/cleanable-process-instance-report",
    "/history/process-definition/cleanable-process-instance-report/count",
    "/history/process-instance/report",
    "/history/task/report",
];

fn missing() -> Router<RestState> {
    MISSING.iter().fold(Router::new(), |router, path| router.route(path, any(not_there)))
}

fn table() -> Router<RestState> {
    Router::new()
        .merge(missing())
        .merge(repository())
        .merge(runtime())
        .merge(task_table())
        .merge(external_task_table())
        .merge(management())
        .merge(history_table())
        .merge(identity_table())
        .merge(filter_table())
        .merge(batch_table())
        .merge(authorization_table())
}

fn repository() -> Router<RestState> {
    let mut router = Router::new()
        .route("/version", get(meta::version))
        .route("/deployment", listed(&deployment::RESOURCE, plain))
        .route("/deployment/count", counted(&deployment::RESOURCE))
        .route("/deployment/create", post(deployments::create))
        .route("/deployment/registered", get(deployments::registered))
        .route("/deployment/{id}", get(deployments::get).delete(deployments::delete))
        .route("/deployment/{id}/redeploy", post(deployments::redeploy))
        .route("/deployment/{id}/resources", get(deployments::resources))
        .route("/deployment/{id}/resources/{resourceId}", get(deployments::resource))
        .route("/deployment/{id}/resources/{resourceId}/data", get(deployments::resource_data))
        .route("/process-definition", listed(&process_definition::RESOURCE, plain))
        .route("/process-definition/count", counted(&process_definition::RESOURCE))
        .route("/process-definition/statistics", get(actions::statistics))
        .route("/process-definition/suspended", put(actions::suspended_by_key))
        .route("/decision-definition", listed(&decision::RESOURCE, plain))
        .route("/decision-definition/count", counted(&decision::RESOURCE))
        .route("/decision-requirements-definition", listed(&decision::REQUIREMENTS_RESOURCE, plain))
        .route("/decision-requirements-definition/count", counted(&decision::REQUIREMENTS_RESOURCE));
    for (path, by_key) in [("/{id}", false), ("/key/{key}", true), ("/key/{key}/tenant-id/{tenantId}", true)] {
        router = process_definition_routes(router, &format!("/process-definition{path}"), by_key);
        router = decision_routes(router, path);
    }
    router
}

fn process_definition_routes(router: Router<RestState>, at: &str, by_key: bool) -> Router<RestState> {
    let one: MethodRouter<RestState> = if by_key {
        get(definitions::get).delete(actions::delete_by_key)
    } else {
        get(definitions::get).delete(actions::delete)
    };
    let router = router
        .route(at, one)
        .route(&format!("{at}/xml"), get(definitions::xml))
        .route(&format!("{at}/diagram"), get(definitions::diagram))
        .route(&format!("{at}/start"), post(definitions::start))
        .route(&format!("{at}/startForm"), get(forms::start_form))
        .route(&format!("{at}/rendered-form"), get(forms::rendered_start))
        .route(&format!("{at}/deployed-start-form"), get(forms::deployed_start))
        .route(&format!("{at}/form-variables"), get(forms::start_variables))
        .route(&format!("{at}/submit-form"), post(forms::submit_start))
        .route(&format!("{at}/suspended"), put(actions::suspended))
        .route(&format!("{at}/statistics"), get(actions::activity_statistics))
        .route(&format!("{at}/history-time-to-live"), put(actions::time_to_live))
        .route(&format!("{at}/static-called-process-definitions"), get(called::list))
        .route(&format!("{at}/restart"), post(asynchronous::restart))
        .route(&format!("{at}/restart-async"), post(asynchronous::restart_async));
    if by_key { router.route(&format!("{at}/delete"), delete(actions::delete_by_key_alias)) } else { router }
}

fn decision_routes(router: Router<RestState>, path: &str) -> Router<RestState> {
    let at = format!("/decision-definition{path}");
    let graph = format!("/decision-requirements-definition{path}");
    router
        .route(&at, get(decisions::get))
        .route(&format!("{at}/xml"), get(decisions::xml))
        .route(&format!("{at}/diagram"), get(decisions::diagram))
        .route(&format!("{at}/evaluate"), post(decisions::evaluate))
        .route(&format!("{at}/history-time-to-live"), put(decisions::time_to_live))
        .route(&graph, get(decisions::requirements))
        .route(&format!("{graph}/xml"), get(decisions::requirements_xml))
        .route(&format!("{graph}/diagram"), get(decisions::requirements_diagram))
}

/// The operations of one scope's variables.
fn variable_routes(router: Router<RestState>, at: &str, scope: Scope) -> Router<RestState> {
    router
        .route(at, get(move |req: Req| variables::list(req, scope)).post(move |req: Req| variables::modify(req, scope)))
        .route(
            &format!("{at}/{{varId}}"),
            get(move |req: Req| variables::get(req, scope))
                .put(move |req: Req| variables::put(req, scope))
                .delete(move |req: Req| variables::delete(req, scope)),
        )
        .route(
            &format!("{at}/{{varId}}/data"),
            get(move |req: Req| variables::data(req, scope)).post(move |req: Req| variables::upload(req, scope)),
        )
}

fn runtime() -> Router<RestState> {
    let router = Router::new()
        .route("/process-instance", queried(&process_instance::RESOURCE, plain))
        .route("/process-instance/count", count_queried(&process_instance::RESOURCE))
        .route("/process-instance/suspended", put(instances::suspended_many))
        .route("/process-instance/{id}", get(instances::get).delete(instances::delete))
        .route("/process-instance/{id}/suspended", put(instances::suspended))
        .route("/process-instance/{id}/activity-instances", get(tree::get))
        .route("/process-instance/{id}/modification", post(modification::modify))
        .route(
            "/process-instance/{id}/comment",
            get(comments::list_of_instance).put(comments::update_of_instance).delete(comments::delete_all_of_instance),
        )
        .route("/process-instance/{id}/comment/{commentId}", delete(comments::delete_of_instance))
        .route("/modification/execute", post(modification::execute))
        .route("/execution", get(executions::list).post(executions::list))
        .route("/execution/count", get(executions::count).post(executions::count))
        .route("/execution/{id}", get(executions::get))
        .route("/execution/{id}/signal", post(executions::signal))
        .route("/execution/{id}/create-incident", post(executions::create_incident))
        .route("/execution/{id}/messageSubscriptions/{messageName}", get(executions::subscription))
        .route("/execution/{id}/messageSubscriptions/{messageName}/trigger", post(executions::trigger))
        .route("/variable-instance", queried(&variable_instance::RESOURCE, finish::variables))
        .route("/variable-instance/count", count_queried(&variable_instance::RESOURCE))
        .route("/variable-instance/{id}", get(history::runtime_variable))
        .route("/variable-instance/{id}/data", get(history::runtime_variable_data))
        .route("/event-subscription", listed(&event_subscription::RESOURCE, plain))
        .route("/event-subscription/count", counted(&event_subscription::RESOURCE))
        .route("/message", post(events::message))
        .route("/signal", post(events::signal))
        .route("/condition", post(events::condition));
    let router = variable_routes(router, "/process-instance/{id}/variables", Scope::ProcessInstance);
    variable_routes(router, "/execution/{id}/localVariables", Scope::ExecutionLocal)
}

fn task_table() -> Router<RestState> {
    let router = Router::new()
        .route("/task", get(tasks::list).post(tasks::query))
        .route("/task/count", count_queried(&task::RESOURCE))
        .route("/task/create", post(task_actions::create))
        .route("/task/report/candidate-group-count", get(tasks::candidate_group_count))
        .route("/task/{id}", get(tasks::get).put(task_actions::update).delete(task_actions::delete))
        .route("/task/{id}/assignee", post(task_actions::assignee))
        .route("/task/{id}/claim", post(task_actions::claim))
        .route("/task/{id}/unclaim", post(task_actions::unclaim))
        .route("/task/{id}/delegate", post(task_actions::delegate))
        .route("/task/{id}/resolve", post(task_actions::resolve))
        .route("/task/{id}/complete", post(task_actions::complete))
        .route("/task/{id}/submit-form", post(forms::submit_task))
        .route("/task/{id}/bpmnError", post(task_actions::bpmn_error))
        .route("/task/{id}/bpmnEscalation", post(task_actions::bpmn_escalation))
        .route("/task/{id}/form", get(forms::task_form))
        .route("/task/{id}/rendered-form", get(forms::rendered_task))
        .route("/task/{id}/deployed-form", get(forms::deployed_task))
        .route("/task/{id}/form-variables", get(forms::task_variables))
        .route("/task/{id}/comment", get(comments::list).put(comments::update).delete(comments::delete_all))
        .route("/task/{id}/comment/create", post(comments::create))
        .route("/task/{id}/comment/{commentId}", get(comments::get).delete(comments::delete))
        .route("/task/{id}/attachment", get(attachments::list))
        .route("/task/{id}/attachment/create", post(attachments::create))
        .route("/task/{id}/attachment/{attachmentId}", get(attachments::get).delete(attachments::delete))
        .route("/task/{id}/attachment/{attachmentId}/data", get(attachments::data))
        .route("/task/{id}/identity-links", get(tasks::links).post(task_actions::add_link))
        .route("/task/{id}/identity-links/delete", post(task_actions::remove_link));
    let router = variable_routes(router, "/task/{id}/variables", Scope::Task);
    variable_routes(router, "/task/{id}/localVariables", Scope::TaskLocal)
}

fn external_task_table() -> Router<RestState> {
    Router::new()
        .route("/external-task", queried(&external_task::RESOURCE, finish::with_suspension))
        .route("/external-task/count", count_queried(&external_task::RESOURCE))
        .route("/external-task/fetchAndLock", post(external::fetch_and_lock))
        .route("/external-task/retries", put(external::retries_many))
        .route("/external-task/topic-names", get(external::topic_names))
        .route("/external-task/{id}", get(external::get))
        .route("/external-task/{id}/bpmnError", post(external::bpmn_error))
        .route("/external-task/{id}/complete", post(external::complete))
        .route("/external-task/{id}/errorDetails", get(external::error_details))
        .route("/external-task/{id}/extendLock", post(external::extend_lock))
        .route("/external-task/{id}/failure", post(external::failure))
        .route("/external-task/{id}/lock", post(external::lock))
        .route("/external-task/{id}/priority", put(external::priority))
        .route("/external-task/{id}/retries", put(external::retries))
        .route("/external-task/{id}/unlock", post(external::unlock))
}

fn management() -> Router<RestState> {
    Router::new()
        .route("/job", queried(&job::RESOURCE, finish::with_suspension))
        .route("/job/count", count_queried(&job::RESOURCE))
        .route("/job/suspended", put(jobs::suspended_many))
        .route("/job/{id}", get(jobs::get).delete(jobs::delete))
        .route("/job/{id}/duedate", put(jobs::due_date))
        .route("/job/{id}/duedate/recalculate", post(jobs::recalculate))
        .route("/job/{id}/execute", post(jobs::execute))
        .route("/job/{id}/priority", put(jobs::priority))
        .route("/job/{id}/retries", put(jobs::retries))
        .route("/job/{id}/stacktrace", get(jobs::stacktrace))
        .route("/job/{id}/suspended", put(jobs::set_suspended))
        .route("/job-definition", queried(&job::DEFINITION_RESOURCE, plain))
        .route("/job-definition/count", count_queried(&job::DEFINITION_RESOURCE))
        .route("/job-definition/suspended", put(jobs::definitions_suspended))
        .route("/job-definition/{id}", get(jobs::definition))
        .route("/job-definition/{id}/jobPriority", put(jobs::definition_priority))
        .route("/job-definition/{id}/retries", put(jobs::definition_retries))
        .route("/job-definition/{id}/suspended", put(jobs::definition_suspended))
        .route("/metrics", get(metrics::intervals))
        .route("/metrics/task-worker", delete(metrics::delete_task_workers))
        .route("/metrics/{name}/sum", get(metrics::sum))
        .route("/telemetry/data", get(telemetry::data))
        .route("/telemetry/configuration", get(telemetry::configuration).post(telemetry::configure))
        .route("/incident", listed(&incident::RESOURCE, plain))
        .route("/incident/count", counted(&incident::RESOURCE))
        .route("/incident/{id}", get(jobs::incident).delete(jobs::resolve_incident))
        .route("/incident/{id}/annotation", put(jobs::annotate_incident).delete(jobs::clear_annotation))
}

fn history_table() -> Router<RestState> {
    Router::new()
        .route("/history/process-instance", queried(&h::process_instance::RESOURCE, finish::with_definition))
        .route("/history/process-instance/count", count_queried(&h::process_instance::RESOURCE))
        .route("/history/process-instance/{id}", get(history::process).delete(history_deletion::process))
        .route("/history/process-instance/{id}/variable-instances", delete(history_deletion::variables_of_process))
        .route("/history/activity-instance", queried(&h::activity_instance::RESOURCE, plain))
        .route("/history/activity-instance/count", count_queried(&h::activity_instance::RESOURCE))
        .route("/history/activity-instance/{id}", get(history::activity))
        .route("/history/task", queried(&h::task::RESOURCE, plain))
        .route("/history/task/count", count_queried(&h::task::RESOURCE))
        .route("/history/variable-instance", queried(&h::variable_instance::RESOURCE, finish::variables))
        .route("/history/variable-instance/count", count_queried(&h::variable_instance::RESOURCE))
        .route("/history/variable-instance/{id}", get(history::variable).delete(history_deletion::variable))
        .route("/history/variable-instance/{id}/data", get(history::variable_data))
        .route("/history/detail", queried(&h::detail::RESOURCE, finish::details))
        .route("/history/detail/count", count_queried(&h::detail::RESOURCE))
        .route("/history/detail/{id}", get(history::detail_entry))
        .route("/history/detail/{id}/data", get(history::detail_data))
        .route("/history/incident", listed(&h::logs::INCIDENT, plain))
        .route("/history/incident/count", counted(&h::logs::INCIDENT))
        .route("/history/job-log", queried(&h::logs::JOB_LOG, finish::with_definition))
        .route("/history/job-log/count", count_queried(&h::logs::JOB_LOG))
        .route("/history/job-log/{id}", get(history::job_log))
        .route("/history/job-log/{id}/stacktrace", get(history::job_log_stacktrace))
        .route("/history/external-task-log", queried(&h::logs::EXTERNAL_TASK_LOG, plain))
        .route("/history/external-task-log/count", count_queried(&h::logs::EXTERNAL_TASK_LOG))
        .route("/history/external-task-log/{id}", get(history::external_task_log))
        .route("/history/external-task-log/{id}/error-details", get(history::external_task_log_details))
        .route("/history/identity-link-log", listed(&h::logs::IDENTITY_LINK_LOG, plain))
        .route("/history/identity-link-log/count", counted(&h::logs::IDENTITY_LINK_LOG))
        .route("/history/user-operation", listed(&h::logs::USER_OPERATION, plain))
        .route("/history/user-operation/count", counted(&h::logs::USER_OPERATION))
        .route("/history/user-operation/{operationId}/set-annotation", put(history::annotate_operation))
        .route("/history/user-operation/{operationId}/clear-annotation", put(history::clear_operation_annotation))
        .route("/history/decision-instance", listed(&h::decision_instance::RESOURCE, finish::decisions))
        .route("/history/decision-instance/count", counted(&h::decision_instance::RESOURCE))
        .route("/history/decision-instance/{id}", get(history::decision))
        .route("/history/process-definition/{id}/statistics", get(history::statistics))
}

/// `OPTIONS` of a resource that people administer.
fn linked(links: &'static [links::Link]) -> MethodRouter<RestState> {
    options(move |req: Req| links::of(req, links))
}

fn members(container: Kind, member: Kind) -> MethodRouter<RestState> {
    let membership = Membership { container, member };
    put(move |req: Req| identity::add_member(req, membership))
        .delete(move |req: Req| identity::remove_member(req, membership))
}

fn identity_table() -> Router<RestState> {
    let create = |kind: Kind| post(move |req: Req| identity::create(req, kind));
    let one = |kind: Kind| {
        get(move |req: Req| identity::get(req, kind))
            .put(move |req: Req| identity::update(req, kind))
            .delete(move |req: Req| identity::delete(req, kind))
    };
    Router::new()
        .route("/user", listed(&people::USER, plain).merge(linked(links::COLLECTION)))
        .route("/user/count", counted(&people::USER))
        .route("/user/create", create(Kind::User))
        .route("/user/{id}", delete(|req: Req| identity::delete(req, Kind::User)).merge(linked(links::USER)))
        .route(
            "/user/{id}/profile",
            get(|req: Req| identity::get(req, Kind::User)).put(|req: Req| identity::update(req, Kind::User)),
        )
        .route("/user/{id}/credentials", put(credentials::change))
        .route("/user/{id}/unlock", post(identity::unlock))
        .route("/group", queried(&people::GROUP, plain).merge(linked(links::COLLECTION)))
        .route("/group/count", count_queried(&people::GROUP))
        .route("/group/create", create(Kind::Group))
        .route("/group/{id}", one(Kind::Group).merge(linked(links::ITEM)))
        .route("/group/{id}/members", linked(links::MEMBERS))
        .route("/group/{id}/members/{userId}", members(Kind::Group, Kind::User))
        .route("/tenant", listed(&people::TENANT, plain).merge(linked(links::COLLECTION)))
        .route("/tenant/count", counted(&people::TENANT))
        .route("/tenant/create", create(Kind::Tenant))
        .route("/tenant/{id}", one(Kind::Tenant).merge(linked(links::ITEM)))
        .route("/tenant/{id}/user-members", linked(links::MEMBERS))
        .route("/tenant/{id}/group-members", linked(links::MEMBERS))
        .route("/tenant/{id}/user-members/{userId}", members(Kind::Tenant, Kind::User))
        .route("/tenant/{id}/group-members/{groupId}", members(Kind::Tenant, Kind::Group))
        .route("/identity/groups", get(identity::groups))
        .route("/identity/password-policy", get(password_policy::get).post(password_policy::check))
        .route("/identity/verify", post(credentials::verify))
}

fn filter_table() -> Router<RestState> {
    Router::new()
        .route("/filter", get(filters::list).merge(linked(links::COLLECTION)))
        .route("/filter/count", counted(&people::FILTER))
        .route("/filter/create", post(filters::create))
        .route(
            "/filter/{id}",
            get(filters::get).put(filters::update).delete(filters::delete).merge(linked(links::FILTER)),
        )
        .route("/filter/{id}/count", get(filters::count).post(filters::count))
        .route("/filter/{id}/list", get(filters::items).post(filters::items))
        .route("/filter/{id}/singleResult", get(filters::single).post(filters::single))
}

fn authorization_table() -> Router<RestState> {
    Router::new()
        .route("/authorization", listed(&people::AUTHORIZATION, plain).merge(linked(links::COLLECTION)))
        .route("/authorization/count", counted(&people::AUTHORIZATION))
        .route("/authorization/create", post(authorizations::create))
        .route("/authorization/check", get(authorizations::check))
        .route(
            "/authorization/{id}",
            get(authorizations::get)
                .put(authorizations::update)
                .delete(authorizations::delete)
                .merge(linked(links::ITEM)),
        )
}

/// Batches, and the operations that make them.
fn batch_table() -> Router<RestState> {
    Router::new()
        .route("/batch", listed(&batch::RESOURCE, plain))
        .route("/batch/count", counted(&batch::RESOURCE))
        .route("/batch/statistics", listed(&batch::STATISTICS, batches::statistics))
        .route("/batch/statistics/count", counted(&batch::STATISTICS))
        .route("/batch/{id}", get(batches::get).delete(batches::delete))
        .route("/batch/{id}/suspended", put(batches::suspended))
        .route("/history/batch", listed(&batch::HISTORY, plain))
        .route("/history/batch/count", counted(&batch::HISTORY))
        .route("/history/batch/{id}", get(batches::historic).delete(batches::delete_historic))
        .route(
            "/history/batch/set-removal-time",
            post(|req: Req| history_batches::set_removal_time(req, Historic::Batches)),
        )
        .route("/history/batch/cleanable-batch-report", get(history_batches::report))
        .route("/history/batch/cleanable-batch-report/count", get(history_batches::report_count))
        .route("/history/process-instance/delete", post(history_batches::delete_processes))
        .route(
            "/history/process-instance/set-removal-time",
            post(|req: Req| history_batches::set_removal_time(req, Historic::Processes)),
        )
        .route("/history/decision-instance/delete", post(history_batches::delete_decisions))
        .route(
            "/history/decision-instance/set-removal-time",
            post(|req: Req| history_batches::set_removal_time(req, Historic::Decisions)),
        )
        .route("/history/cleanup", post(history_cleanup::run))
        .route("/history/cleanup/configuration", get(history_cleanup::configuration))
        .route("/history/cleanup/job", get(history_cleanup::job))
        .route("/history/cleanup/jobs", get(history_cleanup::jobs))
        .route("/process-instance/delete", post(asynchronous::delete_instances))
        .route("/process-instance/delete-historic-query-based", post(asynchronous::delete_instances))
        .route("/process-instance/suspended-async", post(asynchronous::suspend_instances))
        .route("/process-instance/variables-async", post(asynchronous::set_variables))
        .route("/process-instance/message-async", post(asynchronous::correlate_message))
        .route("/process-instance/job-retries", post(asynchronous::instance_job_retries))
        .route("/process-instance/job-retries-historic-query-based", post(asynchronous::instance_job_retries))
        .route("/process-instance/{id}/modification-async", post(asynchronous::modify_instance))
        .route("/migration/generate", post(migrations::generate))
        .route("/migration/validate", post(migrations::validate))
        .route("/migration/execute", post(migrations::execute))
        .route("/migration/executeAsync", post(migrations::execute_async))
        .route("/modification/executeAsync", post(asynchronous::execute_modification))
        .route("/job/retries", post(asynchronous::job_retries))
        .route("/external-task/retries-async", post(asynchronous::external_task_retries))
}
