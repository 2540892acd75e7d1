//! A module of the sources uses only itself and earlier modules.
use std::fs;
use std::path::{Path, PathBuf};

const ORDER: [&str; 12] = [
    "base", "config", "observe", "services", "lock", "mail", "site", "listen", "pipeline", "routes", "serve", "command",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn a_module_uses_only_itself_and_earlier_modules() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let place = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut seen = 0;
    for path in sources(&src).into_iter().filter(|path| !path.ends_with("lib.rs") && !path.ends_with("main.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let own = path.strip_prefix(&src).unwrap().iter().next().unwrap().to_str().unwrap();
        let own = place(own.trim_end_matches(".rs"));
        for used in text.split("crate::").skip(1) {
            let name = used.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
            assert!(place(name).is_some_and(|used| Some(used) <= own), "{} uses {name}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} uses were read");
}
