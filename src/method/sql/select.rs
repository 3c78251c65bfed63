//! The query of a report's cell: one SELECT over the run's tables, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Join, JoinConstraint, JoinOperator, LimitClause, OrderByKind, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor, TableWithJoins,
    WildcardAdditionalOptions,
};

use super::functions::Class;
use super::parts::{order_exprs, parts, plain_name};
use super::whole::{arguments, is_whole};
use super::{Fallible, MAX_DEPTH, invalid, parser, refused};
use crate::base::{Fault, FaultCode};
use crate::tables::{self, Kind};
use crate::text::nearest;

/// Checks the query of a report's cell and says which of the allowed tables it reads, sorted.
///
/// Allowed: one SELECT with common table expressions, joins, set operations and subqueries over `allowed_tables`, and
/// the functions of the whitelist. Sums need whole numbers (`CAST(x AS BIGINT)` says so where the program cannot see
/// it); averages are refused, since float aggregates are not reproducible.
///
/// # Errors
/// `E305` where the text is no SQL, `E303` where it names another table, `E304` where it reaches for more.
pub fn check_select(text: &str, allowed_tables: &[&str]) -> Fallible<Vec<String>> {
    let statements = parser(text)?.parse_statements().map_err(|error| invalid(&error))?;
    let [Statement::Query(query)] = statements.as_slice() else {
        return Err(refused(text.lines().next().unwrap_or_default(), "sql-one-select"));
    };
    let mut fence =
        Fence { allowed: allowed_tables, used: BTreeSet::new(), aliases: BTreeMap::new(), depth: 0 };
    fence.query(query, &BTreeSet::new())?;
    Ok(fence.used.into_iter().collect())
}

struct Fence<'a> {
    allowed: &'a [&'a str],
    used: BTreeSet<String>,
    /// Names given in the query, and whether each can only be a whole number.
    aliases: BTreeMap<String, bool>,
    depth: usize,
}

type Names = BTreeSet<String>;

