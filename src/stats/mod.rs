//! Pure numerics: slices and `ndarray` in, documented result structs out. No data frames, no files, no clock.
