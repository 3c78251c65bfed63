//! Spreadsheets and text files as streams of cells with their addresses; writers return bytes.
