//! `GET /docs` and what is below it: the documents as pages and as Markdown.

use axum::response::Response;

use crate::docs::{self, Page};
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::meta::{HTML, MARKDOWN, SERVICE, UNCHANGED, cached};
use crate::operation::{Access, Answer, Method, Operation, Parameter};
use crate::refusals::not_found;
use crate::shape::{Kind, Text};

pub(crate) static INDEX: Operation = Operation {
    id: "kobling_docs_get",
    method: Method::Get,
    path: "/docs",
    tag: SERVICE,
    summary: "Read the documentation",
    description: "The index of the documents, which need nothing from anywhere else.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::other(200, "The index.", HTML), UNCHANGED],
    errors: &[],
};

pub(crate) static PAGE: Operation = Operation {
    id: "kobling_docs_page_get",
    method: Method::Get,
    path: "/docs/{page}",
    tag: SERVICE,
    summary: "Read a page of the documentation",
    description: "A page for people or, where its name ends in `.md`, as Markdown. The index lists them all.",
    access: Access::Anonymous,
    parameters: &[NAME],
    body: None,
    answers: &[
        Answer::other(200, "The page.", HTML),
        Answer::other(200, "The page as Markdown.", MARKDOWN),
        UNCHANGED,
    ],
    errors: &[ErrorCode::InvalidRequestParameter, ErrorCode::NotFound],
};

pub(crate) static PAGE_IN_FOLDER: Operation = Operation {
    id: "kobling_docs_folder_page_get",
    path: "/docs/{folder}/{page}",
    summary: "Read a page in a folder of the documentation",
    parameters: &[FOLDER, NAME_IN_FOLDER],
    ..PAGE
};

const NAME: Parameter = Parameter::path("page", Kind::Text(Text::between(1, 100)))
    .about("The page.")
    .example("\"errors\"");

const FOLDER: Parameter = Parameter::path("folder", Kind::Text(Text::between(1, 100)))
    .about("The folder.")
    .example("\"operations\"");

const NAME_IN_FOLDER: Parameter = NAME.example("\"monitoring\"");

pub(crate) async fn index(incoming: Incoming) -> Result<Response, ApiError> {
    answer(&incoming, "README.md", false)
}

pub(crate) async fn page(incoming: Incoming) -> Result<Response, ApiError> {
    let name = incoming.path_text("page").to_owned();
    find(&incoming, &name)
}

pub(crate) async fn page_in_folder(incoming: Incoming) -> Result<Response, ApiError> {
    let name = format!(
        "{}/{}",
        incoming.path_text("folder"),
        incoming.path_text("page")
    );
    find(&incoming, &name)
}

fn find(incoming: &Incoming, name: &str) -> Result<Response, ApiError> {
    if name.ends_with(".md") {
        return answer(incoming, name, true);
    }
    let page = Page::at(name).ok_or_else(not_found)?;
    answer(incoming, page.file, false)
}

fn answer(incoming: &Incoming, file: &str, is_markdown: bool) -> Result<Response, ApiError> {
    let page = Page::of_file(file).ok_or_else(not_found)?;
    if is_markdown {
        return Ok(cached(incoming, MARKDOWN, docs::markdown(page)));
    }
    Ok(cached(incoming, HTML, docs::html(page, crate::VERSION)))
}
