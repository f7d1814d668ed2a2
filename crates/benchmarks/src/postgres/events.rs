//! Events through Kobling beside the same statements by `pgbench`.

use super::cost::{self, Costs};
use super::load::{Load, whose};
use super::pgbench::Script;
use super::{Over, PostgresBench, head};
use crate::failure::Result;
use crate::measures::{CONNECTIONS, DECISIVE};
use crate::pairs::Pairs;
use crate::report::{Figure, Section};

pub(super) fn measure(bench: &PostgresBench, over: Over) -> Result<Vec<Section>> {
    let script = Script::event(bench, over)?;
    let node = bench.store.serve(&[])?;
    let load = Load::events();
    let whose = whose(over, bench.store.clients(over), bench.accounts);
    let (mut rows, mut figures, mut cost_rows) = (Vec::new(), Vec::new(), Vec::new());
    for connections in CONNECTIONS {
        let (theirs, ours) = (Costs::default(), Costs::default());
        let server = &bench.server;
        let pairs = bench.pairs(
            &format!("events of {}, {connections} connections", over.name()),
            ["pgbench", "Kobling"],
            |seconds| theirs.of(server, &[], || script.run(connections, seconds)),
            |seconds| {
                let nodes = [&node];
                let run = || load.run(whose, &nodes, &bench.scratch, connections, seconds);
                ours.of(server, &nodes, run)
            },
        )?;
        let first = || vec![connections.to_string()];
        rows.push([first(), pairs.cells()].concat());
        cost_rows.push([first(), theirs.cells(false), ours.cells(true)].concat());
        if connections == DECISIVE {
            figures.push(figure_of(over, &pairs));
        }
    }
    node.process.stop()?;
    let (heading, cost_heading) = match over {
        Over::OnePartner => ("Events of one partner", "What they cost, one partner"),
        Over::ManyPartners => (
            "Events over 1,000 partners",
            "What they cost, 1,000 partners",
        ),
    };
    let note = format!(
        "By connections (of `wrk`) and clients (of `pgbench`), times in ms. Events for random accounts of {}.",
        over.name()
    );
    let events = Section {
        heading,
        note,
        head: head(["connections"], ["pgbench/s", "Kobling/s"]),
        rows,
        figures,
    };
    let costs = Section {
        heading: cost_heading,
        note: "For one event, medians: processor time of each side, and bytes of PostgreSQL's write-ahead log.".to_owned(),
        head: std::iter::once("connections")
            .chain(cost::OF_PGBENCH)
            .chain(cost::OF_KOBLING)
            .collect(),
        rows: cost_rows,
        figures: Vec::new(),
    };
    Ok(vec![events, costs])
}

fn figure_of(over: Over, pairs: &Pairs) -> Figure {
    let wanted = match over {
        Over::OnePartner => 10.0,
        Over::ManyPartners => 2.0,
    };
    let rate = pairs.ratio(|sample| sample.per_second);
    Figure {
        what: format!(
            "durable event, PostgreSQL, {}, {DECISIVE} connections: of `pgbench`",
            over.name()
        ),
        wanted: format!("≥ {wanted:.0}"),
        found: rate.to_string(),
        reached: rate.median >= wanted,
    }
}
