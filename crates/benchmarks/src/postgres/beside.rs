//! Another build of Kobling beside the present one, on the same database: what a change has given.

use std::path::Path;

use super::cost::{self, Costs};
use super::load::{Load, whose};
use super::store::Node;
use super::{Over, PostgresBench, head};
use crate::failure::Result;
use crate::measures::CONNECTIONS;
use crate::report::Section;

pub(super) fn measure(bench: &PostgresBench, program: &Path) -> Result<Section> {
    let other = bench.store.serve_with(program, &[])?;
    let present = bench.store.serve(&[])?;
    let load = Load::events();
    let mut rows = Vec::new();
    for over in [Over::OnePartner, Over::ManyPartners] {
        let whose = whose(over, bench.store.clients(over), bench.accounts);
        for connections in CONNECTIONS {
            let (others, ours) = (Costs::default(), Costs::default());
            let run = |costs: &Costs, node: &Node, seconds| {
                let run = || load.run(whose, &[node], &bench.scratch, connections, seconds);
                costs.of(&bench.server, &[node], run)
            };
            let pairs = bench.pairs(
                &format!("events of {}, {connections} connections", over.name()),
                ["the other", "present"],
                |seconds| run(&others, &other, seconds),
                |seconds| run(&ours, &present, seconds),
            )?;
            let first = vec![over.name().to_owned(), connections.to_string()];
            let costs = [others.cells(true), ours.cells(true)].concat();
            rows.push([first, pairs.cells(), costs].concat());
        }
    }
    other.process.stop()?;
    present.process.stop()?;
    Ok(Section {
        heading: "Beside another build",
        note: format!(
            "{} beside the present build, times in ms; then the costs of an event, of each in turn.",
            program.display()
        ),
        head: head(["events of", "connections"], ["other/s", "present/s"])
            .into_iter()
            .chain(cost::OF_KOBLING)
            .chain(cost::OF_KOBLING)
            .collect(),
        rows,
        figures: Vec::new(),
    })
}
