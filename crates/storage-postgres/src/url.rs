//! The address of a database: which servers, who asks, and whether inside TLS.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

/// Where PostgreSQL listens when nothing else is said.
const PORT: u16 = 5432;

/// A connection URI as PostgreSQL has it (documentation of libpq, "Connection URIs"), with one or several servers:
/// `postgres://user:password@host1:5432,host2:5432/database?sslmode=verify-full`.
///
/// Shown without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    config: Config,
    tls: Tls,
    roots: Option<PathBuf>,
    hosts: Vec<HostAndPort>,
}

/// Whether the connection is inside TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Never.
    Off,
    /// Always, and the certificate is checked for the name of the host.
    Verified,
}

/// One of the servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostAndPort {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

/// The text is no address of a database.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PostgresUrlError {
    /// It begins otherwise.
    #[error(
        "the address of a PostgreSQL database begins with postgres:// or postgresql://, such as \
         postgres://kobling@db.example.com/kobling"
    )]
    Scheme,
    /// It cannot be read.
    #[error("the address of the database cannot be read: {0}")]
    Unreadable(String),
    /// It names no server.
    #[error("the address of the database names no server: postgres://user@HOST:5432/database")]
    NoHost,
    /// As many ports as servers, or one for all.
    #[error("the address of the database has {ports} ports for {hosts} servers")]
    Ports {
        /// Servers.
        hosts: usize,
        /// Ports.
        ports: usize,
    },
    /// A way to use TLS that there is not.
    #[error(
        "sslmode={0} is not supported: disable is without TLS, and verify-full (require means the same here) with a \
         certificate that is checked; sslrootcert=FILE names the authorities, else those of the system hold"
    )]
    SslMode(String),
}

impl FromStr for PostgresUrl {
    type Err = PostgresUrlError;

    fn from_str(text: &str) -> Result<Self, PostgresUrlError> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(PostgresUrlError::Scheme);
        }
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let mut given = Given::default();
        let mut others: Vec<&str> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => given.tls = Some(mode_of(mode)?),
                Some(("sslrootcert", path)) => {
                    let path = percent_decode_str(path).decode_utf8_lossy();
                    given.roots = Some(PathBuf::from(path.into_owned()));
                }
                _ => others.push(pair),
            }
        }
        given.has_attributes = others
            .iter()
            .any(|pair| pair.starts_with("target_session_attrs="));
        let plain = if others.is_empty() {
            address.to_owned()
        } else {
            format!("{address}?{}", others.join("&"))
        };
        let config: Config = plain
            .parse()
            .map_err(|error| PostgresUrlError::Unreadable(crate::error::told(&error)))?;
        Self::of(config, given)
    }
}

/// What was said beside what the client library reads.
#[derive(Default)]
struct Given {
    tls: Option<Tls>,
    roots: Option<PathBuf>,
    has_attributes: bool,
}

impl PostgresUrl {
    fn of(mut config: Config, given: Given) -> Result<Self, PostgresUrlError> {
        let hosts = hosts_of(&config)?;
        let is_local = hosts.iter().all(HostAndPort::is_local);
        let by_default = if is_local { Tls::Off } else { Tls::Verified };
        let tls = given.tls.unwrap_or(by_default);
        config.ssl_mode(match tls {
            Tls::Off => SslMode::Disable,
            Tls::Verified => SslMode::Require,
        });
        if !given.has_attributes && hosts.len() > 1 {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        Ok(Self {
            config,
            tls,
            roots: given.roots,
            hosts,
        })
    }

    /// The settings of a connection to one of the servers.
    pub(crate) fn config_of(&self, server: &HostAndPort) -> Config {
        let mut config = Config::new();
        if let Some(user) = self.config.get_user() {
            config.user(user);
        }
        if let Some(password) = self.config.get_password() {
            config.password(password);
        }
        if let Some(database) = self.config.get_dbname() {
            config.dbname(database);
        }
        if let Some(options) = self.config.get_options() {
            config.options(options);
        }
        if let Some(name) = self.config.get_application_name() {
            config.application_name(name);
        }
        config
            .ssl_mode(self.config.get_ssl_mode())
            .ssl_negotiation(self.config.get_ssl_negotiation())
            .channel_binding(self.config.get_channel_binding())
            .target_session_attrs(self.config.get_target_session_attrs())
            .port(server.port);
        match &server.host {
            Host::Tcp(host) => config.host(host),
            Host::Unix(folder) => config.host_path(folder),
        };
        config
    }

    /// The servers, in the order in which they were named.
    pub(crate) fn servers(&self) -> &[HostAndPort] {
        &self.hosts
    }

    pub(crate) fn tls(&self) -> Tls {
        self.tls
    }

    /// The file with the authorities whose certificates are trusted; those of the system where there is none.
    pub(crate) fn roots(&self) -> Option<&PathBuf> {
        self.roots.as_ref()
    }

    /// The same servers with another database.
    #[cfg(feature = "testing")]
    pub(crate) fn with_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.config.dbname(name);
        other
    }
}

