//! The tables: on the terminal, and in `docs/benchmarks.md` between two markers.

use std::fs;
use std::path::Path;

use crate::failure::{Failure, Outcome, While};

/// A part of the document that is measured, between two markers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Everything on SQLite
    Sqlite,
    /// Everything on PostgreSQL
    Postgres,
}

impl Block {
    fn markers(self) -> [&'static str; 2] {
        match self {
            Self::Sqlite => ["<!-- measured -->", "<!-- /measured -->"],
            Self::Postgres => [
                "<!-- measured: postgres -->",
                "<!-- /measured: postgres -->",
            ],
        }
    }

    /// What its headings begin with.
    fn level(self) -> &'static str {
        match self {
            Self::Sqlite => "##",
            Self::Postgres => "###",
        }
    }
}

/// One table with a heading and what must be known to read it.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) heading: &'static str,
    pub(crate) note: String,
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
    /// What of `Figures to reach` follows from it.
    pub(crate) figures: Vec<Figure>,
}

/// One of the figures to reach.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) wanted: String,
    pub(crate) found: String,
    pub(crate) reached: bool,
}

impl Figure {
    fn cells(&self) -> Vec<String> {
        let verdict = if self.reached {
            "reached"
        } else {
            "**missed**"
        };
        let Self {
            what,
            wanted,
            found,
            ..
        } = self.clone();
        vec![what, wanted, found, verdict.to_owned()]
    }
}

/// The section with all figures of the others, first in the report.
pub(crate) fn figures(heading: &'static str, sections: &[Section]) -> Section {
    let figures = sections.iter().flat_map(|section| &section.figures);
    Section {
        heading,
        note: "Of repeated measurements the median counts.".to_owned(),
        head: vec!["what", "wanted", "found", "verdict"],
        rows: figures.map(Figure::cells).collect(),
        figures: Vec::new(),
    }
}

/// All sections as Markdown.
pub(crate) fn markdown(block: Block, sections: &[Section]) -> String {
    let markdown = |section: &Section| section.markdown(block.level());
    let sections: Vec<String> = sections.iter().map(markdown).collect();
    sections.join("\n")
}

impl Section {
    fn markdown(&self, level: &str) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let head: Vec<String> = self.head.iter().map(|cell| (*cell).to_owned()).collect();
        let rule: Vec<String> = self.head.iter().map(|_| "---".to_owned()).collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        let (heading, note) = (self.heading, self.note.trim());
        format!(
            "{level} {heading}\n\n{note}\n\n{}{}{rows}",
            line(&head),
            line(&rule)
        )
    }
}

/// Replaces what stands between the markers; the rest of the document is written by people.
pub(crate) fn write(document: &Path, block: Block, measured: &str) -> Outcome {
    let text = fs::read_to_string(document).while_doing(document.display())?;
    let text = replaced(&text, block, measured).ok_or_else(|| {
        let document = document.display();
        let [begin, end] = block.markers();
        Failure(format!("{document} has no `{begin}` followed by `{end}`"))
    })?;
    fs::write(document, text).while_doing(document.display())
}

fn replaced(text: &str, block: Block, measured: &str) -> Option<String> {
    let [begin, end] = block.markers();
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!(
        "{before}{begin}\n\n{}\n\n{end}{after}",
        measured.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays() {
        let text = "# A\n<!-- measured -->\nold\n<!-- /measured -->\n## B\n";
        let once = replaced(text, Block::Sqlite, "new\n").unwrap();
        assert_eq!(
            once,
            "# A\n<!-- measured -->\n\nnew\n\n<!-- /measured -->\n## B\n"
        );
        assert_eq!(replaced(&once, Block::Sqlite, "new").unwrap(), once);
        assert!(replaced("# A\n", Block::Sqlite, "new").is_none());
    }

    #[test]
    fn each_engine_has_a_block_of_its_own() {
        let text = "<!-- measured -->1<!-- /measured -->\n<!-- measured: postgres -->2<!-- /measured: postgres -->\n";
        let once = replaced(text, Block::Postgres, "new").unwrap();
        assert_eq!(
            once,
            "<!-- measured -->1<!-- /measured -->\n<!-- measured: postgres -->\n\nnew\n\n<!-- /measured: postgres -->\n"
        );
    }

    #[test]
    fn a_section_is_a_table() {
        let section = Section {
            heading: "H",
            note: "N".to_owned(),
            head: vec!["a", "b"],
            rows: vec![vec!["1".to_owned(), "2".to_owned()]],
            figures: Vec::new(),
        };
        assert_eq!(
            section.markdown("##"),
            "## H\n\nN\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
        );
    }
}
