//! Lists the settings for people and scripts.
use super::{AREAS, KEYS, SettingsFound};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The form of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigFormat {
    /// A TOML file with the same settings.
    Toml,
    /// A JSON array.
    Json,
}

const MASK: &str = "••••";

/// The settings and where each value comes from. Secrets are masked.
#[must_use]
pub fn list(found: &SettingsFound, form: ConfigFormat) -> String {
    let rows = KEYS.iter().map(|key| {
        let (text, origin) = found.text(key);
        (key, if key.secret && !text.is_empty() { MASK } else { text }, origin)
    });
    match form {
        ConfigFormat::Json => {
            let all: Vec<Value> = rows
                .map(|(key, text, origin)| json!({ "key": key.path(), "value": text, "source": origin.to_string() }))
                .collect();
            format!("{:#}\n", Value::Array(all))
        }
        ConfigFormat::Toml => {
            let (mut out, mut area) = (String::new(), "");
            for (key, text, origin) in rows {
                if key.area != area {
                    area = key.area;
                    let gap = if out.is_empty() { "" } else { "\n" };
                    let _ = writeln!(out, "{gap}[{area}]");
                }
                let _ = writeln!(out, "{:<40} # {origin}", format!("{} = {}", key.name, Value::from(text)));
            }
            out
        }
    }
}

/// The text of `docs/configuration.md`.
#[must_use]
pub fn reference() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         <!-- Written by `portvakt config --reference`. -->\n\n\
         Portvakt starts without any settings. It reads one TOML file (`--config FILE` or `PORTVAKT_CONFIG`, otherwise\n\
         `portvakt.toml` in the working folder). Variables override the file, and flags override both. `portvakt config`\n\
         shows the settings and where each value comes from. Portvakt refuses an unknown setting and suggests the one that\n\
         was probably meant. In a variable, commas separate the values of a list, and an empty value is no value.\n",
    );
    for (area, about) in AREAS {
        let _ = writeln!(out, "\n## `[{area}]`\n\n{}\n", lines(about));
        let _ = writeln!(out, "| key and variable | takes | default | |\n|---|---|---|---|");
        for key in KEYS.iter().filter(|key| key.area == *area) {
            let default = if key.default.is_empty() { "none".to_owned() } else { format!("`{}`", key.default) };
            let _ = writeln!(
                out,
                "| `{}`<br>`{}` | {} | {default} | {} |",
                key.name,
                key.variable(),
                key.takes,
                lines(key.docs)
            );
        }
    }
    out
}

fn lines(docs: &[&str]) -> String {
    docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_documented_settings_equal_the_types() {
        let written = include_str!("../../../docs/configuration.md");
        assert_eq!(written, reference(), "write it anew: cargo run -- config --reference > docs/configuration.md");
    }

    #[test]
    fn a_secret_is_masked_and_the_list_can_be_read_again() {
        let mut found = SettingsFound::defaults();
        found.file(Path::new("a.toml"), "[database]\nurl = \"postgres://a:hemligt@b/c\"").unwrap();
        for form in [ConfigFormat::Toml, ConfigFormat::Json] {
            let listed = list(&found, form);
            assert!(!listed.contains("hemligt") && listed.contains(MASK) && listed.contains("a.toml"), "{listed}");
        }
        let listed = list(&found, ConfigFormat::Toml);
        SettingsFound::defaults().file(Path::new("b.toml"), &listed).unwrap();
    }
}
