//! Statistics against frozen results of R and Python.
