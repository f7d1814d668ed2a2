//! What is wrong is told at once, with its place, what is allowed, and what was meant.

use serde_json::Value;

use super::Place;

#[tokio::test]
async fn every_mistake_of_every_layer_is_told() {
    let file = "\
[servr]
listen = \"127.0.0.1:1\"
[server]
listn = \"127.0.0.1:1\"
public_url = \"https://a.example/path\"
[limits]
body_bytes_max = \"64K\"
queue_max = 0
head_seconds_max = 1.5
[database]
root_key = \"secret\"
";
    let place = Place::empty()
        .with_file("kobling.toml", file)
        .with_variable("KOBLING_TOKENS__ALGORITHM", "HS256")
        .with_variable("KOBLING_LIMITS__QUEUEMAX", "1")
        .with_variable("KOBLING_LIMITS__STOP_SECONDS_MAX", "")
        .with_variable("KOBLING_ROOT_KEY", "a marked secret");
    let flags = [
        "--token-lifetime-seconds",
        "59",
        "--listen",
        "localhost",
        "--log",
        "loud",
    ];
    for command in ["serve", "config", "bootstrap"] {
        let arguments = match command {
            "bootstrap" => vec![
                "bootstrap",
                "--partner",
                "T112",
                "--listen",
                "localhost",
                "--log",
                "loud",
            ],
            _ => [&[command][..], &flags].concat(),
        };
        let ran = place.run(&arguments).await;
        let mut problems = ran.problems();
        let of_flag = "flag --token-lifetime-seconds: tokens.lifetime_seconds is \"59\"; it must be a whole number \
                       from 60 to 604800 (seconds). Without it, it is 14400";
        if command != "bootstrap" {
            let at = problems.iter().position(|problem| problem == of_flag);
            problems.remove(at.unwrap_or_else(|| panic!("{problems:#?}")));
        }
        assert_eq!(problems, MISTAKES, "{command}");
        assert_eq!(ran.printed(), "");
        assert!(!place.path().join("kobling.db").exists());
    }
}

const MISTAKES: [&str; 13] = [
    "kobling.toml:1: there is no section [servr]: did you mean [server]?",
    "kobling.toml:4: there is no setting server.listn: did you mean server.listen?",
    "kobling.toml:5: server.public_url is \"https://a.example/path\"; it must be scheme, host and perhaps a port, \
     without a path, such as https://kobling.example.com. Without it: http:// (https:// with a certificate) and the address that is listened on",
    "kobling.toml:7: limits.body_bytes_max is a text in quotes; it must be a whole number from 1024 to 16777216 \
     (bytes)",
    "kobling.toml:8: limits.queue_max is \"0\"; it must be a whole number from 1 to 1000000 (changes). Without it, \
     it is 4096",
    "kobling.toml:9: limits.head_seconds_max is a number with a point; it must be a whole number from 1 to 3600 \
     (seconds)",
    "kobling.toml:11: database.root_key is a secret and is not taken from a file: give it as KOBLING_ROOT_KEY",
    "environment variable KOBLING_LIMITS__QUEUEMAX: there is no variable KOBLING_LIMITS__QUEUEMAX: did you mean \
     KOBLING_LIMITS__QUEUE_MAX?",
    "environment variable KOBLING_LIMITS__STOP_SECONDS_MAX: limits.stop_seconds_max is empty; it must be a whole \
     number from 1 to 3600 (seconds). Without it, it is 20",
    "environment variable KOBLING_ROOT_KEY: database.root_key is not what it must be; it must be 32 bytes in base64, \
     which is 43 or 44 characters. Without it: the key is read from a file",
    "environment variable KOBLING_TOKENS__ALGORITHM: tokens.algorithm is \"HS256\"; it must be RS256, ES256 or EdDSA. \
     Without it, it is RS256",
    "flag --listen: server.listen is \"localhost\"; it must be an IP address and a port, such as 127.0.0.1:8080 or \
     [::1]:8080. Without it, it is 127.0.0.1:8080",
    LOUD,
];

const LOUD: &str = "flag --log: log.level is \"loud\"; it must be off, error, warn, info, debug or trace, or levels for \
                    targets such as info,service=debug. Without it: info for serve, warn for other commands";

#[tokio::test]
async fn a_wrong_level_of_the_log_is_told() {
    let ran = Place::empty().run(&["serve", "--log", "loud"]).await;
    assert_eq!(ran.problems(), [LOUD]);
}

#[tokio::test]
async fn settings_that_contradict_each_other_are_told() {
    let file = "[database]\nwal_pages_soft = 2000\nwal_pages_hard = 1000\n[limits]\nheader_bytes_max = 500_000\n";
    let ran = Place::empty()
        .with_file("kobling.toml", file)
        .run(&["config"])
        .await;
    assert_eq!(
        ran.problems(),
        [
            "default: limits.head_bytes_max is 262144; it must not be less than limits.target_bytes_max and \
             limits.header_bytes_max together, 508192",
            "kobling.toml:3: database.wal_pages_hard is 1000; it must not be less than database.wal_pages_soft, 2000",
        ]
    );
}

#[tokio::test]
async fn what_is_no_toml_is_told_with_its_line() {
    for (text, start) in [
        (
            "[server]\nlisten = 127.0.0.1:8080\n",
            "kobling.toml:2: this is not TOML: ",
        ),
        ("[server\n", "kobling.toml:1: this is not TOML: "),
        (
            "[log]\nlevel = \"a\nb\"\n",
            "kobling.toml:2: this is not TOML: ",
        ),
        (
            "[log]\nlevel = \"info\"\nlevel = \"warn\"\n",
            "kobling.toml:3: this is not TOML: ",
        ),
        (
            "queue_max = 1\n",
            "kobling.toml:1: queue_max stands outside of its section: write it below the line [limits]",
        ),
        (
            "server = 1\n",
            "kobling.toml:1: server is a section: write [server], and its settings in the lines below",
        ),
        (
            "[log]\nlevel = [1]\n",
            "kobling.toml:2: log.level is a list; it must be off, error",
        ),
    ] {
        let ran = Place::empty()
            .with_file("kobling.toml", text)
            .run(&["config"])
            .await;
        let problems = ran.problems();
        assert!(problems[0].starts_with(start), "{text:?}: {problems:#?}");
    }
}

#[tokio::test]
async fn a_file_that_is_named_must_be_there() {
    let ran = Place::empty()
        .run(&["serve", "--config", "gone.toml"])
        .await;
    let problems = ran.problems();
    let start = "flag --config: the configuration file gone.toml cannot be read: ";
    assert!(problems[0].starts_with(start), "{problems:#?}");
    // A file that is given to a command without settings is not passed over either.
    let ran = Place::empty()
        .run(&["version", "--config", "gone.toml"])
        .await;
    assert!(ran.problems()[0].starts_with(start));
}

#[tokio::test]
async fn mistakes_are_told_to_programs_too() {
    let place = Place::empty().with_file("kobling.toml", "[limits]\nqueue = 1\n");
    let ran = place.run(&["config", "--json"]).await;
    assert_eq!(ran.code(), 2);
    let told: Value = serde_json::from_str(&ran.printed()).unwrap();
    assert_eq!(
        told,
        serde_json::json!({"problems": [{
            "name": "limits.queue",
            "origin": {"kind": "file", "path": "kobling.toml", "line": 2},
            "message": "there is no setting limits.queue: did you mean limits.queue_max?",
        }]})
    );
}
