//! Running a long task on a thread of its own, with its progress shown, until it is done or Ctrl-C stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use storage_sqlite::Watch;

use super::CommandError;
use super::progress::Progress;
use super::serve::stop_asked;

/// Runs the task. When the process is asked to stop, the task ends soon with an error of its own and cleans up.
///
/// # Errors
/// The task's.
pub(super) fn watched<T: Send + 'static>(
    task: impl FnOnce(&mut Watch<'_>) -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let asked = stop_asked()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stop_of_task = Arc::clone(&stop);
        let mut running = tokio::task::spawn_blocking(move || {
            let mut progress = Progress::new();
            let mut show = |stage| progress.stage(stage);
            task(&mut Watch {
                stop: stop_of_task,
                show: &mut show,
            })
        });
        tokio::select! {
            done = &mut running => return done?,
            () = asked => stop.store(true, Ordering::Relaxed),
        }
        running.await?
    })
}
