//! How cells look: a small closed set, sober on screen and on paper.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Style {
    /// As the program shows it by itself.
    #[default]
    Plain,
    /// The heading of a sheet.
    Title,
    /// A column's header: bold, wrapped, bordered, filled.
    Header,
    /// Wrapped text in a bordered cell.
    Text,
    /// The same in a form that somebody else made.
    Form,
    /// A whole number in such a form.
    FormInteger,
    /// A year or a sign, in the middle of a bordered cell.
    Centre,
    /// A whole number, thousands apart.
    Integer,
    /// A share, shown in per cent with one decimal.
    Share1,
    /// A number with two decimals.
    Decimal2,
    /// An explanation: grey, italic.
    Note,
    /// Text of a row that stands on a list.
    Listed,
    /// Text of a row near the cut.
    Borderline,
}

const INK: u32 = 0x0022_2B36;
const LINE: u32 = 0x00C3_CAD3;

impl Style {
    fn format(self) -> Format {
        let plain = Format::new();
        let cell = || {
            let line = Format::new().set_border(FormatBorder::Thin).set_border_color(Color::RGB(LINE));
            line.set_align(FormatAlign::Top)
        };
        match self {
            Self::Plain => plain,
            Self::Title => plain.set_bold().set_font_size(14).set_font_color(Color::RGB(INK)),
            Self::Header => cell()
                .set_bold()
                .set_font_color(Color::RGB(INK))
                .set_background_color(Color::RGB(0x00E6_EBF1))
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap(),
            Self::Text => cell().set_text_wrap().set_align(FormatAlign::Left).set_indent(1),
            Self::Form => cell().set_text_wrap(),
            Self::FormInteger => cell().set_num_format("#,##0"),
            Self::Centre => cell().set_align(FormatAlign::Center),
            Self::Integer => cell().set_num_format("#,##0").set_align(FormatAlign::Right).set_indent(1),
            Self::Share1 => cell().set_num_format("0.0%").set_align(FormatAlign::Right).set_indent(1),
            Self::Decimal2 => cell().set_num_format("0.00").set_align(FormatAlign::Right).set_indent(1),
            Self::Note => plain.set_italic().set_font_color(Color::RGB(0x005B_6673)),
            Self::Listed => cell()
                .set_text_wrap()
                .set_align(FormatAlign::Left)
                .set_indent(1)
                .set_background_color(Color::RGB(0x00F8_DCD6)),
            Self::Borderline => cell()
                .set_text_wrap()
                .set_align(FormatAlign::Left)
                .set_indent(1)
                .set_background_color(Color::RGB(0x00FB_F0CC)),
        }
    }
}

/// The formats of one workbook, made once.
pub(in crate::grid) struct Formats(Vec<(Style, Format)>, Format);

impl Formats {
    pub(in crate::grid) fn new() -> Self {
        use Style::{
            Borderline, Centre, Decimal2, Form, FormInteger, Header, Integer, Listed, Note, Plain, Share1,
            Text, Title,
        };
        let styles = [
            Plain,
            Title,
            Header,
            Text,
            Form,
            FormInteger,
            Centre,
            Integer,
            Share1,
            Decimal2,
            Note,
            Listed,
            Borderline,
        ];
        Self(styles.iter().map(|&style| (style, style.format())).collect(), Format::new())
    }

    pub(in crate::grid) fn get(&self, style: Style) -> &Format {
        self.0.iter().find(|(known, _)| *known == style).map_or(&self.1, |(_, format)| format)
    }
}
