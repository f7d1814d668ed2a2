//! A server with nothing to do: memory, time to start, size of the program.

use crate::failure::{Result, While};
use crate::installation::Installation;
use crate::report::{Figure, Section};
use crate::run::Bench;
use crate::spread::Spread;
use crate::target;

const STARTS: usize = 10;
const MIB: f64 = 1_048_576.0;

pub(crate) fn measure(bench: &Bench) -> Result<Section> {
    let fresh = Installation::bootstrap(&bench.scratch.join("fresh"))?;
    let (mut fresh_starts, mut loaded_starts) = (Vec::new(), Vec::new());
    let (mut idle, mut after_token) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let server = fresh.serve("RS256")?;
        fresh_starts.push(server.ready_after.as_secs_f64() * 1e3);
        idle.push(server.resident_mib()?);
        fresh.authorization(&server)?;
        after_token.push(server.resident_mib()?);
        server.stop()?;
        let server = bench.loaded.serve("RS256")?;
        loaded_starts.push(server.ready_after.as_secs_f64() * 1e3);
        server.stop()?;
    }
    let binary = std::fs::metadata(target::kobling()?).while_doing("the binary")?;
    let binary = f64::from(u32::try_from(binary.len()).while_doing("its size")?) / MIB;
    let (idle, after_token) = (Spread::of(idle), Spread::of(after_token));
    let (fresh_starts, loaded_starts) = (Spread::of(fresh_starts), Spread::of(loaded_starts));
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    Ok(Section {
        heading: "Idle",
        note: format!(
            "{STARTS} starts. Memory is `VmRSS`; ready is the first 200 of `/health/ready`, asked every half millisecond."
        ),
        head: vec!["what", "median (least–most)"],
        rows: vec![
            row("memory after start, MiB", format!("{idle:.1}")),
            row(
                "memory after a first token, MiB",
                format!("{after_token:.1}"),
            ),
            row(
                "start to ready, empty database, ms",
                format!("{fresh_starts:.1}"),
            ),
            row(
                "start to ready, loaded database, ms",
                format!("{loaded_starts:.1}"),
            ),
            row(
                "binary as the release profile builds it, MiB",
                format!("{binary:.1}"),
            ),
        ],
        figures: vec![
            at_most("idle resident memory, MiB", 25.0, after_token),
            at_most("start to ready, ms", 100.0, fresh_starts),
            at_most("binary, MiB", 30.0, Spread::of([binary])),
        ],
    })
}

fn at_most(what: &str, limit: f64, found: Spread) -> Figure {
    Figure {
        what: what.to_owned(),
        wanted: format!("≤ {limit:.0}"),
        found: format!("{found:.1}"),
        reached: found.median <= limit,
    }
}
