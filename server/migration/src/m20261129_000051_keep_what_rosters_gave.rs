//! Roles, places in classrooms and ties between guardians and students keep whether a roster
//! made them. It stood only in the record of the imports, which ends after a while.
//!
//! Of what is there already it is told where it is certain: from what is left of that record,
//! from what is known to have been done by hand, and from an id of a roster. Everything else
//! stays not known.
//!
//! For the same reason a source keeps which organisations are the school and whether a package
//! of it named no system; the school keeps it for its own roster.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What a roster and a person may make, in the order in which it is told: what the first says,
/// the others leave as it is.
const TOLD: [&str; 7] = [
    "UPDATE guardianship SET by_roster = TRUE WHERE EXISTS (SELECT 1 FROM roster_change c \
     WHERE c.subject_id = guardianship.id AND c.kind = 'guardianships' \
     AND c.\"before\" IS NULL AND c.\"after\" IS NOT NULL)",
    "UPDATE enrolment SET by_roster = TRUE WHERE EXISTS (SELECT 1 FROM roster_change c \
     WHERE c.subject_id = enrolment.id AND c.kind = 'enrolments' \
     AND c.\"before\" IS NULL AND c.\"after\" IS NOT NULL)",
    // An import gives roles at its own moment. What came back with somebody was by hand.
    "UPDATE person_role SET by_roster = TRUE WHERE EXISTS (SELECT 1 FROM roster_change c \
     JOIN roster_import i ON i.id = c.import_id \
     WHERE c.subject_id = person_role.person_id AND c.kind = 'people' \
     AND i.applied_at = person_role.began_at \
     AND c.\"after\" IS NOT NULL AND (c.\"after\" ->> 'roles_back' IS NULL \
     OR c.\"after\" ->> 'roles_back' NOT LIKE '%\"' || person_role.role || '\"%'))",
    "UPDATE guardianship SET by_roster = FALSE WHERE by_roster IS NULL \
     AND EXISTS (SELECT 1 FROM event e \
     WHERE e.subject_id = guardianship.id AND e.kind = 'guardianship.added')",
    "UPDATE person_role SET by_roster = FALSE WHERE by_roster IS NULL \
     AND EXISTS (SELECT 1 FROM event e WHERE e.subject_id = person_role.person_id \
     AND e.kind IN ('person.added', 'person.role_given') \
     AND e.\"at\" = person_role.began_at AND e.\"after\" ->> 'role' = person_role.role)",
    // Whoever ties a guardian to a student gives the role with it.
    "UPDATE person_role SET by_roster = FALSE WHERE by_roster IS NULL AND role = 'guardian' \
     AND (person_id, began_at) IN (SELECT g.guardian_id, g.began_at FROM guardianship g \
     JOIN event e ON e.subject_id = g.id AND e.\"at\" = g.began_at \
     WHERE e.kind = 'guardianship.added')",
    "UPDATE enrolment SET by_roster = FALSE WHERE by_roster IS NULL \
     AND EXISTS (SELECT 1 FROM event e \
     WHERE e.subject_id = enrolment.id AND e.kind = 'enrolment.began')",
];

/// A place with an id of a roster is one of it, unless an import took on what was there.
const BY_ITS_ID: &str = "UPDATE enrolment SET by_roster = TRUE \
     WHERE by_roster IS NULL AND sourced_id IS NOT NULL \
     AND NOT EXISTS (SELECT 1 FROM roster_change c \
     WHERE c.subject_id = enrolment.id AND c.kind = 'enrolments' \
     AND c.\"before\" IS NOT NULL AND c.\"before\" ->> 'sourced_id' IS NULL)";

/// What the imports that stand say of their sources.
const SAID: [&str; 4] = [
    "UPDATE data_source SET org_ids = (SELECT i.org_ids FROM roster_import i \
     WHERE i.source_id = data_source.id AND i.stage = 'applied' AND i.org_ids IS NOT NULL \
     ORDER BY i.applied_at DESC, i.id DESC LIMIT 1)",
    "UPDATE school SET roster_org_ids = (SELECT i.org_ids FROM roster_import i \
     WHERE i.school_id = school.id AND i.source_id IS NULL \
     AND i.stage = 'applied' AND i.org_ids IS NOT NULL \
     ORDER BY i.applied_at DESC, i.id DESC LIMIT 1)",
    "UPDATE data_source SET came_unnamed = TRUE WHERE EXISTS (SELECT 1 FROM roster_import i \
     WHERE i.source_id = data_source.id AND i.stage = 'applied' AND i.system IS NULL)",
    "UPDATE school SET roster_came_unnamed = TRUE WHERE EXISTS (SELECT 1 FROM roster_import i \
     WHERE i.school_id = school.id AND i.source_id IS NULL \
     AND i.stage = 'applied' AND i.system IS NULL)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["guardianship", "person_role", "enrolment"] {
            add(manager, table, ColumnDef::new("by_roster").boolean()).await?;
        }
        let db = manager.get_connection();
        for told in TOLD {
            db.execute_unprepared(told).await?;
        }
        db.execute_unprepared(BY_ITS_ID).await?;
        for (table, org_ids, unnamed) in [
            ("data_source", "org_ids", "came_unnamed"),
            ("school", "roster_org_ids", "roster_came_unnamed"),
        ] {
            add(manager, table, ColumnDef::new(org_ids).json_binary()).await?;
            let mut unnamed = ColumnDef::new(unnamed);
            add(manager, table, unnamed.boolean().not_null().default(false)).await?;
        }
        for said in SAID {
            db.execute_unprepared(said).await?;
        }
        Ok(())
    }
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &mut ColumnDef,
) -> Result<(), DbErr> {
    let alter = Table::alter()
        .table(table)
        .add_column(column.to_owned())
        .to_owned();
    manager.alter_table(alter).await
}
