//! The floor of writing: a handler that answers when the body stands in a file and the file is on disk.
//!
//! Group commit in the shape of Kobling's lanes: one thread, one batch under way, and what arrives meanwhile forms the
//! next batch. A batch is one `write` and one `fdatasync`.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use ::bytes::Bytes;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use super::{EVENTS, answer};
use crate::failure::{Result, While};

/// As in Kobling.
const QUEUE_MAX: usize = 4_096;
/// As in Kobling.
const BATCH_MAX: usize = 512;

struct Waiting {
    body: Bytes,
    reply: oneshot::Sender<()>,
}

pub(super) fn routes(file: &Path) -> Result<Router> {
    let mut options = File::options();
    let file = options.create(true).append(true).open(file);
    let file = file.while_doing("the file of the durable floor")?;
    let (sender, receiver) = channel(QUEUE_MAX);
    let lane = std::thread::Builder::new().name("lane-0".to_owned());
    lane.spawn(move || run(file, receiver))
        .while_doing("the lane")?;
    Ok(Router::new().route(EVENTS, post(handle)).with_state(sender))
}

async fn handle(State(lane): State<Sender<Waiting>>, body: Bytes) -> Response {
    let (reply, durable) = oneshot::channel();
    if lane.try_send(Waiting { body, reply }).is_err() || durable.await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    answer()
}

/// Ends at the first error; whoever waits then, or comes later, gets 503 and the run fails.
fn run(mut file: File, mut receiver: Receiver<Waiting>) -> std::io::Result<()> {
    let mut batch: Vec<Waiting> = Vec::with_capacity(BATCH_MAX);
    let mut bytes = Vec::new();
    while let Some(first) = receiver.blocking_recv() {
        batch.push(first);
        while batch.len() < BATCH_MAX
            && let Ok(next) = receiver.try_recv()
        {
            batch.push(next);
        }
        bytes.clear();
        for waiting in &batch {
            bytes.extend_from_slice(&waiting.body);
            bytes.push(b'\n');
        }
        file.write_all(&bytes)?;
        file.sync_data()?;
        for waiting in batch.drain(..) {
            // Nobody listens when the caller has gone away.
            let _ = waiting.reply.send(());
        }
    }
    Ok(())
}
