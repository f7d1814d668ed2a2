//! JSON in colours, and other code without.

use maud::{Markup, html};

/// A block of code with a caption; JSON is coloured.
pub(super) fn block(caption: &str, code: &str) -> Markup {
    html! {
        figure.code {
            figcaption { (caption) }
            pre tabindex="0" { code { (coloured(code)) } }
        }
    }
}

/// A block whose caption is markup.
pub(super) fn block_with(caption: &Markup, code: &str) -> Markup {
    html! {
        figure.code {
            figcaption { (caption) }
            pre tabindex="0" { code { (coloured(code)) } }
        }
    }
}

/// Keys, texts and other values in spans; anything that is no JSON passes as it is.
fn coloured(code: &str) -> Markup {
    if !code.starts_with(['{', '[']) {
        return html! { (code) };
    }
    html! {
        @for token in tokens(code) {
            @match class_of(&token) {
                Some(class) => span class=(class) { (token.text) },
                None => (token.text),
            }
        }
    }
}

struct Token<'a> {
    text: &'a str,
    is_key: bool,
}

fn class_of(token: &Token<'_>) -> Option<&'static str> {
    match token.text.chars().next()? {
        '"' if token.is_key => Some("key"),
        '"' => Some("text"),
        first if first.is_ascii_alphanumeric() || first == '-' => Some("value"),
        _ => None,
    }
}

/// Texts, words and what stands between them.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let is_word =
            |character: char| character.is_ascii_alphanumeric() || "-+.".contains(character);
        let length = match first {
            '"' => text_length(rest),
            first if is_word(first) => rest
                .find(|character| !is_word(character))
                .unwrap_or(rest.len()),
            _ => {
                let ends = |character: char| character == '"' || is_word(character);
                rest.find(ends).unwrap_or(rest.len())
            }
        };
        let Some((text, after)) = rest.split_at_checked(length) else {
            break;
        };
        let is_key = text.starts_with('"') && after.trim_start().starts_with(':');
        tokens.push(Token { text, is_key });
        rest = after;
    }
    tokens
}

/// Bytes of the text literal that the code begins with, quotes included.
fn text_length(code: &str) -> usize {
    let mut is_escaped = false;
    for (index, character) in code.char_indices().skip(1) {
        match character {
            '"' if !is_escaped => return index + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_texts_and_values_are_told_apart() {
        let html = coloured(r#"{"a\"b": "x:y", "n": -1.5e3}"#).into_string();
        assert!(
            html.contains(r#"<span class="key">&quot;a\&quot;b&quot;</span>: "#),
            "{html}"
        );
        assert!(
            html.contains(r#"<span class="text">&quot;x:y&quot;</span>"#),
            "{html}"
        );
        assert!(
            html.contains(r#"<span class="value">-1.5e3</span>"#),
            "{html}"
        );
        assert_eq!(
            coloured("curl --url \"x\"").into_string(),
            "curl --url &quot;x&quot;"
        );
    }
}
