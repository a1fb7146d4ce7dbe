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
    .map(lower_heading)
    .flat_map(lead_out(Vec::new()));
    let mut raw = String::with_capacity(source.len() * 2);
    html::push_html(&mut raw, events);
    CLEANER.clean(&raw).to_string()
}

/// A link to a site outside leads over our own page and says which site it is. One that
/// leads nowhere keeps its words.
fn lead_out(
    mut open: Vec<Option<String>>,
) -> impl FnMut(pulldown_cmark::Event<'_>) -> Vec<pulldown_cmark::Event<'_>> {
    use pulldown_cmark::{Event, Tag, TagEnd};
    move |event| match event {
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let out = crate::links::leaving(&dest_url);
            let dest_url = out
                .as_ref()
                .map_or(dest_url, |(page, _)| page.clone().into());
            open.push(out.map(|(_, host)| host));
            vec![Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            })]
        }
        Event::End(TagEnd::Link) => {
            let host = open.pop().flatten();
            let label = host.map(|host| Event::Text(format!(" ({host})").into()));
            label
                .into_iter()
                .chain([Event::End(TagEnd::Link)])
                .collect()
        }
        other => vec![other],
    }
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
    fn a_link_to_another_site_is_labelled_and_leads_over_our_own_page() {
        let html = to_html("See [this](https://www.bbc.co.uk/a?b=1&c=2) and <http://x.example/>.");
        assert!(
            html.contains("href=\"/leaving?to=https%3A%2F%2Fwww.bbc.co.uk%2Fa%3Fb%3D1%26c%3D2\""),
            "{html}"
        );
        assert!(
            html.contains("this (www.bbc.co.uk)</a>") && html.contains("(x.example)</a>"),
            "{html}"
        );
        assert!(!html.contains("href=\"http"), "{html}");
        assert!(html.contains("rel=\"noopener nofollow noreferrer\""));
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
