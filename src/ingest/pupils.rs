//! Rows of pupils: `result` and `item_score`.

use crate::base::{FindingCode, Result, SchoolId};
use crate::grid::{Cell, Row};
use crate::ingest::block::Block;
use crate::ingest::desk::{Desk, Line, is_whole, number};
use crate::ingest::facts::SheetFacts;
use crate::ingest::header::{Fit, looks_like_score};
use crate::ingest::items::{Items, SheetItems, State};
use crate::ingest::layout::Items as ItemRules;
use crate::ingest::naming::Namings;
use crate::ingest::reference::Reference;
use crate::ingest::rows::{Count, Group, RowKind, kind_of};
use crate::ingest::totals::Totals;
use crate::ingest::words::quotable;
use crate::method::VprScale;
use crate::tables::{ResultRow, SchoolNamed};

/// What a sheet of pupils gave.
#[derive(Default)]
pub(super) struct Pupils {
    pub(super) results: Vec<ResultRow>,
    pub(super) named: Vec<SchoolNamed>,
    pub(super) count: Count,
}

struct Reader<'a, 'l> {
    fit: &'a Fit<'l>,
    facts: &'a SheetFacts,
    reference: &'a Reference,
    source_id: &'a str,
    block: Block,
    max_score: Option<f64>,
    /// The scale of the sheet's own subject.
    scale: Option<&'a VprScale>,
    scale_missing: bool,
    totals: Totals,
    namings: Namings,
}

/// The tasks of one pupil.
#[derive(Default)]
struct Tasks {
    /// Points of each task of the block.
    points: Vec<f64>,
    sum: Option<f64>,
    first_blank: Option<u32>,
    /// Something stands in a task.
    any: bool,
}

pub(super) fn read(
    desk: &mut Desk<'_>,
    fit: &Fit<'_>,
    facts: &SheetFacts,
    reference: &Reference,
    source_id: &str,
    items: &mut Items,
) -> Result<Pupils> {
    let mut reader = Reader::new(desk, fit, facts, reference, source_id);
    let mut out = Pupils::default();
    let mut tasks = SheetItems::of(&reader.block);
    let mut group: Option<Group> = None;
    let sheet = desk.sheet;
    for row in sheet.rows.iter().filter(|row| row.number > fit.rows.1) {
        out.count.read += 1;
        match kind_of(row, fit) {
            RowKind::Group(next) => {
                Group::close(group.take(), desk);
                group = Some(next);
                out.count.aside_quietly += 1;
            }
            RowKind::Total | RowKind::Empty => out.count.aside_quietly += 1,
            RowKind::Data => reader.row(desk, row, &mut group, &mut out, &mut tasks),
        }
    }
    Group::close(group, desk);
    if let Some(column) = fit.column("score_printed") {
        let names: Vec<&str> = reader.block.items.iter().map(|(_, name, _)| name.as_str()).collect();
        reader.totals.finish(desk, &names, (fit.rows.1, column));
    }
    items.add(source_id, tasks)?;
    out.named = reader.namings.finish(source_id);
    Ok(out)
}

impl<'a, 'l> Reader<'a, 'l> {
    fn new(
        desk: &Desk<'_>,
        fit: &'a Fit<'l>,
        facts: &'a SheetFacts,
        reference: &'a Reference,
        source_id: &'a str,
    ) -> Self {
        let block = Block::of(desk.sheet, fit);
        let summed: Option<Vec<f64>> = block.items.iter().map(|(_, _, max)| *max).collect();
        let summed = summed.filter(|all| !all.is_empty()).map(|all| all.iter().sum());
        let scale =
            || reference.scale(facts.subject.as_deref()?, facts.grade?, facts.year?, facts.wave?.as_str());
        let scale = scale();
        let max_score = facts.max.or(summed).or_else(|| scale?.max);
        Self {
            fit,
            facts,
            reference,
            source_id,
            max_score,
            block,
            scale,
            scale_missing: false,
            totals: Totals::default(),
            namings: Namings::of(fit),
        }
    }

