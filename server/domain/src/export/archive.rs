//! The copy as one file: written to disk piece by piece, so that memory stays small
//! however much there is.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use datamap::Category;
use futures::StreamExt;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef,
};
use serde_json::json;
use vocab::ids::{FileId, PersonId};
use vocab::looks::{LookKind, LookRelation, LookVia};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::gather::gather;
use super::{Error, Means, page};
use crate::access::{Permitted, relation_of};
use crate::actor::Actor;
use crate::clock::Time;
use crate::consent::{detached, receipts_of};
use crate::events::{self, Event};
use crate::files::Store;
use crate::keys::{self, Keys, files::FileError};
use crate::looks::Whose;
use crate::moments::moment;
use crate::notice::recipients;
use crate::people::names_of;
use entity::{assignment_file, outbox_file, outbox_item, submission, submission_file};

/// Whom somebody asks about a file that is not in their copy.
const ASK_SCHOOL: &str = "Ask your school about it.";

/// Who reads an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader<'a> {
    /// Whom it is about.
    Themselves,
    /// Somebody else, such as a guardian who asked.
    Another,
    /// Somebody outside the school, who gets these kinds of data alone.
    Outside(&'a [Category]),
}

impl Reader<'_> {
    fn may_have(self, kind: Category) -> bool {
        match self {
            Self::Themselves | Self::Another => true,
            Self::Outside(kinds) => kinds.contains(&kind),
        }
    }
}

/// How a copy comes to be.
struct How<'a> {
    /// As what whoever makes it looks at the data.
    relation: LookRelation,
    /// By which door.
    via: LookVia,
    /// For whom it is.
    reader: Reader<'a>,
    /// Whoever reads it, where they are known: their own answers name them.
    named: Option<PersonId>,
}

/// Makes the archive in a file without a name, which goes when it is closed. That it was
/// made is written down.
pub async fn archive(
    means: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    now: Time,
) -> Result<File, Error> {
    let reader = if **about == actor.person {
        Reader::Themselves
    } else {
        Reader::Another
    };
    let how = How {
        relation: relation_of(about.standing()),
        via: LookVia::Copy,
        reader,
        named: Some(actor.person),
    };
    make(means, actor, about, how, now).await
}

