//! The same inputs give the same bytes, with any number of threads, locale, time zone and folder.
