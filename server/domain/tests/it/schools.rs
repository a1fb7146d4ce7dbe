//! Making schools, their first admin, the operator, and the declaration.

mod leaving;

use domain::home::Length;
use domain::schools::{self, Error, OPERATOR_CODE, declaration, policy::Action};
use domain::{AccessError, access};
use entity::{declaration as signed, event};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use test_kit::School;
use vocab::form::error_for;
use vocab::schools::{
    Assessment, DeclarationState, DeclaredBasis, Phase, SchoolDetails, ValidAdmin,
    ValidDeclaration, ValidSchool,
};

fn valid(code: &str, time_zone: &str) -> ValidSchool {
    ValidSchool {
        name: "Westfield".to_owned(),
        code: code.to_owned(),
        phase: Phase::Secondary,
        time_zone: time_zone.to_owned(),
    }
}

fn admin(username: &str) -> ValidAdmin {
    ValidAdmin {
        given_name: "Wanda".to_owned(),
        family_name: "Wells".to_owned(),
        username: username.to_owned(),
        password: "never written down".to_owned(),
    }
}

#[tokio::test]
async fn the_first_school_comes_with_an_admin_who_can_act() {
    let database = test_kit::fresh().await;
    let now = domain::Clock::system().now();
    let db = &database.db;
    assert!(
        !schools::any_exists(db.read())
            .await
            .expect("the database answers")
    );
    let tx = db.write().await.expect("the database is free");
    let school = schools::create(&tx, &valid("WEST", "Europe/London"), now)
        .await
        .expect("the code is free");
    let (_, account) =
        schools::create_admin(&tx, &school, &admin("Wanda"), "a hash".to_owned(), now)
            .await
            .expect("the username is free");
    tx.commit().await.expect("it is kept");
    assert!(
        schools::any_exists(db.read())
            .await
            .expect("the database answers")
    );
    let found = schools::find_by_code(db.read(), "WEST")
        .await
        .expect("the database answers");
    assert_eq!(found.as_ref(), Some(&school));
    let account = entity::account::Entity::find_by_id(account)
        .one(db.read())
        .await
        .expect("the database answers")
        .expect("it was made");
    assert_eq!(account.username, "wanda");
    assert_eq!(account.password_hash.as_deref(), Some("a hash"));
    let events = event::Entity::find()
        .all(db.read())
        .await
        .expect("the database answers");
    let text = format!("{events:?}");
    assert!(text.contains("school.made") && text.contains("person.added"));
    assert!(!text.contains("a hash") && !text.contains("never written down"));
}

#[tokio::test]
async fn a_taken_code_is_told_beside_it() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("the database is free");
    for (code, words) in [
        ("NORTH", "Another school has this code"),
        (OPERATOR_CODE, "This code is kept for the operator"),
    ] {
        let outcome = schools::create(&tx, &valid(code, "Europe/London"), school.now()).await;
        let Err(Error::Invalid(errors)) = outcome else {
            panic!("{code} is taken")
        };
        let said = error_for(&errors, "school_code").unwrap_or_default();
        assert!(said.starts_with(words), "{said}");
    }
}

#[tokio::test]
async fn an_admins_taken_username_is_told_with_a_free_one() {
    let school = School::new().await;
    let tx = school.db.write().await.expect("the database is free");
    let north = schools::find_by_code(&*tx, "NORTH")
        .await
        .expect("the database answers");
    let north = north.expect("it is there");
    let outcome = schools::create_admin(
        &tx,
        &north,
        &admin("ada"),
        "a hash".to_owned(),
        school.now(),
    )
    .await;
    let Err(Error::Invalid(errors)) = outcome else {
        panic!("Ada has that name")
    };
    let message = error_for(&errors, "username").expect("it stands beside its field");
    assert!(message.contains("wanda.wells"), "{message}");
}

#[tokio::test]
async fn operators_live_in_a_reserved_school_that_is_not_listed() {
    let database = test_kit::fresh().await;
    let now = domain::Clock::system().now();
    let tx = database.db.write().await.expect("the database is free");
    schools::create_operator(&tx, &admin("olga"), "a hash".to_owned(), now)
        .await
        .expect("the first operator");
    schools::create_operator(&tx, &admin("oleg"), "a hash".to_owned(), now)
        .await
        .expect("the second");
    tx.commit().await.expect("it is kept");
    let db = database.db.read();
    assert!(!schools::any_exists(db).await.expect("the database answers"));
    let reserved = schools::find_by_code(db, OPERATOR_CODE)
        .await
        .expect("the database answers");
    assert!(reserved.is_some());
}

