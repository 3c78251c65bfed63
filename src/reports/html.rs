//! The page: one file, no scripts, nothing from outside.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, markdown_to_html, parse_document};

use crate::text::Lang;

/// Text made harmless inside HTML and its attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters have no place in a page.
            c if c.is_control() && c != '\n' && c != '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Markdown as HTML; HTML inside the Markdown is shown, never obeyed.
#[must_use]
pub fn markdown(text: &str) -> String {
    markdown_to_html(text, &options())
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.render.escape = true;
    options
}

/// What a page of one file cannot hold: its line (from 1), the cause, the address.
pub struct Foreign {
    pub line: usize,
    pub why: &'static str,
    pub url: String,
}

/// The first picture of a text, or link that leads nowhere a reader should go.
#[must_use]
pub fn foreign(text: &str) -> Option<Foreign> {
    let arena = Arena::new();
    parse_document(&arena, text, &options()).descendants().find_map(|node| {
        let node = node.data();
        let (why, url) = match &node.value {
            NodeValue::Image(image) => ("report-picture", image.url.clone()),
            NodeValue::Link(link) if !leads_somewhere(&link.url) => ("report-link", link.url.clone()),
            _ => return None,
        };
        Some(Foreign { line: node.sourcepos.start.line, why, url })
    })
}

fn leads_somewhere(url: &str) -> bool {
    ["https://", "http://", "mailto:", "#"].iter().any(|start| url.starts_with(start))
}

/// The first line of a theme (from 1) that loads something from elsewhere.
#[must_use]
pub fn loads(css: &str) -> Option<usize> {
    let loads = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.contains("@import") || line.replace("url(data:", "").replace("url(\"data:", "").contains("url(")
    };
    css.lines().position(loads).map(|line| line + 1)
}

/// What stands around the body of a report.
pub struct Page<'a> {
    /// Language of the text.
    pub lang: Lang,
    /// Title.
    pub title: &'a str,
    /// What is printed on every page: computed list, internal edition.
    pub edition: &'a str,
    /// Method and its status, printed on every page beside the edition.
    pub method: &'a str,
    /// With which command the statistics behind it are certified.
    pub certificate: &'a str,
    /// The theme.
    pub css: &'a str,
    /// The body.
    pub body: &'a str,
}

/// The whole page.
#[must_use]
pub fn page(page: &Page<'_>) -> String {
    let (title, edition, method) = (escape(page.title), escape(page.edition), escape(page.method));
    let css = page.css.replace("</", "<\\/");
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{css}\n\
         @page {{ @top-left {{ content: \"{top}\" }} @bottom-left {{ content: \"{bottom}\" }} }}\n</style>\n</head>\n\
         <body>\n<header><p class=\"edition\">{edition}</p><h1>{title}</h1><p class=\"method\">{method}</p></header>\n\
         <main>\n{body}</main>\n<footer>{edition}. {method}<br>{certificate}</footer>\n</body>\n</html>\n",
        lang = page.lang.code(),
        top = css_string(page.edition),
        bottom = css_string(page.method),
        body = page.body,
        certificate = escape(page.certificate),
    )
}

/// A text inside a quoted CSS string.
fn css_string(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '"' | '\\' | '<' | '\n' | '\r') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Page, foreign, loads, markdown, page};
    use crate::text::Lang;

    #[test]
    fn pictures_and_odd_links_are_found_with_their_lines() {
        for (text, line) in [
            ("a\n\n![x](https://example.org/x.png)", 3),
            ("a\n![x](data:image/png;base64,AA)", 2),
            ("- a\n- [x](javascript:alert(1))", 2),
            ("[x](file:///etc/passwd)", 1),
            ("![x][y]\n\n[y]: //example.org/x.png", 1),
        ] {
            assert_eq!(foreign(text).map(|foreign| foreign.line), Some(line), "{text}");
        }
        for text in
            ["[x](https://example.org)", "[x](#list)", "`![x](y)`", "\\!\\[x\\]\\(y\\)", "<img src=x>"]
        {
            assert!(foreign(text).is_none(), "{text}");
        }
        assert_eq!(loads("a {}\n@import 'x.css';"), Some(2));
        assert_eq!(loads("a { background: URL(//x) }"), Some(1));
        assert_eq!(loads("a { background: url(data:image/png;base64,AA) }"), None);
    }

    #[test]
    fn no_markup_of_data_lives() {
        for text in
            ["<script>alert(1)</script>", "<img src=x onerror=y>", "a <b>b</b>", "[x](javascript:alert(1))"]
        {
            let html = markdown(text);
            assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"), "{html}");
            assert!(!html.contains("javascript:"), "{html}");
        }
        let css = "</style><script>x</script>";
        let made = page(&Page {
            lang: Lang::Ru,
            title: "<i>",
            edition: "\"</style>",
            method: "",
            certificate: "",
            css,
            body: "",
        });
        assert!(!made.contains("<script>x</script></style>") && !made.contains("<i>"), "{made}");
        assert_eq!(made.matches("</style>").count(), 1, "{made}");
    }
}
