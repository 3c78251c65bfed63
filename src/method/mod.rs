//! Method packs: parse, check, and the fence around their expressions.
