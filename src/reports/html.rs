//! The page: one file, no scripts, nothing from outside.

use comrak::{Options, markdown_to_html};

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
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.render.escape = true;
    markdown_to_html(text, &options)
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
         <main>\n{body}</main>\n<footer>{edition}. {method}</footer>\n</body>\n</html>\n",
        lang = page.lang.code(),
        top = css_string(page.edition),
        bottom = css_string(page.method),
        body = page.body,
    )
}

/// A text inside a quoted CSS string.
fn css_string(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '"' | '\\' | '<' | '\n' | '\r') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Page, markdown, page};
    use crate::text::Lang;

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
        let made =
            page(&Page { lang: Lang::Ru, title: "<i>", edition: "\"</style>", method: "", css, body: "" });
        assert!(!made.contains("<script>x</script></style>") && !made.contains("<i>"), "{made}");
        assert_eq!(made.matches("</style>").count(), 1, "{made}");
    }
}
