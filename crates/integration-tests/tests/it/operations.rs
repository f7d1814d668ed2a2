//! Every operation there is, walked: nobody gets in who may not, and every documented example works.
//!
//! Nothing here names an operation but the list of those that ask for no token. A new operation is covered by itself,
//! and fails here until it says how to make what its path names.

use api::operation::{Access, FORM, Operation, Parameter, Place};
use api::shape::{Strictness, check_answer};
use serde_json::Value;

use crate::support::{Call, Client, Partner, TestApp};

/// Operations that answer anybody. A line here is a matter for review.
const ANONYMOUS: [&str; 11] = [
    "kobling_auth_jwks_get",
    "kobling_auth_server_metadata_get",
    "kobling_docs_folder_page_get",
    "kobling_docs_get",
    "kobling_docs_page_get",
    "kobling_docs_style_get",
    "kobling_health_live_get",
    "kobling_health_ready_get",
    "kobling_llms_full_get",
    "kobling_llms_get",
    "kobling_openapi_get",
];

/// The operation that asks for a client's secret instead of a token.
const BY_SECRET: [&str; 1] = ["aid_auths_oauth_token_post"];

/// The client in the documented examples of grants.
const EXAMPLE_CLIENT: &str = "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10";

/// A partner `T112` with an account, a connection, a client and a grant, as the examples suppose.
struct World<'a> {
    partner: Partner<'a>,
    client: Client,
    grant: String,
}

impl<'a> World<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let partner = app.partner("T112").await;
        let account = partner.account().await;
        assert_eq!(account.id, "T11200001");
        account
            .connection("vipps")
            .record("pending", "e")
            .await
            .assert_ok();
        let client = partner.client(&[]).await;
        let grant = partner
            .add_grant(&client, "T11200000", &["read:hooks"])
            .await;
        let grant = grant.assert_ok().text_at("/id");
        Self {
            partner,
            client,
            grant,
        }
    }

    /// What stands in the path for a parameter: its documented example, or the id of something that exists.
    fn path_value(&self, operation: &Operation, parameter: &Parameter) -> String {
        if parameter.name != "id" {
            return parameter.example_text().unwrap();
        }
        if operation.path.contains("/auth/clients/{id}") {
            self.client.id.clone()
        } else if operation.path.contains("/auth/client-grants/{id}") {
            self.grant.clone()
        } else {
            panic!("say what {} has for {{id}}", operation.path)
        }
    }

    fn path(&self, operation: &Operation) -> String {
        let parameters = operation.parameters.iter();
        let of_path = parameters.filter(|parameter| parameter.place == Place::Path);
        of_path.fold(operation.path.to_owned(), |path, parameter| {
            let value = self.path_value(operation, parameter);
            path.replace(&format!("{{{}}}", parameter.name), &value)
        })
    }

    /// The operation's request without a token: with its first example for a body, if it has one.
    fn request(&self, operation: &Operation) -> Call {
        let call = self.call(operation);
        match operation.body {
            Some(body) => {
                let media = &body.media[0];
                call.body(media.media_type, self.adapted(media.examples[0].text))
            }
            None => call,
        }
    }

    fn call(&self, operation: &Operation) -> Call {
        let path = self.path(operation);
        self.partner.app.call(operation.method.as_str(), &path)
    }

    /// An example about the client that exists here.
    fn adapted(&self, example: &str) -> String {
        example.replace(EXAMPLE_CLIENT, &self.client.id)
    }
}

fn with_token() -> Vec<&'static Operation> {
    let all = api::operations();
    let with_token = |operation: &&Operation| matches!(operation.access, Access::AnyOf(_));
    all.into_iter().filter(with_token).collect()
}

#[track_caller]
fn assert_documented(operation: &Operation, status: u16) {
    let documented = operation.errors.iter().any(|code| code.status() == status);
    assert!(documented, "{} does not document {status}", operation.id);
}

#[tokio::test]
async fn every_operation_wants_a_token_or_is_on_the_list() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.assert_ok().json();
    let mut documented = 0;
    for methods in document["paths"].as_object().unwrap().values() {
        for described in methods.as_object().unwrap().values() {
            let id = described["operationId"].as_str().unwrap();
            let operations = api::operations();
            let operation = operations
                .iter()
                .find(|operation| operation.id == id)
                .unwrap();
            let security = described["security"].as_array().unwrap();
            let needs = |scheme: &str| {
                !security.is_empty() && security.iter().all(|way| way.get(scheme).is_some())
            };
            match operation.access {
                Access::Anonymous => {
                    assert!(
                        ANONYMOUS.contains(&id),
                        "{id} answers anybody: is that meant?"
                    );
                    assert!(security.is_empty());
                }
                Access::ClientCredentials => {
                    assert!(
                        BY_SECRET.contains(&id),
                        "{id} takes a secret: is that meant?"
                    );
                    assert!(needs("clientAuth"));
                }
                Access::AnyOf(scopes) => {
                    assert!(!scopes.is_empty(), "{id}");
                    assert!(needs("JWT"), "{id}");
                }
            }
            documented += 1;
        }
    }
    assert_eq!(documented, api::operations().len());
    let listed = ANONYMOUS.len() + BY_SECRET.len();
    assert_eq!(
        with_token().len() + listed,
        documented,
        "the lists name what is not there"
    );
}

#[tokio::test]
async fn without_a_token_or_with_garbage_nobody_gets_in() {
    let app = TestApp::start().await;
    let world = World::new(&app).await;
    let before = world.partner.log().await.len();
    for operation in with_token() {
        let missing = world.request(operation).await;
        missing.assert_error(401, "UNAUTHORIZED");
        assert_documented(operation, 401);
        for garbage in ["garbage", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
            let response = world.request(operation).token(garbage).await;
            assert_eq!(response.status, 401, "{}: {response}", operation.id);
            response.assert_error(401, "UNAUTHORIZED");
        }
    }
    assert_eq!(
        world.partner.log().await.len(),
        before,
        "nothing was written"
    );
}

