//! What several tests need.
#![allow(dead_code, reason = "each test uses its part")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own that is removed when the test is done with it.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("rsoko-{name}-{}-{number}", std::process::id()));
        let _ = remove(&path);
        create(&path);
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn create(path: &Path) {
    std::fs::create_dir_all(path).expect("a temporary folder");
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder")]
fn remove(path: &Path) -> std::io::Result<()> {
    std::fs::remove_dir_all(path)
}
