//! The configuration as text: the commented file, the effective values, and the reference page.

use super::values::Effective;
use super::{Config, Setting, sections};

/// Characters of a line, at most, where lines are broken.
const LINE_MAX: usize = 100;

/// A file with every setting, each commented out at its default.
pub(crate) fn default_file() -> String {
    let mut text = String::from(
        "# The configuration of Kobling. Every setting stands here with its default, commented out.\n\
         # Later ones win: defaults, this file, the environment, flags. `kobling config` shows the result.\n",
    );
    for section in sections() {
        text.push_str(&format!(
            "\n{}[{}]\n",
            comment(section.about()),
            section.name
        ));
        for setting in section.settings.iter().filter(|setting| !setting.is_secret) {
            let allowed = format!("Allowed: {}.", setting.kind);
            text.push_str(&format!(
                "\n{}{}",
                comment(setting.meaning()),
                comment(&allowed)
            ));
            text.push_str(&comment(&given_elsewhere(setting)));
            match setting.default {
                Some(default) => {
                    text.push_str(&format!(
                        "#{} = {}\n",
                        setting.key,
                        setting.in_toml(default)
                    ));
                }
                None => {
                    text.push_str(&comment(&format!("Not set: {}.", setting.unset)));
                    text.push_str(&format!("#{} =\n", setting.key));
                }
            }
        }
    }
    text
}

/// The effective values as a file, each with its origin.
pub(crate) fn effective_file(config: &Config) -> String {
    let mut text = match &config.file {
        Some(path) => format!("# The file {} was read.\n", path.display()),
        None => "# No configuration file was read.\n".to_owned(),
    };
    for section in sections() {
        let of_section = |each: &&Effective| each.setting.section == section.name;
        let lines: Vec<(String, String)> = config
            .values
            .iter()
            .filter(of_section)
            .map(effective_line)
            .collect();
        let width = lines.iter().map(|(line, _)| line.chars().count()).max();
        text.push_str(&format!("\n[{}]\n", section.name));
        for (line, origin) in lines {
            let width = width.unwrap_or_default();
            text.push_str(&format!("{line:<width$}  # {origin}\n"));
        }
    }
    text
}

fn effective_line(effective: &Effective) -> (String, String) {
    let setting = &effective.setting;
    let key = setting.key;
    match effective.shown() {
        Some(text) => {
            let line = format!("{key} = {}", setting.in_toml(&text));
            (line, effective.origin.to_string())
        }
        None if effective.is_set() => (
            format!("# {key} is given and not shown"),
            effective.origin.to_string(),
        ),
        None => (format!("# {key} is not set"), setting.unset.to_owned()),
    }
}

/// The page `docs/configuration.md`.
pub(crate) fn reference_page() -> String {
    let mut page = OPENING.to_owned();
    for section in sections() {
        page.push_str(&format!(
            "\n## [{}]\n\n{}\n\n",
            section.name,
            section.about()
        ));
        page.push_str("| setting | default | allowed | meaning |\n| --- | --- | --- | --- |\n");
        for setting in section.settings {
            page.push_str(&row(setting));
        }
    }
    page.push_str("\n## The file with all defaults\n\n`kobling config --default` prints it:\n\n");
    page.push_str(&format!("```toml\n{}```\n", default_file()));
    page
}

fn row(setting: &Setting) -> String {
    let mut name = format!("`{}`<br>`{}`", setting.name(), setting.env_name());
    if let Some(flag) = setting.flag {
        name.push_str(&format!("<br>`--{flag}`"));
    }
    let default = match setting.default {
        Some(default) => format!("`{default}`"),
        None => format!("not set: {}", setting.unset),
    };
    let cells = [
        &name,
        &default,
        &setting.kind.to_string(),
        setting.meaning(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn given_elsewhere(setting: &Setting) -> String {
    match setting.flag {
        Some(flag) => format!("Also: {}, --{flag}.", setting.env_name()),
        None => format!("Also: {}.", setting.env_name()),
    }
}

/// A paragraph as lines of comment.
fn comment(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in text.split_whitespace() {
        let is_full = lines
            .last()
            .is_some_and(|line| line.len() + word.len() >= LINE_MAX);
        if is_full {
            lines.push(String::from("#"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

const OPENING: &str = "\
# Configuration

Written by `cargo xtask generate` from the declarations that the program itself reads.

Every setting has a default, so none need be given. Each may be given in four places; later ones win:

1. The **default**.
2. A **file** in TOML: the one that `--config FILE` or `KOBLING_CONFIG` names, or else `kobling.toml` in the folder in
   which the program is started, if it is there. A file that is named must be there.
3. The **environment**: `KOBLING_SECTION__KEY`, such as `KOBLING_LIMITS__QUEUE_MAX`; the few other names stand below. Lists
   are separated by commas.
4. A **flag**, where one stands below.

`kobling config` prints the result with the origin of each value, and `--json` the same for programs. Secrets are not shown,
and are not taken from a file. `kobling config --default` prints a file to begin with. The demo takes tokens, limits and
logging from here; its address and its data are its own.

## When something is wrong

A setting that does not exist, in the file or among the variables that begin with `KOBLING_`, and a value that is not
allowed, stop the start. Every problem is told at once, with its place, what is allowed, and what was perhaps meant:

```text
$ kobling serve --token-lifetime-seconds 5
kobling: the configuration has 3 problems:
  kobling.toml:2: there is no setting server.listn: did you mean server.listen?
  environment variable KOBLING_TOKENS__ALGORITHM: tokens.algorithm is \"HS256\"; it must be RS256, ES256 or EdDSA. …
  flag --token-lifetime-seconds: tokens.lifetime_seconds is \"5\"; it must be a whole number from 60 to 604800 …
```

Variables that Kubernetes and Docker set for a service called `kobling`, such as `KOBLING_SERVICE_HOST` and
`KOBLING_PORT_8080_TCP`, are passed over. Commands that use no setting, such as `kobling version`, read no configuration.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | it could not be done; standard error says why |
| 2 | an argument or a setting is wrong, and nothing was begun |
";
