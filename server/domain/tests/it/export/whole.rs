//! The copy of the whole school: every row of every table, what is sealed as it was written,
//! no secret, and nothing of another school.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use bytes::Bytes;
use chrono::{Months, TimeDelta};
use datamap::{Category, OnExport, TableMap};
use domain::files::Store;
use domain::keys::{self, Owner, Place};
use domain::looks::Whose;
use domain::{AccessError, export};
use entity::{abuse_report, account, device, event, legal_hold, mark, school_leaving, session};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use serde_json::Value;
use test_kit::{CANARY, School};
use uuid::Uuid;
use vocab::ids::LeavingId;
use vocab::looks::{LookKind, LookVia};
use zip::ZipArchive;

use super::{operator, text};

/// Southbank, which has rows in nearly every table, leaves in a week.
async fn leaving() -> School {
    let school = School::new().await;
    let now = school.now();
    school_leaving::ActiveModel {
        id: Set(LeavingId(domain::secrets::new_id())),
        school_id: Set(school.south.school),
        leaves_at: Set(now + TimeDelta::days(7)),
        asked_by: Set(None),
        asked_at: Set(now),
        confirmed_by: Set(None),
        confirmed_at: Set(Some(now)),
        called_off_by: Set(None),
        called_off_at: Set(None),
    }
    .insert(school.db.read())
    .await
    .expect("it leaves");
    school
}

async fn copy_of_south(school: &School, store: &Store) -> ZipArchive<File> {
    let saskia = school.actor("saskia");
    let door = export::door_of_school(school.db.read(), &saskia, school.now())
        .await
        .expect("hers");
    let means = export::Means {
        db: &school.db,
        store,
        platform: &operator(),
        signer: &domain::consent::Signer::new([7; 32]),
    };
    let file = export::archive_of_school(means, &saskia, &door, school.now())
        .await
        .expect("made");
    let noted = saskia.looks.take();
    assert!(
        noted.iter().any(|look| {
            look.whose == Whose::School
                && look.kind == LookKind::Everything
                && look.via == LookVia::Copy
        }),
        "{noted:?}"
    );
    ZipArchive::new(file).expect("a whole archive")
}

/// The copy, where no file is kept.
async fn copy_without_files(school: &School) -> ZipArchive<File> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    copy_of_south(school, &store).await
}

