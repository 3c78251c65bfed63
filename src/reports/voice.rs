//! How a report speaks: labels of columns, words of vocabularies, numbers with their units, in one language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::method::{Decision, MethodPack, Wording};
use crate::reports::rows::{Datum, Rows};
use crate::tables;
use crate::text::{Arg, Catalogue, Lang, catalogue, day, integer, interval, number, percent, sign};

/// Dash of a missing value.
pub const DASH: &str = "—";

/// The voice of a report.
pub struct Voice {
    /// The language.
    pub lang: Lang,
    /// Its catalogue.
    pub cat: &'static Catalogue,
    /// Titles of the method pack's indicators, lists and outcomes, by id.
    pub titles: BTreeMap<String, String>,
}

impl Voice {
    /// A voice in this language that knows the titles of a pack.
    #[must_use]
    pub fn new(lang: Lang, pack: &MethodPack) -> Self {
        let indicators = pack.indicators.iter().map(|indicator| (&indicator.id, &indicator.title));
        let lists = pack.lists.iter().map(|list| (&list.id, &list.title));
        let outcomes = pack.factors.outcomes.iter().map(|outcome| (&outcome.id, &outcome.title));
        let outside = pack.population.out.iter().map(|out| (&out.reason, &out.title));
        let named = indicators.chain(lists).chain(outcomes).chain(outside);
        let titles = named.map(|(id, title)| (id.clone(), said(title, lang).to_owned())).collect();
        Self { lang, cat: catalogue(lang), titles }
    }

    /// The title of a pack, its version and its status, in one line.
    #[must_use]
    pub fn method_line(&self, pack: &MethodPack) -> String {
        let args = [
            ("title", Arg::from(said(&pack.title, self.lang))),
            ("version", Arg::from(&pack.version)),
            ("status", Arg::from(self.status(pack))),
        ];
        self.cat.get("report-method-line", &args)
    }

    /// The status of a pack.
    #[must_use]
    pub fn status(&self, pack: &MethodPack) -> String {
        self.t(&format!("method-status-{}", pack.status.as_str()))
    }

    /// What the status of a pack means for those who read a list made with it.
    #[must_use]
    pub fn warning(&self, pack: &MethodPack) -> String {
        self.t(&format!("method-status-{}-warning", pack.status.as_str()))
    }

