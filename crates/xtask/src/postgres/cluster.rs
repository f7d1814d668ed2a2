//! A running PostgreSQL server: started at a port that is free, asked until it is ready, and stopped.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::shell::{Failure, Outcome, cannot_start, succeeds};

use super::Kind;
use super::place::Place;

/// How many ports are tried: each was free a moment before.
const PORTS_MAX: u32 = 10;
/// What the server says last when somebody else has taken the port.
const PORT_TAKEN: &str = "could not create any TCP/IP sockets";
const READY_MAX: Duration = Duration::from_secs(60);
/// How often it is asked whether it is ready, or has ended.
const LOOK: Duration = Duration::from_millis(20);
/// How it is asked to end, each time less kindly, and how long that may take: to write all down, to go at once, and
/// without being asked.
const STOPS: &[(Signal, Duration)] = &[
    (Signal::INT, Duration::from_secs(15)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// The server goes before its place, in which it writes to the end.
#[derive(Debug)]
pub(super) struct Cluster {
    server: Running,
    port: u16,
    place: Place,
}

impl Cluster {
    /// Makes an empty database and starts its server, which takes connections when this returns.
    pub(super) fn start(programs: &Path, kind: Kind) -> Result<Self, Failure> {
        let place = Place::new(programs, kind)?;
        for _ in 0..PORTS_MAX {
            let port = free_port()?;
            if let Some(server) = started(&place, port)? {
                return Ok(Self {
                    server,
                    port,
                    place,
                });
            }
        }
        Err(place.failure("the server found each port taken that was free before"))
    }

    /// At 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn still_runs(&mut self) -> Outcome {
        match self.server.ended()? {
            None => Ok(()),
            Some(status) => Err(self
                .place
                .failure(&format!("the server has ended by itself with {status}"))),
        }
    }

    pub(super) fn stop(mut self) -> Outcome {
        match self.server.stop()? {
            status if status.success() => Ok(()),
            status => Err(self
                .place
                .failure(&format!("the server was stopped and ended with {status}"))),
        }
    }
}

/// `None` when the port was taken meanwhile.
fn started(place: &Place, port: u16) -> Result<Option<Running>, Failure> {
    let mut command = place.server(port)?;
    let server = command.spawn();
    let mut server = Running(server.map_err(|error| cannot_start(&command, &error))?);
    let end = Instant::now() + READY_MAX;
    while Instant::now() < end {
        if let Some(status) = server.ended()? {
            if place.log().contains(PORT_TAKEN) {
                return Ok(None);
            }
            return Err(place.failure(&format!("the server did not start, it ended with {status}")));
        }
        if succeeds(&mut place.readiness(port)) {
            return Ok(Some(server));
        }
        thread::sleep(LOOK);
    }
    let seconds = READY_MAX.as_secs();
    Err(place.failure(&format!("the server was not ready after {seconds} s")))
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure(format!("there is no free port at 127.0.0.1: {error}")))
}

/// A process that is stopped, at the latest when nobody holds it any more.
#[derive(Debug)]
struct Running(Child);

impl Running {
    fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        let ended = self.0.try_wait();
        ended.map_err(|error| Failure(format!("the server is lost: {error}")))
    }

    fn stop(&mut self) -> Result<ExitStatus, Failure> {
        for (signal, time_max) in STOPS {
            let end = Instant::now() + *time_max;
            if self.ended()?.is_none()
                && let Some(pid) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw)
            {
                // It fails where the server has ended by itself, which is what is wanted.
                let _ = kill_process(pid, *signal);
            }
            while Instant::now() < end {
                if let Some(status) = self.ended()? {
                    return Ok(status);
                }
                thread::sleep(LOOK);
            }
        }
        Err(Failure("the server cannot be stopped".to_owned()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Who wants to know how it ended has stopped it before.
        let _ = self.stop();
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::process::Command;

    use super::super::programs::found;
    use super::*;

    fn programs() -> std::path::PathBuf {
        let programs = found().expect("PostgreSQL is missing: `cargo xtask test` installs it");
        programs.folder
    }

    #[test]
    fn a_server_takes_connections_until_it_is_stopped_and_leaves_nothing() {
        let mut cluster = Cluster::start(&programs(), Kind::Fast).unwrap();
        let folder = cluster.place.folder().to_owned();
        let address = (Ipv4Addr::LOCALHOST, cluster.port());
        assert!(TcpStream::connect(address).is_ok());
        assert!(cluster.still_runs().is_ok());
        cluster.stop().unwrap();
        assert!(TcpStream::connect(address).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn a_server_that_ended_by_itself_is_told_with_its_log() {
        let mut cluster = Cluster::start(&programs(), Kind::Fast).unwrap();
        cluster.server.stop().unwrap();
        let failure = cluster.still_runs().unwrap_err();
        assert!(failure.0.contains("has ended by itself"), "{failure}");
        assert!(
            failure.0.contains("database system is shut down"),
            "{failure}"
        );
    }

    #[test]
    fn a_port_that_somebody_has_taken_is_left_to_them() {
        let place = Place::new(&programs(), Kind::Fast).unwrap();
        let theirs = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = theirs.local_addr().unwrap().port();
        assert!(started(&place, port).unwrap().is_none());
        drop(theirs);
        assert!(started(&place, port).unwrap().is_some());
    }

    #[test]
    fn a_server_that_cannot_start_is_told_with_its_log() {
        let place = Place::new(&programs(), Kind::Fast).unwrap();
        std::fs::remove_file(place.folder().join("data/PG_VERSION")).unwrap();
        let failure = started(&place, free_port().unwrap()).unwrap_err();
        assert!(failure.0.contains("did not start"), "{failure}");
        assert!(failure.0.contains("PG_VERSION"), "{failure}");
    }

    #[test]
    fn what_runs_is_stopped_when_it_is_dropped() {
        let sleeping = Command::new("sleep").arg("600").spawn().unwrap();
        let pid = Pid::from_raw(i32::try_from(sleeping.id()).unwrap()).unwrap();
        drop(Running(sleeping));
        assert!(rustix::process::test_kill_process(pid).is_err());
    }

    #[test]
    fn a_port_that_is_free_can_be_taken() {
        let port = free_port().unwrap();
        assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
    }
}
