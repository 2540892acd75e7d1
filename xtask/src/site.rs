//! Builds the site: WASM (split, bound, optimised), style sheets and static files, in a folder named by their hash.
use crate::kind::Kind;
use crate::step::{run, step};
use crate::tools::WASM;
use anyhow::{Context, Result, anyhow, ensure};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The site's name: `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml`.
const NAME: &str = "portvakt";
/// Cargo's profile for the WASM of the test and release builds.
const WASM_PROFILE: &str = "wasm-release";
/// The folder of a new site in the workshop.
const DRAFT: &str = "draft";
/// The file in the site that holds the hash of its files.
const HASH: &str = "pkg/hash.txt";
/// Each style sheet's source and output name.
const STYLES: [(&str, &str); 2] = [("main", NAME), ("gate", "gate")];
/// Exactly these features: with all features enabled, wasm-opt makes a file that browsers refuse, and reports no error.
const WASM_OPT: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The inputs of the script beside the WASM: this file and the versions of the libraries that process it.
const RECIPE: [&str; 2] = [include_str!("site.rs"), include_str!("../../Cargo.lock")];

/// Builds the site.
pub fn build(kind: Kind) -> Result<()> {
    finish(kind, &compile(kind)?)
}

/// Builds the site of a compiled app.
pub fn finish(kind: Kind, wasm: &Path) -> Result<()> {
    made_of(kind, wasm)?;
    swap(kind)
}

/// Builds a site beside the served one, for [`swap`]. Makes none if it would be the same. Unchanged parts are not made
/// again: cargo tracks the WASM, and a stamp tracks the script made from it.
pub fn draft(kind: Kind) -> Result<()> {
    made_of(kind, &compile(kind)?)
}

fn made_of(kind: Kind, wasm: &Path) -> Result<()> {
    let workshop = kind.workshop();
    fs::create_dir_all(&workshop)?;
    let script = script(kind, wasm)?;
    let pkg = workshop.join("pkg");
    renew(&pkg)?;
    step("bundle the style sheets", "mend the style sheet that is named", || {
        styles(&pkg, kind.is_packed())?;
        if kind.is_packed() { compress(&pkg) } else { Ok(()) }
    })?;
    step("put the site together", "free disk space", || assemble(kind, &script, &pkg))
}

/// Replaces the site with the draft, so that a running debug server never sees half of a site.
pub fn swap(kind: Kind) -> Result<()> {
    let (workshop, site) = (kind.workshop(), kind.site());
    let (draft, old) = (workshop.join(DRAFT), workshop.join("old"));
    if !draft.exists() {
        return Ok(());
    }
    step("swap the site in", &format!("remove {}", site.display()), || {
        if old.exists() {
            fs::remove_dir_all(&old)?;
        }
        if site.exists() {
            fs::rename(&site, &old)?;
        }
        fs::rename(draft, &site)?;
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
        Ok(())
    })
}

/// Makes the site twice and compares. The second time starts with nothing but the compiled third-party crates.
pub fn reproduce(kind: Kind) -> Result<()> {
    build(kind)?;
    let hash = || Ok::<_, anyhow::Error>(fs::read_to_string(kind.site().join(HASH))?);
    let first = hash()?;
    step("forget the site", "remove the folder site under target", || {
        let mut cargo = Command::new("cargo");
        run(cargo.args([
            "clean",
            "--quiet",
            "--package",
            "portvakt_app",
            "--target",
            WASM,
            "--profile",
            WASM_PROFILE,
        ]))?;
        Ok(fs::remove_dir_all(kind.workshop())?)
    })?;
    build(kind)?;
    let second = hash()?;
    step("compare the two sites", "find what is unordered: a hash map, a time, a path", || {
        ensure!(first == second, "the same input made two sites, {first} and {second}");
        Ok(())
    })
}

/// Compiles the app for the browser, and returns the path of the WASM.
pub fn compile(kind: Kind) -> Result<PathBuf> {
    let (profile, folder) = if kind.is_packed() { (WASM_PROFILE, WASM_PROFILE) } else { ("dev", "debug") };
    step("build the app for the browser", "read the compiler's message", || {
        let mut cargo = Command::new("cargo");
        // The library of the browser is asked for here alone. As a kind of the crate itself, it would be linked for the
        // server as well, and every crate in it would be compiled to machine code before the server is optimised as a whole.
        cargo.args(["rustc", "--locked", "--package", "portvakt_app", "--lib", "--crate-type", "cdylib"]);
        cargo.arg("--no-default-features");
        let features = if kind.is_for_tests() { "hydrate,qa" } else { "hydrate" };
        run(cargo.args(["--features", features, "--target", WASM, "--profile", profile]))
    })?;
    Ok(crate::target().join(WASM).join(folder).join("portvakt_app.wasm"))
}