    /// The text of a catalogue key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.cat.text(key)
    }

    /// The label of a column; a column that no table has keeps its name.
    #[must_use]
    pub fn label(&self, column: &str) -> String {
        let key = format!("column-{column}");
        if self.cat.has(&key) { self.t(&key) } else { column.replace('_', " ") }
    }

    /// The word of a vocabulary (`listed`, `vpr`, …) in this language; an unknown one as it is.
    #[must_use]
    pub fn word(&self, value: &str) -> String {
        let key = ["word-", "measure-", "severity-", "layout-"]
            .iter()
            .map(|prefix| format!("{prefix}{value}"))
            .find(|key| self.cat.has(key));
        match (self.titles.get(value), key) {
            (Some(title), _) => title.clone(),
            (None, Some(key)) => self.t(&key),
            (None, None) => value.to_owned(),
        }
    }

    /// A value of a column of an answer, as a reader sees it.
    #[must_use]
    pub fn value(&self, rows: &Rows, row: &[Datum], column: &str) -> String {
        match column {
            "place" => self.place(rows, row),
            "what" => self.finding_of(rows, row, ""),
            "cure" => self.finding_of(rows, row, ".cure"),
            "comparison" => sign(rows.at(row, column).text().unwrap_or_default()).to_owned(),
            _ => self.datum(column, rows.at(row, column)),
        }
    }

    /// An estimate with its interval.
    #[must_use]
    pub fn estimate(&self, column: &str, value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
        let Some(value) = value else { return DASH.to_owned() };
        let figure = self.real(column, value);
        match (low, high) {
            (Some(low), Some(high)) if is_points(column) => {
                let to = self.t("report-range");
                let [low, high] = [low, high].map(|end| number(self.lang, 100.0 * end, 1));
                format!("{figure} ({low}{to}{high})")
            }
            (Some(low), Some(high)) if is_share(column) => {
                format!("{figure} ({})", interval(self.lang, low, high, 1))
            }
            (Some(low), Some(high)) => {
                let decimals = decimals(column);
                let to = self.t("report-range");
                let (low, high) = (number(self.lang, low, decimals), number(self.lang, high, decimals));
                format!("{figure} ({low}{to}{high})")
            }
            _ => figure,
        }
    }

    /// What the probability of a rule is called.
    #[must_use]
    pub fn decision(&self, decision: Decision) -> String {
        let share = |value| Arg::from(percent(self.lang, value, 0));
        let args = [("listed", share(decision.listed)), ("not_listed", share(decision.not_listed))];
        self.cat.get("report-term-verdict", &args)
    }

    /// What years do that cannot be assessed, a sentence a kind of list.
    #[must_use]
    pub fn skips(&self, pack: &MethodPack) -> Vec<String> {
        let mut told: Vec<String> = pack.lists.iter().map(|list| list.unassessable.told(self.cat)).collect();
        told.dedup();
        told
    }

    /// What stands behind the probabilities of a list, by a row of `list_model`.
    #[must_use]
    pub fn draws(&self, rows: &Rows, row: &[Datum]) -> String {
        let value = |column| Arg::from(self.value(rows, row, column));
        let error = rows.at(row, "error_max").number().unwrap_or_default();
        let args = [
            ("list", value("list")),
            ("draws", value("draws")),
            ("seed", value("seed")),
            ("error", Arg::from(number(self.lang, 100.0 * error, 1))),
            ("shares", value("shares")),
            ("schools", value("schools")),
        ];
        self.cat.get("report-draws-line", &args)
    }

    fn datum(&self, column: &str, datum: &Datum) -> String {
        match datum {
            Datum::Missing => DASH.to_owned(),
            Datum::Int(year) if is_year(column) => year.to_string(),
            Datum::Int(value) => integer(self.lang, *value),
            Datum::Real(value) => self.real(column, *value),
            Datum::Flag(flag) => self.word(if *flag { "true" } else { "false" }),
            Datum::Text(text) if column == "overlaps" => {
                text.split(", ").map(|name| self.word(name)).collect::<Vec<_>>().join(", ")
            }
            Datum::Text(text) if speaks(column) => self.factor(text),
            Datum::Text(text) if column == "decided_on" => day(self.lang, text),
            // A number stays with its sign, a town with its «г.».
            Datum::Text(text) => {
                let text = text.replace("№ ", "№\u{a0}");
                text.strip_prefix("г. ").map_or(text.clone(), |town| format!("г.\u{a0}{town}"))
            }
        }
    }

    fn factor(&self, text: &str) -> String {
        match text.strip_prefix("year ") {
            Some(year) => self.cat.get("report-year", &[("year", Arg::from(year))]),
            None => self.word(text),
        }
    }

    fn real(&self, column: &str, value: f64) -> String {
        if is_points(column) {
            // A difference of shares counts in percentage points.
            let points = number(self.lang, value * 100.0, 1);
            self.cat.get("report-points", &[("value", Arg::from(points))])
        } else if matches!(column, "probability" | "change_probability") {
            percent(self.lang, value, 0)
        } else if is_share(column) {
            percent(self.lang, value, 1)
        } else if is_p(column) && value < LEAST_P {
            // nothing is impossible
            format!("< {}", number(self.lang, LEAST_P, decimals(column)))
        } else {
            number(self.lang, value, decimals(column))
        }
    }

    fn finding_of(&self, rows: &Rows, row: &[Datum], attribute: &str) -> String {
        let text = |name| rows.at(row, name).text().unwrap_or_default();
        let [value, detail, column] = ["value", "detail", "canonical"].map(text);
        // a condition of the pack goes by its title
        let value = self.titles.get(value).map_or(value, String::as_str);
        self.cat.finding(text("code"), attribute, value, detail, column)
    }

    fn place(&self, rows: &Rows, row: &[Datum]) -> String {
        let text = |name| rows.at(row, name).text().unwrap_or_default();
        let mut parts = vec![text("path").to_owned(), text("sheet").to_owned()];
        let line = rows.at(row, "row").number().map(|line| format!("{line:.0}"));
        parts.push(match (text("column"), line) {
            ("", Some(line)) => format!("{} {line}", self.t("report-row")),
            (letters, Some(line)) => format!("{letters}{line}"),
            (letters, None) => letters.to_owned(),
        });
        parts.retain(|part| !part.is_empty());
        if parts.is_empty() { DASH.to_owned() } else { parts.join(" › ") }
    }
}

