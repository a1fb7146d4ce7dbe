//! Looking people up, adding and ending them, family ties, and passwords for students.

mod handed_out;
mod office;
mod pressed_twice;

use chrono::TimeDelta;
use domain::accounts::passwords::{Cost, Hasher};
use domain::people::{self, Error, Search};
use domain::presses::Press;
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access, classrooms};
use entity::{account, enrolment, event, guardianship, person};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait,
    QueryFilter, Statement,
};
use test_kit::{CANARY, School};
use vocab::accounts::SignIn;
use vocab::form::error_for;
use vocab::ids::{AccountId, PersonId, SchoolId};
use vocab::people::{PersonSource, Role, SigningIn, ValidPerson};

fn door(school: &School) -> Permitted<()> {
    access::school(&school.actor("desmond"), Action::ManagePeople).expect("an admin")
}

fn hasher() -> Hasher {
    Hasher::new(Cost::ForTests)
}

fn person(given: &str, family: &str, username: Option<&str>) -> ValidPerson {
    ValidPerson {
        given_name: given.to_owned(),
        family_name: family.to_owned(),
        role: Role::Student,
        year_group: Some("10".to_owned()),
        email: None,
        username: username.map(str::to_owned),
    }
}

async fn add(school: &School, person: &ValidPerson) -> Result<PersonId, Error> {
    let tx = school.db.write().await.expect("the database is free");
    let added = people::add(&tx, &door(school), person, school.now()).await?;
    tx.commit().await.expect("it is kept");
    Ok(added)
}

async fn names(school: &School, query: &str, role: Option<Role>) -> Vec<String> {
    let page = people::list(
        school.db.read(),
        &school.actor("desmond"),
        &Search {
            query,
            role,
            page: 1,
            ..Search::default()
        },
    )
    .await
    .expect("an admin may look");
    page.people.into_iter().map(|person| person.name).collect()
}

