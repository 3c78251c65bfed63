//! A formula as words and signs.

use super::{FormulaTrouble, Span, TroubleKind};

/// A word or a sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Number(f64),
    Text(String),
    Sign(char),
}

/// A token with its place and its spelling.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) span: Span,
    pub(super) spelling: String,
}

const SIGNS: &str = "~+-*/:^|(),=";

pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, FormulaTrouble> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let token = if c == '`' || c == '"' || c == '\'' {
            let inside: String = chars[at + 1..].iter().take_while(|other| **other != c).collect();
            at += inside.chars().count() + 2;
            if at > chars.len() {
                let span = Span { start, end: chars.len() };
                return Err(FormulaTrouble { span, kind: TroubleKind::Ended });
            }
            if c == '`' { Token::Name(inside) } else { Token::Text(inside) }
        } else if c.is_ascii_digit() {
            at += number_length(&chars[at..]);
            let spelled: String = chars[start..at].iter().collect();
            Token::Number(spelled.parse().unwrap_or(f64::NAN))
        } else if is_name_start(c) {
            at += chars[at..].iter().take_while(|c| is_name_start(**c) || c.is_numeric()).count();
            Token::Name(chars[start..at].iter().collect())
        } else if SIGNS.contains(c) {
            at += 1;
            Token::Sign(c)
        } else {
            let span = Span { start, end: at + 1 };
            return Err(FormulaTrouble { span, kind: TroubleKind::Unexpected(c.to_string()) });
        };
        let spelling = chars[start..at].iter().collect();
        lexemes.push(Lexeme { token, span: Span { start, end: at }, spelling });
    }
    Ok(lexemes)
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '.'
}

/// Digits, a point with digits, an exponent.
fn number_length(chars: &[char]) -> usize {
    let digits = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut length = digits(0);
    if chars.get(length) == Some(&'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(chars.get(length), Some('e' | 'E')) {
        let sign = usize::from(matches!(chars.get(length + 1), Some('-' | '+')));
        let exponent = digits((length + 1 + sign).min(chars.len()));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}
