//! Makes the shipped program smaller. Tests and debug builds keep the linker's defaults, which link faster.
use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // On this target Rust links with LLD, which has both options.
    if !is("OPT_LEVEL", "0") && is("TARGET", "x86_64-unknown-linux-gnu") {
        // Functions whose code is the same are one function: generic code often is, after optimisation.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        // Relative relocations take an eighth of their size (DT_RELR, glibc 2.36).
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
