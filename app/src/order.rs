//! Tests the order of the folders, with the paths that the files name.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The shared folders. Each may use the folders before it. Every other folder is a part, and no part uses another part.
const SHARED: [&str; 5] = ["words", "web", "ui", "shell", "credential"];

/// Reads the code of each file, without comments, into a map by module. `mod.rs` files are left out: they only list
/// modules.
fn read(folder: &Path, module: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let module = format!("{module}::{}", path.file_stem().unwrap().to_str().unwrap());
        if path.is_dir() {
            read(&path, &module, files);
        } else if !path.ends_with("mod.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code: Vec<_> = text.lines().map(|line| line.split("//").next().unwrap()).collect();
            files.insert(module, code.join("\n"));
        }
    }
}

/// The modules that a file names, its own submodules included, each with the file and line that names it.
fn named(module: &str, code: &str) -> Vec<(String, String)> {
    let (parent, _) = module.rsplit_once("::").unwrap();
    let mut all = Vec::new();
    for (start, base) in [("crate::", "crate"), ("super::", parent), ("mod ", module)] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
            let line = code[..at].matches('\n').count() + 1;
            let place = format!("app/src/{}.rs:{line}", module["crate::".len()..].replace("::", "/"));
            let group = rest[end..].strip_prefix('{').and_then(|group| group.split('}').next());
            assert!(!group.is_some_and(|group| group.contains("::")), "{place}: name one module in each `use`");
            assert!(!rest.starts_with("super::"), "{place}: name the path from `crate`");
            all.push((place, format!("{base}::{}", &rest[..end])));
        }
    }
    all
}

#[test]
fn a_folder_uses_only_earlier_folders_and_no_files_form_a_circle() {
    let mut files = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "crate", &mut files);
    // The files beside the folders may use all folders.
    files.retain(|module, _| module.matches("::").count() > 1);
    assert!(files.len() > 80, "{} files were read", files.len());
    let rank = |folder: &str| SHARED.iter().position(|shared| *shared == folder).unwrap_or(SHARED.len());
    let folder = |module: &str| module.split("::").nth(1).unwrap().to_owned();
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, code) in &files {
        for (place, path) in named(module, code) {
            let (own, used) = (folder(module), folder(&path));
            assert!(own == used || rank(&used) < rank(&own), "{place}: `{own}` must not use `{used}`");
            let is_in =
                |file: &str| path.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
            let file = files.keys().filter(|file| is_in(file)).max_by_key(|file| file.len());
            edges.entry(module).or_default().extend(file.filter(|file| *file != module).map(String::as_str));
        }
    }
    // Removes, until no more can be removed, the files that use none of the others or that none of the others uses.
    // The remaining files form a circle.
    let mut before = 0;
    while before != edges.len() {
        before = edges.len();
        let left: BTreeSet<_> = edges.keys().copied().collect();
        for to in edges.values_mut() {
            to.retain(|to| left.contains(to));
        }
        let used: BTreeSet<_> = edges.values().flatten().copied().collect();
        edges.retain(|file, to| !to.is_empty() && used.contains(file));
    }
    assert!(edges.is_empty(), "these files use one another in a circle: {edges:#?}");
}
