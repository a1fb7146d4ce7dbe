//! Who and what is in the two demo schools. Nobody here exists.

use vocab::people::Role;
use vocab::schools::Phase;

/// A demo school.
pub(super) struct School {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) phase: Phase,
    pub(super) people: &'static [Person],
    pub(super) families: &'static [(&'static str, &'static [&'static str])],
    pub(super) classrooms: &'static [Classroom],
}

/// Somebody: username, given name, family name, role, year group.
pub(super) struct Person(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) Role,
    pub(super) &'static str,
);

/// A classroom with its teachers, students and work.
pub(super) struct Classroom {
    pub(super) name: &'static str,
    pub(super) subject: &'static str,
    pub(super) year: &'static str,
    pub(super) teachers: &'static [&'static str],
    pub(super) students: &'static [&'static str],
    pub(super) work: &'static [Work],
}

/// How far a demo's piece of work is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Only the teacher sees it.
    Draft,
    /// Goes out next week.
    Scheduled,
    /// Out; nobody has begun.
    Fresh,
    /// Out; some drafts, some handed in.
    Underway,
    /// Past due: most handed in, some late, one missing, some marked.
    Marking,
    /// Closed, marked and returned.
    Returned,
}

/// A piece of work: title, instructions, points (none for words only), due in days from today.
/// What is marked was due the day before yesterday or earlier: a teacher had a day for it.
pub(super) struct Work {
    pub(super) title: &'static str,
    pub(super) instructions: &'static str,
    pub(super) points: Option<i32>,
    pub(super) due_in_days: Option<i64>,
    pub(super) fate: Fate,
    pub(super) answers: &'static [Answer],
}

/// What students write: their words, and what these get where they are marked: points (none
/// for words only) and a comment that says why.
pub(super) struct Answer(
    pub(super) &'static str,
    pub(super) Option<i32>,
    pub(super) &'static str,
);

use Fate::{Draft, Fresh, Marking, Returned, Scheduled, Underway};
use Role::{DataProtectionLead, Guardian, SchoolAdmin, Student, Teacher};

const YEAR_10: &[&str] = &[
    "zainab.o",
    "tomos.g",
    "mei-lin.c",
    "callum.b",
    "priya.n",
    "jakub.w",
    "seun.a",
    "ffion.p",
    "haris.m",
    "niamh.k",
];
const YEAR_8: &[&str] = &[
    "luka.k", "elin.j", "yusuf.a", "chloe.m", "arjun.s", "ruby.h",
];

