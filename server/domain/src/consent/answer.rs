//! Taking an answer: a yes from who may decide, a no from whoever is heard, and a no taken
//! back by who said it; all written at the end of the record in the transaction of the click.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use vocab::consent::{
    AgeBand, ConsentAnswer, ConsentKind, ConsentPurpose, ConsentWord, GivenBy, PaperAnswer,
};
use vocab::ids::{ConsentEventId, ConsentRequestId, PersonId, SchoolId};
use vocab::people::Role;

use super::authority::{Speaker, Voice, may_say_no, may_say_yes};
use super::ledger::{Entry, append};
use super::said::{Said, entries, last_of};
use super::settings::student_to_the_end;
use super::{Error, TEXT_VERSION, mail};
use crate::access::{AccessError, Permitted};
use crate::clock::Time;
use crate::db::Write;
use crate::sharing;
use entity::{classroom, consent_event, consent_request, person, person_role};

/// How an answer came to be: what can be shown later of the moment it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Where, such as "settings page".
    pub channel: &'static str,
    /// The device, such as "Chrome on Android".
    pub device: String,
    /// The page words its questions for young students.
    pub for_children: bool,
    /// The fingerprint of everything that stood there to be chosen; empty where one
    /// question stood by itself.
    pub screen: String,
    /// The reference of the request by which it was asked; empty where somebody answered
    /// themselves.
    pub request: String,
    /// Whoever wrote a yes on paper in has ticked that the no before it is over.
    pub lifts_no: bool,
}

impl Evidence {
    fn fields(self, question: String) -> BTreeMap<&'static str, String> {
        let mut fields: BTreeMap<_, _> = [
            ("channel", self.channel.to_owned()),
            ("device", self.device),
            ("question", question),
            ("text_version", TEXT_VERSION.to_owned()),
        ]
        .into();
        if !self.screen.is_empty() {
            fields.insert("screen", self.screen);
            fields.insert("language", LANGUAGE.to_owned());
        }
        if !self.request.is_empty() {
            fields.insert("request", self.request);
        }
        if self.lifts_no {
            fields.insert("lifts", LIFTS.to_owned());
        }
        fields
    }
}

/// What was ticked beside a yes on paper that follows a no.
const LIFTS: &str = "the no on paper before it";

/// The language of every page.
const LANGUAGE: &str = "en-GB";

/// Writes down a yes of somebody about themselves, to a switch that stood beside others.
pub(super) async fn say_yes(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    purpose: ConsentPurpose,
    evidence: Evidence,
    now: Time,
) -> Result<(), Error> {
    let wish = Wish {
        purpose,
        request: None,
        word: ConsentWord::Yes,
    };
    let of = (person, person);
    write(tx, school, of, &wish, GivenBy::Own, evidence, now).await?;
    Ok(())
}

/// Which consent is answered, and how.
struct Wish {
    purpose: ConsentPurpose,
    request: Option<ConsentRequestId>,
    word: ConsentWord,
}

impl Wish {
    fn read(form: &ConsentAnswer) -> Result<Self, Error> {
        let purpose: ConsentPurpose = form.purpose.parse().map_err(|_| Error::NoAnswer)?;
        let request = match form.request.trim() {
            "" => None,
            id => Some(id.parse().map_err(|_| AccessError::NotFound)?),
        };
        if request.is_some() != (purpose == ConsentPurpose::SchoolRequest) {
            return Err(Error::NoAnswer);
        }
        Ok(Self {
            purpose,
            request,
            word: form.answer.parse().map_err(|_| Error::NoAnswer)?,
        })
    }

    /// The entries of this consent.
    fn about(&self, subject: PersonId) -> Condition {
        let request = consent_event::Column::RequestId;
        Condition::all()
            .add(consent_event::Column::SubjectId.eq(subject))
            .add(consent_event::Column::Purpose.eq(self.purpose))
            .add(match self.request {
                Some(id) => request.eq(id),
                None => request.is_null(),
            })
    }
}

