//! Report notebooks and the workbook of lists.
//!
//! A report is a Markdown file with cells (`reports/<name>.<lang>.md`) that is filled in from the run's tables. It sees
//! no rows of pupils, and nothing but the run's tables.

mod adverse;
mod annex;
mod chart;
mod columns;
mod grounds;
mod html;
mod municipal;
mod notebook;
mod official;
mod others;
mod places;
mod query;
mod render;
mod rows;
mod table;
mod template;
mod types;
mod voice;
mod workbook;

use std::collections::BTreeSet;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::base::{Fault, FaultCode, Place, Result};
use crate::method::MethodPack;
use crate::pipeline::{Artefact, Declared, Input, Output, Params, Read, Stage};
use crate::reports::notebook::Notebook;
use crate::reports::query::answers;
use crate::reports::render::Report;
use crate::tables::{self, Sensitivity, Table};
use crate::text::Lang;

/// The stage that writes reports and the workbook of lists.
pub struct Reports;

/// The tables that the workbook needs.
const WORKBOOK: [&str; 13] = [
    "adverse_index",
    "cluster",
    "cluster_type",
    "decision",
    "finding",
    "indicator_value",
    "list_change",
    "list_comparison",
    "list_entry",
    "list_model",
    "reason",
    "school",
    "series_break",
];
/// Is there a workbook of each municipality?
const MUNICIPALITIES: [&str; 2] = ["yes", "no"];
const CSS: &str = "report/report.css";
const CSS_FILE: &str = "reports/theme/report.css";

impl Stage for Reports {
    fn kind(&self) -> &'static str {
        "reports"
    }

    fn check(&self, declared: &Declared<'_>) -> Result<()> {
        let params = Params::of(declared.params, &["municipalities", "notebooks"])?;
        params.word("municipalities", &MUNICIPALITIES)?;
        let missing = |fault: Box<Fault>| fault.at(Place::File(CSS_FILE.to_owned()));
        let (path, css) = declared.document(CSS).map_err(missing)?;
        if let Some(line) = html::loads(css) {
            let place = Place::Line(path.to_owned(), line);
            return Err(Fault::new(FaultCode::ReportInvalid).at(place).why("report-theme"));
        }
        let mut taken = BTreeSet::new();
        for (lang, notebook) in notebooks(declared)? {
            if !taken.insert((lang, notebook.head.output.clone())) {
                return Err(Fault::new(FaultCode::ValueInvalid)
                    .at(Place::File(notebook.path))
                    .with("field", "output")
                    .with("value", &notebook.head.output)
                    .why("value-output-twice"));
            }
            Report::new(&notebook, lang, declared)?.check()?;
        }
        Ok(())
    }

    fn reads(&self, declared: &Declared<'_>) -> Result<Vec<Read>> {
        let mut names: BTreeSet<String> = WORKBOOK.map(ToOwned::to_owned).into();
        for (lang, notebook) in notebooks(declared)? {
            names.extend(Report::new(&notebook, lang, declared)?.check()?);
        }
        let mut reads: Vec<Read> = tables::ALL
            .iter()
            .filter(|table| names.contains(table.name))
            .map(|table| Read::all(table.name).or_empty())
            .collect();
        reads.extend(places::reads());
        Ok(reads)
    }

    fn writes(&self) -> &'static [&'static str] {
        &[]
    }

    fn documents(&self, _declared: &Declared<'_>) -> Vec<String> {
        vec!["method".to_owned(), "method/".to_owned(), "report/".to_owned()]
    }

    fn names_run(&self) -> bool {
        true
    }

    fn run(&self, input: &Input<'_>) -> Result<Output> {
        let declared = &input.declared;
        let (_, css) = declared.document(CSS)?;
        let notebooks = notebooks(declared)?;
        let tables = places::with_schools(input.tables)?;
        let years = list_years(&tables, &pack(declared)?)?;
        input.progress.total(u64::try_from(notebooks.len() + declared.languages.len()).unwrap_or(u64::MAX));
        let sets = adverse::Sets::of(declared, &tables)?;
        let pages: Vec<(Lang, &Notebook, Report<'_>)> = notebooks
            .iter()
            .map(|(lang, notebook)| {
                Ok((*lang, notebook, Report::new(notebook, *lang, declared)?.of_years(&years).of_sets(&sets)))
            })
            .collect::<Result<_>>()?;
        let asked: Vec<_> = pages.iter().map(|(_, _, report)| report.queries()).collect::<Result<_>>()?;
        let answers = answers(asked.into_iter().flatten(), &tables)?;
        let page = |lang: Lang, notebook: &Notebook, report: &Report<'_>| {
            let html = report.html(&answers, css, input.run)?;
            let name = in_language(&notebook.head.output, "html", lang, declared.languages);
            input.progress.advance(1);
            Ok(Artefact { name, bytes: html.into_bytes() })
        };
        let contents = workbook::Contents::read(&tables)?;
        let lists = |lang: Lang| {
            let bytes = workbook::workbook(lang, declared, &contents, &tables, input.run)?.to_xlsx()?;
            input.progress.advance(1);
            Ok(Artefact { name: in_language("lists", "xlsx", lang, declared.languages), bytes })
        };
        let leaving = || -> Result<Vec<Artefact>> {
            let mut files = Vec::new();
            for lang in declared.languages {
                for (list, annex) in annex::annexes(*lang, declared, &contents, &tables)? {
                    let name = in_language(&format!("annex-{list}"), "docx", *lang, declared.languages);
                    files.push(Artefact { name, bytes: annex.to_docx()? });
                }
            }
            files.extend(municipal_books(input, &tables)?);
            Ok(files)
        };
        // first vectors of answers: of two faults always the first is told
        let pages = || -> Vec<Result<Artefact>> {
            pages.par_iter().map(|(lang, notebook, report)| page(*lang, notebook, report)).collect()
        };
        let workbooks =
            || -> Vec<Result<Artefact>> { declared.languages.par_iter().map(|lang| lists(*lang)).collect() };
        let (pages, (workbooks, leaving)) = rayon::join(pages, || rayon::join(workbooks, leaving));
        let mut files = pages.into_iter().chain(workbooks).collect::<Result<Vec<_>>>()?;
        files.extend(leaving?);
        Ok(Output { files, ..Output::default() })
    }
}

