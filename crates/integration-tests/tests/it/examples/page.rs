//! A page in Markdown, taken apart.

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) language: String,
    pub(super) text: String,
    /// Of the fence that opens it.
    pub(super) line: usize,
}

/// Something to run, and what it is to say.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) language: String,
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) expected: Option<String>,
}

impl Block {
    pub(super) fn is_command(&self) -> bool {
        ["sh", "python", "javascript"].contains(&self.language.as_str())
    }
}

pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block {
                    language: language.to_owned(),
                    text: String::new(),
                    line: number + 1,
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// The commands of a page, each with the output that stands in the next block where that is `text` or `json`.
pub(super) fn examples(blocks: &[Block]) -> Vec<Example> {
    let mut examples = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        if !block.is_command() {
            continue;
        }
        let next = blocks.get(number + 1);
        let output = next.filter(|next| next.language == "text" || next.language == "json");
        examples.push(Example {
            language: block.language.clone(),
            text: block.text.clone(),
            line: block.line,
            expected: output.map(|output| output.text.clone()),
        });
    }
    examples
}
