//! What nobody may find, tried with made-up schools: small lines, subtracting within a
//! table, and subtracting two tables.

use std::collections::BTreeSet;

use chrono::{TimeDelta, TimeZone, Utc};
use proptest::prelude::*;
use uuid::Uuid;
use vocab::statistics::StatTemplate;

use super::Error;
use super::hide::{Cell, Contribution, FEWEST, FEWEST_SCHOOLS, ROUNDING, Table, table};
use super::intruder::{Searched, search};
use super::ledger::{Earlier, TooAlike, admit};
use super::release::Period;
use crate::clock::Time;

fn contribution(person: u128, school: u128, label: usize, counted: i64, more: i64) -> Contribution {
    Contribution {
        school: Uuid::from_u128(1_000 + school),
        person: Uuid::from_u128(10_000 * (1 + school) + person),
        label: format!("Line {label}"),
        counted,
        of: counted + more,
    }
}

/// Made-up contributions: up to six schools, forty people in each, five lines.
fn contributions() -> impl Strategy<Value = Vec<Contribution>> {
    let one = (0_u128..40, 0_u128..6, 0_usize..5, 0_i64..4, 0_i64..4).prop_map(
        |(person, school, label, counted, more)| contribution(person, school, label, counted, more),
    );
    prop::collection::vec(one, 0..400)
}

fn schools_in(cell: &Cell, all: &[Contribution]) -> usize {
    all.iter()
        .filter(|one| one.of > 0 && cell.cohort.contains(&one.person))
        .filter(|one| cell.label == "All" || one.label == cell.label)
        .map(|one| one.school)
        .collect::<BTreeSet<_>>()
        .len()
}

/// What is left by subtracting every shown line from the one over all.
fn left_by_subtracting(table: &Table) -> BTreeSet<Uuid> {
    table
        .cells
        .iter()
        .filter(|cell| cell.shown.is_none())
        .flat_map(|cell| &cell.cohort)
        .copied()
        .collect()
}

proptest! {
    #[test]
    fn no_shown_line_is_over_fewer_than_ten_people_or_three_schools(
        all in contributions(),
        is_rate: bool,
    ) {
        for cell in table(&all, is_rate).shown() {
            prop_assert!(cell.cohort.len() >= FEWEST, "{}", cell.cohort.len());
            prop_assert!(schools_in(cell, &all) >= FEWEST_SCHOOLS);
            let (people, value) = cell.shown.expect("it is shown");
            prop_assert_eq!((people % ROUNDING, value % ROUNDING), (0, 0));
            prop_assert!(!is_rate || (value > 0 && value < 100), "{}", value);
        }
    }

    #[test]
    fn subtracting_the_lines_from_the_one_over_all_shows_no_few(
        all in contributions(),
        is_rate: bool,
    ) {
        let made = table(&all, is_rate);
        if made.total.shown.is_some() {
            let left = left_by_subtracting(&made);
            prop_assert!(left.is_empty() || left.len() >= FEWEST, "{}", left.len());
            let hidden = made.cells.iter().filter(|cell| cell.shown.is_none()).count();
            prop_assert!(hidden != 1, "one hidden line is what is left");
        }
    }

    #[test]
    fn somebody_who_searches_finds_nobody(all in contributions(), is_rate: bool) {
        let found = search(&table(&all, is_rate), is_rate);
        prop_assert!(found.is_nothing(), "{}", found.words());
    }

    #[test]
    fn two_releases_that_overlap_cannot_be_subtracted(
        releases in prop::collection::vec(release(), 1..8),
    ) {
        let mut kept: Vec<Earlier> = Vec::new();
        for new in releases {
            if admit(&new, &kept).is_ok() {
                kept.push(new);
            }
        }
        // Whoever has them all tries each pair of lines that tell of a common time.
        for (at, one) in kept.iter().enumerate() {
            for other in &kept[at + 1..] {
                let is_apart = one.period.1 <= other.period.0 || other.period.1 <= one.period.0;
                if is_apart {
                    continue;
                }
                prop_assert_eq!(one.period, other.period, "a part of a time tells of the rest");
                prop_assert_ne!(one.template, other.template, "twice tells what changed");
                for (a, b) in one.cohorts.iter().flat_map(|a| other.cohorts.iter().map(move |b| (a, b))) {
                    let few = a.symmetric_difference(b).count();
                    prop_assert!(few == 0 || few >= FEWEST, "{} people could be found", few);
                }
            }
        }
    }
}

fn month(number: i64) -> Time {
    let first = Utc
        .with_ymd_and_hms(2026, 1, 1, 0, 0, 0)
        .single()
        .expect("a time");
    first + TimeDelta::days(30 * number)
}

/// A made-up release of some months, with lines that differ from each other by few people
/// or by many.
fn release() -> impl Strategy<Value = Earlier> {
    let cohort = (0_usize..30, 12_usize..40)
        .prop_map(|(from, many)| (from..from + many).map(|mark| mark.to_string()).collect());
    (
        prop::sample::select(StatTemplate::ALL),
        0_i64..4,
        1_i64..3,
        prop::collection::vec(cohort, 1..4),
    )
        .prop_map(|(template, from, months, cohorts)| Earlier {
            template,
            period: (month(from), month(from + months)),
            key: Some("a key".to_owned()),
            cohorts,
        })
}

fn earlier(template: StatTemplate, months: (i64, i64), people: std::ops::Range<u32>) -> Earlier {
    Earlier {
        template,
        period: (month(months.0), month(months.1)),
        key: Some("a key".to_owned()),
        cohorts: vec![people.map(|mark| mark.to_string()).collect()],
    }
}

