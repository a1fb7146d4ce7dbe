//! The words of Classimize: ids, enums, points, read models and form inputs.
//!
//! Everything here runs in the browser as well as on the server, so it knows
//! nothing of databases (but for the optional `db` feature), clocks or HTML.
//!
//! # Glossary
//! One word per idea, in code, addresses, tables, style classes, tests and logs.
//!
//! | word | means |
//! |---|---|
//! | school | the tenant: one school's own world; every row of a school carries `school_id` |
//! | trust | several schools under one administration |
//! | account | a way to sign in |
//! | person | somebody in one school, with one or more roles there |
//! | student, guardian, teacher, school admin, data protection lead, operator | the roles |
//! | guardianship | the tie between a guardian and a student |
//! | classroom | a teaching group: subject, year group, teachers, students |
//! | enrolment | a person's place in a classroom, with a role and dates; ended, never deleted |
//! | assignment | set work |
//! | submission | a student's answer to an assignment |
//! | attempt | one try of a submission: what was handed in, when, with its receipt |
//! | mark, feedback | the number; the words |
//! | earlier mark, earlier feedback | what was returned for an older try, kept since a newer one was marked |
//! | return | the moment a student may see mark and feedback |
//! | declaration | the school's signed word that it may process its students' data |
//! | leaving | a school stops using the platform: asked for by one person, confirmed by a second; can be called off until everything is deleted |
//! | roster import | one reading of a OneRoster package into a school |
//! | source | a system from which data about people comes in, declared with its assessment and approved by a second person |
//! | duty | what somebody of the staff does beside their role: security, safeguarding; given by hand |
//! | report | what hurt or worried somebody, told to the safeguarding lead |
//! | security log | refused sign-ins, accounts that wait, doors that stayed closed, sign-outs from elsewhere |
//! | objection | a no of a person, or of who looks after them, to a use of their data; the use stops at once |
//! | restriction | somebody's data is kept, and nothing else is done with it; told before it ends |
//! | consent | a yes or no of a person, or of a guardian for a student, to one optional purpose |
//! | taking a no back | whoever said no leaves it open again, without a yes; what others answered counts |
//! | record of consents | the school's chain of entries about consents; only ever added to |
//! | signed statement | how far the record of consents had come, signed by the server; mailed to admins and leads, who keep it elsewhere |
//! | mail | one message to one address, kept in the outbox until it is sent |
//! | provider | a company that works for the platform, and what it may be given |
//! | legal entity | the company that runs this server |
//! | rights request | somebody's wish to see, correct, limit, stop or erase what is kept about them |
//! | retention rule | how long something is kept, counted from when; a school chooses within bounds |
//! | legal hold | an order that something is kept, whatever the rules say; approved by two people |
//! | erasure | everything about somebody goes, step by step, and is searched for afterwards |
//! | certificate | what is left of an erasure: when, under which rule; it names nobody |
//! | policy version | one text of a policy document; never changed once a second person approved it |
//! | event | one change made by a person: who, when, what before, what after |
//! | breach | something went wrong with personal data, or nearly did |
//! | disclosure | somebody's data given to a third party, on the approval of two |
//! | support grant | a time for which the operator may look inside a school |
//! | device | a tablet or computer that staff have enrolled for signing in by badge; shared or personal |
//! | badge | a printed card with a code and a QR square; with three pictures it signs a student in on an enrolled device |
//! | sealed outbox | what was done without a network, on the tablet; only the server can open it |
//! | offline ticket | proves by whose sign-in something was made without a network |
//! | pack | what a student keeps on the tablet to read without a network |
//! | reading settings | how somebody reads best: colours, size, spacing, letters, ruler, reading aloud |
//! | access arrangement | what the school sets once for a student: extra time, rest breaks, a reader, how pages look, what helps |
//! | hue | the one colour of a school, as an angle from 0 to 359; its shades are computed |
//! | recipient | somebody outside the school who may be given data, in the school's own register; of a request, whoever was given the data before, providers among them
//! | sharing | data given to a recipient for one purpose, of those alone who said yes
//! | release | a table of counts over schools that agreed, in which nobody can be found
//! | look | somebody read another person's data: who, whose, what, on which way |
#![warn(missing_docs)]

#[macro_use]
mod macros;

pub mod accounts;
pub mod arrangements;
pub mod assignments;
pub mod badges;
pub mod breaches;
pub mod classrooms;
pub mod consent;
pub mod delegations;
pub mod disclosures;
pub mod erasure;
pub mod form;
pub mod home;
pub mod ids;
pub mod leaving;
pub mod legal_entity;
pub mod links;
pub mod looks;
pub mod mail;
pub mod marking;
pub mod moment;
pub mod objections;
pub mod outbox;
pub mod oversight;
pub mod people;
pub mod points;
pub mod policies;
pub mod providers;
pub mod reading;
pub mod restrictions;
pub mod retention;
pub mod rights;
pub mod rosters;
pub mod safety;
pub mod schools;
pub mod sharing;
pub mod sources;
pub mod statistics;
pub mod transfers;
pub mod usage;
pub mod visitors;