#[tokio::test]
async fn only_an_operator_sees_which_schools_there_are() {
    let school = School::new().await;
    let door = access::school(&school.actor("olga"), Action::SeeSchools).expect("an operator");
    let lines = schools::list_for_operator(school.db.read(), &door)
        .await
        .expect("the database answers");
    let codes: Vec<&str> = lines.iter().map(|line| line.code.as_str()).collect();
    assert_eq!(codes, ["NORTH", "SOUTH"]);
    let other_door = access::school(&school.actor("desmond"), Action::SeePeople).expect("an admin");
    let outcome = schools::list_for_operator(school.db.read(), &other_door).await;
    assert!(matches!(outcome, Err(Error::Access(AccessError::NotFound))));
    assert!(access::school(&school.actor("desmond"), Action::SeeSchools).is_err());
}

fn said() -> ValidDeclaration {
    ValidDeclaration {
        establishment_number: "100044".to_owned(),
        contact_name: "Edith Pryce".to_owned(),
        contact: "lead@school.example".to_owned(),
        basis: DeclaredBasis::PublicTask,
        assessment: Assessment::Done,
    }
}

#[tokio::test]
async fn the_declaration_is_signed_once_with_its_text_and_signer() {
    let school = School::new().await;
    let saskia = school.actor("saskia");
    let now = school.now();
    assert!(
        !schools::is_declared(school.db.read(), saskia.school, now)
            .await
            .expect("an answer")
    );
    let page = schools::declaration(school.db.read(), &saskia, now)
        .await
        .expect("she may read it");
    assert_eq!(page.text_version, declaration::TEXT_VERSION);
    assert!((3..=5).contains(&page.sentences.len()));
    assert_eq!(page.state, DeclarationState::NotSigned);

    let door = access::school(&saskia, Action::SignDeclaration).expect("an admin may sign");
    let tx = school.db.write().await.expect("the database is free");
    let id = schools::sign_declaration(&tx, &door, &said(), now)
        .await
        .expect("it is not signed yet");
    let twice = schools::sign_declaration(&tx, &door, &said(), now).await;
    assert!(matches!(twice, Err(Error::AlreadySigned)));
    tx.commit().await.expect("it is kept");

    assert!(
        schools::is_declared(school.db.read(), saskia.school, now)
            .await
            .expect("an answer")
    );
    let page = schools::declaration(school.db.read(), &saskia, now)
        .await
        .expect("she may read it");
    assert_eq!(page.state, DeclarationState::Holds);
    assert_eq!(page.history[0].signer, saskia.name);
    assert_eq!(page.history[0].signed.words, "Tuesday 24 November, 10:00");
    let row = signed::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the row is there");
    assert_eq!(row.text_sha256, declaration::text_sha256());
    let events = event::Entity::find()
        .filter(event::Column::Kind.eq("declaration.signed"))
        .count(school.db.read())
        .await;
    assert_eq!(events.expect("the database answers"), 1);
}

/// Signs this, and a day later what is right.
async fn sign_then_put_right(school: &School, first: ValidDeclaration) {
    let saskia = school.actor("saskia");
    let door = access::school(&saskia, Action::SignDeclaration).expect("an admin may sign");
    for declared in [first, said()] {
        let tx = school.db.write().await.expect("free");
        schools::sign_declaration(&tx, &door, &declared, school.now())
            .await
            .expect("it says something new");
        tx.commit().await.expect("kept");
        school.clock.advance(chrono::TimeDelta::days(1));
    }
}

#[tokio::test]
async fn what_was_declared_wrongly_is_signed_anew_at_any_time_and_the_first_stays_listed() {
    let school = School::new().await;
    let saskia = school.actor("saskia");
    let first = ValidDeclaration {
        assessment: Assessment::Underway,
        ..said()
    };
    sign_then_put_right(&school, first).await;
    let page = schools::declaration(school.db.read(), &saskia, school.now())
        .await
        .expect("hers");
    let listed: Vec<_> = page
        .history
        .iter()
        .map(|one| (&*one.contact, one.basis, one.assessment))
        .collect();
    let (contact, basis) = ("lead@school.example", Some(DeclaredBasis::PublicTask));
    assert_eq!(
        listed,
        [
            (contact, basis, Some(Assessment::Done)),
            (contact, basis, Some(Assessment::Underway)),
        ]
    );
}

#[tokio::test]
async fn an_event_tells_what_was_put_right_in_a_declaration_and_of_contact_details_only_which() {
    let school = School::new().await;
    let first = ValidDeclaration {
        contact: "old@school.example".to_owned(),
        assessment: Assessment::Underway,
        ..said()
    };
    sign_then_put_right(&school, first).await;
    let events = event::Entity::find()
        .filter(event::Column::Kind.eq("declaration.signed"))
        .order_by_asc(event::Column::At)
        .all(school.db.read())
        .await
        .expect("the database answers");
    assert_eq!(events[0].before, None);
    let declared = |assessment: &str| {
        serde_json::json!({
            "text_version": declaration::TEXT_VERSION,
            "text_sha256": declaration::text_sha256(),
            "establishment_number": "100044",
            "basis": "public_task",
            "assessment": assessment,
        })
    };
    assert_eq!(events[1].before, Some(declared("underway")));
    let mut after = declared("done");
    after["corrected"] = serde_json::json!(["contact"]);
    assert_eq!(events[1].after, Some(after));
}

