//! The package tried where there is no systemd: unpacked into a folder that becomes the root of a process, which runs
//! what the unit runs, with the unit's settings, without any right, and under another user than root.

use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::shell::{Failure, Outcome, command, line, output, run as shell_run};

use super::unit;

/// A user that owns nothing; the service's own is made only where the package is installed.
const NOBODY: &str = "65534";
/// The unit's credential, as systemd would lay it out.
const CREDENTIALS: &str = "/run/credentials/kobling.service";
/// What systemd gives a service.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// 32 bytes, for this trial alone.
const ROOT_KEY: &str = "dHJpYWwgdHJpYWwgdHJpYWwgdHJpYWwgdHJpYWwgISE=\n";

pub(super) fn run(package: &Path, folder: &Path) -> Outcome {
    if output(command("id").arg("-u"))?.trim() != "0" {
        println!("the package is tried by root alone, who may give a process another root folder");
        return Ok(());
    }
    let root = folder.join("root");
    shell_run(command("dpkg-deb").arg("--extract").args([package, &root]))?;
    lay_out(&root)?;
    let unit = unit::text()?;
    let mut service = started(&root, &unit)?;
    let stopping_max = stopping_max(&unit)?;
    let tried = try_it(&mut service, stopping_max);
    // What went wrong before has already ended the trial; a process that still runs must not outlive it.
    drop(service.kill());
    drop(service.wait());
    tried
}

/// What an installed system adds: the C library, the folder of the service, and its credential.
fn lay_out(root: &Path) -> Outcome {
    let program = root.join("usr/bin/kobling");
    for library in libraries(&program)? {
        let to = root.join(library.strip_prefix("/").unwrap_or(&library));
        copy(&library, &to)?;
    }
    let state = root.join("var/lib/kobling");
    let credentials = root.join(CREDENTIALS.trim_start_matches('/'));
    for folder in [&state, &credentials] {
        fs::create_dir_all(folder).map_err(|error| super::unusable(folder, &error))?;
    }
    let key = credentials.join("root.key");
    fs::write(&key, ROOT_KEY).map_err(|error| super::unusable(&key, &error))?;
    let owner = format!("{NOBODY}:{NOBODY}");
    let mut give = command("chown");
    give.args(["--recursive", &owner]);
    shell_run(give.args([&state, &credentials]))?;
    shell_run(command("chmod").arg("0700").args([&state, &credentials]))
}

/// The paths in the output of `ldd`.
fn libraries(program: &Path) -> Result<Vec<PathBuf>, Failure> {
    let told = output(command("ldd").arg(program))?;
    let words = told.split_whitespace().filter(|word| word.starts_with('/'));
    Ok(words.map(PathBuf::from).collect())
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(from, to))
        .map(|_| ())
        .map_err(|error| super::unusable(to, &error))
}

/// `ExecStart` with the settings of the package, but for the address: any port that is free.
fn started(root: &Path, unit: &str) -> Result<Child, Failure> {
    let start = unit::values(unit, "ExecStart").join("");
    let start = start.replace("${CREDENTIALS_DIRECTORY}", CREDENTIALS);
    let settings = unit::values(unit, "EnvironmentFile").join("");
    let settings = root.join(settings.trim_start_matches('/'));
    let settings =
        fs::read_to_string(&settings).map_err(|error| super::unusable(&settings, &error))?;
    let is_setting = |line: &&str| !line.starts_with('#');
    let settings = settings
        .lines()
        .filter(is_setting)
        .filter_map(|line| line.split_once('='));
    let mut command = Command::new("setpriv");
    command.args(["--no-new-privs", "chroot"]);
    command
        .arg(format!("--userspec={NOBODY}:{NOBODY}"))
        .arg(root);
    command.args(start.split_whitespace());
    command.env_clear().envs(settings);
    command
        .env("PATH", PATH)
        .env("CREDENTIALS_DIRECTORY", CREDENTIALS)
        .env("KOBLING_SERVER__LISTEN", "127.0.0.1:0")
        .stderr(Stdio::piped());
    println!("$ {}", line(&command));
    command
        .spawn()
        .map_err(|error| crate::shell::cannot_start(&command, &error))
}

/// Ready, then asked to stop, then gone without a fault and in time.
fn try_it(service: &mut Child, stopping_max: Duration) -> Outcome {
    let stderr = service.stderr.take();
    let mut lines = stderr
        .map(BufReader::new)
        .into_iter()
        .flat_map(BufRead::lines);
    let mut said = Vec::new();
    let address = loop {
        let Some(Ok(line)) = lines.next() else {
            let said = said.join("\n");
            return Err(Failure(format!(
                "the service ended before it served:\n{said}"
            )));
        };
        if let Some(address) = address_in(&line) {
            break address;
        }
        said.push(line);
    };
    let answer = asked(&address).map_err(|error| Failure(format!("{address}: {error}")))?;
    let status = answer.lines().next().unwrap_or_default();
    println!("GET /health/ready: {status}");
    if !status.contains(" 200 ") {
        return Err(Failure(format!("the service is not ready:\n{answer}")));
    }
    let begun = Instant::now();
    shell_run(command("kill").args(["-TERM", &service.id().to_string()]))?;
    // Its standard error ends with it.
    lines.by_ref().for_each(drop);
    let ended = service.wait();
    let ended = ended.map_err(|error| Failure(format!("the service is lost: {error}")))?;
    println!(
        "stopped with {ended} after {} ms",
        begun.elapsed().as_millis()
    );
    if ended.success() && begun.elapsed() < stopping_max {
        Ok(())
    } else {
        Err(Failure("the service did not stop as it should".to_owned()))
    }
}

/// `"address":"127.0.0.1:1234"` in the line that says that it serves.
fn address_in(line: &str) -> Option<String> {
    let is_it = line.contains("\"message\":\"serving\"");
    let (_, rest) = line.split_once("\"address\":\"").filter(|_| is_it)?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn asked(address: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    let head = "GET /health/ready HTTP/1.1\r\nHost: kobling\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn stopping_max(unit: &str) -> Result<Duration, Failure> {
    let text = unit::values(unit, "TimeoutStopSec").join("");
    let seconds = text.strip_suffix('s').and_then(|text| text.parse().ok());
    let wrong = || Failure(format!("TimeoutStopSec is {text:?}; write it as 30s"));
    seconds.map(Duration::from_secs).ok_or_else(wrong)
}
