//! Report notebooks and the workbook of lists.
