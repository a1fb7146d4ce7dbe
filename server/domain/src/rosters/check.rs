//! Reading a package and comparing it with the school. Nothing of the school is
//! written here: the office sees what would happen, and the package is kept until
//! it is confirmed or a newer one is read. The command line does both at once.

use bytes::Bytes;
use entity::{roster_import, school};
use interop::oneroster::{self, Package};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use vocab::ids::{ImportId, SchoolId};
use vocab::rosters::{Counts, ImportStage, Losses, RosterKind, RosterProblem};

use super::origins::{self, Origins};
use super::plan::{self, Plan};
use super::present;
use super::report::{self, Report};
use super::{Error, apply};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::{Db, Keyed, Write};
use crate::events::{self, Event};
use crate::files::Store;
use crate::holds;
use crate::keys;
use crate::schools;
use crate::secrets::hex;
use crate::secrets::new_id;
use crate::sources::{self, Lineage, NoSource};

/// What the command line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Say what would change.
    Look,
    /// Bring it in, unless too many people would leave or lose their last role, or classes too
    /// many of their places.
    BringIn,
    /// Bring it in, whoever leaves.
    BringInWithLeavers,
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The import's row; none where it was only looked at.
    pub id: Option<ImportId>,
    /// Of all kinds together.
    pub counts: Counts,
    /// In the order of [`RosterKind::ALL`].
    pub by_kind: Vec<(RosterKind, Counts)>,
    /// Rows that were left out or need a look; at most 1,000.
    pub problems: Vec<RosterProblem>,
    /// Who and how many places in classes would be lost, or were.
    pub losses: Losses,
    /// True if confirming would ask whether that is right.
    pub asks_about_leavers: bool,
}

impl Outcome {
    fn of(report: Report, id: Option<ImportId>) -> Self {
        Self {
            id,
            losses: report.losses(),
            counts: report
                .counts
                .iter()
                .fold(Counts::default(), |sum, (_, counts)| sum + *counts),
            by_kind: report.counts,
            problems: report.problems,
            asks_about_leavers: report.asks_about_leavers,
        }
    }
}

/// Reads a package and keeps it with what it would change, to be confirmed. A
/// package that cannot go in becomes an import that is refused, with the reasons, and replaces
/// none. Otherwise packages that were read before are let go, or kept for a legal hold alone.
pub async fn check(
    db: &Db,
    store: &Store,
    school: &Permitted<()>,
    file_name: &str,
    bytes: Bytes,
    now: Time,
) -> Result<ImportId, Error> {
    require_declared(db.read(), school.school(), now).await?;
    let id = ImportId(new_id());
    let sha256 = hex(&Sha256::digest(&bytes));
    let (mut system, mut source, mut org_ids) = (None, None, None);
    let (stage, report) = match read(bytes.clone()).await? {
        Ok(package) => {
            let lineage = require_source(db.read(), school.school(), &package).await?;
            source = lineage.source;
            system.clone_from(&package.system);
            let row = school_row(db.read(), school.school()).await?;
            let plan = make_plan(db.read(), row, &package, lineage, now).await?;
            org_ids = plan.org_ids();
            (ImportStage::Checked, Report::of(&plan))
        }
        Err(problems) => (ImportStage::Refused, Report::refused(problems)),
    };
    let key =
        (stage == ImportStage::Checked).then(|| format!("rosters/{}/{id}.zip", school.school()));
    if let Some(key) = &key {
        let kept = keys::files::put_bytes((store, db.keys()), school.school(), key, bytes).await;
        kept.map_err(|error| Error::Store(error.to_string()))?;
    }
    let written = write_checked(
        db,
        school,
        roster_import::Model {
            id,
            school_id: school.school(),
            file_name: shown_name(file_name),
            file_sha256: sha256,
            object_key: key.clone(),
            stage,
            report: report::seal(db.read(), school.school(), id, &report).await?,
            made_by: school.actor(),
            checked_at: now,
            applied_at: None,
            undone_at: None,
            system,
            source_id: source,
            org_ids,
        },
        now,
    )
    .await;
    let not_kept = match (&written, key) {
        (Ok(older), _) => older.clone(),
        (Err(_), key) => key.into_iter().collect(),
    };
    for key in not_kept {
        forget(store, &key).await;
    }
    written.map(|_| id)
}

