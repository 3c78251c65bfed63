//! 500 canaries: names, telephones, addresses of mail, numbers of documents in every place of every kind of file. None of them
//! is in any table, file, message or temporary file afterwards, failures included.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rsoko::identity::Identity;
use rsoko::ingest::Ingest;
use rsoko::lake::{Disk, RealDisk, Root};
use rsoko::pipeline::Stage;
use rsoko::run::{OpenRun, Silent, Workspace, execute_with};
use rsoko::validate::Validate;

use crate::support::{TempDir, cells, walk, xlsx_with};

const PIPELINE: &str = r#"
title = { ru = "Проба", en = "Trial" }
method = "federal-847"
years = [2023, 2024]
seed = 1
[sources]
"data/in/**/*" = "auto"
[[stage]]
kind = "ingest"
[[stage]]
kind = "validate"
[[stage]]
kind = "identity"
"#;

/// Letters for a number: no two canaries are alike, and none is a part of another.
fn letters(number: usize) -> String {
    let alphabet: Vec<char> = "абвгдежзик".chars().collect();
    format!("{number:03}").bytes().map(|digit| alphabet[usize::from(digit - b'0')]).collect()
}

fn canary(number: usize) -> String {
    match number % 4 {
        0 => format!("Канарейкин{}ов Пётр", letters(number)),
        1 => format!("8914{:03}{:04}", 100 + number, 9_000 - number),
        2 => format!("kanareyka{number:03}q@mail.ru"),
        _ => format!("{:03}-{:03}-{:03} 95", 600 + number % 300, 999 - number, 100 + number),
    }
}

/// Hands out the canaries one after the other.
struct Planter(usize);

impl Planter {
    fn next(&mut self) -> String {
        self.0 += 1;
        canary(self.0 - 1)
    }
}

fn books(planter: &mut Planter) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let head = [
        "ОО",
        "Муниципалитет",
        "Название ОО",
        "Код участника",
        "Класс",
        "Вариант",
        "1 (2б)",
        "2 (1б)",
        "Первичный балл",
        "Отметка",
        "Отметка по журналу",
        "Пол",
        "ФИО",
        "Телефон",
        "Примечание",
    ];
    let line = [
        "edu990001",
        "Северный муниципальный район",
        "МБОУ «Средняя школа № 5»",
        "#50001",
        "5А",
        "#1",
        "#2",
        "#1",
        "#3",
        "#5",
        "#5",
        "ж",
        "",
        "",
        "",
    ];
    let (pupil, remark) = (12, 14);
    for number in 0..8 {
        // in the year before another code has the name: who is who is asked
        let (year, school) = if number == 7 { (2023, "edu990002") } else { (2024, line[0]) };
        let mut rows: Vec<Vec<String>> = vec![
            vec![format!("ВПР {year} Русский язык 5 класс"), planter.next()],
            vec!["Дата:".to_owned(), planter.next()],
            head.iter().map(ToString::to_string).chain([planter.next()]).collect(),
        ];
        for at in 0..line.len() {
            let mut row: Vec<String> = line.iter().map(ToString::to_string).collect();
            row[0] = school.to_owned();
            row[at] = planter.next();
            row[pupil] = planter.next();
            row[remark] = planter.next();
            rows.push(row);
        }
        // a telephone, an address, a document behind the name of the school
        for _ in 0..3 {
            let mut row: Vec<String> = line.iter().map(ToString::to_string).collect();
            if planter.0.is_multiple_of(4) {
                row[pupil] = planter.next();
            }
            (row[0], row[2]) = (school.to_owned(), format!("{} {}", line[2], planter.next()));
            rows.push(row);
        }
        let texts: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
        let (author, comment, other) = (planter.next(), planter.next(), planter.next());
        let notes = cells(&[&["Памятка", &other], &[&planter.next()]]);
        let mut bytes = xlsx_with(
            &[("РУ 5", cells(&rows)), ("hidden:Заметки", notes)],
            &[
                ("docProps/core.xml", format!("<x><creator>{author}</creator></x>").into_bytes()),
                ("xl/comments1.xml", format!("<comments><t>{comment}</t></comments>").into_bytes()),
            ],
        );
        let name = format!("data/in/{year}/Ф1_РУ_5_{year} {number}.xlsx");
        if number == 6 {
            bytes.truncate(bytes.len() / 2);
        }
        files.push((name, bytes));
    }
    let mut exams = "Код ОО;Фамилия;Имя;Отчество;Код участника;Класс;Пол;Предмет;Форма;Период;Попытка;Статус;Категория;Первичный балл;Тестовый балл;Отметка\r\n".to_owned();
    let line = "990001;;;;77001;9А;Ж;Математика;ОГЭ;Основной;1;Сдан;Выпускник текущего года;14;;3";
    for at in 0..line.split(';').count() {
        let mut row: Vec<String> = line.split(';').map(str::to_owned).collect();
        (row[1], row[2], row[3]) = (planter.next(), planter.next(), planter.next());
        row[at] = planter.next();
        exams += &(row.join(";") + "\r\n");
    }
    files.push((
        "data/in/2024/ГИА-9 2024.csv".to_owned(),
        encoding_rs::WINDOWS_1251.encode(&exams).0.into_owned(),
    ));
    // A form that nobody knows, a passport of one school, a text that is no table: failures and oddities.
    let rows = [
        vec!["Социальный паспорт школы, 2023/2024".to_owned(), planter.next()],
        vec!["Логин ОО".to_owned(), "edu990001".to_owned(), planter.next()],
        vec!["Директор".to_owned(), planter.next()],
        vec!["Всего обучающихся".to_owned(), "#200".to_owned(), planter.next()],
        vec!["из многодетных семей".to_owned(), planter.next()],
        vec![planter.next(), "#7".to_owned()],
    ];
    let texts: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let slices: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
    files.push(("data/in/2024/Паспорт.xlsx".to_owned(), xlsx_with(&[("Паспорт", cells(&slices))], &[])));
    let mut unknown = String::from("Журнал обращений\n");
    while planter.0 < 500 {
        unknown += &format!("{};{}\n", planter.next(), planter.0);
    }
    files.push(("data/in/2024/журнал.csv".to_owned(), unknown.into_bytes()));
    files
}

