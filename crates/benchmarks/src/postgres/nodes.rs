//! Two nodes beside one, all of them and the database on the same machine.

use super::load::{Load, whose};
use super::{Over, PostgresBench, head};
use crate::failure::Result;
use crate::measures::DECISIVE;
use crate::report::Section;

pub(super) fn measure(bench: &PostgresBench) -> Result<Section> {
    let (one, other) = (bench.store.serve(&[])?, bench.store.serve(&[])?);
    let load = Load::events();
    let mut rows = Vec::new();
    for over in [Over::OnePartner, Over::ManyPartners] {
        let whose = whose(over, bench.store.clients(over), bench.accounts);
        let run = |nodes: &[&_], seconds| load.run(whose, nodes, &bench.scratch, DECISIVE, seconds);
        let pairs = bench.pairs(
            &format!("events of {}, {DECISIVE} connections", over.name()),
            ["one node", "two nodes"],
            |seconds| run(&[&one], seconds),
            |seconds| run(&[&one, &other], seconds),
        )?;
        rows.push([vec![over.name().to_owned()], pairs.cells()].concat());
    }
    one.process.stop()?;
    other.process.stop()?;
    Ok(Section {
        heading: "Two nodes",
        note: format!(
            "{DECISIVE} connections, half of them to each node, times in ms. Nodes, PostgreSQL and `wrk` share the \
             processors, so this shows what it costs that there are two, and not what a second machine gives."
        ),
        head: head(["events of"], ["one node/s", "two nodes/s"]),
        rows,
        figures: Vec::new(),
    })
}
