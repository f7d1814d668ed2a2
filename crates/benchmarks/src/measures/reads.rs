//! Reads: a token, a random account, a random connection with its two events.

use super::{CONNECTIONS, DECISIVE, head};
use crate::client;
use crate::failure::{Failure, Result, While};
use crate::floor::Kind;
use crate::installation::{self, OWNER, PARTNER};
use crate::pairs::Pairs;
use crate::report::{Figure, Section};
use crate::run::Bench;
use crate::wrk::{self, Load};

pub(crate) fn measure(bench: &Bench) -> Result<Section> {
    let kobling = bench.loaded.serve("RS256")?;
    let authorization = bench.loaded.authorization(&kobling)?;
    let path = format!("/v1/accounts/{OWNER}/management/accounts/{PARTNER}00001/connections/vipps");
    let answer = client::send(kobling.port, "GET", &path, &authorization, "")?;
    if answer.status != 200 {
        return Err(Failure(format!(
            "a connection cannot be read: {}",
            answer.body
        )));
    }
    let file = bench.scratch.join("answer");
    std::fs::write(&file, &answer.body).while_doing(file.display())?;
    let floor = bench.floor(Kind::Bytes, &file)?;
    let load = load(&authorization, bench.accounts);
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for connections in CONNECTIONS {
        let run = |port, seconds| wrk::run(&load, &bench.scratch, port, connections, seconds);
        let pairs = Pairs::measure(
            &format!("reads, {connections} connections"),
            bench.rounds,
            bench.seconds,
            |seconds| run(floor.port, seconds),
            |seconds| run(kobling.port, seconds),
        )?;
        rows.push([vec![connections.to_string()], pairs.cells()].concat());
        if connections == DECISIVE {
            figures.push(figure_of(&pairs));
        }
    }
    kobling.stop()?;
    floor.stop()?;
    let note = format!(
        "By connections, times in ms. The floor answers from memory the {} bytes that Kobling answers for one \
         connection with two events; Kobling answers for a random connection of a random account.",
        answer.body.len()
    );
    Ok(Section {
        heading: "Reads",
        note,
        head: head("connections"),
        rows,
        figures,
    })
}

fn figure_of(pairs: &Pairs) -> Figure {
    let rate = pairs.ratio(|sample| sample.per_second);
    Figure {
        what: format!(
            "read of a connection, SQLite, {DECISIVE} connections: of the same bytes from memory"
        ),
        wanted: "≥ 0.60".to_owned(),
        found: rate.to_string(),
        reached: rate.median >= 0.60,
    }
}

fn load(authorization: &str, accounts: u32) -> Load {
    let tails = installation::CONNECTIONS.map(|connection| {
        format!("/connections/{connection} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}\r\n")
    });
    Load {
        head: format!("GET /v1/accounts/{OWNER}/management/accounts/{PARTNER}"),
        tails: tails.into(),
        accounts,
    }
}
