//! What strangers and people without the right have tried on this kind of software, played against the real binary from outside:
//! each kind of attempt is a file. All of them are bounded in count and time, and after each the platform answers.
//!
//! What one room alone can show is shown in its own tests; here stands what takes the whole house.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod before_sign_in;
mod bombs;
mod cases;
mod counts;
mod expressions;
mod files;
mod finds;
mod handed_on;
mod html;
mod lists;
mod mail;
mod models;
mod paths;
mod races;
mod scripts;
mod support;
mod tenants;
mod tokens;
mod websocket;

use support::Platform;

/// Who has no name here, or tries to have another one. Guessing comes last: it closes doors.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_learn_nothing_and_keep_nobody_out() {
    let platform = Platform::start().await;
    tokens::forged_tokens_open_nothing(&platform).await;
    tokens::a_code_goes_where_it_was_registered_to_go(&platform).await;
    websocket::nothing_is_told_before_a_good_hello(&platform).await;
    websocket::strangers_take_no_place_of_those_who_are_signed_in(&platform).await;
    files::a_signed_address_is_good_for_itself_only(&platform).await;
    files::no_address_leaves_its_folder(&platform).await;
    files::what_a_browser_would_run_is_text(&platform).await;
    before_sign_in::large_bodies_are_refused_unread(&platform).await;
    before_sign_in::half_requests_and_silence_end(&platform).await;
    races::a_hundred_guesses_at_once_find_nothing(&platform).await;
    before_sign_in::many_wrong_sign_ins_at_once_cost_little(&platform).await;
}

/// People with a role, who want what is not theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_get_no_further_than_their_rights() {
    let mut platform = Platform::start().await;
    tenants::another_organisation_sees_and_changes_nothing(&platform).await;
    cases::what_hangs_on_a_hidden_case_is_hidden(&platform).await;
    cases::a_worker_only_works_and_a_page_of_others_does_nothing(&platform).await;
    paths::a_variable_is_no_path(&platform).await;
    handed_on::a_case_that_a_model_names_is_not_vouched_for(&platform).await;
    finds::what_mails_and_files_say_is_found_by_who_may_see_the_case(&platform).await;
    counts::a_count_in_a_variable_makes_no_more_than_the_limit(&mut platform).await;
}

/// Models that take time and memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_take_no_more_than_their_share() {
    let mut platform = Platform::start().await;
    scripts::nothing_of_the_machine_is_within_reach(&platform).await;
    scripts::what_takes_too_much_fails_alone(&platform).await;
    scripts::what_loops_in_native_functions_ends_alone(&platform).await;
    expressions::what_takes_too_much_fails_alone(&platform).await;
    bombs::xml_is_refused_or_harmless(&platform).await;
    bombs::processes_that_never_end_are_stopped(&platform).await;
    bombs::bodies_that_explode_are_refused(&platform).await;
    bombs::queries_that_explode_are_refused_or_harmless(&platform).await;
    lists::a_long_list_comes_in_portions(&platform).await;
    scripts::a_script_that_would_end_the_process_ends_itself_also_after_a_restart(&mut platform).await;
}

/// Whoever can send a mail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_of_strangers_is_a_mail_and_no_more() {
    let mut platform = Platform::start().await;
    mail::nothing_is_relayed(&platform).await;
    mail::one_message_stays_one(&platform).await;
    mail::an_organisation_gets_its_own_mail(&platform).await;
    mail::no_line_is_added_to_what_is_sent(&platform).await;
    html::nothing_that_acts_is_left_of_html(&platform).await;
    mail::what_is_hard_to_read_is_kept(&platform).await;
    mail::a_mail_that_is_built_to_be_read_for_hours_is_not(&mut platform).await;
}