/// The same for a granted request, which the lead answers for whoever asked. The person
/// reads that it was made, and by whom.
pub(crate) async fn archive_for_request(
    means: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    (reader, requester): (Reader<'_>, Option<PersonId>),
    now: Time,
) -> Result<File, Error> {
    let how = How {
        relation: LookRelation::ProtectionLead,
        via: LookVia::Copy,
        reader,
        named: requester,
    };
    make(means, actor, about, how, now).await
}

/// The approved kinds of data alone, for a disclosure: the person is not warned by the page
/// that tells who looked, before the school has told them.
pub(crate) async fn archive_for_disclosure(
    means: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    approved: &[Category],
    now: Time,
) -> Result<File, Error> {
    let how = How {
        relation: relation_of(about.standing()),
        via: LookVia::Protection,
        reader: Reader::Outside(approved),
        named: None,
    };
    make(means, actor, about, how, now).await
}

async fn make(
    Means {
        db,
        store,
        platform,
        signer,
    }: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    How {
        relation,
        via,
        reader,
        named,
    }: How<'_>,
    now: Time,
) -> Result<File, Error> {
    let person = **about;
    actor.saw_by(Whose::Person(person), LookKind::Everything, relation, via);
    let mut copy = gather(db.read(), about.school(), person).await?;
    if reader != Reader::Themselves {
        copy.hide_what_is_for_the_subject();
    }
    if let Reader::Outside(kinds) = reader {
        copy.keep_for_outside(kinds);
    }
    let recipients = recipients(db.read(), Some(about.school()), now).await?;
    let names = names_of(db.read(), [person].into_iter()).await?;
    let name = names.get(&person).cloned().unwrap_or_default();
    let head = match reader {
        Reader::Outside(_) => {
            let may_know = reader.may_have(Category::Identity);
            page::Head::for_outside(may_know.then_some(name.as_str()))
        }
        Reader::Themselves | Reader::Another => page::Head::of_person(&name),
    };
    let made = moment(now, actor.time_zone, now).words;
    let mut zip = ZipWriter::new(tempfile::tempfile()?);
    let json = |value: &serde_json::Value| serde_json::to_vec_pretty(value).unwrap_or_default();
    for (file, bytes) in [
        (
            "data.html",
            page::html(&copy, &head, &made, &platform.sentence()).into_bytes(),
        ),
        ("data.json", json(&page::data(&copy))),
        ("about.json", json(&page::about(&copy, &recipients))),
        ("schema.json", json(&page::schema(&copy, &head))),
    ] {
        begin(&mut zip, file, true)?;
        zip.write_all(&bytes)?;
    }
    // They tell of others: that somebody answered, and that somebody asked.
    let receipts = match reader {
        Reader::Outside(_) => Vec::new(),
        Reader::Themselves | Reader::Another => {
            receipts_of(db.read(), (actor, named), about, now).await?
        }
    };
    for receipt in receipts {
        let document = receipt.json_ld(platform).to_string();
        begin(&mut zip, &format!("receipts/{}.jsonld", receipt.id), true)?;
        zip.write_all(document.as_bytes())?;
        begin(&mut zip, &format!("receipts/{}.jws", receipt.id), true)?;
        zip.write_all(detached(signer, &document).as_bytes())?;
    }
    for (id, name, key) in files(db.read(), person, reader).await? {
        match whole(store, db.keys(), &key).await? {
            Ok(mut bytes) => {
                begin(&mut zip, &format!("files/{id} {name}"), false)?;
                std::io::copy(&mut bytes, &mut zip)?;
            }
            // It does not take the rest of the copy with it.
            Err(error) => {
                tracing::error!(%error, "a file of a copy is missing or not whole");
                is_missing(&mut zip, (id, name.as_str()), &error, ASK_SCHOOL)?;
            }
        }
    }
    let mut file = zip.finish().map_err(std::io::Error::other)?;
    file.seek(SeekFrom::Start(0))?;
    let tx = db.write().await?;
    let event = Event {
        school: about.school(),
        actor: Some(about.actor()),
        kind: "data.copied",
        subject: person.0,
        before: None,
        after: Some(json!({ "tables": copy.groups.len() })),
    };
    events::record(&*tx, event, now).await?;
    tx.commit().await?;
    Ok(file)
}

/// All of a file, in one without a name: half of it in the copy would look as if it were all.
pub(super) async fn whole(
    store: &Store,
    opened_with: &Keys,
    key: &str,
) -> Result<Result<File, FileError>, Error> {
    let mut bytes = match keys::files::get(store, opened_with, key).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    let mut file = tempfile::tempfile()?;
    while let Some(chunk) = bytes.next().await {
        match chunk {
            Ok(chunk) => file.write_all(&chunk)?,
            Err(error) => return Ok(Err(error)),
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(Ok(file))
}

/// Says in the place of a file that it is not in the copy, why, and whom to `ask`.
pub(super) fn is_missing(
    zip: &mut ZipWriter<File>,
    (id, name): (FileId, &str),
    error: &FileError,
    ask: &str,
) -> Result<(), Error> {
    let why = why(error);
    begin(zip, &format!("files/{id} {name} is missing.txt"), true)?;
    let words = format!("\u{201c}{name}\u{201d} is not in this copy: {why}. {ask}\n");
    zip.write_all(words.as_bytes())?;
    Ok(())
}

/// Why a file is not in a copy.
pub(super) const fn why(error: &FileError) -> &'static str {
    match error {
        FileError::Deleted => "it was deleted",
        FileError::Unreadable => "it is damaged, or was changed outside Classimize",
        FileError::Store(_) | FileError::Keys(_) => "it could not be fetched",
    }
}

/// Files are often pressed already: they are stored as they are. Anything may be larger than
/// 4 GiB.
pub(super) fn begin(zip: &mut ZipWriter<File>, name: &str, is_text: bool) -> Result<(), Error> {
    let method = if is_text {
        zip::CompressionMethod::Deflated
    } else {
        zip::CompressionMethod::Stored
    };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .large_file(true);
    zip.start_file(name, options)
        .map_err(|error| Error::Writing(std::io::Error::other(error)))
}

/// The files that the person wrote, whether for their own work or for a class.
async fn files(
    db: &impl ConnectionTrait,
    person: PersonId,
    reader: Reader<'_>,
) -> Result<Vec<(FileId, String, String)>, DbErr> {
    let mut files = Vec::new();
    if reader.may_have(Category::Work) {
        files.extend(of_work(db, person).await?);
    }
    if reader.may_have(Category::Material) {
        files.extend(of_material(db, person).await?);
    }
    Ok(files)
}

async fn of_work(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<(FileId, String, String)>, DbErr> {
    let to_answer: RelationDef = submission_file::Entity::belongs_to(submission::Entity)
        .from(submission_file::Column::SubmissionId)
        .to(submission::Column::Id)
        .into();
    let mut files: Vec<(FileId, String, String)> = submission_file::Entity::find()
        .select_only()
        .columns([
            submission_file::Column::Id,
            submission_file::Column::Name,
            submission_file::Column::ObjectKey,
        ])
        .join(JoinType::InnerJoin, to_answer)
        .filter(submission::Column::StudentId.eq(person))
        .into_tuple()
        .all(db)
        .await?;
    let to_item: RelationDef = outbox_file::Entity::belongs_to(outbox_item::Entity)
        .from(outbox_file::Column::ItemId)
        .to(outbox_item::Column::Id)
        .into();
    let waiting: Vec<(FileId, String, String)> = outbox_file::Entity::find()
        .select_only()
        .columns([
            outbox_file::Column::Id,
            outbox_file::Column::Name,
            outbox_file::Column::ObjectKey,
        ])
        .join(JoinType::InnerJoin, to_item)
        .filter(outbox_item::Column::PersonId.eq(person))
        .into_tuple()
        .all(db)
        .await?;
    files.extend(waiting);
    Ok(files)
}

async fn of_material(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<(FileId, String, String)>, DbErr> {
    assignment_file::Entity::find()
        .select_only()
        .columns([
            assignment_file::Column::Id,
            assignment_file::Column::Name,
            assignment_file::Column::ObjectKey,
        ])
        .filter(assignment_file::Column::AddedBy.eq(person))
        .into_tuple()
        .all(db)
        .await
}
