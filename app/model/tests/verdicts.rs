//! A native build decides as the browser does.
#[path = "../examples/verdicts.rs"]
mod verdicts;

#[test]
fn a_hundred_thousand_passwords_are_decided_as_in_the_browser() {
    assert_eq!(verdicts::verdicts(), verdicts::expected());
}
