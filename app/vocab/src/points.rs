//! Points: what a piece of work is worth and what it was given. Kept in
//! hundredths, so that halves and quarters add up exactly.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Points in hundredths: `Points(1450)` is 14.5.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "db", derive(sea_orm::DeriveValueType))]
#[serde(transparent)]
pub struct Points(pub i32);

impl Points {
    /// The most a piece of work can be worth.
    pub const MAX: Self = Self(100_000);

    /// Whole points.
    pub const fn whole(points: i32) -> Self {
        Self(points * 100)
    }
}

/// Why a text is not a number of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPoints;

impl fmt::Display for NotPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1000 with at most two decimals")
    }
}

impl std::error::Error for NotPoints {}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

impl FromStr for Points {
    type Err = NotPoints;

    /// Reads "14", "14.5" and "14,25".
    fn from_str(text: &str) -> Result<Self, NotPoints> {
        let text = text.trim().replace(',', ".");
        let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 4 || rest.len() > 2 || !digits(whole) || !digits(rest)
        {
            return Err(NotPoints);
        }
        let whole: i32 = whole.parse().map_err(|_| NotPoints)?;
        let rest: i32 = format!("{rest:0<2}").parse().map_err(|_| NotPoints)?;
        let points = Self(whole * 100 + rest);
        if points > Self::MAX {
            Err(NotPoints)
        } else {
            Ok(points)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_read_back_as_they_are_written() {
        for (text, points) in [
            ("0", 0),
            ("14", 1400),
            ("14.5", 1450),
            ("7.25", 725),
            ("7,05", 705),
        ] {
            let read: Points = text.parse().expect("these are points");
            assert_eq!(read, Points(points));
            assert_eq!(read.to_string(), text.replace(',', "."));
        }
    }

    #[test]
    fn a_text_that_is_no_number_is_refused() {
        for text in [
            "", "-1", "1.234", "a", "1001", "1e3", ".5", "99999", "1.2.3",
        ] {
            assert_eq!(text.parse::<Points>(), Err(NotPoints), "{text}");
        }
    }
}
