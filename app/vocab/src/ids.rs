//! The ids of everything that has a row. They are version 7 UUIDs: sorted by
//! the time of making, and safe to show in an address.

ids! {
    /// A school, the tenant.
    SchoolId,
    /// Somebody in one school.
    PersonId,
    /// A way to sign in.
    AccountId,
    /// A sign-in on one device. Not the secret in the cookie.
    SessionId,
    /// An invitation to make an account.
    InvitationId,
    /// A guardian's tie to a student.
    GuardianshipId,
    /// A teaching group.
    ClassroomId,
    /// A person's place in a classroom.
    EnrolmentId,
    /// A piece of set work.
    AssignmentId,
    /// One student's answer to one assignment.
    SubmissionId,
    /// One hand-in of a submission.
    AttemptId,
    /// A file that belongs to a submission.
    FileId,
    /// The mark and feedback on a submission.
    MarkId,
    /// What was returned for an older try of a submission.
    EarlierMarkId,
    /// A change that somebody made.
    EventId,
    /// One reading of a roster package.
    ImportId,
    /// A school's signed declaration.
    DeclarationId,
    /// One entry of the record of consents.
    ConsentEventId,
    /// What a school asked once.
    ConsentRequestId,
    /// Somebody's request about their data.
    RightsRequestId,
    /// One version of a policy document.
    PolicyVersionId,
    /// A message by the contact page.
    ContactId,
    /// The erasure of somebody.
    ErasureJobId,
    /// A system from which data about people may come in.
    DataSourceId,
    /// A duty of somebody of the staff.
    DutyId,
    /// What somebody reported.
    ReportId,
    /// A restriction of somebody's data.
    RestrictionId,
    /// An order to keep something.
    LegalHoldId,
    /// A breach of personal data.
    BreachId,
    /// Somebody's data, asked for by a third party.
    DisclosureId,
    /// The platform changes hands.
    BusinessTransferId,
    /// A time for which the operator may look inside a school.
    SupportGrantId,
    /// A school stops using the platform.
    LeavingId,
    /// Somebody outside the school who may be given data.
    RecipientId,
    /// A school's proposal to give data to a recipient.
    SharingId,
    /// A table of counts that was given out.
    ReleaseId,
    /// An enrolled tablet or computer of a school. Not the secret in its cookie.
    DeviceId,
    /// A printed badge. Not the code on it.
    BadgeId,
    /// A mail on its way out.
    MailId,
    /// What somebody chose about one kind of mail.
    MailChoiceId,
    /// A company that works for the platform.
    ProviderId,
    /// What allows data to leave the country.
    TransferId,
}
