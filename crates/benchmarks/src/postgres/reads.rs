//! A connection with its two newest events through Kobling, beside `pgbench` that selects the connection's row.

use super::load::{Load, whose};
use super::pgbench::Script;
use super::{Over, PostgresBench, head};
use crate::failure::Result;
use crate::measures::CONNECTIONS;
use crate::report::Section;

pub(super) fn measure(bench: &PostgresBench) -> Result<Section> {
    let over = Over::OnePartner;
    let script = Script::read(bench, over)?;
    let node = bench.store.serve(&[])?;
    let load = Load::reads();
    let whose = whose(over, bench.store.clients(over), bench.accounts);
    let mut rows = Vec::new();
    for connections in CONNECTIONS {
        let pairs = bench.pairs(
            &format!("reads, {connections} connections"),
            ["pgbench", "Kobling"],
            |seconds| script.run(connections, seconds),
            |seconds| load.run(whose, &[&node], &bench.scratch, connections, seconds),
        )?;
        rows.push([vec![connections.to_string()], pairs.cells()].concat());
    }
    node.process.stop()?;
    Ok(Section {
        heading: "Reads beside a select",
        note: "By connections, times in ms. `pgbench` selects the row of a random connection; Kobling answers the same \
               with its events over HTTP, for a caller with a token."
            .to_owned(),
        head: head(["connections"], ["pgbench/s", "Kobling/s"]),
        rows,
        figures: Vec::new(),
    })
}
