//! From words and signs to terms.

use super::lexer::{Lexeme, Token, lex};
use super::{
    Expr, Factor, FactorKind, Formula, FormulaTrouble, Function, Name, ResponseTerm, Span, TroubleKind,
};

/// Reads a formula: `y ~ a + b:c + d*e + factor(f) + log(x) + I(x^2) - 1 | fixed1 + fixed2`, `cbind(yes, no) ~ …`,
/// `(1 | group)`, `(a + b)^2`, `offset(x)`, `within(x, g)` and `between(x, g)`.
///
/// - Shapes: a text in, a [`Formula`] out.
/// - Units: none.
/// - Missing: none.
/// - Fails: [`FormulaTrouble`] with the place (in characters) and what is wrong there.
/// - Reference: Wilkinson, Rogers (1973), Applied Statistics 22(3); Chambers, Hastie (1992), «Statistical Models in S», 2;
///   fixed effects after `|` as in R's fixest.
/// - Accuracy: exact; unit tests of this file and `tests/fit.rs`.
/// - Determinism: a function of its argument.
///
/// # Errors
/// As above.
pub fn parse_formula(text: &str) -> Result<Formula, FormulaTrouble> {
    let lexemes = lex(text)?;
    let end = text.chars().count();
    let mut parser = Parser { lexemes, at: 0, end, factors: Vec::new(), random: None, offsets: Vec::new() };
    let response = parser.response()?;
    let mut sum = parser.sum()?;
    let fixed = if parser.take('|') { parser.fixed()? } else { Vec::new() };
    if let Some(lexeme) = parser.peek() {
        return Err(unexpected(lexeme));
    }
    sum.terms.sort_by_key(Vec::len);
    let empty = !sum.intercept && sum.terms.is_empty() && fixed.is_empty();
    if empty {
        return Err(FormulaTrouble { span: Span { start: 0, end }, kind: TroubleKind::Empty });
    }
    Ok(Formula {
        response,
        intercept: sum.intercept,
        factors: parser.factors,
        terms: sum.terms,
        fixed,
        random: parser.random,
        offsets: parser.offsets,
    })
}

struct Parser {
    lexemes: Vec<Lexeme>,
    at: usize,
    end: usize,
    factors: Vec<Factor>,
    random: Option<Name>,
    offsets: Vec<Factor>,
}

/// Terms with an intercept or without.
struct Sum {
    intercept: bool,
    terms: Vec<Vec<usize>>,
}

fn unexpected(lexeme: &Lexeme) -> FormulaTrouble {
    FormulaTrouble { span: lexeme.span, kind: TroubleKind::Unexpected(lexeme.spelling.clone()) }
}

/// Both sets of terms, each once.
fn joined(mut terms: Vec<Vec<usize>>, more: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    for term in more {
        if !terms.iter().any(|known| same(known, &term)) {
            terms.push(term);
        }
    }
    terms
}

fn same(a: &[usize], b: &[usize]) -> bool {
    a.len() == b.len() && a.iter().all(|factor| b.contains(factor))
}

/// Every term of one with every term of the other.
fn crossed(left: &[Vec<usize>], right: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut terms = Vec::new();
    for a in left {
        for b in right {
            let mut term = a.clone();
            term.extend(b.iter().filter(|factor| !a.contains(factor)));
            terms = joined(terms, vec![term]);
        }
    }
    terms
}

impl Parser {
    fn peek(&self) -> Option<&Lexeme> {
        self.lexemes.get(self.at)
    }

