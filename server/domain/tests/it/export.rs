//! The copy of everything: all of it is the person's, and nothing is anybody else's.

mod offered;
mod outline;
mod receipts;
mod sent;
mod whole;

use std::io::Read;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::files::Store;
use domain::schools::policy::Action;
use domain::{AccessError, access, export, keys, looks, providers, rights};
use entity::{account, event, submission_file};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use test_kit::{CANARY, NewWork, School};
use vocab::ids::{FileId, RightsRequestId};
use vocab::legal_entity::LegalEntity;
use vocab::looks::{LookKind, LookRelation};
use vocab::providers::{Clause, ProviderPurpose, ProviderRole};
use vocab::rights::{ContactForm, CopyReviewForm, RequestKind, RequestStep, WhoAsks};
use zip::ZipArchive;

/// Words of two students that nobody else writes.
const OF_ZAINAB: [&str; 3] = ["zqzainabdraft", "zqzainabanswer", "zqzainabfeedback"];
const OF_TOMOS: [&str; 3] = ["zqtomosdraft", "zqtomosanswer", "zqtomosfeedback"];

async fn at_work(school: &School) {
    for (who, words) in [("zainab", OF_ZAINAB), ("tomos", OF_TOMOS)] {
        let draft = school
            .assignment("10Ma1", NewWork::published(&format!("Draft of {who}")))
            .await;
        school.draft(draft, who, words[0]).await;
        let sheet = school
            .assignment(
                "10Ma1",
                NewWork::published(&format!("Sheet of {who}")).points(20),
            )
            .await;
        let answer = school.submission(sheet, who, words[1]).await;
        school.returned_mark(answer, "ada", 12, words[2]).await;
    }
}

/// Who runs the platform.
fn operator() -> LegalEntity {
    LegalEntity {
        name: "Example Operator CIC".to_owned(),
        ..LegalEntity::default()
    }
}

async fn copy_of(school: &School, reader: &str, about: &str) -> ZipArchive<std::fs::File> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    copy_with(&store, school, reader, about).await
}

async fn copy_with(
    store: &Store,
    school: &School,
    reader: &str,
    about: &str,
) -> ZipArchive<std::fs::File> {
    let copy = started(store, school, reader, about).await;
    ZipArchive::new(copy.whole().await.expect("made")).expect("a whole archive")
}

/// A copy that has begun, and of which nothing has gone out.
async fn started(store: &Store, school: &School, reader: &str, about: &str) -> export::Making {
    let actor = school.actor(reader);
    let door = export::open_door(school.db.read(), &actor, school.person(about), school.now())
        .await
        .expect("theirs");
    export::start(
        export::Means {
            db: &school.db,
            store,
            platform: &operator(),
            signer: &domain::consent::Signer::new([7; 32]),
        },
        &actor,
        &door,
        school.now(),
    )
    .await
    .expect("begun")
}

/// Zainab's answer with these files in it, by their keys and names.
async fn with_files(school: &School, store: &Store, files: &[(&str, &str)], bytes: &Bytes) {
    let sheet = school
        .assignment("10Ma1", NewWork::published("Sheet 6"))
        .await;
    let answer = school.submission(sheet, "zainab", "").await;
    for (key, name) in files {
        let (means, owner) = ((store, school.db.keys()), school.person("zainab"));
        let stored = keys::files::put_bytes(means, owner, key, bytes.clone()).await;
        submission_file::ActiveModel {
            id: Set(FileId(domain::secrets::new_id())),
            school_id: Set(school.id),
            submission_id: Set(answer),
            name: Set((*name).to_owned()),
            size_bytes: Set(i64::try_from(bytes.len()).expect("small")),
            media_type: Set("application/octet-stream".to_owned()),
            object_key: Set((*key).to_owned()),
            sha256: Set(stored.expect("kept").sha256),
            added_at: Set(school.now()),
            removed_at: Set(None),
        }
        .insert(school.db.read())
        .await
        .expect("kept");
    }
}

