//! Reading settings: they follow the person, and what was left alone follows the school.

use domain::Actor;
use domain::accounts::sessions;
use domain::reading::{self, Appearance};
use domain::schools::hue::{self, Hue};
use domain::schools::policy::Action;
use entity::{access_arrangement, reading_setting};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use test_kit::School;
use uuid::Uuid;
use vocab::reading::{Font, Reading, TextSize, Theme};

async fn signed_in(school: &School, who: &str) -> Actor {
    sessions::find(&school.db, &school.session_token(who), school.now())
        .await
        .expect("the database answers")
        .expect("signed in")
        .actor
}

async fn choose(school: &School, who: &str, chosen: Reading) {
    choose_at(school, who, chosen, Reading::default()).await;
}

/// At a device on which `device` was chosen while nobody was signed in.
async fn choose_at(school: &School, who: &str, chosen: Reading, device: Reading) {
    let actor = signed_in(school, who).await;
    let tx = school.db.write().await.expect("free");
    reading::choose(&tx, &actor, chosen, device, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
}

async fn seen(school: &School, who: &str) -> Reading {
    let actor = signed_in(school, who).await;
    actor
        .appearance
        .reading(Reading::default())
        .or(Reading::PLAIN)
}

fn large() -> Reading {
    Reading {
        size: Some(TextSize::Large),
        ..Reading::PLAIN
    }
}

async fn arrange(school: &School, who: &str, reading: Reading) {
    access_arrangement::ActiveModel {
        id: Set(Uuid::from_u128(1)),
        school_id: Set(school.id),
        person_id: Set(school.person(who)),
        extra_time_percent: Set(0),
        rest_breaks: Set(false),
        what_helps: Set(String::new()),
        theme: Set(reading.theme),
        size: Set(reading.size),
        line: Set(reading.line),
        letters: Set(reading.letters),
        measure: Set(reading.measure),
        font: Set(reading.font),
        ruler: Set(reading.ruler),
        aloud: Set(reading.aloud),
        set_by: Set(None),
        set_at: Set(school.now()),
    }
    .insert(school.db.read())
    .await
    .expect("arranged");
}

#[tokio::test]
async fn settings_belong_to_the_person_who_chose_them_and_to_nobody_else() {
    let school = School::new().await;
    choose(&school, "zainab", large()).await;
    assert_eq!(seen(&school, "zainab").await, large());
    assert_eq!(seen(&school, "tomos").await, Reading::PLAIN);
    choose(&school, "zainab", Reading::PLAIN).await;
    let rows = reading_setting::Entity::find()
        .filter(reading_setting::Column::SchoolId.eq(school.id))
        .all(school.db.read())
        .await
        .expect("rows");
    assert!(rows.is_empty(), "nothing is kept of who chose nothing");
}

#[tokio::test]
async fn what_somebody_chooses_where_the_device_has_it_already_is_theirs_on_every_device() {
    let school = School::new().await;
    let device = Reading {
        size: Some(TextSize::Large),
        theme: Some(Theme::Dark),
        ..Reading::default()
    };
    choose_at(&school, "zainab", device.or(Reading::PLAIN), device).await;
    assert_eq!(
        seen(&school, "zainab").await,
        device.or(Reading::PLAIN),
        "at a device that has nothing by itself"
    );
    let tomos = signed_in(&school, "tomos").await;
    let tx = school.db.write().await.expect("free");
    reading::choose_theme(&tx, &tomos, Theme::Dark, device, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    let elsewhere = seen(&school, "tomos").await;
    assert_eq!(elsewhere.theme, Some(Theme::Dark));
    assert_eq!(elsewhere.size, Some(TextSize::Normal), "the colours alone");
}

#[tokio::test]
async fn the_plain_page_is_a_choice_too_where_the_device_has_something_else() {
    let school = School::new().await;
    choose_at(&school, "zainab", Reading::PLAIN, large()).await;
    let zainab = signed_in(&school, "zainab").await;
    let here = zainab.appearance.reading(large()).or(Reading::PLAIN);
    assert_eq!(here, Reading::PLAIN);
}

#[tokio::test]
async fn what_the_school_arranged_is_the_start_and_the_student_may_change_it() {
    let school = School::new().await;
    choose(&school, "zainab", large()).await;
    let cream = Reading {
        theme: Some(Theme::Cream),
        font: Some(Font::Lexend),
        ..Reading::default()
    };
    arrange(&school, "zainab", cream).await;
    let both = cream.or(large());
    assert_eq!(seen(&school, "zainab").await, both);
    let without = Reading {
        font: Some(Font::System),
        ..both
    };
    choose(&school, "zainab", without).await;
    assert_eq!(seen(&school, "zainab").await, without);
    // The school changes its mind about the colours, which she had left alone.
    access_arrangement::Entity::update_many()
        .col_expr(access_arrangement::Column::Theme, Expr::value("dark"))
        .filter(access_arrangement::Column::PersonId.eq(school.person("zainab")))
        .exec(school.db.read())
        .await
        .expect("changed");
    let later = seen(&school, "zainab").await;
    assert_eq!(later.theme, Some(Theme::Dark));
    assert_eq!(later.font, Some(Font::System));
}

#[tokio::test]
async fn the_colours_alone_change_nothing_else_and_all_can_be_forgotten() {
    let school = School::new().await;
    choose(&school, "zainab", large()).await;
    let actor = signed_in(&school, "zainab").await;
    let tx = school.db.write().await.expect("free");
    reading::choose_theme(&tx, &actor, Theme::Dark, Reading::default(), school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    let dark = Reading {
        theme: Some(Theme::Dark),
        ..large()
    };
    assert_eq!(seen(&school, "zainab").await, dark);
    let actor = signed_in(&school, "zainab").await;
    let tx = school.db.write().await.expect("free");
    reading::forget(&tx, &actor, school.now())
        .await
        .expect("forgotten");
    tx.commit().await.expect("kept");
    assert_eq!(seen(&school, "zainab").await, Reading::PLAIN);
}

#[test]
fn on_a_shared_tablet_what_was_chosen_on_it_is_nobodys() {
    let device = large();
    let own_tablet = Appearance::default();
    assert_eq!(own_tablet.reading(device), device);
    let shared = Appearance {
        is_shared: true,
        ..own_tablet
    };
    assert_eq!(shared.reading(device), Reading::default());
}

#[tokio::test]
async fn a_schools_hue_is_seen_by_everybody_there_and_by_nobody_elsewhere() {
    let school = School::new().await;
    let green = Hue::new(150);
    let door =
        domain::access::school(&school.actor("desmond"), Action::ChangeSchool).expect("an admin");
    let tx = school.db.write().await.expect("free");
    hue::choose(&tx, &door, green, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    for who in ["zainab", "ada", "rosa"] {
        assert_eq!(signed_in(&school, who).await.appearance.hue, green, "{who}");
    }
    assert_eq!(signed_in(&school, "sid").await.appearance.hue, None);
    let tx = school.db.write().await.expect("free");
    hue::choose(&tx, &door, None, school.now())
        .await
        .expect("kept");
    tx.commit().await.expect("kept");
    assert_eq!(signed_in(&school, "ada").await.appearance.hue, None);
}
