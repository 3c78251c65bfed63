//! From a listed figure to the cells of the workbook.
