//! As whom the server runs: PostgreSQL refuses root, who may kill and read anything by mistake.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::shell::{Failure, Outcome, command};

/// Whom root becomes: the first of them that there is. Debian's package makes `postgres`.
const CANDIDATES: &[&str] = &["postgres", "nobody"];

#[derive(Debug, PartialEq, Eq)]
pub(super) enum User {
    Oneself,
    Other { uid: u32, gid: u32 },
}

impl User {
    pub(super) fn find() -> Result<Self, Failure> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Oneself);
        }
        let mut entries = CANDIDATES.iter().filter_map(|name| entry_of(name));
        let (uid, gid) = entries.next().ok_or_else(|| {
            Failure(format!(
                "PostgreSQL refuses to run as root, and there is no user {}; make one of them, or run this as another \
                 user",
                CANDIDATES.join(" or ")
            ))
        })?;
        Ok(Self::Other { uid, gid })
    }

    /// A folder that nobody else looks into.
    pub(super) fn make_folder(&self, folder: &Path) -> Outcome {
        let make = || {
            fs::create_dir(folder)?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
            match self {
                Self::Oneself => Ok(()),
                Self::Other { uid, gid } => chown(folder, Some(*uid), Some(*gid)),
            }
        };
        make().map_err(|error| Failure(format!("cannot make {}: {error}", folder.display())))
    }

    /// The program, run as this user in a folder that it may enter. It is interrupted when the thread that starts it
    /// ends, however that happens.
    pub(super) fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = command("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Self::Other { uid, gid } = self {
            command.args(["--reuid", &uid.to_string(), "--regid", &gid.to_string()]);
            command.arg("--clear-groups");
        }
        command.arg("--").arg(program).current_dir(folder);
        // Its messages are read here.
        command.env("LC_ALL", "C").stdin(Stdio::null());
        command
    }
}

fn entry_of(name: &str) -> Option<(u32, u32)> {
    let told = command("getent").args(["passwd", name]).output().ok()?;
    ids(&String::from_utf8(told.stdout).ok()?)
}

/// The numbers of user and group in a line like `postgres:x:101:104:PostgreSQL administrator:/var/lib:/bin/bash`; root
/// is nobody whom it could become.
fn ids(entry: &str) -> Option<(u32, u32)> {
    let mut fields = entry.split(':').skip(2);
    let uid = fields.next()?.parse().ok().filter(|uid| *uid != 0)?;
    Some((uid, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_an_entry_are_read() {
        let entry =
            "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids(entry), Some((101, 104)));
        for other in [
            "",
            "postgres:x",
            "postgres:x:a:1:",
            "root:x:0:0:root:/root:/bin/bash",
        ] {
            assert_eq!(ids(other), None, "{other}");
        }
    }

    #[test]
    fn another_user_keeps_no_right_of_root() {
        let other = User::Other { uid: 101, gid: 104 };
        let command = other.command(Path::new("/opt/a b/postgres"), Path::new("/"));
        assert_eq!(
            crate::shell::line(&command),
            "LC_ALL=C setpriv --pdeathsig INT --reuid 101 --regid 104 --clear-groups -- '/opt/a b/postgres'"
        );
    }

    #[test]
    fn oneself_stays_who_one_is() {
        let command = User::Oneself.command(Path::new("/opt/postgres"), Path::new("/"));
        assert_eq!(
            crate::shell::line(&command),
            "LC_ALL=C setpriv --pdeathsig INT -- /opt/postgres"
        );
    }
}
