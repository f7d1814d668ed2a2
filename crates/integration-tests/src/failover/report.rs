//! What came of it, for people: a line for each round, and the part of the document that is measured.

use std::fmt;
use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use super::{Difference, Found, Refusals, Round};

impl fmt::Display for Round {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            blow,
            victim,
            processes,
            acknowledged,
            ..
        } = self;
        write!(formatter, "{blow} ({victim}, {processes} processes): ")?;
        match &self.new_leader {
            Some((name, after)) => write!(formatter, "{name} leads after {}", seconds(*after))?,
            None => write!(formatter, "the leader stays")?,
        }
        write!(
            formatter,
            "; longest pause {}, all whole after {}, {acknowledged} events",
            seconds(self.pause),
            seconds(self.took)
        )
    }
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference {
            lost,
            doubled,
            moved,
            untold,
        } = self.difference;
        let Refusals {
            unavailable,
            unknown,
            broken,
            silent,
        } = self.refusals;
        let kills = self.kills();
        writeln!(
            formatter,
            "failovers            {}, by {kills} kills and {} stops",
            self.failovers(),
            self.stops()
        )?;
        writeln!(
            formatter,
            "longest pause        {}",
            seconds(self.longest_pause)
        )?;
        writeln!(
            formatter,
            "events acknowledged  {} in {}",
            self.acknowledged,
            seconds(self.took)
        )?;
        writeln!(
            formatter,
            "attempts repeated    {unavailable} answered 503, {unknown} answered 500 or 504, {broken} broken, {silent} without an answer in time"
        )?;
        writeln!(formatter, "events stored        {}", self.stored)?;
        write!(
            formatter,
            "lost                 {lost}\ndoubled              {doubled}\nin another place     {moved}\nnever acknowledged   {untold}"
        )
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// The measured part of the document.
#[must_use]
pub fn markdown(found: &Found, command: &str) -> String {
    let Difference {
        lost,
        doubled,
        moved,
        untold,
    } = found.difference;
    let Refusals {
        unavailable,
        unknown,
        broken,
        silent,
    } = found.refusals;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| writeln!(text, "| {name} | {value} |").unwrap();
    line("what", "found");
    line("---", "---");
    line("leaders killed", &found.kills().to_string());
    line("stops longer than the lease", &found.stops().to_string());
    line("failovers", &found.failovers().to_string());
    line("longest pause", &seconds(found.longest_pause));
    line(
        "events acknowledged",
        &format!("{} in {}", found.acknowledged, seconds(found.took)),
    );
    line("events stored", &found.stored.to_string());
    line("lost", &format!("**{lost}**"));
    line("doubled", &format!("**{doubled}**"));
    line(
        "stored at another version than acknowledged",
        &moved.to_string(),
    );
    line("stored and never acknowledged", &untold.to_string());
    line(
        "attempts that callers repeated",
        &format!(
            "{unavailable} answered 503, {unknown} answered 500 or 504, {broken} broken, {silent} without an answer in 10 s"
        ),
    );
    writeln!(
        text,
        "\n{}, {}; {}.",
        today(),
        found.versions.join(", "),
        machine()
    )
    .unwrap();
    writeln!(text, "Repeat it with `{command}`.\n").unwrap();
    text.push_str("| | what happened | processes hit | another leads after | longest pause | all whole after |\n| --- | --- | --- | --- | --- | --- |\n");
    for (index, round) in found.rounds.iter().enumerate() {
        let leads = round.new_leader.as_ref();
        let leads = leads.map_or_else(
            || "the leader stays".to_owned(),
            |(_, after)| seconds(*after),
        );
        let Round {
            blow, processes, ..
        } = round;
        let (pause, took) = (seconds(round.pause), seconds(round.took));
        writeln!(
            text,
            "| {} | {blow} | {processes} | {leads} | {pause} | {took} |",
            index + 1
        )
        .unwrap();
    }
    text
}

/// The day, as UTC has it.
fn today() -> String {
    let output = Command::new("date").args(["-u", "+%F"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.and_then(|name| name.split_once(": "));
    let name = name.map_or("unknown processor", |(_, name)| name);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} × {name}, Linux {}", kernel.trim())
}