fn rows(zip: &mut ZipArchive<File>, table: &str) -> Vec<Value> {
    let text = text(zip, &format!("tables/{table}.json"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{table}: {error}"))
}

fn row_of(rows: &[Value], id: Uuid) -> &Value {
    let id = id.to_string();
    rows.iter()
        .find(|row| row["id"] == id.as_str())
        .expect("its row is there")
}

/// Everything in the archive as one text, and its names.
fn all(zip: &mut ZipArchive<File>) -> String {
    let mut all = String::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("it is there");
        all.push_str(&file.name().expect("a name"));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("it is whole");
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

fn tables() -> impl Iterator<Item = TableMap> {
    datamap::registry()
        .into_iter()
        .filter(|table| table.class("school_id").is_some())
}

/// How many rows each table has of Southbank.
async fn counted(school: &School) -> BTreeMap<&'static str, usize> {
    let mut counted = BTreeMap::new();
    for table in tables() {
        let select = Query::select()
            .expr_as(Expr::cust("COUNT(*)"), "n")
            .from(Alias::new(table.table))
            .and_where(Expr::col(Alias::new("school_id")).eq(school.south.school.0))
            .to_owned();
        let row = school.db.read().query_one(&select).await;
        let row = row.expect("every table can be read");
        let n: i64 = row.expect("a count").try_get("", "n").expect("a number");
        counted.insert(table.table, usize::try_from(n).expect("not negative"));
    }
    counted
}

#[tokio::test]
async fn a_schools_copy_has_every_row_of_every_table_and_says_what_each_column_is() {
    let school = leaving().await;
    // More than are read at once.
    let tx = school.db.write().await.expect("free");
    for n in 0..450 {
        let told = domain::events::Event {
            school: school.south.school,
            actor: None,
            kind: "school.hue_chosen",
            subject: school.south.school.0,
            before: None,
            after: Some(serde_json::json!({ "hue": n % 360 })),
        };
        domain::events::record(&*tx, told, school.now())
            .await
            .expect("written");
    }
    tx.commit().await.expect("kept");
    let expected = counted(&school).await;
    assert!(expected["event"] >= 450 && expected["erasure_step"] > 0);
    let mut zip = copy_without_files(&school).await;
    let schema: Value = serde_json::from_str(&text(&mut zip, "schema.json")).expect("JSON");
    for table in tables() {
        let rows = rows(&mut zip, table.table);
        assert_eq!(rows.len(), expected[table.table], "{}", table.table);
        let told = &schema[table.table]["columns"];
        for (name, class) in &table.columns {
            let is_secret =
                class.on_export == OnExport::Withhold || class.category == Category::Credential;
            assert!(
                rows.iter().all(|row| row.get(name).is_some() != is_secret),
                "{}.{name}",
                table.table
            );
            let value = told[name]["value"].as_str().expect("words");
            assert_eq!(value.starts_with("left out"), is_secret, "{name}: {value}");
        }
    }
    let of_itself = rows(&mut zip, "school");
    assert_eq!(of_itself.len(), 1);
    let id = school.south.school.to_string();
    assert_eq!(of_itself[0]["id"], id.as_str());
    let made = of_itself[0]["created_at"].as_str().expect("a time");
    assert_eq!(made, "2026-08-26T10:00:00Z");
    let answer = &rows(&mut zip, "submission")[0];
    assert_eq!(answer["is_late"], Value::Bool(false));
    assert_eq!(answer["draft_version"], Value::from(1));
    let event = rows(&mut zip, "event");
    assert!(event.iter().any(|event| event["after"]["hue"] == 7));
    assert!(text(&mut zip, "README.txt").contains("Southbank"));
}

#[tokio::test]
async fn a_schools_copy_names_who_runs_the_platform() {
    let mut zip = copy_without_files(&leaving().await).await;
    let readme = text(&mut zip, "README.txt");
    assert!(readme.contains(&operator().sentence()), "{readme}");
}

#[tokio::test]
async fn a_schools_copy_holds_no_secret_and_nothing_of_another_school() {
    let school = leaving().await;
    let db = school.db.read();
    let mut secrets: Vec<String> = account::Entity::find()
        .all(db)
        .await
        .expect("read")
        .into_iter()
        .filter_map(|account| account.password_hash)
        .collect();
    let sessions = session::Entity::find().all(db).await.expect("read");
    secrets.extend(sessions.into_iter().map(|session| session.token_hash));
    let devices = device::Entity::find().all(db).await.expect("read");
    secrets.extend(devices.into_iter().map(|device| device.token_hash));
    assert!(secrets.len() > 3);
    let all = all(&mut copy_without_files(&school).await);
    assert!(all.contains(CANARY), "its own words are there");
    for secret in secrets {
        assert!(!all.contains(&secret), "{secret}");
    }
    assert!(!all.contains("argon2"));
    let north = school.id.to_string();
    for other in [&*north, "Northgate", "northgate.example", "Okafor", "Pryce"] {
        assert!(!all.contains(other), "{other}");
    }
}

/// A text of Southbank, sealed with somebody's key for a place.
async fn sealed(
    school: &School,
    who: &str,
    (table, column): (&str, &str),
    row: Uuid,
    words: &str,
) -> String {
    let owner = Owner::from(school.person(who));
    let ring = school.db.keys().to_seal([owner]).await.expect("keys");
    let place = Place {
        school: school.south.school,
        table,
        column,
        row,
    };
    ring.seal(owner, &place, words).expect("sealed")
}

#[tokio::test]
async fn what_is_sealed_is_opened_what_was_erased_is_null_and_what_is_spoilt_is_named() {
    let school = leaving().await;
    let (south, db) = (school.south, school.db.read());
    let place = ("mark", "comment");
    let comment = sealed(&school, "sid", place, south.mark.0, "zqopenedwords").await;
    mark::Entity::update_many()
        .col_expr(mark::Column::Comment, Expr::value(comment))
        .filter(mark::Column::Id.eq(south.mark))
        .exec(db)
        .await
        .expect("sealed");
    let of_south = abuse_report::Column::SchoolId.eq(south.school);
    let report = abuse_report::Entity::find()
        .filter(of_south)
        .one(db)
        .await
        .expect("read")
        .expect("one")
        .id;
    let place = ("abuse_report", "words");
    let words = sealed(&school, "gus", place, report.0, "zqerasedwords").await;
    abuse_report::Entity::update_many()
        .col_expr(abuse_report::Column::Words, Expr::value(words))
        .filter(abuse_report::Column::Id.eq(report))
        .exec(db)
        .await
        .expect("sealed");
    let tx = school.db.write().await.expect("free");
    keys::destroy(&tx, school.person("gus"), "erasure", school.now())
        .await
        .expect("destroyed");
    tx.commit().await.expect("kept");
    let hold = legal_hold::Entity::find()
        .filter(legal_hold::Column::SchoolId.eq(south.school))
        .one(db)
        .await
        .expect("read")
        .expect("one")
        .id;
    // Sealed for another place: somebody moved it.
    let place = ("mark", "comment");
    let moved = sealed(&school, "sid", place, hold.0, "zqspoiltwords").await;
    legal_hold::Entity::update_many()
        .col_expr(legal_hold::Column::Matter, Expr::value(moved))
        .filter(legal_hold::Column::Id.eq(hold))
        .exec(db)
        .await
        .expect("sealed");

    let mut zip = copy_without_files(&school).await;
    let marks = rows(&mut zip, "mark");
    assert_eq!(row_of(&marks, south.mark.0)["comment"], "zqopenedwords");
    let reports = rows(&mut zip, "abuse_report");
    assert_eq!(row_of(&reports, report.0)["words"], Value::Null);
    let holds = rows(&mut zip, "legal_hold");
    assert_eq!(row_of(&holds, hold.0)["matter"], Value::Null);
    let missing = text(&mut zip, "missing.txt");
    let line = missing.lines().find(|line| line.contains("legal_hold"));
    let line = line.expect("it is named");
    assert!(
        line.contains("matter") && line.contains(&hold.to_string()),
        "{line}"
    );
    assert!(
        !missing.contains("abuse_report"),
        "it was erased: {missing}"
    );
    let all = all(&mut zip);
    for hidden in ["zqerasedwords", "zqspoiltwords", "sealed:1:"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_schools_copy_holds_its_files_and_names_those_that_are_not_whole() {
    let school = leaving().await;
    let south = school.south;
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::local(folder.path()).expect("it opens");
    let bytes = Bytes::from(vec![7; 300_000]);
    let key = format!("submissions/{}/{}", south.school, south.file);
    let (means, owner) = ((&store, school.db.keys()), south.student);
    keys::files::put_bytes(means, owner, &key, bytes.clone())
        .await
        .expect("kept");
    let mut zip = copy_of_south(&school, &store).await;
    let mut read = Vec::new();
    let name = format!("files/{} tadpole-{CANARY}.png", south.file);
    zip.by_name(&name)
        .expect("it is there")
        .read_to_end(&mut read)
        .expect("it is whole");
    assert_eq!(read, bytes);
    // The bytes of the set work's file are in no store.
    let missing = text(&mut zip, "missing.txt");
    let pond = format!("pond-{CANARY}.pdf");
    assert!(missing.contains(&pond), "{missing}");
    assert!(!missing.contains("tadpole"), "{missing}");
}

#[tokio::test]
async fn a_schools_copy_is_its_offices_once_the_leaving_is_settled_and_until_all_is_deleted() {
    let school = leaving().await;
    let fetches = async |who: &str| {
        let actor = school.actor(who);
        let door = export::door_of_school(school.db.read(), &actor, school.now()).await;
        assert!(
            matches!(door, Ok(_) | Err(AccessError::NotFound)),
            "{who}: {door:?}"
        );
        door.is_ok()
    };
    for (who, may) in [
        ("saskia", true),
        ("sam", false),
        ("sid", false),
        ("gus", false),
        ("edith", false),
        ("desmond", false),
        ("olga", false),
    ] {
        assert_eq!(fetches(who).await, may, "{who}");
    }
    let left = school.now() + TimeDelta::days(7);
    school.clock.advance(left - school.now());
    assert!(fetches("saskia").await, "after the last day");
    school.clock.advance(left + Months::new(1) - school.now());
    assert!(!fetches("saskia").await, "everything is deleted");
}

#[tokio::test]
async fn a_leaving_that_nobody_confirmed_or_that_was_called_off_gives_no_copy() {
    let school = leaving().await;
    let saskia = school.actor("saskia");
    for (confirmed, called_off) in [(None, None), (Some(school.now()), Some(school.now()))] {
        school_leaving::Entity::update_many()
            .col_expr(school_leaving::Column::ConfirmedAt, Expr::value(confirmed))
            .col_expr(school_leaving::Column::CalledOffAt, Expr::value(called_off))
            .exec(school.db.read())
            .await
            .expect("written");
        let door = export::door_of_school(school.db.read(), &saskia, school.now()).await;
        assert!(matches!(door, Err(AccessError::NotFound)), "{door:?}");
    }
}

#[tokio::test]
async fn that_a_schools_copy_was_made_is_an_event_with_counts_alone() {
    let school = leaving().await;
    let mut zip = copy_without_files(&school).await;
    let told = event::Entity::find()
        .filter(event::Column::Kind.eq("school.copied"))
        .filter(event::Column::SchoolId.eq(school.south.school))
        .one(school.db.read())
        .await
        .expect("read")
        .expect("one");
    assert_eq!(told.actor_id, Some(school.person("saskia")));
    let after = told.after.expect("counts");
    let counts = after.as_object().expect("by name");
    assert!(counts.values().all(Value::is_u64), "{after}");
    let of_tables: usize = tables()
        .map(|table| rows(&mut zip, table.table).len())
        .sum();
    assert_eq!(after["rows"], Value::from(of_tables + 1));
    assert_eq!(after["files"], 0);
    assert!(after["missing"].as_u64().is_some_and(|missing| missing > 0));
}
