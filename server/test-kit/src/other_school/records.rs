//! Southbank's badges, registers, mail, and what keeps and ends its data: a row of each
//! table, for everybody whom [`build`](super::build) made.

use chrono::TimeDelta;
use domain::Time;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use vocab::badges::DeviceProfile;
use vocab::breaches::{BreachKind, BreachRisk, BreachStep};
use vocab::disclosures::{DisclosureKind, DisclosureState};
use vocab::erasure::{ErasureState, StepAction, StepStatus};
use vocab::ids::{
    BadgeId, BreachId, ContactId, DataSourceId, DeviceId, DisclosureId, DutyId, ErasureJobId,
    LegalHoldId, MailChoiceId, MailId, PersonId, ReportId, RestrictionId, RightsRequestId,
    SchoolId, SupportGrantId,
};
use vocab::looks::{LookKind, LookRelation, LookVia};
use vocab::mail::{MailChoiceState, MailState, MailTemplate, MessageCategory};
use vocab::reading::Theme;
use vocab::restrictions::RestrictionGround;
use vocab::retention::PeriodUnit;
use vocab::safety::{Duty, ReportKind, ReportState, SecurityKind};

use crate::school::new_id;

/// An enrolled device, a badge and the hours.
pub(super) async fn badges(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (student, teacher): (PersonId, PersonId),
    now: Time,
) {
    entity::device::ActiveModel {
        id: Set(DeviceId(new_id())),
        school_id: Set(school),
        label: Set("Tablet zqsouthcanary".to_owned()),
        profile: Set(DeviceProfile::Shared),
        token_hash: Set(domain::secrets::fingerprint("the tablet of southbank")),
        enrolled_by: Set(teacher),
        created_at: Set(now),
        last_seen_at: Set(None),
        expires_at: Set(now + TimeDelta::days(200)),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the device can be inserted");
    entity::badge::ActiveModel {
        id: Set(BadgeId(new_id())),
        school_id: Set(school),
        person_id: Set(student),
        code_hash: Set("zqsouthcanary".to_owned()),
        picture_round: Set(0),
        issued_by: Set(teacher),
        created_at: Set(now),
        expires_at: Set(now + TimeDelta::days(200)),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the badge can be inserted");
    entity::badge_setting::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        from_minute: Set(0),
        until_minute: Set(1439),
        days: Set(127),
        teachers_enrol: Set(true),
        set_by: Set(Some(teacher)),
        set_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the hours can be inserted");
}

/// What keeps and ends data: one row of each table.
pub(super) async fn keeping(
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
    entity::duty::ActiveModel {
        id: Set(DutyId(new_id())),
        school_id: Set(school),
        person_id: Set(lead),
        duty: Set(Duty::Security),
        given_by: Set(None),
        given_at: Set(now),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the duty can be inserted");
    entity::security_event::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        kind: Set(SecurityKind::RefusedSignIn),
        person_id: Set(Some(student)),
        detail: Set("zqsouthcanary".to_owned()),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the line can be inserted");
    entity::abuse_report::ActiveModel {
        id: Set(ReportId(new_id())),
        school_id: Set(school),
        reporter_id: Set(Some(student)),
        kind: Set(ReportKind::Content),
        words: Set("zqsouthcanary".to_owned()),
        place: Set("zqsouthcanary".to_owned()),
        state: Set(ReportState::Received),
        answer: Set(Some("zqsouthcanary".to_owned())),
        received_at: Set(now),
        led_by: Set(Some(lead)),
        closed_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the report can be inserted");
    entity::data_source::ActiveModel {
        id: Set(DataSourceId(new_id())),
        school_id: Set(school),
        is_own: Set(false),
        system: Set("zqsouthcanary".to_owned()),
        what: Set("zqsouthcanary".to_owned()),
        because: Set("zqsouthcanary".to_owned()),
        assessment: Set("zqsouthcanary".to_owned()),
        declared_by: Set(Some(lead)),
        declared_at: Set(now),
        approved_by: Set(None),
        approved_at: Set(None),
        ended_by: Set(None),
        ended_at: Set(None),
        replaces_roster: Set(false),
        org_ids: Set(None),
        came_unnamed: Set(false),
    }
    .insert(db)
    .await
    .expect("the source can be inserted");
    entity::restriction::ActiveModel {
        id: Set(RestrictionId(new_id())),
        school_id: Set(school),
        person_id: Set(student),
        ground: Set(RestrictionGround::LegalClaim),
        begun_by: Set(Some(lead)),
        begun_at: Set(now),
        request_id: Set(None),
        lift_reason: Set(Some("zqsouthcanary".to_owned())),
        told_at: Set(Some(now)),
        lifts_at: Set(Some(now)),
        ended_at: Set(Some(now)),
    }
    .insert(db)
    .await
    .expect("the restriction can be inserted");
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
pub(super) async fn registers(
    db: &impl ConnectionTrait,
    school: SchoolId,
    [student, teacher]: [PersonId; 2],
    now: Time,
) -> DisclosureId {
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
    let breach = BreachId(new_id());
    entity::breach::ActiveModel {
        id: Set(breach),
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
    entity::breach_step::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        breach_id: Set(breach),
        step: Set(BreachStep::Assess),
        risk: Set(Some(BreachRisk::Unlikely)),
        words: Set("zqsouthcanary".to_owned()),
        actor_id: Set(Some(teacher)),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the step of the breach can be inserted");
    let disclosure = DisclosureId(new_id());
    entity::disclosure::ActiveModel {
        id: Set(disclosure),
        school_id: Set(school),
        reference: Set("SOU-THD".to_owned()),
        kind: Set(DisclosureKind::Legal),
        state: Set(DisclosureState::Asked),
        requester: Set("A court zqsouthcanary".to_owned()),
        authority: Set("zqsouthcanary".to_owned()),
        basis: Set("zqsouthcanary".to_owned()),
        categories: Set("zqsouthcanary".to_owned()),
        kinds: Set(Some("identity".to_owned())),
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
    disclosure
}

/// Southbank's mail, and what it says about a provider that belongs to nobody's school.
pub(super) async fn mail(
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
    entity::outbox_item::ActiveModel {
        id: Set(request.0),
        school_id: Set(school),
        person_id: Set(student),
        assignment_id: Set(None),
        session_id: Set(vocab::ids::SessionId(new_id())),
        operation: Set(vocab::outbox::Operation::Draft),
        outcome: Set(vocab::outbox::Outcome::Gone),
        body_hash: Set("zqsouthcanary".to_owned()),
        text: Set("zqsouthcanary".to_owned()),
        receipt: Set(String::new()),
        draft_version: Set(0),
        made_at: Set(now),
        received_at: Set(now),
        seen_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the item can be inserted");
    entity::outbox_file::ActiveModel {
        id: Set(vocab::ids::FileId(new_id())),
        school_id: Set(school),
        item_id: Set(request.0),
        name: Set("zqsouthcanary.png".to_owned()),
        size_bytes: Set(1),
        media_type: Set("image/png".to_owned()),
        object_key: Set("zqsouthcanary-item".to_owned()),
        sha256: Set("zqsouthcanary".to_owned()),
    }
    .insert(db)
    .await
    .expect("the file can be inserted");
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

/// How somebody reads, and what is arranged for them.
pub(super) async fn reading(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (student, admin): (PersonId, PersonId),
    now: Time,
) {
    entity::reading_setting::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(student),
        theme: Set(Some(Theme::Cream)),
        size: Set(None),
        line: Set(None),
        letters: Set(None),
        measure: Set(None),
        font: Set(None),
        ruler: Set(None),
        aloud: Set(None),
        changed_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the settings can be inserted");
    entity::access_arrangement::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        person_id: Set(student),
        extra_time_percent: Set(25),
        rest_breaks: Set(true),
        what_helps: Set("Sits near the zqsouthcanary.".to_owned()),
        theme: Set(None),
        size: Set(None),
        line: Set(None),
        letters: Set(None),
        measure: Set(None),
        font: Set(None),
        ruler: Set(None),
        aloud: Set(None),
        set_by: Set(Some(admin)),
        set_at: Set(now),
    }
    .insert(db)
    .await
    .expect("the arrangement can be inserted");
}

/// A recipient, a proposal with a file that was made of it, and that the school takes part
/// in statistics.
pub(super) async fn sharing(
    db: &impl ConnectionTrait,
    school: SchoolId,
    (student, teacher): (PersonId, PersonId),
    (request, disclosure): (vocab::ids::ConsentRequestId, DisclosureId),
    now: Time,
) {
    let (recipient, sharing) = (
        vocab::ids::RecipientId(new_id()),
        vocab::ids::SharingId(new_id()),
    );
    entity::recipient::ActiveModel {
        id: Set(recipient),
        school_id: Set(school),
        name: Set("Bright Lens zqsouthcanary".to_owned()),
        does: Set("Takes photographs zqsouthcanary".to_owned()),
        country: Set("GB".to_owned()),
        allowed_by: Set(None),
        policy_url: Set("https://zqsouthcanary.example".to_owned()),
        sells_data: Set(false),
        created_by: Set(teacher),
        created_at: Set(now),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the recipient can be inserted");
    entity::sharing_request::ActiveModel {
        id: Set(sharing),
        school_id: Set(school),
        request_id: Set(request),
        recipient_id: Set(recipient),
        purpose: Set("Names zqsouthcanary".to_owned()),
        columns: Set("person.given_name".to_owned()),
        until_at: Set(now + TimeDelta::days(20)),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the proposal can be inserted");
    entity::shared_entry::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        sharing_id: Set(sharing),
        disclosure_id: Set(disclosure),
        subject_id: Set(student),
        given_to: Set("Bright Lens zqsouthcanary".to_owned()),
        columns: Set("person.given_name".to_owned()),
        at: Set(now),
    }
    .insert(db)
    .await
    .expect("the entry can be inserted");
    entity::stat_choice::ActiveModel {
        id: Set(new_id()),
        school_id: Set(school),
        chosen_by: Set(teacher),
        began_at: Set(now),
        ended_at: Set(None),
    }
    .insert(db)
    .await
    .expect("the choice can be inserted");
}
