//! Exports of РИС: CSV in cp1251 with semicolons, one line an attempt, names of persons included.

use super::kind::DirtKind;
use super::ledger::Ledger;
use super::plan::Plan;
use crate::base::{Fault, FaultCode, Result, Year};
use crate::synth::Artefact;
use crate::synth::exam::{Attempt, Category, Exam, Outcome, Period};
use crate::synth::names;
use crate::synth::region::Region;
use crate::synth::school::School;

const HEADER: [&str; 18] = [
    "Код ОО",
    "Наименование ОО",
    "Муниципалитет",
    "Фамилия",
    "Имя",
    "Отчество",
    "Код участника",
    "Класс",
    "Пол",
    "Предмет",
    "Форма",
    "Период",
    "Попытка",
    "Статус",
    "Категория",
    "Первичный балл",
    "Тестовый балл",
    "Отметка",
];

/// Columns that dirt is planted in.
mod at {
    pub(super) const SCHOOL: usize = 0;
    pub(super) const NAME: usize = 1;
    pub(super) const CODE: usize = 6;
    pub(super) const SUBJECT: usize = 9;
    pub(super) const STATUS: usize = 13;
    pub(super) const CATEGORY: usize = 14;
    pub(super) const SCORE: usize = 15;
    pub(super) const TEST_SCORE: usize = 16;
    pub(super) const MARK: usize = 17;
}

/// The export of ОГЭ (grade 9) or ЕГЭ (grade 11) of a year.
pub(super) fn write(
    region: &Region,
    plan: &Plan,
    ledger: &mut Ledger,
    year: Year,
    grade: i32,
) -> Result<Artefact> {
    let path = format!("ris/{year}/ГИА-{grade} {year}.csv");
    let tabs = plan.exam_file(year, grade, DirtKind::TabFile);
    let mut lines = Lines { path: &path, ledger, rows: Vec::new() };
    for (number, school) in region.schools.iter().enumerate() {
        let attempts = if grade == 9 { region.oge(school, year) } else { region.ege(school, year) };
        let kind = plan.in_exam(year, grade, number);
        let victim = kind.and_then(|kind| victim(kind, &attempts));
        for (at, attempt) in attempts.iter().enumerate() {
            let cells = cells(region, school, year, attempt);
            match kind.filter(|_| victim == Some(at)) {
                Some(kind) => lines.spoilt(kind, cells),
                None => lines.rows.push(cells),
            }
        }
    }
    let rows = lines.rows;
    if year.0 % 2 != 0 {
        ledger.file(DirtKind::DecimalComma, &path, None);
    }
    for column in [3u16, 4, 5] {
        let header = HEADER.get(usize::from(column)).copied().unwrap_or_default();
        ledger.text_cell(DirtKind::PersonalColumn, &path, (1, column), header);
    }
    let encoding = if tabs { "UTF-8" } else { "windows-1251" };
    ledger.file(DirtKind::TextFormat, &path, Some(encoding.to_owned()));
    if tabs {
        ledger.file(DirtKind::TabFile, &path, None);
    }
    Ok(Artefact { bytes: encode(&rows, tabs)?, path: path.into() })
}

/// The attempt that a kind of dirt meets; `None` where the school has none of its sort.
pub(super) fn victim(kind: DirtKind, attempts: &[Attempt]) -> Option<usize> {
    let written = |attempt: &Attempt| attempt.outcome == Outcome::Present;
    attempts.iter().position(|attempt| match kind {
        DirtKind::NoShowWithScore => attempt.outcome == Outcome::Absent,
        DirtKind::LevelMissing => written(attempt) && attempt.exam == Exam::EgeProfile,
        DirtKind::TestScoreOffScale => written(attempt) && attempt.test_score.is_some(),
        DirtKind::ExamMarkOffScale => written(attempt) && attempt.mark.is_some(),
        _ => written(attempt),
    })
}

/// The lines of a file.
struct Lines<'a> {
    path: &'a str,
    ledger: &'a mut Ledger,
    rows: Vec<[String; 18]>,
}

