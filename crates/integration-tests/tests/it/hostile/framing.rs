//! Bytes that are no request at all.

use super::kind::{Kind, kind, noise, request, with_header};

pub(super) const KINDS: &[Kind] = &[
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
