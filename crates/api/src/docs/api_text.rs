//! The page `docs/api.md`: every operation as Markdown, from the same values as the page for people.

use crate::operation::{Access, Answer, Operation, Parameter, Place};
use crate::shape::{Field, Kind, Object};

use super::{ERRORS_FILE, curl, kinds, markdown};

const OPENING: &str = "\
# API reference

Written by `cargo xtask generate` from the descriptions that the program itself reads. A running service has the same at
`/docs/api`, and as an OpenAPI 3.1 document at `/openapi.json`. What holds for all operations is told in
[api-design.md](api-design.md), how to get a token in [authentication.md](authentication.md).

The examples use `$KOBLING`, the address of the service, and `$TOKEN`, an access token.
";

/// The page.
pub(super) fn page() -> String {
    let operations = crate::operations();
    let mut page = OPENING.to_owned();
    for tag in Operation::tags(&operations) {
        page.push_str(&format!("\n## {}\n\n{}\n", tag.name, tag.about));
        for operation in operations.iter().filter(|one| one.tag.name == tag.name) {
            page.push_str(&section(operation));
        }
    }
    page.push_str("\n## Models\n\nWhat stands in bodies. Read-only fields are set by the server and ignored in requests.\n");
    for (name, object) in super::models_of(&operations) {
        page.push_str(&format!("\n### {name}\n\n{}\n\n", object.about));
        page.push_str(&fields(object.fields(), ""));
    }
    page
}

fn section(operation: &Operation) -> String {
    let mut text = format!(
        "\n### {}\n\n`{} {}`\n\n{}\n\n{}\n",
        operation.summary,
        operation.method.as_str(),
        operation.path,
        operation.description,
        access(operation.access)
    );
    let parameters: Vec<&Parameter> = operation.parameters.iter().collect();
    if !parameters.is_empty() {
        text.push_str("\n| parameter | in | |\n| --- | --- | --- |\n");
        parameters
            .iter()
            .for_each(|one| text.push_str(&parameter(one)));
    }
    if let Some(body) = operation.body {
        let media: Vec<_> = body
            .media
            .iter()
            .map(|media| format!("`{}`", media.media_type))
            .collect();
        text.push_str(&format!(
            "\nBody: {}, as {}.\n",
            named(body.shape),
            media.join(" or ")
        ));
        if body.shape.name.is_empty() {
            let writable = body.shape.fields().filter(|field| !field.is_read_only);
            text.push_str(&format!("\n{}", fields(writable, "")));
        }
    }
    text.push_str("\n| answer | |\n| --- | --- |\n");
    operation
        .answers
        .iter()
        .for_each(|one| text.push_str(&answer(one)));
    if !operation.errors.is_empty() {
        let links = operation.errors.iter();
        let links: Vec<_> = links
            .map(|code| format!("[{}]({ERRORS_FILE}#{})", code.as_str(), code.anchor()))
            .collect();
        text.push_str(&format!("\nErrors: {}.\n", links.join(", ")));
    }
    text.push_str(&format!("\n```sh\n{}\n```\n", curl::command(operation)));
    if let Some(example) = operation.answers.iter().find_map(|answer| answer.example) {
        text.push_str(&format!("\n```json\n{example}\n```\n"));
    }
    text
}

fn access(access: Access) -> String {
    match access {
        Access::Anonymous => "Open to anybody.".to_owned(),
        Access::ClientCredentials => {
            "With client credentials, by HTTP Basic: `client_id:client_secret`.".to_owned()
        }
        Access::AnyOf(scopes) => {
            let names: Vec<_> = scopes
                .iter()
                .map(|scope| format!("`{}`", scope.as_str()))
                .collect();
            match names.as_slice() {
                [only] => format!("With an access token that has the scope {only}."),
                any => format!(
                    "With an access token that has any of the scopes {}.",
                    any.join(", ")
                ),
            }
        }
    }
}

fn parameter(parameter: &Parameter) -> String {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    let required = if parameter.is_required {
        ", required"
    } else {
        ""
    };
    let default = parameter.default;
    let default = default.map_or(String::new(), |default| format!(" Default: `{default}`."));
    let kind = kinds::text(&parameter.kind);
    format!(
        "| `{}` | {place}{required} | {}. {}{default} |\n",
        parameter.name,
        cell(&capital(&kind)),
        cell(parameter.about)
    )
}

fn answer(answer: &Answer) -> String {
    let shape = answer.shape.filter(|kind| !matches!(kind, Kind::Free));
    let body = match (shape, answer.media_type) {
        (Some(shape), _) => capital(&kinds::text(&shape)),
        (None, "") => "No body".to_owned(),
        (None, media_type) => format!("`{media_type}`"),
    };
    let headers = answer.headers.iter();
    let headers: Vec<_> = headers
        .map(|header| format!(" `{}`: {}", header.name, header.about))
        .collect();
    format!(
        "| {} | {}. {}{} |\n",
        answer.status,
        cell(&body),
        cell(answer.about),
        cell(&headers.concat())
    )
}

/// A table of fields; those of objects without a name of their own follow, with their path in front.
fn fields(of: impl Iterator<Item = &'static Field>, before: &str) -> String {
    let mut table = String::new();
    if before.is_empty() {
        table.push_str("| field | |\n| --- | --- |\n");
    }
    for field in of {
        let note = match (field.is_read_only, field.is_required) {
            (true, _) => ", read-only",
            (false, true) => ", required",
            (false, false) => "",
        };
        let deprecated = if field.is_deprecated {
            ", deprecated"
        } else {
            ""
        };
        let path = format!("{before}{}", field.name);
        table.push_str(&format!(
            "| `{path}` | {}{note}{deprecated}. {} |\n",
            cell(&capital(&kinds::text(&field.kind))),
            cell(field.about)
        ));
        let inner = match &field.kind {
            Kind::Object(object) if object.name.is_empty() => Some((*object, format!("{path}."))),
            Kind::List(list) => match &list.of {
                Kind::Object(object) if object.name.is_empty() => {
                    Some((*object, format!("{path}[].")))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some((object, before)) = inner {
            table.push_str(&fields(object.fields(), &before));
        }
    }
    table
}

fn named(object: &Object) -> String {
    match object.name {
        "" => "an object".to_owned(),
        name => format!("[{name}](#{})", markdown::anchor(name)),
    }
}

/// Nothing that would end a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::components;

    #[test]
    fn every_operation_and_model_has_its_place() {
        let page = page();
        let operations = crate::operations();
        for operation in &operations {
            assert!(
                page.contains(&format!("\n### {}\n", operation.summary)),
                "{}",
                operation.id
            );
            let line = format!("\n`{} {}`\n", operation.method.as_str(), operation.path);
            assert!(page.contains(&line), "{}", operation.id);
        }
        let mut models = std::collections::BTreeMap::new();
        for operation in operations {
            for shape in operation
                .answers
                .iter()
                .filter_map(|answer| answer.shape.as_ref())
            {
                components(shape, &mut models);
            }
        }
        for name in models.keys() {
            assert!(page.contains(&format!("\n### {name}\n")), "{name}");
        }
    }
}