    fn row(
        &mut self,
        desk: &mut Desk<'_>,
        row: &Row,
        group: &mut Option<Group>,
        out: &mut Pupils,
        out_items: &mut SheetItems,
    ) {
        let line = Line { row, fit: self.fit };
        let columns = self.block.items.iter().map(|(column, ..)| column);
        let has_item = columns
            .chain(self.block.stray.iter().map(|(column, _)| column))
            .any(|column| !row.cell(*column).is_blank());
        let missed = self.missed(&line, has_item);
        let absent = missed == Some("absent");
        let has_result = absent
            || has_item
            || ["score_printed", "test_score", "mark"].iter().any(|to| line.holds(to))
            || self.fit.column("status").is_some();
        if !has_result {
            self.without_result(desk, &line, out);
            return;
        }
        let Some(school) = school(&line, group.as_ref()).or_else(|| self.sheet_school()) else {
            school_unreadable(desk, &line);
            out.count.aside += 1;
            return;
        };
        if let Some(group) = group {
            group.rows += 1;
            group.present += u64::from(!absent);
        }
        let Some(mut result) = self.result(desk, &line, &school, missed) else {
            out.count.aside += 1;
            return;
        };
        let above = group.as_ref().map(|group| group.text.as_str());
        self.namings.add(desk, row, (result.year, &result.procedure), &school, above);
        if result.status == "present" || result.status == "partial" {
            let tasks = self.tasks(desk, row, school.as_str(), result.status == "present", out_items);
            result.score_printed = line.number(desk, "score_printed");
            result.test_score = line.number(desk, "test_score");
            result.score_tasks = tasks.sum;
            result.mark = self.mark(desk, &line, &result, tasks.any);
            result.below_min = self.below_min(&result);
            self.compare_total(desk, &line, &result, &tasks.points);
            self.compare_scale(desk, &line, &result);
        } else if has_item || line.holds("score_printed") || line.holds("test_score") || line.holds("mark") {
            let column = self.block.items.first().map_or(0, |(column, _, _)| *column);
            let column = line.cell("status").map_or(column, |(column, _)| column);
            desk.push(FindingCode::AbsentWithScores, desk.at(row.number, column), |f| {
                f.column("status").value(result.status.clone())
            });
        }
        out.results.push(result);
    }

    /// The school of the whole sheet, where no column has schools.
    fn sheet_school(&self) -> Option<SchoolId> {
        self.facts.school.clone().filter(|_| self.fit.column("school_id").is_none())
    }

