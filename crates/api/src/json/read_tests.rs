//! Each kind of refusal, and that nothing of the text is lost.

use super::*;
use crate::error::Place;

fn refusals(body: &[u8]) -> Vec<(String, &'static str, String)> {
    let mut problems = Problems::default();
    read(body, &mut problems);
    let rows = problems
        .into_vec()
        .into_iter()
        .map(|problem| match problem.place {
            Place::Pointer(pointer) => (pointer, problem.code.as_str(), problem.message),
            other => panic!("{other:?}"),
        });
    rows.collect()
}

fn refusal(body: &[u8]) -> (String, &'static str, String) {
    let mut all = refusals(body);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn says(body: &[u8], pointer: &str, code: &str, message: &str) {
    assert_eq!(
        refusal(body),
        (pointer.to_owned(), code, message.to_owned())
    );
}

#[test]
fn every_value_keeps_its_text() {
    let body = br#" {"b":1.0, "a" : 1e2 ,"z":{"y":12345678901234567890.10 , "\u0061":[ 1,2 ]},"b2":"x\ty"} "#;
    let mut problems = Problems::default();
    let root = read(body, &mut problems).unwrap();
    assert!(problems.is_empty());
    assert_eq!(root.text, std::str::from_utf8(body).unwrap().trim());
    assert_eq!(root.member("b").unwrap().value.text, "1.0");
    assert_eq!(root.member("a").unwrap().value.text, "1e2");
    let z = &root.member("z").unwrap().value;
    assert_eq!(
        z.text,
        r#"{"y":12345678901234567890.10 , "\u0061":[ 1,2 ]}"#
    );
    assert_eq!(z.member("a").unwrap().key_text, r#""\u0061""#);
    assert_eq!((z.levels(10), z.keys()), (2, 2));
}

#[test]
fn an_empty_body_is_refused() {
    let message = "the body is empty; a JSON object is expected";
    says(b"", "", "required", message);
    says(b" \n", "", "required", message);
}

#[test]
fn invalid_utf8_is_refused_with_the_byte() {
    let message = "the body is not UTF-8: byte 3 does not belong to a character";
    says(b"{\"\xff\":1}", "", "invalid_utf8", message);
}

#[test]
fn malformed_json_is_refused_with_line_and_column() {
    let message = "the body is not JSON: expected `,` or `}`, at line 2, column 7";
    says(b"{\"a\": 1\n      \"b\": 2}", "", "malformed", message);
    let message = "the body is not JSON: the body ends inside an object, at line 1, column 7";
    says(b"{\"a\": 1", "", "malformed", message);
    for body in [
        "{\"a\":1}x",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "[1,]",
        "{\"a\":\"\u{1}\"}",
    ] {
        assert_eq!(refusal(body.as_bytes()).1, "malformed", "{body}");
    }
    assert!(
        refusal("\u{feff}{}".as_bytes())
            .2
            .contains("byte order mark")
    );
}

#[test]
fn a_key_that_comes_twice_is_refused_wherever_it_is() {
    says(
        br#"{"metadata":{"list":[{"a":1,"\u0061":2}]}}"#,
        "/metadata/list/0/a",
        "duplicate_key",
        "metadata.list[0] has the key \"a\" more than once",
    );
    let many: Vec<String> = (0..40)
        .map(|number| format!("\"k{}\":1", number % 39))
        .collect();
    assert_eq!(
        refusal(format!("{{{}}}", many.join(",")).as_bytes()).0,
        "/k0"
    );
}

#[test]
fn nul_characters_are_refused_in_texts_and_keys() {
    says(
        br#"{"a":["x\u0000"]}"#,
        "/a/0",
        "nul_character",
        "a[0] has the character U+0000, which is refused",
    );
    let (pointer, code, message) = refusal(br#"{"a":{"x\u0000":1}}"#);
    assert_eq!((pointer.as_str(), code), ("/a", "nul_character"));
    assert!(message.starts_with("a key of a has"));
    assert_eq!(refusal(b"{\"a\":\"\0\"}").1, "malformed");
    assert!(refusals(br#"{"a":"\\u0000"}"#).is_empty());
}

#[test]
fn lone_surrogates_are_refused_in_texts_and_keys() {
    assert_eq!(refusal(br#"{"a":"\ud800"}"#).0, "/a");
    assert_eq!(refusal(br#"{"a":"\udc00x"}"#).1, "lone_surrogate");
    assert_eq!(refusal(br#"{"a":{"\ud800\u0041":1}}"#).1, "lone_surrogate");
    assert!(refusals(br#"{"a":"\ud83d\ude00"}"#).is_empty());
}

#[test]
fn nesting_has_an_end() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(refusals(nested(LEVELS_MAX).as_bytes()).is_empty());
    let (pointer, code, _) = refusal(nested(LEVELS_MAX + 1).as_bytes());
    assert_eq!((pointer, code), ("/0".repeat(LEVELS_MAX), "too_deep"));
    assert_eq!(refusal(nested(30_000).as_bytes()).1, "too_deep");
}

#[test]
fn all_problems_come_together() {
    let codes: Vec<_> = refusals(br#"{"a":1,"a":{"b":"\u0000","c":"\udead"}}"#)
        .into_iter()
        .map(|(pointer, code, _)| format!("{pointer} {code}"))
        .collect();
    assert_eq!(
        codes,
        [
            "/a/b nul_character",
            "/a/c lone_surrogate",
            "/a duplicate_key"
        ]
    );
}

#[test]
fn a_hostile_body_makes_no_endless_answer() {
    let body = format!("[{}]", vec![r#""\u0000""#; 5_000].join(","));
    let all = refusals(body.as_bytes());
    assert_eq!(all.len(), 101);
    assert_eq!(
        all[100].2,
        "only the first 100 problems are listed; there are 4900 more"
    );
}
