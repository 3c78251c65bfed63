//! What a message shows of the sheet around a cell: the header and the row, masked where no layout says what stands there.

use crate::base::column_letters;
use crate::grid::{Limits, ScannedSheet};
use crate::ingest::header::{Fit, Role};
use crate::ingest::layout::{Files, Layouts};
use crate::ingest::read::{best_fit, scan};
use crate::ingest::words::quotable;

/// So many columns on each side of the cell.
const AROUND: u32 = 2;
/// What stands where nothing is shown.
const MASK: &str = "▒▒▒";

/// A cell of which the surroundings are wanted: sheet, row from 1, column letters.
pub type Wanted = (String, u32, String);

/// The surroundings of a cell.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Strip {
    /// The last row of the header, where one was found.
    pub header_row: Option<u32>,
    /// The row of the cell.
    pub row: u32,
    /// Columns: letters, header, content.
    pub cells: Vec<(String, String, String)>,
    /// Which of them is the cell.
    pub focus: usize,
}

/// The strips of these cells of a file, in their order; `None` where the file has no such sheet or no longer fits.
#[must_use]
pub fn strips(
    file: &str,
    bytes: &[u8],
    layout: &str,
    layouts: &Layouts,
    wanted: &[Wanted],
) -> Vec<Option<Strip>> {
    let Ok((sheets, files)) = scan(file, bytes, layout, layouts, &Limits::default()) else {
        return vec![None; wanted.len()];
    };
    let fits: Vec<Option<Fit<'_>>> =
        sheets.iter().map(|sheet| best_fit(file, sheet, layout, files, layouts).ok()).collect();
    let of = |(name, row, letters): &Wanted| {
        let at = sheets.iter().position(|sheet| sheet.name == *name)?;
        let column = crate::base::column_number(letters)?;
        Some(strip(sheets.get(at)?, fits.get(at)?.as_ref(), *row, column))
    };
    wanted.iter().map(of).collect()
}

fn strip(sheet: &ScannedSheet, fit: Option<&Fit<'_>>, row: u32, column: u32) -> Strip {
    let first = column.saturating_sub(AROUND);
    let cells = (first..=column.saturating_add(AROUND))
        .map(|at| {
            let head = fit.and_then(|fit| fit.columns.iter().find(|head| head.column == at));
            let header = head.map_or_else(String::new, |head| head.printed.clone());
            let is_known = head.is_some_and(|head| matches!(head.role, Role::Mapped(_) | Role::Item(..)));
            let cell = sheet.cell(row, at);
            let content = match fit {
                _ if cell.is_blank() => String::new(),
                Some(fit) if is_known => quotable(&cell.printed(), |word| fit.layout.knows(word)),
                _ => MASK.to_owned(),
            };
            (column_letters(at), header, content)
        })
        .collect();
    Strip {
        header_row: fit.map(|fit| fit.rows.1),
        row,
        cells,
        focus: usize::try_from(column.saturating_sub(first)).unwrap_or_default(),
    }
}

/// What a file looks like to the layouts: for whoever writes one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SheetTry {
    /// Its name; empty for text files.
    pub sheet: String,
    /// Rows that hold cells.
    pub rows: usize,
    /// The layouts that came nearest, the best first: name, canonical columns found, headers that are missing.
    pub nearest: Vec<(String, usize, Vec<String>)>,
    /// The layout that reads the sheet.
    pub layout: Option<String>,
    /// Rows of the header, first and last.
    pub header: Option<(u32, u32)>,
    /// Columns: letters, header, what became of it (`mapped`, `task`, `ignored`, `personal`, `unknown`), canonical column.
    pub columns: Vec<(String, String, String, String)>,
    /// A layout to begin with, where none fits.
    pub draft: Option<String>,
}

/// Lays every layout on every sheet of a file.
///
/// # Errors
/// The refusal's word where the file cannot be read at all.
pub fn try_layouts(file: &str, bytes: &[u8], layouts: &Layouts) -> Result<Vec<SheetTry>, String> {
    let auto = crate::ingest::layout::AUTO;
    let (sheets, files) =
        scan(file, bytes, auto, layouts, &Limits::default()).map_err(|refusal| refusal.word())?;
    Ok(sheets.iter().map(|sheet| try_sheet(file, sheet, files, layouts)).collect())
}

fn try_sheet(file: &str, sheet: &ScannedSheet, files: Files, layouts: &Layouts) -> SheetTry {
    let auto = crate::ingest::layout::AUTO;
    let mut nearest: Vec<(String, usize, Vec<String>)> = layouts
        .candidates(auto)
        .into_iter()
        .filter_map(|layout| match best_fit(file, sheet, &layout.name, files, layouts) {
            Ok(fit) => Some((layout.name.clone(), fit.matched, fit.missing)),
            Err(fit) => fit.map(|fit| (layout.name.clone(), fit.matched, fit.missing)),
        })
        .collect();
    nearest.sort_by(|a, b| {
        (a.2.len(), std::cmp::Reverse(a.1), &a.0).cmp(&(b.2.len(), std::cmp::Reverse(b.1), &b.0))
    });
    nearest.sort_by_key(|(_, matched, _)| std::cmp::Reverse(*matched));
    nearest.truncate(3);
    let best = best_fit(file, sheet, auto, files, layouts);
    let fit = best.as_ref().ok();
    let columns = fit.map_or_else(Vec::new, |fit| fit.columns.iter().map(column).collect());
    SheetTry {
        sheet: sheet.name.clone(),
        rows: sheet.rows.len(),
        nearest,
        layout: fit.map(|fit| fit.layout.name.clone()),
        header: fit.map(|fit| fit.rows),
        columns,
        draft: if fit.is_none() { super::draft::draft(sheet) } else { None },
    }
}

fn column(head: &crate::ingest::header::HeaderColumn<'_>) -> (String, String, String, String) {
    let (word, to) = match &head.role {
        Role::Mapped(rule) => ("mapped", rule.to.clone().unwrap_or_default()),
        Role::Item(name, _) => ("task", name.clone()),
        Role::Ignored(_) => ("ignored", String::new()),
        Role::Personal => ("personal", String::new()),
        Role::Unknown => ("unknown", String::new()),
    };
    (column_letters(head.column), head.printed.clone(), word.to_owned(), to)
}
