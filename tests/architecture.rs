//! The walls of the house: who may import whom, and what a docstring of `stats` must say.
