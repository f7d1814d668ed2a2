//! Rules for Markdown files: one title each, and links that lead to a file.

use std::collections::BTreeSet;

use super::TextFile;

pub(super) fn check(file: &TextFile, paths: &BTreeSet<String>) -> Vec<String> {
    let mut problems = wrong_titles(file);
    problems.extend(broken_links(file, paths));
    problems
}

/// The lines outside code fences, with their numbers.
pub(super) fn prose(file: &TextFile) -> Vec<(usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut prose = Vec::new();
    for (number, line) in file.lines() {
        let start = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => prose.push((number, line)),
            (Some(_), _) => {}
        }
    }
    prose
}

fn wrong_titles(file: &TextFile) -> Vec<String> {
    let prose = prose(file);
    let mut titles = prose.iter().filter(|(_, line)| line.starts_with("# "));
    if titles.next().is_none() {
        return vec![file.problem(1, "the document has no title (`# ...`)")];
    }
    titles
        .map(|(number, _)| file.problem(*number, "a second title: use `##`"))
        .collect()
}

fn broken_links(file: &TextFile, paths: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in prose(file) {
        for target in targets(line) {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() {
                continue;
            }
            let leads = resolved(&file.path, target).is_some_and(|path| exists(&path, paths));
            if !leads {
                problems
                    .push(file.problem(number, &format!("the link to `{target}` leads nowhere")));
            }
        }
    }
    problems
}

/// Where the links of a line lead: `[text](target "title")` and `[label]: target`, without those to other sites.
pub(super) fn targets(line: &str) -> Vec<String> {
    let line = without_code(line);
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let defined = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .map(|(_, to)| to);
    let words = inline
        .chain(defined)
        .filter_map(|target| target.split_whitespace().next());
    let files = words.map(|target| target.trim_matches(['<', '>']));
    let files = files.filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
    files.map(str::to_owned).collect()
}

/// The line without its `code`.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// The target as a path from the root; nothing when it leaves the project.
pub(super) fn resolved(document: &str, target: &str) -> Option<String> {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let full = match target.strip_prefix('/') {
        Some(from_root) => from_root.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut parts = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether it is a file, or a folder with a file in it.
fn exists(path: &str, paths: &BTreeSet<String>) -> bool {
    let folder = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    paths.contains(path)
        || paths
            .range(folder.clone()..)
            .next()
            .is_some_and(|next| next.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::super::text_file;
    use super::*;

    #[test]
    fn a_document_has_exactly_one_title() {
        assert!(wrong_titles(&text_file("a.md", "# One\n\n## Part\n")).is_empty());
        assert_eq!(
            wrong_titles(&text_file("a.md", "## Part\n")),
            ["a.md:1: the document has no title (`# ...`)"]
        );
        assert_eq!(
            wrong_titles(&text_file("a.md", "# One\n\n# Two\n")),
            ["a.md:3: a second title: use `##`"]
        );
    }

    #[test]
    fn a_comment_in_a_code_fence_is_no_title() {
        let fenced = "# One\n```sh\n# a comment\n~~~\n# another\n```\n";
        assert!(wrong_titles(&text_file("a.md", fenced)).is_empty());
    }

    #[test]
    fn a_link_must_lead_to_a_file_or_a_folder() {
        let paths = ["README.md", "docs/a.md", "docs/b.md"]
            .map(str::to_owned)
            .into();
        let good = "[b](b.md#part) [up](../README.md) [top](/docs) [here](#x) <https://a.b> \
            [site](https://a.b/c.md) `[code](none.md)` [titled](b.md \"B\")\n[label]: ./b.md\n";
        assert_eq!(
            broken_links(&text_file("docs/a.md", good), &paths),
            Vec::<String>::new()
        );
        let bad = "[b](b.md)\n[gone](gone.md) [out](../../out.md)\n[label]: gone.md\n";
        assert_eq!(
            broken_links(&text_file("docs/a.md", bad), &paths),
            [
                "docs/a.md:2: the link to `gone.md` leads nowhere",
                "docs/a.md:2: the link to `../../out.md` leads nowhere",
                "docs/a.md:3: the link to `gone.md` leads nowhere",
            ]
        );
    }
}