impl HostAndPort {
    /// Whether nothing that is sent there leaves the machine.
    fn is_local(&self) -> bool {
        match &self.host {
            Host::Unix(_) => true,
            Host::Tcp(host) if host == "localhost" => true,
            Host::Tcp(host) => host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
        }
    }
}

impl fmt::Display for HostAndPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Tcp(host) => write!(f, "{host}:{}", self.port),
            Host::Unix(folder) => write!(f, "{}/.s.PGSQL.{}", folder.display(), self.port),
        }
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        let servers: Vec<String> = self.hosts.iter().map(HostAndPort::to_string).collect();
        f.write_str(&servers.join(","))?;
        match self.config.get_dbname() {
            Some(database) => write!(f, "/{database}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

fn mode_of(text: &str) -> Result<Tls, PostgresUrlError> {
    match text {
        "disable" => Ok(Tls::Off),
        "require" | "verify-full" => Ok(Tls::Verified),
        other => Err(PostgresUrlError::SslMode(other.to_owned())),
    }
}

fn hosts_of(config: &Config) -> Result<Vec<HostAndPort>, PostgresUrlError> {
    let (hosts, ports) = (config.get_hosts(), config.get_ports());
    if hosts.is_empty() {
        return Err(PostgresUrlError::NoHost);
    }
    if ports.len() > 1 && ports.len() != hosts.len() {
        return Err(PostgresUrlError::Ports {
            hosts: hosts.len(),
            ports: ports.len(),
        });
    }
    let port_of = |index: usize| {
        let own = ports.get(index).or(ports.first());
        own.copied().unwrap_or(PORT)
    };
    let each = hosts.iter().enumerate().map(|(index, host)| HostAndPort {
        host: host.clone(),
        port: port_of(index),
    });
    Ok(each.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PostgresUrl {
        text.parse().unwrap()
    }

    #[test]
    fn several_servers_are_named_and_shown_without_the_password() {
        let url = url("postgres://kobling:se%40cret@a.example:1,b.example:2/shop?sslmode=disable");
        assert_eq!(
            url.to_string(),
            "postgres://kobling@a.example:1,b.example:2/shop"
        );
        assert!(!format!("{url:?}").contains("cret"));
        let second = url.config_of(url.servers().get(1).unwrap());
        assert_eq!(second.get_password(), Some("se@cret".as_bytes()));
        assert_eq!(second.get_ports(), [2]);
        let attributes = second.get_target_session_attrs();
        assert_eq!(attributes, TargetSessionAttrs::ReadWrite);
    }

    #[test]
    fn what_leaves_the_machine_is_inside_tls_unless_it_is_said_otherwise() {
        for (text, tls) in [
            ("postgres://localhost/k", Tls::Off),
            ("postgres://127.0.0.1/k", Tls::Off),
            ("postgres://[::1]/k", Tls::Off),
            ("postgresql://kobling@%2Frun%2Fpostgresql/k", Tls::Off),
            ("postgres://db.example/k", Tls::Verified),
            ("postgres://127.0.0.1,db.example/k", Tls::Verified),
            ("postgres://db.example/k?sslmode=disable", Tls::Off),
            ("postgres://127.0.0.1/k?sslmode=require", Tls::Verified),
        ] {
            assert_eq!(url(text).tls(), tls, "{text}");
        }
    }

    #[test]
    fn the_authorities_may_be_in_a_file() {
        let url = url("postgres://db.example/k?sslrootcert=%2Fetc%2Fa%20b.pem&connect_timeout=3");
        assert_eq!(url.roots(), Some(&PathBuf::from("/etc/a b.pem")));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("mysql://a/b", "begins with postgres://"),
            ("postgres:///k", "names no server"),
            ("postgres://a:1,b:2,c/k?port=3,4", "ports"),
            ("postgres://a/k?sslmode=prefer", "sslmode=prefer"),
            ("postgres://a/k?colour=red", "colour"),
        ] {
            let error = text.parse::<PostgresUrl>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
