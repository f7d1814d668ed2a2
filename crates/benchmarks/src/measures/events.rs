//! Events: a token, a random account, a random connection, the page's full body, answered when on disk.

use super::{CONNECTIONS, DECISIVE, head};
use crate::failure::Result;
use crate::floor::Kind;
use crate::installation::{self, OWNER, PARTNER};
use crate::pairs::Pairs;
use crate::report::{Figure, Section};
use crate::run::Bench;
use crate::wrk::{self, Load};

const STATUSES: [&str; 4] = ["pending", "enabled", "failed", "declined"];

pub(crate) fn measure(bench: &Bench) -> Result<Section> {
    let before = bench.loaded.log_entries()?;
    let floor = bench.floor(Kind::Durable, &bench.scratch.join("durable"))?;
    let kobling = bench.loaded.serve("RS256")?;
    let load = load(&bench.loaded.authorization(&kobling)?, bench.accounts);
    let written_before = kobling.bytes_written()?;
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for connections in CONNECTIONS {
        let run = |port, seconds| wrk::run(&load, &bench.scratch, port, connections, seconds);
        let pairs = Pairs::measure(
            &format!("events, {connections} connections"),
            bench.rounds,
            bench.seconds,
            |seconds| run(floor.port, seconds),
            |seconds| run(kobling.port, seconds),
        )?;
        rows.push([vec![connections.to_string()], pairs.cells()].concat());
        if connections == DECISIVE {
            figures = figures_of(&pairs);
        }
    }
    let written = kobling.bytes_written()? - written_before;
    let resident = kobling.resident_mib()?;
    kobling.stop()?;
    floor.stop()?;
    let after = bench.loaded.log_entries()?;
    let bytes_per_event = written / f64_of(after - before).max(1.0);
    let note = format!(
        "By connections, times in ms. The floor appends the body to a file and answers after a grouped `fdatasync`. \
         Kobling's log had {before} entries before and {after} after; it wrote {bytes_per_event:.0} bytes per event \
         to disk, and held {resident:.1} MiB of memory at the end."
    );
    Ok(Section {
        heading: "Events",
        note,
        head: head("connections"),
        rows,
        figures,
    })
}

fn figures_of(pairs: &Pairs) -> Vec<Figure> {
    let rate = pairs.ratio(|sample| sample.per_second);
    let p99 = pairs.ratio(|sample| sample.p99_ms);
    vec![
        Figure {
            what: format!("durable event, SQLite, {DECISIVE} connections: of the durable floor"),
            wanted: "≥ 0.60".to_owned(),
            found: rate.to_string(),
            reached: rate.median >= 0.60,
        },
        Figure {
            what: "its p99, times the floor's".to_owned(),
            wanted: "≤ 2.5".to_owned(),
            found: p99.to_string(),
            reached: p99.median <= 2.5,
        },
    ]
}

/// Random events on random connections of random accounts.
fn load(authorization: &str, accounts: u32) -> Load {
    let mut tails = Vec::new();
    for connection in installation::CONNECTIONS {
        for status in STATUSES {
            let body = format!(
                r#"{{"status": "{status}", "event": "signature_required", "description": "Vipps awaiting signature", "metadata": {{"signature_link": "https://sig.example.com/K34K244"}}}}"#
            );
            let length = body.len();
            tails.push(format!(
                "/connections/{connection}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}\
                 Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            ));
        }
    }
    Load {
        head: format!("POST /v1/accounts/{OWNER}/management/accounts/{PARTNER}"),
        tails,
        accounts,
    }
}

/// A count as a float; counts here are far below the 2^52 that a float holds exactly.
fn f64_of(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
