//! Exports of РИС: CSV in cp1251 with semicolons, one line an attempt, names of persons included.

use super::dirt::Dirt;
use crate::base::{Fault, FaultCode, Result, Year};
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
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

pub(super) fn oge(region: &Region, dirt: &Dirt, year: Year) -> Result<Artefact> {
    let rows = region.schools.iter().flat_map(|school| {
        let mut spoilt = dirt.words_for_score(year, school);
        region.oge(school, year).into_iter().map(move |attempt| {
            let mut cells = cells(region, school, year, &attempt);
            if let Some(score) = cells.get_mut(15).filter(|_| std::mem::take(&mut spoilt)) {
                "н/д".clone_into(score);
            }
            cells
        })
    });
    file(year, 9, rows)
}

pub(super) fn ege(region: &Region, year: Year) -> Result<Artefact> {
    let rows = region.schools.iter().flat_map(|school| {
        region.ege(school, year).into_iter().map(move |attempt| cells(region, school, year, &attempt))
    });
    file(year, 11, rows)
}

fn file(year: Year, grade: i32, rows: impl Iterator<Item = [String; 18]>) -> Result<Artefact> {
    let bug = |error: csv::Error| Fault::new(FaultCode::Bug).because(error);
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER).map_err(bug)?;
    for row in rows {
        writer.write_record(row).map_err(bug)?;
    }
    let text = writer.into_inner().map_err(|error| Fault::new(FaultCode::Bug).because(error.error()))?;
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(std::str::from_utf8(&text).unwrap_or_default());
    Ok(Artefact { path: format!("ris/{year}/ГИА-{grade} {year}.csv").into(), bytes: bytes.into_owned() })
}

fn cells(region: &Region, school: &School, year: Year, attempt: &Attempt) -> [String; 18] {
    let pupil = &attempt.pupil;
    let (family, first, patronymic) = names::person(u64::from(pupil.number), pupil.female);
    let entry = (year.0 - attempt.grade).rem_euclid(100);
    let digits = school.digits.get(2..).unwrap_or_default();
    [
        school.digits.clone(),
        school.name_short.clone(),
        region.municipality(school).name.clone(),
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
        Exam::Oge(Subject::Maths) | Exam::Gve(Subject::Maths) => "Математика",
        Exam::Oge(Subject::Russian) | Exam::Gve(Subject::Russian) | Exam::EgeRussian => "Русский язык",
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
