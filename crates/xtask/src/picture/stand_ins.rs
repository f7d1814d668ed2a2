//! Stand-ins for what differs from run to run: the port, the folder, secrets, ids and times.

use std::collections::BTreeMap;

/// The port that the demo takes where it is free.
const PORT: &str = "8080";
const FOLDER: &str = "E0kOVT";
const CREDENTIALS: &str = "e0CrFLxDnlx3HTK8ELwhNl:Qtc57LqP\u{2026}";
const TIME: &str = "2026-01-15T09:30:00.000Z";

/// Places of a UUID, and of a time to the millisecond; `0` stands for a digit of the kind, anything else for itself.
const UUID: &str = "00000000-0000-0000-0000-000000000000";
const TIME_FORM: &str = "0000-00-00T00:00:00.000Z";

/// The text with stand-ins. Equal ids stay equal.
pub(super) fn in_place(text: &str) -> String {
    let text = after(text, "http://127.0.0.1:", PORT, |letter| {
        letter.is_ascii_digit()
    });
    let text = after(&text, "kobling-demo-", FOLDER, |letter| {
        letter.is_ascii_alphanumeric()
    });
    let text = after(&text, "--user '", CREDENTIALS, |letter| letter != '\'');
    let text = of_form(
        &text,
        TIME_FORM,
        |letter| letter.is_ascii_digit(),
        |_| TIME.to_owned(),
    );
    let mut known = BTreeMap::new();
    of_form(
        &text,
        UUID,
        |letter| letter.is_ascii_hexdigit(),
        |id| {
            let next = known.len() + 1;
            let number = known.entry(id.to_owned()).or_insert(next);
            format!("0198c0de-5a3e-7cc1-8f0e-{number:012}")
        },
    )
}

/// Replaces what follows each `mark`, as far as it is of the kind.
fn after(text: &str, mark: &str, stand_in: &str, is_of_kind: fn(char) -> bool) -> String {
    let mut parts = text.split(mark);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        whole.push_str(mark);
        whole.push_str(stand_in);
        whole.push_str(part.trim_start_matches(is_of_kind));
    }
    whole
}

/// Replaces every place that has the form.
fn of_form(
    text: &str,
    form: &str,
    is_digit: fn(char) -> bool,
    mut stand_in: impl FnMut(&str) -> String,
) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let found = rest
            .get(..form.len())
            .filter(|found| has_form(found, form, is_digit));
        if let Some(found) = found {
            whole.push_str(&stand_in(found));
        } else {
            whole.push(letter);
        }
        let length = found.map_or(letter.len_utf8(), str::len);
        rest = rest.get(length..).unwrap_or_default();
    }
    whole
}

fn has_form(text: &str, form: &str, is_digit: fn(char) -> bool) -> bool {
    let mut pairs = text.chars().zip(form.chars());
    pairs.all(|(letter, place)| {
        if place == '0' {
            is_digit(letter)
        } else {
            letter == place
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(port: u16, id: &str, other: &str, time: &str) -> String {
        format!(
            "http://127.0.0.1:{port}/docs /tmp/kobling-demo-{} (x)\n--user '{other}:s-_{id}' \\\n\u{2192} {id} {other} {id} {time}",
            id.get(..6).unwrap(),
        )
    }

    #[test]
    fn two_runs_look_alike() {
        let (a, b) = (
            "01a20fc6-9f4e-7c48-bfbd-56886e7998ce",
            "01a20fc6-9e15-7a13-b4d7-6c393aeb45b8",
        );
        let first = in_place(&shown(8080, a, b, "2026-11-24T22:56:44.878Z"));
        let second = in_place(&shown(40311, b, a, "2027-01-01T00:00:00.000Z"));
        assert_eq!(first, second);
        let expected = format!(
            "http://127.0.0.1:8080/docs /tmp/kobling-demo-E0kOVT (x)\n--user '{CREDENTIALS}' \\\n\u{2192} \
             0198c0de-5a3e-7cc1-8f0e-000000000001 0198c0de-5a3e-7cc1-8f0e-000000000002 \
             0198c0de-5a3e-7cc1-8f0e-000000000001 {TIME}"
        );
        assert_eq!(first, expected);
    }

    #[test]
    fn what_is_the_same_in_every_run_stays() {
        let text = "  \u{2192} 200\n  \"status\": \"pending\", T11200001, 2026-01, 0198c0de-5a3e\n";
        assert_eq!(in_place(text), text);
    }
}
