//! Giving data to somebody outside the school by consent, on a real database: nothing
//! without a yes, exactly what was asked, and nothing after a no.

mod receipt;
mod withheld;

use chrono::TimeDelta;
use domain::consent::{self, Evidence, Signer};
use domain::home;
use domain::schools::policy::Action;
use domain::sharing::{self, Error, Made};
use domain::{AccessError, Permitted, access, rights};
use entity::{consent_event, disclosure, recipient, shared_entry};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};
use test_kit::School;
use vocab::consent::{ConsentAnswer, ConsentKind, ConsentState, PaperAnswer};
use vocab::disclosures::{DisclosureKind, DisclosureState};
use vocab::ids::{RecipientId, SharingId};
use vocab::rights::RequestKind;
use vocab::sharing::{RecipientForm, ShareChoice, ShareColumn, ShareForm};

fn door(school: &School) -> Permitted<()> {
    access::school(&school.actor("edith"), Action::HandleRequests).expect("of the office")
}

/// Whether their first page says that a proposal waits for them.
async fn is_asked(school: &School, who: &str) -> bool {
    let short = home::Length::Short(None);
    home::page(school.db.read(), &school.actor(who), short, school.now())
        .await
        .expect("read")
        .is_asked_to_share
}

fn photographer(country: &str) -> RecipientForm {
    RecipientForm {
        name: "Bright Lens".to_owned(),
        does: "Takes class photographs".to_owned(),
        country: country.to_owned(),
        allowed_by: if country == "GB" {
            ""
        } else {
            "UK adequacy regulations"
        }
        .to_owned(),
        policy_url: "https://brightlens.example/privacy".to_owned(),
        sells_nothing: "yes".to_owned(),
    }
}

async fn add(school: &School, country: &str) -> RecipientId {
    let tx = school.db.write().await.expect("free");
    let new = photographer(country).validate().expect("complete");
    let id = sharing::add_recipient(&tx, &door(school), new, school.now())
        .await
        .expect("written down");
    tx.commit().await.expect("kept");
    id
}

fn names_for(school: &School, recipient: RecipientId) -> ShareForm {
    ShareForm {
        recipient: recipient.to_string(),
        classroom: school.classroom("10Ma1").to_string(),
        purpose: "Names under the class photograph".to_owned(),
        given_name: "yes".to_owned(),
        family_name: "yes".to_owned(),
        until: "2026-12-24".to_owned(),
        ..ShareForm::default()
    }
}

async fn propose(school: &School, form: &ShareForm) -> Result<SharingId, Error> {
    let tx = school.db.write().await.expect("free");
    let new = form.validate().expect("complete");
    let edith = school.actor("edith");
    let id = sharing::propose(&tx, &edith, &door(school), &new, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(id)
}

/// A photographer asks for the names of 10Ma1.
pub(crate) async fn asked(school: &School) -> SharingId {
    let recipient = add(school, "GB").await;
    propose(school, &names_for(school, recipient))
        .await
        .expect("asked")
}

async fn of(school: &School, who: &str, about: &str) -> ShareChoice {
    let actor = school.actor(who);
    sharing::choices(school.db.read(), &actor, school.now())
        .await
        .expect("read")
        .into_iter()
        .find(|of| of.person == school.person(about))
        .expect("they are asked")
        .choices
        .remove(0)
}

async fn say(school: &School, who: &str, about: &str, answer: &str) -> Result<(), consent::Error> {
    let form = ConsentAnswer {
        purpose: "school_request".to_owned(),
        request: of(school, who, about).await.request.to_string(),
        answer: answer.to_owned(),
    };
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor(who), school.person(about)).await?;
    consent::answer(&tx, &about, &form, Evidence::default(), school.now()).await?;
    tx.commit().await.expect("kept");
    school.clock.advance(TimeDelta::seconds(1));
    Ok(())
}

async fn make(school: &School, id: SharingId) -> Result<Made, Error> {
    let tx = school.db.write().await.expect("free");
    let edith = school.actor("edith");
    let made = sharing::make(&tx, &edith, &door(school), id, school.now()).await?;
    tx.commit().await.expect("kept");
    Ok(made)
}

