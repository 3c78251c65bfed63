//! Any bytes as a text file, in both encodings that layouts declare.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for encoding in [None, Some("windows-1251")] {
        let _ = rsoko::grid::scan_csv(bytes, encoding, &rsoko::grid::Limits::default());
    }
});
