//! Markdown to HTML that is safe to show. What is kept is the source; it is
//! cleaned each time it is shown, so a stricter rule reaches old texts too.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pulldown_cmark::{
    Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html,
};

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
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener nofollow noreferrer"));
    cleaner
});

/// Sanitised HTML. Headings begin at level 3, below those of the page, and none skips a
/// level. What looks like HTML is words; images are left out.
pub fn to_html(source: &str) -> String {
    if source.trim().is_empty() {
        return String::new();
    }
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let parsed = TextMergeStream::new(Parser::new_ext(source, options)).collect();
    // Text comes in pieces, and an address may lie in several of them.
    let events = TextMergeStream::new(html_as_words(parsed).into_iter())
        .map(lower_headings(Vec::new()))
        .flat_map(link_addresses(0))
        .flat_map(lead_out(Vec::new()));
    let mut raw = String::with_capacity(source.len() * 2);
    html::push_html(&mut raw, events);
    CLEANER.clean(&raw).to_string()
}

/// What looks like HTML, be it `a<b or b>a`, is shown as it was typed, so that nothing that
/// somebody wrote disappears. Only what is raised or lowered stays so, as in `H<sub>2</sub>O`.
fn html_as_words(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut raised = HashSet::new();
    for (at, three) in events.windows(3).enumerate() {
        if is_raised(three) {
            raised.extend([at, at + 2]);
        }
    }
    let each = events.into_iter().enumerate();
    each.flat_map(|(at, event)| match event {
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::Html(line) => lines_as_words(&line),
        Event::InlineHtml(tag) if !raised.contains(&at) => vec![Event::Text(tag)],
        other => vec![other],
    })
    .collect()
}

fn is_raised(three: &[Event<'_>]) -> bool {
    let [
        Event::InlineHtml(begin),
        Event::Text(_),
        Event::InlineHtml(end),
    ] = three
    else {
        return false;
    };
    matches!(
        (&**begin, &**end),
        ("<sub>", "</sub>") | ("<sup>", "</sup>")
    )
}

/// Lines that are not read as Markdown stay lines.
fn lines_as_words(lines: &str) -> Vec<Event<'static>> {
    let each = lines.split_inclusive('\n');
    each.flat_map(|line| {
        let ends = line.ends_with('\n').then_some(Event::HardBreak);
        std::iter::once(words(line.trim_end())).chain(ends)
    })
    .collect()
}

/// An address that stands in the text as it was pasted becomes a link. `inside` counts the
/// links, pictures and pieces of code around the text, in which nothing is changed.
fn link_addresses(mut inside: usize) -> impl FnMut(Event<'_>) -> Vec<Event<'_>> {
    move |event| {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => inside += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => {
                inside = inside.saturating_sub(1);
            }
            Event::Text(text) if inside == 0 && text.contains("://") => return with_links(text),
            _ => {}
        }
        vec![event]
    }
}

/// The words of a text, with the addresses among them as links. Each word is looked at once,
/// whatever stands in it.
fn with_links(text: &str) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    let mut plain = 0;
    for word in text.split(ends_address) {
        let Some(address) = address_in(word) else {
            continue;
        };
        // Where the address lies in the whole text.
        let from = address.as_ptr() as usize - text.as_ptr() as usize;
        let link = Tag::Link {
            link_type: LinkType::Autolink,
            dest_url: address.to_owned().into(),
            title: "".into(),
            id: "".into(),
        };
        events.extend([
            words(&text[plain..from]),
            Event::Start(link),
            words(address),
            Event::End(TagEnd::Link),
        ]);
        plain = from + address.len();
    }
    events.push(words(&text[plain..]));
    events
}

fn words(words: &str) -> Event<'static> {
    Event::Text(words.to_owned().into())
}

