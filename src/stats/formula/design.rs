//! From a formula and columns to a design matrix.

use ndarray::Array2;

use super::columns::{Column, Columns, Grouping};
use super::{Factor, FactorKind, Formula, FormulaTrouble, Name, ResponseTerm, Span, TroubleKind};

/// More categories than this are no table of coefficients: such a column belongs behind `|`.
const CATEGORIES_MAX: usize = 500;

/// Everything that a regression needs of its table.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFrame {
    /// What is explained.
    pub outcome: Outcome,
    /// The design, shape (n, k). Without an intercept column where fixed effects take its place.
    pub design: Array2<f64>,
    /// Names of its columns, as R prints them.
    pub names: Vec<String>,
    /// Is the first column an intercept?
    pub intercept: bool,
    /// What is added to the linear predictor, shape (n).
    pub offset: Option<Vec<f64>>,
    /// Fixed effects.
    pub fixed: Vec<Grouping>,
    /// The groups of the random intercept.
    pub random: Option<Grouping>,
    /// The rows of the table that take part, rising.
    pub rows: Vec<usize>,
    /// Rows that were left out since a value is missing.
    pub dropped: usize,
}

/// What is explained.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A number a row.
    Numbers {
        /// How it is printed.
        label: String,
        /// Values, shape (n).
        values: Vec<f64>,
    },
    /// Successes and failures.
    Pairs {
        /// Successes, shape (n).
        successes: Vec<f64>,
        /// Failures, shape (n).
        failures: Vec<f64>,
    },
}

/// The design matrix of a formula on the rows that have a value in every column it reads, and in every column of `also`.
///
/// - Shapes: n complete rows; k columns: intercept, numbers, categories by treatment contrasts (all categories where the terms
///   below an interaction, or the intercept, are not in the model).
/// - Units: those of the columns.
/// - Missing: rows with a missing value are left out and counted.
/// - Fails: [`FormulaTrouble`]: unknown columns, words where numbers are needed, one category, values that are no numbers.
/// - Reference: Chambers, Hastie (1992), «Statistical Models in S», 2.4.1, with the coding rule of R's `model.matrix`.
/// - Accuracy: exact up to one rounding an operation; `tests/fit.rs` against R's `model.matrix`.
/// - Determinism: categories are sorted (numbers by size, words by their code points), whatever the locale.
///
/// # Errors
/// As above.
pub fn model_frame(
    formula: &Formula,
    columns: &Columns,
    also: &[Name],
) -> Result<ModelFrame, FormulaTrouble> {
    let needed: Vec<Name> = formula.columns().into_iter().chain(also.iter().cloned()).collect();
    let rows = columns.complete(&needed)?;
    if rows.is_empty() {
        return Err(FormulaTrouble { span: Span::default(), kind: TroubleKind::NoRows });
    }
    let frame = Frame { formula, columns, rows: &rows };
    let blocks =
        formula.factors.iter().map(|factor| frame.block(factor)).collect::<Result<Vec<Block>, _>>()?;
    let intercept = formula.intercept && formula.fixed.is_empty();
    let mut names: Vec<String> = intercept.then(|| "(Intercept)".to_owned()).into_iter().collect();
    let mut parts: Vec<Vec<f64>> = names.iter().map(|_| vec![1.0; rows.len()]).collect();
    let mut spanned = formula.intercept || !formula.fixed.is_empty();
    for term in &formula.terms {
        let whole: Vec<bool> =
            term.iter().map(|at| frame.is_whole(term, *at, &mut spanned, &blocks)).collect();
        for (name, values) in product(term, &whole, formula, &blocks, rows.len()) {
            names.push(name);
            parts.push(values);
        }
    }
    let offset = frame.offset()?;
    let outcome = frame.outcome()?;
    let group = |names: &[Name]| columns.grouping(names, &rows);
    Ok(ModelFrame {
        outcome,
        design: Array2::from_shape_fn((rows.len(), parts.len()), |(i, j)| parts[j][i]),
        names,
        intercept,
        offset,
        fixed: formula.fixed.iter().map(|names| group(names)).collect::<Result<_, _>>()?,
        random: formula.random.as_ref().map(|name| group(std::slice::from_ref(name))).transpose()?,
        dropped: columns.rows() - rows.len(),
        rows,
    })
}

/// The columns of a factor.
enum Block {
    Numbers(Vec<f64>),
    Categories { codes: Vec<usize>, levels: Vec<String> },
}

struct Frame<'a> {
    formula: &'a Formula,
    columns: &'a Columns,
    rows: &'a [usize],
}

