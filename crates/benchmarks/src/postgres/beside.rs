//! Another build of Kobling beside the present one, on the same database: what a change has given.

use std::path::Path;

use super::cost::{self, Costs};
use super::load::{Load, whose};
use super::store::Node;
use super::{Over, PostgresBench, head};
use crate::failure::{Outcome, Result};
use crate::measures::CONNECTIONS;
use crate::pairs::Pairs;
use crate::report::Section;

/// A node of each build.
struct Both<'a> {
    bench: &'a PostgresBench,
    other: Node,
    present: Node,
}

pub(super) fn events(bench: &PostgresBench, program: &Path) -> Result<Section> {
    let both = Both::serve(bench, program)?;
    let load = Load::events();
    let mut rows = Vec::new();
    for over in [Over::OnePartner, Over::ManyPartners] {
        for connections in CONNECTIONS {
            let (pairs, [others, ours]) = both.measure("events", &load, over, connections)?;
            let first = vec![over.name().to_owned(), connections.to_string()];
            let costs = [others.cells(true), ours.cells(true)].concat();
            rows.push([first, pairs.cells(), costs].concat());
        }
    }
    both.stop()?;
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

pub(super) fn reads(bench: &PostgresBench, program: &Path) -> Result<Section> {
    let both = Both::serve(bench, program)?;
    let load = Load::reads();
    let mut rows = Vec::new();
    for connections in CONNECTIONS {
        let (pairs, [others, ours]) =
            both.measure("reads", &load, Over::OnePartner, connections)?;
        let costs = [others.of_reads(), ours.of_reads()].concat();
        rows.push([vec![connections.to_string()], pairs.cells(), costs].concat());
    }
    both.stop()?;
    Ok(Section {
        heading: "Reads beside another build",
        note: format!(
            "{} beside the present build, times in ms; then the processor time of a read, of each in turn.",
            program.display()
        ),
        head: head(["connections"], ["other/s", "present/s"])
            .into_iter()
            .chain(cost::OF_READS)
            .chain(cost::OF_READS)
            .collect(),
        rows,
        figures: Vec::new(),
    })
}

impl<'a> Both<'a> {
    fn serve(bench: &'a PostgresBench, program: &Path) -> Result<Self> {
        Ok(Self {
            bench,
            other: bench.store.serve_with(program, &[])?,
            present: bench.store.serve(&[])?,
        })
    }

    /// Pairs, and the costs of the other build and of the present one.
    fn measure(
        &self,
        what: &str,
        load: &Load,
        over: Over,
        connections: usize,
    ) -> Result<(Pairs, [Costs; 2])> {
        let bench = self.bench;
        let whose = whose(over, bench.store.clients(over), bench.accounts);
        let (others, ours) = (Costs::default(), Costs::default());
        let run = |costs: &Costs, node: &Node, seconds| {
            let run = || load.run(whose, &[node], &bench.scratch, connections, seconds);
            costs.of(&bench.server, &[node], run)
        };
        let pairs = bench.pairs(
            &format!("{what} of {}, {connections} connections", over.name()),
            ["the other", "present"],
            |seconds| run(&others, &self.other, seconds),
            |seconds| run(&ours, &self.present, seconds),
        )?;
        Ok((pairs, [others, ours]))
    }

    fn stop(self) -> Outcome {
        self.other.process.stop()?;
        self.present.process.stop()
    }
}