    fn is(&self, ahead: usize, sign: char) -> bool {
        self.lexemes.get(self.at + ahead).is_some_and(|lexeme| lexeme.token == Token::Sign(sign))
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.is(0, sign);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Result<Lexeme, FormulaTrouble> {
        let span = Span { start: self.end, end: self.end };
        let lexeme = self.peek().cloned().ok_or(FormulaTrouble { span, kind: TroubleKind::Ended })?;
        self.at += 1;
        Ok(lexeme)
    }

    fn expect(&mut self, sign: char) -> Result<(), FormulaTrouble> {
        let lexeme = self.next()?;
        if lexeme.token == Token::Sign(sign) { Ok(()) } else { Err(unexpected(&lexeme)) }
    }

    fn name(&mut self) -> Result<Name, FormulaTrouble> {
        let lexeme = self.next()?;
        match lexeme.token {
            Token::Name(name) => Ok(Name { name, span: lexeme.span }),
            _ => Err(unexpected(&lexeme)),
        }
    }

    fn response(&mut self) -> Result<ResponseTerm, FormulaTrouble> {
        let tilde = self.lexemes.iter().position(|lexeme| lexeme.token == Token::Sign('~'));
        if tilde.is_none_or(|at| at == 0) {
            let span = Span { start: 0, end: self.end };
            return Err(FormulaTrouble { span, kind: TroubleKind::NoResponse });
        }
        let is_pair =
            matches!(self.peek(), Some(l) if l.token == Token::Name("cbind".into())) && self.is(1, '(');
        let response = if is_pair {
            self.at += 2;
            let first = self.computed_factor()?;
            self.expect(',')?;
            let second = self.computed_factor()?;
            self.expect(')')?;
            ResponseTerm::Pair(first, second)
        } else {
            ResponseTerm::One(self.computed_factor()?)
        };
        self.expect('~')?;
        Ok(response)
    }

    /// An expression as a factor; a column by itself stays one.
    fn computed_factor(&mut self) -> Result<Factor, FormulaTrouble> {
        let from = self.at;
        let expr = self.expr()?;
        let kind = match expr {
            Expr::Column(name) => FactorKind::Plain(name.name),
            other => FactorKind::Computed(other),
        };
        Ok(Factor { label: self.label(from), kind, span: self.span(from) })
    }

    /// How the lexemes since then are printed: without spaces, a space behind a comma.
    fn label(&self, from: usize) -> String {
        let lexemes = &self.lexemes[from..self.at];
        let word = |lexeme: &Lexeme| match &lexeme.token {
            Token::Name(name) => name.clone(),
            Token::Sign(',') => ", ".to_owned(),
            Token::Sign('=') => " = ".to_owned(),
            _ => lexeme.spelling.clone(),
        };
        lexemes.iter().map(word).collect()
    }

    fn span(&self, from: usize) -> Span {
        let start = self.lexemes.get(from).map_or(self.end, |lexeme| lexeme.span.start);
        let end = self.at.checked_sub(1).and_then(|at| self.lexemes.get(at)).map_or(self.end, |l| l.span.end);
        Span { start, end }
    }

    fn sum(&mut self) -> Result<Sum, FormulaTrouble> {
        let mut sum = Sum { intercept: true, terms: Vec::new() };
        let mut minus = self.take('-');
        if !minus {
            self.take('+');
        }
        loop {
            if let Some(Lexeme { token: Token::Number(value), .. }) = self.peek()
                && !self.is(1, ':')
                && !self.is(1, '*')
            {
                let one = (value - 1.0).abs() <= 0.0;
                if !one && value.abs() > 0.0 {
                    return Err(self.peek().map_or(self.ended(), unexpected));
                }
                sum.intercept = one != minus;
                self.at += 1;
            } else if !self.special(minus)? {
                let terms = self.product()?;
                if minus {
                    sum.terms.retain(|term| !terms.iter().any(|gone| same(gone, term)));
                } else {
                    sum.terms = joined(sum.terms, terms);
                }
            }
            minus = match self.peek().map(|lexeme| &lexeme.token) {
                Some(Token::Sign('+')) => false,
                Some(Token::Sign('-')) => true,
                _ => return Ok(sum),
            };
            self.at += 1;
        }
    }

    fn ended(&self) -> FormulaTrouble {
        FormulaTrouble { span: Span { start: self.end, end: self.end }, kind: TroubleKind::Ended }
    }

    /// A random intercept or an offset, which are no terms.
    fn special(&mut self, minus: bool) -> Result<bool, FormulaTrouble> {
        let from = self.at;
        if self.is(0, '(') && self.bar_inside() {
            self.at += 1;
            let left = self.next()?;
            let is_one = matches!(left.token, Token::Number(value) if (value - 1.0).abs() <= 0.0);
            if minus || !is_one || !self.is(0, '|') {
                return Err(FormulaTrouble { span: left.span, kind: TroubleKind::RandomSlope });
            }
            self.at += 1;
            let group = self.name()?;
            self.expect(')')?;
            if self.random.is_some() {
                return Err(FormulaTrouble { span: self.span(from), kind: TroubleKind::SecondRandom });
            }
            self.random = Some(group);
            return Ok(true);
        }
        if matches!(self.peek(), Some(l) if l.token == Token::Name("offset".into())) && self.is(1, '(') {
            self.at += 2;
            let factor = self.computed_factor()?;
            self.expect(')')?;
            self.offsets.push(factor);
            return Ok(true);
        }
        Ok(false)
    }

    /// Is there a `|` before the bracket that opens here is closed?
    fn bar_inside(&self) -> bool {
        let mut depth = 0;
        for lexeme in &self.lexemes[self.at..] {
            match lexeme.token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') if depth == 1 => return false,
                Token::Sign(')') => depth -= 1,
                Token::Sign('|') => return depth > 0,
                _ => {}
            }
        }
        false
    }