/// A workbook of each municipality, in each language.
fn municipal_books(
    input: &Input<'_>,
    tables: &std::collections::BTreeMap<&'static str, DataFrame>,
) -> Result<Vec<Artefact>> {
    let declared = &input.declared;
    if Params::of(declared.params, &["municipalities", "notebooks"])?
        .word("municipalities", &MUNICIPALITIES)?
        == "no"
    {
        return Ok(Vec::new());
    }
    let books: Vec<Result<Vec<Artefact>>> = municipal::municipal(tables)?
        .par_iter()
        .map(|own| {
            let contents = workbook::Contents::read(&own.tables)?;
            let book = |lang: &Lang| {
                let bytes =
                    workbook::workbook(*lang, declared, &contents, &own.tables, input.run)?.to_xlsx()?;
                let name = format!("municipalities/{}", own.file);
                Ok(Artefact { name: in_language(&name, "xlsx", *lang, declared.languages), bytes })
            };
            declared.languages.iter().map(book).collect()
        })
        .collect();
    Ok(books.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The declared method pack.
fn pack(declared: &Declared<'_>) -> Result<MethodPack> {
    let (path, text) = declared.document("method")?;
    MethodPack::parse(path, text)
}

/// Tables that a query may read: those without rows of pupils.
fn open_tables() -> Vec<&'static str> {
    tables::ALL
        .iter()
        .filter(|table| table.sensitivity != Sensitivity::Pupil)
        .map(|table| table.name)
        .collect()
}

/// The year of each of the pack's lists that has entries; it may come before the last year of the run. The list by conditions
/// of work has a year of its own.
fn list_years(
    tables: &std::collections::BTreeMap<&'static str, DataFrame>,
    pack: &MethodPack,
) -> Result<std::collections::BTreeMap<String, i32>> {
    let entries = table_or_empty::<tables::ListEntry>(tables)?;
    let rows = tables::texts(&entries, "list")?.into_iter().zip(tables::ints(&entries, "year")?);
    let of_pack =
        rows.filter_map(|(list, year)| list.zip(year)).filter(|(list, _)| pack.list(list).is_some());
    Ok(of_pack.collect())
}

/// `report.html` in the pipeline's first language, `report.en.html` in another.
fn in_language(name: &str, ending: &str, lang: Lang, languages: &[Lang]) -> String {
    if languages.first() == Some(&lang) {
        format!("{name}.{ending}")
    } else {
        format!("{name}.{}.{ending}", lang.code())
    }
}

/// The notebooks that the stage's parameter `notebooks` names, in every language of the pipeline.
fn notebooks(declared: &Declared<'_>) -> Result<Vec<(Lang, Notebook)>> {
    let names: Vec<&str> = match declared.params.get("notebooks") {
        None => vec!["identification"],
        Some(value) => value
            .as_array()
            .and_then(|list| list.iter().map(toml::Value::as_str).collect::<Option<Vec<_>>>())
            .ok_or_else(|| {
                Fault::new(FaultCode::ValueInvalid)
                    .with("field", "notebooks")
                    .with("value", value)
                    .why("value-names")
            })?,
    };
    let mut out = Vec::new();
    for name in names {
        for lang in declared.languages {
            let (path, text) = declared
                .document(&format!("report/{name}.{}.md", lang.code()))
                .map_err(|fault| fault.at(Place::File(format!("reports/{name}.{}.md", lang.code()))))?;
            out.push((*lang, Notebook::parse(path, text)?));
        }
    }
    Ok(out)
}

/// A table of the stage's input; an absent one is empty.
fn table_or_empty<T: Table>(
    tables: &std::collections::BTreeMap<&'static str, DataFrame>,
) -> Result<DataFrame> {
    tables.get(T::SPEC.name).map_or_else(|| tables::concat(T::SPEC, &[]), |frame| Ok(frame.clone()))
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{CSS, Reports, sample};
    use crate::base::{FaultCode, Place, Year};
    use crate::pipeline::{Artefact, Declared, Input, Stage};

    #[test]
    fn both_languages_get_a_page_and_a_workbook_and_the_same_bytes_each_time() {
        sample::with_input(&sample::documents(), |input| {
            let output = Reports.run(input).unwrap();
            let names: Vec<&str> = output.files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(
                names[..6],
                [
                    "report.html",
                    "report.en.html",
                    "lists.xlsx",
                    "lists.en.xlsx",
                    "annex-low_results.docx",
                    "annex-low_results.en.docx",
                ]
            );
            assert_eq!(output.files, Reports.run(input).unwrap().files);
            for file in &output.files {
                let text = text_of(&file.bytes);
                assert!(
                    !text.contains('⟦'),
                    "{}: a key without text: {:?}",
                    file.name,
                    text.split('⟦').nth(1)
                );
            }
            for (file, edition) in output.files.iter().zip(["Внутренняя редакция", "Internal edition"])
            {
                let html = String::from_utf8(file.bytes.clone()).unwrap();
                assert!(html.contains(edition) && html.contains("default-src 'none'"));
                assert!(!html.contains("⟦"), "a key without text: {}", html.split('⟦').nth(1).unwrap());
                assert!(!html.contains("<script") && !html.contains("<b>Школа"), "markup of data");
                assert!(html.contains("&lt;b&gt;Школа&lt;/b&gt; №\u{a0}10» _х_"));
            }
        });
    }

    /// Every text of a file: of an archive all its parts.
    fn text_of(bytes: &[u8]) -> String {
        use std::io::Read;
        let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
            return String::from_utf8_lossy(bytes).into_owned();
        };
        let mut text = String::new();
        for at in 0..zip.len() {
            zip.by_index(at).unwrap().read_to_string(&mut text).unwrap();
        }
        text
    }

    /// The rows of a sheet of a workbook, by the labels of their columns.
    fn rows_of(file: &Artefact, sheet: &str) -> Vec<BTreeMap<String, String>> {
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> =
            calamine::Xlsx::new(std::io::Cursor::new(file.bytes.clone())).unwrap();
        let cells = book.worksheet_range(sheet).unwrap();
        let mut rows = cells.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>());
        let head = rows.find(|row| row.get(1).is_some_and(|cell| !cell.is_empty())).unwrap();
        rows.map(|row| head.iter().cloned().zip(row).collect()).collect()
    }

    /// In the sample a decision took one school out (14), put one in that the rule does not list (1), and one that cannot be
    /// assessed (5).
    #[test]
    fn what_was_decided_stands_in_every_book_beside_what_was_computed() {
        sample::with_input(&sample::documents(), |input| {
            let files = Reports.run(input).unwrap().files;
            let told = |file: &Artefact| -> Vec<(String, String, String, String)> {
                rows_of(file, "List")
                    .iter()
                    // without a decision there is no such column
                    .filter(|row| row.get("Decided").is_some_and(|decided| !decided.is_empty()))
                    .map(|row| {
                        let [id, computed, decided, document] =
                            ["School code", "Computed", "Decided", "Document"]
                                .map(|label| row[label].clone());
                        (id, computed, decided, document)
                    })
                    .collect()
            };
            let line = |id: &str, computed: &str, decided: &str, document: &str| {
                (id.to_owned(), computed.to_owned(), decided.to_owned(), document.to_owned())
            };
            let book = files.iter().find(|file| file.name == "lists.en.xlsx").unwrap();
            let mut all = told(book);
            all.sort();
            let decisions = [
                line("203001", "not on the list", "on the list", "протокол 1"),
                line("203005", "not assessable", "on the list", "протокол 5"),
                line("203014", "on the list", "not on the list", "протокол 14"),
            ];
            assert_eq!(all, decisions);
            assert_eq!(rows_of(book, "List").len(), 6 + 2, "six by the rule, two by decisions");
            let mut municipal: Vec<_> = files
                .iter()
                .filter(|file| file.name.starts_with("municipalities/") && file.name.ends_with(".en.xlsx"))
                .flat_map(told)
                .collect();
            municipal.sort();
            assert_eq!(municipal, decisions, "in the books of the municipalities too");
            let annex =
                text_of(&files.iter().find(|file| file.name.ends_with("results.en.docx")).unwrap().bytes);
            assert_eq!(annex.matches("by the rule not on the list").count(), 1);
            assert_eq!(annex.matches("by the rule not assessable: no results").count(), 1);
            let stays = |row: &&BTreeMap<String, String>| row["Decided"] != "not on the list";
            let rows = rows_of(book, "List");
            let sure = rows.iter().filter(stays).filter(|row| !row["Verdict"].is_empty()).count();
            assert_eq!((annex.matches("Conclusion: ").count(), sure > 0), (sure, true));
        });
    }

    /// A probability of the change is called otherwise than that of the rule, and a figure that does not count is not printed.
    #[test]
    fn a_school_that_cannot_be_assessed_did_not_improve() {
        sample::with_input(&sample::documents(), |input| {
            let files = Reports.run(input).unwrap().files;
            let book = files.iter().find(|file| file.name == "lists.en.xlsx").unwrap();
            let rows = rows_of(book, "Changes");
            let left = rows.iter().find(|row| row["Change"] == "left").unwrap();
            assert_eq!(left["What changed"], "cannot be assessed this year");
            assert_eq!((left["Share, year that came in"].as_str(), left["Participants"].as_str()), ("", "9"));
            assert_eq!(left["Probability of the same in the true shares"], "0.6");
            assert!(!left.contains_key("Probability") && !left.contains_key("Verdict"));
        });
    }

    #[test]
    fn every_list_of_the_method_has_its_section() {
        use polars::prelude::{IntoLazy, lit};
        let mut documents = sample::documents();
        let method = &mut documents.get_mut("method").unwrap().1;
        let rule = method.lines().find(|line| line.starts_with("rule = { count_of")).unwrap().to_owned();
        let title = "{ ru = \"Второй перечень\", en = \"The second list\" }";
        let second =
            format!("[[list]]\nid = \"second\"\ntitle = {title}\n{rule}\nobjectivity = \"flag\"\n\n");
        // behind the first
        let at = method.find("[[factors.set]]").unwrap();
        method.insert_str(at, &second);
        sample::with_input(&documents, |input| {
            let mut tables = input.tables.clone();
            for (name, frame) in sample::tables("second") {
                let is_of_lists = ["list_entry", "reason", "list_model", "list_change"].contains(&name);
                if is_of_lists {
                    // the second list is that of the year before
                    let earlier = frame.lazy().with_column(lit(2024).alias("year")).collect().unwrap();
                    let both = tables[name].vstack(&earlier).unwrap();
                    tables.insert(name, both);
                }
            }
            let Input { seed, run, sources, progress, .. } = *input;
            let Declared { languages, params, documents, years } = input.declared;
            let declared = Declared { languages, params, documents, years };
            let input = Input { declared, tables: &tables, seed, run, sources, progress };
            let files = Reports.run(&input).unwrap().files;
            let page = String::from_utf8(files[1].bytes.clone()).unwrap();
            let parts: Vec<&str> = page.split("<h1>").collect();
            assert_eq!(parts.len(), 1 + 4, "the page, two lists, and what is about all of them");
            assert!(
                parts[2].starts_with("Schools with low results") && parts[3].starts_with("The second list")
            );
            for (part, year) in [(parts[2], 2025), (parts[3], 2024)] {
                assert!(part.contains(&format!("The computed list of {year} holds <strong>6 schools")));
                for heading in ["The list", "Who entered and who left", "Schools that cannot be assessed"] {
                    assert_eq!(part.matches(&format!("<h2>{heading}</h2>")).count(), 1, "{heading}");
                }
                assert!(part.matches("<svg").count() >= 3, "charts of its own");
            }
            assert!(parts[4].contains("Quality of the source data"));
            assert_eq!(page.matches("<h2>Quality of the source data</h2>").count(), 1);
            assert_eq!(page.matches("It is no ranking").count(), 1);
        });
    }

    #[test]
    fn what_leaves_the_house_never_claims_to_be_the_federal_list() {
        sample::with_input(&sample::documents(), |input| {
            let files = Reports.run(input).unwrap().files;
            assert_eq!(files.len(), 6 + 2 * 3);
            for file in &files {
                let text = text_of(&file.bytes);
                let calculated = text.contains("Расчётный перечень") || text.contains("Computed list");
                let internal = text.contains("Внутренняя редакция") || text.contains("Internal edition");
                assert!(calculated && internal, "{}", file.name);
                assert!(!text.contains(sample::PUPIL), "{}: a pupil's code", file.name);
                for claim in [
                    "Официальный перечень",
                    "Official list of",
                    "Перечень ШНОР",
                    "Перечень Рособрнадзора",
                    "ШНОР 2025",
                ] {
                    assert!(!text.contains(claim), "{}: {claim}", file.name);
                }
                for claim in ["ШНОР", "shnor", "official", "официальн", "Рособрнадзор"]
                {
                    assert!(!file.name.contains(claim), "{}", file.name);
                }
            }
        });
    }

    #[test]
    fn what_no_list_counts_stands_beside_the_schools_that_a_list_is_about() {
        sample::with_input(&sample::documents(), |input| {
            let files = Reports.run(input).unwrap().files;
            let text = |name: &str| text_of(&files.iter().find(|file| file.name == name).unwrap().bytes);
            let book = text("lists.en.xlsx");
            assert!(book.contains("Other figures") && book.contains("-0.4321"));
            assert!(!book.contains("1e-17") && !book.contains("1E-17"), "the region's mean is 0");
            let page = text("report.en.html");
            assert!(page.contains("Eleventh-graders and the EGE") && page.contains("The whole region"));
            let own = files.iter().find(|file| file.name.starts_with("municipalities/")).unwrap();
            assert!(text_of(&own.bytes).contains("-0.4321"), "{}", own.name);
        });
    }

    #[test]
    fn a_workbook_of_a_municipality_has_its_own_schools_and_no_other() {
        sample::with_input(&sample::documents(), |input| {
            let files = Reports.run(input).unwrap().files;
            let own: Vec<_> = files.iter().filter(|file| file.name.starts_with("municipalities/")).collect();
            assert_eq!(own.len(), 6);
            for file in own {
                let text = text_of(&file.bytes);
                let mine = sample::schools()
                    .filter(|(_, municipality)| file.name.contains(municipality.as_str()))
                    .any(|(id, _)| text.contains(&id));
                assert!(mine, "{}", file.name);
                for (id, municipality) in sample::schools() {
                    let is_own = file.name.contains(municipality.as_str());
                    assert!(is_own || !text.contains(&id), "{}: {id} of {municipality}", file.name);
                }
            }
        });
    }

    #[test]
    fn a_list_of_an_earlier_year_says_so_on_the_page_and_in_the_workbook() {
        let last = |years: &[Year], sentence: &str| {
            sample::with_input(&sample::documents(), |input| {
                let Input { tables, seed, run, sources, progress, .. } = *input;
                let Declared { languages, params, documents, .. } = input.declared;
                let declared = Declared { years, languages, params, documents };
                let input = Input { declared, tables, seed, run, sources, progress };
                let files = Reports.run(&input).unwrap().files;
                let page = files.iter().find(|file| file.name == "report.en.html").unwrap();
                String::from_utf8(page.bytes.clone()).unwrap().contains(sentence)
            })
        };
        let sentence = "there are no results by which schools are assessed: the list is that of 2025";
        assert!(last(
            &[Year(2024), Year(2025), Year(2026)],
            &format!("In the last year of the run, 2026, {sentence}")
        ));
        assert!(!last(&[Year(2024), Year(2025)], sentence));
        let break_line = "2025, VPR: scales were revised (weak)";
        assert!(last(&[Year(2024), Year(2025)], break_line), "{break_line}");
    }

    #[test]
    fn the_report_knows_its_list_by_the_pack_and_by_no_name_of_its_own() {
        let html = |list: &str| {
            let mut documents = sample::documents();
            let method = &mut documents.get_mut("method").unwrap().1;
            *method = method.replace("\"low_results\"", &format!("\"{list}\""));
            sample::with_list(list, &documents, |input| {
                let page = Reports.run(input).unwrap().files.remove(0).bytes;
                String::from_utf8(page).unwrap()
            })
        };
        assert!(html("low_results").contains("203007"));
        assert_eq!(html("shnor_2025"), html("low_results"));
    }

    #[test]
    fn what_a_factor_shows_is_said_as_surely_as_it_is_known() {
        sample::with_input(&sample::documents(), |input| {
            let page = String::from_utf8(Reports.run(input).unwrap().files.remove(1).bytes).unwrap();
            for said in ["acts", "cannot be told", "no noticeable influence"] {
                assert!(page.contains(said), "{said}");
            }
        });
    }

    #[test]
    fn why_a_school_cannot_be_assessed_is_true_of_it() {
        sample::with_input(&sample::documents(), |input| {
            let files = Reports.run(input).unwrap().files;
            let page =
                |at: usize| String::from_utf8(files[at].bytes.clone()).unwrap().replace(" class=\"num\"", "");
            for (at, row) in [
                (1, ["no results", "—", "—"]),
                (1, ["no results", "2024", "—"]),
                (1, ["too few participants", "2025", "6"]),
                (1, ["results in fewer criteria than needed", "2025", "—"]),
                (1, ["the school has no grades that take these tests", "—", "—"]),
                (0, ["нет результатов", "2024", "—"]),
                (0, ["слишком мало участников", "2025", "6"]),
            ] {
                let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
                assert_eq!(page(at).matches(&cells).count(), 1, "{cells}");
            }
            assert!(page(0).contains(", весна<") && !page(0).contains("spring"));
        });
    }

    /// A notebook of one cell or text, in both languages.
    fn trouble_of(piece: &str) -> Box<crate::base::Fault> {
        let mut documents = sample::documents();
        for lang in ["ru", "en"] {
            let name = format!("identification.{lang}.md");
            let text = format!("---\ntitle = \"Т\"\noutput = \"report\"\n---\n\n{piece}\n");
            documents.insert(format!("report/{name}"), (format!("reports/{name}"), text));
        }
        sample::with_input(&documents, |input| {
            Reports.check(&input.declared).and_then(|()| Reports.run(input).map(|_| ())).unwrap_err()
        })
    }

    #[test]
    fn a_notebook_cannot_take_all_time_all_memory_or_the_network() {
        let place = |line| Place::Line("reports/identification.ru.md".to_owned(), line);
        let many = "```sql name=a\nSELECT r.value FROM reason AS r JOIN reason AS s ON r.list = s.list JOIN school AS t ON r.year = t.year\n```\n";
        for (piece, code, line, told) in [
            (
                "a\n\n{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
                FaultCode::ReportInvalid,
                8,
                "report-steps",
            ),
            ("{% set x = 'x' * 2000000000 %}", FaultCode::ReportInvalid, 6, "report-steps"),
            (
                "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
                FaultCode::ReportInvalid,
                6,
                "report-template",
            ),
            ("a\n![x](https://example.org/x.png)", FaultCode::ReportInvalid, 7, "report-picture"),
            (
                "{{ '!' | safe }}{{ '[x](https://example.org/x.png)' | safe }}",
                FaultCode::ReportInvalid,
                6,
                "report-picture",
            ),
            ("[x](javascript:alert(1))", FaultCode::ReportInvalid, 6, "report-link"),
            (many, FaultCode::QueryInvalid, 6, "report-rows"),
        ] {
            let fault = trouble_of(piece);
            assert_eq!((fault.code, &fault.place), (code, &place(line)), "{piece}: {fault}");
            assert_eq!(fault.cause, Some(told), "{piece}: {fault}");
        }
    }

    #[test]
    fn trouble_in_a_notebook_points_at_its_line() {
        let text = "---\ntitle = \"Т\"\noutput = \"report\"\n---\n\n```sql name=a\nSELECT list FROM list_entry\n```\n\n{{ a.total }}\n\n```table data=a\nlist\n```\n";
        let cases = [
            ("list FROM list_entry", "path FROM read_csv('/etc/passwd')", FaultCode::QueryRefused, 6),
            ("list FROM list_entry", "pupil_code FROM result", FaultCode::NameUnknown, 6),
            ("list FROM list_entry", "list FORM list_entry", FaultCode::QueryInvalid, 6),
            ("list FROM list_entry", "nothing FROM list_entry", FaultCode::QueryInvalid, 6),
            ("{{ a.total }}", "{{ a.totl }}", FaultCode::ReportInvalid, 10),
            ("{{ a.total }}", "{{ a.total", FaultCode::ReportInvalid, 10),
            ("data=a", "data=b", FaultCode::ReportInvalid, 12),
            ("\nlist\n", "\nlost\n", FaultCode::ReportInvalid, 12),
        ];
        for (good, bad, code, line) in cases {
            let mut documents = sample::documents();
            for lang in ["ru", "en"] {
                let name = format!("identification.{lang}.md");
                documents
                    .insert(format!("report/{name}"), (format!("reports/{name}"), text.replace(good, bad)));
            }
            sample::with_input(&documents, |input| {
                let fault =
                    Reports.check(&input.declared).and_then(|()| Reports.run(input).map(|_| ())).unwrap_err();
                let place = Place::Line("reports/identification.ru.md".to_owned(), line);
                assert_eq!((fault.code, &fault.place), (code, &place), "{bad}: {fault}");
            });
        }
    }

    #[test]
    fn a_missing_style_sheet_is_named_by_its_file() {
        let mut documents = sample::documents();
        documents.remove(CSS);
        sample::with_input(&documents, |input| {
            let fault = Reports.check(&input.declared).unwrap_err();
            assert_eq!(fault.place, Place::File("reports/theme/report.css".to_owned()));
        });
    }
}
