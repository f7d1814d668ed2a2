//! The condition in `If-Match`: versions that are read stand there, quoted and as they are written.

use api::readers;
use domain::connections::Precondition;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match readers::if_match(text) {
        None => {}
        Some(Precondition::Exists) => assert_eq!(text, "*"),
        Some(Precondition::Version(versions)) => {
            for version in &versions {
                assert!(text.contains(&format!("\"{version}\"")), "{text:?}");
            }
            let tags: Vec<String> = versions
                .iter()
                .map(|version| format!("\"{version}\""))
                .collect();
            if !tags.is_empty() {
                let again = readers::if_match(&tags.join(", "));
                assert_eq!(again, Some(Precondition::Version(versions)));
            }
        }
    }
}