pub(super) const SECONDARY: School = School {
    code: "BRACK",
    name: "Brackenfield School",
    phase: Phase::Secondary,
    people: &[
        Person("d.lockyer", "Desmond", "Lockyer", SchoolAdmin, ""),
        Person(
            "e.bellweather",
            "Edith",
            "Bellweather",
            DataProtectionLead,
            "",
        ),
        Person("i.achterberg", "Ingrid", "Achterberg", Teacher, ""),
        Person("g.dhillon", "Gurpreet", "Dhillon", Teacher, ""),
        Person("r.farrow", "Rhona", "Farrow", Teacher, ""),
        Person("t.oyelaran", "Tunde", "Oyelaran", Teacher, ""),
        Person("zainab.o", "Zainab", "Okafor-Reed", Student, "10"),
        Person("tomos.g", "Tomos", "Griffiths", Student, "10"),
        Person("mei-lin.c", "Mei-Lin", "Cheung", Student, "10"),
        Person("callum.b", "Callum", "Baird", Student, "10"),
        Person("priya.n", "Priya", "Nair", Student, "10"),
        Person("jakub.w", "Jakub", "Wiśniewski", Student, "10"),
        Person("seun.a", "Oluwaseun", "Adeyemi", Student, "10"),
        Person("ffion.p", "Ffion", "Pryce", Student, "10"),
        Person("haris.m", "Haris", "Mahmood", Student, "10"),
        Person("niamh.k", "Niamh", "O'Kelly", Student, "10"),
        Person("luka.k", "Luka", "Kovac", Student, "8"),
        Person("elin.j", "Elin", "Jones", Student, "8"),
        Person("yusuf.a", "Yusuf", "Ahmed", Student, "8"),
        Person("chloe.m", "Chloé", "Müller", Student, "8"),
        Person("arjun.s", "Arjun", "Singh", Student, "8"),
        Person("ruby.h", "Ruby", "Hall", Student, "8"),
        Person("amara.o", "Amara", "Okafor-Reed", Guardian, ""),
        Person("rosa.k", "Rosa", "Kovac", Guardian, ""),
        Person("gethin.g", "Gethin", "Griffiths", Guardian, ""),
    ],
    families: &[
        ("amara.o", &["zainab.o"]),
        ("rosa.k", &["luka.k", "niamh.k"]),
        ("gethin.g", &["tomos.g"]),
    ],
    classrooms: &[
        Classroom {
            name: "10B Maths",
            subject: "Mathematics",
            year: "10",
            teachers: &["i.achterberg", "r.farrow"],
            students: YEAR_10,
            work: &[
                Work {
                    title: "Quadratics: sheet 6, questions 1 to 8",
                    instructions: "Show every step.\n\n1. Questions 1 to 5: factorise.\n2. Questions 6 to 8: complete the square.\n\nStuck on 7? Look at the example on page 42 again.",
                    points: Some(20),
                    due_in_days: Some(0),
                    fate: Underway,
                    answers: &[
                        Answer(
                            "1) x² + 5x + 6 = (x + 2)(x + 3), so x = -2 or x = -3\n2) x² - x - 12 = (x - 4)(x + 3)\n\nFor 7 I got x = 2 ± √3 but I am not sure about the sign.",
                            None,
                            "",
                        ),
                        Answer(
                            "All eight are done on paper, here are my answers: -2 and -3, 4 and -3, 1 and 6, ...",
                            None,
                            "",
                        ),
                        Answer(
                            "I did 1 to 6. I do not understand how to complete the square when there is a 2 in front of x².",
                            None,
                            "",
                        ),
                    ],
                },
                Work {
                    title: "Starter quiz: factorising",
                    instructions: "Ten minutes, no calculator.",
                    points: Some(10),
                    due_in_days: Some(-6),
                    fate: Returned,
                    answers: &[
                        Answer(
                            "(x + 1)(x + 4), (x - 2)(x + 7), (2x + 1)(x - 3)",
                            Some(10),
                            "Quick and right. Next time check the last one by multiplying it out.",
                        ),
                        Answer(
                            "(x+1)(x+4) then (x-2)(x+7). I ran out of time.",
                            Some(6),
                            "Good start: both of these are right. For the third, look at what the two numbers must **add up to**.",
                        ),
                    ],
                },
                Work {
                    title: "End of topic test",
                    instructions: "Revise sheets 1 to 6.",
                    points: Some(40),
                    due_in_days: Some(10),
                    fate: Scheduled,
                    answers: &[],
                },
                Work {
                    title: "Investigation: the longest ladder",
                    instructions: "A ladder is carried round a corner. How long can it be?",
                    points: Some(30),
                    due_in_days: None,
                    fate: Draft,
                    answers: &[],
                },
            ],
        },
        Classroom {
            name: "10A English",
            subject: "English",
            year: "10",
            teachers: &["g.dhillon"],
            students: YEAR_10,
            work: &[
                Work {
                    title: "Macbeth: the dagger speech",
                    instructions: "How does Shakespeare show what Macbeth is thinking?\n\nWrite three paragraphs. Use at least two short quotations.",
                    points: Some(12),
                    due_in_days: Some(-2),
                    fate: Marking,
                    answers: &[
                        Answer(
                            "Macbeth does not trust what he sees. He asks \"Is this a dagger which I see before me\" as if he wants someone else to answer, but he is on his own.\n\nShakespeare makes the dagger point the way. It \"marshall'st\" him, like a soldier. He was a brave soldier at the start, so now the thing that made him a hero is what leads him to murder.\n\nIn 1606 people believed that witches were real. So when he sees \"gouts of blood\" they might think it was sent to him.",
                            Some(11),
                            "Your second paragraph is the strongest you have written: you explain **why** the image matters.",
                        ),
                        Answer(
                            "The dagger is not real but it feels real to him. The word \"clutch\" shows that he is desperate.\n\nI think the audience would feel sorry for him because he is confused.",
                            Some(8),
                            "Good ear for single words. Say next what *clutch* makes us see.",
                        ),
                        Answer(
                            "Macbeth is talking to himself. This is called a soliloquy. It shows that he is guilty before he has done anything.",
                            Some(6),
                            "You know what it is called. Now quote the words that show his guilt.",
                        ),
                    ],
                },
                Work {
                    title: "Poem comparison: \"Storm on the Island\"",
                    instructions: "Compare it with one other poem from the anthology.",
                    points: Some(20),
                    due_in_days: Some(-4),
                    fate: Marking,
                    answers: &[Answer(
                        "Both poems are about nature being stronger than people. In \"Storm on the Island\" the sea is like a cat that turned wild.",
                        Some(15),
                        "A clear comparison. Add one sentence on form.",
                    )],
                },
                Work {
                    title: "Reading: chapters 4 and 5",
                    instructions: "Write down one question for the class.",
                    points: None,
                    due_in_days: Some(3),
                    fate: Fresh,
                    answers: &[],
                },
            ],
        },
        Classroom {
            name: "10 Chemistry",
            subject: "Chemistry",
            year: "10",
            teachers: &["r.farrow"],
            students: YEAR_10,
            work: &[
                Work {
                    title: "Rates of reaction: write up the practical",
                    instructions: "Write up what we did with magnesium and acid. Three parts are enough: what you saw, your graph, and why the line gets flatter.\n\n## Your write-up\n\n- Draw the graph by hand or on the tablet. Label both axes with units.\n- Explain the shape in four to six sentences. Use the word *collision*.\n\n#### At the end\n\nSay one thing you would change next time.",
                    points: Some(12),
                    due_in_days: Some(2),
                    fate: Underway,
                    answers: &[
                        Answer(
                            "The line is steep at first because there are lots of acid particles, so there are more collisions each second. Then the acid gets used up and the collisions happen less often.",
                            None,
                            "",
                        ),
                        Answer(
                            "It fizzed fast and then slowed down. We measured the gas every ten seconds.",
                            None,
                            "",
                        ),
                    ],
                },
                Work {
                    title: "Cells quiz",
                    instructions: "Chapters 1 to 3.",
                    points: Some(15),
                    due_in_days: Some(-9),
                    fate: Returned,
                    answers: &[
                        Answer(
                            "1b 2c 3a 4d 5a 6b 7c 8d 9a 10b",
                            Some(15),
                            "Well remembered.",
                        ),
                        Answer(
                            "1b 2c 3a 4a 5a 6b 7a 8d 9a 10b",
                            Some(12),
                            "Look again at questions 4 and 7.",
                        ),
                    ],
                },
            ],
        },
        Classroom {
            name: "8C Geography",
            subject: "Geography",
            year: "8",
            teachers: &["t.oyelaran"],
            students: YEAR_8,
            work: &[
                Work {
                    title: "Rivers field sketch",
                    instructions: "Photograph your sketch and label: source, meander, mouth.",
                    points: Some(10),
                    due_in_days: Some(2),
                    fate: Underway,
                    answers: &[
                        Answer(
                            "My sketch shows the meander behind the sports hall.",
                            None,
                            "",
                        ),
                        Answer("I labelled the mouth but not the source yet.", None, ""),
                    ],
                },
                Work {
                    title: "Map skills: six-figure references",
                    instructions: "Along the corridor, then up the stairs.",
                    points: Some(20),
                    due_in_days: Some(-5),
                    fate: Returned,
                    answers: &[
                        Answer(
                            "Church 342 118, school 351 127, bridge 338 121",
                            Some(20),
                            "Every one right. **Well done.**",
                        ),
                        Answer(
                            "342118, 351127, bridge is 337 121",
                            Some(17),
                            "Nearly: the bridge is one square further along.",
                        ),
                    ],
                },
            ],
        },
    ],
};

