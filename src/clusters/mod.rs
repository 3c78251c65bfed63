//! Types of schools by context.
