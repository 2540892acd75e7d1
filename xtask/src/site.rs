//! Builds the site: WASM (split, bound, optimised), style sheets and static files, under the hash of what they are.
use crate::step::{run, step};
use anyhow::{Context, Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The site's name: `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml`.
const NAME: &str = "portvakt";
/// Each style sheet and the file that it becomes.
const STYLES: [(&str, &str); 2] = [("main", NAME), ("gate", "gate")];
/// Exactly these: with all features wasm-opt makes a file that browsers refuse, and says nothing.
const WASM_OPT: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What the server embeds (release) or reads (debug): its source names these folders, whatever cargo's own is. One each, so
/// that neither build has the other compiled anew.
const fn site(release: bool) -> &'static str {
    if release { "target/site" } else { "target/site-debug" }
}
/// Where a site is made; only a whole one moves to [`site`].
const WORK: &str = "target/pkg";
const DRAFT: &str = "target/pkg/site";

/// Builds the site.
pub fn build(release: bool) -> Result<()> {
    draft(release)?;
    swap(release)
}

/// Builds a site beside the one that is served, for [`swap`]; leaves none if it would be the same.
pub fn draft(release: bool) -> Result<()> {
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    let compiler = "read the compiler's message";
    step("build the app for the browser", compiler, || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--locked", "--package", "portvakt_app", "--lib", "--no-default-features"]);
        run(cargo.args(["--features", "hydrate", "--target", "wasm32-unknown-unknown", "--profile", profile]))
    })?;
    let pkg = Path::new(WORK).join("files");
    step("make room for the site", "remove target/pkg", || {
        if Path::new(WORK).exists() {
            fs::remove_dir_all(WORK)?;
        }
        Ok(fs::create_dir_all(&pkg)?)
    })?;
    let wasm = crate::target().join("wasm32-unknown-unknown").join(folder).join("portvakt_app.wasm");
    let parts = step("split and bind the WASM", "cargo clean, then try again", || bind(&wasm, &pkg))?;
    if release {
        step("shrink the WASM", "cd end2end && npm ci", || {
            for part in &parts {
                run(Command::new("end2end/node_modules/.bin/wasm-opt").args(WASM_OPT).arg(part).arg("-o").arg(part))?;
            }
            Ok(())
        })?;
    }
    step("bundle the style sheets", "mend the style sheet that is named", || styles(&pkg, release))?;
    step("put the site together", "free disk space, or remove target/pkg", || assemble(&pkg, release))
}

/// Puts the draft in the place of the site, so that a running debug server never sees half of one.
pub fn swap(release: bool) -> Result<()> {
    if !Path::new(DRAFT).exists() {
        return Ok(());
    }
    let site = site(release);
    step("swap the site in", &format!("remove {site}"), || {
        if Path::new(site).exists() {
            fs::rename(site, Path::new(WORK).join("old"))?;
        }
        fs::rename(DRAFT, site)?;
        Ok(fs::remove_dir_all(WORK)?)
    })
}

fn assemble(pkg: &Path, release: bool) -> Result<()> {
    // The files of a build are served under its hash, for ever. Nothing in them holds it: their links are relative.
    // The files of `public` count as well, so that a new one of them is embedded too.
    let hash = hash(&[pkg, Path::new("public")])?;
    if fs::read_to_string(Path::new(site(release)).join("pkg/hash.txt")).is_ok_and(|old| old == hash) {
        // New files with the old contents would have the server compiled and linked again.
        return Ok(fs::remove_dir_all(WORK)?);
    }
    let draft = Path::new(DRAFT);
    fs::create_dir_all(draft.join("pkg"))?;
    fs::rename(pkg, draft.join("pkg").join(&hash))?;
    if release {
        compress(draft)?;
    }
    Ok(fs::write(draft.join("pkg/hash.txt"), hash)?)
}

/// Splits the lazy parts off and makes the browser's bindings; the WASM files.
fn bind(wasm: &Path, pkg: &Path) -> Result<Vec<PathBuf>> {
    let bytes = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let whole = wasm.with_file_name("portvakt_app_split.wasm");
    let main = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = pkg;
    options.main_out_path = &whole;
    options.main_module = &main;
    options.link_name = "./__wasm_split.______________________.js";
    let split = wasm_split_cli_support::transform(options).map_err(|e| anyhow!("{e:?}"))?;
    fs::write(pkg.join("__wasm_split_manifest.json"), serde_json::to_vec(&split.prefetch_map)?)?;
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
        // No browser targets: nesting and light-dark() stay as they are written.
        let mut sheet = Bundler::new(&files, None, ParserOptions::default())
            .bundle(&Path::new("style").join(format!("{source}.css")))
            .map_err(|e| anyhow!("{e}"))?;
        sheet.minify(MinifyOptions::default()).map_err(|e| anyhow!("{e}"))?;
        let css = sheet.to_css(PrinterOptions { minify, ..Default::default() })?;
        fs::write(pkg.join(format!("{name}.css")), css.code)?;
    }
    Ok(())
}

/// Eight bytes of the SHA-256 over names and contents.
fn hash(folders: &[&Path]) -> Result<String> {
    let mut all = Sha256::new();
    for folder in folders {
        let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.sort();
        for file in files {
            let name = file.file_name().context("a file without a name")?.as_encoded_bytes();
            let bytes = fs::read(&file).with_context(|| file.display().to_string())?;
            for part in [name, &bytes] {
                all.update((part.len() as u64).to_be_bytes());
                all.update(part);
            }
        }
    }
    let mut text = String::new();
    for byte in &all.finalize()[..8] {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

/// Puts a brotli copy beside every file.
fn compress(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            compress(&path)?;
            continue;
        }
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