fn copy(from: &Root, to: &Root, folder: &str) {
    to.create_folder(folder).unwrap();
    for entry in from.list(folder).unwrap() {
        let path = format!("{folder}/{}", entry.name);
        if entry.kind == rsoko::lake::EntryKind::File {
            to.put(&path, &from.read(&path).unwrap()).unwrap();
        }
    }
}

#[test]
fn five_hundred_canaries_and_none_is_heard() {
    let folder = TempDir::new("canaries");
    let temporary = TempDir::new("canaries-tmp");
    let here = Root::new(Arc::new(RealDisk), Path::new(env!("CARGO_MANIFEST_DIR")));
    let there = Root::new(Arc::new(RealDisk), folder.path());
    for part in ["pipelines/methods", "pipelines/layouts", "data/reference"] {
        copy(&here, &there, part);
    }
    there.put("pipelines/trial.toml", PIPELINE.as_bytes()).unwrap();
    there.create_folder("data/in/2023").unwrap();
    there.create_folder("data/in/2024").unwrap();
    let mut planter = Planter(0);
    let files = books(&mut planter);
    assert!(planter.0 >= 500, "{}", planter.0);
    for (name, bytes) in &files {
        there.put(name, bytes).unwrap();
    }
    let mut heard = String::new();
    let mut say = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rsoko"));
        command.arg("--workspace").arg(folder.path()).args(words).env("TMPDIR", temporary.path());
        let output = command.output().unwrap();
        heard += &String::from_utf8_lossy(&output.stdout);
        heard += &String::from_utf8_lossy(&output.stderr);
    };
    say(&["check", "trial"]);
    say(&["--json", "check", "trial"]);
    for (name, _) in &files {
        say(&["layout", "try", name]);
    }
    assert!(heard.contains("I206") && heard.contains("S102") && heard.contains("S110"), "{heard}");
    let workspace = Workspace::open(folder.path(), Arc::new(RealDisk)).unwrap();
    let workspace = workspace.with_reader(Path::new(env!("CARGO_BIN_EXE_rsoko")));
    let stages: Vec<Box<dyn Stage>> = vec![Box::new(Ingest), Box::new(Validate), Box::new(Identity)];
    execute_with(&workspace, "trial", &stages, &Silent).unwrap();
    // Tables are packed: they are read back as texts.
    let run = OpenRun::latest(&workspace).unwrap();
    let height = |table: &str| run.table(table).unwrap().height();
    let heights = [height("school_named"), height("school_case")];
    assert!(heights[0] > 2 && heights[1] > 0, "names are kept, and who is who is asked: {heights:?}");
    for record in &run.manifest().tables {
        let frame = run.table(&record.name).unwrap();
        for column in frame.columns() {
            let texts = column.cast(&polars::prelude::DataType::String).unwrap();
            let texts = texts.as_materialized_series().str().unwrap();
            texts.iter().flatten().for_each(|text| {
                heard += text;
                heard.push('\n');
            });
        }
    }
    let mut written = Vec::new();
    walk(folder.path(), &mut written);
    walk(temporary.path(), &mut written);
    let sources: BTreeSet<_> = files.iter().map(|(name, _)| folder.path().join(name)).collect();
    for file in written.iter().filter(|file| !sources.contains(*file)) {
        heard += &String::from_utf8_lossy(&RealDisk.read(file).unwrap());
    }
    let heard = heard.to_lowercase();
    let told: Vec<String> = (0..planter.0)
        .map(canary)
        .filter(|canary| {
            let surname = canary.split(" Пётр").next().unwrap_or(canary).to_lowercase();
            heard.contains(&surname)
        })
        .collect();
    assert!(told.is_empty(), "{told:?}");
}
