//! The copy as one archive: whose it is, what of it its reader may have, and the texts that
//! open it. Its files come in while it goes out (`making`).

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use datamap::Category;
use futures::StreamExt;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use vocab::ids::{FileId, PersonId};
use vocab::looks::{LookKind, LookRelation, LookVia};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::gather::gather;
use super::listed::list;
use super::making::{Archive, Making};
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
    pub(super) fn may_have(self, kind: Category) -> bool {
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

/// Begins somebody's copy. That it was made is written down from then on.
pub async fn start(
    means: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    now: Time,
) -> Result<Making, Error> {
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
pub(crate) async fn start_for_request(
    means: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    (reader, requester): (Reader<'_>, Option<PersonId>),
    now: Time,
) -> Result<Making, Error> {
    let how = How {
        relation: LookRelation::ProtectionLead,
        via: LookVia::Copy,
        reader,
        named: requester,
    };
    make(means, actor, about, how, now).await
}

/// The approved kinds of data alone, for a disclosure, as a whole in a file without a name:
/// its hash is kept. The person is not warned by the page that tells who looked, before the
/// school has told them.
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
    let copy = make(means, actor, about, how, now).await?;
    copy.whole().await
}

async fn make(
    means: Means<'_>,
    actor: &Actor,
    about: &Permitted<PersonId>,
    How {
        relation,
        via,
        reader,
        named,
    }: How<'_>,
    now: Time,
) -> Result<Making, Error> {
    let Means {
        db,
        platform,
        signer,
        ..
    } = means;
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
    let mut archive = Archive::new()?;
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
        archive.text(file, &bytes)?;
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
        let name = format!("receipts/{}", receipt.id);
        archive.text(&format!("{name}.jsonld"), document.as_bytes())?;
        let signature = detached(signer, &document);
        archive.text(&format!("{name}.jws"), signature.as_bytes())?;
    }
    let files = list(db.read(), person, reader).await?;
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
    Making::new(archive, files, means)
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
    let mut written = tokio::fs::File::from_std(tempfile::tempfile()?);
    while let Some(chunk) = bytes.next().await {
        match chunk {
            Ok(chunk) => written.write_all(&chunk).await?,
            Err(error) => return Ok(Err(error)),
        }
    }
    written.flush().await?;
    let mut file = written.into_std().await;
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
