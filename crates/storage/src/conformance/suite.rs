//! The list of behaviours, and the macro that makes each a test of an engine.

/// Makes every behaviour a test. Give it the name of the function that makes a fresh database:
/// `async fn make(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Fresh`.
#[macro_export]
macro_rules! conformance_suite {
    ($make:ident) => {
        $crate::conformance_of! { $make, access:
            access_changes_move_the_epoch,
            other_changes_leave_the_epoch,
            a_stale_epoch_is_refused,
            a_stale_epoch_deletes_and_signs_nothing,
            an_access_change_makes_later_changes_of_its_batch_stale,
            a_stale_caller_gets_no_earlier_answer,
        }
        $crate::conformance_of! { $make, accounts:
            a_partner_begins_with_its_own_account,
            a_partner_that_stands_is_left_as_it_is,
            an_account_comes_back_as_it_was_answered,
            an_account_that_was_never_added_is_none,
            an_account_of_an_unknown_partner_is_refused,
            account_numbers_are_given_in_order_and_run_out,
            accounts_are_listed_by_number_without_the_partners_own,
            a_partner_its_account_and_a_first_event_may_share_a_batch,
        }
        $crate::conformance_of! { $make, clients:
            a_client_comes_back_as_it_was_answered,
            what_a_client_does_not_say_stays_unsaid,
            a_client_is_found_under_its_own_partner_alone,
            clients_are_listed_oldest_first_for_one_account,
            a_client_of_an_unknown_account_is_refused,
            a_client_id_is_unique_within_a_partner_and_free_again_after_deletion,
            a_client_id_changes_hands_within_a_batch,
            client_ids_are_told_apart_byte_by_byte,
            a_client_is_deleted_by_its_own_account_and_once,
            a_deleted_client_takes_its_grants_with_it,
        }
        $crate::conformance_of! { $make, concurrency:
            concurrent_writers_and_readers_see_only_whole_batches,
            of_concurrent_writers_with_one_if_match_one_wins,
            a_concurrent_reader_is_told_of_one_moment,
        }
        $crate::conformance_of! { $make, connections:
            a_connection_without_events_is_none,
            a_first_event_begins_the_connection,
            a_connection_keeps_its_beginning_and_follows_its_last_event,
            two_events_of_one_connection_in_a_batch_follow_each_other,
            an_accounts_connections_are_listed_by_name,
            an_event_for_an_unknown_account_is_refused,
            the_partners_own_account_takes_events,
            if_match_on_a_missing_connection_is_refused,
            if_match_takes_any_of_its_versions_and_no_other,
            of_two_events_with_one_if_match_in_a_batch_the_second_is_refused,
        }
        $crate::conformance_of! { $make, entries:
            content_hashes_are_intact,
            every_kind_of_entry_says_what_happened_and_no_secret,
            a_batch_of_several_kinds_stands_in_its_order,
        }
        $crate::conformance_of! { $make, events:
            metadata_comes_back_as_the_text_that_came,
            texts_of_every_kind_come_back_unchanged,
            an_empty_description_is_not_an_absent_one,
        }
        $crate::conformance_of! { $make, grants:
            a_grant_comes_back_as_it_was_answered,
            grants_are_listed_oldest_first_for_one_account,
            a_grant_needs_a_client_and_an_audience_that_stand,
            a_deleted_grant_is_gone_and_the_others_stay,
            a_client_has_so_many_grants_and_no_more,
        }
        $crate::conformance_of! { $make, history:
            the_history_of_a_missing_connection_is_none,
            history_pages_forward_and_back_agree,
            a_page_beyond_an_end_is_empty,
            history_of_3000_events_is_read_from_any_place,
            histories_that_take_turns_stay_apart,
            a_record_carries_its_newest_events_oldest_first,
        }
        $crate::conformance_of! { $make, idempotency:
            a_repeat_gets_the_first_answer,
            an_idempotent_repeat_in_the_same_batch_gets_the_first_answer,
            a_key_with_another_body_is_refused,
            an_answer_is_forgotten_after_a_day,
            a_repeat_ignores_if_match,
            a_refused_event_leaves_its_key_free,
            one_key_is_another_under_another_partner,
            keys_that_differ_little_are_different,
            answers_are_forgotten_some_at_a_time_from_before_a_moment,
        }
        $crate::conformance_of! { $make, installation:
            an_empty_database_has_no_installation,
            the_first_installation_stands,
            of_many_installations_at_once_all_get_one,
        }
        $crate::conformance_of! { $make, leases:
            one_takes_a_lease_and_another_does_not_get_it,
            a_holder_keeps_its_lease_by_asking_again,
            a_lease_that_was_given_up_is_free,
            nobody_gives_up_the_lease_of_another,
            two_leases_are_apart,
            of_many_at_once_exactly_one_gets_a_lease,
            the_lease_of_a_dead_holder_runs_out,
            a_lease_ends_no_later_than_others_ask_for,
        }
        $crate::conformance_of! { $make, log:
            an_empty_database_has_no_log,
            the_streams_of_all_partners_are_listed_by_id,
            seq_begins_at_1_and_follows_the_batches,
            seq_has_no_gaps_across_refusals,
            partners_have_logs_of_their_own_in_one_batch,
            t112_and_p112_are_two_partners,
            time_never_runs_backwards_when_the_clock_does,
            a_clock_set_back_holds_only_the_partners_it_was_ahead_for,
            log_pages_of_any_length_are_one_log,
            an_accounts_log_is_the_filtered_log_of_its_partner,
            who_waits_for_entries_is_told_when_there_are_some,
        }
        $crate::conformance_of! { $make, signing_keys:
            a_signing_key_comes_back_as_it_was_answered,
            the_first_key_for_an_algorithm_stands,
            one_kid_may_stand_under_two_partners,
            a_key_for_an_unknown_partner_is_refused,
        }
        $crate::conformance_of! { $make, writing:
            a_refused_change_leaves_its_neighbours_alone,
            a_batch_without_anything_to_write_writes_nothing,
            making_sure_of_writes_changes_nothing,
            a_batch_of_a_thousand_changes_over_many_partners_is_one,
            a_batch_that_panics_leaves_nothing_and_stops_no_other,
        }
        mod properties {
            use super::$make;

            #[test]
            fn any_sequence_of_batches_leaves_what_the_model_says() {
                $crate::conformance::properties::any_sequence_of_batches_leaves_what_the_model_says(
                    $make,
                );
            }

            #[test]
            fn any_event_survives_writing_and_reading_byte_for_byte() {
                $crate::conformance::properties::any_event_survives_writing_and_reading_byte_for_byte(
                    $make,
                );
            }
        }
    };
}

