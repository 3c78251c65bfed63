//! Answers on forms: words of a vocabulary, bands, numbers; questions that an earlier answer skips.

use crate::base::{FindingCode, SchoolId, column_letters};
use crate::ingest::desk::{Desk, Line};
use crate::ingest::facts::SheetFacts;
use crate::ingest::header::Fit;
use crate::ingest::layout::{ColumnRule, Kind};
use crate::ingest::rows::Count;
use crate::ingest::schools::each_school;
use crate::tables::FormEntry;

/// One school's answers a row.
pub(super) fn read(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    source_id: &str,
) -> (Vec<FormEntry>, Count) {
    let mut entries = Vec::new();
    let rules: Vec<(&str, &ColumnRule)> = fit
        .layout
        .columns
        .iter()
        .filter_map(|rule| rule.to.as_deref().map(|to| (to, rule)))
        .filter(|(to, _)| *to != "school_id" && fit.column(to).is_some())
        .collect();
    let count = each_school(desk, fit, facts.school.as_ref(), |desk, line, school, row| {
        let mut numbers = Vec::new();
        for (to, rule) in &rules {
            let Some((column, cell)) = line.cell(to) else { continue };
            let (value, number) = answer(desk, line, to, rule);
            let asked = is_asked(line, rule);
            let status = match (&value, asked) {
                (Some(_), _) => "value",
                (None, true) => "missing",
                (None, false) => "not_applicable",
            };
            if !asked && value.is_some() {
                let value = line.quote(cell);
                desk.push(FindingCode::AnswerUnasked, desk.at(line.row.number, column), |f| {
                    f.column(*to).value(value)
                });
            }
            numbers.push((*to, column, number));
            entries.push(entry(fit, facts, &school, to, (value, number, status), source_id, row, column));
        }
        parts(desk, line, &rules, &numbers);
    });
    (entries, count)
}

#[expect(clippy::too_many_arguments, reason = "the columns of a row")]
fn entry(
    fit: &Fit<'_>,
    facts: &SheetFacts,
    school: &SchoolId,
    to: &str,
    (value, number, status): (Option<String>, Option<f64>, &str),
    source_id: &str,
    row: i32,
    column: u32,
) -> FormEntry {
    FormEntry {
        year: facts.year.unwrap_or_default(),
        form: fit.layout.form.clone().unwrap_or_else(|| fit.layout.name.clone()),
        entity: school.to_string(),
        item: to.to_owned(),
        value,
        number,
        status: status.to_owned(),
        source_id: source_id.to_owned(),
        row,
        column: column_letters(column),
    }
}

/// An answer as a word and as a number. Free text is no answer of a form: people write names into it.
fn answer(
    desk: &mut Desk<'_>,
    line: &Line<'_, '_>,
    to: &str,
    rule: &ColumnRule,
) -> (Option<String>, Option<f64>) {
    match rule.kind {
        Some(Kind::Word) => {
            let word = line.word(desk, to);
            let number = word.as_deref().and_then(lower_end);
            (word, number)
        }
        Some(Kind::Whole | Kind::Pupils) => {
            let number = line.whole(desk, to);
            (number.map(|n| n.to_string()), number.map(f64::from))
        }
        _ => {
            let number = line.number(desk, to);
            (number.map(|n| n.to_string()), number)
        }
    }
}

/// The lower end of a band: `10-50` is 10, `<1` is 0, `>680` is 680.
fn lower_end(word: &str) -> Option<f64> {
    if word.starts_with('<') {
        return Some(0.0);
    }
    let digits: String = word.trim_start_matches('>').chars().take_while(char::is_ascii_digit).collect();
    let is_band = word.contains(['-', '>']);
    digits.parse().ok().filter(|_| is_band)
}

/// Is the question asked at all? `asked_when` names another question and the answer to it that leads here.
fn is_asked(line: &Line<'_, '_>, rule: &ColumnRule) -> bool {
    let Some((question, wanted)) = &rule.asked_when else { return true };
    let given = line.known_word(question);
    given.is_none_or(|given| given == *wanted)
}

/// A part is not more than its whole: hand-typed numbers contradict each other.
fn parts(
    desk: &mut Desk<'_>,
    line: &Line<'_, '_>,
    rules: &[(&str, &ColumnRule)],
    numbers: &[(&str, u32, Option<f64>)],
) {
    let of = |to: &str| {
        numbers.iter().find(|(name, ..)| *name == to).and_then(|(_, column, n)| Some((*column, (*n)?)))
    };
    for (to, rule) in rules {
        let Some(whole_name) = rule.of.as_deref() else { continue };
        if let (Some((column, part)), Some((_, whole))) = (of(to), of(whole_name))
            && part > whole
        {
            desk.push(FindingCode::CountsContradict, desk.at(line.row.number, column), |f| {
                f.column(*to).value(part.to_string()).detail(whole.to_string())
            });
        }
    }
}
