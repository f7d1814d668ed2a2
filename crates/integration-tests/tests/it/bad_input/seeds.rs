//! The fuzzers begin with the examples of the document and with the tables of bad input: each is among their seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use api::operation::{FORM, JSON, Place};

use super::tables::{ADDRESSES, LONG, MEMBERS, QUERIES, SYNTAX};
use super::with;

/// Seeds by target.
type Seeds = BTreeMap<&'static str, BTreeSet<Vec<u8>>>;

fn wanted() -> Seeds {
    let mut seeds = Seeds::new();
    let mut add = |target, bytes: &[u8]| {
        seeds.entry(target).or_default().insert(bytes.to_vec());
    };
    for (_, body, _) in SYNTAX {
        add("event_body", body);
    }
    for (_, member, value, _, _) in MEMBERS {
        add("event_body", with(member, value).as_bytes());
    }
    for (_, member, value, _) in LONG {
        add("event_body", with(member, &value()).as_bytes());
    }
    for (_, owner, account, _) in ADDRESSES {
        add("path_ids", owner.as_bytes());
        add("path_ids", account.as_bytes());
    }
    for (query, _, _) in QUERIES {
        add("query", query.trim_start_matches('?').as_bytes());
    }
    for operation in api::operations() {
        for parameter in operation.parameters {
            let target = match (parameter.place, parameter.name) {
                // A page of the documents is looked up in a list and never read as an id.
                (Place::Path, "folder" | "page") => continue,
                (Place::Path, _) => "path_ids",
                (Place::Header, "If-Match") => "if_match",
                _ => continue,
            };
            add(target, parameter.example_text().unwrap().as_bytes());
        }
        for media in operation.body.iter().flat_map(|body| body.media) {
            let target = match (operation.id, media.media_type) {
                ("aid_accounts_aid_connections_events_post", JSON) => "event_body",
                ("aid_auths_oauth_token_post", JSON | FORM) => "token_request",
                _ => continue,
            };
            for example in media.examples {
                add(target, example.text.as_bytes());
            }
        }
    }
    seeds
}

#[test]
fn every_bad_input_and_every_example_is_a_seed_of_its_fuzzer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    for (target, wanted) in wanted() {
        let files = fs::read_dir(folder.join(target)).unwrap();
        let present: BTreeSet<Vec<u8>> = files
            .map(|file| fs::read(file.unwrap().path()).unwrap())
            .collect();
        let missing: Vec<_> = wanted
            .difference(&present)
            .map(|seed| String::from_utf8_lossy(seed))
            .collect();
        assert!(
            missing.is_empty(),
            "write each of these to a file in fuzz/seeds/{target}: {missing:#?}"
        );
    }
}