fn text(zip: &mut ZipArchive<std::fs::File>, name: &str) -> String {
    let mut text = String::new();
    zip.by_name(name)
        .expect("it is in the archive")
        .read_to_string(&mut text)
        .expect("text");
    text
}

#[tokio::test]
async fn a_copy_names_who_runs_the_platform() {
    let school = School::new().await;
    let mut zip = copy_of(&school, "zainab", "zainab").await;
    let page = text(&mut zip, "data.html");
    assert!(page.contains(&operator().sentence()), "{page}");
}

#[tokio::test]
async fn a_copy_holds_all_that_is_somebodys_and_nothing_of_anybody_else() {
    let school = School::new().await;
    at_work(&school).await;
    let mut zip = copy_of(&school, "zainab", "zainab").await;
    for file in ["data.html", "data.json"] {
        let text = text(&mut zip, file);
        for words in OF_ZAINAB {
            assert!(text.contains(words), "{words} in {file}");
        }
        assert!(text.contains("Zainab") && text.contains("Okafor"));
        for words in OF_TOMOS {
            assert!(!text.contains(words), "{words} in {file}");
        }
        for other in ["Tomos", "Griffiths", "Achterberg", CANARY] {
            assert!(!text.contains(other), "{other} in {file}");
        }
    }
}

#[tokio::test]
async fn the_archive_leaves_out_no_table_of_what_was_gathered() {
    let school = School::new().await;
    at_work(&school).await;
    for who in ["zainab", "ada"] {
        let gathered = export::gather(school.db.read(), school.id, school.person(who))
            .await
            .expect("theirs");
        let data = text(&mut copy_of(&school, who, who).await, "data.json");
        let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        for group in gathered.groups {
            assert!(data.get(group.table).is_some(), "{} of {who}", group.table);
        }
    }
}

#[tokio::test]
async fn a_guardian_fetches_the_copy_of_a_young_child_and_asks_for_that_of_an_older_one() {
    let school = School::new().await;
    let door = async |who: &str, about: &str| {
        export::open_door(
            school.db.read(),
            &school.actor(who),
            school.person(about),
            school.now(),
        )
        .await
    };
    // Mei is in year 8, Zainab and Tomos in year 10.
    assert!(door("petra", "mei").await.is_ok());
    for (who, about) in [("petra", "tomos"), ("rosa", "zainab")] {
        let refused = door(who, about).await;
        assert!(matches!(refused, Err(AccessError::NotAllowed)), "{who}");
    }
    for other in ["ada", "desmond", "rosa", "gus"] {
        let refused = door(other, "mei").await;
        assert!(matches!(refused, Err(AccessError::NotFound)), "{other}");
    }
    let text = text(&mut copy_of(&school, "petra", "mei").await, "data.json");
    assert!(text.contains("Mei"));
}

#[tokio::test]
async fn a_secret_is_named_and_never_shown_and_who_marked_is_told_by_role() {
    let school = School::new().await;
    at_work(&school).await;
    let hash = account::Entity::find()
        .filter(account::Column::PersonId.eq(school.person("zainab")))
        .one(school.db.read())
        .await
        .expect("the database answers")
        .and_then(|account| account.password_hash)
        .expect("she has a password");
    let mut zip = copy_of(&school, "zainab", "zainab").await;
    let data = text(&mut zip, "data.json");
    assert!(!data.contains(&hash) && !data.contains("argon2"));
    assert!(data.contains("it guards the account"));
    assert!(data.contains("somebody of the school"));
    let ada = school.person("ada").to_string();
    let mark = &serde_json::from_str::<serde_json::Value>(&data).expect("JSON")["mark"];
    assert!(!mark.to_string().contains(&ada));
    let about: serde_json::Value =
        serde_json::from_str(&text(&mut zip, "about.json")).expect("JSON");
    assert_eq!(about["submission"]["draft_text"]["purpose"], "Teaching");
}

