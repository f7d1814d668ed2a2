//! Processes and all that they started, found and ended by their ids.

use std::collections::HashMap;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitOptions, getpid, getppid, kill_process, set_child_subreaper, wait,
};

use super::place::User;

/// How often a guard looks for what ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Starts a program and stays until it and all that it started are gone, also what it left behind. Where the process that
/// started the guard is gone, it ends all of them.
///
/// Patroni leaves the postmaster to the first process of the machine, which in a container may never look at what ended;
/// and a postmaster that nobody looks at counts as one that runs.
pub fn guard(user: Option<User>, words: &[String]) -> std::io::Result<()> {
    let guardian = getppid();
    set_child_subreaper(Some(getpid()))?;
    let (program, arguments) = words.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).process_group(0);
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command.spawn()?;
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) if getppid() == guardian => std::thread::sleep(LOOK_EVERY),
            Ok(None) => signal(&descendants(getpid()), Signal::KILL),
            Err(Errno::CHILD) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Ends everything that this process started, guards last, so that nothing gets away from them. Returns when all is gone.
pub fn end_all() {
    let own = getpid();
    loop {
        let children = children(own);
        let mut others = descendants(own);
        others.retain(|process| !children.contains(process));
        match (others.is_empty(), children.is_empty()) {
            (true, true) => return,
            (true, false) => signal(&children, Signal::KILL),
            (false, _) => signal(&others, Signal::KILL),
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Sends a signal to each of these that still is there.
pub(super) fn signal(processes: &[Pid], signal: Signal) {
    for process in processes {
        match kill_process(*process, signal) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => panic!("{process:?} takes no {signal:?}: {error}"),
        }
    }
}

/// Stops these and all that they started; again and again, until nothing new has come.
pub(super) fn freeze(processes: &[Pid]) -> Vec<Pid> {
    let mut frozen = Vec::new();
    loop {
        let all = processes.iter().flat_map(|process| {
            let mut all = vec![*process];
            all.extend(descendants(*process));
            all
        });
        let new: Vec<Pid> = all.filter(|process| !frozen.contains(process)).collect();
        if new.is_empty() {
            return frozen;
        }
        signal(&new, Signal::STOP);
        frozen.extend(new);
    }
}

/// What runs below this process, children before their children.
pub(super) fn descendants(of: Pid) -> Vec<Pid> {
    let families = families();
    let mut found = families.get(&of).cloned().unwrap_or_default();
    let mut next = 0;
    while let Some(parent) = found.get(next) {
        found.extend(families.get(parent).into_iter().flatten());
        next += 1;
    }
    found
}

/// What it started itself.
pub(super) fn children(of: Pid) -> Vec<Pid> {
    families().remove(&of).unwrap_or_default()
}

/// All processes that run, by their parents.
fn families() -> HashMap<Pid, Vec<Pid>> {
    let mut families: HashMap<Pid, Vec<Pid>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(process) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // It may have gone meanwhile.
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        if let (Some(process), Some(parent)) = (Pid::from_raw(process), living_parent(&stat)) {
            families.entry(parent).or_default().push(process);
        }
    }
    families
}

/// The parent in a text of `/proc/<id>/stat`; none of what has ended already, and of the first process.
fn living_parent(stat: &str) -> Option<Pid> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ');
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    Pid::from_raw(fields.next()?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_what_lives() {
        let parent = |state: &str| living_parent(&format!("7 (post) gres) {state} 42 7 7 0"));

        assert_eq!(parent("S"), Pid::from_raw(42));
        assert_eq!(parent("T"), Pid::from_raw(42));
        assert_eq!(parent("Z"), None);
        assert_eq!(living_parent("1 (init) S 0 1 1 0"), None);
    }

    #[test]
    fn what_a_process_started_is_found_frozen_and_ended() {
        let mut shell = Command::new("sh");
        let mut shell = shell.args(["-c", "sleep 600 & wait"]).spawn().unwrap();
        let id = Pid::from_child(&shell);
        while descendants(id).is_empty() {
            std::thread::yield_now();
        }

        let frozen = freeze(&[id]);
        signal(&frozen, Signal::KILL);
        shell.wait().unwrap();

        assert_eq!(frozen.len(), 2);
        assert!(frozen.contains(&id) && children(getpid()).iter().all(|child| *child != id));
    }
}
