//! What is wrong across files: schools without register, pupils twice, years without data.
