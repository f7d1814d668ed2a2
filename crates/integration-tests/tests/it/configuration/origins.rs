//! Which value wins, and where it comes from.

use serde_json::{Value, json};

use super::Place;

const FILE: &str = "\
# Ours.
[server]
listen = \"127.0.0.1:1\"
public_url = \"https://file.example\"

[tokens]
lifetime_seconds = 1_000
algorithm = \"ES256\"

[log]
level = [\"warn\", \"service=debug\"]
";

/// A setting in what `config --json` prints.
fn setting<'a>(told: &'a Value, name: &str) -> &'a Value {
    let mut settings = told["settings"].as_array().unwrap().iter();
    settings.find(|setting| setting["name"] == name).unwrap()
}

async fn told(place: &Place, arguments: &[&str]) -> Value {
    let arguments = [&["config", "--json"], arguments].concat();
    serde_json::from_str(&place.printed(&arguments).await).unwrap()
}

#[tokio::test]
async fn later_layers_win_and_are_named() {
    let place = Place::empty()
        .with_file("kobling.toml", FILE)
        .with_variable("KOBLING_SERVER__PUBLIC_URL", "https://environment.example")
        .with_variable("KOBLING_TOKENS__ALGORITHM", "EdDSA")
        .with_variable("KOBLING_LIMITS__QUEUE_MAX", "7");
    let told = told(
        &place,
        &["--token-algorithm", "RS256", "--database", "x.db"],
    )
    .await;

    assert_eq!(told["file"], "kobling.toml");
    let expected = [
        (
            "server.listen",
            json!("127.0.0.1:1"),
            json!({"kind": "file", "path": "kobling.toml", "line": 3}),
        ),
        (
            "server.public_url",
            json!("https://environment.example"),
            json!({"kind": "environment", "name": "KOBLING_SERVER__PUBLIC_URL"}),
        ),
        (
            "tokens.algorithm",
            json!("RS256"),
            json!({"kind": "flag", "name": "--token-algorithm"}),
        ),
        (
            "tokens.lifetime_seconds",
            json!("1000"),
            json!({"kind": "file", "path": "kobling.toml", "line": 7}),
        ),
        (
            "database.url",
            json!("x.db"),
            json!({"kind": "flag", "name": "--database"}),
        ),
        (
            "limits.queue_max",
            json!("7"),
            json!({"kind": "environment", "name": "KOBLING_LIMITS__QUEUE_MAX"}),
        ),
        (
            "limits.body_bytes_max",
            json!("65536"),
            json!({"kind": "default"}),
        ),
        (
            "log.level",
            json!("warn,service=debug"),
            json!({"kind": "file", "path": "kobling.toml", "line": 11}),
        ),
        (
            "database.root_key_file",
            Value::Null,
            json!({"kind": "default"}),
        ),
    ];
    for (name, value, origin) in expected {
        let setting = setting(&told, name);
        assert_eq!(setting["value"], value, "{name}");
        assert_eq!(setting["origin"], origin, "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_named_is_read_instead() {
    let place = Place::empty()
        .with_file("kobling.toml", "[limits]\nqueue_max = 1\n")
        .with_file("one.toml", "[limits]\nqueue_max = 2\n")
        .with_file("two.toml", "[limits]\nqueue_max = 3\n");
    let usual = told(&place, &[]).await;
    assert_eq!(setting(&usual, "limits.queue_max")["value"], "1");

    let place = place.with_variable("KOBLING_CONFIG", "one.toml");
    let named = told(&place, &[]).await;
    assert_eq!(setting(&named, "limits.queue_max")["value"], "2");
    let named = told(&place, &["--config", "two.toml"]).await;
    assert_eq!(setting(&named, "limits.queue_max")["value"], "3");
    assert_eq!(named["file"], "two.toml");
}

#[tokio::test]
async fn every_value_is_printed_with_its_origin_and_no_secret() {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let place = Place::empty()
        .with_file("kobling.toml", FILE)
        .with_variable("KOBLING_ROOT_KEY", key);
    let printed = place.printed(&["config", "--listen", "[::1]:80"]).await;

    let line = |start: &str| {
        let found = printed.lines().find(|line| line.starts_with(start));
        let words: Vec<&str> = found.unwrap_or(&printed).split_whitespace().collect();
        words.join(" ")
    };
    assert_eq!(line("# The file"), "# The file kobling.toml was read.");
    assert_eq!(line("listen"), "listen = \"[::1]:80\" # flag --listen");
    assert_eq!(line("algorithm"), "algorithm = \"ES256\" # kobling.toml:8");
    assert_eq!(line("queue_max"), "queue_max = 4096 # default");
    assert_eq!(
        line("# root_key is"),
        "# root_key is given and not shown # environment variable KOBLING_ROOT_KEY"
    );
    assert!(line("# root_key_file").contains("is not set # kobling.key beside a SQLite file"));
    let as_json = place.printed(&["config", "--json"]).await;
    for text in [printed, as_json] {
        assert!(!text.contains("AAAA"), "{text}");
    }
}

#[tokio::test]
async fn what_is_printed_can_be_read_again() {
    let place = Place::empty().with_file("kobling.toml", FILE);
    let printed = place.printed(&["config"]).await;
    let again = Place::empty().with_file("kobling.toml", &printed);

    let values = |told: &Value| -> Vec<(String, Value)> {
        let settings = told["settings"].as_array().unwrap().iter();
        let pairs = settings.map(|each| (each["name"].to_string(), each["value"].clone()));
        pairs.collect()
    };
    assert_eq!(
        values(&told(&place, &[]).await),
        values(&told(&again, &[]).await)
    );
}

#[tokio::test]
async fn the_commented_file_says_the_defaults() {
    let file = Place::empty().printed(&["config", "--default"]).await;
    let as_it_is = Place::empty().with_file("kobling.toml", &file);
    let defaults = told(&Place::empty(), &[]).await;
    let mut untouched = told(&as_it_is, &[]).await;
    untouched["file"] = Value::Null;
    assert_eq!(untouched, defaults);

    // With the marks before the settings taken away, it says the same again.
    let is_setting = |line: &str| {
        let word = line
            .trim_start_matches('#')
            .split(' ')
            .next()
            .unwrap_or_default();
        line.starts_with('#') && !word.is_empty() && !line.ends_with('=')
    };
    let lines = file.lines().map(|line| match line.strip_prefix('#') {
        Some(rest) if is_setting(line) => rest,
        _ => line,
    });
    let lines: Vec<&str> = lines.collect();
    let said = told(
        &Place::empty().with_file("kobling.toml", &lines.join("\n")),
        &[],
    )
    .await;
    let mut from_file = 0;
    for setting in said["settings"].as_array().unwrap() {
        assert_eq!(setting["value"], setting["default"], "{setting}");
        from_file += usize::from(setting["origin"]["kind"] == "file");
    }
    assert!(from_file >= 15, "{from_file}");
}

#[tokio::test]
async fn commands_without_settings_work_beside_a_wrong_file() {
    let place = Place::empty()
        .with_file("kobling.toml", "[nonsense]\nx = 1\n")
        .with_variable("KOBLING_NONSENSE", "x");
    for arguments in [
        &["version"][..],
        &["openapi"],
        &["help"],
        &["serve", "--help"],
        &["config", "--default"],
    ] {
        place.printed(arguments).await;
    }
}
