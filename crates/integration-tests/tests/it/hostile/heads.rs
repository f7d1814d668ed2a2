//! Addresses, headers and credentials of ill will.

use super::kind::{
    FINE, Kind, TOKEN, bearer, body_lines, kind, oauth, read, request, typed, with_header,
};

pub(super) const KINDS: &[Kind] = &[
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
];