impl Frame<'_> {
    fn block(&self, factor: &Factor) -> Result<Block, FormulaTrouble> {
        let trouble = |kind| FormulaTrouble { span: factor.span, kind };
        let (column, reference) = match &factor.kind {
            FactorKind::Computed(_) => return self.numbers(factor).map(Block::Numbers),
            FactorKind::Plain(column) => {
                let name = Name { name: column.clone(), span: factor.span };
                if matches!(self.columns.get(&name)?, Column::Numbers(_)) {
                    return self.numbers(factor).map(Block::Numbers);
                }
                (name, None)
            }
            FactorKind::Categories { column, reference } => {
                (Name { name: column.clone(), span: factor.span }, reference.as_ref())
            }
        };
        let Grouping { mut codes, mut levels, .. } = self.columns.grouping(&[column], self.rows)?;
        if levels.len() > CATEGORIES_MAX {
            return Err(trouble(TroubleKind::ManyCategories(factor.label.clone(), levels.len())));
        }
        if levels.len() < 2 {
            return Err(trouble(TroubleKind::OneCategory(factor.label.clone())));
        }
        if let Some(reference) = reference {
            let at = levels
                .iter()
                .position(|level| level == reference)
                .ok_or_else(|| trouble(TroubleKind::UnknownCategory(reference.clone(), levels.join(", "))))?;
            let first = levels.remove(at);
            levels.insert(0, first);
            for code in &mut codes {
                *code = if *code == at { 0 } else { *code + usize::from(*code < at) };
            }
        }
        Ok(Block::Categories { codes, levels })
    }

    /// A factor's numbers, all of them finite.
    fn numbers(&self, factor: &Factor) -> Result<Vec<f64>, FormulaTrouble> {
        let values = match &factor.kind {
            FactorKind::Computed(expr) => expr.values(self.columns, self.rows)?,
            FactorKind::Plain(column) | FactorKind::Categories { column, .. } => {
                let name = Name { name: column.clone(), span: factor.span };
                super::Expr::Column(name).values(self.columns, self.rows)?
            }
        };
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(values),
            Some(at) => {
                let row = self.rows.get(at).copied().unwrap_or_default();
                let kind = TroubleKind::NotFinite(factor.label.clone(), row);
                Err(FormulaTrouble { span: factor.span, kind })
            }
        }
    }

    fn outcome(&self) -> Result<Outcome, FormulaTrouble> {
        Ok(match &self.formula.response {
            ResponseTerm::One(factor) => {
                Outcome::Numbers { label: factor.label.clone(), values: self.numbers(factor)? }
            }
            ResponseTerm::Pair(successes, failures) => {
                Outcome::Pairs { successes: self.numbers(successes)?, failures: self.numbers(failures)? }
            }
        })
    }

    fn offset(&self) -> Result<Option<Vec<f64>>, FormulaTrouble> {
        let mut total: Option<Vec<f64>> = None;
        for factor in &self.formula.offsets {
            let values = self.numbers(factor)?;
            total = Some(match total {
                None => values,
                Some(sum) => sum.iter().zip(&values).map(|(a, b)| a + b).collect(),
            });
        }
        Ok(total)
    }

    /// Has a category of this term a column for each level? So where the term without it is not in the model; where there is
    /// no intercept, for the first categories that stand alone.
    fn is_whole(&self, term: &[usize], at: usize, spanned: &mut bool, blocks: &[Block]) -> bool {
        if !matches!(blocks.get(at), Some(Block::Categories { .. })) {
            return false;
        }
        let margin: Vec<usize> = term.iter().copied().filter(|other| *other != at).collect();
        if margin.is_empty() {
            return !std::mem::replace(spanned, true);
        }
        let has =
            |known: &Vec<usize>| known.len() == margin.len() && margin.iter().all(|f| known.contains(f));
        !self.formula.terms.iter().any(has)
    }
}

