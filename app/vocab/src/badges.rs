//! Signing in without typing: enrolled devices, badges, and the pictures that go with
//! a badge.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};
use crate::ids::{DeviceId, PersonId};
use crate::moment::Moment;

words! {
    /// A picture of the picture password.
    Picture {
        /// An apple.
        Apple = "apple",
        /// A ball.
        Ball = "ball",
        /// A boat.
        Boat = "boat",
        /// A fish.
        Fish = "fish",
        /// A flower.
        Flower = "flower",
        /// A house.
        House = "house",
        /// A key.
        Key = "key",
        /// A kite.
        Kite = "kite",
        /// The moon.
        Moon = "moon",
        /// A star.
        Star = "star",
        /// A tree.
        Tree = "tree",
        /// An umbrella.
        Umbrella = "umbrella",
    }
}

/// So many pictures are tapped.
pub const PICTURES: usize = 3;

words! {
    /// Who uses an enrolled device.
    DeviceProfile {
        /// A class shares it: whoever does nothing for ten minutes is signed out.
        Shared = "shared",
        /// One student has it.
        Personal = "personal",
    }
}

/// What stands on a badge, in the one spelling: capitals and digits alone. A scanned
/// address is read as well: its code is what follows the `#`.
pub fn spell_code(typed: &str) -> String {
    let code = typed.rsplit('#').next().unwrap_or_default();
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_uppercase())
        .take(40)
        .collect()
}

/// The code of a badge, in groups of three to be read aloud.
pub fn grouped(code: &str) -> String {
    let signs: Vec<char> = code.chars().collect();
    signs
        .chunks(3)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

/// The form of `/badge`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeSignIn {
    /// The code on the badge.
    #[serde(default)]
    pub code: String,
    /// The pictures that were tapped.
    #[serde(default)]
    pub pictures: Vec<String>,
}

/// A form of `/badge` that can be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidBadgeSignIn {
    /// In its one spelling.
    pub code: String,
    /// In the order of [`Picture::ALL`]; which was tapped first does not matter.
    pub pictures: Vec<Picture>,
}

impl BadgeSignIn {
    /// Every mistake, or what can be looked at.
    pub fn validate(&self) -> Result<ValidBadgeSignIn, Vec<FieldError>> {
        let mut checks = Checks::default();
        let code = spell_code(&self.code);
        if code.is_empty() {
            checks.fail(
                "code",
                "Scan your badge, or type the letters under the square",
            );
        }
        let mut pictures: Vec<Picture> = self
            .pictures
            .iter()
            .filter_map(|picture| picture.parse().ok())
            .collect();
        pictures.sort_unstable();
        pictures.dedup();
        if pictures.len() != PICTURES {
            checks.fail("pictures", "Tap your three pictures");
        }
        checks.finish(|| ValidBadgeSignIn { code, pictures })
    }
}

/// The form that enrols the device it is sent from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceForm {
    /// What the school calls it.
    #[serde(default)]
    pub label: String,
    /// A word of [`DeviceProfile`].
    #[serde(default)]
    pub profile: String,
}

/// A device that can be enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidDevice {
    /// What the school calls it.
    pub label: String,
    /// Who uses it.
    pub profile: DeviceProfile,
}

impl DeviceForm {
    /// Every mistake, or the device.
    pub fn validate(&self) -> Result<ValidDevice, Vec<FieldError>> {
        let mut checks = Checks::default();
        let label = checks.text("label", &self.label, "a name for the device", 40);
        let profile = self.profile.parse().unwrap_or(DeviceProfile::Shared);
        checks.finish(|| ValidDevice { label, profile })
    }
}

/// When badges work, by the school's clocks, and who enrols devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadgeHours {
    /// Minutes after midnight.
    pub from: u16,
    /// Minutes after midnight; not before `from`.
    pub until: u16,
    /// Monday first.
    pub days: [bool; 7],
    /// Teachers may enrol devices too.
    pub teachers_enrol: bool,
}

impl Default for BadgeHours {
    /// Monday to Friday from 8 to 17, and the office alone enrols.
    fn default() -> Self {
        Self {
            from: 8 * 60,
            until: 17 * 60,
            days: [true, true, true, true, true, false, false],
            teachers_enrol: false,
        }
    }
}

/// The days of the week as the form names them.
pub const DAYS: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