/// Takes an answer about oneself or about a child, or takes one's own no back. The same
/// answer again writes nothing new, unless it lifts the no of somebody who was a guardian
/// since.
pub async fn answer(
    tx: &Write,
    about: &Permitted<PersonId>,
    form: &ConsentAnswer,
    evidence: Evidence,
    now: Time,
) -> Result<ConsentEventId, Error> {
    let wish = Wish::read(form)?;
    let subject = **about;
    let given_by = if subject == about.actor() {
        GivenBy::Own
    } else {
        GivenBy::Guardian
    };
    write(
        tx,
        about.school(),
        (subject, about.actor()),
        &wish,
        given_by,
        evidence,
        now,
    )
    .await
}

/// Writes down what was answered on paper, for a student whom the school asked in this
/// classroom: by a guardian, or by the student who answers alone. Paper does not tell one
/// guardian from another, so a yes after a no is taken only where it is ticked that the no is
/// over. A no that a student said by screen is theirs to take back.
pub async fn answer_on_paper(
    tx: &Write,
    classroom: &Permitted<classroom::Model>,
    (request, student): (ConsentRequestId, PersonId),
    form: &PaperAnswer,
    now: Time,
) -> Result<ConsentEventId, Error> {
    let Ok(word @ (ConsentWord::Yes | ConsentWord::No)) = form.answer.parse::<ConsentWord>() else {
        return Err(Error::NoAnswer);
    };
    let wish = Wish {
        purpose: ConsentPurpose::SchoolRequest,
        request: Some(request),
        word,
    };
    let asked = consent_request::Entity::find()
        .filter(consent_request::Column::ClassroomId.eq(classroom.id))
        .filter(consent_request::Column::Id.eq(request))
        .one(&**tx)
        .await?;
    if asked.is_none() {
        return Err(AccessError::NotFound.into());
    }
    let whose = (classroom.school(), student);
    let follows_no = word == ConsentWord::Yes && follows_a_no(tx, whose, &wish, form).await?;
    let evidence = Evidence {
        channel: "paper",
        lifts_no: follows_no,
        ..Evidence::default()
    };
    write(
        tx,
        classroom.school(),
        (student, classroom.actor()),
        &wish,
        GivenBy::Paper,
        evidence,
        now,
    )
    .await
}

/// Whether a yes on paper follows a no that it may lift; refused where it may not.
async fn follows_a_no(
    tx: &Write,
    (school, student): (SchoolId, PersonId),
    wish: &Wish,
    form: &PaperAnswer,
) -> Result<bool, Error> {
    let age = age_of(&**tx, school, student).await?;
    let signed_by = Speaker::of(GivenBy::Paper, age, None);
    let before = said_about(tx, student, wish).await?;
    let Some(no) = last_of(&before, signed_by).filter(|last| last.answered().is_no()) else {
        return Ok(false);
    };
    let is_ticked = !form.lifts_no.is_empty();
    match (no.entry.given_by, signed_by.voice) {
        (GivenBy::Paper, _) if is_ticked => Ok(true),
        (GivenBy::Paper, Voice::Own) => Err(Error::StudentsNoOnPaper),
        (GivenBy::Paper, _) => Err(Error::NoOnPaper),
        (GivenBy::Own | GivenBy::Guardian | GivenBy::School, _) => Err(Error::StudentsNo),
    }
}

/// Takes a consent about somebody back in the name of who asked for it by a request, which
/// is the evidence. News end with their mail, switched off by whoever carries it out.
pub(crate) async fn take_back_by_request(
    tx: &Write,
    (school, subject): (SchoolId, PersonId),
    speaker: PersonId,
    (purpose, request, by): (ConsentPurpose, String, Option<PersonId>),
    now: Time,
) -> Result<(), Error> {
    let wish = Wish {
        purpose,
        request: None,
        word: ConsentWord::No,
    };
    let evidence = Evidence {
        channel: "request to the school",
        request,
        ..Evidence::default()
    };
    let given_by = if subject == speaker {
        GivenBy::Own
    } else {
        GivenBy::Guardian
    };
    write(
        tx,
        school,
        (subject, speaker),
        &wish,
        given_by,
        evidence,
        now,
    )
    .await?;
    if let Some(category) = crate::mail::news_of(purpose) {
        crate::mail::switch_off(tx, (school, subject), category, by, now).await?;
    }
    Ok(())
}

