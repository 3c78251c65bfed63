//! Any bytes as a workbook: refused or read, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = rsoko::grid::scan_xlsx(bytes, &rsoko::grid::Limits::default());
});
