//! `kobling version` and `kobling openapi`.

use super::program::Installation;

#[tokio::test]
async fn the_version_says_what_the_program_is_made_of() {
    let here = Installation::empty().await;
    let told = here.run(&["version", "--json"]).await.assert_ok().json();
    let text = here.run(&["version"]).await.assert_ok().out;
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["schema"], storage_sqlite::SCHEMA_VERSION);
    assert_eq!(told["sqlite"], rusqlite::version());
    assert!(told.get("commit").is_some());
    assert!(
        text.starts_with(concat!("kobling ", env!("CARGO_PKG_VERSION"), "\n")),
        "{text}"
    );
    assert!(
        text.contains(&format!("sqlite  {}", rusqlite::version())),
        "{text}"
    );
}

#[tokio::test]
async fn the_document_is_the_one_that_is_served() {
    let here = Installation::empty().await;
    let printed = here.run(&["openapi"]).await.assert_ok().json();
    assert_eq!(printed, api::openapi_document());
}
