//! Statistics against the golden cases beside the checkout, where they stand.