/// Writes down what an adult said about news, and where they said it.
pub(crate) async fn answer_about_news(
    tx: &Write,
    (school, person): (SchoolId, PersonId),
    (purpose, is_yes): (ConsentPurpose, bool),
    channel: &'static str,
    now: Time,
) -> Result<(), AccessError> {
    let wish = Wish {
        purpose,
        request: None,
        word: if is_yes {
            ConsentWord::Yes
        } else {
            ConsentWord::No
        },
    };
    let evidence = Evidence {
        channel,
        ..Evidence::default()
    };
    let of = (person, person);
    match write(tx, school, of, &wish, GivenBy::Own, evidence, now).await {
        Ok(_) => Ok(()),
        Err(Error::Access(error)) => Err(error),
        Err(Error::Database(error)) => Err(error.into()),
        Err(_) => Err(AccessError::NotAllowed),
    }
}

async fn write(
    tx: &Write,
    school: SchoolId,
    (subject, actor): (PersonId, PersonId),
    wish: &Wish,
    given_by: GivenBy,
    evidence: Evidence,
    now: Time,
) -> Result<ConsentEventId, Error> {
    let age = age_of(&**tx, school, subject).await?;
    let question = match wish.request {
        Some(request) => asked(tx, subject, request, wish.word, now).await?,
        None if evidence.for_children && is_young(age, given_by) => {
            wish.purpose.question_for_children().to_owned()
        }
        None => wish.purpose.question().to_owned(),
    };
    let speaker = Speaker::of(given_by, age, Some(actor));
    let may = match wish.word {
        ConsentWord::Yes => may_say_yes(wish.purpose, age, speaker.voice),
        // Whose no is not heard has none to take back.
        ConsentWord::No | ConsentWord::TakeBack => may_say_no(wish.purpose, age, speaker.voice),
    };
    may.map_err(Error::NotYours)?;
    let before = said_about(tx, subject, wish).await?;
    let last = last_of(&before, speaker).map(|said| &said.entry);
    if let Some(last) = last
        && says_again(last.kind, wish.word)
        && !(wish.word == ConsentWord::Yes && lifts_a_no(&before, last.seq))
    {
        return Ok(last.id);
    }
    let kind = kind_after(last.map(|last| last.kind), wish.word)?;
    let shared_until = match wish.request {
        Some(request) => sharing::lasts_until(&**tx, request).await?,
        None => None,
    };
    let is_yes = wish.word == ConsentWord::Yes;
    let entry = Entry {
        subject,
        purpose: wish.purpose,
        request: wish.request,
        kind,
        given_by,
        actor,
        age,
        valid_until: shared_until.filter(|_| is_yes),
        evidence: evidence.fields(question),
    };
    let title = title_of(&entry);
    let written = append(tx, school, vec![entry], now).await?;
    let id = *written.first().ok_or(AccessError::NotFound)?;
    // Whoever signed on paper has the paper; young people get no mail.
    let is_by_mail = given_by == GivenBy::Guardian || age == AgeBand::Adult;
    if is_by_mail && given_by != GivenBy::Paper {
        let told = (id, title, words_of(wish.word));
        let is_sharing = shared_until.is_some();
        mail::write_receipt(tx, (school, actor), told, is_sharing, now).await?;
    } else if is_yes && informs_guardians(wish.purpose, age) {
        mail::inform_guardians(tx, (school, subject), (id, title), now).await?;
    }
    Ok(id)
}

/// Whether a word after an entry of the same voice says nothing new.
const fn says_again(last: ConsentKind, word: ConsentWord) -> bool {
    matches!(
        (word, last),
        (ConsentWord::Yes, ConsentKind::Given)
            | (
                ConsentWord::No,
                ConsentKind::Refused | ConsentKind::Withdrawn
            )
            | (ConsentWord::TakeBack, ConsentKind::Lifted)
    )
}