    /// What a pupil missed: the test (`absent`), or one of its two parts (`partial`).
    fn missed(&self, line: &Line<'_, '_>, has_item: bool) -> Option<&'static str> {
        let missed = |to: &str| line.is_absent(to);
        let wrote = |to: &str| line.holds(to) && !missed(to);
        match (missed("variant"), missed("variant_2")) {
            (false, false) => None,
            (true, true) => Some("absent"),
            (true, false) if self.block.two_parts && (wrote("variant_2") || has_item) => Some("partial"),
            (false, true) if wrote("variant") || has_item => Some("partial"),
            _ => Some("absent"),
        }
    }

    /// Pre-filled empty rows are no pupils, and their total is printed as 0: a zero total alone, beside blank tasks, is no
    /// result (a pupil who attempted nothing has `X` in the tasks, or a zero). A row with a class or a sex, but without any result, is one that nobody
    /// knows anything about: it is set aside and told once a school.
    fn without_result(&self, desk: &mut Desk<'_>, line: &Line<'_, '_>, out: &mut Pupils) {
        let named = ["class", "sex", "journal_mark"].iter().any(|to| line.holds(to));
        let variant = line.holds("variant");
        if !(named || variant) {
            out.count.aside_quietly += 1;
            return;
        }
        out.count.aside += 1;
        let school = school(line, None).or_else(|| self.sheet_school()).map(|s| s.to_string());
        let column = line.cell("pupil_code").or(line.cell("school_id")).map_or(0, |(column, _)| column);
        let group = school.clone().unwrap_or_default();
        desk.tally(FindingCode::RowWithoutResult, &group, (line.row.number, column), None, || school);
    }

    /// The row without its scores; `None` where it cannot be placed.
    fn result(
        &mut self,
        desk: &mut Desk<'_>,
        line: &Line<'_, '_>,
        school: &SchoolId,
        missed: Option<&'static str>,
    ) -> Option<ResultRow> {
        let layout = self.fit.layout;
        let subject = match self.fit.column("subject") {
            Some(_) => needed_word(desk, line, "subject")?,
            None => self.facts.subject.clone()?,
        };
        let form = match self.fit.column("form") {
            Some(_) => Some(needed_word(desk, line, "form")?),
            None => None,
        };
        let form = match form.as_deref() {
            Some("ege") => line.form_of("subject").or(form),
            _ => form,
        };
        if form.as_deref() == Some("ege") && subject == "ma" {
            // Base or profile: without knowing which, nothing says what the minimum is.
            word_unknown(desk, line, "subject");
        }
        let status = match self.fit.column("status") {
            Some(_) => needed_word(desk, line, "status")?,
            None => missed.unwrap_or("present").to_owned(),
        };
        let procedure = layout.procedure.clone().or_else(|| form.as_deref().map(procedure))?;
        let grade = match procedure.as_str() {
            "oge" => 9,
            "ege" => 11,
            _ => self.facts.grade?,
        };
        let (class, replaced) = line.class(desk, "class", grade);
        if replaced && let Some((column, _)) = line.cell("class") {
            desk.tally(FindingCode::LettersMixed, "", (line.row.number, column), Some("class"), || {
                class.clone()
            });
        }
        if status == "partial" {
            let column = line.cell("variant").map_or(0, |(column, _)| column);
            let value = || Some(school.to_string());
            desk.tally(FindingCode::PartMissed, school.as_str(), (line.row.number, column), None, value);
        }
        let pupil_code = line.code(desk, "pupil_code");
        if let (Some(code), Some((column, _))) = (&pupil_code, line.cell("pupil_code"))
            && procedure == "vpr"
            && code.len() == 5
            && !code.starts_with(&grade.to_string())
        {
            let first: String = code.chars().take(1).collect();
            let at = (line.row.number, column);
            desk.tally(FindingCode::CodesOfGrade, &first, at, Some("pupil_code"), || Some(first.clone()));
        }
        let variant = if missed == Some("absent") { None } else { self.variant(desk, line) };
        Some(ResultRow {
            year: self.facts.year?,
            wave: self.facts.wave.map(|wave| wave.as_str().to_owned()),
            procedure,
            grade,
            subject,
            school_id: school.to_string(),
            class,
            pupil_code,
            variant,
            sex: line.word(desk, "sex"),
            max_score: self.max_score.filter(|_| layout.items.is_some() || self.facts.max.is_some()),
            journal_mark: line.whole(desk, "journal_mark"),
            form,
            period: line.word(desk, "period"),
            attempt: line.whole(desk, "attempt"),
            status,
            category: line.word(desk, "category"),
            source_id: self.source_id.to_owned(),
            row: i32::try_from(line.row.number).ok()?,
            ..ResultRow::default()
        })
    }

    /// The variant; of a test of two parts both, `1/2`, with `-` for a part that was missed.
    fn variant(&self, desk: &mut Desk<'_>, line: &Line<'_, '_>) -> Option<String> {
        let mut part = |to: &str| if line.is_absent(to) { None } else { line.variant(desk, to) };
        if !self.block.two_parts {
            return part("variant");
        }
        let of = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
        let (first, second) = (part("variant"), part("variant_2"));
        (first.is_some() || second.is_some()).then(|| format!("{}/{}", of(first), of(second)))
    }

    fn tasks(
        &self,
        desk: &mut Desk<'_>,
        row: &Row,
        school: &str,
        result_is_whole: bool,
        out: &mut SheetItems,
    ) -> Tasks {
        let Some(rules) = &self.fit.layout.items else { return Tasks::default() };
        let mut tasks = Tasks::default();
        let (mut sum, mut whole) = (0.0, true);
        for (slot, (column, _, max)) in self.block.items.iter().enumerate() {
            let cell = row.cell(*column);
            if cell.is_blank() {
                tasks.points.push(0.0);
                tasks.first_blank.get_or_insert(*column);
                continue;
            }
            tasks.any = true;
            let (score, state) = self.score(desk, (row.number, *column), cell, *max, rules);
            whole &= state != State::Unreadable;
            sum += score.unwrap_or(0.0);
            tasks.points.push(score.unwrap_or(0.0));
            out.add(row.number, slot, score, state);
        }
        let mut strays = Vec::new();
        for (slot, (column, _)) in self.block.stray.iter().enumerate() {
            let cell = row.cell(*column);
            if !cell.is_blank() {
                strays.push(*column);
                out.add(row.number, self.block.items.len() + slot, number(cell), State::Beside);
            }
        }
        tasks.sum = (tasks.any && whole).then_some(sum);
        if tasks.any
            && result_is_whole
            && let Some(column) = tasks.first_blank
        {
            desk.tally(FindingCode::TasksBlank, school, (row.number, column), None, || {
                Some(school.to_owned())
            });
        }
        strays.extend(
            self.block
                .beside
                .iter()
                .filter(|c| looks_like_score(row.cell(**c), &self.fit.spellings, &rules.not_attempted)),
        );
        let stray = strays.first();
        if let Some(column) = stray {
            let at = (row.number, *column);
            desk.tally(FindingCode::DigitsBesideTasks, school, at, None, || Some(school.to_owned()));
        }
        tasks
    }

    fn score(
        &self,
        desk: &mut Desk<'_>,
        at: (u32, u32),
        cell: &Cell,
        max: Option<f64>,
        rules: &ItemRules,
    ) -> (Option<f64>, State) {
        if let Cell::Text(_) = cell {
            let spelling = self.fit.spellings.of(cell);
            if rules.not_attempted.contains(&spelling.squashed) {
                return (None, State::NotAttempted);
            }
            if rules.not_taught.contains(&spelling.squashed) {
                return (None, State::NotTaught);
            }
        }
        let high = max.unwrap_or(100.0);
        let code = match number(cell) {
            Some(value) if is_whole(value) && (0.0..=high).contains(&value) => {
                return (Some(value), State::Scored);
            }
            Some(_) => FindingCode::OutOfScale,
            None => FindingCode::NumberUnreadable,
        };
        desk.push(code, desk.at(at.0, at.1), |f| {
            f.column("score").value(self.quote(cell)).detail(format!("0…{high}"))
        });
        (None, State::Unreadable)
    }

    fn quote(&self, cell: &Cell) -> String {
        quotable(&cell.printed(), |word| self.fit.layout.knows(word))
    }

    /// The scale of the test that this row is about.
    fn scale(&self, result: &ResultRow) -> Option<&'a VprScale> {
        let facts = self.facts;
        let is_own = facts.subject.as_ref() == Some(&result.subject) && facts.grade == Some(result.grade);
        if is_own {
            return self.scale;
        }
        let wave = result.wave.as_deref()?;
        self.reference.scale(&result.subject, result.grade, result.year, wave)
    }

    /// The printed mark; where the form has none, the mark that the scale of the year gives the score.
    fn mark(
        &mut self,
        desk: &mut Desk<'_>,
        line: &Line<'_, '_>,
        result: &ResultRow,
        any_task: bool,
    ) -> Option<i32> {
        if self.fit.column("mark").is_some() {
            return line.whole(desk, "mark");
        }
        if result.status == "partial" {
            return None;
        }
        let score = if any_task { result.score_tasks } else { result.score_printed }?;
        let Some(scale) = self.scale(result) else {
            if !std::mem::replace(&mut self.scale_missing, true) {
                let wave = result.wave.as_deref().unwrap_or_default();
                let test = format!("{} {} {} {wave}", result.subject, result.grade, result.year);
                desk.push(FindingCode::ScaleUnknown, desk.whole(), |f| f.column("mark").detail(test));
            }
            return None;
        };
        scale.mark(score)
    }

    /// ОГЭ, ГВЭ and base mathematics by the mark, ЕГЭ by the test score; missing where there is no result.
    fn below_min(&self, result: &ResultRow) -> Option<bool> {
        let minimum = self.reference.minimum(&result.subject, result.form.as_deref()?, result.year)?;
        match (minimum.mark, minimum.test_score) {
            (Some(lowest), _) => result.mark.map(|mark| mark < lowest),
            (None, Some(lowest)) => result.test_score.map(|score| score < lowest),
            (None, None) => None,
        }
    }

    fn compare_total(
        &mut self,
        desk: &mut Desk<'_>,
        line: &Line<'_, '_>,
        result: &ResultRow,
        points: &[f64],
    ) {
        let (Some(printed), Some(tasks)) = (result.score_printed, result.score_tasks) else { return };
        self.totals.add(printed, tasks, points, &result.school_id);
        if (printed - tasks).abs() > 1e-9
            && let Some((column, cell)) = line.cell("score_printed")
        {
            let value = || Some(self.quote(cell));
            let at = (line.row.number, column);
            desk.tally(FindingCode::TotalDiffers, &result.school_id, at, Some("score_printed"), value);
        }
    }

    /// A printed total above the highest possible; a printed mark that neither the printed total nor the sum of the
    /// tasks gives by the scale of the year. The scale is asked only where its maximum is the sheet's.
    fn compare_scale(&self, desk: &mut Desk<'_>, line: &Line<'_, '_>, result: &ResultRow) {
        if let (Some(printed), Some(max), Some((column, cell))) =
            (result.score_printed, result.max_score, line.cell("score_printed"))
            && printed > max
        {
            desk.push(FindingCode::OutOfScale, desk.at(line.row.number, column), |f| {
                f.column("score_printed").value(self.quote(cell)).detail(format!("0…{max}"))
            });
        }
        let (Some(mark), Some((column, _))) = (result.mark, line.cell("mark")) else { return };
        if result.procedure != "vpr" {
            return;
        }
        let scale = self.scale(result);
        let Some(scale) = scale.filter(|scale| scale.max.is_some() && scale.max == result.max_score) else {
            return;
        };
        let mut scores = [result.score_printed, result.score_tasks].into_iter().flatten().peekable();
        if scores.peek().is_some() && !scores.any(|score| scale.mark(score) == Some(mark)) {
            let value = || Some(mark.to_string());
            desk.tally(
                FindingCode::MarkOffScale,
                &result.school_id,
                (line.row.number, column),
                Some("mark"),
                value,
            );
        }
    }
}

