//! Makes the list of passwords that attackers try first:
//! `cargo run -p portvakt_core --example blocklist -- OUTPUT LIST…`. Each list has one password a line, the most used
//! first. The first 100,000 passwords of each list are taken whatever their length. A later one is taken if its
//! canonical form is as long as a password has to be.
use fst::SetBuilder;
use portvakt_core::password::canonical;
use portvakt_model::policy::Policy;
use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::fs;

const MOST_USED: usize = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let output = arguments.next().ok_or("where to?")?;
    let floor = Policy::FLOOR.password.min_length_with_second as usize;
    let mut forms = BTreeSet::new();
    for list in arguments {
        let text = fs::read(&list)?;
        for (place, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let Ok(password) = std::str::from_utf8(line) else { continue };
            let form = canonical(password.trim_end_matches('\r'));
            if !form.is_empty() && (place < MOST_USED || form.chars().count() >= floor) {
                forms.insert(form);
            }
        }
    }
    let mut list = SetBuilder::memory();
    list.extend_iter(&forms)?;
    let bytes = list.into_inner()?;
    println!("{} forms, {} bytes", forms.len(), bytes.len());
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &brotli::enc::BrotliEncoderParams::default())?;
    fs::write(output, packed)?;
    Ok(())
}
