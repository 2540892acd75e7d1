//! Judges the generated passwords of `app/model/examples/verdicts.rs` in WASM, under Node. The native tests judge the
//! same passwords, and the results must be equal.
use crate::step::{run, step};
use anyhow::Result;
use std::fs;
use std::process::Command;

pub fn verdicts() -> Result<()> {
    step("decide 100,000 passwords in WASM", "mend what the browser decides otherwise than the server", || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--locked", "--package", "portvakt_model", "--example", "verdicts", "--release"]);
        run(cargo.args(["--target", "wasm32-unknown-unknown"]))?;
        let folder = tempfile::tempdir()?;
        wasm_bindgen_cli_support::Bindgen::new()
            .input_path(crate::target().join("wasm32-unknown-unknown/release/examples/verdicts.wasm"))
            .nodejs(true)?
            .typescript(false)
            .generate(folder.path())?;
        let script = folder.path().join("compare.js");
        fs::write(
            &script,
            "const {verdicts, expected} = require('./verdicts.js');\n\
             const found = verdicts();\n\
             console.log(`in WASM: ${found}`);\n\
             process.exit(found === expected() ? 0 : 1);\n",
        )?;
        run(Command::new("node").arg(script))
    })
}