#[tokio::test]
async fn without_a_yes_nothing_is_given_and_no_answer_is_no() {
    let school = School::new().await;
    let id = asked(&school).await;
    assert!(matches!(make(&school, id).await, Err(Error::Nobody)));
    assert_eq!(
        of(&school, "rosa", "zainab").await.state,
        ConsentState::Waiting
    );
    say(&school, "rosa", "zainab", "no").await.expect("heard");
    assert!(matches!(make(&school, id).await, Err(Error::Nobody)));
    let given = disclosure::Entity::find()
        .filter(disclosure::Column::SchoolId.eq(school.id))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(given, 0);
}

#[tokio::test]
async fn the_file_holds_exactly_what_was_asked_of_those_who_say_yes_at_that_moment() {
    let school = School::new().await;
    let id = asked(&school).await;
    let before = of(&school, "rosa", "zainab").await;
    let claims = [
        ("Given name", "Zainab".to_owned()),
        ("Family name", "Okafor".to_owned()),
    ];
    assert_eq!(before.claims, claims, "exactly what would be given");
    say(&school, "rosa", "zainab", "yes").await.expect("hers");
    say(&school, "petra", "tomos", "yes").await.expect("hers");
    say(&school, "petra", "tomos", "no")
        .await
        .expect("taken back");
    let edith = school.actor("edith");
    let page = sharing::page(school.db.read(), &edith, &door(&school), id, school.now())
        .await
        .expect("hers");
    assert_eq!(page.would_hold, [["Zainab", "Okafor"]]);
    let made = make(&school, id).await.expect("one says yes");
    assert_eq!(
        made.csv,
        "\"Given name\",\"Family name\"\r\n\"Zainab\",\"Okafor\"\r\n"
    );

    let log = disclosure::Entity::find()
        .filter(disclosure::Column::Reference.eq(&made.reference))
        .one(school.db.read())
        .await
        .expect("read")
        .expect("it is in the log");
    assert_eq!(
        (log.kind, log.state),
        (DisclosureKind::Consent, DisclosureState::Given)
    );
    assert_eq!(log.categories, "Given name, Family name");
    let sha256 = log.payload_sha256.expect("its hash");
    assert_eq!(sha256, domain::secrets::fingerprint(&made.csv));
    let whose: Vec<_> = shared_entry::Entity::find()
        .filter(shared_entry::Column::DisclosureId.eq(log.id))
        .all(school.db.read())
        .await
        .expect("read")
        .into_iter()
        .map(|entry| entry.subject_id)
        .collect();
    assert_eq!(whose, [school.person("zainab")]);
    assert_eq!(
        of(&school, "rosa", "zainab").await.given.len(),
        1,
        "told when it was given"
    );

    say(&school, "rosa", "zainab", "no").await.expect("undone");
    assert!(
        matches!(make(&school, id).await, Err(Error::Nobody)),
        "at once"
    );
    let kinds: Vec<ConsentKind> = consent_event::Entity::find()
        .filter(consent_event::Column::SubjectId.eq(school.person("zainab")))
        .filter(consent_event::Column::SchoolId.eq(school.id))
        .order_by_asc(consent_event::Column::Seq)
        .all(school.db.read())
        .await
        .expect("read")
        .into_iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            ConsentKind::Requested,
            ConsentKind::Given,
            ConsentKind::Withdrawn
        ]
    );
    let report = consent::verify(school.db.read(), school.id, &Signer::new([7; 32]))
        .await
        .expect("read");
    assert!(report.broken.is_none());
}

