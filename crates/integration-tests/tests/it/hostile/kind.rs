//! What a kind of hostile request is, and what requests are made of.

use integration_tests::Dice;

/// What the requests are about.
pub(super) struct Scene {
    /// The path of the event operation for a connection that exists.
    pub(super) events: String,
    /// A token that may write.
    pub(super) token: String,
    /// A token that may only read.
    pub(super) reader: String,
}

/// A kind of hostile request.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) statuses: &'static [u16],
    /// Whether errors come as RFC 6749 has them.
    pub(super) is_oauth: bool,
    /// Whether the caller hangs up before the end of its request.
    pub(super) breaks_off: bool,
    pub(super) request: fn(&Scene, &mut Dice) -> Vec<u8>,
}

pub(super) const fn kind(
    name: &'static str,
    statuses: &'static [u16],
    request: fn(&Scene, &mut Dice) -> Vec<u8>,
) -> Kind {
    Kind {
        name,
        statuses,
        is_oauth: false,
        breaks_off: false,
        request,
    }
}

pub(super) const fn oauth(
    name: &'static str,
    statuses: &'static [u16],
    request: fn(&Scene, &mut Dice) -> Vec<u8>,
) -> Kind {
    Kind {
        is_oauth: true,
        ..kind(name, statuses, request)
    }
}

pub(super) const fn breaking_off(
    name: &'static str,
    request: fn(&Scene, &mut Dice) -> Vec<u8>,
) -> Kind {
    Kind {
        breaks_off: true,
        ..kind(name, &[400], request)
    }
}

pub(super) const FINE: &str = "{\"status\":\"pending\",\"event\":\"never to be written\"}";
pub(super) const TOKEN: &str = "/v1/accounts/T11200000/auth/token";

/// An event with this text for the value of a member.
pub(super) fn with(member: &str, value: &str) -> String {
    let mut members = vec![
        ("status", "\"pending\""),
        ("event", "\"never to be written\""),
    ];
    members.retain(|(name, _)| *name != member);
    members.push((member, value));
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Bytes by chance that are no JSON.
pub(super) fn noise(dice: &mut Dice, most: usize) -> Vec<u8> {
    let length = 1 + dice.below(most);
    let mut bytes: Vec<u8> = (0..length)
        .map(|_| dice.number().to_le_bytes()[0])
        .collect();
    bytes.insert(0, b'<');
    bytes
}

pub(super) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

pub(super) fn body_lines(body: &str) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "application/json".to_owned()),
        ("content-length", body.len().to_string()),
    ]
}

pub(super) fn request(
    method: &str,
    target: &str,
    lines: &[(&str, String)],
    body: &[u8],
) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    for (name, value) in lines {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

pub(super) fn read(scene: &Scene, target: &str) -> Vec<u8> {
    request(
        "GET",
        target,
        &[("authorization", bearer(&scene.token))],
        b"",
    )
}

/// A report with a body of any bytes.
pub(super) fn event(scene: &Scene, body: &[u8]) -> Vec<u8> {
    typed(scene, "application/json", body)
}

pub(super) fn typed(scene: &Scene, media_type: &str, body: &[u8]) -> Vec<u8> {
    let lines = [
        ("authorization", bearer(&scene.token)),
        ("content-type", media_type.to_owned()),
        ("content-length", body.len().to_string()),
    ];
    request("POST", &scene.events, &lines, body)
}

pub(super) fn with_header(scene: &Scene, name: &str, value: &str) -> Vec<u8> {
    let mut lines = body_lines(FINE);
    lines.push(("authorization", bearer(&scene.token)));
    lines.push((name, value.to_owned()));
    request("POST", &scene.events, &lines, FINE.as_bytes())
}

/// The head of a report, with a token, a type and these headers.
pub(super) fn head(scene: &Scene, more: &[(&str, &str)]) -> Vec<u8> {
    let mut lines = vec![
        ("authorization", bearer(&scene.token)),
        ("content-type", "application/json".to_owned()),
    ];
    lines.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    request("POST", &scene.events, &lines, b"")
}

pub(super) fn chunked(scene: &Scene) -> Vec<u8> {
    head(scene, &[("transfer-encoding", "chunked")])
}
