//! Words that a reader has to solve are not used: in sources, texts and documents.
use std::fs;
use std::path::Path;

/// What stands in the place of a person's name in a sentence that should have named the account, the caller, the visitor.
const REFUSED: [&str; 2] = ["who\u{65}ver", "whos\u{65}ver"];
/// Folders that are not ours, or made by a build.
const SKIPPED: [&str; 4] = ["target", "node_modules", "test-results", "data"];
/// Frozen: what a released version wrote stays as it was.
const FROZEN: &str = "0001_initial.sql";

#[test]
fn no_source_and_no_document_leaves_it_open_who_acts() {
    fn walk(folder: &Path, read: &mut usize, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !SKIPPED.contains(&name.as_str()) && (!name.starts_with('.') || name == ".ci") {
                    walk(&path, read, found);
                }
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if name == FROZEN || name.ends_with(".lock") || name.ends_with(".sql") {
                continue;
            }
            *read += 1;
            for (number, line) in text.lines().enumerate() {
                let lower = line.to_lowercase();
                if REFUSED.iter().any(|word| lower.contains(word)) {
                    found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    let (mut read, mut found) = (0, Vec::new());
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), &mut read, &mut found);
    assert!(read > 400, "{read} files were read");
    assert!(found.is_empty(), "name the account, the administrator, the visitor:\n{}", found.join("\n"));
}
