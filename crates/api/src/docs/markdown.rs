//! Markdown as HTML, in the look of the other pages.

use std::collections::HashMap;

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::json;
use super::links::{self, Form};

/// A heading of the second level.
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) anchor: String,
    pub(super) text: String,
}

/// The text of a file below `docs/` as HTML, and its headings of the second level.
pub(super) fn rendered(file: &str, text: &str) -> (Markup, Vec<Heading>) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let (mut out, mut headings) = (Vec::with_capacity(events.len()), Vec::new());
    let mut anchors = Anchors::default();
    let mut events = events.into_iter().peekable();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let inside: Vec<_> = std::iter::from_fn(|| {
                    events.next_if(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
                })
                .collect();
                let text = words(&inside);
                let anchor = anchors.of(&text);
                out.push(raw(format!("<{level} id=\"{anchor}\">")));
                if level as u8 > 1 {
                    out.push(raw(format!("<a class=\"anchor\" href=\"#{anchor}\">")));
                }
                out.extend(inside);
                if level as u8 > 1 {
                    out.push(raw("</a>".to_owned()));
                }
                out.push(raw(format!("</{level}>")));
                events.next();
                if level as u8 == 2 {
                    headings.push(Heading { anchor, text });
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let code: String = std::iter::from_fn(|| {
                    events.next_if(|event| !matches!(event, Event::End(TagEnd::CodeBlock)))
                })
                .map(|event| words(&[event]))
                .collect();
                events.next();
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let code = code.trim_end_matches('\n');
                out.push(raw(json::block(caption(&language), code).into_string()));
            }
            event => out.extend(changed(file, event)),
        }
    }
    let mut page = String::with_capacity(text.len() * 2);
    html::push_html(&mut page, out.into_iter());
    (PreEscaped(page), headings)
}

fn raw(html: String) -> Event<'static> {
    Event::Html(html.into())
}

/// Links as they must be here, tables that can be moved sideways, and no HTML of the text's own.
fn changed<'a>(file: &str, event: Event<'a>) -> Vec<Event<'a>> {
    match event {
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => vec![Event::Start(Tag::Link {
            link_type,
            dest_url: CowStr::from(links::served(file, &dest_url, Form::Html)),
            title,
            id,
        })],
        Event::Start(Tag::Table(columns)) => vec![
            raw("<div class=\"table\" tabindex=\"0\">".to_owned()),
            Event::Start(Tag::Table(columns)),
        ],
        Event::End(TagEnd::Table) => vec![Event::End(TagEnd::Table), raw("</div>".to_owned())],
        Event::Html(text) | Event::InlineHtml(text) if text.starts_with("<!--") => Vec::new(),
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        event => vec![event],
    }
}

/// What is read, without its form.
fn words(events: &[Event<'_>]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    });
    texts.collect()
}

/// What stands above a block of code.
fn caption(info: &str) -> &str {
    let (language, file) = info.split_once(" file=").unwrap_or((info, ""));
    match language {
        _ if !file.is_empty() => file,
        "sh" => "Shell",
        "python" => "Python",
        "js" => "JavaScript",
        "json" => "JSON",
        "toml" => "TOML",
        "http" | "text" | "" => "Output",
        other => other,
    }
}

/// The anchors of a page's headings, as GitHub makes them; a second one of the same words gets a number.
#[derive(Default)]
struct Anchors {
    taken: HashMap<String, usize>,
}

impl Anchors {
    fn of(&mut self, heading: &str) -> String {
        let anchor = anchor(heading);
        let times = self.taken.entry(anchor.clone()).or_insert(0);
        *times += 1;
        match *times {
            1 => anchor,
            times => format!("{anchor}-{}", times - 1),
        }
    }
}

/// The anchor of a heading: small letters, digits, `-` and `_`, with `-` for spaces.
pub(super) fn anchor(heading: &str) -> String {
    let heading = heading.trim().to_lowercase();
    let kept = heading.chars().filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        other if other.is_alphanumeric() => Some(other),
        _ => None,
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        rendered("quick-start.md", text).0.into_string()
    }

    #[test]
    fn headings_have_the_anchors_that_github_gives_them() {
        assert_eq!(anchor("VERSION_MISMATCH"), "version_mismatch");
        assert_eq!(anchor("What was tried, and how?"), "what-was-tried-and-how");
        let twice = html("# A\n\n## B `c`\n\n## B c\n");
        assert!(
            twice.contains("id=\"b-c\"") && twice.contains("id=\"b-c-1\""),
            "{twice}"
        );
    }

    #[test]
    fn html_in_the_text_stays_text() {
        let page = html("a <b onclick=\"x\">c</b>\n\n<script>x</script>\n\n<!-- note -->\n");
        assert!(!page.contains("<b ") && !page.contains("<script") && !page.contains("note"));
    }

    #[test]
    fn tables_and_code_can_be_moved_sideways() {
        let page = html("| a |\n| --- |\n| b |\n\n```json\n{\"a\": 1}\n```\n");
        assert!(page.contains("<div class=\"table\""), "{page}");
        assert!(page.contains("<span class=\"key\">"), "{page}");
    }
}