/// Makes the browser's script from the WASM: split, bound, optimised and compressed. Returns its folder.
fn script(kind: Kind, wasm: &Path) -> Result<PathBuf> {
    let (folder, stamp) = (kind.workshop().join("script"), kind.workshop().join("stamp"));
    let wasm = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let tools = fs::read("end2end/package-lock.json").context("end2end/package-lock.json")?;
    let input = hash_of(RECIPE.iter().map(|text| text.as_bytes()).chain([&tools[..], &wasm[..]]));
    if fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == input) {
        return Ok(folder);
    }
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    renew(&folder)?;
    let parts =
        step("split and bind the WASM", "cargo clean, then try again", || bind(&wasm, &kind.workshop(), &folder))?;
    if kind.is_packed() {
        step("shrink the WASM", "cd end2end && npm ci", || {
            for part in &parts {
                run(Command::new("end2end/node_modules/.bin/wasm-opt").args(WASM_OPT).arg(part).arg("-o").arg(part))?;
            }
            Ok(())
        })?;
        step("pack the script", "free disk space", || compress(&folder))?;
    }
    fs::write(stamp, input)?;
    Ok(folder)
}

/// Makes an empty folder, in place of an existing one.
fn renew(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Makes the draft from the script and the style sheets, unless the site already has the same files.
fn assemble(kind: Kind, script: &Path, pkg: &Path) -> Result<()> {
    // The files of a build are served under its hash for ever. No file contains the hash, because the links are
    // relative. The files of `public` count as well: a page names them with the hash, so that the browser fetches a
    // changed file again.
    let hash = hash(&[script, pkg, Path::new("public")])?;
    if fs::read_to_string(kind.site().join(HASH)).is_ok_and(|old| old == hash) {
        return Ok(());
    }
    let draft = kind.workshop().join(DRAFT);
    renew(&draft)?;
    let files = draft.join("pkg").join(&hash);
    fs::create_dir_all(draft.join("pkg"))?;
    fs::rename(pkg, &files)?;
    for entry in fs::read_dir(script)? {
        let from = entry?.path();
        fs::copy(&from, files.join(from.file_name().context("a file without a name")?))?;
    }
    Ok(fs::write(draft.join(HASH), hash)?)
}

/// Splits off the lazy parts and generates the browser's bindings. Returns the WASM files.
fn bind(wasm: &[u8], workshop: &Path, pkg: &Path) -> Result<Vec<PathBuf>> {
    let whole = workshop.join("whole.wasm");
    let main = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = pkg;
    options.main_out_path = &whole;
    options.main_module = &main;
    options.link_name = "./__wasm_split.______________________.js";
    let split = wasm_split_cli_support::transform(options).map_err(|e| anyhow!("{e:?}"))?;
    // Sorted, so that the same input makes the same file.
    let manifest: BTreeMap<_, _> = split.prefetch_map.iter().collect();
    fs::write(pkg.join("__wasm_split_manifest.json"), serde_json::to_vec(&manifest)?)?;
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(&whole)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(true)
        .demangle(false)
        .generate(pkg)?;
    let bound = pkg.join(format!("{NAME}.wasm"));
    fs::rename(pkg.join(format!("{NAME}_bg.wasm")), &bound)?;
    Ok([bound].into_iter().chain(split.split_modules).collect())
}

fn styles(pkg: &Path, minify: bool) -> Result<()> {
    let files = FileProvider::new();
    for (source, name) in STYLES {
        // Without browser targets, nesting and light-dark() stay as they are written.
        let mut sheet = Bundler::new(&files, None, ParserOptions::default())
            .bundle(&Path::new("style").join(format!("{source}.css")))
            .map_err(|e| anyhow!("{e}"))?;
        sheet.minify(MinifyOptions::default()).map_err(|e| anyhow!("{e}"))?;
        let css = sheet.to_css(PrinterOptions { minify, ..Default::default() })?;
        fs::write(pkg.join(format!("{name}.css")), css.code)?;
    }
    Ok(())
}

/// The first eight bytes of the SHA-256 over the names and contents of the files in some folders.
fn hash(folders: &[&Path]) -> Result<String> {
    let mut parts = Vec::new();
    for folder in folders {
        let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.sort();
        for file in files {
            parts.push(file.file_name().context("a file without a name")?.as_encoded_bytes().to_owned());
            parts.push(fs::read(&file).with_context(|| file.display().to_string())?);
        }
    }
    Ok(hash_of(parts.iter().map(Vec::as_slice)))
}

/// The first eight bytes of the SHA-256 over some texts, each after its length.
fn hash_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut all = Sha256::new();
    for part in parts {
        all.update((part.len() as u64).to_be_bytes());
        all.update(part);
    }
    let mut text = String::new();
    for byte in &all.finalize()[..8] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Puts a brotli copy beside every file.
fn compress(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = fs::read(&path)?;
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut packed, &brotli::enc::BrotliEncoderParams::default())?;
        let mut name = path.into_os_string();
        name.push(".br");
        fs::write(name, packed)?;
    }
    Ok(())
}

#[test]
fn the_hash_tells_files_and_names_apart() {
    let hash_of = |name: &str, text: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(name), text).expect("written");
        hash(&[folder.path()]).expect("hashed")
    };
    assert_eq!(hash_of("a", "x"), hash_of("a", "x"));
    assert_eq!(hash_of("a", "x"), "e8197eec1ea18962");
    assert_ne!(hash_of("a", "x"), hash_of("b", "x"));
    assert_ne!(hash_of("a", "x"), hash_of("a", "y"));
}
