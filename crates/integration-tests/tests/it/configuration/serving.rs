//! What is configured is what is served.

use std::net::SocketAddr;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;

use super::Place;

const FILE: &str = "\
[server]
listen = \"127.0.0.1:0\"
public_url = \"https://configured.example\"
[database]
url = \"configured.db\"
root_key_file = \"configured.key\"
[tokens]
algorithm = \"EdDSA\"
[limits]
target_bytes_max = 300
header_bytes_max = 2000
head_bytes_max = 9000
";

const ROOT_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";

/// Starts the service and waits until it says where it listens, and with what.
async fn serve(place: &Place, arguments: &[&str]) -> (Child, SocketAddr, Value) {
    let mut command = place.command(&[&["serve"], arguments].concat());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let record: Value = serde_json::from_str(&line).unwrap_or_default();
        if record["message"] == "serving" {
            let address = record["address"].as_str().unwrap().parse().unwrap();
            return (child, address, record);
        }
        said.push(line);
    }
    panic!("it ended before it served:\n{}", said.join("\n"));
}

async fn status_of(address: SocketAddr, target: &str, header_bytes: usize) -> String {
    let filler = "x".repeat(header_bytes);
    let request =
        format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: {filler}\r\n\r\n");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn a_file_reaches_the_service() {
    let place = Place::empty()
        .with_file("kobling.toml", FILE)
        .with_file("configured.key", ROOT_KEY);
    let (child, address, said) = serve(&place, &[]).await;

    assert_eq!(said["public_url"], "https://configured.example");
    assert_eq!(said["database"], "configured.db");
    assert!(place.path().join("configured.db").exists());
    assert!(!place.path().join("kobling.key").exists());
    let long = format!("/health/live?{}", "x".repeat(300));
    assert_eq!(status_of(address, "/health/live", 1_000).await, "200");
    assert_eq!(status_of(address, &long, 0).await, "414");
    assert_eq!(status_of(address, "/health/live", 2_000).await, "431");

    // A short command reads the same file, and finds the same database, key and address.
    let made = place
        .printed(&["bootstrap", "--partner", "T112", "--json"])
        .await;
    let made: Value = serde_json::from_str(&made).unwrap();
    let token_url = made["token_url"].as_str().unwrap();
    assert!(
        token_url.starts_with("https://configured.example/"),
        "{token_url}"
    );
    drop(child);
}

#[tokio::test]
async fn flags_and_the_environment_reach_the_service() {
    let place = Place::empty()
        .with_file("kobling.toml", FILE)
        .with_file("configured.key", ROOT_KEY)
        .with_variable("KOBLING_DATABASE__URL", "environment.db")
        .with_variable("KOBLING_SERVER__PUBLIC_URL", "https://environment.example")
        .with_variable("KOBLING_LIMITS__TARGET_BYTES_MAX", "400");
    let (child, address, said) = serve(&place, &["--database", "flag.db"]).await;

    assert_eq!(said["public_url"], "https://environment.example");
    assert_eq!(said["database"], "flag.db");
    assert!(!place.path().join("environment.db").exists());
    let long = format!("/health/live?{}", "x".repeat(300));
    assert_eq!(status_of(address, &long, 0).await, "200");
    drop(child);
}
