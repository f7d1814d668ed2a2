//! Each refusal of the check, all of them at once, and what is read from a body that passes.

use super::*;
use crate::error::Place;
use crate::shape::Rule;

static ADDRESS: Object = Object::named(
    "TestAddress",
    "",
    &[&[
        Field::required("country", Kind::text(2)),
        Field::optional("place", Kind::TEXT),
        Field::read_only("since", Kind::DATE_TIME),
    ]],
);

static FIRST: &[Field] = &[
    Field::required("status", Kind::OneOf(&["pending", "enabled"])),
    Field::required("event", Kind::Text(Text::between(1, 8))),
    Field::read_only("id", Kind::TEXT),
];

static SECOND: &[Field] = &[
    Field::optional("metadata", Kind::Free),
    Field::optional("address", Kind::Object(&ADDRESS)),
    Field::optional(
        "addresses",
        Kind::List(&List {
            of: Kind::Object(&ADDRESS),
            min: 0,
            max: 2,
        }),
    ),
    Field::optional(
        "callbacks",
        Kind::List(&List {
            of: Kind::URI,
            min: 0,
            max: 3,
        }),
    ),
    Field::optional("count", Kind::Integer { min: 1, max: 100 }),
    Field::optional("ratio", Kind::Number),
    Field::optional("active", Kind::Boolean),
    Field::optional("at", Kind::DATE_TIME),
    Field::optional("claims", Kind::Map(&Kind::TEXT)),
    Field::optional("account", Kind::Text(Text::at_most(9).rule(ACCOUNT))),
];

const ACCOUNT: Rule = Rule {
    regex: Some(r"^[PT]{1}\d{8}$"),
    holds: |text| text.parse::<u64>().is_err() && text.len() == 9,
    words: "T or P and 8 digits",
};

static SAMPLE: Object = Object::named("TestSample", "", &[FIRST, SECOND]);

fn refusals(body: &str, strictness: Strictness) -> Vec<String> {
    let problems = match check(&SAMPLE, body.as_bytes(), strictness) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    };
    let rows = problems.into_iter().map(|problem| match problem.place {
        Place::Pointer(pointer) => {
            format!("{pointer} {}: {}", problem.code.as_str(), problem.message)
        }
        other => panic!("{other:?}"),
    });
    rows.collect()
}

