//! The schema's history, oldest first. A migration is history: it names tables and
//! columns as text and knows neither the entities nor the rules of today.
//!
//! Each file has sample rows under `tests/data/<same name>.sql`, which a test
//! applies after it, so that the next migration meets real rows.

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

use sea_orm_migration::prelude::*;

mod columns;
mod m20261124_000001_create_schools;
mod m20261124_000002_create_accounts;
mod m20261124_000003_create_classrooms;
mod m20261124_000004_create_assignments;
mod m20261124_000005_create_events;
mod m20261124_000006_create_rosters;
mod m20261124_000007_let_the_operator_sign;
mod m20261124_000008_create_assignment_files;
mod m20261124_000009_create_consents;
mod m20261124_000010_create_rights;
mod m20261124_000011_create_retention;
mod m20261124_000013_create_mail;
mod m20261124_000014_create_providers;
mod m20261128_000015_create_policies;
mod m20261128_000016_create_choices;
mod m20261128_000017_create_looks;
mod m20261128_000018_create_registers;
mod m20261128_000019_create_transfers;
mod m20261128_000020_destroy_keys;
mod m20261128_000021_create_badges;
mod m20261128_000022_create_outbox;
mod m20261128_000023_keep_files_of_the_outbox;
mod m20261128_000024_create_objections;
mod m20261128_000026_create_policy_links;
mod m20261128_000027_create_usage_counters;
mod m20261128_000028_create_reading_settings;
mod m20261128_000029_acknowledge_complaints;
mod m20261128_000030_own_devices_and_objections;
mod m20261128_000031_create_restrictions;
mod m20261128_000032_create_sharing;
mod m20261128_000033_create_arrangements;
mod m20261128_000034_create_data_sources;
mod m20261128_000035_create_statistics;
mod m20261128_000036_name_keys_of_statistics;
mod m20261129_000037_ask_students_first;
mod m20261129_000038_approve_kinds_of_data;
mod m20261129_000039_find_consents_of_somebody;
mod m20261129_000040_find_consents_by_who_entered_them;
mod m20261129_000041_let_schools_leave;
mod m20261129_000042_keep_steps_of_breaches;
mod m20261129_000043_take_a_no_back;
mod m20261129_000044_keep_earlier_marks;
mod m20261129_000045_keep_requests_in_order;
mod m20261129_000046_keep_sources_apart;
mod m20261129_000047_keep_organisations_of_rosters;
mod m20261129_000049_one_badge_each;
mod m20261129_000050_note_who_wrote_last;
mod m20261129_000051_keep_what_rosters_gave;
mod m20261130_000052_read_lists_from_indexes;

/// Runs the migrations in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_create_schools::Migration),
            Box::new(m20261124_000002_create_accounts::Migration),
            Box::new(m20261124_000003_create_classrooms::Migration),
            Box::new(m20261124_000004_create_assignments::Migration),
            Box::new(m20261124_000005_create_events::Migration),
            Box::new(m20261124_000006_create_rosters::Migration),
            Box::new(m20261124_000007_let_the_operator_sign::Migration),
            Box::new(m20261124_000008_create_assignment_files::Migration),
            Box::new(m20261124_000009_create_consents::Migration),
            Box::new(m20261124_000010_create_rights::Migration),
            Box::new(m20261124_000011_create_retention::Migration),
            Box::new(m20261124_000013_create_mail::Migration),
            Box::new(m20261124_000014_create_providers::Migration),
            Box::new(m20261128_000015_create_policies::Migration),
            Box::new(m20261128_000016_create_choices::Migration),
            Box::new(m20261128_000017_create_looks::Migration),
            Box::new(m20261128_000018_create_registers::Migration),
            Box::new(m20261128_000019_create_transfers::Migration),
            Box::new(m20261128_000020_destroy_keys::Migration),
            Box::new(m20261128_000021_create_badges::Migration),
            Box::new(m20261128_000022_create_outbox::Migration),
            Box::new(m20261128_000023_keep_files_of_the_outbox::Migration),
            Box::new(m20261128_000024_create_objections::Migration),
            Box::new(m20261128_000026_create_policy_links::Migration),
            Box::new(m20261128_000027_create_usage_counters::Migration),
            Box::new(m20261128_000028_create_reading_settings::Migration),
            Box::new(m20261128_000029_acknowledge_complaints::Migration),
            Box::new(m20261128_000030_own_devices_and_objections::Migration),
            Box::new(m20261128_000031_create_restrictions::Migration),
            Box::new(m20261128_000032_create_sharing::Migration),
            Box::new(m20261128_000033_create_arrangements::Migration),
            Box::new(m20261128_000034_create_data_sources::Migration),
            Box::new(m20261128_000035_create_statistics::Migration),
            Box::new(m20261128_000036_name_keys_of_statistics::Migration),
            Box::new(m20261129_000037_ask_students_first::Migration),
            Box::new(m20261129_000038_approve_kinds_of_data::Migration),
            Box::new(m20261129_000039_find_consents_of_somebody::Migration),
            Box::new(m20261129_000040_find_consents_by_who_entered_them::Migration),
            Box::new(m20261129_000041_let_schools_leave::Migration),
            Box::new(m20261129_000042_keep_steps_of_breaches::Migration),
            Box::new(m20261129_000043_take_a_no_back::Migration),
            Box::new(m20261129_000044_keep_earlier_marks::Migration),
            Box::new(m20261129_000045_keep_requests_in_order::Migration),
            Box::new(m20261129_000046_keep_sources_apart::Migration),
            Box::new(m20261129_000047_keep_organisations_of_rosters::Migration),
            Box::new(m20261129_000049_one_badge_each::Migration),
            Box::new(m20261129_000050_note_who_wrote_last::Migration),
            Box::new(m20261129_000051_keep_what_rosters_gave::Migration),
            Box::new(m20261130_000052_read_lists_from_indexes::Migration),
        ]
    }
}