    /// a * b: both and their interaction.
    fn product(&mut self) -> Result<Vec<Vec<usize>>, FormulaTrouble> {
        let mut terms = self.interaction()?;
        while self.take('*') {
            let right = self.interaction()?;
            let both = crossed(&terms, &right);
            terms = joined(joined(terms, right), both);
        }
        Ok(terms)
    }

    fn interaction(&mut self) -> Result<Vec<Vec<usize>>, FormulaTrouble> {
        let mut terms = self.power()?;
        while self.take(':') {
            let right = self.power()?;
            terms = crossed(&terms, &right);
        }
        Ok(terms)
    }

    /// (a + b)^2: all interactions up to that order.
    fn power(&mut self) -> Result<Vec<Vec<usize>>, FormulaTrouble> {
        let base = self.atom()?;
        if !self.take('^') {
            return Ok(base);
        }
        let lexeme = self.next()?;
        let order = match lexeme.token {
            Token::Number(value) if (1.0..=9.0).contains(&value) && value.fract().abs() <= 0.0 => value,
            _ => return Err(unexpected(&lexeme)),
        };
        let mut terms = base.clone();
        let mut step = 1.0;
        while step < order {
            let more = crossed(&terms, &base);
            terms = joined(terms, more);
            step += 1.0;
        }
        Ok(terms)
    }

    fn atom(&mut self) -> Result<Vec<Vec<usize>>, FormulaTrouble> {
        if self.take('(') {
            let sum = self.sum()?;
            self.expect(')')?;
            return Ok(sum.terms);
        }
        let from = self.at;
        let lexeme = self.next()?;
        let Token::Name(name) = &lexeme.token else { return Err(unexpected(&lexeme)) };
        let kind = if lexeme.spelling.starts_with('`') || !self.is(0, '(') {
            FactorKind::Plain(name.clone())
        } else if name == "factor" {
            self.categories()?
        } else {
            self.at = from;
            FactorKind::Computed(self.primary()?)
        };
        let factor = Factor { label: self.label(from), kind, span: self.span(from) };
        let known = self.factors.iter().position(|known| known.label == factor.label);
        let at = known.unwrap_or_else(|| {
            self.factors.push(factor);
            self.factors.len() - 1
        });
        Ok(vec![vec![at]])
    }