#[tokio::test]
async fn that_a_copy_was_made_is_written_down() {
    let school = School::new().await;
    school.clock.advance(TimeDelta::minutes(1));
    copy_of(&school, "petra", "mei").await;
    let told = event::Entity::find()
        .filter(event::Column::Kind.eq("data.copied"))
        .filter(event::Column::ActorId.eq(school.person("petra")))
        .filter(event::Column::SubjectId.eq(school.person("mei").0))
        .count(school.db.read())
        .await
        .expect("counted");
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_copy_comes_with_its_schema_the_receipts_the_periods_and_who_receives_it() {
    let school = School::new().await;
    at_work(&school).await;
    let tx = school.db.write().await.expect("free");
    let about = domain::access::about(&*tx, &school.actor("petra"), school.person("mei"))
        .await
        .expect("her child");
    let no = vocab::consent::ConsentAnswer {
        purpose: "photos_in_school".to_owned(),
        answer: "no".to_owned(),
        request: String::new(),
    };
    let evidence = domain::consent::Evidence {
        channel: "settings page",
        device: "Chrome on Windows".to_owned(),
        ..domain::consent::Evidence::default()
    };
    domain::consent::answer(&tx, &about, &no, evidence, school.now())
        .await
        .expect("answered");
    tx.commit().await.expect("kept");
    hosted(&school).await;
    let mut zip = copy_of(&school, "petra", "mei").await;
    let receipt = zip
        .file_names()
        .filter_map(Result::ok)
        .find(|name| name.starts_with("receipts/") && name.ends_with(".jsonld"))
        .expect("one receipt")
        .into_owned();
    let document = text(&mut zip, &receipt);
    for words in [
        "dpv:ConsentRefused",
        "dpv:hasPersonalData",
        "dpv:hasRecipient",
    ] {
        assert!(document.contains(words), "{words} in {document}");
    }
    let signature = text(&mut zip, &receipt.replace(".jsonld", ".jws"));
    let signer = domain::consent::Signer::new([7; 32]);
    assert_eq!(signature, domain::consent::detached(&signer, &document));
    let read = |name: &str, zip: &mut _| -> serde_json::Value {
        serde_json::from_str(&text(zip, name)).expect("JSON")
    };
    let (data, schema) = (read("data.json", &mut zip), read("schema.json", &mut zip));
    for (table, rows) in data.as_object().expect("tables") {
        let told = &schema["properties"][table]["items"]["properties"];
        for row in rows.as_array().expect("rows") {
            for column in row.as_object().expect("columns").keys() {
                assert!(told.get(column).is_some(), "{table}.{column}");
            }
        }
    }
    let about = read("about.json", &mut zip);
    let family_name = &about["person"]["family_name"];
    assert!(
        family_name["kept_for"][0]
            .as_str()
            .expect("words")
            .contains("12 months")
    );
    assert_eq!(
        family_name["recipients"],
        "Example Host: Runs the machines (GB)"
    );
    let answer = &about["consent_event"]["kind"]["recipients"];
    assert_eq!(answer, "none outside the school");
}

/// A company that runs the machines and sees who people are.
async fn hosted(school: &School) {
    let now = school.now();
    let tx = school.db.write().await.expect("free");
    let new = providers::NewProvider {
        name: "Example Host".to_owned(),
        purpose: ProviderPurpose::Hosting,
        role: ProviderRole::Processor,
        kinds: vec!["identity".to_owned()],
        subjects: "everybody".to_owned(),
        country: "GB".to_owned(),
        policy_url: "https://host.example/privacy".to_owned(),
        contract: Some(("C-2".to_owned(), now)),
        clauses: Clause::ALL.to_vec(),
        sells_data: false,
    };
    providers::propose(&tx, new, now).await.expect("written");
    providers::activate(&tx, "Example Host", Some("a test"), now)
        .await
        .expect("in use");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn a_file_that_is_not_whole_is_named_as_missing_and_the_others_are_whole() {
    let school = School::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let whole = Bytes::from(vec![7; 300_000]);
    let files = [("submissions/a", "essay.bin"), ("submissions/b", "map.bin")];
    with_files(&school, &store, &files, &whole).await;
    // The disk lost the end of one of them.
    let kept = store.get_bytes("submissions/a").await.expect("there");
    let cut = kept.slice(..kept.len() - 1_000);
    store.put_bytes("submissions/a", cut).await.expect("kept");
    let mut zip = copy_with(&store, &school, "zainab", "zainab").await;
    let names: Vec<String> = zip
        .file_names()
        .filter_map(Result::ok)
        .map(std::borrow::Cow::into_owned)
        .filter(|name| name.starts_with("files/"))
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let file_with = |ending: &str| {
        let name = names.iter().find(|name| name.ends_with(ending));
        name.unwrap_or_else(|| panic!("{ending} is not in {names:?}"))
    };
    let why = text(&mut zip, file_with("essay.bin is missing.txt"));
    assert!(
        why.contains("essay.bin") && why.contains("damaged"),
        "{why}"
    );
    let mut read = Vec::new();
    zip.by_name(file_with("map.bin"))
        .expect("it is there")
        .read_to_end(&mut read)
        .expect("it is whole");
    assert_eq!(read, whole);
}

/// A guardian asks for the copy of a child who is too old for them to fetch it.
async fn asked_by_a_guardian(school: &School, kind: RequestKind) -> RightsRequestId {
    let tx = school.db.write().await.expect("free");
    let about = access::about(&*tx, &school.actor("rosa"), school.person("zainab"))
        .await
        .expect("her child");
    rights::file(&tx, &about, kind, "Everything".to_owned(), school.now())
        .await
        .expect("filed");
    tx.commit().await.expect("kept");
    let id = newest(school).await;
    if kind.asks_the_student() {
        school.does_not_mind("zainab", id).await;
    }
    id
}

/// Somebody asks by the contact page; the lead finds out that it is Zainab.
async fn asked_by_the_contact_page(school: &School) -> RightsRequestId {
    let form = ContactForm {
        school: "north".to_owned(),
        name: "Zainab Okafor".to_owned(),
        contact: "zo@mail.example".to_owned(),
        topic: RequestKind::Portability.to_string(),
        text: "I have left".to_owned(),
        website: String::new(),
    };
    let tx = school.db.write().await.expect("free");
    rights::file_by_contact(&tx, form.validate().expect("complete"), None, school.now())
        .await
        .expect("taken");
    tx.commit().await.expect("kept");
    newest(school).await
}

async fn newest(school: &School) -> RightsRequestId {
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let listed = rights::cockpit(school.db.read(), &edith, &door, school.now())
        .await
        .expect("hers");
    listed.first().expect("one").id
}

async fn step(school: &School, id: RightsRequestId, step: RequestStep) {
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    rights::step(&tx, &door, id, (step, "As you asked."), school.now())
        .await
        .expect("possible");
    tx.commit().await.expect("kept");
}

/// The copy of a request, with what was noted of whoever made it.
async fn copy_for(
    school: &School,
    who: &str,
    id: RightsRequestId,
) -> Result<ZipArchive<std::fs::File>, rights::Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let actor = school.actor(who);
    let means = export::Means {
        db: &school.db,
        store: &store,
        platform: &operator(),
        signer: &domain::consent::Signer::new([7; 32]),
    };
    let review = CopyReviewForm {
        others: "yes".to_owned(),
        exams: "yes".to_owned(),
        harm: "yes".to_owned(),
    };
    let copy = rights::make_copy(means, &actor, (id, &review), school.now()).await?;
    let noted = actor.looks.take();
    looks::write(
        school.db.read(),
        school.id,
        Some(actor.person),
        &noted,
        school.now(),
    )
    .await
    .expect("kept");
    let file = copy.whole().await.expect("made");
    Ok(ZipArchive::new(file).expect("a whole archive"))
}

#[tokio::test]
async fn the_lead_makes_the_copy_of_a_granted_request_and_it_holds_nothing_of_anybody_else() {
    let school = School::new().await;
    at_work(&school).await;
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, id, RequestStep::Approve).await;
    let mut zip = copy_for(&school, "edith", id).await.expect("granted");
    let data = text(&mut zip, "data.json");
    for words in OF_ZAINAB {
        assert!(data.contains(words), "{words}");
    }
    for other in OF_TOMOS.into_iter().chain(["Tomos", "Griffiths", CANARY]) {
        assert!(!data.contains(other), "{other}");
    }
    assert!(
        !data.contains("agrees"),
        "what she said of it is hers alone"
    );
    let edith = school.actor("edith");
    let door = access::school(&edith, Action::HandleRequests).expect("the lead");
    let page = rights::page(school.db.read(), &edith, &door, id, school.now())
        .await
        .expect("hers");
    assert!(page.has_copy);
    let (_, who, _, words) = &page.history[0];
    assert!(
        words.contains("copy of everything") && who.contains("Edith"),
        "{who}: {words}"
    );
}