impl Fence<'_> {
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Fallible<T>) -> Fallible<T> {
        if self.depth >= MAX_DEPTH {
            return Err(refused("…", "sql-deep"));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    fn query(&mut self, query: &Query, outer: &Names) -> Fallible<()> {
        self.deeper(|fence| {
            let odd = query.fetch.is_some()
                || !query.locks.is_empty()
                || query.for_clause.is_some()
                || query.settings.is_some()
                || query.format_clause.is_some()
                || !query.pipe_operators.is_empty();
            if odd {
                return Err(refused(query, "sql-clause"));
            }
            let mut names = outer.clone();
            if let Some(with) = &query.with {
                for cte in &with.cte_tables {
                    if with.recursive || cte.from.is_some() || !cte.alias.columns.is_empty() {
                        return Err(refused(&cte.alias, "sql-clause"));
                    }
                    fence.query(&cte.query, &names)?;
                    names.insert(cte.alias.name.value.to_lowercase());
                }
            }
            fence.body(&query.body, &names)?;
            if let Some(order) = &query.order_by {
                if let (OrderByKind::Expressions(by), None) = (&order.kind, &order.interpolate) {
                    fence.exprs(order_exprs(by)?, &names)?;
                } else {
                    return Err(refused(order, "sql-clause"));
                }
            }
            match &query.limit_clause {
                None => Ok(()),
                Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => {
                    fence.exprs(limit.iter().chain(offset.iter().map(|o| &o.value)), &names)
                }
                Some(other) => Err(refused(other, "sql-clause")),
            }
        })
    }

    fn body(&mut self, body: &SetExpr, names: &Names) -> Fallible<()> {
        self.deeper(|fence| match body {
            SetExpr::Select(select) => fence.select(select, names),
            SetExpr::Query(query) => fence.query(query, names),
            SetExpr::SetOperation { left, right, .. } => {
                fence.body(left, names)?;
                fence.body(right, names)?;
                fence.meet(left, right);
                Ok(())
            }
            other => Err(refused(other, "sql-one-select")),
        })
    }

    fn select(&mut self, select: &Select, names: &Names) -> Fallible<()> {
        refuse_odd_clauses(select)?;
        for table in &select.from {
            self.tables(table, names)?;
        }
        if let Some(Distinct::On(exprs)) = &select.distinct {
            self.exprs(exprs, names)?;
        }
        self.exprs(select.selection.iter().chain(&select.having).chain(&select.qualify), names)?;
        if let GroupByExpr::Expressions(exprs, modifiers) = &select.group_by {
            if !modifiers.is_empty() {
                return Err(refused(&select.group_by, "sql-clause"));
            }
            self.exprs(exprs, names)?;
        }
        for item in &select.projection {
            self.item(item, names)?;
        }
        Ok(())
    }

    fn item(&mut self, item: &SelectItem, names: &Names) -> Fallible<()> {
        match item {
            SelectItem::UnnamedExpr(expr) => self.expr(expr, names),
            SelectItem::ExprWithAlias { expr, alias } => {
                self.expr(expr, names)?;
                let whole = is_whole(expr, &|column| self.is_whole_column(column));
                self.aliases.entry(alias.value.clone()).and_modify(|all| *all &= whole).or_insert(whole);
                Ok(())
            }
            SelectItem::Wildcard(options)
            | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(_), options)
                if is_bare(options) =>
            {
                Ok(())
            }
            other => Err(refused(other, "sql-clause")),
        }
    }

    fn tables(&mut self, table: &TableWithJoins, names: &Names) -> Fallible<()> {
        self.factor(&table.relation, names)?;
        for Join { relation, join_operator, .. } in &table.joins {
            self.factor(relation, names)?;
            match constraint(join_operator) {
                Some(JoinConstraint::On(expr)) => self.expr(expr, names)?,
                Some(_) => {}
                None => return Err(refused(relation, "sql-clause")),
            }
        }
        Ok(())
    }

    fn factor(&mut self, factor: &TableFactor, names: &Names) -> Fallible<()> {
        match factor {
            TableFactor::Table {
                name,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
                ..
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                let plain = plain_name(name).ok_or_else(|| refused(name, "sql-tables"))?;
                if names.contains(&plain) {
                    return Ok(());
                }
                if !self.allowed.contains(&plain.as_str()) {
                    return Err(unknown("table", &plain, self.allowed));
                }
                self.used.insert(plain);
                Ok(())
            }
            TableFactor::Derived { lateral: false, subquery, sample: None, .. } => {
                self.query(subquery, names)
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                self.deeper(|f| f.tables(table_with_joins, names))
            }
            other => Err(refused(other, "sql-tables")),
        }
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>, names: &Names) -> Fallible<()> {
        exprs.into_iter().try_for_each(|expr| self.expr(expr, names))
    }

    fn expr(&mut self, expr: &Expr, names: &Names) -> Fallible<()> {
        self.deeper(|fence| {
            let parts = parts(expr)?;
            for query in parts.queries {
                fence.query(query, names)?;
            }
            fence.exprs(parts.exprs, names)?;
            if let (Some(Class::Aggregate), Expr::Function(function)) = (parts.call, expr) {
                let sums = plain_name(&function.name).as_deref() == Some("sum");
                let whole = |e: &Expr| is_whole(e, &|column| fence.is_whole_column(column));
                if sums && !arguments(function).all(whole) {
                    return Err(refused(function, "sql-sum"));
                }
            }
            Ok(())
        })
    }

    /// The columns of a set operation have the names of its left side and the values of both: a name stays whole only
    /// where the right side's item at its place is whole too.
    fn meet(&mut self, left: &SetExpr, right: &SetExpr) {
        let (left, right) = (items(left), items(right));
        for (position, item) in left.iter().enumerate() {
            let (name, _) = named(item);
            let Some(name) = name else { continue };
            let whole = |item: &SelectItem| {
                named(item).1.is_some_and(|expr| is_whole(expr, &|column| self.is_whole_column(column)))
            };
            let both = whole(item) && right.get(position).is_some_and(whole);
            self.aliases.entry(name.to_owned()).and_modify(|all| *all &= both).or_insert(both);
        }
    }

    /// Every meaning that the name can have here is a whole number.
    fn is_whole_column(&self, name: &str) -> bool {
        let mut known = false;
        for table in self.allowed.iter().filter_map(|table| tables::spec(table)) {
            if let Some(column) = table.column(name) {
                known = true;
                if !matches!(column.kind, Kind::Int | Kind::Big | Kind::Flag) {
                    return false;
                }
            }
        }
        self.aliases.get(name).copied().unwrap_or(known)
    }
}

