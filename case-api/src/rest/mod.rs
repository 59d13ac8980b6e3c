//! `/api/v1` of this room. One file per resource; the table of routes is in [`router`].
//!
//! Every handler authorises before it looks, and every list carries the policy's filter in its query.

pub(crate) mod access;
mod assignees;
mod attached;
mod case_batches;
pub(crate) mod cases;
mod close;
mod comments;
mod compensations;
mod definitions;
mod documents;
mod error;
mod forms;
mod imports;
mod links;
mod mails;
mod noted;
mod open_work;
mod page;
mod process_case;
mod processes;
mod queues;
pub(crate) mod references;
mod saved_views;
mod task_work;
mod tasks;
mod timeline;
mod vouching;

use crate::state::CaseApiState;
use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright: cases", version = "1"), tags(
    (name = "cases"), (name = "case-definitions"), (name = "tasks"), (name = "forms"), (name = "queues"), (name = "saved-views"), (name = "case-batches"), (name = "imports")
))]
struct Api;

/// All routes of this room, and their description.
pub fn router(state: CaseApiState) -> (Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(definitions::list))
        .routes(routes!(definitions::read, definitions::publish))
        .routes(routes!(definitions::versions))
        .routes(routes!(cases::list::list, cases::create::create))
        .routes(routes!(cases::read, cases::patch::patch))
        .routes(routes!(close::close))
        .routes(routes!(case_batches::preview))
        .routes(routes!(case_batches::list, case_batches::create))
        .routes(routes!(case_batches::read))
        .routes(routes!(case_batches::stop))
        .routes(routes!(case_batches::undo))
        .routes(routes!(case_batches::retry))
        .routes(routes!(assignees::of_case))
        .routes(routes!(assignees::of_task))
        .routes(routes!(comments::create))
        .routes(routes!(comments::edit, comments::remove))
        .routes(routes!(timeline::list))
        .routes(routes!(processes::list, processes::start))
        .routes(routes!(process_case::read))
        .routes(routes!(documents::list, documents::create))
        .routes(routes!(documents::remove))
        .routes(routes!(links::list, links::create))
        .routes(routes!(links::remove))
        .routes(routes!(mails::list, mails::send))
        .routes(routes!(mails::read_all))
        .routes(routes!(compensations::create))
        .routes(routes!(tasks::list))
        .routes(routes!(tasks::read))
        .routes(routes!(task_work::claim))
        .routes(routes!(task_work::unclaim))
        .routes(routes!(task_work::assign))
        .routes(routes!(task_work::form))
        .routes(routes!(task_work::complete))
        .routes(routes!(forms::list))
        .routes(routes!(forms::read, forms::publish))
        .routes(routes!(forms::validate))
        .routes(routes!(queues::list))
        .routes(routes!(queues::define))
        .routes(routes!(queues::next))
        .routes(routes!(saved_views::list, saved_views::create))
        .routes(routes!(saved_views::read, saved_views::change, saved_views::remove))
        .routes(routes!(saved_views::chosen, saved_views::choose))
        .routes(routes!(imports::wks))
        .with_state(state)
        .split_for_parts()
}
