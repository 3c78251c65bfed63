//! See `strings` in `bodies.rs`.
#![no_main]

#[allow(dead_code, reason = "each target needs one of the bodies")]
#[path = "../bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::strings(bytes));
