//! What the run was made on, from `/proc`.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The machine in one line per fact.
pub(crate) fn facts(database: &Path) -> Vec<(&'static str, String)> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    vec![
        ("processor", format!("{cores} × {}", processor())),
        ("memory", memory()),
        ("kernel", read("/proc/sys/kernel/osrelease")),
        ("file system of the database", file_system(database)),
        ("load before the run", load()),
    ]
}

/// Load averages of 1, 5 and 15 minutes.
fn load() -> String {
    let text = read("/proc/loadavg");
    text.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The day, as UTC has it.
pub(crate) fn today() -> String {
    let output = Command::new("date").args(["-u", "+%F"]).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| "unknown".to_owned())
}

fn processor() -> String {
    let text = read("/proc/cpuinfo");
    let line = text.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": "));
    name.map_or_else(|| "unknown".to_owned(), |(_, name)| name.to_owned())
}

fn memory() -> String {
    let text = read("/proc/meminfo");
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.map_or_else(
        || "unknown".to_owned(),
        |kib| format!("{:.1} GiB", kib / 1_048_576.0),
    )
}

/// The type and options of the mount that the path is under: the longest that fits, and the last of these.
fn file_system(path: &Path) -> String {
    let text = read("/proc/mounts");
    let mounts = text.lines().filter_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            [_, mounted, kind, options, ..] if path.starts_with(mounted) => {
                Some((mounted.len(), format!("{kind} ({options})")))
            }
            _ => None,
        }
    });
    let nearest = mounts.max_by_key(|(length, _)| *length);
    nearest.map_or_else(|| "unknown".to_owned(), |(_, text)| text)
}

fn read(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.trim().to_owned()
}
