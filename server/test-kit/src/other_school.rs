//! Southbank, the other tenant of the same database. Every name, title, address
//! and text in it (but for the school's own name and code, which the sign-in page
//! may show) carries the token [`CANARY`]: no page and no export of Northgate may
//! ever hold it.

mod records;

use chrono::TimeDelta;
use domain::Time;
use entity::submission_file;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::ids::{
    AssignmentId, AttemptId, ClassroomId, ConsentEventId, ConsentRequestId, EarlierMarkId, FileId,
    MarkId, PersonId, PolicyVersionId, RightsRequestId, SchoolId, SubmissionId,
};
use vocab::points::Points;
use vocab::policies::{NoticeKind, PolicyDocument};
use vocab::rights::{RequestChannel, RequestKind, RequestState};
use vocab::schools::Phase;

use crate::cast::{SOUTH, SOUTH_ROOMS};
use crate::roll::{self, Cast, Roll};
use crate::school::new_id;
use crate::work::{self, NewWork};

/// Stands in every name and text of Southbank.
pub const CANARY: &str = "zqsouthcanary";

/// Rows of Southbank, to try against Northgate's people and the other way round.
#[derive(Clone, Copy, Debug)]
pub struct South {
    /// The school.
    pub school: SchoolId,
    /// "3Owls".
    pub classroom: ClassroomId,
    /// Sid, the student.
    pub student: PersonId,
    /// Published work in the classroom.
    pub assignment: AssignmentId,
    /// Sid's answer, handed in.
    pub submission: SubmissionId,
    /// Its one attempt.
    pub attempt: AttemptId,
    /// A file in it; its bytes are in no store.
    pub file: FileId,
    /// Its mark, returned.
    pub mark: MarkId,
}