impl Lines<'_> {
    /// Adds a line with one kind of dirt in it.
    fn spoilt(&mut self, kind: DirtKind, mut cells: [String; 18]) {
        let name = cells.get(at::NAME).cloned().unwrap_or_default();
        let code = cells.get(at::CODE).cloned().unwrap_or_default();
        let (column, text) = match kind {
            DirtKind::ExamWordForScore => (at::SCORE, "н/д".to_owned()),
            // The one byte that cp1251 does not have.
            DirtKind::UndecodableByte => (at::NAME, format!("{name}\u{98}")),
            DirtKind::LineBreak => (at::NAME, name.replacen(' ', "\n", 1)),
            DirtKind::CategoryUnknown => (at::CATEGORY, "экстерн".to_owned()),
            DirtKind::StatusUnknown => (at::STATUS, "на проверке".to_owned()),
            DirtKind::SubjectUnknown => (at::SUBJECT, "Основы землемерия".to_owned()),
            DirtKind::LevelMissing => (at::SUBJECT, "Математика".to_owned()),
            DirtKind::TestScoreOffScale => (at::TEST_SCORE, "124".to_owned()),
            DirtKind::ExamMarkOffScale => (at::MARK, "1".to_owned()),
            DirtKind::ExamCodeUnusual => (at::CODE, code.chars().rev().collect::<String>() + "-1"),
            DirtKind::ExamSchoolUnreadable => (at::SCHOOL, "-".to_owned()),
            DirtKind::NoShowWithScore => {
                if let Some(score) = cells.get_mut(at::SCORE) {
                    "12".clone_into(score);
                }
                (at::STATUS, "Неявка".to_owned())
            }
            _ => (at::CODE, code),
        };
        // Rows are counted as a spreadsheet shows them; the header is the first.
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX).saturating_add(2);
        let place = (row, u16::try_from(column).unwrap_or(u16::MAX));
        self.ledger.text_cell(kind, self.path, place, &text);
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
        if kind == DirtKind::LineTwice {
            self.rows.push(cells.clone());
        }
        self.rows.push(cells);
    }
}

fn encode(rows: &[[String; 18]], tabs: bool) -> Result<Vec<u8>> {
    let bug = |error: csv::Error| Fault::new(FaultCode::Bug).because(error);
    let mut writer = csv::WriterBuilder::new()
        .delimiter(if tabs { b'\t' } else { b';' })
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(HEADER).map_err(bug)?;
    for row in rows {
        writer.write_record(row).map_err(bug)?;
    }
    let bytes = writer.into_inner().map_err(|error| Fault::new(FaultCode::Bug).because(error.error()))?;
    if tabs {
        return Ok([b"\xef\xbb\xbf".as_slice(), &bytes].concat());
    }
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(std::str::from_utf8(&bytes).unwrap_or_default());
    Ok(bytes.into_owned())
}

fn cells(region: &Region, school: &School, year: Year, attempt: &Attempt) -> [String; 18] {
    let pupil = &attempt.pupil;
    let (family, first, patronymic) = names::person(u64::from(pupil.number), pupil.female);
    let entry = (year.0 - attempt.grade).rem_euclid(100);
    let digits = school.digits.get(2..).unwrap_or_default();
    [
        school.digits.clone(),
        school.names(year).0.to_owned(),
        region.municipality_in(school, year).name.clone(),
        family,
        first.to_owned(),
        patronymic.to_owned(),
        format!("{digits}{entry:02}{:03}", pupil.number),
        format!("{}{}", attempt.grade, pupil.letter()),
        if pupil.female { "Ж" } else { "М" }.to_owned(),
        subject(attempt.exam).to_owned(),
        form(attempt.exam).to_owned(),
        period(attempt.period).to_owned(),
        attempt.attempt.to_string(),
        status(attempt).to_owned(),
        category(attempt.category).to_owned(),
        attempt.score.map(|score| primary(score, year)).unwrap_or_default(),
        attempt.test_score.map(|score| score.to_string()).unwrap_or_default(),
        attempt.mark.map(|mark| mark.to_string()).unwrap_or_default(),
    ]
}

/// Odd years print a decimal comma.
fn primary(score: u32, year: Year) -> String {
    if year.0 % 2 == 0 { score.to_string() } else { format!("{score},0") }
}

fn subject(exam: Exam) -> &'static str {
    match exam {
        Exam::EgeBase => "Математика базовая",
        Exam::EgeProfile => "Математика профильная",
        Exam::Oge(_) | Exam::Gve(_) | Exam::EgeRussian => exam.subject().name(),
    }
}

fn form(exam: Exam) -> &'static str {
    match exam {
        Exam::Oge(_) => "ОГЭ",
        Exam::Gve(_) => "ГВЭ",
        Exam::EgeRussian | Exam::EgeBase | Exam::EgeProfile => "ЕГЭ",
    }
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Main => "Основной",
        Period::Reserve => "Резервный",
        Period::September => "Сентябрь",
    }
}

fn status(attempt: &Attempt) -> &'static str {
    match attempt.outcome {
        Outcome::Present if attempt.passed() => "Сдан",
        Outcome::Present => "Не сдан",
        Outcome::Absent => "Неявка",
        Outcome::Removed => "Удалён",
        Outcome::Annulled => "Аннулирован",
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Graduate => "Выпускник текущего года",
        Category::PastGraduate => "Выпускник прошлых лет",
        Category::College => "СПО",
    }
}