/// The column list of a SELECT; of a set operation, its left side's.
fn items(body: &SetExpr) -> &[SelectItem] {
    match body {
        SetExpr::Select(select) => &select.projection,
        SetExpr::Query(query) => items(&query.body),
        SetExpr::SetOperation { left, .. } => items(left),
        _ => &[],
    }
}

/// The name that an item gives its column, and its expression.
fn named(item: &SelectItem) -> (Option<&str>, Option<&Expr>) {
    match item {
        SelectItem::ExprWithAlias { expr, alias } => (Some(&alias.value), Some(expr)),
        SelectItem::UnnamedExpr(expr @ Expr::Identifier(name)) => (Some(&name.value), Some(expr)),
        SelectItem::UnnamedExpr(expr) => (None, Some(expr)),
        _ => (None, None),
    }
}

fn refuse_odd_clauses(select: &Select) -> Fallible<()> {
    let odd = select.into.is_some()
        || select.top.is_some()
        || select.exclude.is_some()
        || !select.lateral_views.is_empty()
        || select.prewhere.is_some()
        || !select.connect_by.is_empty()
        || !select.cluster_by.is_empty()
        || !select.distribute_by.is_empty()
        || !select.sort_by.is_empty()
        || !select.named_window.is_empty()
        || select.value_table_mode.is_some()
        || select.select_modifiers.as_ref().is_some_and(sqlparser::ast::SelectModifiers::is_any_set)
        || !select.optimizer_hints.is_empty();
    if odd { Err(refused(select, "sql-clause")) } else { Ok(()) }
}

fn is_bare(options: &WildcardAdditionalOptions) -> bool {
    options.opt_ilike.is_none()
        && options.opt_exclude.is_none()
        && options.opt_except.is_none()
        && options.opt_replace.is_none()
        && options.opt_rename.is_none()
        && options.opt_alias.is_none()
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match operator {
        J::Join(c)
        | J::Inner(c)
        | J::Left(c)
        | J::LeftOuter(c)
        | J::Right(c)
        | J::RightOuter(c)
        | J::FullOuter(c)
        | J::CrossJoin(c)
        | J::Semi(c)
        | J::LeftSemi(c)
        | J::Anti(c)
        | J::LeftAnti(c) => Some(c),
        _ => None,
    }
}

