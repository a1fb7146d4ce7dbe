//! Counts over schools that agreed. Who agreed is the school's evidence; in a released
//! table nobody can be found. It belongs to no school: it is made over several.

use entity::{stat_cell, stat_choice, stat_release};

use crate::class::{Category, Class, KeepReason, OnErasure, OnExport, Subject};
use crate::handling::{Handling, LawfulBasis, Purpose, Retention};
use crate::table::{SubjectPath, TableMap, map};

pub(crate) fn tables() -> Vec<TableMap> {
    vec![
        map(
            stat_choice::Entity,
            SubjectPath::People(&["chosen_by"]),
            choice_column,
        ),
        map(
            stat_release::Entity,
            SubjectPath::Nobody(
                "a table of counts over at least ten people and three schools each",
            ),
            release_column,
        ),
        map(
            stat_cell::Entity,
            SubjectPath::Nobody(
                "a rounded count; how much it has in common with others by short keyed hashes that lead to nobody",
            ),
            cell_column,
        ),
    ]
}

const DECIDING: Handling = Handling {
    purpose: Purpose::Accountability,
    lawful_basis: LawfulBasis::LegalObligation,
    retention: Retention::Evidence,
};

const fn of_the_office(category: Category) -> Class {
    let keep = OnErasure::Keep(KeepReason::Evidence);
    Class::personal(category, Subject::Staff, DECIDING, OnExport::Include, keep)
}

const fn choice_column(column: stat_choice::Column) -> Class {
    use stat_choice::Column;
    match column {
        Column::Id | Column::SchoolId => Class::technical(),
        Column::ChosenBy => of_the_office(Category::Link),
        Column::BeganAt | Column::EndedAt => of_the_office(Category::Activity),
    }
}

const fn release_column(column: stat_release::Column) -> Class {
    use stat_release::Column;
    match column {
        Column::Id
        | Column::Template
        | Column::FromAt
        | Column::UntilAt
        | Column::Fewest
        | Column::Rounding
        | Column::Schools
        | Column::Hidden
        | Column::CheckText
        | Column::ReleasedAt
        | Column::MarkKey => Class::technical(),
    }
}

const fn cell_column(column: stat_cell::Column) -> Class {
    use stat_cell::Column;
    match column {
        Column::Id
        | Column::ReleaseId
        | Column::Place
        | Column::Label
        | Column::People
        | Column::Value
        | Column::Cohort => Class::technical(),
    }
}
