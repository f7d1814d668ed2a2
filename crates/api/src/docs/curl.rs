//! An operation as a `curl` command that can be pasted into a shell.

use crate::operation::{Access, FORM, Operation, Place};

/// The command, with `$KOBLING` for the address of the server and `$TOKEN` for an access token.
pub(super) fn command(operation: &Operation) -> String {
    let mut lines = vec![format!("curl --request {}", operation.method.as_str())];
    lines.push(format!("--url \"$KOBLING{}\"", address(operation)));
    match operation.access {
        Access::Anonymous => {}
        Access::ClientCredentials => lines.push("--user \"$CLIENT_ID:$CLIENT_SECRET\"".to_owned()),
        Access::AnyOf(_) => lines.push("--header \"Authorization: Bearer $TOKEN\"".to_owned()),
    }
    if let Some(media) = operation.body.and_then(|body| body.media.first()) {
        lines.push(format!("--header 'Content-Type: {}'", media.media_type));
        if let Some(example) = media.examples.last() {
            let flag = if media.media_type == FORM {
                "--data"
            } else {
                "--data-raw"
            };
            let text = example.text.replace('\'', r"'\''").replace('\n', "\n  ");
            lines.push(format!("{flag} '{text}'"));
        }
    }
    lines.join(" \\\n  ")
}

/// The path with the examples of its parameters.
fn address(operation: &Operation) -> String {
    let mut path = operation.path.to_owned();
    for parameter in operation
        .parameters
        .iter()
        .filter(|given| given.place == Place::Path)
    {
        if let Some(example) = parameter.example_text() {
            path = path.replace(&format!("{{{}}}", parameter.name), &example);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::samples::{READ_CONNECTION, RECORD_EVENT, TOKEN};

    #[test]
    fn a_command_can_be_pasted() {
        let expected = "curl --request GET \\\n  \
             --url \"$KOBLING/v1/accounts/T112/management/accounts/T11200001/connections/vipps\" \\\n  \
             --header \"Authorization: Bearer $TOKEN\"";
        assert_eq!(command(&READ_CONNECTION), expected);
        assert!(command(&RECORD_EVENT).contains("--data-raw '{\n    \"status\": \"pending\""));
        assert!(command(&TOKEN).contains("--user \"$CLIENT_ID:$CLIENT_SECRET\""));
    }
}
