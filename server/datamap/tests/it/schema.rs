//! Registry and schema agree in both directions, on whichever database is tested.

use std::collections::{BTreeMap, BTreeSet};

use datamap::{Category, SubjectPath, registry};

/// Tables without a `school_id`, each with its reason.
const OF_NO_SCHOOL: &[(&str, &str)] = &[
    (
        "business_transfer",
        "it is the operator's, and the same for every school",
    ),
    (
        "school",
        "it is the school: its id is what the others carry",
    ),
    (
        "sign_in_guard",
        "it counts guesses before anybody knows which school they are for",
    ),
    (
        "provider",
        "whoever runs the platform answers for it to every school",
    ),
    ("transfer", "it belongs to a provider"),
    ("policy_link", "it belongs to a provider"),
    (
        "browser_choice",
        "whoever visits the public pages belongs to no school there",
    ),
    (
        "policy_version",
        "the platform's documents are the same for every school",
    ),
];

#[tokio::test]
async fn every_column_is_classified_and_every_class_has_a_column() {
    let database = test_kit::fresh().await;
    let in_the_database = flat(&database.schema().await);
    let classified = registry()
        .into_iter()
        .flat_map(|map| {
            map.columns
                .into_iter()
                .map(move |(column, _)| format!("{}.{column}", map.table))
        })
        .collect::<BTreeSet<_>>();
    assert!(!in_the_database.is_empty(), "the schema was read");
    assert_eq!(
        in_the_database.difference(&classified).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "in the database and not classified"
    );
    assert_eq!(
        classified.difference(&in_the_database).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "classified and not in the database"
    );
}

fn flat(schema: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    schema
        .iter()
        .flat_map(|(table, columns)| {
            columns
                .iter()
                .map(move |column| format!("{table}.{column}"))
        })
        .collect()
}

#[tokio::test]
async fn every_table_says_whose_school_it_is() {
    let database = test_kit::fresh().await;
    let references = database.references().await;
    for (table, columns) in database.schema().await {
        let is_exception = OF_NO_SCHOOL.iter().any(|(name, _)| *name == table);
        let has_school = columns.iter().any(|column| column == "school_id");
        assert_ne!(has_school, is_exception, "{table}");
        let leads_to_a_school = references.iter().any(|reference| {
            reference.table == table
                && reference.column == "school_id"
                && reference.target == "school"
        });
        assert_eq!(has_school, leads_to_a_school, "{table}.school_id");
    }
}

#[tokio::test]
async fn a_column_that_leads_to_a_person_is_a_link_to_a_person() {
    let database = test_kit::fresh().await;
    let maps = registry();
    let to_people = database
        .references()
        .await
        .into_iter()
        .filter(|reference| reference.target == "person");
    let mut count = 0;
    for reference in to_people {
        count += 1;
        let class = maps
            .iter()
            .find(|map| map.table == reference.table)
            .and_then(|map| map.class(&reference.column))
            .unwrap_or_else(|| panic!("{reference:?} is not classified"));
        assert_eq!(class.category, Category::Link, "{reference:?}");
    }
    assert!(count > 0, "the references were read");
}

#[tokio::test]
async fn the_ways_to_a_person_are_references_of_the_schema() {
    let database = test_kit::fresh().await;
    let references = database.references().await;
    let leads = |table: &str, column: &str, target: &str| {
        references.iter().any(|reference| {
            (&*reference.table, &*reference.column, &*reference.target) == (table, column, target)
        })
    };
    for map in registry() {
        match map.subject {
            SubjectPath::Itself => assert_eq!(map.table, "person"),
            SubjectPath::People(columns) => {
                for column in columns {
                    assert!(leads(map.table, column, "person"), "{}.{column}", map.table);
                }
            }
            SubjectPath::Through { column, table } => {
                assert!(leads(map.table, column, table), "{}.{column}", map.table);
            }
            SubjectPath::Nobody(reason) => assert!(!reason.is_empty(), "{}", map.table),
        }
    }
}
