//! VPR alone, as the raw export of spring 2021 was: one workbook a test, a column a task, no mark and no maximum, texts and numbers as
//! the form gave them. Clean: for the measure of reading, where size is what counts.

use crate::base::{Result, Year};
use crate::grid::{Book, Sheet, Style, Value};
use crate::synth::Artefact;
use crate::synth::blueprint::Subject;
use crate::synth::region::Region;

const BEFORE: [&str; 9] = [
    "логин школы",
    "регион",
    "номер обучающегося",
    "код обучающегося",
    "отметка за предыдущую четверть/триместр",
    "пол",
    "класс",
    "вариант",
    "всего баллов",
];
const AFTER: [&str; 3] = ["Учебник", "Др.уч. автор", "Др.уч. название"];

/// The workbooks one by one.
///
/// # Errors
/// What `give` says, and `E101` where a workbook cannot be made: a bug.
pub fn write_2021(
    region: &Region,
    give: &mut dyn FnMut(Artefact) -> Result<()>,
    step: &mut dyn FnMut(),
) -> Result<()> {
    for &year in &region.years {
        for (grade, subject) in region.vpr_tests() {
            give(workbook(region, year, grade, subject)?)?;
            step();
        }
    }
    Ok(())
}

fn workbook(region: &Region, year: Year, grade: i32, subject: Subject) -> Result<Artefact> {
    let name = format!("ВПР по {}, {grade} класс", subject.dative());
    let mut sheet = Sheet::new("Лист1");
    let tasks = region.test(grade, subject).map_or(&[][..], |test| test.tasks.as_slice());
    let headers = BEFORE.iter().map(ToString::to_string);
    let headers = headers.chain(tasks.iter().map(|task| format!("балл за {}", task.name)));
    sheet.put_row(0, 0, headers.chain(AFTER.map(str::to_owned)), Style::Header);
    let mut row = 1;
    for (_, school) in region.schools_in(year) {
        let school = school.as_ref();
        let (login, place) = (school.login(), region.municipality(school).name.clone());
        for (number, sitting) in (1_u32..).zip(region.vpr(school, year, grade, subject)) {
            let journal = sitting.journal.map_or(Value::Text("нет отметки".to_owned()), Value::from);
            let sex = if sitting.pupil.female { "ж" } else { "м" };
            let variant =
                if sitting.present() { sitting.variant.into() } else { "отсутствовал".into() };
            let start: [Value; 9] = [
                login.as_str().into(),
                place.as_str().into(),
                number.into(),
                sitting.code.into(),
                journal,
                sex.into(),
                format!("{grade}{}", sitting.pupil.letter()).into(),
                variant,
                sitting.score().into(),
            ];
            let points = (0..tasks.len()).map(|task| match sitting.points.get(task) {
                None => Value::Blank,
                Some(None) => "X".into(),
                Some(Some(points)) => (*points).into(),
            });
            let book =
                [Value::Text(format!("Учебник {grade}.{}", subject.letters())), Value::Blank, Value::Blank];
            sheet.put_row(row, 0, start.into_iter().chain(points).chain(book), Style::Plain);
            row += 1;
        }
    }
    let mut book = Book::new(&name);
    book.sheets.push(sheet);
    Ok(Artefact { path: format!("vpr/{year}/{grade} класс/{name}.xlsx").into(), bytes: book.to_xlsx()? })
}