/// What a word is after the last entry of the same voice. Only a no is taken back.
fn kind_after(last: Option<ConsentKind>, word: ConsentWord) -> Result<ConsentKind, Error> {
    match (word, last) {
        (ConsentWord::Yes, _) => Ok(ConsentKind::Given),
        (ConsentWord::No, Some(ConsentKind::Given)) => Ok(ConsentKind::Withdrawn),
        (ConsentWord::No, _) => Ok(ConsentKind::Refused),
        (ConsentWord::TakeBack, Some(ConsentKind::Refused | ConsentKind::Withdrawn)) => {
            Ok(ConsentKind::Lifted)
        }
        (ConsentWord::TakeBack, _) => Err(Error::NothingToTakeBack),
    }
}

/// The answer as its receipt tells it by mail.
const fn words_of(word: ConsentWord) -> &'static str {
    match word {
        ConsentWord::Yes => "yes",
        ConsentWord::No => "no",
        ConsentWord::TakeBack => "your no is taken back",
    }
}

/// What was answered, in a few words: the first line of the question where the school
/// asked it.
fn title_of(entry: &Entry) -> String {
    match (entry.request, entry.evidence.get("question")) {
        (Some(_), Some(question)) => question.lines().next().unwrap_or_default().to_owned(),
        _ => entry.purpose.label().to_owned(),
    }
}

/// Whether guardians hear of a student's own yes: to pictures that the public sees, from
/// 13 until 16.
const fn informs_guardians(purpose: ConsentPurpose, age: AgeBand) -> bool {
    matches!(
        (purpose, age),
        (ConsentPurpose::PhotosInPublic, AgeBand::From13)
    )
}

/// Whether a young student reads the question themselves.
const fn is_young(age: AgeBand, given_by: GivenBy) -> bool {
    matches!((age, given_by), (AgeBand::Under13, GivenBy::Own))
}

/// Everything of this consent, in the order of the record.
async fn said_about(tx: &Write, subject: PersonId, wish: &Wish) -> Result<Vec<Said>, Error> {
    let mut all = entries()
        .filter(wish.about(subject))
        .into_model::<Said>()
        .all(&**tx)
        .await?;
    // Asked for in their order, SQLite would read all of the school's record.
    all.sort_by_key(|said| said.entry.seq);
    Ok(all)
}

/// Whether a yes that was said already is worth an entry again: a guardian said no after
/// it, and looks after the person no longer.
fn lifts_a_no(entries: &[Said], after: i64) -> bool {
    entries
        .iter()
        .filter(|said| said.entry.seq > after)
        .map(Said::answered)
        .any(|said| said.is_no() && !said.has_say)
}

/// What the school asked. A closed request takes a no and nothing that may become a yes; one
/// that this student was not asked is not there.
async fn asked(
    tx: &Write,
    subject: PersonId,
    request: ConsentRequestId,
    word: ConsentWord,
    now: Time,
) -> Result<String, Error> {
    let asked = consent_event::Entity::find()
        .filter(consent_event::Column::SubjectId.eq(subject))
        .filter(consent_event::Column::RequestId.eq(request))
        .filter(consent_event::Column::Kind.eq(ConsentKind::Requested))
        .one(&**tx)
        .await?;
    let request = consent_request::Entity::find_by_id(request)
        .one(&**tx)
        .await?
        .filter(|_| asked.is_some())
        .ok_or(AccessError::NotFound)?;
    let is_over = request.closed_at.is_some() || request.answer_until.is_some_and(|end| end <= now);
    if is_over && word != ConsentWord::No {
        return Err(Error::Closed);
    }
    Ok(format!("{}\n\n{}", request.title, request.details))
}

/// How old somebody of the school is, as far as consent asks.
pub(crate) async fn age_of(
    db: &impl ConnectionTrait,
    school: SchoolId,
    id: PersonId,
) -> Result<AgeBand, AccessError> {
    let person = person::Entity::find_by_id(id)
        .filter(person::Column::SchoolId.eq(school))
        .one(db)
        .await?
        .ok_or(AccessError::NotFound)?;
    let is_student = person_role::Entity::find()
        .filter(person_role::Column::PersonId.eq(id))
        .filter(person_role::Column::Role.eq(Role::Student))
        .filter(student_to_the_end(Expr::val(person.ended_at)))
        .one(db)
        .await?
        .is_some();
    Ok(if is_student {
        AgeBand::of_year_group(person.year_group.as_deref())
    } else {
        AgeBand::Adult
    })
}