#[tokio::test]
async fn what_the_command_line_signs_names_no_admin() {
    let school = School::new().await;
    let saskia = school.actor("saskia");
    let door = access::school_as_operator(saskia.school);
    let tx = school.db.write().await.expect("the database is free");
    let id = schools::sign_declaration(&tx, &door, &said(), school.now())
        .await
        .expect("it is not signed yet");
    let invited = domain::accounts::invitations::invite(&tx, &door, saskia.person, school.now())
        .await
        .expect("she is in the school");
    tx.commit().await.expect("it is kept");
    assert_eq!(invited.name, saskia.name);
    let row = signed::Entity::find_by_id(id)
        .one(school.db.read())
        .await
        .expect("the database answers")
        .expect("the row is there");
    assert_eq!(row.signed_by, None);
    let page = schools::declaration(school.db.read(), &saskia, school.now())
        .await
        .expect("she may read it");
    assert_eq!(page.history[0].signer, "The operator, on the command line");
    let events = event::Entity::find()
        .filter(event::Column::Kind.is_in(["declaration.signed", "invitation.made"]))
        .all(school.db.read())
        .await
        .expect("events can be read");
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.actor_id.is_none()));
}

#[tokio::test]
async fn an_older_text_opens_nothing_until_the_present_one_is_signed() {
    let school = School::new().await;
    let desmond = school.actor("desmond");
    let (db, now) = (school.db.read(), school.now());
    signed::Entity::update_many()
        .col_expr(signed::Column::TextVersion, Expr::value("2025-09"))
        .filter(signed::Column::SchoolId.eq(school.id))
        .exec(db)
        .await
        .expect("the row can be changed");
    assert!(
        !schools::is_declared(db, school.id, now)
            .await
            .expect("an answer")
    );
    let page = schools::declaration(db, &desmond, now).await;
    assert_eq!(
        page.expect("he may read it").state,
        DeclarationState::NotSigned
    );
    let home = domain::home::page(db, &desmond, Length::Whole, now).await;
    let admin = home.expect("the page is there").admin.expect("an admin");
    assert!(!admin.is_declared);
    let import = access::school(&desmond, Action::ImportRoster).expect("an admin");
    let list = domain::rosters::list(db, &desmond, &import, now).await;
    assert!(!list.expect("the list is there").is_declared);
    let (bytes, wish) = (bytes::Bytes::new(), domain::rosters::Wish::Look);
    let refused = domain::rosters::import_now(&school.db, &import, "x.zip", bytes, wish, now).await;
    assert!(matches!(refused, Err(domain::rosters::Error::NotDeclared)));

    let sign = access::school(&desmond, Action::SignDeclaration).expect("an admin may sign");
    let tx = school.db.write().await.expect("the database is free");
    schools::sign_declaration(&tx, &sign, &said(), now)
        .await
        .expect("the present text is not signed yet");
    tx.commit().await.expect("it is kept");
    assert!(
        schools::is_declared(db, school.id, now)
            .await
            .expect("an answer")
    );
    let kept = signed::Entity::find()
        .filter(signed::Column::SchoolId.eq(school.id))
        .count(db)
        .await;
    assert_eq!(kept.expect("the database answers"), 2);
}

#[tokio::test]
async fn a_teacher_does_not_read_the_declaration() {
    let school = School::new().await;
    let outcome = schools::declaration(school.db.read(), &school.actor("ada"), school.now()).await;
    assert!(matches!(outcome, Err(Error::Access(AccessError::NotFound))));
}

