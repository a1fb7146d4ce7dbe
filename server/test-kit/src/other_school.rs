//! Southbank, the other tenant of the same database. Every name, title, address
//! and text in it (but for the school's own name and code, which the sign-in page
//! may show) carries the token [`CANARY`]: no page and no export of Northgate may
//! ever hold it.

use chrono::TimeDelta;
use domain::Time;
use entity::submission_file;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::{
    AssignmentId, AttemptId, ClassroomId, ConsentEventId, ConsentRequestId, ErasureJobId, FileId,
    LegalHoldId, MarkId, PersonId, RightsRequestId, SchoolId, SubmissionId,
};
use vocab::retention::PeriodUnit;
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
        object_key: Set(format!("{school}/{file}")),
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
    keeping(db, school, (student, teacher), now).await;
    let given = work::Given {
        points: Some(8),
        comment: "Lovely legs zqsouthcanary",
        is_returned: true,
    };
    let mark = work::mark(db, school, submission, teacher, &given, now).await;
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

/// What keeps and ends data: one row of each table.
async fn keeping(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (student, lead): (PersonId, PersonId),
    now: Time,
) {
    entity::retention_choice::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        rule: Set("student.account".to_owned()),
        length: Set(6),
        unit: Set(PeriodUnit::Months),
        reason: Set("zqsouthcanary".to_owned()),
        chosen_by: Set(Some(lead)),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the choice can be inserted");
    entity::retention_run::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        rule: Set("zqsouthcanary".to_owned()),
        is_dry: Set(true),
        due: Set(1),
        held: Set(0),
        deleted: Set(0),
        failed: Set(0),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the run can be inserted");
    entity::legal_hold::ActiveModel {
        id: Set(LegalHoldId(new_id())),
        school_id: Set(school),
        matter: Set("zqsouthcanary".to_owned()),
        authority: Set("zqsouthcanary".to_owned()),
        person_id: Set(Some(student)),
        opened_by: Set(Some(lead)),
        opened_at: Set(now),
        approved_by: Set(None),
        approved_at: Set(None),
        review_at: Set(now + TimeDelta::days(30)),
        released_by: Set(None),
        released_at: Set(None),
        release_reason: Set(None),
    }
    .insert(db)
    .await
    .expect("the hold can be inserted");
    let job = ErasureJobId(new_id());
    entity::erasure_job::ActiveModel {
        id: Set(job),
        school_id: Set(school),
        person_id: Set(student),
        request_id: Set(None),
        rule: Set("request".to_owned()),
        state: Set(ErasureState::CalledOff),
        plan_hash: Set(None),
        traces: Set(String::new()),
        cooling_off_until: Set(None),
        attempts: Set(0),
        last_error: Set(Some("zqsouthcanary".to_owned())),
        asked_by: Set(Some(lead)),
        created_at: Set(now),
        failed_at: Set(None),
        ended_at: Set(Some(now)),
    }
    .insert(db)
    .await
    .expect("the job can be inserted");
    entity::erasure_step::ActiveModel {
        job_id: Set(job),
        n: Set(1),
        school_id: Set(school),
        target: Set("zqsouthcanary".to_owned()),
        action: Set(StepAction::Keep),
        expected: Set(0),
        actual: Set(None),
        status: Set(StepStatus::Todo),
        note: Set(String::new()),
        done_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the step can be inserted");
    entity::erasure_certificate::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        job_id: Set(job),
        number: Set("ZQS-OUT-HCA".to_owned()),
        rule: Set("zqsouthcanary".to_owned()),
        plan_hash: Set(String::new()),
        lookup: Set(String::new()),
        summary: Set(serde_json::json!({})),
        backups_gone_at: Set(now),
        issued_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the certificate can be inserted");
}
