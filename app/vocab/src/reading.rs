//! How somebody reads best: the reading settings, which everybody has, signed in or not.
//! Each is one of a few words, so that it can be a class of the style sheet; one that was
//! not chosen leaves it to what the school has set for them, and then to the device.

use serde::{Deserialize, Serialize};

use crate::form::{Checks, FieldError};

words! {
    /// The colours.
    Theme {
        /// As the device has them.
        Auto = "auto",
        /// Dark on white.
        Light = "light",
        /// Light on black.
        Dark = "dark",
        /// Dark on cream: a tint instead of a coloured overlay.
        Cream = "cream",
        /// Black, white and yellow.
        Contrast = "contrast",
    }
}

words! {
    /// How large everything is written.
    TextSize {
        /// As the page is made.
        Normal = "normal",
        /// A fifth larger.
        Large = "large",
        /// Two fifths larger.
        Larger = "larger",
        /// About twice as large as pages usually are (WCAG 2.2, 1.4.4).
        Largest = "largest",
    }
}

words! {
    /// How much room there is between lines, or between letters and words.
    Spacing {
        /// As the page is made.
        Normal = "normal",
        /// More.
        Wide = "wide",
        /// Much more.
        Wider = "wider",
    }
}

words! {
    /// How long a line may get before it breaks.
    Measure {
        /// 66 characters.
        Normal = "normal",
        /// 50 characters.
        Narrow = "narrow",
        /// 38 characters.
        Narrowest = "narrowest",
    }
}

words! {
    /// What everything is written in. Only the first costs nothing to load.
    Font {
        /// The device's own.
        System = "system",
        /// Atkinson Hyperlegible Next, whose letters are hard to mistake.
        Hyperlegible = "hyperlegible",
        /// Lexend, whose letters stand further apart.
        Lexend = "lexend",
        /// `OpenDyslexic`, for who asks for it.
        OpenDyslexic = "opendyslexic",
    }
}

words! {
    /// A thing that is there or is not.
    Switch {
        /// It is there.
        On = "on",
        /// It is not.
        Off = "off",
    }
}

impl Theme {
    /// As the page offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Auto => "As the device",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Cream => "Cream",
            Self::Contrast => "High contrast",
        }
    }
}

impl TextSize {
    /// As the page offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Large => "Large",
            Self::Larger => "Larger",
            Self::Largest => "Largest",
        }
    }
}

impl Spacing {
    /// As the page offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Wide => "Wide",
            Self::Wider => "Wider",
        }
    }
}

impl Measure {
    /// As the page offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Narrow => "Short",
            Self::Narrowest => "Very short",
        }
    }
}

impl Font {
    /// As the page offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "The device's own",
            Self::Hyperlegible => "Atkinson Hyperlegible",
            Self::Lexend => "Lexend",
            Self::OpenDyslexic => "OpenDyslexic",
        }
    }
}

impl Switch {
    /// As the page offers it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::On => "On",
            Self::Off => "Off",
        }
    }
}

/// The reading settings. None where nothing was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "db", derive(sea_orm::FromQueryResult))]
pub struct Reading {
    /// The colours.
    pub theme: Option<Theme>,
    /// The size of everything.
    pub size: Option<TextSize>,
    /// Room between lines.
    pub line: Option<Spacing>,
    /// Room between letters, and between words.
    pub letters: Option<Spacing>,
    /// How long a line may get.
    pub measure: Option<Measure>,
    /// The letters.
    pub font: Option<Font>,
    /// A line across the page that follows where one reads.
    pub ruler: Option<Switch>,
    /// Buttons that have the device read a text aloud.
    pub aloud: Option<Switch>,
}

/// The names of the settings, in the order of the page: fields of forms, parts of the
/// cookie, columns of the tables.
pub const SETTINGS: [&str; 8] = [
    "theme", "size", "line", "letters", "measure", "font", "ruler", "aloud",
];

impl Reading {
    /// What everything is where nobody chose.
    pub const PLAIN: Self = Self {
        theme: Some(Theme::Auto),
        size: Some(TextSize::Normal),
        line: Some(Spacing::Normal),
        letters: Some(Spacing::Normal),
        measure: Some(Measure::Normal),
        font: Some(Font::System),
        ruler: Some(Switch::Off),
        aloud: Some(Switch::Off),
    };

    /// These, and where nothing is chosen what lies under them.
    #[must_use]
    pub fn or(self, under: Self) -> Self {
        Self {
            theme: self.theme.or(under.theme),
            size: self.size.or(under.size),
            line: self.line.or(under.line),
            letters: self.letters.or(under.letters),
            measure: self.measure.or(under.measure),
            font: self.font.or(under.font),
            ruler: self.ruler.or(under.ruler),
            aloud: self.aloud.or(under.aloud),
        }
    }

    /// Only what differs from what lies under it: what is left alone goes on following
    /// the school's arrangement when that changes.
    #[must_use]
    pub fn beyond(self, under: Self) -> Self {
        fn differs<T: Copy + PartialEq>(chosen: Option<T>, under: Option<T>) -> Option<T> {
            chosen.filter(|chosen| Some(*chosen) != under)
        }
        let under = under.or(Self::PLAIN);
        Self {
            theme: differs(self.theme, under.theme),
            size: differs(self.size, under.size),
            line: differs(self.line, under.line),
            letters: differs(self.letters, under.letters),
            measure: differs(self.measure, under.measure),
            font: differs(self.font, under.font),
            ruler: differs(self.ruler, under.ruler),
            aloud: differs(self.aloud, under.aloud),
        }
    }