/// The columns of a term: products of its factors' columns, the first factor's running fastest.
fn product(
    term: &[usize],
    whole: &[bool],
    formula: &Formula,
    blocks: &[Block],
    n: usize,
) -> Vec<(String, Vec<f64>)> {
    let mut columns: Vec<(String, Vec<f64>)> = vec![(String::new(), vec![1.0; n])];
    for (&at, &whole) in term.iter().zip(whole) {
        let label = formula.factors.get(at).map_or("", |factor| factor.label.as_str());
        let own: Vec<(String, Vec<f64>)> = match &blocks[at] {
            Block::Numbers(values) => vec![(label.to_owned(), values.clone())],
            Block::Categories { codes, levels } => (usize::from(!whole)..levels.len())
                .map(|level| {
                    let is = |code: &usize| f64::from(u8::from(*code == level));
                    (format!("{label}{}", levels[level]), codes.iter().map(is).collect())
                })
                .collect(),
        };
        let mut next = Vec::with_capacity(columns.len() * own.len());
        for (name, values) in &own {
            for (before, product) in &columns {
                let joined = if before.is_empty() { name.clone() } else { format!("{before}:{name}") };
                next.push((joined, product.iter().zip(values).map(|(a, b)| a * b).collect()));
            }
        }
        columns = next;
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::{Outcome, model_frame};
    use crate::stats::formula::{Column, Columns, TroubleKind, parse_formula};

    fn table() -> Columns {
        let mut columns = Columns::default();
        columns.push("y", Column::Numbers(vec![1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN]));
        columns.push("x", Column::Numbers(vec![1.0, 2.0, 0.0, 2.0, 1.0, 7.0]));
        columns.push("year", Column::Numbers(vec![2024.0, 2023.0, 2024.0, 2025.0, 2023.0, 2023.0]));
        let kind = [Some("town"), Some("city"), Some("village"), Some("city"), Some("town"), None];
        columns.push("kind", Column::words(kind));
        columns
    }

    fn names(text: &str) -> Vec<String> {
        model_frame(&parse_formula(text).unwrap(), &table(), &[]).unwrap().names
    }

    #[test]
    fn categories_are_coded_as_r_codes_them() {
        assert_eq!(names("y ~ x + kind"), ["(Intercept)", "x", "kindtown", "kindvillage"]);
        assert_eq!(names("y ~ kind - 1"), ["kindcity", "kindtown", "kindvillage"]);
        assert_eq!(
            names("y ~ 0 + kind + factor(year)"),
            ["kindcity", "kindtown", "kindvillage", "factor(year)2024", "factor(year)2025"]
        );
        assert_eq!(
            names("y ~ kind + kind:x"),
            ["(Intercept)", "kindtown", "kindvillage", "kindcity:x", "kindtown:x", "kindvillage:x"]
        );
        assert_eq!(
            names("y ~ x*kind"),
            ["(Intercept)", "x", "kindtown", "kindvillage", "x:kindtown", "x:kindvillage"]
        );
        assert_eq!(
            names("y ~ factor(kind, ref = \"town\") | year"),
            ["factor(kind, ref = \"town\")city", "factor(kind, ref = \"town\")village"]
        );
    }

    #[test]
    fn rows_with_a_missing_value_are_counted_and_values_are_right() {
        let frame =
            model_frame(&parse_formula("log(y) ~ I(x^2) + center(x)").unwrap(), &table(), &[]).unwrap();
        assert_eq!((frame.rows.len(), frame.dropped), (5, 1));
        assert!((frame.design[[1, 1]] - 4.0).abs() < 1e-15 && (frame.design[[1, 2]] - 0.8).abs() < 1e-15);
        let Outcome::Numbers { label, values } = frame.outcome else { panic!("numbers") };
        assert!(label == "log(y)" && (values[1] - libm::log(2.0)).abs() < 1e-15);
        let frame = model_frame(&parse_formula("y ~ x | kind^year").unwrap(), &table(), &[]).unwrap();
        assert_eq!(
            frame.fixed[0].levels,
            ["city×2023", "city×2025", "town×2023", "town×2024", "village×2024"]
        );
        assert_eq!(frame.fixed[0].codes, [3, 0, 4, 1, 2]);
        let between = model_frame(&parse_formula("y ~ between(x, kind)").unwrap(), &table(), &[]).unwrap();
        assert!((between.design[[0, 1]] - 1.0).abs() < 1e-15 && (between.design[[1, 1]] - 2.0).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_fit_the_table_is_said() {
        let trouble = |text: &str| model_frame(&parse_formula(text).unwrap(), &table(), &[]).unwrap_err();
        assert_eq!(trouble("y ~ X").kind, TroubleKind::UnknownColumn("X".into()));
        assert_eq!(trouble("y ~ x + yaer").span.start, 8);
        assert_eq!(trouble("y ~ log(x)").kind, TroubleKind::NotFinite("log(x)".into(), 2));
        assert_eq!(trouble("y ~ log(kind)").kind, TroubleKind::Words("kind".into()));
        assert_eq!(trouble("kind ~ x").kind, TroubleKind::Words("kind".into()));
        assert!(matches!(trouble("y ~ factor(kind, ref = \"Town\")").kind, TroubleKind::UnknownCategory(..)));
        let mut flat = Columns::default();
        flat.push("y", Column::Numbers(vec![1.0, 2.0]));
        flat.push("k", Column::words([Some("a"), Some("a")]));
        flat.push("m", Column::Numbers(vec![f64::NAN; 2]));
        let trouble = |text: &str| model_frame(&parse_formula(text).unwrap(), &flat, &[]).unwrap_err().kind;
        assert_eq!(trouble("y ~ k"), TroubleKind::OneCategory("k".into()));
        assert_eq!(trouble("y ~ m"), TroubleKind::NoRows);
    }
}