    /// `(x)` or `(x, ref = "A")`.
    fn categories(&mut self) -> Result<FactorKind, FormulaTrouble> {
        self.expect('(')?;
        let column = self.name()?.name;
        let mut reference = None;
        if self.take(',') {
            let word = self.name()?;
            if word.name != "ref" {
                return Err(FormulaTrouble { span: word.span, kind: TroubleKind::Unexpected(word.name) });
            }
            self.expect('=')?;
            let lexeme = self.next()?;
            reference = Some(match lexeme.token {
                Token::Text(text) | Token::Name(text) => text,
                Token::Number(value) => value.to_string(),
                Token::Sign(_) => return Err(unexpected(&lexeme)),
            });
        }
        self.expect(')')?;
        Ok(FactorKind::Categories { column, reference })
    }

    fn fixed(&mut self) -> Result<Vec<Vec<Name>>, FormulaTrouble> {
        let mut all = Vec::new();
        loop {
            let mut together = vec![self.name()?];
            while self.take('^') || self.take(':') {
                together.push(self.name()?);
            }
            all.push(together);
            if !self.take('+') {
                return Ok(all);
            }
        }
    }

    // arithmetic

    fn expr(&mut self) -> Result<Expr, FormulaTrouble> {
        self.chain(&['+', '-'], Self::multiples)
    }

    fn multiples(&mut self) -> Result<Expr, FormulaTrouble> {
        self.chain(&['*', '/'], Self::signed)
    }