/// Makes the behaviours of one noun tests.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_of {
    ($make:ident, $noun:ident: $($behaviour:ident,)+) => {
        mod $noun {
            use super::$make;

            $(
                #[test]
                fn $behaviour() {
                    $crate::conformance::check($make, $crate::conformance::$noun::$behaviour);
                }
            )+
        }
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_behaviour_is_in_the_suite() {
        let nouns = [
            include_str!("access.rs"),
            include_str!("accounts.rs"),
            include_str!("clients.rs"),
            include_str!("concurrency.rs"),
            include_str!("connections.rs"),
            include_str!("entries.rs"),
            include_str!("events.rs"),
            include_str!("grants.rs"),
            include_str!("history.rs"),
            include_str!("idempotency.rs"),
            include_str!("installation.rs"),
            include_str!("leases.rs"),
            include_str!("log.rs"),
            include_str!("signing_keys.rs"),
            include_str!("writing.rs"),
        ];
        let listed = include_str!("suite.rs");
        for line in nouns.iter().flat_map(|noun| noun.lines()) {
            if let Some(rest) = line.strip_prefix("pub async fn ") {
                let name = rest.split('(').next().unwrap();
                assert!(
                    listed.contains(&format!(" {name},\n")),
                    "{name} is never run"
                );
            }
        }
    }
}
