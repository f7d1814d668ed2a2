//! `kobling token`: an access token from a running service.

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::CommandError;
use super::exit::UsageError;
use super::http_client::{client_trusting, reasons};
use super::output::{Output, harmless};
use crate::logging;

/// How long the service may take.
const TIME_MAX: Duration = Duration::from_secs(30);

/// Bytes of a file with credentials, at most.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Characters that are shown of an answer that is not the service's.
const SHOWN_CHARS: usize = 300;

const EXAMPLES: &str = "\
Examples:
  From what bootstrap printed:
    kobling bootstrap --partner T112 --json > client.json
    TOKEN=$(kobling token client.json)
  The same without a file in between:
    TOKEN=$(kobling bootstrap --partner T112 --json | kobling token)
  From flags, with the secret in a file or in KOBLING_CLIENT_SECRET:
    kobling token --token-url https://kobling.example.com/v1/accounts/T11200000/auth/token \\
      --client-id e0CrFLxDnlx3HTK8ELwhNl --client-secret-file secret.txt \\
      --audience https://kobling.example.com/v1/accounts/T11200000

Flags win over the file. Every call makes a new token; it lives as long as the service says (--json shows it).";

/// The arguments of `kobling token`.
#[derive(Args, Clone)]
#[command(after_help = EXAMPLES)]
pub(super) struct Token {
    /// What kobling bootstrap --json printed: a file, or - for standard input. Without it and without all of the flags,
    /// standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Where tokens are asked for, {public URL}/v1/accounts/{account}/auth/token.
    #[arg(long, value_name = "URL")]
    token_url: Option<String>,
    /// The client.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    client_id: Option<String>,
    /// A file with the client's secret; white space at its end is ignored.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// The secret itself, instead of a file. Meant for the environment: arguments can be seen by others.
    #[arg(
        long,
        env = "KOBLING_CLIENT_SECRET",
        hide = true,
        hide_env_values = true,
        allow_hyphen_values = true,
        conflicts_with = "client_secret_file"
    )]
    client_secret: Option<String>,
    /// The account that the token is for, as a URL that ends with its id.
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    /// A file with certificates in PEM that are trusted in place of the machine's, for a service whose certificate no
    /// public authority issued.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print the whole answer, with token_type and expires_in.
    #[arg(long)]
    json: bool,
}

/// What is needed, as `kobling bootstrap` prints it; its other members are not.
#[derive(Default, Deserialize)]
struct Given {
    token_url: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    audience: Option<String>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("file", &self.file)
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Token {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let given = self.given()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let answer = runtime.block_on(ask(&given, self.ca_file.as_deref()))?;
        let mut out = Output::new();
        if self.json {
            out.line(&serde_json::to_string_pretty(&answer)?)?;
        } else {
            let token = answer.get("access_token").and_then(Value::as_str);
            out.line(token.ok_or("the answer has no access_token; --json shows it")?)?;
        }
        Ok(out.flush()?)
    }

    /// Flags first, then what the file says.
    fn given(&self) -> Result<Given, CommandError> {
        let secret = match &self.client_secret_file {
            Some(path) => Some(read_text(path)?.trim_end().to_owned()),
            None => self.client_secret.clone(),
        };
        let flags = Given {
            token_url: self.token_url.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret,
            audience: self.audience.clone(),
        };
        if self.file.is_none() && flags.missing().is_empty() {
            return Ok(flags);
        }
        let printed = match &self.file {
            Some(path) if path.as_os_str() != "-" => read_text(path)?,
            None if io::stdin().is_terminal() => return Err(flags.require().into()),
            _ => read_limited(io::stdin().lock())
                .map_err(|error| format!("standard input: {error}"))?,
        };
        let printed: Given = serde_json::from_str(&printed).map_err(|error| {
            UsageError(format!(
                "that is not what kobling bootstrap --json prints: {error}; it is one JSON object with token_url, \
                 client_id, client_secret and audience"
            ))
        })?;
        let given = Given {
            token_url: flags.token_url.or(printed.token_url),
            client_id: flags.client_id.or(printed.client_id),
            client_secret: flags.client_secret.or(printed.client_secret),
            audience: flags.audience.or(printed.audience),
        };
        if given.missing().is_empty() {
            Ok(given)
        } else {
            Err(given.require().into())
        }
    }
}

