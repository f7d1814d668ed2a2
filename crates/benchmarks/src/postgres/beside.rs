//! Another build of Kobling beside the present one, on the same database: what a change has given.

use std::path::Path;

use super::load::{Load, whose};
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
            let run =
                |node: &_, seconds| load.run(whose, &[node], &bench.scratch, connections, seconds);
            let pairs = bench.pairs(
                &format!("events of {}, {connections} connections", over.name()),
                ["the other", "present"],
                |seconds| run(&other, seconds),
                |seconds| run(&present, seconds),
            )?;
            let first = vec![over.name().to_owned(), connections.to_string()];
            rows.push([first, pairs.cells()].concat());
        }
    }
    other.process.stop()?;
    present.process.stop()?;
    Ok(Section {
        heading: "Beside another build",
        note: format!(
            "{} beside the present build, times in ms.",
            program.display()
        ),
        head: head(["events of", "connections"], ["other/s", "present/s"]),
        rows,
        figures: Vec::new(),
    })
}