/// The wording in a language, or in the first one that there is.
#[must_use]
pub fn said(wording: &Wording, lang: Lang) -> &str {
    wording.get(lang.code()).or_else(|| wording.values().next()).map_or("", String::as_str)
}

/// Does this column hold shares? The tables say so; a column that a query made says it by its name.
#[must_use]
pub fn is_share(column: &str) -> bool {
    // asked for every cell of the workbook
    static UNITS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let columns = tables::ALL.iter().rev().flat_map(|table| table.columns.iter().rev());
        columns.filter(|known| !known.unit.is_empty()).map(|known| (known.name, known.unit)).collect()
    });
    UNITS.get(column).map_or_else(|| column.ends_with("share"), |unit| *unit == "share")
}

/// Does this column hold differences of shares? They count in percentage points.
fn is_points(column: &str) -> bool {
    matches!(column, "difference" | "difference_low" | "difference_high" | "step" | "spread" | "noticeable")
}

/// Does this column hold years?
#[must_use]
pub fn is_year(column: &str) -> bool {
    column == "year" || column.ends_with("_year")
}

/// Do values of this column stand in a vocabulary?
fn speaks(column: &str) -> bool {
    const WORDS: [&str; 54] = [
        "journal",
        "vpr",
        "turn",
        "change_verdict",
        "type_band",
        "type_standing",
        "method",
        "ground",
        "band",
        "size",
        "name_source",
        "course",
        "decided",
        "computed",
        "official",
        "standing",
        "schools_used",
        "agreement",
        "reason",
        "other",
        "definition",
        "objectivity",
        "explains",
        "state",
        "obstacle",
        "list_state",
        "lowered_against_expected",
        "certainty",
        "change",
        "state_before",
        "verdict",
        "severity",
        "kind",
        "locality",
        "procedure",
        "wave",
        "subject",
        "level",
        "list",
        "indicator",
        "criterion",
        "outcome",
        "measure",
        "factor",
        "stage",
        "status",
        "layout",
        "evidence",
        "finding",
        "flavour",
        "marker",
        "marker_set",
        "policy",
        "robust",
    ];
    WORDS.contains(&column)
}

/// A smaller p value is not printed: it would look like none at all.
const LEAST_P: f64 = 0.001;

fn is_p(column: &str) -> bool {
    matches!(column, "p" | "p_holm" | "p_robust" | "p_equivalence" | "p_equivalence_holm" | "margins_p")
}

fn decimals(column: &str) -> usize {
    match column {
        _ if is_p(column) => 3,
        "rank" => 0,
        "calinski_harabasz" | "bic" => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Voice;
    use crate::text::{Lang, catalogue};

    #[test]
    fn nothing_is_impossible() {
        let voice = |lang| Voice { lang, cat: catalogue(lang), titles: BTreeMap::new() };
        assert_eq!(voice(Lang::En).real("p", 0.000_4), "< 0.001");
        assert_eq!(voice(Lang::En).real("margins_p", 0.001), "0.001");
        assert_eq!(voice(Lang::Ru).real("p_holm", 0.0), "< 0,001");
    }
}