impl BadgeHours {
    /// Such as "08:00".
    pub fn clock(minutes: u16) -> String {
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Whether badges work on this day (0 is Monday) at this minute after midnight.
    pub fn is_open(&self, day: usize, minute: u16) -> bool {
        self.days.get(day).copied().unwrap_or(false) && (self.from..self.until).contains(&minute)
    }

    /// What the form carries to know whether it still shows the hours as they are.
    pub fn seen(&self) -> String {
        let enrol = if self.teachers_enrol {
            "teachers too"
        } else {
            "office"
        };
        format!("{}; {enrol}", self.words())
    }

    /// Such as "Monday, Tuesday, from 08:00 to 17:00".
    pub fn words(&self) -> String {
        let days: Vec<&str> = DAYS
            .iter()
            .zip(self.days)
            .filter(|(_, is_open)| *is_open)
            .map(|((_, name), _)| *name)
            .collect();
        format!(
            "{}, from {} to {}",
            days.join(", "),
            Self::clock(self.from),
            Self::clock(self.until)
        )
    }
}

/// The form of the school's hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each field is a box or a clock of the form")]
pub struct HoursForm {
    pub from: String,
    pub until: String,
    pub mon: String,
    pub tue: String,
    pub wed: String,
    pub thu: String,
    pub fri: String,
    pub sat: String,
    pub sun: String,
    pub teachers_enrol: String,
    pub seen: String,
}

impl From<&BadgeHours> for HoursForm {
    fn from(hours: &BadgeHours) -> Self {
        let tick = |is_ticked| String::from(if is_ticked { "yes" } else { "" });
        let [mon, tue, wed, thu, fri, sat, sun] = hours.days.map(tick);
        Self {
            from: BadgeHours::clock(hours.from),
            until: BadgeHours::clock(hours.until),
            mon,
            tue,
            wed,
            thu,
            fri,
            sat,
            sun,
            teachers_enrol: tick(hours.teachers_enrol),
            seen: hours.seen(),
        }
    }
}

impl HoursForm {
    /// Which days are ticked, Monday first.
    pub fn days(&self) -> [bool; 7] {
        [
            &self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun,
        ]
        .map(|ticked| !ticked.is_empty())
    }

    /// Every mistake, or the hours.
    pub fn validate(&self) -> Result<BadgeHours, Vec<FieldError>> {
        let mut checks = Checks::default();
        let mut minutes = |field: &str, text: &str| {
            let read = text
                .trim()
                .split_once(':')
                .and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)))
                .filter(|(hour, minute): &(u16, u16)| *hour < 24 && *minute < 60)
                .map(|(hour, minute)| hour * 60 + minute);
            if read.is_none() {
                checks.fail(field, "Enter a time like 08:00");
            }
            read
        };
        let from = minutes("from", &self.from);
        let until = minutes("until", &self.until);
        let (from_minute, until_minute) = (from.unwrap_or(0), until.unwrap_or(0));
        if from.is_some() && until.is_some() && from_minute >= until_minute {
            checks.fail("until", "Choose a time after the beginning");
        }
        let days = self.days();
        if !days.contains(&true) {
            checks.fail("mon", "Choose at least one day");
        }
        let teachers_enrol = !self.teachers_enrol.is_empty();
        checks.finish(|| BadgeHours {
            from: from_minute,
            until: until_minute,
            days,
            teachers_enrol,
        })
    }
}

/// An enrolled device in the school's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSummary {
    /// Which.
    pub id: DeviceId,
    /// What the school calls it.
    pub label: String,
    /// Who uses it.
    pub profile: DeviceProfile,
    /// Who enrolled it.
    pub enrolled_by: String,
    /// When.
    pub enrolled: Moment,
    /// When somebody signed in on it last.
    pub last_seen: Option<Moment>,
    /// Until when badges work on it at the latest.
    pub until: Moment,
    /// Its school year is over: it needs enrolling again, and no badge works on it before.
    pub has_run_out: bool,
}

/// What `/school/devices` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicesPage {
    /// By name, also those that need enrolling again.
    pub devices: Vec<DeviceSummary>,
    /// When badges work.
    pub hours: BadgeHours,
    /// The actor may rename and end devices and set the hours.
    pub may_manage: bool,
}

/// A student of a classroom and their badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeLine {
    /// Who.
    pub person: PersonId,
    /// First and family name, for the screen.
    pub name: String,
    /// First name alone, for paper.
    pub first_name: String,
    /// The badge, if they have one that works.
    pub badge: Option<BadgeCard>,
}

/// What is printed of a badge. Nothing of it is stored; see decision 0034.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeCard {
    /// In groups of three.
    pub code: String,
    /// The pictures, for the teacher's sheet.
    pub pictures: Vec<Picture>,
    /// When it was issued.
    pub issued: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed_or_scanned() {
        for typed in [
            "KX4-72M-9TQ",
            "kx4 72m 9tq",
            "https://school.example/badge#KX472M9TQ",
        ] {
            assert_eq!(spell_code(typed), "KX472M9TQ");
        }
        assert_eq!(grouped("KX472M9TQ"), "KX4-72M-9TQ");
    }

    #[test]
    fn three_different_pictures_are_needed() {
        let form = |pictures: &[&str]| BadgeSignIn {
            code: "KX4".to_owned(),
            pictures: pictures.iter().map(|&picture| picture.to_owned()).collect(),
        };
        assert!(form(&["star", "apple", "key"]).validate().is_ok());
        assert!(form(&["star", "apple", "star"]).validate().is_err());
        assert!(form(&["star", "apple"]).validate().is_err());
        assert!(
            form(&["star", "apple", "rocket", "key", "moon"])
                .validate()
                .is_err()
        );
    }

    #[test]
    fn hours_say_when_they_are_open() {
        let hours = BadgeHours::default();
        assert!(hours.is_open(0, 8 * 60) && hours.is_open(4, 17 * 60 - 1));
        assert!(!hours.is_open(0, 17 * 60) && !hours.is_open(5, 9 * 60));
        let wrong = HoursForm {
            from: "17:00".to_owned(),
            until: "8".to_owned(),
            ..HoursForm::default()
        };
        assert_eq!(wrong.validate().map_err(|errors| errors.len()), Err(2));
    }
}
