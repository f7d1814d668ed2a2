//! Several nodes on one database: each partner's log stays one, whoever writes to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::connections::Precondition;
use domain::{AccountId, PartnerId};
use storage::conformance::SeededEntropy;
use storage::{LogPage, Reader, Storage};
use storage_postgres::PostgresStorage;
use storage_postgres::testing::TestDatabase;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::{begin, event, open, whole_log, write};

const NODES: u64 = 3;
const BATCHES: usize = 40;

/// Writes batches of events for these accounts on one node; answers the texts that were acknowledged.
fn write_on(node: &Arc<PostgresStorage>, seed: u64, of: Vec<AccountId>) -> JoinHandle<Vec<String>> {
    let (node, handle) = (Arc::clone(node), Handle::current());
    spawn_blocking(move || {
        let entropy = SeededEntropy::new(seed << 32);
        let mut acknowledged = Vec::new();
        for batch in 0..BATCHES {
            let texts: Vec<String> = (0..of.len())
                .map(|at| format!("{seed}-{batch}-{at}"))
                .collect();
            let wishes = of.iter().zip(&texts);
            let wishes = wishes.map(|(account, text)| event(*account, &entropy, text));
            let written = handle.block_on(write(&*node, wishes.collect()));
            assert!(written.unwrap().iter().all(Result::is_ok));
            acknowledged.extend(texts);
        }
        acknowledged
    })
}

/// Reads the log from where it is to its end, again and again, as a consumer does; answers how many entries it saw.
fn follow(
    node: &Arc<PostgresStorage>,
    partner: PartnerId,
    is_over: &Arc<AtomicBool>,
) -> JoinHandle<u64> {
    let (node, handle, is_over) = (Arc::clone(node), Handle::current(), Arc::clone(is_over));
    spawn_blocking(move || {
        let mut seen = 0;
        loop {
            let last = is_over.load(Ordering::SeqCst);
            let page = LogPage {
                after: seen,
                limit: 50,
            };
            let found = handle.block_on(node.list_log(partner, page)).unwrap();
            for entry in &found {
                assert_eq!(entry.seq, seen + 1, "a reader skipped an entry");
                seen = entry.seq;
            }
            if last && found.is_empty() {
                return seen;
            }
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_several_nodes_leave_one_log_without_gap_or_double() {
    let database = TestDatabase::migrated().await;
    let mut nodes = Vec::new();
    for seed in 0..NODES {
        nodes.push(Arc::new(open(&database.options(), seed).await));
    }
    let one = begin(&*nodes[0], "T112").await;
    let two = begin(&*nodes[1], "T113").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let partners = [one[0].partner(), two[0].partner()];
    let readers: Vec<_> = nodes
        .iter()
        .flat_map(|node| partners.map(|partner| follow(node, partner, &is_over)))
        .collect();
    // Each names the partners in another order, as a deadlock would need it.
    let orders = [
        vec![one[0], one[1], two[0]],
        vec![two[0], one[0], two[1]],
        vec![two[1], one[1]],
    ];
    let writers = nodes.iter().zip(orders).zip(1..);
    let writers: Vec<_> = writers
        .map(|((node, order), seed)| write_on(node, seed, order))
        .collect();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    is_over.store(true, Ordering::SeqCst);
    let mut stored = Vec::new();
    let mut seen = Vec::new();
    for reader in readers {
        seen.push(reader.await.unwrap());
    }
    for (partner, at) in partners.into_iter().zip(0..) {
        let log = whole_log(&*nodes[0], partner).await;
        assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as u64));
        assert!(log.is_sorted_by_key(|entry| entry.at));
        assert!(log.iter().all(storage::StoredLogEntry::is_intact));
        let of_this: Vec<_> = seen.iter().skip(at).step_by(2).collect();
        assert!(of_this.iter().all(|seen| **seen == log.len() as u64));
        let payloads = log.iter().map(|entry| entry.payload.as_str().to_owned());
        stored.extend(payloads.filter(|payload| payload.contains("\"event\":{")));
    }
    assert_eq!(stored.len(), acknowledged.len());
    for text in acknowledged {
        let quoted = format!("\"event\":\"{text}\"");
        let found = stored.iter().filter(|payload| payload.contains(&quoted));
        assert_eq!(found.count(), 1, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_writers_of_several_nodes_with_one_if_match_one_wins() {
    let database = TestDatabase::migrated().await;
    let mut nodes = Vec::new();
    for seed in 0..NODES {
        nodes.push(Arc::new(open(&database.options(), seed).await));
    }
    let [account, _] = begin(&*nodes[0], "T112").await;
    let entropy = Arc::new(SeededEntropy::new(9));
    write(&*nodes[0], vec![event(account, &entropy, "first")])
        .await
        .unwrap();
    for version in 1..=20 {
        let tries: Vec<JoinHandle<bool>> = nodes
            .iter()
            .map(|node| {
                let (node, handle) = (Arc::clone(node), Handle::current());
                let mut wish = event(account, &entropy, "next");
                wish.only_if = Some(Precondition::Version(vec![version]));
                spawn_blocking(move || {
                    let written = handle.block_on(write(&*node, vec![wish]));
                    written.unwrap().remove(0).is_ok()
                })
            })
            .collect();
        let mut won = 0;
        for tried in tries {
            won += usize::from(tried.await.unwrap());
        }
        assert_eq!(won, 1, "at version {version}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_partner_is_set_up_once_by_many_nodes() {
    let database = TestDatabase::migrated().await;
    let mut nodes = Vec::new();
    for seed in 0..NODES {
        nodes.push(Arc::new(open(&database.options(), seed).await));
    }
    for number in 0..10 {
        let partner = format!("T{number:03}");
        let tries: Vec<JoinHandle<()>> = nodes
            .iter()
            .map(|node| {
                let (node, handle, partner) =
                    (Arc::clone(node), Handle::current(), partner.clone());
                spawn_blocking(move || {
                    handle.block_on(begin(&*node, &partner));
                })
            })
            .collect();
        for tried in tries {
            tried.await.unwrap();
        }
        let partner = partner.parse().unwrap();
        let log = whole_log(&*nodes[0], partner).await;
        let added = log
            .iter()
            .filter(|entry| entry.kind.name() == "partner.added");
        assert_eq!(added.count(), 1);
        let stream = nodes[0].find_stream(partner).await.unwrap().unwrap();
        assert_eq!(stream.last_account_number, 2 * 3);
    }
    assert!(nodes[0].changes_of_others().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_on_one_node_is_woken_by_another() {
    const LONG: Duration = Duration::from_secs(60);
    let database = TestDatabase::migrated().await;
    let mut options = database.options();
    options.look_every = LONG;
    let here = open(&options, 1).await;
    let there = Arc::new(open(&options, 2).await);
    let [account, _] = begin(&here, "T112").await;
    let partner = account.partner();
    let entropy = SeededEntropy::new(3);
    for seq in 4..14 {
        let node = Arc::clone(&there);
        let began = Instant::now();
        let waiting =
            tokio::spawn(async move { node.wait_for_entries(partner, seq - 1, LONG).await });
        write(&here, vec![event(account, &entropy, "one")])
            .await
            .unwrap();
        assert_eq!(waiting.await.unwrap(), Ok(seq));
        assert!(began.elapsed() < LONG, "nobody was woken");
    }
}
