//! The columns that a formula reads.

use std::collections::BTreeMap;

use super::{FormulaTrouble, Name, TroubleKind};

/// A column: numbers (NaN where missing), or words.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers, shape (rows); NaN where missing.
    Numbers(Vec<f64>),
    /// Words by their number among the levels, shape (rows).
    Words {
        /// Numbers of levels; `None` where missing.
        codes: Vec<Option<u32>>,
        /// The distinct words, sorted.
        levels: Vec<String>,
    },
}

impl Column {
    /// Words as they stand; empty ones are missing.
    #[must_use]
    pub fn words<'a>(values: impl IntoIterator<Item = Option<&'a str>> + Clone) -> Self {
        let present = values.clone().into_iter().flatten();
        let mut levels: BTreeMap<&str, u32> = present.map(|word| (word, 0)).collect();
        for (number, code) in (0..).zip(levels.values_mut()) {
            *code = number;
        }
        let codes = values.into_iter().map(|word| word.and_then(|word| levels.get(word).copied())).collect();
        Self::Words { codes, levels: levels.into_keys().map(str::to_owned).collect() }
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Words { codes, .. } => codes.len(),
        }
    }

    /// No rows?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn has(&self, row: usize) -> bool {
        match self {
            Self::Numbers(values) => values.get(row).is_some_and(|v| !v.is_nan()),
            Self::Words { codes, .. } => codes.get(row).is_some_and(Option::is_some),
        }
    }
}

/// Columns of equal length by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns {
    names: Vec<String>,
    columns: Vec<Column>,
}

/// Groups of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// How the grouping is called.
    pub name: String,
    /// Number of each row's group, shape (rows of the model): every number below the number of levels occurs.
    pub codes: Vec<usize>,
    /// The groups' names, sorted (numbers by size).
    pub levels: Vec<String>,
}

impl Columns {
    /// Adds a column; a name that is there already keeps its first column. Columns must be of one length.
    pub fn push(&mut self, name: impl Into<String>, column: Column) {
        let name = name.into();
        let fits = self.columns.first().is_none_or(|first| first.len() == column.len());
        if fits && !self.names.contains(&name) {
            self.names.push(name);
            self.columns.push(column);
        }
    }

    /// Names, in the order of the table.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        let position = self.names.iter().position(|known| known == name)?;
        self.columns.get(position)
    }

    /// A column that a formula names.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn get(&self, name: &Name) -> Result<&Column, FormulaTrouble> {
        self.column(&name.name).ok_or_else(|| FormulaTrouble {
            span: name.span,
            kind: TroubleKind::UnknownColumn(name.name.clone()),
        })
    }

    /// Rows that have a value in each of these columns.
    ///
    /// # Errors
    /// As [`Columns::get`].
    pub fn complete(&self, names: &[Name]) -> Result<Vec<usize>, FormulaTrouble> {
        let columns = names.iter().map(|name| self.get(name)).collect::<Result<Vec<&Column>, _>>()?;
        Ok((0..self.rows()).filter(|row| columns.iter().all(|column| column.has(*row))).collect())
    }

    /// Groups of rows by one column, or by several taken together; numbers by size, words by spelling.
    ///
    /// # Errors
    /// As [`Columns::get`].
    pub fn grouping(&self, names: &[Name], rows: &[usize]) -> Result<Grouping, FormulaTrouble> {
        let columns = names.iter().map(|name| self.get(name)).collect::<Result<Vec<&Column>, _>>()?;
        let key = |row: usize| -> Vec<(Sortable, u32)> {
            columns
                .iter()
                .map(|column| match column {
                    Column::Numbers(values) => (Sortable(values[row] + 0.0), 0),
                    Column::Words { codes, .. } => (Sortable(0.0), codes[row].unwrap_or(u32::MAX)),
                })
                .collect()
        };
        let keys: Vec<Vec<(Sortable, u32)>> = rows.iter().map(|row| key(*row)).collect();
        let mut levels: BTreeMap<&[(Sortable, u32)], usize> =
            keys.iter().map(|key| (key.as_slice(), 0)).collect();
        let mut labels = Vec::with_capacity(levels.len());
        for (number, (key, code)) in levels.iter_mut().enumerate() {
            *code = number;
            let parts = columns.iter().zip(*key).map(|(column, (number, word))| match column {
                Column::Numbers(_) => number.0.to_string(),
                Column::Words { levels, .. } => levels.get(*word as usize).cloned().unwrap_or_default(),
            });
            labels.push(parts.collect::<Vec<_>>().join("×"));
        }
        let codes = keys.iter().map(|key| levels.get(key.as_slice()).copied().unwrap_or_default()).collect();
        let name = names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join("^");
        Ok(Grouping { name, codes, levels: labels })
    }
}

/// A number that can be sorted.
#[derive(Debug, Clone, Copy)]
struct Sortable(f64);

impl PartialEq for Sortable {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Sortable {}

impl PartialOrd for Sortable {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sortable {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
