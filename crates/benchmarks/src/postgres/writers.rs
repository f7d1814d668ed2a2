//! More or fewer batches at the same time (`database.writers_max`), beside the default.

use super::load::{Load, whose};
use super::{Over, PostgresBench, head};
use crate::failure::Result;
use crate::measures::DECISIVE;
use crate::report::Section;

const WRITERS: [&str; 5] = ["1", "2", "4", "8", "16"];

pub(super) fn measure(bench: &PostgresBench) -> Result<Section> {
    let over = Over::ManyPartners;
    let usual = bench.store.serve(&[])?;
    let load = Load::events();
    let whose = whose(over, bench.store.clients(over), bench.accounts);
    let run = |node: &_, seconds| load.run(whose, &[node], &bench.scratch, DECISIVE, seconds);
    let mut rows = Vec::new();
    for writers in WRITERS {
        let node = bench
            .store
            .serve(&[("KOBLING_DATABASE__WRITERS_MAX", writers)])?;
        let pairs = bench.pairs(
            &format!("events of {}, {writers} writers", over.name()),
            ["default", "so many"],
            |seconds| run(&usual, seconds),
            |seconds| run(&node, seconds),
        )?;
        node.process.stop()?;
        rows.push([vec![writers.to_owned()], pairs.cells()].concat());
    }
    usual.process.stop()?;
    Ok(Section {
        heading: "Writers",
        note: format!(
            "Events over 1,000 partners, {DECISIVE} connections, times in ms: a node with so many writers beside one with \
             the default, which is twice the processors, from 4 to 16."
        ),
        head: head(["writers"], ["default/s", "so many/s"]),
        rows,
        figures: Vec::new(),
    })
}
