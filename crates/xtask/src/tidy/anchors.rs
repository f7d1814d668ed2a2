//! Rules for Markdown files: what follows `#` in a link is a heading of the page that it leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::TextFile;
use super::documents::{prose, resolved, targets};

/// The anchors of each Markdown file, by its path.
pub(super) type Anchors = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(file: &TextFile, anchors: &Anchors) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in prose(file) {
        for target in targets(line) {
            let Some((path, anchor)) = target.split_once('#') else {
                continue;
            };
            let path = match path {
                "" => Some(file.path.clone()),
                path => resolved(&file.path, path),
            };
            // Whether there is such a file is another rule's matter.
            let known = path.and_then(|path| anchors.get(&path));
            if known.is_some_and(|known| !known.contains(anchor)) {
                let problem = format!("the link to `{target}` leads to no heading");
                problems.push(file.problem(number, &problem));
            }
        }
    }
    problems
}

/// The anchors of a file's headings, as GitHub makes them; a second one of the same words gets a number.
pub(super) fn of(file: &TextFile) -> BTreeSet<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    for (_, line) in prose(file) {
        let text = line.trim_start_matches('#');
        if text.len() == line.len() || !text.starts_with(' ') {
            continue;
        }
        let anchor = anchor(text);
        let earlier = times.entry(anchor.clone()).or_insert(0);
        anchors.insert(match *earlier {
            0 => anchor,
            earlier => format!("{anchor}-{earlier}"),
        });
        *earlier += 1;
    }
    anchors
}

/// Small letters, digits, `-` and `_`, with `-` for spaces.
fn anchor(heading: &str) -> String {
    let heading = heading.trim().to_lowercase();
    let kept = heading.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        other => other.is_alphanumeric().then_some(other),
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::super::text_file;
    use super::*;

    #[test]
    fn headings_have_the_anchors_that_github_gives_them() {
        let file = text_file(
            "a.md",
            "# One: `two`\n## NOT_THERE\n## B\n## B\n```sh\n# no\n```\n",
        );
        let anchors: Vec<_> = of(&file).into_iter().collect();
        assert_eq!(anchors, ["b", "b-1", "not_there", "one-two"]);
    }

    #[test]
    fn a_link_must_lead_to_a_heading() {
        let file = text_file(
            "docs/a.md",
            "# A\n[a](#a) [b](../b.md#c)\n[x](#x) [d](../b.md#d)\n",
        );
        let other = text_file("b.md", "# B\n## C\n");
        let anchors = [&file, &other].map(|file| (file.path.clone(), of(file)));
        assert_eq!(
            check(&file, &anchors.into()),
            [
                "docs/a.md:3: the link to `#x` leads to no heading",
                "docs/a.md:3: the link to `../b.md#d` leads to no heading",
            ]
        );
    }
}