    /// The word of each setting, in the order of [`SETTINGS`].
    pub fn words(&self) -> [Option<&'static str>; 8] {
        [
            self.theme.map(Theme::as_str),
            self.size.map(TextSize::as_str),
            self.line.map(Spacing::as_str),
            self.letters.map(Spacing::as_str),
            self.measure.map(Measure::as_str),
            self.font.map(Font::as_str),
            self.ruler.map(Switch::as_str),
            self.aloud.map(Switch::as_str),
        ]
    }

    /// From the word of each setting; a word that is none is left out.
    pub fn of_words(word: impl Fn(&str) -> Option<String>) -> Self {
        fn read<T: std::str::FromStr>(word: Option<String>) -> Option<T> {
            word?.parse().ok()
        }
        Self {
            theme: read(word("theme")),
            size: read(word("size")),
            line: read(word("line")),
            letters: read(word("letters")),
            measure: read(word("measure")),
            font: read(word("font")),
            ruler: read(word("ruler")),
            aloud: read(word("aloud")),
        }
    }

    /// As a cookie holds it: `size-large.font-lexend`.
    pub fn to_cookie(&self) -> String {
        SETTINGS
            .iter()
            .zip(self.words())
            .filter_map(|(name, word)| Some(format!("{name}-{}", word?)))
            .collect::<Vec<_>>()
            .join(".")
    }

    /// From a cookie; what is not ours in it is left out.
    pub fn of_cookie(cookie: &str) -> Self {
        Self::of_words(|name| {
            cookie
                .split('.')
                .filter_map(|part| part.split_once('-'))
                .find(|(key, _)| *key == name)
                .map(|(_, word)| word.to_owned())
        })
    }
}

/// The form with all settings, as it is typed. An empty field is a setting that is left
/// alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadingForm {
    /// [`Theme`]
    pub theme: String,
    /// [`TextSize`]
    pub size: String,
    /// [`Spacing`]
    pub line: String,
    /// [`Spacing`]
    pub letters: String,
    /// [`Measure`]
    pub measure: String,
    /// [`Font`]
    pub font: String,
    /// [`Switch`]
    pub ruler: String,
    /// [`Switch`]
    pub aloud: String,
}

impl ReadingForm {
    /// The word that a setting's field holds.
    pub fn word(&self, name: &str) -> &str {
        match name {
            "theme" => &self.theme,
            "size" => &self.size,
            "line" => &self.line,
            "letters" => &self.letters,
            "measure" => &self.measure,
            "font" => &self.font,
            "ruler" => &self.ruler,
            "aloud" => &self.aloud,
            _ => "",
        }
    }

    /// The settings, or a mistake at each word that nobody offered.
    pub fn validate(&self) -> Result<Reading, Vec<FieldError>> {
        let mut checks = Checks::default();
        let reading = self.read(&mut checks);
        checks.finish(|| reading)
    }

    /// The same as a part of a longer form.
    pub fn read(&self, checks: &mut Checks) -> Reading {
        let reading = Reading::of_words(|name| Some(self.word(name).to_owned()));
        for (name, word) in SETTINGS.into_iter().zip(reading.words()) {
            if word.is_none() && !self.word(name).is_empty() {
                checks.fail(name, "Choose one of these");
            }
        }
        reading
    }
}

impl From<Reading> for ReadingForm {
    fn from(reading: Reading) -> Self {
        let [theme, size, line, letters, measure, font, ruler, aloud] = reading
            .words()
            .map(|word| word.unwrap_or_default().to_owned());
        Self {
            theme,
            size,
            line,
            letters,
            measure,
            font,
            ruler,
            aloud,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Reading {
        Reading {
            theme: Some(Theme::Cream),
            size: Some(TextSize::Larger),
            font: Some(Font::OpenDyslexic),
            ruler: Some(Switch::Off),
            ..Reading::default()
        }
    }

    #[test]
    fn settings_come_back_from_a_cookie_as_they_went_in() {
        for reading in [Reading::default(), some(), Reading::PLAIN] {
            assert_eq!(Reading::of_cookie(&reading.to_cookie()), reading);
        }
        assert_eq!(Reading::default().to_cookie(), "");
    }

    #[test]
    fn what_is_not_ours_in_a_cookie_is_left_out() {
        let read = Reading::of_cookie("size-huge.font-lexend.x-y.--.\"><script>");
        let lexend = Reading {
            font: Some(Font::Lexend),
            ..Reading::default()
        };
        assert_eq!(read, lexend);
    }

    #[test]
    fn only_what_differs_is_kept_so_that_the_rest_follows_the_arrangement() {
        let arranged = Reading {
            font: Some(Font::Lexend),
            ..Reading::default()
        };
        let chosen = arranged.or(Reading::PLAIN);
        assert_eq!(chosen.beyond(arranged), Reading::default());
        let without = Reading {
            font: Some(Font::System),
            ..chosen
        };
        let own = without.beyond(arranged);
        assert_eq!(own.font, Some(Font::System));
        assert_eq!(own.or(arranged).or(Reading::PLAIN), without);
    }

    #[test]
    fn a_word_that_nobody_offered_stands_beside_its_field() {
        let form = ReadingForm {
            size: "huge".to_owned(),
            ..some().into()
        };
        let errors = form.validate().expect_err("a mistake");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].field, "size");
        assert_eq!(ReadingForm::from(some()).validate(), Ok(some()));
    }
}
