//! A synthetic region, as the files that its schools and federal systems would send.
