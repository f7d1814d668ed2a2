//! Texts on which storage has been known to stumble. NUL is in none: a caller's text never has one.

/// Short ones.
pub(crate) const AWKWARD: [&str; 18] = [
    "'",
    "\"quoted\" and 'quoted' and `quoted`",
    r"\ \n \u0041 \\",
    "?1 $1 :name @name %s {} ${x}",
    "'); DROP TABLE log_entries; --",
    "% _ * [a-z]",
    "null",
    " spaces at both ends ",
    "line\nline\r\nline\ttab",
    "\u{1}\u{8}\u{c}\u{1f}\u{7f}\u{80}",
    "\u{2028}line\u{2029}paragraph\u{feff}mark",
    "Blåbærsyltetøy, ærlig talt",
    "e\u{301} is not é",
    "שלום \u{202e}reversed\u{202c} مرحبا",
    "日本語 中文 한국어 ไทย",
    "👩‍👩‍👧‍👦 🇳🇴 👍🏽 𝔘",
    "\u{fffd}\u{fffe}\u{10ffff}",
    "</script><!-- &amp; -->",
];

/// JSON objects that say the same in other words than a serialiser would.
pub(crate) const AWKWARD_JSON: [&str; 10] = [
    "{}",
    "{ }",
    "{\"b\":1,\"a\":2,\"B\":3}",
    "{\n  \"a\" :\t1 ,\r\n  \"b\": [ ]\n}",
    "{\"n\":[1.0,1.00,1e2,1E+2,-0,-0.0,0.1e-1,1e999,-1e-999]}",
    "{\"n\":12345678901234567890123456789012345678901234567890.5}",
    "{\"\":\"\",\" \":\" \"}",
    "{\"s\":\"\\u0041\\u00e9\\/\\\"\\\\\\b\\f\\n\\r\\t\\ud83d\\ude00\"}",
    "{\"s\":\"😀 é ' \u{7f}\"}",
    "{\"t\":true,\"f\":false,\"z\":null,\"o\":{\"o\":{\"o\":[[[{}]]]}}}",
];

/// Every awkward text in one, and over again up to so many characters.
pub(crate) fn long(chars: usize) -> String {
    let all = AWKWARD.join(" ");
    all.chars().cycle().take(chars).collect()
}