impl Given {
    fn missing(&self) -> Vec<&'static str> {
        let members = [
            (&self.token_url, "token_url (--token-url)"),
            (&self.client_id, "client_id (--client-id)"),
            (
                &self.client_secret,
                "client_secret (--client-secret-file or KOBLING_CLIENT_SECRET)",
            ),
            (&self.audience, "audience (--audience)"),
        ];
        let missing = members.into_iter().filter(|(value, _)| value.is_none());
        missing.map(|(_, name)| name).collect()
    }

    fn require(&self) -> UsageError {
        UsageError(format!(
            "missing: {}; give what kobling bootstrap --json printed as a file or on standard input, or the flags",
            self.missing().join(", ")
        ))
    }
}

async fn ask(given: &Given, ca_file: Option<&Path>) -> Result<Value, CommandError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let url = text(&given.token_url);
    let request = client_trusting(&url, ca_file)?
        .post(&url)
        .timeout(TIME_MAX)
        .basic_auth(text(&given.client_id), Some(text(&given.client_secret)))
        .json(&json!({"grant_type": "client_credentials", "audience": given.audience}));
    let unreachable = |error: &reqwest::Error| {
        let reasons = reasons(error);
        let remedy = if reasons.contains("CaUsedAsEndEntity") {
            "the service's certificate is one of an authority, as openssl req -x509 makes them; make it with \
             -addext basicConstraints=critical,CA:FALSE"
        } else if reasons.contains("certificate") {
            "give the certificate of the authority that vouches for the service with --ca-file, and a URL whose host the \
             service's certificate names"
        } else {
            "is the service running, and is this its address?"
        };
        format!("{url} cannot be asked: {reasons}; {remedy}")
    };
    let response = request.send().await.map_err(|error| unreachable(&error))?;
    let status = response.status();
    let body = response.text().await.map_err(|error| unreachable(&error))?;
    let answer: Option<Value> = serde_json::from_str(&body).ok();
    match answer {
        Some(answer) if status.is_success() && answer.is_object() => Ok(answer),
        Some(answer) if answer.pointer("/error/message").is_some() => {
            Err(format!("{url} refused with {status}: {}", told(&answer)).into())
        }
        _ => {
            let shown: String = harmless(&body).chars().take(SHOWN_CHARS).collect();
            Err(format!("{url} answered {status}, and not as Kobling does: {shown}").into())
        }
    }
}

/// An error of the service in words: its code, its message, and each of its problems with its place.
fn told(answer: &Value) -> String {
    let text = |value: &Value, name: &str| {
        let value = value.get(name).and_then(Value::as_str);
        value.map(harmless)
    };
    let error = answer.get("error").unwrap_or(&Value::Null);
    let mut told = text(error, "message").unwrap_or_default();
    if let Some(code) = text(error, "code") {
        told = format!("{code}: {told}");
    }
    let problems = error.get("errors").and_then(Value::as_array);
    for problem in problems.into_iter().flatten() {
        let places = ["pointer", "parameter", "header"];
        let place = places.into_iter().find_map(|name| text(problem, name));
        let message = text(problem, "message").unwrap_or_default();
        told.push_str(&format!("\n  {}: {message}", place.unwrap_or_default()));
    }
    told
}

fn read_text(path: &Path) -> Result<String, CommandError> {
    let read = std::fs::File::open(path).and_then(read_limited);
    Ok(read.map_err(|error| format!("{}: {error}", path.display()))?)
}

fn read_limited(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    let read = source.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        let why = format!("more than {FILE_BYTES_MAX} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(text)
}
