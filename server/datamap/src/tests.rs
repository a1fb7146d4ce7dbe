//! The registry is consistent in itself: what is personal says all that it must, and
//! what sounds personal is.

use super::*;

fn columns() -> Vec<(String, Class)> {
    registry()
        .into_iter()
        .flat_map(|map| {
            let table = map.table;
            map.columns
                .into_iter()
                .map(move |(column, class)| (format!("{table}.{column}"), class))
        })
        .collect()
}

fn class_of(table: &str, column: &str) -> Class {
    registry()
        .iter()
        .find(|map| map.table == table)
        .and_then(|map| map.class(column))
        .unwrap_or_else(|| panic!("{table}.{column} is not in the registry"))
}

#[test]
fn a_personal_column_says_all_that_the_law_asks() {
    for (column, class) in columns() {
        let says = [
            class.subject.is_some(),
            class.purpose.is_some(),
            class.lawful_basis.is_some(),
            class.retention.is_some(),
            class.on_export != OnExport::Nothing,
            class.on_erasure != OnErasure::Nothing,
        ];
        assert_eq!(says, [class.is_personal(); 6], "{column}: {class:?}");
    }
}

#[test]
fn no_table_is_mapped_twice() {
    let mut tables: Vec<_> = registry().iter().map(|map| map.table).collect();
    let count = tables.len();
    tables.sort_unstable();
    tables.dedup();
    assert_eq!(tables.len(), count);
}

/// The copy of a school reads a table page by page, from one key to the next.
#[test]
fn the_rows_of_a_school_are_told_apart_by_an_id_and_at_most_a_number_or_id_more() {
    for map in registry() {
        let is_of_a_school = map.table == "school" || map.class("school_id").is_some();
        if !is_of_a_school {
            continue;
        }
        let kinds: Vec<_> = map
            .key
            .iter()
            .map(|name| map.shape(name).expect("a column of the table").kind)
            .collect();
        assert_eq!(kinds.first(), Some(&Kind::Id), "{}", map.table);
        let is_plain = |kind: &Kind| matches!(kind, Kind::Id | Kind::Number);
        assert!(kinds.iter().all(is_plain), "{}: {kinds:?}", map.table);
    }
}

#[test]
fn a_way_to_a_person_uses_columns_that_are_links_and_ends_at_a_person() {
    let maps = registry();
    for map in &maps {
        let mut at = map;
        for step in 0.. {
            assert!(step < 4, "{} goes round in a circle", map.table);
            match at.subject {
                SubjectPath::Itself | SubjectPath::Nobody(_) => break,
                SubjectPath::People(people) => {
                    for column in people {
                        let class = at.class(column).expect("the column exists");
                        assert_eq!(class.category, Category::Link, "{}.{column}", at.table);
                    }
                    break;
                }
                SubjectPath::Through { column, table } => {
                    assert!(at.class(column).is_some(), "{}.{column}", at.table);
                    for column in at.also_names {
                        let class = at.class(column).expect("the column exists");
                        assert_eq!(class.category, Category::Link, "{}.{column}", at.table);
                    }
                    at = maps
                        .iter()
                        .find(|map| map.table == table)
                        .expect("the next table is mapped");
                }
            }
        }
    }
}

#[test]
fn a_secret_is_never_exported() {
    for (column, class) in columns() {
        let is_secret = column.ends_with("password_hash")
            || column.ends_with("token_hash")
            || column.ends_with("code_hash");
        assert_eq!(
            is_secret,
            class.category == Category::Credential,
            "{column}"
        );
        if is_secret {
            assert_eq!(class.on_export, OnExport::Withhold, "{column}");
        }
    }
}

