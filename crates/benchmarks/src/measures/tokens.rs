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
    let entries = bench.loaded.log_entries()?;
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
        issued += pairs
            .0
            .iter()
            .map(|(_, sample)| sample.requests)
            .sum::<f64>();
        let signed = signed.median;
        let of_lower =
            |(floor, kobling): &(Sample, Sample)| kobling.per_second / floor.per_second.min(signed);
        let ratio = Spread::of(pairs.0.iter().map(of_lower));
        let own = vec![
            name.to_owned(),
            format!("{signed:.0}"),
            format!("**{ratio}**"),
        ];
        rows.push([own, pairs.cells()].concat());
        figures.push(Figure {
            what: format!("token, {name}: of the lower of handler and signing rate"),
            wanted: "≥ 0.60".to_owned(),
            found: ratio.to_string(),
            reached: ratio.median >= 0.60,
        });
    }
    floor.stop()?;
    let entries = bench.loaded.log_entries()? - entries;
    figures.push(no_rows(entries, issued));
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

/// Each algorithm may have made a key; nothing else may have been written.
fn no_rows(entries: u64, issued: f64) -> Figure {
    Figure {
        what: "tokens: database rows".to_owned(),
        wanted: "none but a key per algorithm".to_owned(),
        found: format!("{entries} log entries for {issued:.0} tokens"),
        reached: entries <= 3,
    }
}

/// Signatures a second on both cores.
fn signing_rate(algorithm: Algorithm) -> Result<f64> {
    let key = SigningKey::generate(algorithm).while_doing("a key")?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (signed, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let start = Instant::now();
    let sign = || -> Result<()> {
        let claims = claims();
        while !is_over.load(Ordering::Relaxed) {
            key.sign(&claims).while_doing("a signature")?;
            signed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let signers: Vec<_> = (0..cores).map(|_| scope.spawn(sign)).collect();
        std::thread::sleep(Duration::from_secs(2));
        is_over.store(true, Ordering::Relaxed);
        let panicked = |_| Failure("signing panicked".to_owned());
        let mut ended = signers.into_iter().map(|signer| signer.join());
        ended.try_for_each(|joined| joined.map_err(panicked)?)
    })?;
    let signed = u32::try_from(signed.into_inner()).while_doing("the number of signatures")?;
    Ok(f64::from(signed) / start.elapsed().as_secs_f64())
}

/// As long as those of the real tokens.
fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        iss: "http://kobling.test/v1/accounts/T11200000".to_owned(),
        aud: "http://kobling.test/v1/accounts/T11200000".to_owned(),
        sub: "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10".to_owned(),
        client_id: "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10".to_owned(),
        iat: 1_700_000_000,
        exp: 1_700_014_400,
        jti: "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f".to_owned(),
        scope: Scopes::for_bootstrap().to_text(),
    }
}

fn load(bench: &Bench) -> Load {
    let (headers, body) = bench.loaded.token_request();
    let length = body.len();
    Load {
        head: format!(
            "POST {TOKEN_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        ),
        tails: Vec::new(),
        accounts: bench.accounts,
    }
}
