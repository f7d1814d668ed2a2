//! The kinds of hostile requests. Each makes the bytes of a request, other ones each time.

use integration_tests::Dice;

/// What the requests are about.
pub(crate) struct Scene {
    /// The path of the event operation for a connection that exists.
    pub(crate) events: String,
    /// A token that may write.
    pub(crate) token: String,
    /// A token that may only read.
    pub(crate) reader: String,
}

/// A kind of hostile request.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) statuses: &'static [u16],
    /// Whether errors come as RFC 6749 has them.
    pub(crate) is_oauth: bool,
    /// Whether the caller hangs up before the end of its request.
    pub(crate) breaks_off: bool,
    pub(crate) request: fn(&Scene, &mut Dice) -> Vec<u8>,
}

const fn kind(
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

const fn oauth(
    name: &'static str,
    statuses: &'static [u16],
    request: fn(&Scene, &mut Dice) -> Vec<u8>,
) -> Kind {
    Kind {
        is_oauth: true,
        ..kind(name, statuses, request)
    }
}

const fn breaking_off(name: &'static str, request: fn(&Scene, &mut Dice) -> Vec<u8>) -> Kind {
    Kind {
        breaks_off: true,
        ..kind(name, &[400], request)
    }
}

pub(crate) const KINDS: &[Kind] = &[
    kind("JSON that breaks off", &[400], |scene, dice| {
        let length = 1 + dice.below(FINE.len() - 1);
        event(scene, &FINE.as_bytes()[..length])
    }),
    kind("JSON with bytes changed", &[400], |scene, dice| {
        let mut body = FINE.as_bytes().to_vec();
        let at = [0, 1, 8, 9, body.len() - 1][dice.below(5)];
        body[at] = *dice.pick(b"\x00\x01\x1f,;'\\[");
        event(scene, &body)
    }),
    kind("noise for a body", &[400], |scene, dice| {
        event(scene, &noise(dice, 2_000))
    }),
    kind("values of the wrong type", &[400], |scene, dice| {
        let value = dice.pick(&["0", "true", "[]", "{}", "[null]", "1e999", "-0.0"]);
        let member = dice.pick(&["status", "event", "description"]);
        event(scene, with(member, value).as_bytes())
    }),
    kind("metadata of the wrong type", &[400], |scene, dice| {
        let value = dice.pick(&["0", "true", "[]", "\"\"", "[{}]", "false"]);
        event(scene, with("metadata", value).as_bytes())
    }),
    kind("a key twice", &[400], |scene, dice| {
        let key = dice.pick(&["status", "event", "metadata", "x", ""]);
        let body = with("metadata", &format!("{{\"{key}\":1,\"b\":2,\"{key}\":1}}"));
        event(scene, body.as_bytes())
    }),
    kind("a NUL", &[400], |scene, dice| {
        let value = dice.pick(&[
            "{\"a\":\"\\u0000\"}",
            "{\"\\u0000\":1}",
            "{\"a\":[[\"x\\u0000\"]]}",
        ]);
        event(scene, with("metadata", value).as_bytes())
    }),
    kind("half a surrogate pair", &[400], |scene, dice| {
        let half = 0xd800 + dice.below(0x800);
        event(scene, with("event", &format!("\"\\u{half:x}\"")).as_bytes())
    }),
    kind("bytes that are no UTF-8", &[400], |scene, dice| {
        let choices: [&[u8]; 5] = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf8", b"\xe2\x82"];
        let bad = *dice.pick(&choices);
        let body = [b"{\"status\":\"pending\",\"event\":\"", bad, b"\"}"].concat();
        event(scene, &body)
    }),
    kind("deep nesting", &[400], |scene, dice| {
        let levels = 33 + dice.below(10_000);
        let (open, close) = *dice.pick(&[("[", "]"), ("{\"a\":", "}")]);
        let inner = format!("{}{}{}", open.repeat(levels), "1", close.repeat(levels));
        event(
            scene,
            with("metadata", &format!("{{\"a\":{inner}}}")).as_bytes(),
        )
    }),
    kind("nesting that never ends", &[400, 413], |scene, dice| {
        event(
            scene,
            dice.pick(&["[", "{\"a\":", "{\"metadata\":["])
                .repeat(12_000)
                .as_bytes(),
        )
    }),
    kind("huge keys", &[400], |scene, dice| {
        let key = "k".repeat(10_000 + dice.below(20_000));
        let body = with(
            "metadata",
            &format!("{{\"{key}\":1,\"{key}\":[\"\\ud800\"]}}"),
        );
        event(scene, body.as_bytes())
    }),
    kind("many keys", &[400], |scene, dice| {
        let count = 257 + dice.below(2_000);
        let keys: Vec<String> = (0..count)
            .map(|number| format!("\"{number}\":{{}}"))
            .collect();
        event(
            scene,
            with("metadata", &format!("{{{}}}", keys.join(","))).as_bytes(),
        )
    }),
    kind("a long text", &[400], |scene, dice| {
        let text = "x".repeat(1_001 + dice.below(20_000));
        let member = dice.pick(&["event", "description"]);
        event(scene, with(member, &format!("\"{text}\"")).as_bytes())
    }),
    kind("a body that is too large", &[413], |scene, dice| {
        event(scene, &vec![b' '; 65_537 + dice.below(100_000)])
    }),
    kind("a length that is too large", &[413], |scene, dice| {
        let length = 65_537 + dice.below(1 << 40);
        let head = head(scene, &[("content-length", &length.to_string())]);
        [head, b"{".to_vec()].concat()
    }),
    kind("chunks that are too many", &[413], |scene, dice| {
        let size = 1_000 + dice.below(9_000);
        let chunk = format!("{size:x}\r\n{}\r\n", " ".repeat(size));
        let chunks = chunk.repeat(65_536 / size + 1);
        [chunked(scene), chunks.into_bytes(), b"0\r\n\r\n".to_vec()].concat()
    }),
    breaking_off("chunks of nonsense", |scene, dice| {
        let bad = dice.pick(&[
            "zz\r\n{}\r\n0\r\n\r\n",
            "-1\r\n\r\n",
            "5\r\n{}\r\n0\r\n\r\n",
            "fffffffffffffffff\r\n",
            "\r\n\r\n",
        ]);
        [chunked(scene), bad.as_bytes().to_vec()].concat()
    }),
    breaking_off("chunks that break off", |scene, dice| {
        let body = format!("{:x}\r\n{FINE}\r\n0\r\n\r\n", FINE.len());
        let length = dice.below(body.len() - 4);
        [chunked(scene), body.as_bytes()[..length].to_vec()].concat()
    }),
    breaking_off("a body that breaks off", |scene, dice| {
        let length = (FINE.len() + 1 + dice.below(1_000)).to_string();
        [
            head(scene, &[("content-length", &length)]),
            FINE.as_bytes().to_vec(),
        ]
        .concat()
    }),
    kind("another content type", &[415], |scene, dice| {
        let media_type = dice.pick(&[
            "text/json",
            "application/xml",
            "json",
            "",
            ";",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "\u{e9}",
        ]);
        typed(scene, media_type, FINE.as_bytes())
    }),
    kind("no content type", &[415], |scene, _| {
        let length = FINE.len().to_string();
        let lines = [
            ("authorization", bearer(&scene.token)),
            ("content-length", length),
        ];
        request("POST", &scene.events, &lines, FINE.as_bytes())
    }),
    kind("no token", &[401], |scene, _| {
        request("POST", &scene.events, &body_lines(FINE), FINE.as_bytes())
    }),
    kind("garbage for a token", &[401], |scene, dice| {
        let garbage = dice.pick(&[
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Basic YTpi",
            "Bearer ....",
            "bearer null",
            "\u{e9}",
            "Bearer eyJhbGciOiJub25lIn0.e30.",
        ]);
        let mut lines = body_lines(FINE);
        lines.push(("authorization", (*garbage).to_owned()));
        request("POST", &scene.events, &lines, FINE.as_bytes())
    }),
    kind("a token with a letter changed", &[401], |scene, dice| {
        let mut token = scene.token.clone().into_bytes();
        let at = dice.below(token.len() - 2);
        token[at] = if token[at] == b'A' { b'B' } else { b'A' };
        let mut lines = body_lines(FINE);
        lines.push(("authorization", bearer(&String::from_utf8(token).unwrap())));
        request("POST", &scene.events, &lines, FINE.as_bytes())
    }),
    kind("two tokens", &[401], |scene, _| {
        let mut lines = body_lines(FINE);
        lines.push(("authorization", bearer(&scene.token)));
        lines.push(("authorization", bearer(&scene.reader)));
        request("POST", &scene.events, &lines, FINE.as_bytes())
    }),
    kind("a token that may only read", &[403], |scene, _| {
        let mut lines = body_lines(FINE);
        lines.push(("authorization", bearer(&scene.reader)));
        request("POST", &scene.events, &lines, FINE.as_bytes())
    }),
    kind("bad escapes in the path", &[400], |scene, dice| {
        let bad = dice.pick(&["%", "%zz", "%ff", "%00", "%2e%2e", "%c3%28", "%2F", "%25"]);
        read(scene, &format!("/v1/accounts/T112{bad}/log"))
    }),
    kind("ids of another form", &[400], |scene, dice| {
        let id = dice.pick(&[
            "T1120000",
            "T112000011",
            "t11200001",
            "11200001",
            "T-1200001",
            "T1120000a",
        ]);
        read(
            scene,
            &format!("/v1/accounts/T112/management/accounts/{id}/connections"),
        )
    }),
    kind("unknown paths", &[404], |scene, dice| {
        let path = dice.pick(&[
            "/",
            "/v1",
            "/v1/",
            "//",
            "/v1/accounts/T112/log/",
            "/v1/../etc/passwd",
            "/.git/config",
            "/v2/accounts/T112/log",
            "/v1/accounts",
            "/%00",
        ]);
        read(scene, path)
    }),
    kind("unknown methods", &[405], |scene, dice| {
        let method = dice.pick(&["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW", "get"]);
        request(
            method,
            &scene.events,
            &[("authorization", bearer(&scene.token))],
            b"",
        )
    }),
    kind("bad conditions", &[400], |scene, dice| {
        let tag = dice.pick(&[
            "1",
            "\"1",
            "\"",
            ",",
            "\"1\",,\"2\"",
            "**",
            "w/\"1\"",
            "\"a b\"",
        ]);
        with_header(scene, "if-match", tag)
    }),
    kind("stale conditions", &[412], |scene, dice| {
        let tag = dice.pick(&[
            "\"99\"",
            "W/\"1\"",
            "\"01\"",
            "\"18446744073709551616\"",
            "\"\"",
        ]);
        with_header(scene, "if-match", tag)
    }),
    kind("bad idempotency keys", &[400], |scene, dice| {
        let long = "k".repeat(256 + dice.below(2_000));
        let key = dice
            .pick(&["", " ", "a b", "\u{e9}", "a\tb", &long])
            .to_string();
        with_header(scene, "idempotency-key", &key)
    }),
    kind("bad pages", &[400], |scene, dice| {
        let query = dice.pick(&[
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=99999999999999999999",
            "limit=1&limit=2",
            "limit=%ff",
            "limit=1e1",
            "order=",
            "order=up",
            "order[]=asc",
        ]);
        let query = if *query == "order[]=asc" {
            "limit=-1"
        } else {
            query
        };
        read(scene, &format!("{}?{query}", scene.events))
    }),
    kind("bad places to go on from", &[400], |scene, dice| {
        let token = dice.pick(&[
            "",
            "1",
            "T11200001",
            "ZTE=",
            "%00",
            "ZQ",
            "ZS0x",
            "YTE",
            "ZTE5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
        ]);
        read(scene, &format!("{}?starting_after={token}", scene.events))
    }),
    kind("a very long address", &[414], |scene, dice| {
        let filler = "x".repeat(8_200 + dice.below(20_000));
        let path = dice.pick(&["/v1/accounts/T112/log?after=0&x=", "/", "/v1/accounts/"]);
        read(scene, &format!("{path}{filler}"))
    }),
    kind("very long headers", &[431], |scene, dice| {
        let value = "x".repeat(32_768 + dice.below(50_000));
        with_header(scene, "x-filler", &value)
    }),
    kind("very many headers", &[431], |scene, dice| {
        let value = "x".repeat(600 + dice.below(400));
        let names: Vec<String> = (0..80).map(|number| format!("x-{number}")).collect();
        let lines: Vec<(&str, String)> = names
            .iter()
            .map(|name| (name.as_str(), value.clone()))
            .collect();
        request("GET", &scene.events, &lines, b"")
    }),
    oauth("bad forms for a token", &[400, 401], |_, dice| {
        let form = dice.pick(&[
            "",
            "grant_type=",
            "grant_type=password",
            "grant_type=client_credentials&grant_type=client_credentials",
            "grant_type=client_credentials&scope=no:such",
            "grant_type=client_credentials",
            "grant_type=client_credentials&client_id=a&client_secret=b",
            "%ff=%ff",
            "\u{0}=1",
        ]);
        let lines = [
            (
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
            ("content-length", form.len().to_string()),
        ];
        request("POST", TOKEN, &lines, form.as_bytes())
    }),
    kind("bad credentials", &[401], |_, dice| {
        let value = dice.pick(&[
            "Basic",
            "Basic ****",
            "Basic YQ==",
            "Basic /w==",
            "Basic Og==",
            "Basic YTpi",
            "Digest x",
            "Bearer x",
        ]);
        let body = "{\"grant_type\":\"client_credentials\",\"audience\":\"https://a/v1/accounts/T11200000\"}";
        let mut lines = body_lines(body);
        lines.push(("authorization", (*value).to_owned()));
        request("POST", TOKEN, &lines, body.as_bytes())
    }),
    kind("accounts with much missing", &[400], |scene, dice| {
        let body = dice.pick(&[
            "{}",
            "{\"company\":null}",
            "{\"applicant\":[]}",
            "{\"billing\":{\"address\":{}}}",
            "{\"company\":{\"website\":7}}",
        ]);
        let mut lines = body_lines(body);
        lines.push(("authorization", bearer(&scene.token)));
        request(
            "POST",
            "/v1/accounts/T112/management/accounts",
            &lines,
            body.as_bytes(),
        )
    }),
    kind("bytes that are no HTTP", &[400], |_, dice| {
        let mut bytes = noise(dice, 300);
        bytes.insert(0, 0);
        bytes.extend(b"\r\n\r\n");
        bytes
    }),
    kind(
        "an HTTP version that is none",
        &[400, 505],
        |scene, dice| {
            let version = dice.pick(&["HTTP/9.9", "HTTP/1", "HTTX/1.1", "http/1.1"]);
            format!("GET {} {version}\r\nhost: x\r\n\r\n", scene.events).into_bytes()
        },
    ),
    kind("a header line without a colon", &[400], |scene, _| {
        format!(
            "GET {} HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n",
            scene.events
        )
        .into_bytes()
    }),
    kind("a header name with a space", &[400], |scene, _| {
        format!("GET {} HTTP/1.1\r\nhost: x\r\nx y: 1\r\n\r\n", scene.events).into_bytes()
    }),
    kind("a line break in a header", &[400], |scene, _| {
        format!(
            "GET {} HTTP/1.1\r\nhost: x\r\nx: 1\r2\r\n\r\n",
            scene.events
        )
        .into_bytes()
    }),
    kind("spaces in the target", &[400], |_, _| {
        b"GET /v1/accounts/T112 /log HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()
    }),
    kind("two lengths", &[400], |scene, _| {
        let lines = [
            ("content-length", "5".to_owned()),
            ("content-length", "6".to_owned()),
        ];
        request("POST", &scene.events, &lines, b"{}    ")
    }),
    kind("a negative content-length", &[400], |scene, dice| {
        let length = dice.pick(&["-1", "0x10", "1.5", "99999999999999999999999", "+5"]);
        request(
            "POST",
            &scene.events,
            &[("content-length", (*length).to_owned())],
            b"{}",
        )
    }),
    kind("headers beyond what is read", &[431], |scene, dice| {
        let value = "x".repeat(270_000 + dice.below(50_000));
        with_header(scene, "x-filler", &value)
    }),
];

const FINE: &str = "{\"status\":\"pending\",\"event\":\"never to be written\"}";
const TOKEN: &str = "/v1/accounts/T11200000/auth/token";

/// An event with this text for the value of a member.
fn with(member: &str, value: &str) -> String {
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
fn noise(dice: &mut Dice, most: usize) -> Vec<u8> {
    let length = 1 + dice.below(most);
    let mut bytes: Vec<u8> = (0..length).map(|_| dice.next().to_le_bytes()[0]).collect();
    bytes.insert(0, b'<');
    bytes
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn body_lines(body: &str) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "application/json".to_owned()),
        ("content-length", body.len().to_string()),
    ]
}

fn request(method: &str, target: &str, lines: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    for (name, value) in lines {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

fn read(scene: &Scene, target: &str) -> Vec<u8> {
    request(
        "GET",
        target,
        &[("authorization", bearer(&scene.token))],
        b"",
    )
}

/// A report with a body of any bytes.
fn event(scene: &Scene, body: &[u8]) -> Vec<u8> {
    typed(scene, "application/json", body)
}

fn typed(scene: &Scene, media_type: &str, body: &[u8]) -> Vec<u8> {
    let lines = [
        ("authorization", bearer(&scene.token)),
        ("content-type", media_type.to_owned()),
        ("content-length", body.len().to_string()),
    ];
    request("POST", &scene.events, &lines, body)
}

fn with_header(scene: &Scene, name: &str, value: &str) -> Vec<u8> {
    let mut lines = body_lines(FINE);
    lines.push(("authorization", bearer(&scene.token)));
    lines.push((name, value.to_owned()));
    request("POST", &scene.events, &lines, FINE.as_bytes())
}

/// The head of a report, with a token, a type and these headers.
fn head(scene: &Scene, more: &[(&str, &str)]) -> Vec<u8> {
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

fn chunked(scene: &Scene) -> Vec<u8> {
    head(scene, &[("transfer-encoding", "chunked")])
}
