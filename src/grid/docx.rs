//! A Word document of one table, as offices attach it to letters: title lines, the table, notes below it, numbered pages.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, FieldCharType, Footer, Header, InstrNUMPAGES, InstrPAGE, InstrText, LineSpacing,
    PageMargin, PageOrientationType, Paragraph, Run, RunFonts, Shading, Table, TableCell, TableLayoutType,
    TableRow, WidthType,
};

use crate::base::{Fault, FaultCode, Result};

/// A landscape A4 document of one table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annex {
    /// Above the title, on the right: «Приложение».
    pub corner: String,
    /// The title, bold.
    pub title: String,
    /// Lines below the title, centred.
    pub lines: Vec<String>,
    /// What stands above every page.
    pub header: String,
    /// Before the page's number and between it and the number of pages: «Страница », « из ».
    pub page: (String, String),
    /// Heads of the columns with their parts of the width.
    pub columns: Vec<(String, usize)>,
    /// Rows, each as long as `columns`; a line break inside a cell begins a paragraph.
    pub rows: Vec<Vec<String>>,
    /// Paragraphs below the table.
    pub notes: Vec<String>,
}

const FONT: &str = "Times New Roman";
/// Twentieths of a point: A4 across, and the width between its margins.
const PAGE: (u32, u32) = (16_838, 11_906);
const MARGIN: i32 = 1_134;
const WIDTH: usize = 16_838 - 2 * 1_134;
/// Half points.
const SIZE: usize = 24;
const SMALL: usize = 20;

/// Paragraphs with numbers of their own: those of the library count on from document to document.
struct Paragraphs(u32);

impl Paragraphs {
    fn make(&mut self, text: &str, size: usize, align: AlignmentType, bold: bool) -> Paragraph {
        let run = Run::new().add_text(text).size(size).fonts(fonts());
        self.empty().align(align).add_run(if bold { run.bold() } else { run })
    }

    fn empty(&mut self) -> Paragraph {
        self.0 += 1;
        Paragraph::new().id(format!("{:08x}", self.0)).line_spacing(LineSpacing::new().before(0).after(40))
    }
}

fn fonts() -> RunFonts {
    RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT)
}

