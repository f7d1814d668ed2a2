//! The examples of a page: blocks of code, and the output that the page shows of each.

/// What stands before a block that is not executed.
pub(super) const MARK: &str = "*Not executed by the tests";

/// A block of code in a page.
#[derive(Debug)]
pub(super) struct Example {
    /// The line of its opening fence.
    pub(super) line: usize,
    /// `sh`, `python` or `js`.
    pub(super) language: String,
    /// The file that it is to be saved as, instead of being run.
    pub(super) file: Option<String>,
    pub(super) code: String,
    /// Whether the page says that it is not executed.
    pub(super) is_marked: bool,
    /// What it prints, as the page has it, and whether that is JSON.
    pub(super) output: Option<(bool, String)>,
}

/// The examples of a page in their order.
pub(super) fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = page.lines().enumerate();
    let mut before = "";
    while let Some((index, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            if !line.is_empty() {
                before = line;
            }
            continue;
        };
        let inside = lines.by_ref().map(|(_, line)| line);
        let code: Vec<&str> = inside.take_while(|line| *line != "```").collect();
        let code = code.join("\n") + "\n";
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default().to_owned();
        let file = words.find_map(|word| word.strip_prefix("file="));
        match language.as_str() {
            "sh" | "python" | "js" => examples.push(Example {
                line: index + 1,
                language,
                file: file.map(str::to_owned),
                code,
                is_marked: before.starts_with(MARK),
                output: None,
            }),
            "text" | "json" => {
                let example = examples
                    .last_mut()
                    .unwrap_or_else(|| panic!("line {}: output of nothing", index + 1));
                assert!(
                    example.output.is_none(),
                    "line {}: a second output",
                    index + 1
                );
                example.output = Some((language == "json", code));
            }
            other => panic!("line {}: nobody knows how to run {other:?}", index + 1),
        }
        before = "";
    }
    examples
}

/// The text with ids, times, tokens and the like replaced by what they are.
pub(super) fn normalised(text: &str) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.:".contains(character);
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest
            .find(|character| !is_part(character))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        out.push_str(kind_of(word).unwrap_or(word));
        let next = after.find(is_part).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        out.push_str(between);
        rest = after;
    }
    out
}

fn kind_of(word: &str) -> Option<&'static str> {
    let dashes: Vec<usize> = word.match_indices('-').map(|(index, _)| index).collect();
    if word.len() == 36 && dashes == [8, 13, 18, 23] {
        return Some("<id>");
    }
    if word.len() == 24 && word.ends_with('Z') && word.as_bytes()[10] == b'T' {
        return Some("<time>");
    }
    None
}

#[test]
fn volatile_parts_are_replaced_and_nothing_else() {
    let text = r#"{"id":"01a20fc0-3091-7c7b-a669-1f338db5c747","at":"2026-11-24T22:49:43.313Z","status":"pending"}"#;
    assert_eq!(
        normalised(text),
        r#"{"id":"<id>","at":"<time>","status":"pending"}"#
    );
}

#[test]
fn a_block_keeps_its_output_and_its_mark() {
    let page = "a\n\n```sh\necho 1\n```\n\nprints\n\n```text\n1\n```\n\n*Not executed by the tests:*\n\n```js\nx\n```\n";
    let found = examples(page);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].line, found[0].is_marked), (3, false));
    assert_eq!(found[0].output, Some((false, "1\n".to_owned())));
    assert!(found[1].is_marked && found[1].output.is_none());
}