#[test]
fn what_may_name_several_people_is_taken_apart_before_it_goes_out() {
    for (table, column) in [
        ("event", "before"),
        ("event", "after"),
        ("roster_change", "before"),
        ("roster_change", "after"),
        ("roster_import", "report"),
    ] {
        let class = class_of(table, column);
        assert_eq!(class.category, Category::History, "{table}.{column}");
        assert_eq!(class.on_export, OnExport::WithoutOthers, "{table}.{column}");
        assert_eq!(class.on_erasure, OnErasure::Redact, "{table}.{column}");
    }
}

#[test]
fn free_text_and_names_are_personal() {
    for (table, column) in [
        ("person", "given_name"),
        ("person", "sort_name"),
        ("person", "email"),
        ("submission", "draft_text"),
        ("attempt", "text"),
        ("submission_file", "name"),
        ("mark", "comment"),
        ("assignment", "instructions"),
        ("session", "device"),
    ] {
        assert!(class_of(table, column).is_personal(), "{table}.{column}");
    }
}

/// A column that sounds personal and is classed as nobody's needs a reason here.
#[test]
fn a_column_that_sounds_personal_is_personal() {
    const REASONS: &[(&str, &str)] = &[
        (
            "erasure_step.note",
            "the reason of a rule, never typed by anybody",
        ),
        (
            "privacy_setting.names_shown",
            "whether a school shows names, and no name",
        ),
        ("school.name", "an institution's name"),
        ("provider.name", "a company's name"),
        (
            "recipient.name",
            "whom a school gives data to, as they trade under it",
        ),
        (
            "recipient.allowed_by",
            "which law lets data go to a country, and nobody",
        ),
        ("classroom.name", "a teaching group's name, such as 10Ma1"),
        ("submission.draft_saved_by", "the number of a sign-in"),
        (
            "school.roster_came_unnamed",
            "whether a package named its system",
        ),
        (
            "data_source.came_unnamed",
            "whether a package named its system",
        ),
    ];
    let sounds = [
        "name", "email", "phone", "birth", "address", "note", "comment", "device", "token", "_by",
        "person", "student", "guardian",
    ];
    for (column, class) in columns() {
        let name = column.split('.').next_back().expect("table.column");
        if !class.is_personal() && sounds.iter().any(|sound| name.contains(sound)) {
            assert!(
                REASONS.iter().any(|(excepted, _)| *excepted == column),
                "{column} sounds personal: class it so, or give a reason here"
            );
        }
    }
}

#[test]
fn every_retention_rule_has_a_name_of_its_own_and_a_period() {
    let rules: Vec<_> = Retention::ALL
        .iter()
        .flat_map(|retention| retention.rules())
        .collect();
    for rule in &rules {
        let same = rules.iter().filter(|other| other.code == rule.code);
        assert_eq!(same.count(), 1, "{}", rule.code);
        assert!(!matches!(rule.period, Period::Days(0) | Period::Months(0)));
    }
    for retention in Retention::ALL {
        assert!(!retention.rules().is_empty(), "{retention:?}");
    }
}

#[test]
fn data_about_students_serves_the_school_and_nothing_else() {
    for (column, class) in columns() {
        if let Some(purpose) = class.purpose {
            let is_the_schools = match purpose {
                Purpose::Teaching
                | Purpose::RunningTheSchool
                | Purpose::SigningIn
                | Purpose::Security
                | Purpose::Accountability => true,
                // Of browsers at the public pages, which belong to nobody of a school.
                Purpose::PublicPages => column.starts_with("browser_choice."),
            };
            assert!(is_the_schools, "{column}");
        }
    }
    for purpose in Purpose::ALL {
        let words = format!("{purpose:?} {}", purpose.words()).to_lowercase();
        for never in [
            "market",
            "advert",
            "partner",
            "profil",
            "recommend",
            "personalis",
        ] {
            assert!(!words.contains(never), "{purpose:?}");
        }
    }
}