pub(super) const PRIMARY: School = School {
    code: "ALDER",
    name: "Alderby Primary",
    phase: Phase::Primary,
    people: &[
        Person("s.whitlock", "Sunita", "Whitlock", SchoolAdmin, ""),
        Person("b.ashdown", "Bram", "Ashdown", DataProtectionLead, ""),
        Person("m.thorne", "Molly", "Thorne", Teacher, ""),
        Person("k.abara", "Kemi", "Abara", Teacher, ""),
        Person("anouk", "Anouk", "Kovac", Student, "3"),
        Person("ben", "Ben", "Taylor", Student, "3"),
        Person("daria", "Daria", "Ivanova", Student, "3"),
        Person("idris", "Idris", "Rahman", Student, "3"),
        Person("poppy", "Poppy", "Clarke", Student, "3"),
        Person("theo", "Theo", "Walker", Student, "3"),
        Person("petra.k", "Petra", "Kovac", Guardian, ""),
        Person("joel.t", "Joel", "Taylor", Guardian, ""),
    ],
    families: &[("petra.k", &["anouk"]), ("joel.t", &["ben", "poppy"])],
    classrooms: &[Classroom {
        name: "3 Oak",
        subject: "Class",
        year: "3",
        teachers: &["m.thorne", "k.abara"],
        students: &["anouk", "ben", "daria", "idris", "poppy", "theo"],
        work: &[
            Work {
                title: "7 times table",
                instructions: "Write it out from 1 x 7 to 12 x 7.",
                points: Some(25),
                due_in_days: Some(-3),
                fate: Returned,
                answers: &[
                    Answer(
                        "7 14 21 28 35 42 49 56 63 70 77 84",
                        Some(25),
                        "First time with no mistakes!",
                    ),
                    Answer(
                        "7 14 21 27 35 42 49 56 63 70 77 84",
                        Some(23),
                        "So close. Count on from 21 once more.",
                    ),
                ],
            },
            Work {
                title: "My weekend",
                instructions: "Write five sentences. Begin each one in a different way.",
                points: None,
                due_in_days: Some(-2),
                fate: Marking,
                answers: &[
                    Answer(
                        "On Saturday I went to the park. Then it rained. We ran home. After lunch I read my book. In the evening my uncle came.",
                        None,
                        "Lovely: five different beginnings.",
                    ),
                    Answer(
                        "I played football. I scored two goals.",
                        None,
                        "Two good sentences. Now write three more, and begin each in a new way.",
                    ),
                ],
            },
            Work {
                title: "Seeds: draw what you see",
                instructions: "Draw your bean plant and write how tall it is.",
                points: None,
                due_in_days: Some(2),
                fate: Underway,
                answers: &[
                    Answer("My bean is 4 cm.", None, ""),
                    Answer("It has two leaves now.", None, ""),
                ],
            },
            Work {
                title: "Questions for the farmer",
                instructions: "We visit the farm next week. Write three questions that you want to ask.",
                points: None,
                due_in_days: Some(8),
                fate: Scheduled,
                answers: &[],
            },
            Work {
                title: "Spelling: words that end in -tion",
                instructions: "Learn the ten words. Write a sentence with each.",
                points: Some(10),
                due_in_days: None,
                fate: Draft,
                answers: &[],
            },
        ],
    }],
};