#[test]
fn the_ledger_refuses_what_could_be_subtracted_and_takes_the_rest() {
    use StatTemplate::{HandedInByYear, LateByMonth};
    let kept = [earlier(LateByMonth, (0, 2), 0..40)];
    for (new, expected) in [
        (earlier(LateByMonth, (0, 2), 0..40), Err(TooAlike::Again)),
        (earlier(LateByMonth, (1, 3), 0..40), Err(TooAlike::Overlaps)),
        (
            earlier(HandedInByYear, (0, 1), 0..40),
            Err(TooAlike::Overlaps),
        ),
        (
            earlier(HandedInByYear, (0, 2), 0..39),
            Err(TooAlike::FewPeople),
        ),
        (
            earlier(HandedInByYear, (0, 2), 9..40),
            Err(TooAlike::FewPeople),
        ),
        (earlier(HandedInByYear, (0, 2), 0..40), Ok(())),
        (earlier(HandedInByYear, (0, 2), 10..40), Ok(())),
        (earlier(LateByMonth, (2, 4), 0..39), Ok(())),
    ] {
        assert_eq!(admit(&new, &kept), expected, "{new:?}");
    }
}

#[test]
fn marks_of_another_key_or_of_an_unknown_one_are_never_compared() {
    use StatTemplate::{HandedInByYear, LateByMonth};
    let same_time = earlier(HandedInByYear, (0, 2), 0..40);
    let apart = earlier(HandedInByYear, (2, 4), 0..40);
    for (key, expected) in [
        (Some("a key"), Ok(())),
        (Some("another"), Err(TooAlike::OtherKey)),
        (None, Err(TooAlike::OtherKey)),
    ] {
        let kept = [Earlier {
            key: key.map(str::to_owned),
            ..earlier(LateByMonth, (0, 2), 0..40)
        }];
        assert_eq!(admit(&same_time, &kept), expected, "{key:?}");
        assert_eq!(admit(&apart, &kept), Ok(()), "there is nothing to compare");
    }
}

#[test]
fn a_line_that_one_person_or_one_school_makes_up_is_hidden() {
    let of_schools = |most: i64| -> Vec<Contribution> {
        (0..4)
            .flat_map(|school| (0..5).map(move |person| contribution(person, school, 0, 1, 1)))
            .chain([contribution(99, 0, 0, most, 0)])
            .collect()
    };
    assert!(table(&of_schools(2), false).total.shown.is_some());
    assert!(
        table(&of_schools(20), false).total.shown.is_none(),
        "one person"
    );
    let one_school: Vec<Contribution> = (0..60)
        .map(|person| {
            contribution(
                person,
                u128::from(person > 56) + u128::from(person > 57),
                0,
                1,
                1,
            )
        })
        .collect();
    assert!(
        table(&one_school, false).total.shown.is_none(),
        "one school"
    );
}

/// A made-up line of the first so many people, with the numbers that it shows.
fn line(label: &str, many: u128, shown: Option<(i64, i64)>) -> Cell {
    Cell {
        label: label.to_owned(),
        cohort: (0..many).map(Uuid::from_u128).collect(),
        shown,
    }
}

#[test]
fn the_search_finds_what_a_careless_table_would_show() {
    let careless = Table {
        cells: vec![
            line("a", 1, Some((5, 5))),
            line("b", 30, Some((30, 100))),
            line("c", 4, None),
        ],
        total: line("All", 35, Some((34, 50))),
    };
    let found = search(&careless, true);
    assert_eq!((found.small, found.by_subtracting), (2, 1));
    assert_eq!((found.alone, found.of_everybody), (1, 1));
    assert!(!found.is_nothing());
}

/// The rules make no table in which the search finds anything, so these are made up.
#[test]
fn a_table_in_which_the_search_finds_anything_is_not_released() {
    let with = |cells: Vec<Cell>| Table {
        cells,
        total: line("All", 40, Some((40, 50))),
    };
    let good = with(vec![line("a", 40, Some((40, 50)))]);
    let kept = Searched::new(good.clone(), true).expect("nobody is found in it");
    assert_eq!(kept.table(), &good);
    assert!(kept.words().starts_with("2 shown lines: 0 small"));
    for (why, careless) in [
        ("few people", with(vec![line("a", 9, Some((10, 50)))])),
        ("one person", with(vec![line("a", 1, Some((5, 50)))])),
        ("not rounded", with(vec![line("a", 40, Some((40, 51)))])),
        ("true of all", with(vec![line("a", 40, Some((40, 100)))])),
        ("subtracting", with(vec![line("a", 4, None)])),
    ] {
        let found = search(&careless, true).words();
        match Searched::new(careless, true) {
            Err(Error::Found(words)) => assert_eq!(words, found, "{why}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[test]
fn a_period_is_of_whole_months_that_are_four_weeks_over() {
    let now = Utc
        .with_ymd_and_hms(2026, 11, 28, 12, 0, 0)
        .single()
        .expect("a time");
    assert!(Period::of_months("2026-09", "2026-10", now - TimeDelta::hours(13)).is_err());
    let period = Period::of_months("2026-09", "2026-10", now + TimeDelta::hours(13)).expect("over");
    assert_eq!(period.from().to_rfc3339(), "2026-09-01T00:00:00+00:00");
    assert_eq!(period.until().to_rfc3339(), "2026-11-01T00:00:00+00:00");
    for (first, last) in [
        ("2026-10", "2026-09"),
        ("2024-01", "2025-06"),
        ("soon", "2026-09"),
    ] {
        assert!(
            Period::of_months(first, last, now).is_err(),
            "{first} {last}"
        );
    }
}