/// What is wrong with a body that has the required fields and this.
fn with(members: &str) -> Vec<String> {
    let body = format!(r#"{{"status":"pending","event":"x",{members}}}"#);
    refusals(&body, Strictness::Lenient)
}

#[test]
fn what_is_required_must_be_there() {
    let expected = [
        "/status required: status is required; allowed are pending, enabled",
        "/event required: event is required",
    ];
    assert_eq!(refusals("{}", Strictness::Lenient), expected);
    let nulls = refusals(
        r#"{"status":null,"event":null,"metadata":null}"#,
        Strictness::Lenient,
    );
    assert_eq!(
        nulls[0],
        "/status required: status is null, but required; allowed are pending, enabled"
    );
    assert_eq!(nulls.len(), 2);
    assert_eq!(
        with(r#""address":{}"#),
        ["/address/country required: address.country is required"]
    );
}

#[test]
fn types_are_checked() {
    assert_eq!(
        refusals("[]", Strictness::Lenient),
        [" wrong_type: the body is a list; an object is expected"]
    );
    let cases = [
        (
            r#""metadata":"x""#,
            "/metadata wrong_type: metadata is a text; an object is expected",
        ),
        (
            r#""count":"5""#,
            "/count wrong_type: count is a text; a whole number is expected",
        ),
        (
            r#""count":1.5"#,
            "/count wrong_type: count is 1.5; a whole number is expected",
        ),
        (
            r#""ratio":true"#,
            "/ratio wrong_type: ratio is a boolean; a number is expected",
        ),
        (
            r#""active":1"#,
            "/active wrong_type: active is a number; true or false is expected",
        ),
        (
            r#""callbacks":{}"#,
            "/callbacks wrong_type: callbacks is an object; a list is expected",
        ),
        (
            r#""callbacks":[null]"#,
            "/callbacks/0 wrong_type: callbacks[0] is null; a text is expected",
        ),
        (
            r#""claims":{"a":1}"#,
            "/claims/a wrong_type: claims.a is a number; a text is expected",
        ),
    ];
    for (members, expected) in cases {
        assert_eq!(with(members), [expected]);
    }
    assert_eq!(
        refusals(r#"{"status":1,"event":"x"}"#, Strictness::Lenient),
        ["/status wrong_type: status is a number; allowed are pending, enabled"]
    );
}

#[test]
fn values_are_checked() {
    let cases = [
        (
            r#""count":0"#,
            "/count out_of_range: count is 0; 1 to 100 is allowed",
        ),
        (
            r#""count":1e3"#,
            "/count out_of_range: count is 1e3; 1 to 100 is allowed",
        ),
        (
            r#""callbacks":["a:b","a:b","a:b","a:b"]"#,
            "/callbacks too_many_items: callbacks has 4 items; at most 3 are allowed",
        ),
        (
            r#""at":"yesterday""#,
            "/at pattern: at is \"yesterday\"; it must be a date-time such as 2023-11-07T05:31:56Z",
        ),
        (
            r#""account":"X1""#,
            "/account pattern: account is \"X1\"; it must be T or P and 8 digits",
        ),
        (
            r#""addresses":[{"country":"NO"},{"country":"Norway"}]"#,
            "/addresses/1/country too_long: addresses[1].country has 6 characters; at most 2 are allowed",
        ),
    ];
    for (members, expected) in cases {
        assert_eq!(with(members), [expected]);
    }
    let expected = [
        "/status not_allowed: status is \"done\"; allowed are pending, enabled",
        "/event too_short: event is empty; at least 1 character is needed",
    ];
    assert_eq!(
        refusals(r#"{"status":"done","event":""}"#, Strictness::Lenient),
        expected
    );
    assert!(with(r#""count":1.0e2,"ratio":-1.5e-3,"active":false"#).is_empty());
}

#[test]
fn lengths_count_characters() {
    assert!(
        refusals(
            r#"{"status":"pending","event":"éééééééé"}"#,
            Strictness::Lenient
        )
        .is_empty()
    );
    assert_eq!(
        refusals(
            r#"{"status":"pending","event":"ééééééééé"}"#,
            Strictness::Lenient
        ),
        ["/event too_long: event has 9 characters; at most 8 are allowed"]
    );
}

#[test]
fn a_free_object_is_at_most_32_deep_and_has_256_keys() {
    let nested = |levels: usize| {
        let inner = levels - 1;
        format!(
            "\"metadata\":{}{{}}{}",
            r#"{"a":"#.repeat(inner),
            "}".repeat(inner)
        )
    };
    assert!(with(&nested(32)).is_empty());
    let message =
        "/metadata too_deep: metadata is nested deeper than the 32 levels that are allowed";
    assert_eq!(with(&nested(33)), [message]);
    assert!(with(&nested(80)).contains(&message.to_owned()));

    let keys = |count: usize| {
        let inner: Vec<_> = (1..count)
            .map(|number| format!("\"k{number}\":1"))
            .collect();
        format!("\"metadata\":{{\"list\":[{{{}}}]}}", inner.join(","))
    };
    assert!(with(&keys(256)).is_empty());
    let message = "/metadata too_many_keys: metadata has 257 keys in all levels together; \
                   at most 256 are allowed";
    assert_eq!(with(&keys(257)), [message]);
}

#[test]
fn unknown_members_are_ignored_or_refused() {
    let body = r#"{"status":"pending","event":"x","id":"mine","colour":"red","address":{"country":"NO","x":1}}"#;
    assert!(refusals(body, Strictness::Lenient).is_empty());
    let found = refusals(body, Strictness::Strict);
    assert_eq!(
        found[0],
        "/address/x unknown_member: address.x is not known here; known are country, place"
    );
    assert!(
        found[1].starts_with("/colour unknown_member: colour is not known here; known are status")
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn everything_is_told_at_once() {
    let body = r#"{"status":"done","metadata":{"a":1,"a":"\u0000"},"count":0,"address":{"country":"\ud800"}}"#;
    let codes: Vec<_> = refusals(body, Strictness::Strict)
        .iter()
        .map(|row| row.split(':').next().unwrap().to_owned())
        .collect();
    let expected = [
        "/metadata/a nul_character",
        "/metadata/a duplicate_key",
        "/address/country lone_surrogate",
        "/status not_allowed",
        "/event required",
        "/count out_of_range",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn free_objects_come_back_byte_for_byte() {
    let metadata = r#"{"b":1.0,"a":1e2,"z":{"y":12345678901234567890.10}}"#;
    let body = format!(r#"{{"metadata" : {metadata} ,"status":"pending","event":"a\u0062\n"}}"#);
    let checked = check(&SAMPLE, body.as_bytes(), Strictness::Strict).unwrap();
    assert_eq!(checked.raw("metadata"), Some(metadata));
    assert_eq!(checked.text("event"), "ab\n");
    assert_eq!(checked.raw("event"), Some(r#""a\u0062\n""#));
    assert_eq!(
        checked.writable_text(),
        format!(r#"{{"metadata":{metadata},"status":"pending","event":"a\u0062\n"}}"#)
    );
}

#[test]
fn only_what_may_be_written_is_seen() {
    let body = r#"{"id":"mine","event":"x","status":"enabled","count":10.0,"active":null,
        "address":{"since":"never","place":null,"country":"NO","x":{}},"callbacks":["a:b" , "c:d"],
        "addresses":[{"country":"SE","since":1}]}"#;
    let checked = check(&SAMPLE, body.as_bytes(), Strictness::Lenient).unwrap();
    assert_eq!(checked.optional_text("id"), None);
    assert_eq!(checked.integer("count"), Some(10));
    assert_eq!(checked.boolean("active"), None);
    assert!(
        !checked.has("address.place") && !checked.has("address.since") && !checked.has("address.x")
    );
    assert_eq!(checked.text("address.country"), "NO");
    assert_eq!(checked.texts("callbacks"), ["a:b", "c:d"]);
    assert_eq!(
        checked.writable_text_of("address").unwrap(),
        r#"{"country":"NO"}"#
    );
    let expected = r#"{"event":"x","status":"enabled","count":10.0,"address":{"country":"NO"},"callbacks":["a:b","c:d"],"addresses":[{"country":"SE"}]}"#;
    assert_eq!(checked.writable_text(), expected);
}

#[test]
fn answers_have_read_only_fields_and_no_strangers() {
    let kind = Kind::Object(&SAMPLE);
    let answer = |body: &str| check_answer(&kind, body.as_bytes(), Strictness::Strict);
    answer(r#"{"status":"pending","event":"x","id":"1"}"#).unwrap();
    let problems = answer(r#"{"status":"pending","event":"x","id":1,"y":2}"#).unwrap_err();
    let codes: Vec<_> = problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert_eq!(codes, ["wrong_type", "unknown_member"]);
}

#[test]
fn texts_of_queries_are_checked_by_the_same_kinds() {
    let limit = Kind::Integer { min: 1, max: 100 };
    assert_eq!(check_text("limit", &limit, "100"), Ok(()));
    let refused = check_text("limit", &limit, "0").unwrap_err();
    assert_eq!(
        refused,
        (
            ProblemCode::OutOfRange,
            "limit is 0; 1 to 100 is allowed".to_owned()
        )
    );
    let refused = check_text("limit", &limit, "ten").unwrap_err();
    assert_eq!(refused.0, ProblemCode::WrongType);
    assert_eq!(check_text("deep", &Kind::Boolean, "true"), Ok(()));
    assert_eq!(
        check_text("order", &Kind::OneOf(&["asc", "desc"]), "up")
            .unwrap_err()
            .0,
        ProblemCode::NotAllowed
    );
    assert_eq!(check_text("q", &Kind::TEXT, "5"), Ok(()));
}
