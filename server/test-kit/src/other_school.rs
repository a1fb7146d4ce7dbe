//! Southbank, the other tenant of the same database. Every name, title, address
//! and text in it (but for the school's own name and code, which the sign-in page
//! may show) carries the token [`CANARY`]: no page and no export of Northgate may
//! ever hold it.

use chrono::TimeDelta;
use domain::Time;
use entity::submission_file;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use vocab::breaches::BreachKind;
use vocab::consent::{AgeBand, ConsentKind, ConsentPurpose, GivenBy};
use vocab::disclosures::{DisclosureKind, DisclosureState};
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::{
    AssignmentId, AttemptId, BreachId, ClassroomId, ConsentEventId, ConsentRequestId, ContactId,
    DisclosureId, ErasureJobId, FileId, LegalHoldId, MailChoiceId, MailId, MarkId, PersonId,
    PolicyVersionId, RightsRequestId, SchoolId, SubmissionId, SupportGrantId,
};
use vocab::looks::{LookKind, LookRelation, LookVia};
use vocab::mail::{MailChoiceState, MailState, MailTemplate, MessageCategory};
use vocab::policies::{NoticeKind, PolicyDocument};
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
    keeping(db, school, (student, teacher), now).await;
    registers(db, school, [student, teacher], now).await;
    mail(db, school, (student, teacher), asked, now).await;
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

/// A row in each of the lead's registers.
async fn registers(
    db: &impl ConnectionTrait,
    school: SchoolId,
    [student, teacher]: [PersonId; 2],
    now: Time,
) {
    entity::access_event::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        actor_id: Set(Some(teacher)),
        relation: Set(LookRelation::Teacher),
        subject_id: Set(Some(student)),
        classroom_id: Set(None),
        about_id: Set(student.0),
        kind: Set(LookKind::Work),
        via: Set(LookVia::Page),
        period: Set(now),
        first_at: Set(now),
        last_at: Set(now),
        times: Set(1),
    }
    .insert(db)
    .await
    .expect("the look can be inserted");
    entity::privacy_setting::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        names_shown: Set(true),
        set_by: Set(Some(teacher)),
        set_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the choice can be inserted");
    entity::breach::ActiveModel {
        id: Set(BreachId(new_id())),
        school_id: Set(school),
        reference: Set("SOU-THB".to_owned()),
        kind: Set(BreachKind::Confidentiality),
        what: Set("A list lay about zqsouthcanary".to_owned()),
        categories: Set("Names zqsouthcanary".to_owned()),
        people: Set(3),
        operator_aware_at: Set(None),
        aware_at: Set(now),
        reported_by: Set(Some(teacher)),
        risk: Set(None),
        reason: Set("zqsouthcanary".to_owned()),
        assessed_at: Set(None),
        commissioner_told_at: Set(None),
        commissioner_reference: Set(String::new()),
        people_told_at: Set(None),
        measures: Set(String::new()),
        closed_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the breach can be inserted");
    entity::disclosure::ActiveModel {
        id: Set(DisclosureId(new_id())),
        school_id: Set(school),
        reference: Set("SOU-THD".to_owned()),
        kind: Set(DisclosureKind::Legal),
        state: Set(DisclosureState::Asked),
        requester: Set("A court zqsouthcanary".to_owned()),
        authority: Set("zqsouthcanary".to_owned()),
        basis: Set("zqsouthcanary".to_owned()),
        categories: Set("zqsouthcanary".to_owned()),
        subject_id: Set(Some(student)),
        asked_by: Set(teacher),
        asked_at: Set(now),
        first_by: Set(None),
        first_at: Set(None),
        second_by: Set(None),
        second_at: Set(None),
        told_at: Set(None),
        not_told_because: Set(None),
        refused_because: Set(None),
        given_at: Set(None),
        payload_sha256: Set(None),
    }
    .insert(db)
    .await
    .expect("the disclosure can be inserted");
    entity::activity_review::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        activity: Set("Teaching".to_owned()),
        reviewed_by: Set(teacher),
        reviewed_at: Set(now),
        due_at: Set(now + TimeDelta::days(300)),
        note: Set("zqsouthcanary".to_owned()),
    }
    .insert(db)
    .await
    .expect("the review can be inserted");
    entity::support_grant::ActiveModel {
        id: Set(SupportGrantId(new_id())),
        school_id: Set(school),
        reason: Set("zqsouthcanary".to_owned()),
        granted_by: Set(teacher),
        granted_at: Set(now),
        until_at: Set(now + TimeDelta::hours(1)),
        ended_by: Set(None),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the grant can be inserted");
}

/// Southbank's mail, and what it says about a provider that belongs to nobody's school.
async fn mail(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (student, teacher): (PersonId, PersonId),
    request: RightsRequestId,
    now: Time,
) {
    entity::outbox_mail::ActiveModel {
        id: Set(MailId(new_id())),
        school_id: Set(school),
        category: Set(MailTemplate::RequestReceived.category()),
        template: Set(MailTemplate::RequestReceived),
        recipient_id: Set(Some(student)),
        address: Set(Some("sid@zqsouthcanary.example".to_owned())),
        variables: Set("{\"words\":\"zqsouthcanary\"}".to_owned()),
        cause_id: Set(Some(request.0)),
        state: Set(MailState::Failed),
        attempts: Set(1),
        queued_at: Set(now),
        next_try_at: Set(now),
        expires_at: Set(now),
        ended_at: Set(Some(now)),
        reason: Set(Some("zqsouthcanary".to_owned())),
    }
    .insert(db)
    .await
    .expect("the mail can be inserted");
    entity::mail_choice::ActiveModel {
        id: Set(MailChoiceId(new_id())),
        school_id: Set(school),
        person_id: Set(student),
        category: Set(MessageCategory::ServiceOptional),
        state: Set(MailChoiceState::Off),
        changed_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the choice can be inserted");
    entity::contact_message::ActiveModel {
        id: Set(ContactId(new_id())),
        school_id: Set(school),
        request_id: Set(request),
        notice_version: Set("zqsouthcanary".to_owned()),
        sender_hash: Set("zqsouthcanary".to_owned()),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the message can be inserted");
    entity::uk_only_rule::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        begun_by: Set(teacher),
        began_at: Set(now),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the rule can be inserted");
}
