//! The pages of `docs/`: their text is in the binary, so that the documents are those of the version that runs.

use super::{api_text, errors_text};

/// A page of the documents.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its file, below `docs/`.
    pub file: &'static str,
    text: Text,
}

#[derive(Clone, Copy, Debug)]
enum Text {
    /// Written by people, or by another part of the program.
    Written(&'static str),
    /// Made from the descriptions of the operations.
    Made(fn() -> String),
}

macro_rules! written {
    ($file:literal) => {
        Page {
            file: $file,
            text: Text::Written(include_str!(concat!("../../../../docs/", $file))),
        }
    };
}

/// Every page. A test compares the list with the files.
pub const PAGES: &[Page] = &[
    written!("README.md"),
    Page {
        file: "api.md",
        text: Text::Made(api_text::page),
    },
    Page {
        file: "errors.md",
        text: Text::Made(errors_text::page),
    },
    written!("api-design.md"),
    written!("authentication.md"),
    written!("benchmarks.md"),
    written!("commands.md"),
    written!("configuration.md"),
    written!("decisions/README.md"),
    written!("decisions/backups.md"),
    written!("decisions/copying.md"),
    written!("decisions/history-without-an-index.md"),
    written!("decisions/keys-and-epochs.md"),
    written!("decisions/leases.md"),
    written!("decisions/libraries.md"),
    written!("decisions/one-declaration.md"),
    written!("decisions/postgresql.md"),
    written!("decisions/where-the-contract-is-silent.md"),
    written!("decisions/write-ahead-log.md"),
    written!("guides/record-and-read-events.md"),
    written!("operations/backup-and-restore.md"),
    written!("operations/citus.md"),
    written!("operations/copying.md"),
    written!("operations/failover.md"),
    written!("operations/install.md"),
    written!("operations/monitoring.md"),
    written!("operations/postgresql.md"),
    written!("operations/running.md"),
    written!("operations/sizing.md"),
    written!("operations/trouble.md"),
    written!("operations/upgrade.md"),
    written!("packaging.md"),
    written!("quick-start.md"),
    written!("security.md"),
    written!("testing.md"),
];

impl Page {
    /// The page at an address below `/docs/`, such as `quick-start` or `operations/running`; without its `.md`.
    #[must_use]
    pub fn at(name: &str) -> Option<&'static Self> {
        PAGES.iter().find(|page| page.name() == name)
    }

    /// The page of a file below `docs/`.
    #[must_use]
    pub fn of_file(file: &str) -> Option<&'static Self> {
        PAGES.iter().find(|page| page.file == file)
    }

    /// The file without `.md`; of a folder's `README.md` the folder, and of that of `docs/` nothing.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let name = self.file.strip_suffix(".md").unwrap_or(self.file);
        name.strip_suffix("README")
            .map_or(name, |folder| folder.trim_end_matches('/'))
    }

    /// Where it is served as HTML: `/docs/quick-start`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/docs/{}", self.name())
            .trim_end_matches('/')
            .to_owned()
    }

    /// Where it is served as Markdown: `/docs/quick-start.md`.
    #[must_use]
    pub fn markdown_address(&self) -> String {
        format!("/docs/{}", self.file)
    }

    /// The Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        match self.text {
            Text::Written(text) => text.to_owned(),
            Text::Made(make) => make(),
        }
    }

    /// Its title: the words after `# `.
    #[must_use]
    pub fn title(&self) -> String {
        let text = self.text();
        let title = text.lines().find_map(|line| line.strip_prefix("# "));
        title.unwrap_or_default().to_owned()
    }
}
