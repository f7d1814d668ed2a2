//! What `wrk` asks for: random accounts of random partners, each with its partner's token.

use std::path::Path;

use super::over::Over;
use super::store::{Client, Node};
use crate::failure::Result;
use crate::installation::CONNECTIONS;
use crate::wrk::{self, Sample, quoted};

const STATUSES: [&str; 4] = ["pending", "enabled", "failed", "declined"];

/// Requests as `{method} {path of a partner}{account}{middle}{its token}{end}`.
#[derive(Debug)]
pub(super) struct Load {
    method: &'static str,
    /// Pairs of middle and end.
    tails: Vec<(String, String)>,
}

impl Load {
    /// Events with the full body of the published page.
    pub(super) fn events() -> Self {
        let tails = names().flat_map(|connection| {
            STATUSES.map(|status| {
                let body = format!(
                    r#"{{"status": "{status}", "event": "signature_required", "description": "Vipps awaiting signature", "metadata": {{"signature_link": "https://sig.example.com/K34K244"}}}}"#
                );
                let length = body.len();
                let middle = format!(
                    "/connections/{connection}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                     Content-Type: application/json\r\nContent-Length: {length}\r\n"
                );
                (middle, format!("\r\n{body}"))
            })
        });
        Self {
            method: "POST",
            tails: tails.collect(),
        }
    }

    /// Connections with their events.
    pub(super) fn reads() -> Self {
        let tails = names().map(|connection| {
            let middle = format!("/connections/{connection} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
            (middle, "\r\n".to_owned())
        });
        Self {
            method: "GET",
            tails: tails.collect(),
        }
    }

    /// Asks the nodes, each from a thread of `wrk` of its own where there are several.
    pub(super) fn run(
        &self,
        (clients, accounts): (&[Client], u32),
        nodes: &[&Node],
        scratch: &Path,
        connections: usize,
        seconds: u64,
    ) -> Result<Sample> {
        let script = self.script(clients, accounts, nodes, connections);
        let port = nodes.first().map_or(0, |node| node.process.port);
        wrk::run_script(&script, scratch, port, connections, seconds)
    }

    fn script(
        &self,
        clients: &[Client],
        accounts: u32,
        nodes: &[&Node],
        connections: usize,
    ) -> String {
        let clients = clients.iter().map(|client| {
            let (method, partner) = (self.method, client.partner);
            let owner = partner.own_account();
            let head = format!("{method} /v1/accounts/{owner}/management/accounts/{partner}");
            format!("{{{}, {}}}", quoted(&head), quoted(&client.authorization))
        });
        let tails = self
            .tails
            .iter()
            .map(|(middle, end)| format!("{{{}, {}}}", quoted(middle), quoted(end)));
        let ports = nodes
            .iter()
            .map(|node| format!("\"{}\"", node.process.port));
        format!(
            "local clients = {{{}}}\nlocal tails = {{{}}}\nlocal ports = {{{}}}\nlocal accounts, connections = {accounts}, {connections}\n{SCRIPT}{DONE}",
            clients.collect::<Vec<_>>().join(",\n"),
            tails.collect::<Vec<_>>().join(",\n"),
            ports.collect::<Vec<_>>().join(", "),
        )
    }
}

/// Accounts of each partner, for [`Load::run`].
pub(super) fn whose(over: Over, clients: &[Client], accounts: u32) -> (&[Client], u32) {
    (clients, over.accounts_each(accounts))
}

/// The connections that every account has, once each.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CONNECTIONS.into_iter().filter(|name| !name.contains('.'))
}

const SCRIPT: &str = r#"
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
  local port = ports[(threads - 1) % #ports + 1]
  thread.addr = wrk.lookup("127.0.0.1", port)[1]
end
function init()
  math.randomseed(os.time() * 16 + number)
end
local random, format = math.random, string.format
function request()
  local client, tail = clients[random(#clients)], tails[random(#tails)]
  return client[1] .. format("%05d", random(accounts)) .. tail[1] .. client[2] .. tail[2]
end
"#;

/// The times as they were, which is what `pgbench` says too. When it ends, `wrk` adds to each time that is longer than twice
/// the mean time between requests of a connection those of requests that would have been sent meanwhile: one answer that took
/// 400 ms becomes hundreds, from 400 ms down. Here they are taken away again, from the longest time on, and what is left must
/// be as many as there were requests. Source: `stats_correct` of wrk 4.1.0.
const DONE: &str = r#"
function done(summary, latency)
  local times, counts, each = {}, {}, math.huge
  for i = 1, #latency do
    local time, count = latency(i)
    times[i], counts[time] = time, count
  end
  local longest, total = times[#times], 0
  if summary.requests >= connections then
    each = math.floor(summary.duration / math.floor(summary.requests / connections))
  end
  for i = #times, 1, -1 do
    local time = times[i]
    if time > each then
      for longer = time + each, longest, each do
        counts[time] = counts[time] - (counts[longer] or 0)
      end
    end
    total = total + counts[time]
  end
  local function percentile(percent)
    local seen = 0
    for _, time in ipairs(times) do
      seen = seen + counts[time]
      if seen * 100 >= total * percent then return time end
    end
  end
  if total ~= summary.requests then
    print(format("wrk has %d times for %d requests", total, summary.requests))
    return
  end
  print(format("sample %d %d %d %d %d", summary.duration, summary.requests,
    percentile(50), percentile(99), longest))
end
"#;
