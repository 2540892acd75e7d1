//! A room of the sources uses only itself and earlier rooms.
#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]
use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: [&str; 9] =
    ["base", "evidence", "directory", "rules", "post", "authentication", "person", "administration", "wire"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn a_room_uses_only_itself_and_earlier_rooms() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let of = |module: &str| ROOMS.iter().position(|room| src.join(room).join(format!("{module}.rs")).exists());
    let mut seen = 0;
    for path in sources(&src).into_iter().filter(|path| !path.ends_with("lib.rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let own = ROOMS.iter().position(|room| path.starts_with(src.join(room)));
        for used in text.split("crate::").skip(1) {
            let module = used.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
            assert!(of(module).is_some_and(|room| Some(room) <= own), "{} uses {module}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} uses were read");
}