#[tokio::test]
async fn people_are_found_without_accents_by_every_word_and_by_username() {
    let school = School::new().await;
    add(&school, &person("Siân", "Ó Briain", Some("sob10")))
        .await
        .expect("she is new");
    for query in ["sian", "SIÂN briain", "o briain", "sob10", "  bri   sia "] {
        assert_eq!(
            names(&school, query, None).await,
            ["Siân Ó Briain"],
            "{query}"
        );
    }
    for query in ["sian zz", "%", "_", "\\"] {
        assert!(names(&school, query, None).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn the_list_is_sorted_paged_and_narrowed_to_a_role() {
    let school = School::new().await;
    let teachers = names(&school, "", Some(Role::Teacher)).await;
    assert_eq!(teachers, ["Ada Achterberg", "Bruno Dhillon", "Cleo Farrow"]);
    for number in 0..60 {
        let student = person("Test", &format!("Student{number:02}"), None);
        add(&school, &student).await.expect("a new name");
    }
    let list = async |page| {
        let desmond = school.actor("desmond");
        people::list(
            school.db.read(),
            &desmond,
            &Search {
                query: "student",
                page,
                ..Search::default()
            },
        )
        .await
    };
    let first = list(1).await.expect("an admin may look");
    assert_eq!((first.people.len(), first.total, first.pages), (50, 60, 2));
    let second = list(2).await.expect("an admin may look");
    assert_eq!(second.people.len(), 10);
    assert_eq!(second.people[9].name, "Test Student59");
    assert_eq!(list(99).await.expect("an admin may look").page, 2);
    assert_eq!(list(0).await.expect("an admin may look").page, 1);
}

#[tokio::test]
async fn nobody_of_another_school_is_found() {
    let school = School::new().await;
    assert!(names(&school, CANARY, None).await.is_empty());
    assert!(!format!("{:?}", names(&school, "", None).await).contains(CANARY));
    let desmond = school.actor("desmond");
    let outcome = people::find(
        school.db.read(),
        &desmond,
        school.person("sid"),
        school.now(),
    )
    .await;
    assert!(matches!(outcome, Err(Error::Access(AccessError::NotFound))));
    let tx = school.db.write().await.expect("the database is free");
    let ended = people::end(&tx, &door(&school), school.person("sid"), school.now()).await;
    assert!(matches!(ended, Err(Error::Access(AccessError::NotFound))));
    let restored = people::restore(&tx, &door(&school), school.person("sid"), school.now()).await;
    assert!(matches!(
        restored,
        Err(Error::Access(AccessError::NotFound))
    ));
    let (rosa, sid) = (school.person("rosa"), school.person("sid"));
    let tied = people::add_guardianship(&tx, &door(&school), rosa, sid, school.now()).await;
    assert!(matches!(tied, Err(Error::Access(AccessError::NotFound))));
    drop(tx);
    let given =
        people::give_passwords(&school.db, &hasher(), &door(&school), &[sid], school.now()).await;
    assert!(matches!(given, Err(Error::Access(AccessError::NotFound))));
}

#[tokio::test]
async fn a_teacher_does_not_look_people_up() {
    let school = School::new().await;
    let ada = school.actor("ada");
    let list = people::list(school.db.read(), &ada, &Search::default()).await;
    assert!(matches!(list, Err(Error::Access(AccessError::NotFound))));
    let find = people::find(
        school.db.read(),
        &ada,
        school.person("zainab"),
        school.now(),
    )
    .await;
    assert!(matches!(find, Err(Error::Access(AccessError::NotFound))));
}

#[tokio::test]
async fn a_persons_page_shows_family_classrooms_and_invitation() {
    let school = School::new().await;
    let desmond = school.actor("desmond");
    let tx = school.db.write().await.expect("the database is free");
    domain::accounts::invitations::invite(
        &tx,
        &door(&school),
        school.person("zainab"),
        school.now(),
    )
    .await
    .expect("she is here");
    tx.commit().await.expect("it is kept");
    let find = async |key| {
        people::find(school.db.read(), &desmond, school.person(key), school.now())
            .await
            .expect("an admin may look")
    };
    let zainab = find("zainab").await;
    assert_eq!(zainab.summary.name, "Zainab Okafor");
    assert!(zainab.summary.signing_in == SigningIn::Yes && zainab.summary.roles.has(Role::Student));
    assert_eq!(zainab.summary.year_group.as_deref(), Some("10"));
    assert_eq!(zainab.family[0].name, "Rosa Okafor");
    assert!(zainab.family[0].is_guardian);
    let classroom = &zainab.classrooms[0];
    assert_eq!(
        (classroom.1.as_str(), classroom.2.as_str()),
        ("10Ma1", "student")
    );
    assert_eq!(
        zainab.invited_until.expect("two weeks").words,
        "Tuesday 8 December, 10:00"
    );
    assert_eq!(zainab.from_import, None);
    let petra = find("petra").await;
    let children: Vec<&str> = petra.family.iter().map(|tie| tie.name.as_str()).collect();
    assert_eq!(children, ["Mei Cheung", "Tomos Griffiths"]);
    assert!(petra.family.iter().all(|tie| !tie.is_guardian));
    let priya = find("priya").await;
    assert_eq!(priya.account, None);
    assert!(priya.summary.signing_in == SigningIn::NotYet);
}

#[tokio::test]
async fn an_added_person_gets_a_username_that_is_free() {
    let school = School::new().await;
    for expected in ["sian.price", "sian.price2", "sian.price3"] {
        let id = add(&school, &person("Siân", "Price", None))
            .await
            .expect("a name may repeat");
        let desmond = school.actor("desmond");
        let detail = people::find(school.db.read(), &desmond, id, school.now()).await;
        let detail = detail.expect("she is there");
        assert_eq!(detail.summary.username.as_deref(), Some(expected));
        assert_eq!(detail.summary.signing_in, SigningIn::NotYet);
    }
    let taken = add(&school, &person("Siân", "Price", Some("Zainab"))).await;
    let Err(Error::Invalid(errors)) = taken else {
        panic!("Zainab has that name")
    };
    let message = error_for(&errors, "username").expect("it stands beside its field");
    assert!(message.contains("sian.price4"), "{message}");
}

#[tokio::test]
async fn a_leaver_is_ended_everywhere_and_comes_back_whole() {
    let school = School::new().await;
    let (id, door) = (school.person("zainab"), door(&school));
    let open = async || {
        let places = enrolment::Entity::find()
            .filter(enrolment::Column::PersonId.eq(id))
            .filter(enrolment::Column::EndedAt.is_null())
            .count(school.db.read())
            .await
            .expect("the database answers");
        let ties = guardianship::Entity::find()
            .filter(guardianship::Column::StudentId.eq(id))
            .filter(guardianship::Column::EndedAt.is_null())
            .count(school.db.read())
            .await
            .expect("the database answers");
        (places, ties)
    };
    assert_eq!(open().await, (1, 1));
    let tx = school.db.write().await.expect("the database is free");
    people::end(&tx, &door, id, school.now())
        .await
        .expect("she leaves");
    let twice = people::end(&tx, &door, id, school.now()).await;
    assert!(matches!(twice, Err(Error::NothingToDo)));
    tx.commit().await.expect("it is kept");
    assert_eq!(open().await, (0, 0));
    assert!(
        !names(&school, "", None)
            .await
            .contains(&"Zainab Okafor".to_owned())
    );
    assert_eq!(names(&school, "zainab", None).await, ["Zainab Okafor"]);
    let find = async || {
        let desmond = school.actor("desmond");
        let found = people::find(school.db.read(), &desmond, id, school.now()).await;
        found.expect("leavers are kept")
    };
    let found = find().await;
    let (gone, left) = (found.left.expect("she has left"), found.summary);
    assert!(left.has_ended && left.signing_in == SigningIn::NotYet);
    assert_eq!(left.roles, vocab::people::Roles::default());
    let today = domain::moments::moment(
        school.now(),
        school.actor("desmond").time_zone,
        school.now(),
    );
    assert_eq!((gone.roles.words(), gone.at), ("Student".to_owned(), today));
    let token = school.session_token("zainab");
    let session = domain::accounts::sessions::find(&school.db, &token, school.now()).await;
    assert!(session.expect("the database answers").is_none());

    school.clock.advance(TimeDelta::days(3));
    let tx = school.db.write().await.expect("the database is free");
    people::restore(&tx, &door, id, school.now())
        .await
        .expect("she comes back");
    let twice = people::restore(&tx, &door, id, school.now()).await;
    assert!(matches!(twice, Err(Error::NothingToDo)));
    tx.commit().await.expect("it is kept");
    assert_eq!(open().await, (1, 1));
    let found = find().await;
    assert!(found.left.is_none());
    let back = found.summary;
    assert!(!back.has_ended && back.signing_in == SigningIn::Yes && back.roles.has(Role::Student));
    let kinds: Vec<String> = event::Entity::find()
        .filter(event::Column::SubjectId.eq(id.0))
        .all(school.db.read())
        .await
        .expect("the database answers")
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds, ["person.ended", "person.restored"]);
}

#[tokio::test]
async fn a_tie_to_somebody_who_left_stays_ended() {
    let school = School::new().await;
    let (rosa, zainab, door) = (
        school.person("rosa"),
        school.person("zainab"),
        door(&school),
    );
    let tx = school.db.write().await.expect("the database is free");
    people::end(&tx, &door, rosa, school.now())
        .await
        .expect("she leaves");
    people::end(&tx, &door, zainab, school.now())
        .await
        .expect("so does her child");
    people::restore(&tx, &door, rosa, school.now())
        .await
        .expect("she comes back alone");
    let open = guardianship::Entity::find()
        .filter(guardianship::Column::GuardianId.eq(rosa))
        .filter(guardianship::Column::EndedAt.is_null())
        .count(&*tx)
        .await;
    assert_eq!(open.expect("the database answers"), 0);
}

#[tokio::test]
async fn nobody_ends_themselves() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("the database is free");
    let outcome = people::end(&tx, &door(&school), school.person("desmond"), school.now()).await;
    assert!(matches!(outcome, Err(Error::Yourself)));
}

#[tokio::test]
async fn a_teacher_whose_child_joins_becomes_a_guardian_too() {
    let school = School::new().await;
    let (ada, mei, door) = (school.person("ada"), school.person("mei"), door(&school));
    let tx = school.db.write().await.expect("the database is free");
    people::add_guardianship(&tx, &door, ada, mei, school.now())
        .await
        .expect("she is her mother");
    let twice = people::add_guardianship(&tx, &door, ada, mei, school.now()).await;
    assert!(matches!(twice, Err(Error::TiedAlready)));
    for (guardian, student) in [
        (mei, mei),
        (ada, ada),
        (mei, school.person("tomos")),
        (mei, ada),
    ] {
        let outcome = people::add_guardianship(&tx, &door, guardian, student, school.now()).await;
        assert!(matches!(outcome, Err(Error::NotAFamily)));
    }
    tx.commit().await.expect("it is kept");
    let desmond = school.actor("desmond");
    let detail = people::find(school.db.read(), &desmond, ada, school.now()).await;
    assert_eq!(
        detail.expect("she is there").summary.roles.words(),
        "Guardian, Teacher"
    );
    let tx = school.db.write().await.expect("the database is free");
    people::end_guardianship(&tx, &door, ada, mei, school.now())
        .await
        .expect("it ends");
    let twice = people::end_guardianship(&tx, &door, ada, mei, school.now()).await;
    assert!(matches!(twice, Err(Error::Access(AccessError::NotFound))));
}

#[tokio::test]
async fn students_get_passwords_that_work_and_are_in_no_event() {
    let school = School::new().await;
    let hasher = hasher();
    let ids = [
        school.person("zainab"),
        school.person("priya"),
        school.person("zainab"),
    ];
    let given = people::give_passwords(&school.db, &hasher, &door(&school), &ids, school.now())
        .await
        .expect("both are students");
    assert_eq!(hasher.hashes(), 2);
    let names: Vec<&str> = given.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Priya Nair", "Zainab Okafor"]);
    assert_eq!(given[0].username, "priya.nair");
    assert_eq!(given[1].username, "zainab");
    let token = school.session_token("zainab");
    let session = domain::accounts::sessions::find(&school.db, &token, school.now()).await;
    assert!(session.expect("the database answers").is_none());
    let events = event::Entity::find()
        .all(school.db.read())
        .await
        .expect("an answer");
    assert_eq!(
        events
            .iter()
            .filter(|event| event.kind == "password.given")
            .count(),
        2
    );
    let text = format!("{events:?}");
    for one in &given {
        assert!(!text.contains(&one.password));
        let form = SignIn {
            school: one.school.clone(),
            username: one.username.clone(),
            password: one.password.clone(),
            ..SignIn::default()
        };
        let device = domain::accounts::sign_in::Device {
            id: None,
            label: "A test".to_owned(),
            session: None,
            enrolment: None,
        };
        domain::accounts::sign_in::sign_in(&school.db, &hasher, &form, &device, school.now())
            .await
            .expect("the password works");
    }
}

#[tokio::test]
async fn staff_and_guardians_are_never_given_a_password() {
    let school = School::new().await;
    for key in ["ada", "rosa"] {
        let ids = [school.person("zainab"), school.person(key)];
        let outcome =
            people::give_passwords(&school.db, &hasher(), &door(&school), &ids, school.now()).await;
        assert!(matches!(outcome, Err(Error::StudentsOnly)), "{key}");
    }
    let many: Vec<PersonId> = (0..=people::MOST_AT_ONCE as u128)
        .map(|number| PersonId(uuid::Uuid::from_u128(number)))
        .collect();
    let outcome =
        people::give_passwords(&school.db, &hasher(), &door(&school), &many, school.now()).await;
    assert!(matches!(outcome, Err(Error::TooMany { most: 400 })));
}

#[tokio::test]
async fn a_teacher_gives_first_passwords_and_replaces_none() {
    let school = School::new().await;
    let ada = school.actor("ada");
    let action = classrooms::policy::Action::ManageMembers;
    let classroom = access::classroom(school.db.read(), &ada, school.classroom("10Ma1"), action)
        .await
        .expect("she teaches it");
    let hash_of = async |key| {
        account::Entity::find()
            .filter(account::Column::PersonId.eq(school.person(key)))
            .one(school.db.read())
            .await
            .expect("the database answers")
            .and_then(|account| account.password_hash)
    };
    let before = hash_of("zainab").await;
    let give = async || {
        let press = Press::new("", school.now());
        people::give_passwords_in_classroom(&school.db, &hasher(), &classroom, press)
            .await
            .expect("she may")
            .made
    };
    let given = give().await;
    let names: Vec<&str> = given.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Priya Nair"]);
    assert_eq!(hash_of("zainab").await, before);
    assert!(hash_of("priya").await.is_some());
    assert!(give().await.is_empty(), "nobody is left without one");
}

#[tokio::test]
async fn nobody_can_be_in_no_school() {
    let school = School::new().await;
    let nowhere = person::ActiveModel {
        id: Set(PersonId(domain::secrets::new_id())),
        school_id: Set(SchoolId(domain::secrets::new_id())),
        given_name: Set("Nora".to_owned()),
        family_name: Set("Nowhere".to_owned()),
        sort_name: Set("nowhere nora".to_owned()),
        year_group: Set(None),
        email: Set(None),
        sourced_id: Set(None),
        source_id: Set(None),
        created_at: Set(school.now()),
        ended_at: Set(None),
        source: Set(PersonSource::Typed),
        tie_erased_at: Set(None),
    };
    let refused = nowhere.insert(school.db.read()).await;
    assert!(refused.is_err(), "the database itself refuses it");
}

#[tokio::test]
async fn nobody_has_an_account_without_a_school_and_a_person() {
    let school = School::new().await;
    let (db, priya) = (school.db.read(), school.person("priya"));
    let new = |of: SchoolId, person: PersonId| account::ActiveModel {
        id: Set(AccountId(domain::secrets::new_id())),
        school_id: Set(of),
        person_id: Set(person),
        username: Set("nora".to_owned()),
        password_hash: Set(None),
        password_set_at: Set(None),
        disabled_at: Set(None),
        created_at: Set(school.now()),
    };
    let nowhere = SchoolId(domain::secrets::new_id());
    let nobody = PersonId(domain::secrets::new_id());
    for (of, person) in [(nowhere, priya), (school.id, nobody)] {
        let refused = new(of, person).insert(db).await;
        assert!(refused.is_err(), "the database itself refuses it");
    }
    new(school.id, priya)
        .insert(db)
        .await
        .expect("she is of the school, and had none");
    for column in ["school_id", "person_id"] {
        let sql = format!("UPDATE account SET {column} = NULL");
        let emptied = Statement::from_string(db.get_database_backend(), sql);
        assert!(db.execute_raw(emptied).await.is_err(), "{column}");
    }
}