/// Writes the row of a package that was read; answers the packages that are let go for it.
async fn write_checked(
    db: &Db,
    school: &Permitted<()>,
    row: roster_import::Model,
    now: Time,
) -> Result<Vec<String>, Error> {
    let tx = db.write().await?;
    let older = if row.stage == ImportStage::Refused {
        Vec::new()
    } else {
        let_go(&tx, school.school()).await?
    };
    let (id, stage, file) = (row.id, row.stage, row.file_name.clone());
    insert(&*tx, row).await?;
    let event = Event {
        school: school.school(),
        actor: school.actor(),
        kind: "roster.checked",
        subject: id.0,
        before: None,
        after: Some(json!({ "stage": stage, "file": file })),
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(older)
}

/// Takes every package of the school from its import; answers where they lie, to be deleted
/// once that is kept. None while a legal hold is on somebody, who may be in any of them: after
/// its release they go with the next package, with what erasures have put off, or when their
/// own time is over.
pub(super) async fn let_go(tx: &Write, school: SchoolId) -> Result<Vec<String>, DbErr> {
    if !holds::held(&**tx, school).await?.is_nothing() {
        return Ok(Vec::new());
    }
    let with_package = || {
        Condition::all()
            .add(roster_import::Column::SchoolId.eq(school))
            .add(roster_import::Column::ObjectKey.is_not_null())
    };
    let keys: Vec<Option<String>> = roster_import::Entity::find()
        .select_only()
        .column(roster_import::Column::ObjectKey)
        .filter(with_package())
        .into_tuple()
        .all(&**tx)
        .await?;
    roster_import::Entity::update_many()
        .col_expr(
            roster_import::Column::ObjectKey,
            Expr::value(Option::<String>::None),
        )
        .filter(with_package())
        .exec(&**tx)
        .await?;
    Ok(keys.into_iter().flatten().collect())
}

/// Reads, compares and, if wished, brings a package in, all in one go and without
/// keeping the package. Where it is only looked at, or refused, nothing is written.
pub async fn import_now(
    db: &Db,
    school: &Permitted<()>,
    file_name: &str,
    bytes: Bytes,
    wish: Wish,
    now: Time,
) -> Result<Outcome, Error> {
    require_declared(db.read(), school.school(), now).await?;
    let sha256 = hex(&Sha256::digest(&bytes));
    let package = read(bytes).await?.map_err(Error::Refused)?;
    if wish == Wish::Look {
        let lineage = require_source(db.read(), school.school(), &package).await?;
        let row = school_row(db.read(), school.school()).await?;
        let plan = make_plan(db.read(), row, &package, lineage, now).await?;
        return Ok(Outcome::of(Report::of(&plan), None));
    }
    let tx = db.write().await?;
    let row = locked_school(&*tx, school.school()).await?;
    require_declared(&*tx, school.school(), now).await?;
    let lineage = require_source(&*tx, school.school(), &package).await?;
    let source = lineage.source;
    let plan = make_plan(&*tx, row, &package, lineage, now).await?;
    apply::require_few_leavers(&plan, wish == Wish::BringInWithLeavers)?;
    let id = ImportId(new_id());
    let report = Report::of(&plan);
    let import = roster_import::Model {
        id,
        school_id: school.school(),
        file_name: shown_name(file_name),
        file_sha256: sha256,
        object_key: None,
        stage: ImportStage::Applied,
        report: report::seal(&*tx, school.school(), id, &report).await?,
        made_by: school.actor(),
        checked_at: now,
        applied_at: Some(now),
        undone_at: None,
        system: package.system.clone(),
        source_id: source,
        org_ids: plan.org_ids(),
    };
    let origin = (package.system.as_deref(), source);
    sources::note_own(&tx, school, origin, now).await?;
    sources::note_said(&tx, school.school(), origin, plan.org_ids()).await?;
    insert(&*tx, import).await?;
    apply::write(&tx, school, id, plan, now).await?;
    tx.commit().await?;
    Ok(Outcome::of(report, Some(id)))
}

async fn insert(db: &impl ConnectionTrait, row: roster_import::Model) -> Result<(), DbErr> {
    use sea_orm::IntoActiveModel;
    roster_import::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await
        .map(|_| ())
}

/// Reads a package on a thread of its own: unpacking and checking thousands of
/// rows would keep others waiting.
pub(super) async fn read(bytes: Bytes) -> Result<Result<Package, Vec<RosterProblem>>, Error> {
    let read = tokio::task::spawn_blocking(move || oneroster::read(&bytes));
    match read.await {
        Ok(Ok(package)) => Ok(Ok(package)),
        Ok(Err(found)) => Ok(Err(report::problems(&found))),
        Err(error) => Err(Error::Store(format!("it could not be read: {error}"))),
    }
}

/// Compares; asks where things came from only if that matters.
pub(super) async fn make_plan(
    db: &impl Keyed,
    school: school::Model,
    package: &Package,
    lineage: Lineage,
    now: Time,
) -> Result<Plan, DbErr> {
    let school_id = school.id;
    let present = present::load(db, school, package, lineage).await?;
    let mut plan = plan::make(package, &present, &Origins::default(), now);
    if !plan.doubts.is_empty() {
        let origins = origins::load(db, school_id, &plan.doubts).await?;
        plan = plan::make(package, &present, &origins, now);
    }
    plan.pass_over(&present.restricted);
    Ok(plan)
}

/// The school's row, locked until the transaction ends: two imports of one school
/// take turns. Whoever writes a row that names the school need not wait for it.
pub(super) async fn locked_school(
    db: &impl ConnectionTrait,
    school: SchoolId,
) -> Result<school::Model, Error> {
    let row = school::Entity::find_by_id(school)
        .lock(LockType::NoKeyUpdate)
        .one(db)
        .await?;
    row.ok_or(Error::Access(AccessError::NotFound))
}

async fn school_row(db: &impl ConnectionTrait, school: SchoolId) -> Result<school::Model, Error> {
    let row = school::Entity::find_by_id(school).one(db).await?;
    row.ok_or(Error::Access(AccessError::NotFound))
}

/// Where a package comes from. Refuses one from a system that the school did not declare, or
/// that another has replaced, and one of which it cannot be told whether it is such a one.
pub(super) async fn require_source(
    db: &impl ConnectionTrait,
    school: SchoolId,
    package: &Package,
) -> Result<Lineage, Error> {
    let system = package.system.as_deref();
    let lineage = sources::lineage(db, school, system).await?;
    lineage.map_err(|why| match why {
        NoSource::Undeclared => Error::UndeclaredSource(system.unwrap_or_default().to_owned()),
        NoSource::Unnamed => Error::UnnamedSource,
    })
}

/// The roster is locked until the school has signed.
pub(super) async fn require_declared(
    db: &impl ConnectionTrait,
    school: SchoolId,
    now: Time,
) -> Result<(), Error> {
    if schools::is_declared(db, school, now).await? {
        Ok(())
    } else {
        Err(Error::NotDeclared)
    }
}

/// Lets a package go. If that fails, a file is left over that nothing points to.
pub(super) async fn forget(store: &Store, key: &str) {
    if let Err(error) = store.delete(key).await {
        tracing::warn!(key, %error, "a roster package was not deleted");
    }
}

/// A file's name without its folders, of bounded length.
fn shown_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let name: String = name
        .chars()
        .filter(|sign| !sign.is_control())
        .take(200)
        .collect();
    if name.is_empty() {
        "roster.zip".to_owned()
    } else {
        name
    }
}