#[test]
fn every_table_says_from_when_its_own_time_counts() {
    let maps = registry();
    for map in &maps {
        let due = due(&maps, map);
        assert!(due.is_ok(), "{}: {due:?}", map.table);
    }
    let swept = |table: &str| {
        let map = maps.iter().find(|map| map.table == table).expect("mapped");
        matches!(due(&maps, map), Ok(Due::After(..)))
    };
    for table in [
        "event",
        "invitation",
        "submission",
        "mark",
        "rights_request",
    ] {
        assert!(swept(table), "{table} has a time of its own");
    }
}

#[test]
fn a_school_chooses_within_bounds_that_hold_what_is_built_in() {
    for rule in Retention::ALL
        .iter()
        .flat_map(|retention| retention.rules())
    {
        let bounds = rule.bounds();
        let days = rule.period.about_days();
        assert!(bounds.least.about_days() <= days, "{}", rule.code);
        assert!(days <= bounds.most.about_days(), "{}", rule.code);
        assert!(!bounds.because.is_empty(), "{}", rule.code);
    }
}

/// What stays after a person was erased cannot be sealed with the key that goes with them:
/// nobody could read the evidence that the school has to keep.
#[test]
fn what_stays_after_a_person_is_not_sealed_with_their_key() {
    for (column, class) in columns() {
        let stays = matches!(class.on_erasure, OnErasure::Keep(_));
        let is_theirs = class.protect == Some(Protect::WithTheSubjectsKey);
        assert!(!(stays && is_theirs), "{column}");
    }
}

/// Words about somebody, what they wrote and how to reach them are sealed. A text that is
/// not needs a reason here.
#[test]
fn words_about_somebody_and_how_to_reach_them_are_sealed() {
    const REASONS: &[(&str, &str)] = &[
        (
            "activity_review.note",
            "about what data is used for, and not about a person",
        ),
        (
            "declaration.contact",
            "whoever answers for data protection, named in public",
        ),
        ("outbox_file.media_type", "a word of the network's"),
        ("outbox_file.name", "the name of a file"),
        ("outbox_file.sha256", "a checksum"),
        ("provider_objection.reason", "about a company"),
        (
            "roster_import.file_name",
            "the name of a package, typed by an admin",
        ),
        ("roster_import.object_key", "where a sealed file lies"),
        ("shared_entry.columns", "words of the program"),
        ("shared_entry.given_to", "a company's name"),
        ("submission_file.media_type", "a word of the network's"),
        (
            "submission_file.name",
            "the name of a file, by which lists are sorted",
        ),
        ("submission_file.sha256", "a checksum"),
    ];
    // Each is one of a few words, and read with every page.
    const SETTINGS: [&str; 8] = [
        "theme", "size", "line", "letters", "measure", "font", "ruler", "aloud",
    ];
    let is_a_setting = |table: &str, column: &str| {
        ["access_arrangement", "reading_setting"].contains(&table) && SETTINGS.contains(&column)
    };
    let mut plain = Vec::new();
    for map in registry() {
        for (column, class) in &map.columns {
            if is_a_setting(map.table, column) {
                continue;
            }
            let is_words = matches!(
                map.shape(column).map(|shape| shape.kind),
                Some(Kind::Text | Kind::Json)
            );
            let tells = matches!(
                class.category,
                Category::Contact
                    | Category::Work
                    | Category::Assessment
                    | Category::Needs
                    | Category::History
            );
            if class.is_personal() && is_words && tells && class.protect.is_none() {
                plain.push(format!("{}.{column}", map.table));
            }
        }
    }
    plain.sort_unstable();
    let reasons: Vec<_> = REASONS.iter().map(|(column, _)| *column).collect();
    assert_eq!(plain, reasons);
}

#[test]
fn a_column_that_may_hold_more_than_it_says_is_there_and_is_somebodys() {
    for (table, column, words) in MAY_HOLD {
        assert!(class_of(table, column).is_personal(), "{table}.{column}");
        assert_eq!(may_hold(table, column), *words);
    }
    assert_eq!(may_hold("person", "email"), "");
}
