//! Bodies of ill will.

use super::kind::{FINE, Kind, breaking_off, chunked, event, head, kind, noise, with};

pub(super) const KINDS: &[Kind] = &[
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
];