#[tokio::test]
async fn the_log_of_looks_tells_the_person_that_the_lead_made_a_copy() {
    let school = School::new().await;
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, id, RequestStep::Approve).await;
    copy_for(&school, "edith", id).await.expect("granted");
    let zainab = school.actor("zainab");
    let about = access::about(school.db.read(), &zainab, zainab.person)
        .await
        .expect("herself");
    let told = looks::who_looked(school.db.read(), &zainab, &about, 1, school.now())
        .await
        .expect("hers");
    assert!(
        told.looks.iter().any(|look| {
            look.what == LookKind::Everything.label()
                && look.who == LookRelation::ProtectionLead.label()
        }),
        "{:?}",
        told.looks
    );
}

#[tokio::test]
async fn nobody_but_the_schools_own_lead_makes_the_copy_of_a_request() {
    let school = School::new().await;
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    step(&school, id, RequestStep::Approve).await;
    for who in ["ada", "desmond", "rosa", "zainab", "olga", "saskia"] {
        let refused = copy_for(&school, who, id).await.err();
        assert!(
            matches!(refused, Some(rights::Error::Access(AccessError::NotFound))),
            "{who}"
        );
    }
}

#[tokio::test]
async fn a_copy_is_made_for_a_request_only_while_it_is_granted_and_asks_for_one() {
    let school = School::new().await;
    let refused = async |id| {
        let refused = copy_for(&school, "edith", id).await.err();
        matches!(
            refused,
            Some(rights::Error::Access(AccessError::NotAllowed))
        )
    };
    let id = asked_by_a_guardian(&school, RequestKind::Access).await;
    assert!(refused(id).await, "it is not granted");
    step(&school, id, RequestStep::Approve).await;
    assert!(!refused(id).await, "it is granted");
    step(&school, id, RequestStep::Complete).await;
    assert!(refused(id).await, "it is over");
    let other = asked_by_a_guardian(&school, RequestKind::Rectification).await;
    step(&school, other, RequestStep::Approve).await;
    assert!(refused(other).await, "it asks for no copy");
}

#[tokio::test]
async fn who_asked_by_the_contact_page_gets_a_copy_once_it_is_clear_whom_it_is_about() {
    let school = School::new().await;
    at_work(&school).await;
    let id = asked_by_the_contact_page(&school).await;
    step(&school, id, RequestStep::IdentityShown).await;
    let refused = copy_for(&school, "edith", id).await.err();
    assert!(
        matches!(
            refused,
            Some(rights::Error::Access(AccessError::NotAllowed))
        ),
        "it is about nobody yet"
    );
    let door = access::school(&school.actor("edith"), Action::HandleRequests).expect("the lead");
    let tx = school.db.write().await.expect("free");
    rights::say_whom(
        &tx,
        &door,
        id,
        ("zainab", WhoAsks::Themselves),
        school.now(),
    )
    .await
    .expect("known");
    tx.commit().await.expect("kept");
    step(&school, id, RequestStep::Approve).await;
    let mut zip = copy_for(&school, "edith", id).await.expect("known");
    assert!(text(&mut zip, "data.json").contains(OF_ZAINAB[1]));
}
