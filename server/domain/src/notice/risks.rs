//! The risks that the draft of an assessment begins with, each with what the platform does
//! about it and the promises that say so (`docs/promises.toml`, with their tests); and what
//! only the school can write. Law and likelihood are the school's to judge.

use std::collections::BTreeSet;

/// Something that may happen to people.
pub(super) struct Risk {
    /// What happens.
    pub(super) what: &'static str,
    /// What that does to somebody.
    pub(super) harm: &'static str,
    /// What the platform does about it, each with its promises.
    pub(super) measures: &'static [Measure],
}

/// A sentence, and the promises that it rests on.
pub(super) type Measure = (&'static str, &'static [&'static str]);

/// Every promise that a measure names.
pub fn promises_named() -> BTreeSet<&'static str> {
    RISKS
        .iter()
        .flat_map(|risk| risk.measures)
        .chain(&RIGHTS)
        .flat_map(|(_, promises)| promises.iter().copied())
        .collect()
}

/// How people are told, and how they use their rights.
pub(super) const RIGHTS: [Measure; 4] = [
    (
        "The notice is made from the same list as this draft, at three reading levels.",
        &["P-003", "P-004"],
    ),
    (
        "Everybody can see, correct, take along, limit and erase their data, and object.",
        &["P-068", "P-069", "P-070", "P-071"],
    ),
    (
        "Requests have a first answer within 48 hours; complaints are acknowledged within thirty days.",
        &["P-089", "P-074"],
    ),
    (
        "What is optional rests on a consent that can be taken back with one click.",
        &["P-041", "P-072", "P-073"],
    ),
];

/// The risks, in the order shown.
pub(super) const RISKS: [Risk; 11] = [
    Risk {
        what: "Somebody gets hold of the database, of a backup or of a disk",
        harm: "Strangers read what children wrote, and how their families are reached",
        measures: &[
            (
                "How to reach somebody, what they wrote, what is said about them and the files they handed in are sealed with a key of each person. Names, points, extra time and rest breaks are plain. By default the keys lie beside the data: ask whoever runs the server whether they put them elsewhere.",
                &["P-065"],
            ),
            ("What is typed travels encrypted.", &["P-062"]),
        ],
    },
    Risk {
        what: "Somebody sees data that is none of their business",
        harm: "A child is talked about, or is found by somebody who must not find them",
        measures: &[
            (
                "Nothing is open without a role and a tie to the person, and every look at somebody else's data is written down before the page goes out.",
                &["P-063", "P-064"],
            ),
            (
                "No address tells a stranger a name, and another school's people are not found at all.",
                &["P-032", "P-085"],
            ),
            (
                "Whoever runs the platform reaches a school's inside only while an admin lets them in.",
                &["P-035"],
            ),
        ],
    },
    Risk {
        what: "Somebody signs in as somebody else",
        harm: "They read or write in a child's name",
        measures: &[(
            "Nobody registers by themselves. Refused sign-ins are written down for 30 days, and read only by who has that duty.",
            &["P-031", "P-040"],
        )],
    },
    Risk {
        what: "Data goes to a company or a country that nobody thought of",
        harm: "It is used for something else, where the law of the United Kingdom does not reach",
        measures: &[
            (
                "One place of the program connects to other hosts, and only to companies of the public register, each for what its entry names.",
                &["P-050", "P-051", "P-052"],
            ),
            (
                "Each has a contract that says all that Article 28 asks. Abroad it needs an agreement that is valid today.",
                &["P-053", "P-077"],
            ),
            (
                "Data about people leaves for others in two ways: two people approve it, or each person says yes.",
                &["P-055", "P-057", "P-067"],
            ),
            ("No page loads anything from elsewhere.", &["P-084"]),
        ],
    },
    Risk {
        what: "Children are profiled, steered or advertised to",
        harm: "What they do while they learn is used to judge them, or to sell to them",
        measures: &[
            (
                "The purposes are a closed list without marketing. Nothing ranks, recommends or guesses.",
                &["P-011", "P-030", "P-082"],
            ),
            (
                "News go only to adults who said yes twice, and never to a student.",
                &["P-037"],
            ),
            (
                "The fifteen standards of the Children's Code are met as defaults, by the platform's own assessment.",
                &["P-078"],
            ),
        ],
    },
    Risk {
        what: "Data is kept longer than it is needed",
        harm: "What a child did years ago follows them",
        measures: &[(
            "Every kind of data has one rule that says how long. A sweep deletes every night what is due, and searches for it afterwards.",
            &["P-025", "P-028"],
        )],
    },
    Risk {
        what: "Something wrong is kept, and somebody acts on it",
        harm: "A child is treated by what is not true of them",
        measures: &[
            (
                "Beside every fact is a way to say that it is wrong. Whoever was given it before hears of the correction.",
                &["P-086"],
            ),
            (
                "Every person's page says where each thing came from; another source than the roster has to be declared first.",
                &["P-015", "P-039"],
            ),
        ],
    },
    Risk {
        what: "People do not know what is done, or cannot stop it",
        harm: "They lose the say over their own data",
        measures: &RIGHTS,
    },
    Risk {
        what: "A consent is taken that is none",
        harm: "A child's photo or work is used against their will, or their family's",
        measures: &[(
            "Everything optional is off until somebody says yes, an account is no yes, and a yes is taken back with one click.",
            &["P-041", "P-046"],
        )],
    },
    Risk {
        what: "Something goes wrong, and nobody hears of it",
        harm: "People cannot protect themselves",
        measures: &[(
            "There is a register of breaches with its clocks. Whoever runs the platform tells the school within 24 hours; a breach closes only when everybody was told who has to be.",
            &["P-066"],
        )],
    },
    Risk {
        what: "The platform changes, or somebody else takes it over",
        harm: "Data is used in a way that your school never looked at",
        measures: &[
            (
                "A change that matters is told thirty days ahead, and so is a new company or a new owner.",
                &["P-006", "P-008", "P-051", "P-054"],
            ),
            (
                "Each use of data is reviewed by your school at least once a year.",
                &["P-009"],
            ),
        ],
    },
];

/// What the school has to decide itself.
pub(super) const DECISIONS: [&str; 6] = [
    "Which basis your school relies on, where it is another than the one named here",
    "Which periods differ from what is built in, and why",
    "Who of your school is a data protection lead, and who reads what stands out",
    "How people without the platform are told, and how they object",
    "Which risks remain, and whether your school accepts them",
    "Whether the Information Commissioner has to be asked first (UK GDPR Article 36)",
];

/// Whose views are sought.
pub(super) const CONSULTED: [&str; 5] = [
    "Students",
    "Guardians",
    "Staff",
    "Your data protection officer: their advice",
    "Whoever runs this platform, and others who process data for your school",
];

/// Who signs.
pub(super) const SIGNED: [&str; 5] = [
    "Measures approved by, on",
    "Remaining risks accepted by, on",
    "Advice of the data protection officer followed, or why not",
    "To be looked at again on",
    "Number of the draft that this assessment was made from",
];