/// After a year the import is locked, and nothing else; from 30 days before, the school
/// is reminded and may sign again.
#[tokio::test]
async fn a_declaration_lasts_a_year_and_its_end_locks_the_import_and_not_the_classes() {
    let school = School::new().await;
    let desmond = school.actor("desmond");
    let db = school.db.read();
    let import = access::school(&desmond, Action::ImportRoster).expect("an admin");
    let try_import = async || {
        let (bytes, wish) = (bytes::Bytes::new(), domain::rosters::Wish::Look);
        let now = school.now();
        domain::rosters::import_now(&school.db, &import, "x.zip", bytes, wish, now).await
    };
    let admin = async || {
        let page = domain::home::page(db, &desmond, Length::Whole, school.now()).await;
        page.expect("his").admin.expect("an admin")
    };
    assert!(admin().await.declaration_ends.is_none());
    assert!(!matches!(
        try_import().await,
        Err(domain::rosters::Error::NotDeclared)
    ));
    // Signed 80 days ago.
    school.clock.advance(chrono::TimeDelta::days(365 - 80 - 29));
    let reminded = admin().await;
    assert!(reminded.is_declared && reminded.declaration_ends.is_some());
    school.clock.advance(chrono::TimeDelta::days(30));
    assert!(!admin().await.is_declared);
    assert!(matches!(
        try_import().await,
        Err(domain::rosters::Error::NotDeclared)
    ));
    let see = domain::classrooms::policy::Action::See;
    let room = school.classroom("10Ma1");
    assert!(
        access::classroom(db, &school.actor("ada"), room, see)
            .await
            .is_ok()
    );

    let sign = access::school(&desmond, Action::SignDeclaration).expect("an admin may sign");
    let tx = school.db.write().await.expect("free");
    schools::sign_declaration(&tx, &sign, &said(), school.now())
        .await
        .expect("the year is over");
    tx.commit().await.expect("kept");
    assert!(admin().await.is_declared);
    let page = schools::declaration(db, &desmond, school.now())
        .await
        .expect("his");
    assert_eq!(
        (page.state, page.history.len()),
        (DeclarationState::Holds, 2)
    );
}

#[tokio::test]
async fn no_school_declares_with_the_number_of_another_or_without_one() {
    let school = School::new().await;
    let saskia = school.actor("saskia");
    let door = access::school(&saskia, Action::SignDeclaration).expect("an admin may sign");
    let tx = school.db.write().await.expect("free");
    let taken = ValidDeclaration {
        establishment_number: "100023".to_owned(),
        ..said()
    };
    let refused = schools::sign_declaration(&tx, &door, &taken, school.now()).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    let empty = vocab::schools::DeclarationForm::default().validate();
    assert_eq!(empty.expect_err("everything is missing").len(), 6);
}

#[tokio::test]
async fn a_number_that_a_school_signed_by_mistake_and_put_right_is_free_for_its_own_school() {
    let school = School::new().await;
    let sign = async |who: &str, number: &str| {
        let door = access::school(&school.actor(who), Action::SignDeclaration).expect("theirs");
        let declared = ValidDeclaration {
            establishment_number: number.to_owned(),
            ..said()
        };
        let tx = school.db.write().await.expect("free");
        let signed = schools::sign_declaration(&tx, &door, &declared, school.now()).await;
        if signed.is_ok() {
            tx.commit().await.expect("kept");
        }
        school.clock.advance(chrono::TimeDelta::days(1));
        signed
    };
    sign("saskia", "100044").await.expect("nobody else's yet");
    let taken = sign("desmond", "100044").await;
    assert!(matches!(taken, Err(Error::Invalid(_))));
    sign("saskia", "100045").await.expect("put right");
    sign("desmond", "100044").await.expect("free again");
    let taken = sign("saskia", "100044").await;
    assert!(matches!(taken, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn a_school_accepts_a_closed_list_of_purposes_without_profiling() {
    let school = School::new().await;
    let desmond = school.actor("desmond");
    let page = schools::declaration(school.db.read(), &desmond, school.now())
        .await
        .expect("his");
    assert!(!page.purposes.is_empty());
    for purpose in &page.purposes {
        let purpose = purpose.to_lowercase();
        for never in ["profil", "advert", "marketing", "recommend", "sale"] {
            assert!(!purpose.contains(never), "{purpose}");
        }
    }
    assert!(
        !page.obligations.is_empty(),
        "the platform's duties stand beside the school's"
    );
}

#[tokio::test]
async fn of_two_who_change_the_school_at_once_the_second_overwrites_nothing() {
    let school = School::new().await;
    let door = access::school(&school.actor("desmond"), Action::ChangeSchool).expect("an admin");
    let opened = async || {
        schools::details(school.db.read(), &door)
            .await
            .expect("the form is there")
    };
    let save = async |form: &SchoolDetails| {
        let new = form.validate(schools::is_zone).expect("complete");
        let tx = school.db.write().await.expect("free");
        schools::edit(&tx, &door, &new, school.now()).await?;
        tx.commit().await.expect("kept");
        Ok::<_, Error>(())
    };
    let (mut first, mut second) = (opened().await, opened().await);
    first.school_name = "Northgate Academy".to_owned();
    save(&first).await.expect("nobody else did");
    second.time_zone = "Europe/Isle_of_Man".to_owned();
    let refused = save(&second).await;
    assert!(matches!(refused, Err(Error::ChangedMeanwhile)));
    let it_is = opened().await;
    assert_eq!(it_is.school_name, "Northgate Academy");
    assert_eq!(it_is.time_zone, "Europe/London");
    save(&first).await.expect("both wrote the same");
    second.seen = it_is.seen;
    save(&second).await.expect("seen now");
    assert_eq!(opened().await.time_zone, "Europe/Isle_of_Man");
}