/// A number that the office program counts; the library's own has another font than the words beside it.
/// Each part of the field is a run, or an office program forgets the font.
fn field(paragraph: Paragraph, what: InstrText) -> Paragraph {
    let run = || Run::new().size(SMALL).fonts(fonts());
    paragraph
        .add_run(run().add_field_char(FieldCharType::Begin, false))
        .add_run(run().add_instr_text(what))
        .add_run(run().add_field_char(FieldCharType::Separate, false))
        .add_run(run().add_text("1"))
        .add_run(run().add_field_char(FieldCharType::End, false))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Annex {
    /// The bytes of the DOCX file: the same for the same annex, on every machine and at any time.
    ///
    /// # Errors
    /// `E101` where the archive cannot be put together: a bug.
    pub fn to_docx(&self) -> Result<Vec<u8>> {
        let mut parts = self.document().build();
        // the head of the table on every page: the library has no word for it
        let head = "<w:trPr><w:cantSplit /></w:trPr>";
        let repeated = "<w:trPr><w:cantSplit /><w:tblHeader /></w:trPr>";
        parts.document = String::from_utf8_lossy(&parts.document).replacen(head, repeated, 1).into_bytes();
        // nor for who made the document and what it is called
        let nobody = "<dc:creator>unknown</dc:creator><cp:lastModifiedBy>unknown</cp:lastModifiedBy>";
        let named = format!(
            "<dc:title>{}</dc:title><dc:creator>rsoko</dc:creator><cp:lastModifiedBy>rsoko</cp:lastModifiedBy>",
            escaped(&self.title)
        );
        let core = String::from_utf8_lossy(&parts.doc_props.core).replacen(nobody, &named, 1);
        parts.doc_props.core = core.into_bytes();
        let mut bytes = Cursor::new(Vec::new());
        parts.pack(&mut bytes).map_err(|error| Fault::new(FaultCode::Bug).because(error))?;
        Ok(bytes.into_inner())
    }

    fn document(&self) -> Docx {
        let mut p = Paragraphs(0);
        let header = Header::new().add_paragraph(p.make(&self.header, SMALL, AlignmentType::Center, false));
        let run = |text: &str| Run::new().add_text(text).size(SMALL).fonts(fonts());
        let page = p.empty().align(AlignmentType::Center).add_run(run(&self.page.0));
        let page = field(page, InstrText::PAGE(InstrPAGE::default())).add_run(run(&self.page.1));
        let numbers = field(page, InstrText::NUMPAGES(InstrNUMPAGES::default()));
        let margin = PageMargin {
            top: MARGIN,
            left: MARGIN,
            bottom: MARGIN,
            right: MARGIN,
            header: 567,
            footer: 567,
            gutter: 0,
        };
        let mut docx = Docx::new()
            .created_at("2000-01-01T00:00:00Z")
            .updated_at("2000-01-01T00:00:00Z")
            .default_fonts(fonts())
            .default_size(SIZE)
            .page_size(PAGE.0, PAGE.1)
            .page_orient(PageOrientationType::Landscape)
            .page_margin(margin)
            .header(header)
            .footer(Footer::new().add_paragraph(numbers))
            .add_paragraph(p.make(&self.corner, SIZE, AlignmentType::Right, false))
            .add_paragraph(p.make(&self.title, SIZE + 4, AlignmentType::Center, true));
        for line in &self.lines {
            docx = docx.add_paragraph(p.make(line, SIZE, AlignmentType::Center, false));
        }
        docx = docx.add_paragraph(p.empty()).add_table(self.table(&mut p)).add_paragraph(p.empty());
        for note in &self.notes {
            docx = docx.add_paragraph(p.make(note, SMALL, AlignmentType::Both, false));
        }
        docx
    }

    fn table(&self, p: &mut Paragraphs) -> Table {
        let parts: usize = self.columns.iter().map(|(_, part)| part).sum::<usize>().max(1);
        let widths: Vec<usize> = self.columns.iter().map(|(_, part)| WIDTH * part / parts).collect();
        let mut rows = vec![
            TableRow::new(
                self.columns
                    .iter()
                    .zip(&widths)
                    .map(|((head, _), width)| {
                        TableCell::new()
                            .width(*width, WidthType::Dxa)
                            .shading(Shading::new().fill("E6EBF1"))
                            .add_paragraph(p.make(head, SMALL + 2, AlignmentType::Center, true))
                    })
                    .collect(),
            )
            .cant_split(),
        ];
        for row in &self.rows {
            let cells = row.iter().zip(&widths).map(|(text, width)| {
                text.lines().fold(TableCell::new().width(*width, WidthType::Dxa), |cell, line| {
                    cell.add_paragraph(p.make(line, SMALL + 2, AlignmentType::Left, false))
                })
            });
            rows.push(TableRow::new(cells.collect()).cant_split());
        }
        Table::new(rows).set_grid(widths).layout(TableLayoutType::Fixed).width(WIDTH, WidthType::Dxa)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Annex;

    fn sample() -> Annex {
        Annex {
            corner: "Приложение".into(),
            title: "Расчётный перечень: А & Б".into(),
            lines: vec!["Внутренняя редакция".into()],
            header: "Внутренняя редакция".into(),
            page: ("Страница ".into(), " из ".into()),
            columns: vec![("№ п/п".into(), 1), ("Основание".into(), 9)],
            rows: vec![vec!["1".into(), "А <б> & в\nГ".into()], vec!["2".into(), "Д".into()]],
            notes: vec!["Примечание".into()],
        }
    }

    #[test]
    fn the_same_annex_gives_the_same_bytes_in_any_thread() {
        let here = sample().to_docx().unwrap();
        let other = sample().to_docx().unwrap();
        let there = std::thread::spawn(|| sample().to_docx().unwrap()).join().unwrap();
        assert!(here == other && here == there);
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(here)).unwrap();
        for at in 0..zip.len() {
            let file = zip.by_index(at).unwrap();
            assert_eq!(file.last_modified().map(|time| time.year()), Some(1980), "{:?}", file.name());
        }
    }

    #[test]
    fn a_cell_keeps_its_text_and_the_head_stands_on_every_page() {
        let bytes = sample().to_docx().unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let document = part("word/document.xml");
        assert!(document.contains("А &lt;б&gt; &amp; в"), "{document}");
        assert_eq!(document.matches("<w:tblHeader />").count(), 1);
        assert!(document.contains("w:orient=\"landscape\"") && document.contains("Times New Roman"));
        assert!(part("word/footer1.xml").contains("NUMPAGES"));
        let core = part("docProps/core.xml");
        assert!(core.contains("2000-01-01T00:00:00Z") && core.contains("<dc:creator>rsoko</dc:creator>"));
        assert!(
            core.contains("<dc:title>Расчётный перечень: А &amp; Б</dc:title>") && !core.contains("unknown")
        );
    }
}