    fn chain(
        &mut self,
        signs: &[char],
        part: fn(&mut Self) -> Result<Expr, FormulaTrouble>,
    ) -> Result<Expr, FormulaTrouble> {
        let mut left = part(self)?;
        while let Some(sign) = signs.iter().copied().find(|sign| self.is(0, *sign)) {
            self.at += 1;
            left = Expr::Pair(sign, Box::new(left), Box::new(part(self)?));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr, FormulaTrouble> {
        if self.take('-') {
            return Ok(Expr::Minus(Box::new(self.signed()?)));
        }
        let base = self.primary()?;
        if self.take('^') {
            return Ok(Expr::Pair('^', Box::new(base), Box::new(self.signed()?)));
        }
        Ok(base)
    }

    fn primary(&mut self) -> Result<Expr, FormulaTrouble> {
        if self.take('(') {
            let inner = self.expr()?;
            self.expect(')')?;
            return Ok(inner);
        }
        let lexeme = self.next()?;
        match &lexeme.token {
            Token::Number(value) => Ok(Expr::Number(*value)),
            Token::Name(name) if lexeme.spelling.starts_with('`') || !self.is(0, '(') => {
                Ok(Expr::Column(Name { name: name.clone(), span: lexeme.span }))
            }
            Token::Name(name) => self.call(name, lexeme.span),
            _ => Err(unexpected(&lexeme)),
        }
    }

    fn call(&mut self, name: &str, span: Span) -> Result<Expr, FormulaTrouble> {
        let mundlak = match name {
            "between" => Some(true),
            "within" => Some(false),
            _ => None,
        };
        let function = Function::named(name);
        if function.is_none() && mundlak.is_none() {
            return Err(FormulaTrouble { span, kind: TroubleKind::UnknownFunction(name.to_owned()) });
        }
        self.expect('(')?;
        let inner = Box::new(self.expr()?);
        let arguments = FormulaTrouble { span, kind: TroubleKind::Arguments(name.to_owned()) };
        let expr = match (function, mundlak) {
            (Some(function), _) => Expr::Call(function, inner),
            (None, Some(between)) => {
                if !self.take(',') {
                    return Err(arguments);
                }
                Expr::Mundlak(between, inner, self.name()?)
            }
            (None, None) => return Err(arguments),
        };
        if self.is(0, ',') {
            return Err(arguments);
        }
        self.expect(')')?;
        Ok(expr)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_formula;
    use crate::stats::formula::{Formula, Span, TroubleKind};

    fn labels(formula: &Formula) -> Vec<String> {
        let label = |term: &Vec<usize>| {
            term.iter().map(|at| formula.factors[*at].label.as_str()).collect::<Vec<_>>().join(":")
        };
        formula.terms.iter().map(label).collect()
    }

    #[test]
    fn formulas_become_terms() {
        let cases: [(&str, bool, &[&str]); 12] = [
            ("y ~ 1", true, &[]),
            ("y ~ a + b", true, &["a", "b"]),
            ("y ~ a*b", true, &["a", "b", "a:b"]),
            ("y ~ a:b + a", true, &["a", "a:b"]),
            ("y ~ a + b - a - 1", false, &["b"]),
            ("y ~ 0 + a", false, &["a"]),
            ("y ~ (a + b)^2", true, &["a", "b", "a:b"]),
            ("y ~ (a + b):c", true, &["a:c", "b:c"]),
            ("y ~ a*b*c", true, &["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]),
            ("y ~ log( x ) + I(x ^2) + a + a", true, &["log(x)", "I(x^2)", "a"]),
            (
                "балл ~ `доля бедных` + factor(тип, ref = \"село\")",
                true,
                &["доля бедных", "factor(тип, ref = \"село\")"],
            ),
            ("y ~ within(x, school) + between(x,school)", true, &["within(x, school)", "between(x, school)"]),
        ];
        for (text, intercept, terms) in cases {
            let formula = parse_formula(text).unwrap();
            assert_eq!(
                (formula.intercept, labels(&formula)),
                (intercept, terms.iter().map(|t| (*t).to_owned()).collect()),
                "{text}"
            );
        }
        let formula =
            parse_formula("cbind(ok, n - ok) ~ x + (1 | school) + offset(log(n)) | year + a^b").unwrap();
        assert_eq!(formula.random.as_ref().unwrap().name, "school");
        assert_eq!((formula.offsets.len(), formula.fixed.len(), formula.fixed[1].len()), (1, 2, 2));
        let names: Vec<String> = formula.columns().into_iter().map(|name| name.name).collect();
        assert_eq!(names, ["ok", "n", "x", "year", "a", "b", "school"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let trouble = |text: &str| parse_formula(text).map(|f| f.terms.len()).unwrap_err();
        let at = |text: &str| (trouble(text).kind, trouble(text).span.start);
        assert_eq!(at("score meals"), (TroubleKind::NoResponse, 0));
        assert_eq!(at("~ meals"), (TroubleKind::NoResponse, 0));
        assert_eq!(at("y ~ a + "), (TroubleKind::Ended, 8));
        assert_eq!(at("y ~ a + + b"), (TroubleKind::Unexpected("+".into()), 8));
        assert_eq!(at("y ~ a & b"), (TroubleKind::Unexpected("&".into()), 6));
        assert_eq!(at("y ~ a b"), (TroubleKind::Unexpected("b".into()), 6));
        assert_eq!(at("y ~ 2 + a"), (TroubleKind::Unexpected("2".into()), 4));
        assert_eq!(at("y ~ sinus(a)"), (TroubleKind::UnknownFunction("sinus".into()), 4));
        assert_eq!(at("y ~ log(a, b)"), (TroubleKind::Arguments("log".into()), 4));
        assert_eq!(at("y ~ within(a)"), (TroubleKind::Arguments("within".into()), 4));
        assert_eq!(at("y ~ (x | school)"), (TroubleKind::RandomSlope, 5));
        assert_eq!(at("y ~ (1 | a) + (1 | b)").0, TroubleKind::SecondRandom);
        assert_eq!(at("y ~ 0").0, TroubleKind::Empty);
        assert_eq!(at("y ~ (a"), (TroubleKind::Ended, 6));
        assert_eq!(at("y ~ `a"), (TroubleKind::Ended, 4));
        assert_eq!(trouble("балл ~ доля +* x").span, Span { start: 13, end: 14 });
        assert_eq!(at("y ~ a | ").0, TroubleKind::Ended);
        assert_eq!(at("y ~ a | b | c").0, TroubleKind::Unexpected("|".into()));
    }
}
