//! Tokens: the same client asks again and again, for each signature algorithm.
//!
//! A token costs a request and a signature, so the floor is the lower of a handler that does nothing and of what both
//! cores can sign with nothing else to do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::Scopes;
use oauth::{AccessTokenClaims, Algorithm, SigningKey};

use super::{DECISIVE, head};
use crate::failure::{Failure, Result, While};
use crate::floor::Kind;
use crate::installation::TOKEN_PATH;
use crate::pairs::Pairs;
use crate::report::{Figure, Section};
use crate::run::Bench;
use crate::spread::Spread;
use crate::wrk::{self, Load, Sample};

pub(crate) fn measure(bench: &Bench) -> Result<Section> {
    let floor = bench.floor(Kind::Nothing, &bench.scratch)?;
    let load = load(bench);
    let run = |port, seconds| wrk::run(&load, &bench.scratch, port, DECISIVE, seconds);
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    let mut issued = 0.0;
    for algorithm in Algorithm::ALL {
        let name = algorithm.as_str();
        let kobling = bench.loaded.serve(name)?;
        // The first token of an algorithm makes its key.
        bench.loaded.authorization(&kobling)?;
        let signed = Spread::of([signing_rate(algorithm)?]);
        let pairs = Pairs::measure(
            &format!("tokens, {name}"),
            bench.rounds,
            bench.seconds,
            |seconds| run(floor.port, seconds),
            |seconds| run(kobling.port, seconds),
        )?;
        kobling.stop()?;
        issued += pairs.0.iter().map(|(_, sample)| sample.requests).sum::<f64>();
        let signed = signed.median;
        let of_lower = |(floor, kobling): &(Sample, Sample)| {
            kobling.per_second / floor.per_second.min(signed)
        };
        let ratio = Spread::of(pairs.0.iter().map(of_lower));
        let own = vec![name.to_owned(), format!("{signed:.0}"), format!("**{ratio}**")];
        rows.push([own, pairs.cells()].concat());
        figures.push(Figure {
            what: format!("token, {name}: of the lower of handler and signing rate"),
            wanted: "≥ 0.60".to_owned(),
            found: ratio.to_string(),
            reached: ratio.median >= 0.60,
        });
    }
    floor.stop()?;
    figures.push(no_rows(bench, issued)?);
    let mut head = head("algorithm");
    head.splice(1..1, ["signatures/s", "of the lower"]);
    let note = format!(
        "{DECISIVE} connections, times in ms. The floor reads the body and answers 200 bytes. Signatures are made on \
         both cores, with nothing else to do, over the same claims."
    );
    Ok(Section {
        heading: "Tokens",
        note,
        head,
        rows,
        figures,
    })
}
