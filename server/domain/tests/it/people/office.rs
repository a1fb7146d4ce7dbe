//! What the office changes by hand: roles, families, corrections, and letting many in.

use domain::people::{self, Error};
use domain::presses::Press;
use domain::schools::policy::Action;
use domain::{AccessError, Permitted, access, classrooms};
use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::School;
use vocab::form::error_for;
use vocab::people::{EditPerson, Role, ValidDetails};

use super::{add, door, hasher, names, person};

async fn change<T>(
    school: &School,
    act: impl AsyncFnOnce(&domain::Write, &Permitted<()>) -> Result<T, Error>,
) -> Result<T, Error> {
    let tx = school.db.write().await.expect("the database is free");
    let done = act(&tx, &door(school)).await?;
    tx.commit().await.expect("it is kept");
    Ok(done)
}

#[tokio::test]
async fn a_role_is_given_and_ended_by_hand_and_both_are_written_down() {
    let school = School::new().await;
    let ada = school.person("ada");
    let roles = async |school: &School| {
        let desmond = school.actor("desmond");
        people::find(school.db.read(), &desmond, ada, school.now())
            .await
            .expect("she is here")
            .summary
            .roles
    };
    let now = school.now();
    let lead = Role::DataProtectionLead;
    change(&school, async |tx, door| {
        people::add_role(tx, door, ada, lead, now).await
    })
    .await
    .expect("she may be both");
    assert!(roles(&school).await.has(lead) && roles(&school).await.has(Role::Teacher));
    let again = change(&school, async |tx, door| {
        people::add_role(tx, door, ada, lead, now).await
    })
    .await;
    assert!(matches!(again, Err(Error::HasRole)));
    change(&school, async |tx, door| {
        people::end_role(tx, door, ada, lead, now).await
    })
    .await
    .expect("it can end");
    assert!(!roles(&school).await.has(lead) && roles(&school).await.has(Role::Teacher));
    let told = event::Entity::find()
        .filter(event::Column::SubjectId.eq(ada.0))
        .filter(event::Column::Kind.is_in(["person.role_given", "person.role_ended"]))
        .count(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(told, 2);
}

#[tokio::test]
async fn a_student_is_a_student_and_nothing_else() {
    let school = School::new().await;
    let now = school.now();
    for (who, role) in [("zainab", Role::SchoolAdmin), ("ada", Role::Student)] {
        let person = school.person(who);
        let given = change(&school, async |tx, door| {
            people::add_role(tx, door, person, role, now).await
        })
        .await;
        assert!(matches!(given, Err(Error::StudentAlone)), "{who}");
    }
    let ada = school.person("ada");
    let given = change(&school, async |tx, door| {
        people::add_role(tx, door, ada, Role::Operator, now).await
    })
    .await;
    assert!(matches!(given, Err(Error::NoSuchRole)));
}

#[tokio::test]
async fn a_school_keeps_an_admin_whoever_ends_whom() {
    let school = School::new().await;
    let (now, desmond, ada) = (school.now(), school.person("desmond"), school.person("ada"));
    let own = change(&school, async |tx, door| {
        people::end_role(tx, door, desmond, Role::SchoolAdmin, now).await
    })
    .await;
    assert!(matches!(own, Err(Error::OwnAdminRole)));
    change(&school, async |tx, door| {
        people::add_role(tx, door, ada, Role::SchoolAdmin, now).await
    })
    .await
    .expect("a second admin");
    let ada_door = access::school(
        &domain::Actor {
            roles: [Role::SchoolAdmin].into_iter().collect(),
            ..school.actor("ada")
        },
        Action::ManagePeople,
    )
    .expect("an admin now");
    // Both pressed the button at once: each has a door that was open then.
    let tx = school.db.write().await.expect("free");
    people::end_role(&tx, &ada_door, desmond, Role::SchoolAdmin, now)
        .await
        .expect("Ada is left");
    tx.commit().await.expect("kept");
    let second = change(&school, async |tx, door| {
        people::end_role(tx, door, ada, Role::SchoolAdmin, now).await
    })
    .await;
    assert!(matches!(second, Err(Error::LastAdmin)));
    let leaving = change(&school, async |tx, door| {
        people::end(tx, door, ada, now).await
    })
    .await;
    assert!(matches!(leaving, Err(Error::LastAdmin)));
}

#[tokio::test]
async fn a_tie_ends_from_either_side() {
    for from_guardian in [true, false] {
        let school = School::new().await;
        let (rosa, zainab, now) = (school.person("rosa"), school.person("zainab"), school.now());
        let (one, other) = if from_guardian {
            (rosa, zainab)
        } else {
            (zainab, rosa)
        };
        change(&school, async |tx, door| {
            people::end_guardianship(tx, door, one, other, now).await
        })
        .await
        .expect("it ends");
        let child = access::child(school.db.read(), &school.actor("rosa"), zainab).await;
        assert!(matches!(child, Err(AccessError::NotFound)));
    }
}

#[tokio::test]
async fn of_two_who_correct_a_person_at_once_the_second_overwrites_nothing() {
    let school = School::new().await;
    let (zainab, now) = (school.person("zainab"), school.now());
    let opened = async || {
        let desmond = school.actor("desmond");
        let person = people::find(school.db.read(), &desmond, zainab, now).await;
        people::form(&person.expect("she is here"))
    };
    let save = async |form: &EditPerson| {
        let new = form.validate().expect("complete");
        change(&school, async |tx, door| {
            people::edit(tx, door, zainab, &new, now).await
        })
        .await
    };
    let (mut first, mut second) = (opened().await, opened().await);
    first.email = "zaynab@northgate.example".to_owned();
    save(&first).await.expect("nobody else did");
    second.given_name = "Zaynab".to_owned();
    let refused = save(&second).await;
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    let now_she_is = opened().await;
    assert_eq!(now_she_is.email, first.email);
    assert_ne!(now_she_is.given_name, "Zaynab");
    save(&first).await.expect("both wrote the same");

    second.seen = now_she_is.seen;
    save(&second).await.expect("seen now");
    let other = EditPerson {
        username: "zaynab".to_owned(),
        ..opened().await
    };
    let mut late = opened().await;
    save(&other).await.expect("a free name");
    late.year_group = "11".to_owned();
    let refused = save(&late).await;
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
}

#[tokio::test]
async fn a_correction_writes_what_changed_and_refuses_a_taken_username() {
    let school = School::new().await;
    let (zainab, now) = (school.person("zainab"), school.now());
    let edit = async |username: &str| {
        let new = ValidDetails {
            given_name: "Zaynab".to_owned(),
            family_name: "Okafor".to_owned(),
            year_group: Some("11".to_owned()),
            email: None,
            username: Some(username.to_owned()),
            seen: String::new(),
        };
        change(&school, async |tx, door| {
            people::edit(tx, door, zainab, &new, now).await
        })
        .await
    };
    let desmond = school.actor("desmond");
    let ada = people::find(school.db.read(), &desmond, school.person("ada"), now)
        .await
        .expect("she is here");
    let taken = ada.summary.username.expect("she has an account");
    let Err(Error::Invalid(errors)) = edit(&taken).await else {
        panic!("the name is Ada's");
    };
    assert!(error_for(&errors, "username").is_some());
    edit("zaynab.o").await.expect("a free name");
    let now_she_is = people::find(school.db.read(), &desmond, zainab, now)
        .await
        .expect("she is here");
    assert_eq!(now_she_is.summary.name, "Zaynab Okafor");
    assert_eq!(now_she_is.summary.username.as_deref(), Some("zaynab.o"));
    assert_eq!(names(&school, "zaynab", None).await, ["Zaynab Okafor"]);
}

#[tokio::test]
async fn a_teacher_replaces_the_password_of_a_student_of_theirs_alone() {
    let school = School::new().await;
    let ada = school.actor("ada");
    let action = classrooms::policy::Action::ManageMembers;
    let room = access::classroom(school.db.read(), &ada, school.classroom("10Ma1"), action)
        .await
        .expect("she teaches it");
    let give = async |who: &str| {
        let person = school.person(who);
        people::give_password_to_member(&school.db, &hasher(), &room, person, school.now()).await
    };
    let made = give("zainab").await.expect("hers");
    assert_eq!(made.len(), 1);
    for other in ["sam", "rosa", "desmond", "sid"] {
        assert!(
            matches!(give(other).await, Err(Error::Access(AccessError::NotFound))),
            "{other}"
        );
    }
}

#[tokio::test]
async fn many_are_let_in_at_once_and_nobody_twice() {
    let school = School::new().await;
    for number in 0..3 {
        let mut guardian = person("Gia", &format!("Guardian{number}"), None);
        guardian.role = Role::Guardian;
        guardian.year_group = None;
        add(&school, &guardian).await.expect("new");
    }
    let invite = async || {
        let tx = school.db.write().await.expect("free");
        let made = domain::accounts::invitations::invite_waiting(
            &tx,
            &door(&school),
            Role::Guardian,
            Press::new("", school.now()),
        )
        .await
        .expect("invited");
        tx.commit().await.expect("kept");
        made.made.len()
    };
    let first = invite().await;
    assert!(first >= 3, "{first}");
    assert_eq!(invite().await, 0, "each has an open link already");
    let passwords = async || {
        let press = Press::new("", school.now());
        people::give_first_passwords(&school.db, &hasher(), &door(&school), press)
            .await
            .expect("made")
            .made
            .len()
    };
    let first = passwords().await;
    assert_eq!(passwords().await, 0, "{first} before");
}
