//! The run's folder read by other tools, where a Python is present.