/// The school of a row: its own cell; where that is blank, the group line above.
fn school(line: &Line<'_, '_>, group: Option<&Group>) -> Option<SchoolId> {
    match line.cell("school_id") {
        Some((_, cell)) if !cell.is_blank() => line.fit.spellings.of(cell).school.clone(),
        _ => group.and_then(|group| group.school.clone()),
    }
}

pub(super) fn school_unreadable(desk: &mut Desk<'_>, line: &Line<'_, '_>) {
    let (column, cell) = line.cell("school_id").unwrap_or((0, &Cell::Empty));
    let value = line.quote(cell);
    desk.push(FindingCode::SchoolUnreadable, desk.at(line.row.number, column), |f| {
        f.column("school_id").value(value)
    });
}

/// A word without which the row means nothing: blank is as bad as unknown.
fn needed_word(desk: &mut Desk<'_>, line: &Line<'_, '_>, to: &str) -> Option<String> {
    let word = line.word(desk, to);
    if word.is_none() && line.text(to).is_none() {
        word_unknown(desk, line, to);
    }
    word
}

fn word_unknown(desk: &mut Desk<'_>, line: &Line<'_, '_>, to: &str) {
    if let Some((column, cell)) = line.cell(to) {
        let value = line.quote(cell);
        desk.push(FindingCode::WordUnknown, desk.at(line.row.number, column), |f| match cell.is_blank() {
            true => f.column(to).detail("blank"),
            false => f.column(to).value(value),
        });
    }
}

/// ГВЭ is a procedure of its own: its marks are not comparable with those of ОГЭ and ЕГЭ.
fn procedure(form: &str) -> String {
    if form.starts_with("ege") { "ege" } else { form }.to_owned()
}