#[tokio::test]
async fn without_a_scope_that_is_listed_nobody_gets_in() {
    let app = TestApp::start().await;
    let world = World::new(&app).await;
    let partner = &world.partner;
    for operation in with_token() {
        let Access::AnyOf(listed) = operation.access else {
            continue;
        };
        let others = domain::Scopes::for_bootstrap();
        let others = others
            .iter()
            .filter(|other| !listed.iter().any(|scope| other.contains(*scope)));
        let others: Vec<&str> = others.map(domain::Scope::as_str).collect();
        assert!(others.len() > 50, "all others do not suffice");
        let token = partner.client(&others).await.token(&app).await;

        let response = world.request(operation).token(&token).await;

        assert_eq!(response.status, 403, "{}: {response}", operation.id);
        response.assert_error(403, "FORBIDDEN");
        assert_documented(operation, 403);
        let challenge = response.header("www-authenticate").unwrap();
        assert!(challenge.contains("insufficient_scope"), "{challenge}");
        for scope in listed {
            assert!(challenge.contains(scope.as_str()), "{challenge}");
        }
    }
}

#[tokio::test]
async fn another_partners_token_does_not_get_in() {
    let app = TestApp::start().await;
    let world = World::new(&app).await;
    let foreign = app.partner("T113").await;
    let live = app.partner("P112").await;
    let account = foreign.account().await;
    let merchant = foreign.client_of(&account.id, &["admin:accounts"]).await;
    let merchant = merchant.token(&app).await;
    let before = world.partner.log().await.len();
    for operation in with_token() {
        for token in [&foreign.token, &live.token, &merchant] {
            let response = world.request(operation).token(token).await;
            assert_eq!(response.status, 403, "{}: {response}", operation.id);
            response.assert_error(403, "FORBIDDEN");
            let insufficient = response.header("www-authenticate").is_some();
            assert!(!insufficient, "{}: it is not about scopes", operation.id);
        }
    }
    assert_eq!(
        world.partner.log().await.len(),
        before,
        "nothing was written"
    );
}

#[tokio::test]
async fn each_scope_that_is_listed_suffices_and_the_answer_has_its_shape() {
    for operation in with_token() {
        let Access::AnyOf(listed) = operation.access else {
            continue;
        };
        for scope in listed {
            let app = TestApp::start().await;
            let world = World::new(&app).await;
            // Nobody grants what they do not hold, so who adds a grant needs the example's scope as well.
            let adds_grants = operation.id == "aid_auths_client_grants_post";
            let scopes = [scope.as_str(), "write:accounts"];
            let scopes = if adds_grants {
                &scopes[..]
            } else {
                &scopes[..1]
            };
            let token = world.partner.client(scopes).await.token(&app).await;
            let response = world.request(operation).token(&token).await;
            assert_shape(operation, &response);
        }
    }
}

#[track_caller]
fn assert_shape(operation: &Operation, response: &crate::support::Response) {
    let found = operation
        .answers
        .iter()
        .find(|answer| answer.status == response.status);
    let answer = found.unwrap_or_else(|| panic!("{}: {response}", operation.id));
    assert_eq!(
        response.header("content-type"),
        Some(answer.media_type),
        "{}",
        operation.id
    );
    let Some(kind) = &answer.shape else { return };
    if let Err(problems) = check_answer(kind, &response.body, Strictness::Strict) {
        panic!("{}: {problems:?}: {response}", operation.id);
    }
}

/// A documented example as the bytes of a body.
fn bytes(media_type: &str, example: &Value) -> String {
    if media_type != FORM {
        return example.to_string();
    }
    let pairs = example.as_object().unwrap().iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap().replace('&', "%26")))
        .collect();
    pairs.join("&")
}

#[tokio::test]
async fn every_example_of_the_document_works() {
    let app = TestApp::start().await;
    let document = app.get("/openapi.json").await.assert_ok().json();
    let mut executed = 0;
    for operation in api::operations() {
        let method = operation.method.as_str().to_ascii_lowercase();
        let described = &document["paths"][operation.path][method];
        let Some(content) = described["requestBody"]["content"].as_object() else {
            continue;
        };
        for (media_type, media) in content {
            for (name, example) in media["examples"].as_object().unwrap() {
                let fresh = TestApp::start().await;
                let world = World::new(&fresh).await;
                let body = world.adapted(&bytes(media_type, &example["value"]));
                let call = world.call(operation).body(media_type, body).strict();
                let call = match operation.access {
                    Access::ClientCredentials => {
                        let Client {
                            client_id,
                            client_secret,
                            ..
                        } = &world.partner.client;
                        call.basic(client_id, client_secret)
                    }
                    _ => call.token(&world.partner.token),
                };
                let response = call.await;
                assert_eq!(response.status, 200, "{} {name}: {response}", operation.id);
                assert_shape(operation, &response);
                executed += 1;
            }
        }
    }
    let media = api::operations()
        .into_iter()
        .filter_map(|operation| operation.body);
    let examples: usize = media
        .flat_map(|body| body.media)
        .map(|media| media.examples.len())
        .sum();
    assert_eq!(executed, examples);
    assert!(executed >= 7, "{executed}");
}

#[tokio::test]
async fn every_anonymous_operation_answers_in_its_shape() {
    let app = TestApp::start().await;
    let world = World::new(&app).await;
    for operation in api::operations() {
        if matches!(operation.access, Access::Anonymous) {
            assert_shape(operation, &world.request(operation).await);
        }
    }
}
