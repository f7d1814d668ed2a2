//! The index of the documents, `docs/README.md`: the list of pages, the sidebar and `llms.txt` are all read from it.

use super::links::{self, Form};
use super::pages::Page;

/// A part of the index: a heading and the pages below it.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) links: Vec<Link>,
}

/// A line of the index.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) title: String,
    /// As it stands in a served page.
    pub(super) address: String,
    /// What is found there.
    pub(super) about: String,
}

const INDEX: &str = "README.md";

/// The parts of the index.
pub(super) fn sections() -> Vec<Section> {
    let text = Page::of_file(INDEX).map(Page::text).unwrap_or_default();
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                title: title.to_owned(),
                links: Vec::new(),
            });
        } else if let (Some(section), Some(link)) = (sections.last_mut(), link(line)) {
            section.links.push(link);
        }
    }
    sections
}

/// What the index says of the page at an address.
pub(super) fn about(address: &str) -> Option<String> {
    let mut links = sections().into_iter().flat_map(|section| section.links);
    links
        .find(|link| link.address == address)
        .map(|link| link.about)
}

/// `- [Title](target): what is found there`.
fn link(line: &str) -> Option<Link> {
    let (title, rest) = line.strip_prefix("- [")?.split_once("](")?;
    let (target, rest) = rest.split_once(')')?;
    Some(Link {
        title: title.to_owned(),
        address: links::served(INDEX, target, Form::Html),
        about: rest.trim_start_matches(':').trim().to_owned(),
    })
}

/// The index as llmstxt.org has it: it is written in that form, so only its links need the address in front.
#[must_use]
pub fn llms(public_url: &str) -> String {
    let index = Page::of_file(INDEX);
    index
        .map(|page| links::in_markdown(page, public_url))
        .unwrap_or_default()
}

/// All pages that people call, run or judge Kobling by, one after the other, in the order of the index.
#[must_use]
pub fn llms_full(public_url: &str) -> String {
    let mut all = llms(public_url);
    for link in sections().into_iter().flat_map(|section| section.links) {
        let name = link
            .address
            .trim_start_matches("/docs")
            .trim_start_matches('/');
        if let Some(page) = Page::at(name).filter(|page| page.file != INDEX) {
            all.push_str(&format!("\n\n---\n\n<!-- {} -->\n\n", page.address()));
            all.push_str(&links::in_markdown(page, public_url));
        }
    }
    all
}
