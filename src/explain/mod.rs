//! From a number to the cells it was made of; the dossier of a school.
