//! The suite.
#[test]
fn nothing_yet() {}
