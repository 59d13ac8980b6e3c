//! One suite over every store: what the journal promises, whatever it stands on.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod commands;
mod denormalized;
mod faults;
mod filters;
mod followers;
mod store;
#[path = "../support/mod.rs"]
mod support;
mod views;

macro_rules! suite {
    ($($file:ident: $($rule:ident),* ;)*) => {
        mod memory {
            use super::support::stores::Place;
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$file::$rule(&Place::memory()).await;
            })*)*
        }
        mod sqlite {
            use super::support::stores::Place;
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$file::$rule(&Place::sqlite()).await;
            })*)*
        }
        mod mongodb {
            use super::support::stores::Place;
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                if let Some(place) = Place::mongo() {
                    super::$file::$rule(&place).await;
                    place.remove().await;
                }
            })*)*
        }
    };
}

suite! {
    commands:
        a_command_is_answered_and_read_back,
        a_stated_version_is_checked_before_the_decision,
        a_rejection_changes_nothing,
        commands_that_wait_together_share_a_batch,
        state_survives_a_restart_by_snapshot_and_tail,
        a_snapshot_that_cannot_be_read_is_passed_over,
        any_past_state_can_be_loaded,
        the_timeline_is_read_in_order_and_in_pages,
        a_decision_in_place_is_what_its_events_say,
        a_decision_that_panics_harms_nobody_else,
        a_decision_that_takes_long_holds_up_its_own_aggregate_only,
        a_decision_too_large_for_a_batch_is_refused,
        an_id_of_one_tenant_is_unknown_to_another,
        entries_carry_the_time_of_the_given_clock;
    faults:
        a_failed_append_is_not_acknowledged_and_the_next_one_works,
        a_lost_acknowledgement_is_recognised_as_success,
        a_store_that_never_answers_does_not_hang_the_caller,
        a_writer_that_was_overtaken_decides_again,
        two_writers_never_lose_nor_repeat_a_command,
        a_batch_that_lands_late_is_not_overwritten,
        nothing_that_rests_on_a_lost_batch_is_answered,
        a_store_that_comes_back_is_used_again,
        readiness_tells_that_writes_are_refused_until_they_are_taken_again,
        seeded_faults_lose_nothing_and_repeat_nothing;
    views:
        a_query_sees_what_was_acknowledged_before,
        rows_that_come_and_go_leave_nothing,
        a_further_question_sees_what_the_first_one_saw,
        views_are_built_from_a_log_that_was_there_before,
        a_view_write_that_fails_half_way_is_repeated,
        a_late_write_neither_resurrects_nor_rolls_back_a_row,
        a_new_projector_version_builds_its_views_anew,
        views_catch_up_with_much_that_does_not_concern_them,
        a_view_is_asked_by_what_its_specification_says_now;
    denormalized:
        rows_are_found_along_those_that_point_at_them;
    filters:
        every_filter_means_what_the_definition_says,
        rows_that_change_are_found_by_what_they_are_now,
        pages_by_cursor_give_every_row_once_in_order,
        one_of_many_values_is_found_as_one_of_few_is,
        a_semi_join_asks_another_view,
        search_finds_rows_with_all_words_by_prefix,
        words_that_many_rows_have_are_found_as_rare_ones_are,
        a_query_is_bound_to_one_tenant,
        rows_come_back_as_they_were_put,
        rows_are_counted_in_groups_and_no_further_than_asked,
        a_row_comes_with_the_wanted_fields_only;
    followers:
        a_consumer_goes_on_after_what_it_acknowledged,
        an_observer_sees_everything_after_the_views,
        live_entries_resume_from_a_position,
        what_is_to_be_forgotten_goes_when_everybody_is_past_it;
    store:
        a_position_can_be_taken_once,
        a_log_of_large_batches_is_read_in_portions,
        the_number_of_shards_is_fixed_when_the_store_is_made,
        an_aggregate_is_read_across_batches,
        an_older_snapshot_never_replaces_a_newer_one,
        what_is_forgotten_is_gone_and_its_positions_stay,
        a_log_of_which_all_is_forgotten_has_no_gap,
        consumers_of_a_shard_are_known;
}
