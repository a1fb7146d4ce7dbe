//! A person's initials in a circle. The name always stands beside it, so the
//! circle is hidden from screen readers.

use leptos::prelude::*;

use super::Erased;

/// How large a circle is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 32 px, in tight rows.
    Small,
    /// 36 px.
    #[default]
    Normal,
    /// 48 px, beside a heading.
    Large,
    /// 64 px, on a person's own page.
    Huge,
}

/// Initials in a circle.
#[component]
pub fn Avatar(
    /// One or two letters; see `initials_of`.
    #[prop(into)]
    initials: String,
    /// How large it is.
    #[prop(optional)]
    size: AvatarSize,
) -> impl IntoView {
    let class = match size {
        AvatarSize::Small => "avatar avatar-small",
        AvatarSize::Normal => "avatar",
        AvatarSize::Large => "avatar avatar-large",
        AvatarSize::Huge => "avatar avatar-huge",
    };
    view! {
        <span class=class aria-hidden="true">
            {initials}
        </span>
    }
    .erased()
}

/// The first letters of the first and the last word of a name.
pub fn initials_of(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut words = name.split_whitespace();
    let first = words.next().and_then(letter);
    let last = words.next_back().and_then(letter);
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_last_word() {
        assert_eq!(initials_of("Zainab Okafor-Reed"), "ZO");
        assert_eq!(initials_of("maria del carmen ruiz"), "MR");
        assert_eq!(initials_of("Élodie"), "É");
        assert_eq!(initials_of("  "), "");
    }
}
