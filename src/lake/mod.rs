//! The only door to the disk: `Disk`, atomic commit, manifest, lock, Parquet, sweep.