/// The address of a site that begins in a word and goes on to its end: the first that could be
/// one.
fn address_in(word: &str) -> Option<&str> {
    let at = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| word.find(scheme))
        .min()?;
    let is_amid_letters = word[..at].ends_with(char::is_alphanumeric);
    let address = without_end_of_sentence(&word[at..]);
    let is_one = !is_amid_letters && crate::links::leaving(address).is_some();
    is_one.then_some(address)
}

fn ends_address(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '<' | '>' | '"')
}

/// The full stop after an address is the sentence's, and so is a bracket that was opened before
/// it.
fn without_end_of_sentence(mut address: &str) -> &str {
    let count = |sign| address.matches(sign).count();
    let mut too_many = count(')').saturating_sub(count('('));
    loop {
        let ends = ['.', ',', ';', ':', '!', '?', '\'', '*', '_'];
        let shorter = address.strip_suffix(ends).or_else(|| {
            let shorter = address.strip_suffix(')').filter(|_| too_many > 0)?;
            too_many -= 1;
            Some(shorter)
        });
        match shorter {
            Some(shorter) => address = shorter,
            None => return address,
        }
    }
}

/// A link to a site outside leads over our own page and says which site it is. One that
/// leads nowhere keeps its words.
fn lead_out(mut open: Vec<Option<String>>) -> impl FnMut(Event<'_>) -> Vec<Event<'_>> {
    move |event| match event {
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let out = crate::links::leaving(&dest_url);
            // The title keeps the whole address, for paper above all.
            let title = if out.is_some() {
                dest_url.clone()
            } else {
                title
            };
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

/// The level of the headings of the page's parts.
const LEVEL_OF_THE_PAGE: usize = 2;

/// A heading counts by what it stands under, not by its marks: a text may begin with `###`
/// and go on with `#####`, and whoever hears the page still misses no level. `outer` is what
/// the heading stands under, itself last.
fn lower_headings(mut outer: Vec<HeadingLevel>) -> impl FnMut(Event<'_>) -> Event<'_> {
    let level_at = |depth: usize| {
        HeadingLevel::try_from(LEVEL_OF_THE_PAGE + depth).unwrap_or(HeadingLevel::H6)
    };
    move |event| match event {
        Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) => {
            outer.retain(|above| *above < level);
            outer.push(level);
            Event::Start(Tag::Heading {
                level: level_at(outer.len()),
                id,
                classes,
                attrs,
            })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(level_at(outer.len()))),
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_script_in_the_instructions_never_reaches_a_student() {
        let html = to_html(
            "# Read\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) <img src=x onerror=alert(1)> **bold**\n\n<svg><animate/></svg><math></math>",
        );
        for tag in ["<script", "<img", "<svg", "<animate", "<math", "href"] {
            assert!(!html.contains(tag), "{tag}: {html}");
        }
        assert!(html.contains("<strong>bold</strong>") && html.contains("<h3>Read</h3>"));
    }

    /// What is read on the page.
    fn visible(html: &str) -> String {
        let mut is_tag = false;
        let words: String = html
            .chars()
            .filter(|sign| {
                let was_tag = is_tag;
                is_tag = (is_tag || *sign == '<') && *sign != '>';
                !was_tag && !is_tag
            })
            .collect();
        words
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    }

    #[test]
    fn words_that_look_like_tags_are_shown_as_they_were_typed() {
        for typed in [
            "Solve 0<x and y>3 for whole numbers. Is a<b or b>a?",
            "Use the <table> tag. What does <script> do?",
            "<div class=\"note\">What is this?</div>",
            "<!-- a comment --> and <?what?>",
            "Is <sub> one of them?",
        ] {
            let html = to_html(typed);
            assert_eq!(visible(&html).trim(), typed, "{html}");
        }
        let lines = to_html("<ul>\n<li>One</li>\n</ul>\n\nThen **write** <https://x.example/>.");
        assert!(
            lines.contains("<p>&lt;ul&gt;<br>") && lines.contains("&lt;li&gt;One&lt;/li&gt;<br>"),
            "{lines}"
        );
        assert!(
            lines.contains("<strong>write</strong>") && lines.contains("(x.example)</a>"),
            "{lines}"
        );
        let raised = to_html("H<sub>2</sub>O, x<sup>n_1</sup>");
        assert_eq!(raised.trim(), "<p>H<sub>2</sub>O, x<sup>n_1</sup></p>");
    }

    /// Pieces of a text without Markdown's marks, such as tags and what only looks like them.
    const PIECES: [&str; 18] = [
        "a", "Zé", "7", " ", "\n", "\n\n", "<", "</", ">", "/>", "=", "\"", "'", "!", "!--", "?",
        "script", "table",
    ];

    proptest! {
        #[test]
        fn every_letter_and_digit_is_shown(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 1..40)
        ) {
            let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
            let source = pieces.concat();
            let html = to_html(&source);
            prop_assert_eq!(letters(&visible(&html)), letters(&source), "{}", html);
        }
    }

    /// The levels of the headings, in their order.
    fn levels(html: &str) -> Vec<u32> {
        html.match_indices("<h")
            .filter_map(|(at, tag)| html[at + tag.len()..].chars().next()?.to_digit(10))
            .collect()
    }

    #[test]
    fn headings_begin_right_below_those_of_the_page_whichever_marks_were_taken() {
        let html = to_html("### The graph\n\n##### Its axes\n\n### The words\n\n# The end");
        assert_eq!(levels(&html), [3, 4, 3, 3], "{html}");
        assert!(html.contains("<h4>Its axes</h4>"), "{html}");
        let deep = to_html("# 1\n## 2\n### 3\n#### 4\n##### 5\n## 6");
        assert_eq!(levels(&deep), [3, 4, 5, 6, 6, 4], "{deep}");
    }

    proptest! {
        #[test]
        fn no_heading_skips_a_level(marks in proptest::collection::vec(1_usize..=6, 1..12)) {
            let source: String = marks.iter().map(|count| "#".repeat(*count) + " Part\n\n").collect();
            let shown = levels(&to_html(&source));
            prop_assert_eq!(shown.len(), marks.len());
            let mut before = 2;
            for level in shown {
                prop_assert!((3..=before + 1).contains(&level), "{} after {}", level, before);
                before = level;
            }
        }
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
        assert!(
            html.contains("title=\"https://www.bbc.co.uk/a?b=1&amp;c=2\""),
            "{html}"
        );
        assert!(!html.contains("href=\"http"), "{html}");
        assert!(html.contains("rel=\"noopener nofollow noreferrer\""));
    }

    #[test]
    fn an_address_that_was_pasted_is_a_link_over_our_own_page() {
        let html = to_html(
            "Read https://www.bbc.co.uk/a_b_c?d=1&e=2, then (http://x.example/River_(UK)).",
        );
        for expected in [
            "href=\"/leaving?to=https%3A%2F%2Fwww.bbc.co.uk%2Fa_b_c%3Fd%3D1%26e%3D2\"",
            "https://www.bbc.co.uk/a_b_c?d=1&amp;e=2 (www.bbc.co.uk)</a>, then (<a ",
            "http://x.example/River_(UK) (x.example)</a>).",
        ] {
            assert!(html.contains(expected), "{expected}: {html}");
        }
        for untouched in [
            "`https://x.example/`",
            "    https://x.example/",
            "xhttps://x.example/",
            "https://",
            "ftp://x.example/",
        ] {
            let html = to_html(untouched);
            assert!(!html.contains("<a "), "{untouched}: {html}");
        }
        let named = to_html("[https://x.example/](https://x.example/)");
        assert_eq!(named.matches("<a ").count(), 1, "{named}");
    }

    #[test]
    fn a_text_made_to_be_slow_is_read_in_one_go() {
        let brackets = ")".repeat(25_000);
        for nasty in [
            format!("{}{brackets} ://", "http".repeat(6_000)),
            format!("https://a{brackets}"),
            format!("{} ", "https://".repeat(6_000)),
        ] {
            let html = to_html(&nasty);
            assert!(html.len() >= nasty.trim().len());
        }
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
