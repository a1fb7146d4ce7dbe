//! Lists that are longer than a page: nobody and nothing in use is left out.

use std::collections::HashSet;

use domain::classrooms::policy::Action;
use domain::classrooms::{self, Search};
use test_kit::School;
use vocab::classrooms::ClassroomRole;

use super::{door, found, listed, members, names, put_away};

#[tokio::test]
async fn a_classroom_in_use_is_named_however_many_are_archived() {
    let school = School::new().await;
    school.classrooms("A", 501, true).await;
    school.classrooms("Z", 1, false).await;
    let in_use = ["10Ma1", "7En1", "8Sc1", "Z001"];
    assert_eq!(listed(&school, "desmond").await, in_use);
    let page = found(&school, "desmond", Search::default()).await;
    assert_eq!((page.total, page.archived, page.pages), (4, 501, 1));

    let mut archived = HashSet::new();
    for page in 1..=11 {
        let search = Search {
            is_archived: true,
            page,
            ..Search::default()
        };
        let page = found(&school, "desmond", search).await;
        assert_eq!((page.total, page.archived, page.pages), (501, 0, 11));
        assert!(page.classrooms.iter().all(|room| room.archived.is_some()));
        archived.extend(page.classrooms.into_iter().map(|room| room.id));
    }
    assert_eq!(archived.len(), 501);
}

#[tokio::test]
async fn an_archived_classroom_says_since_when_and_those_that_hold_nothing_come_last() {
    let school = School::new().await;
    school.classrooms("0", 1, true).await;
    put_away(&school, "10Ma1").await;
    let search = Search {
        is_archived: true,
        ..Search::default()
    };
    let page = found(&school, "desmond", search).await;
    assert_eq!(names(&page), ["10Ma1", "0001"]);
    let day = page.classrooms[0].archived.as_deref();
    assert_eq!(day, Some("24 November 2026"));
}

#[tokio::test]
async fn classrooms_are_found_by_words_of_their_names_and_subjects() {
    let school = School::new().await;
    school.classrooms("Z", 60, false).await;
    let search = |query| Search {
        query,
        page: 9,
        ..Search::default()
    };
    for (query, number, first) in [
        ("", 63, "Z048"),
        (" 10ma ", 1, "10Ma1"),
        ("1 ENGLISH", 1, "7En1"),
        ("z00", 9, "Z001"),
    ] {
        let page = found(&school, "desmond", search(query)).await;
        assert_eq!(page.total, number, "{query}");
        assert_eq!(page.page, page.pages, "the last page is the nearest");
        assert_eq!(names(&page)[0], first, "{query}");
    }
    for query in ["%", "_", "zqsouth"] {
        let page = found(&school, "desmond", search(query)).await;
        assert_eq!((page.total, page.page, page.pages), (0, 1, 1), "{query}");
    }
    let page = found(&school, "ada", search("z00")).await;
    assert!(page.classrooms.is_empty(), "none of them is hers");
}

#[tokio::test]
async fn a_class_of_more_than_a_page_names_its_teachers_first_and_everybody_once() {
    let school = School::new().await;
    school.crowd("10Ma1", 501).await;
    let door = door(&school, "ada", "10Ma1", Action::SeeMembers).await;
    let mut everybody = Vec::new();
    for page in 1..=3 {
        let actor = school.actor("ada");
        let page = classrooms::members(school.db.read(), &actor, &door, ("", page), school.now())
            .await
            .expect("the page is there");
        assert_eq!((page.teachers, page.students, page.pages), (2, 504, 3));
        everybody.extend(page.members);
    }
    let teaches = |role: &ClassroomRole| *role == ClassroomRole::Teacher;
    let roles: Vec<ClassroomRole> = everybody.iter().map(|member| member.role).collect();
    assert!(roles[..2].iter().all(teaches) && !roles[2..].iter().any(teaches));
    let people: HashSet<_> = everybody.iter().map(|member| member.person).collect();
    assert_eq!((everybody.len(), people.len()), (506, 506));
    assert!(people.contains(&school.person("zainab")));
}

#[tokio::test]
async fn a_search_that_finds_more_people_than_it_names_says_so() {
    let school = School::new().await;
    school.crowd("10Ma1", 11).await;
    let many = members(&school, "cleo", "8Sc1", "pupil").await;
    assert_eq!((many.found.len(), many.has_more_found), (10, true));
    let few = members(&school, "cleo", "8Sc1", "pupil 001").await;
    assert_eq!((few.found.len(), few.has_more_found), (1, false));
}
