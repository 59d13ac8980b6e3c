//! `/api/v1` of this room. One file per resource; the table of routes is in [`router`].
//!
//! Every handler authorises before it looks, and every list carries the policy's filter in its query.

mod ad_hoc_tasks;
mod assignees;
mod attached;
mod calendars;
mod case_batches;
pub(crate) mod cases;
mod close;
mod comments;
mod compensations;
mod definitions;
mod documents;
mod duplicates;
mod erasures;
mod error;
mod field_names;
mod field_states;
mod following;
mod forms;
mod gates;
mod holds;
mod imports;
mod lacks;
mod links;
mod mail_drafts;
mod mail_news;
mod mail_rendering;
mod mail_templates;
mod mail_turn;
mod mails;
mod merges;
mod next_work;
mod noted;
mod open_work;
mod page;
mod parties;
mod people;
mod playbook;
mod process_case;
mod processes;
mod queues;
mod record_types;
mod records;
mod routing;
mod rules;
mod saved_views;
mod search;
mod shared;
mod signatures;
mod splits;
mod stages;
mod start_forms;
mod task_statistics;
mod task_turns;
mod task_work;
mod tasks;
mod timeline;
mod vouching;

pub use gates::gates;

use crate::gate::{access, merged, references};
use crate::state::CaseApiState;
use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright: cases", version = "1"), tags(
    (name = "cases"), (name = "case-definitions"), (name = "tasks"), (name = "forms"), (name = "queues"), (name = "records"), (name = "calendars"), (name = "routing"), (name = "people"), (name = "saved-views"), (name = "mail-templates"), (name = "signatures"), (name = "case-batches"), (name = "erasures"), (name = "imports"), (name = "search")
))]
struct Api;

/// All routes of this room, and their description.
pub fn router(state: CaseApiState) -> (Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(definitions::list))
        .routes(routes!(definitions::read, definitions::publish))
        .routes(routes!(definitions::versions))
        .routes(routes!(field_states::evaluate))
        .routes(routes!(definitions::differences))
        .routes(routes!(rules::runs::list))
        .routes(routes!(rules::dry_run::dry_run))
        .routes(routes!(definitions::archive))
        .routes(routes!(definitions::unarchive))
        .routes(routes!(cases::list::list, cases::create::create))
        .routes(routes!(cases::statistics::read))
        .routes(routes!(cases::export::export))
        .routes(routes!(cases::read, cases::patch::patch))
        .routes(routes!(close::close))
        .routes(routes!(close::reopen))
        .routes(routes!(following::read, following::follow, following::unfollow))
        .routes(routes!(holds::place))
        .routes(routes!(holds::lift))
        .routes(routes!(erasures::list, erasures::create))
        .routes(routes!(erasures::subject_search))
        .routes(routes!(erasures::read))
        .routes(routes!(erasures::approve))
        .routes(routes!(erasures::refuse))
        .routes(routes!(stages::read))
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
        .routes(routes!(parties::list, parties::create))
        .routes(routes!(parties::remove))
        .routes(routes!(merges::merge))
        .routes(routes!(merges::preview))
        .routes(routes!(splits::split))
        .routes(routes!(duplicates::of_draft))
        .routes(routes!(duplicates::list))
        .routes(routes!(duplicates::dismiss))
        .routes(routes!(mails::list, mails::send))
        .routes(routes!(start_forms::read))
        .routes(routes!(mails::rewrite, mails::cancel))
        .routes(routes!(mails::read_all))
        .routes(routes!(mail_drafts::list))
        .routes(routes!(mail_drafts::save, mail_drafts::remove))
        .routes(routes!(compensations::create))
        .routes(routes!(ad_hoc_tasks::list, ad_hoc_tasks::create))
        .routes(routes!(ad_hoc_tasks::read, ad_hoc_tasks::change, ad_hoc_tasks::remove))
        .routes(routes!(ad_hoc_tasks::complete))
        .routes(routes!(ad_hoc_tasks::reopen))
        .routes(routes!(ad_hoc_tasks::tick))
        .routes(routes!(playbook::read))
        .routes(routes!(playbook::tick))
        .routes(routes!(tasks::list))
        .routes(routes!(task_statistics::read))
        .routes(routes!(tasks::read, task_turns::schedule))
        .routes(routes!(task_work::claim))
        .routes(routes!(task_work::unclaim))
        .routes(routes!(task_work::assign))
        .routes(routes!(task_work::form))
        .routes(routes!(task_work::complete))
        .routes(routes!(task_turns::delegate))
        .routes(routes!(task_turns::resolve))
        .routes(routes!(task_turns::raise_error))
        .routes(routes!(task_turns::escalate))
        .routes(routes!(forms::list))
        .routes(routes!(forms::read, forms::publish))
        .routes(routes!(forms::validate))
        .routes(routes!(queues::list))
        .routes(routes!(queues::read, queues::define))
        .routes(routes!(next_work::of_queue))
        .routes(routes!(next_work::peek, next_work::take))
        .routes(routes!(calendars::list))
        .routes(routes!(calendars::read, calendars::define, calendars::remove))
        .routes(routes!(calendars::import))
        .routes(routes!(routing::read, routing::define))
        .routes(routes!(routing::evaluate))
        .routes(routes!(routing::route))
        .routes(routes!(people::read, people::change))
        .routes(routes!(people::stands_in_for))
        .routes(routes!(record_types::list))
        .routes(routes!(record_types::read, record_types::define))
        .routes(routes!(field_states::evaluate_record))
        .routes(routes!(records::list, records::create))
        .routes(routes!(records::read, records::change, records::remove))
        .routes(routes!(records::history))
        .routes(routes!(records::cases))
        .routes(routes!(saved_views::list, saved_views::create))
        .routes(routes!(saved_views::read, saved_views::change, saved_views::remove))
        .routes(routes!(saved_views::chosen, saved_views::choose))
        .routes(routes!(mail_templates::list, mail_templates::create))
        .routes(routes!(mail_templates::read, mail_templates::change, mail_templates::remove))
        .routes(routes!(mail_rendering::render))
        .routes(routes!(signatures::list, signatures::create))
        .routes(routes!(signatures::read, signatures::change, signatures::remove))
        .routes(routes!(signatures::of_case))
        .routes(routes!(imports::wks))
        .routes(routes!(search::find))
        .with_state(state)
        .split_for_parts()
}
