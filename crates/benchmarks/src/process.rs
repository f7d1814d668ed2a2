//! Servers as child processes: started, waited for until they answer, asked for their memory, stopped.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client;
use crate::failure::{Failure, Outcome, Result, While};

/// How long a server may take to answer, or to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that answers. It is killed when it is dropped; [`Process::stop`] is the clean way.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) port: u16,
    /// From the start of the process to its first good answer to `/health/ready`.
    pub(crate) ready_after: Duration,
    child: Child,
}

/// A port of this machine that nobody listens on.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").while_doing("a free port")?;
    let address = listener.local_addr().while_doing("a free port")?;
    Ok(address.port())
}

impl Process {
    /// Starts a server that listens on the port; what it says goes to the file.
    pub(crate) fn start(program: &Path, arguments: &[&str], port: u16, log: &Path) -> Result<Self> {
        Self::start_with(program, arguments, &[], port, log)
    }

    /// The same with variables in its environment, which is empty otherwise.
    pub(crate) fn start_with(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        port: u16,
        log: &Path,
    ) -> Result<Self> {
        let log_file = File::create(log).while_doing(log.display())?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.envs(variables.iter().copied());
        command.stdout(Stdio::null()).stderr(log_file);
        let start = Instant::now();
        let child = command.spawn().while_doing(program.display())?;
        let mut process = Self {
            port,
            ready_after: Duration::ZERO,
            child,
        };
        process.await_ready(start, log)?;
        process.ready_after = start.elapsed();
        Ok(process)
    }

    fn await_ready(&mut self, start: Instant, log: &Path) -> Outcome {
        loop {
            let answer = client::send(self.port, "GET", "/health/ready", "", "");
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            let ended = self.child.try_wait().while_doing("a server")?;
            if ended.is_some() || start.elapsed() > PATIENCE {
                let said = fs::read_to_string(log).unwrap_or_default();
                return Err(Failure(format!("a server did not become ready: {said}")));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
    }

    /// Resident memory in MiB (`VmRSS`).
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        let kib = self.proc_number("status", "VmRSS:")?;
        Ok(kib / 1024.0)
    }

    /// Bytes that the process has had written to disk (`write_bytes`).
    pub(crate) fn bytes_written(&self) -> Result<f64> {
        self.proc_number("io", "write_bytes:")
    }

    /// Its number among the processes.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    fn proc_number(&self, file: &str, name: &str) -> Result<f64> {
        let path = format!("/proc/{}/{file}", self.child.id());
        let text = fs::read_to_string(&path).while_doing(&path)?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.while_doing(format_args!("{name} in {path}"))
    }

    /// Asks the server to end and waits until it has.
    pub(crate) fn stop(mut self) -> Outcome {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-TERM", &id]).status();
        kill.while_doing("`kill`")?;
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if self.child.try_wait().while_doing("a server")?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(Failure("a server did not stop when asked to".to_owned()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // After a clean stop there is nothing left to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