/// A name that nobody knows, with the nearest that somebody does.
pub(in crate::method) fn unknown(kind: &str, name: &str, known: &[&str]) -> Box<Fault> {
    let fault = Fault::new(FaultCode::NameUnknown).with("kind", kind).with("name", name);
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.with("nearest", near),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    use super::check_select;
    use crate::base::FaultCode;

    const TABLES: &[&str] = &["list_entry", "reason", "result", "school"];

    #[test]
    fn honest_queries_pass_and_say_their_tables() {
        for (text, tables) in [
            ("SELECT * FROM list_entry WHERE list = 'low_results'", &["list_entry"][..]),
            (
                "SELECT l.name_short, r.value FROM list_entry AS l JOIN reason r ON l.school_id = r.school_id \
              WHERE l.state IN ('listed') ORDER BY r.value DESC NULLS LAST LIMIT 10",
                &["list_entry", "reason"],
            ),
            (
                "WITH s AS (SELECT municipality, COUNT(*) AS n FROM school GROUP BY municipality) \
              SELECT municipality, SUM(n) AS n FROM s GROUP BY municipality ORDER BY 2",
                &["school"],
            ),
            (
                "SELECT SUM(CASE WHEN met THEN 1 ELSE 0 END) * 100.0 / COUNT(*) AS pct FROM reason;",
                &["reason"],
            ),
            (
                "SELECT school_id FROM school WHERE school_id IN (SELECT school_id FROM list_entry)",
                &["list_entry", "school"],
            ),
            (
                "SELECT a.n FROM (SELECT COUNT(DISTINCT school_id) AS n FROM school) AS a UNION ALL SELECT 1",
                &["school"],
            ),
            (
                "SELECT year, ROW_NUMBER() OVER (PARTITION BY year ORDER BY value) AS place FROM reason",
                &["reason"],
            ),
            ("SELECT SUM(CAST(n AS BIGINT)) FROM (SELECT value AS n FROM reason) AS x", &["reason"]),
        ] {
            assert_eq!(check_select(text, TABLES).unwrap(), tables, "{text}");
        }
    }

    #[test]
    fn queries_that_reach_for_more_are_refused() {
        use FaultCode::{NameUnknown, QueryInvalid, QueryRefused};
        for (text, code) in [
            ("SELECT * FROM read_csv('/etc/passwd')", QueryRefused),
            ("SELECT * FROM read_parquet('x.parquet')", QueryRefused),
            ("SELECT * FROM '/data/x.parquet'", NameUnknown),
            ("SELECT * FROM \"../x.parquet\"", NameUnknown),
            ("SELECT * FROM secrets", NameUnknown),
            ("SELECT * FROM main.school", QueryRefused),
            ("WITH x AS (SELECT * FROM read_json('x')) SELECT * FROM x", QueryRefused),
            ("SELECT (SELECT MAX(a) FROM read_csv('x')) FROM school", QueryRefused),
            ("SELECT year FROM school ORDER BY (SELECT 1 FROM read_csv('x'))", QueryRefused),
            (
                "SELECT year FROM school s JOIN reason r ON r.year IN (SELECT 1 FROM read_csv('x'))",
                QueryRefused,
            ),
            ("SELECT year INTO copy FROM school", QueryRefused),
            ("DROP TABLE school", QueryRefused),
            ("SELECT 1; DROP TABLE school", QueryRefused),
            ("COPY school TO '/tmp/x'", QueryRefused),
            ("CREATE TABLE x AS SELECT * FROM school", QueryRefused),
            ("SHOW TABLES", QueryRefused),
            ("EXPLAIN SELECT 1", QueryRefused),
            ("TRUNCATE TABLE school", QueryRefused),
            ("DELETE FROM school", QueryRefused),
            ("VALUES (1)", QueryRefused),
            ("SELECT * FROM UNNEST([1, 2])", QueryRefused),
            ("SELECT AVG(value) FROM reason", QueryRefused),
            ("SELECT SUM(value) FROM reason", QueryRefused),
            ("SELECT SUM(v) FROM (SELECT value AS v FROM reason) AS x", QueryRefused),
            (
                "SELECT SUM(v) FROM (SELECT year AS v FROM reason UNION ALL SELECT value FROM reason) AS x",
                QueryRefused,
            ),
            ("SELECT SUM(n) FROM (SELECT n FROM (SELECT value AS n FROM reason) AS y) AS x", QueryRefused),
            ("SELECT STDDEV(value) FROM reason", QueryRefused),
            ("SELECT ARRAY_AGG(value) FROM reason", QueryRefused),
            ("SELECT RANK() FROM reason", QueryRefused),
            ("SELECT year FROM school LIMIT (SELECT 1 FROM read_csv('x'))", QueryRefused),
            ("", QueryRefused),
            ("SELEC * FROM school", QueryInvalid),
        ] {
            assert_eq!(check_select(text, TABLES).map_err(|fault| fault.code), Err(code), "{text}");
        }
    }
}
