//! Help, completions, manual pages and the reference: all from the same declarations.

use std::path::Path;

use super::program::Installation;

const COMMANDS: [&str; 15] = [
    "demo",
    "serve",
    "bootstrap",
    "token",
    "events",
    "export",
    "doctor",
    "migrate",
    "backup",
    "restore",
    "copy",
    "openapi",
    "version",
    "completions",
    "man",
];

#[tokio::test]
async fn every_command_has_help_a_manual_page_and_a_place_in_the_reference() {
    let here = Installation::empty().await;
    let reference = here.run(&["reference"]).await.assert_ok().out;
    here.run(&["man", "--to", "man"]).await.assert_ok();
    let completions = here.run(&["completions", "bash"]).await.assert_ok().out;
    for command in COMMANDS {
        let help = here.run(&["help", command]).await.assert_ok().out;
        assert!(help.contains("Usage: kobling"), "{help}");
        assert!(!help.contains('\u{1b}'), "no colours into a pipe: {help}");
        let heading = format!("\n## kobling {command}\n");
        assert!(reference.contains(&heading), "{command}");
        let page = here.path("man").join(format!("kobling-{command}.1"));
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains(".TH"), "{command}");
        assert!(
            completions.contains(&format!("kobling__subcmd__{command}")),
            "{command}"
        );
        assert!(help.contains("Examples:\n"), "{command}");
    }
}

#[tokio::test]
async fn the_reference_does_not_hang_on_the_environment() {
    let here = Installation::empty().await;
    let plain = here.run(&["reference"]).await.assert_ok().out;
    let elsewhere = here
        .command(&["reference"])
        .env("KOBLING_DATABASE__URL", "marked.db")
        .env("COLUMNS", "40")
        .output()
        .await
        .unwrap();
    assert_eq!(String::from_utf8(elsewhere.stdout).unwrap(), plain);
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands.md");
    let committed = std::fs::read_to_string(committed).unwrap();
    assert_eq!(
        committed, plain,
        "accept the change with: cargo xtask generate"
    );
}

#[tokio::test]
async fn wrong_arguments_end_with_2_and_a_hint() {
    let here = Installation::empty().await;
    let names = here.names();
    here.run(&["nonsense"])
        .await
        .assert_failed(2, "unrecognized subcommand");
    here.run(&["backup"]).await.assert_failed(2, "--to <FILE>");
    here.run(&["export", "--partner", "X1", "--to", "f"])
        .await
        .assert_failed(2, "a partner id is T or P");
    here.run(&["completions", "tcsh"])
        .await
        .assert_failed(2, "bash");
    let url = ["backup", "--to", "f", "--database", "postgres://host/name"];
    here.run(&url).await.assert_failed(
        2,
        "postgres://host:5432/name is no SQLite file; a database on a server is backed up by its own tools",
    );
    let url = ["serve", "--database", "mysql://host/name"];
    here.run(&url).await.assert_failed(
        2,
        "database.url is \"mysql://host/name\"; it must be a path",
    );
    assert_eq!(here.names(), names);
}
