//! Markdown to HTML that is safe to show. What is kept is the source; it is
//! cleaned each time it is shown, so a stricter rule reaches old texts too.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pulldown_cmark::{Options, Parser, html};

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from([
            "p",
            "br",
            "strong",
            "em",
            "del",
            "code",
            "pre",
            "blockquote",
            "ul",
            "ol",
            "li",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "a",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "sub",
            "sup",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener nofollow noreferrer"));
    cleaner
});

/// Sanitised HTML. Headings begin at level 3, below those of the page; images and
/// raw HTML are left out.
pub fn to_html(source: &str) -> String {
    if source.trim().is_empty() {
        return String::new();
    }
    let events = Parser::new_ext(
        source,
        Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES,
    )
    .map(lower_heading);
    let mut raw = String::with_capacity(source.len() * 2);
    html::push_html(&mut raw, events);
    CLEANER.clean(&raw).to_string()
}

fn lower_heading(event: pulldown_cmark::Event<'_>) -> pulldown_cmark::Event<'_> {
    use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};
    let lower = |level: HeadingLevel| match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    };
    match event {
        Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) => Event::Start(Tag::Heading {
            level: lower(level),
            id,
            classes,
            attrs,
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    }
}

/// The text that a student wrote, as paragraphs: no marks are read in it, so
/// that nothing they type disappears.
pub fn plain_to_html(text: &str) -> String {
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .fold(String::with_capacity(text.len() + 32), |html, paragraph| {
            html + "<p>"
                + &ammonia::clean_text(paragraph)
                    .replace("&#10;", "<br>")
                    .replace('\n', "<br>")
                + "</p>"
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_in_the_instructions_never_reaches_a_student() {
        let html = to_html(
            "# Read\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) <img src=x onerror=alert(1)> **bold**\n\n<svg><animate/></svg><math></math>",
        );
        assert!(
            !html.contains("script")
                && !html.contains("onerror")
                && !html.contains("svg")
                && !html.contains("math")
        );
        assert!(html.contains("<strong>bold</strong>") && html.contains("<h3>Read</h3>"));
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = to_html("1. one\n2. two\n\n> said\n\n[link](https://example.org/?a=1&b=2)");
        assert_eq!(CLEANER.clean(&once).to_string(), once);
    }

    #[test]
    fn what_a_student_types_is_shown_as_typed() {
        let html = plain_to_html("if a < b & c > d\nthen *stop*\n\nEnd");
        assert!(
            html.starts_with("<p>if")
                && html.contains("&lt;")
                && html.contains("<br>")
                && html.contains("*stop*")
        );
        assert_eq!(html.matches("<p>").count(), 2);
    }
}