#[tokio::test]
async fn who_may_say_yes_to_sharing_is_the_table_of_consent() {
    let school = School::new().await;
    let id = asked(&school).await;
    // Zainab is in year 10: Rosa answers, and Zainab can always say no.
    let own = of(&school, "zainab", "zainab").await;
    assert!(own.closed_because.is_some());
    let refused = say(&school, "zainab", "zainab", "yes").await;
    assert!(matches!(refused, Err(consent::Error::NotYours(_))));
    say(&school, "rosa", "zainab", "yes").await.expect("hers");
    say(&school, "zainab", "zainab", "no").await.expect("heard");
    assert!(matches!(make(&school, id).await, Err(Error::Nobody)));
    entity::person::ActiveModel {
        id: Set(school.person("tomos")),
        year_group: Set(Some("12".to_owned())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("he is older");
    let refused = say(&school, "petra", "tomos", "yes").await;
    assert!(matches!(refused, Err(consent::Error::NotYours(_))));
    say(&school, "tomos", "tomos", "yes")
        .await
        .expect("his own");
    assert_eq!(make(&school, id).await.expect("his yes").people, 1);
}

#[tokio::test]
async fn after_the_last_day_or_a_stop_nothing_goes_out() {
    for how in ["stopped", "recipient ended", "over"] {
        let school = School::new().await;
        let id = asked(&school).await;
        say(&school, "rosa", "zainab", "yes").await.expect("hers");
        let tx = school.db.write().await.expect("free");
        let now = school.now();
        match how {
            "stopped" => sharing::stop(&tx, &door(&school), id, now)
                .await
                .expect("done"),
            "recipient ended" => {
                let edith = school.actor("edith");
                let all = sharing::office(&*tx, &edith, &door(&school), now)
                    .await
                    .expect("read");
                let to = all.recipients[0].id;
                sharing::end_recipient(&tx, &door(&school), to, now)
                    .await
                    .expect("done");
            }
            _ => school.clock.advance(TimeDelta::days(40)),
        }
        tx.commit().await.expect("kept");
        assert!(matches!(make(&school, id).await, Err(Error::Over)), "{how}");
        let edith = school.actor("edith");
        let page = sharing::page(school.db.read(), &edith, &door(&school), id, school.now())
            .await
            .expect("hers");
        assert!(page.line.is_over && page.would_hold.is_empty(), "{how}");
    }
}

#[tokio::test]
async fn when_a_recipient_is_ended_nobody_is_asked_or_reminded_about_it_any_more() {
    for is_ended in [false, true] {
        let school = School::new().await;
        let recipient = add(&school, "GB").await;
        propose(&school, &names_for(&school, recipient))
            .await
            .expect("asked");
        let tx = school.db.write().await.expect("free");
        if is_ended {
            sharing::end_recipient(&tx, &door(&school), recipient, school.now())
                .await
                .expect("ended");
        }
        tx.commit().await.expect("kept");
        assert_eq!(is_asked(&school, "rosa").await, !is_ended);
        // The day before the last one.
        school.clock.advance(TimeDelta::days(29));
        let tx = school.db.write().await.expect("free");
        let reminded = consent::remind_before_deadlines(&tx, school.now())
            .await
            .expect("read");
        assert_eq!(reminded > 0, !is_ended, "{reminded} reminders");
        tx.commit().await.expect("kept");
        let yes = say(&school, "rosa", "zainab", "yes").await;
        assert_eq!(yes.is_ok(), !is_ended);
    }
}

async fn room_of(school: &School, who: &str) -> Permitted<entity::classroom::Model> {
    access::classroom(
        school.db.read(),
        &school.actor(who),
        school.classroom("10Ma1"),
        domain::classrooms::policy::Action::AskConsent,
    )
    .await
    .expect("theirs")
}

#[tokio::test]
async fn what_the_office_asks_is_neither_closed_nor_reminded_of_by_the_classroom() {
    let school = School::new().await;
    let id = asked(&school).await;
    let request = of(&school, "rosa", "zainab").await.request;
    let (ada, room) = (school.actor("ada"), room_of(&school, "ada").await);
    let page = consent::request_page(school.db.read(), &ada, &room, request, school.now())
        .await
        .expect("hers");
    assert!(page.is_sharing && !page.is_closed);
    let tx = school.db.write().await.expect("free");
    let closed = consent::close(&tx, &room, request, school.now()).await;
    assert!(matches!(closed, Err(consent::Error::OfTheOffice)));
    let reminded = consent::remind(&tx, &room, request, school.now()).await;
    assert!(matches!(reminded, Err(consent::Error::OfTheOffice)));
    tx.commit().await.expect("nothing to keep");
    say(&school, "rosa", "zainab", "yes")
        .await
        .expect("it is open");
    assert_eq!(make(&school, id).await.expect("her yes").people, 1);
}

#[tokio::test]
async fn a_yes_that_a_guardian_signed_on_paper_counts_and_stands_there_as_one() {
    let school = School::new().await;
    let id = asked(&school).await;
    let yes = PaperAnswer {
        answer: "yes".to_owned(),
        ..PaperAnswer::default()
    };
    let request = of(&school, "rosa", "zainab").await.request;
    let room = room_of(&school, "ada").await;
    let tx = school.db.write().await.expect("free");
    let of_zainab = (request, school.person("zainab"));
    consent::answer_on_paper(&tx, &room, of_zainab, &yes, school.now())
        .await
        .expect("written in");
    tx.commit().await.expect("kept");
    let shown = of(&school, "rosa", "zainab").await;
    assert_eq!(
        shown.answered.map(|(who, _)| who).as_deref(),
        Some("A guardian, on paper")
    );
    assert_eq!(make(&school, id).await.expect("one yes").people, 1);
    school.clock.advance(TimeDelta::seconds(1));
    say(&school, "rosa", "zainab", "no").await.expect("undone");
    assert!(matches!(make(&school, id).await, Err(Error::Nobody)));
}

#[tokio::test]
async fn the_last_day_is_that_of_the_schools_own_calendar() {
    let school = School::new().await;
    let in_new_york = |who: &str| {
        let mut actor = school.actor(who);
        actor.time_zone = chrono_tz::America::New_York;
        actor
    };
    let recipient = add(&school, "GB").await;
    let new = names_for(&school, recipient).validate().expect("complete");
    let (edith, now) = (in_new_york("edith"), school.now());
    let tx = school.db.write().await.expect("free");
    let id = sharing::propose(&tx, &edith, &door(&school), &new, now)
        .await
        .expect("asked");
    tx.commit().await.expect("kept");
    let db = school.db.read();
    let office = sharing::office(db, &edith, &door(&school), now)
        .await
        .expect("read");
    let page = sharing::page(db, &edith, &door(&school), id, now)
        .await
        .expect("read");
    let asked = sharing::choices(db, &in_new_york("rosa"), now)
        .await
        .expect("read");
    for day in [
        &office.lines[0].until,
        &page.line.until,
        &asked[0].choices[0].until,
    ] {
        assert_eq!(day, "24 December 2026");
    }
}

#[tokio::test]
async fn somebody_whose_data_is_restricted_or_who_left_is_in_no_file() {
    let school = School::new().await;
    let id = asked(&school).await;
    say(&school, "rosa", "zainab", "yes").await.expect("hers");
    say(&school, "petra", "tomos", "yes").await.expect("hers");
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("zainab"), school.person("zainab"))
        .await
        .expect("herself");
    let words = "It is wrong".to_owned();
    rights::file(&tx, &about, RequestKind::Restriction, words, school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    assert!(
        !make(&school, id)
            .await
            .expect("tomos")
            .csv
            .contains("Zainab")
    );
    entity::person::ActiveModel {
        id: Set(school.person("tomos")),
        ended_at: Set(Some(school.now())),
        ..Default::default()
    }
    .update(school.db.read())
    .await
    .expect("he leaves");
    assert!(matches!(make(&school, id).await, Err(Error::Nobody)));
}

#[tokio::test]
async fn who_sells_data_is_no_recipient_by_the_form_nor_by_the_database() {
    let school = School::new().await;
    let form = RecipientForm {
        sells_nothing: String::new(),
        ..photographer("GB")
    };
    assert!(form.validate().is_err());
    let id = add(&school, "GB").await;
    let sold = recipient::ActiveModel {
        id: Set(id),
        sells_data: Set(true),
        ..Default::default()
    }
    .update(school.db.read())
    .await;
    assert!(sold.is_err(), "the database refuses it");
}

#[tokio::test]
async fn a_school_that_stays_in_the_united_kingdom_gives_nothing_abroad() {
    let school = School::new().await;
    let abroad = add(&school, "FR").await;
    let id = propose(&school, &names_for(&school, abroad))
        .await
        .expect("allowed");
    say(&school, "rosa", "zainab", "yes").await.expect("hers");
    let tx = school.db.write().await.expect("free");
    domain::providers::begin_uk_only(&tx, &door(&school), school.now())
        .await
        .expect("decided");
    tx.commit().await.expect("kept");
    assert!(matches!(make(&school, id).await, Err(Error::UkOnly)));
    let again = propose(&school, &names_for(&school, abroad)).await;
    assert!(matches!(again, Err(Error::UkOnly)));
}

#[test]
fn what_can_be_shared_is_a_short_list_of_columns_of_the_data_map() {
    let tables = datamap::registry();
    for column in ShareColumn::ALL {
        let (table, name) = column
            .as_str()
            .split_once('.')
            .expect("a table and a column");
        let class = tables
            .iter()
            .find(|map| map.table == table)
            .and_then(|map| map.class(name))
            .unwrap_or_else(|| panic!("{column} is not in the data map"));
        assert_eq!(class.category, datamap::Category::Identity, "{column}");
        assert_eq!(class.on_export, datamap::OnExport::Include, "{column}");
    }
}

#[tokio::test]
async fn who_is_asked_is_told_on_their_first_page_until_they_have_answered() {
    let school = School::new().await;
    let is_asked = async |who: &str| is_asked(&school, who).await;
    assert!(!is_asked("rosa").await);
    asked(&school).await;
    assert!(is_asked("rosa").await && is_asked("petra").await);
    assert!(!is_asked("zainab").await, "her guardian answers");
    assert!(!is_asked("ada").await);
    say(&school, "rosa", "zainab", "no").await.expect("heard");
    assert!(!is_asked("rosa").await);
    assert!(is_asked("petra").await, "she has not answered");
}

#[tokio::test]
async fn a_sharing_of_another_school_is_not_found() {
    let school = School::new().await;
    let id = asked(&school).await;
    let saskia = access::school(&school.actor("saskia"), Action::HandleRequests).expect("an admin");
    let tx = school.db.write().await.expect("free");
    let actor = school.actor("saskia");
    let made = sharing::make(&tx, &actor, &saskia, id, school.now()).await;
    assert!(matches!(made, Err(Error::Access(AccessError::NotFound))));
    let stopped = sharing::stop(&tx, &saskia, id, school.now()).await;
    assert!(matches!(stopped, Err(Error::Access(AccessError::NotFound))));
    drop(tx);
    let edith = school.actor("edith");
    let office = sharing::office(school.db.read(), &edith, &door(&school), school.now())
        .await
        .expect("read");
    assert_eq!(
        (office.lines.len(), office.recipients.len()),
        (1, 1),
        "Southbank's are not in it"
    );
}

#[tokio::test]
async fn the_record_of_processing_names_whom_the_school_shares_with() {
    let school = School::new().await;
    let told = async |of| {
        domain::notice::recipients(school.db.read(), Some(of), school.now())
            .await
            .expect("the database answers")
    };
    let recipient = add(&school, "FR").await;
    assert_eq!(told(school.id).await, [], "it is in the register alone");
    propose(&school, &names_for(&school, recipient))
        .await
        .expect("asked");
    let recipients = told(school.id).await;
    assert_eq!(recipients.len(), 1);
    assert_eq!(
        recipients[0].sentence(),
        "Bright Lens: Takes class photographs (FR)"
    );
    assert_eq!(
        recipients[0].transfer().as_deref(),
        Some("Bright Lens: FR, UK adequacy regulations")
    );
    let record = domain::notice::record_csv(None, &recipients);
    assert!(record.contains("Bright Lens"), "{record}");
    let elsewhere = school.actor("saskia").school;
    assert!(
        !told(elsewhere).await.contains(&recipients[0]),
        "of another school"
    );
}