pub(crate) async fn build(db: &impl ConnectionTrait, now: Time, roll: &mut Roll) -> South {
    let cast = Cast {
        code: "SOUTH",
        name: "Southbank",
        phase: Phase::Primary,
        rooms: &SOUTH_ROOMS,
        room_suffix: " zqsouthcanary",
        mail_host: "zqsouthcanary.example",
        members: &SOUTH,
    };
    let school = roll::enrol(db, &cast, now, roll).await;
    let classroom = roll.classrooms["3Owls"];
    let (student, teacher) = (roll.people["sid"], roll.people["sam"]);
    let set = NewWork::published("Tadpoles zqsouthcanary")
        .instructions("Draw a tadpole zqsouthcanary.")
        .points(10);
    let assignment = work::set(db, school, classroom, teacher, &set, now).await;
    let answer = work::Answer {
        school,
        assignment,
        student,
        text: "My tadpole zqsouthcanary",
    };
    let (submission, attempt) = work::hand_in(db, &answer, None, now).await;
    let file = FileId(new_id());
    submission_file::ActiveModel {
        id: Set(file),
        school_id: Set(school),
        submission_id: Set(submission),
        name: Set("tadpole-zqsouthcanary.png".to_owned()),
        size_bytes: Set(68),
        media_type: Set("image/png".to_owned()),
        object_key: Set(format!("submissions/{school}/{file}")),
        sha256: Set(domain::secrets::fingerprint("tadpole")),
        added_at: Set(now - TimeDelta::minutes(5)),
        removed_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the file's row can be inserted");
    entity::attempt_file::ActiveModel {
        attempt_id: Set(attempt),
        file_id: Set(file),
        school_id: Set(school),
    }
    .insert(db)
    .await
    .expect("the attempt's file can be inserted");
    entity::assignment_file::ActiveModel {
        id: Set(FileId(new_id())),
        school_id: Set(school),
        assignment_id: Set(assignment),
        name: Set("pond-zqsouthcanary.pdf".to_owned()),
        size_bytes: Set(68),
        media_type: Set("application/pdf".to_owned()),
        object_key: Set(format!("materials/{school}/pond")),
        sha256: Set(domain::secrets::fingerprint("pond")),
        added_by: Set(teacher),
        added_at: Set(now - TimeDelta::minutes(5)),
        removed_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the work's file can be inserted");
    let request = ConsentRequestId(new_id());
    entity::consent_request::ActiveModel {
        id: Set(request),
        school_id: Set(school),
        classroom_id: Set(classroom),
        title: Set("Pond trip zqsouthcanary".to_owned()),
        details: Set("To the pond zqsouthcanary.".to_owned()),
        answer_until: Set(None),
        created_by: Set(teacher),
        created_at: Set(now - TimeDelta::minutes(5)),
        closed_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the request can be inserted");
    entity::consent_event::ActiveModel {
        id: Set(ConsentEventId(new_id())),
        school_id: Set(school),
        seq: Set(1),
        subject_id: Set(student),
        purpose: Set(ConsentPurpose::SchoolRequest),
        request_id: Set(Some(request)),
        kind: Set(ConsentKind::Requested),
        given_by: Set(GivenBy::School),
        actor_id: Set(Some(teacher)),
        age_band: Set(AgeBand::Under13),
        text_version: Set("2026-11".to_owned()),
        valid_until: Set(None),
        payload: Set("{\"question\":\"zqsouthcanary\"}".to_owned()),
        payload_commitment: Set(String::new()),
        prev_hash: Set(String::new()),
        entry_hash: Set("south".to_owned()),
        at: Set(now - TimeDelta::minutes(5)),
    }
    .insert(db)
    .await
    .expect("the entry can be inserted");
    entity::ledger_checkpoint::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        up_to_seq: Set(1),
        root_hash: Set("south".to_owned()),
        signature: Set(String::new()),
        public_key: Set(String::new()),
        signed_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the statement can be inserted");
    let asked = RightsRequestId(new_id());
    entity::rights_request::ActiveModel {
        id: Set(asked),
        school_id: Set(school),
        reference: Set("SOU-THX".to_owned()),
        kind: Set(RequestKind::Access),
        subject_id: Set(Some(student)),
        requester_id: Set(Some(student)),
        contact: Set(None),
        details: Set("Everything zqsouthcanary".to_owned()),
        state: Set(RequestState::Open),
        channel: Set(RequestChannel::Account),
        received_at: Set(now),
        clock_from: Set(Some(now)),
        paused_at: Set(None),
        paused_days: Set(0),
        extended_at: Set(None),
        first_answer_at: Set(None),
        decision: Set(None),
        closed_at: Set(None),
        acknowledged_at: Set(None),
        student_view: Set(None),
        student_view_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the request can be inserted");
    entity::rights_event::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        request_id: Set(asked),
        from_state: Set(None),
        to_state: Set(RequestState::Open),
        actor_id: Set(Some(student)),
        note: Set("zqsouthcanary".to_owned()),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the step can be inserted");
    // Saskia's key is gone: her row is about nobody's texts.
    entity::key_destroyed::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(roll.people["saskia"]),
        at: Set(now),
        reason: Set("zqsouthcanary".to_owned()),
    }
    .insert(db)
    .await
    .expect("the tombstone can be inserted");
    records::keeping(db, school, (student, teacher), now).await;
    let disclosure = records::registers(db, school, [student, teacher], now).await;
    records::sharing(db, school, (student, teacher), (request, disclosure), now).await;
    records::mail(db, school, (student, teacher), asked, now).await;
    entity::allowed_host::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        host: Set("zqsouthcanary.example".to_owned()),
        added_by: Set(Some(teacher)),
        added_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the site can be inserted");
    records::badges(db, school, (student, teacher), now).await;
    records::reading(db, school, (student, teacher), now).await;
    let version = PolicyVersionId(new_id());
    entity::policy_version::ActiveModel {
        id: Set(version),
        document: Set(PolicyDocument::ChildrensNotice),
        language: Set("en-GB".to_owned()),
        semver: Set("0.0.1".to_owned()),
        is_material: Set(false),
        change_log: Set("A draft that nobody approved.".to_owned()),
        text: Set("A draft.".to_owned()),
        text_sha256: Set(domain::secrets::fingerprint("A draft.")),
        author: Set("Nobody".to_owned()),
        proposed_at: Set(now),
        approver: Set(None),
        approved_at: Set(None),
        effective_from: Set(None),
    }
    .insert(db)
    .await
    .expect("the version can be inserted");
    entity::notice_event::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(student),
        version_id: Set(version),
        kind: Set(NoticeKind::Shown),
        channel: Set("zqsouthcanary".to_owned()),
        language: Set("en-GB".to_owned()),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the notice can be inserted");
    entity::notice_standing::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(student),
        shown_id: Set(Some(version)),
        read_id: Set(None),
        used_id: Set(None),
        terms_id: Set(None),
    }
    .insert(db)
    .await
    .expect("the standing can be inserted");
    let given = work::Given {
        points: Some(8),
        comment: "Lovely legs zqsouthcanary",
        is_returned: true,
    };
    let mark = work::mark(db, school, submission, teacher, &given, now).await;
    entity::earlier_mark::ActiveModel {
        id: Set(EarlierMarkId(new_id())),
        school_id: Set(school),
        mark_id: Set(mark),
        attempt_id: Set(attempt),
        points: Set(Some(Points::whole(6))),
        comment: Set("Draw the tail zqsouthcanary".to_owned()),
        marked_by: Set(teacher),
        returned_at: Set(now),
    }
    .insert(db)
    .await
    .expect("what came back before can be inserted");
    South {
        school,
        classroom,
        student,
        assignment,
        submission,
        attempt,
        file,
        mark,
    }
}
