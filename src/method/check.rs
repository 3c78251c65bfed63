//! From the written pack to the proved one: every complaint with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use globset::Glob;
use polars::prelude::{DataType, IntoLazy, PolarsError, col, lit};
use toml::Spanned;

use super::formula::polars;
use super::sql::{Checked, Complaints, Role, Said, check_expression, remarks, unit_of, unknown};
use super::{
    AdverseMeasure, AdverseRule, BRANCH, Better, Certainty, Condition, Decision, ExcludedYear, Formula,
    Indicator, LeftOut, ListRule, MethodPack, Note, PUPIL, PackStatus, Population, RareShare, SaidWord, TEST,
    THRESHOLD, ThresholdName, ThresholdOf, Thresholds, Unassessable, Unit, Vocabulary, Wording, raw,
};
use crate::base::{Fault, FaultCode, Place, Result, Year, not_toml};
use crate::tables::{self, ColumnSpec, Kind, Measure, School, TASKS, Table, TableSpec};
use crate::text::Lang;

impl MethodPack {
    /// Reads a pack and proves it against the tables. `path` is its path in the workspace, for messages.
    ///
    /// # Errors
    /// All complaints in the order of the file, at least one, each at its line: `E302` where the text is no pack, `E303`
    /// for names that nobody knows, `E304` and `E305` for expressions, `E307` for values out of range.
    pub fn check(path: &str, text: &str) -> std::result::Result<Self, Vec<Box<Fault>>> {
        let (pack, complaints) = Self::examined(path, text);
        Self::told(path, pack, complaints)
    }

    /// The same, proved against the words that columns can hold in a workspace and its reference data too: one reading tells all.
    ///
    /// # Errors
    /// As [`MethodPack::check`], with `E303` for words and thresholds that nobody knows.
    pub fn prove(
        path: &str,
        text: &str,
        words: &Vocabulary,
        thresholds: &Thresholds,
    ) -> std::result::Result<Self, Vec<Box<Fault>>> {
        let (pack, mut complaints) = Self::examined(path, text);
        if let Some(pack) = &pack {
            complaints.extend(words.complaints(pack));
            complaints.extend(thresholds.complaints(pack));
        }
        Self::told(path, pack, complaints)
    }

    /// The pack, so far as it can be read, and what is wrong with it.
    fn examined(path: &str, text: &str) -> (Option<Self>, Complaints) {
        // folders of packs are read whatever stands in them: a sign that could not be decoded is told here
        if let Some(at) = text.find(char::REPLACEMENT_CHARACTER) {
            let line = text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1;
            let place = Place::Line(path.to_owned(), line);
            return (None, vec![Fault::new(FaultCode::DeclarationUnreadable).at(place).why("encoding")]);
        }
        let mut proof = Proof { path, text, complaints: Vec::new(), said: Vec::new() };
        let pack = match toml::from_str::<raw::Pack>(text) {
            Ok(raw) => Some(proof.pack(&raw)),
            Err(error) => {
                proof.complaints.push(not_toml(path, text, &error));
                None
            }
        };
        (pack, proof.complaints)
    }

    /// The pack where nothing is wrong with it; else what is, in the order of the file.
    fn told(
        path: &str,
        pack: Option<Self>,
        mut complaints: Complaints,
    ) -> std::result::Result<Self, Complaints> {
        match pack {
            Some(pack) if complaints.is_empty() => return Ok(pack),
            None if complaints.is_empty() => {
                complaints.push(Fault::new(FaultCode::Bug).at(Place::File(path.to_owned())));
            }
            _ => {}
        }
        complaints.sort_by_key(|fault| match fault.place {
            Place::Line(_, line) => line,
            _ => 0,
        });
        // rows that several indicators share are looked at for each of them
        let mut told = Complaints::new();
        for complaint in complaints {
            let is_same = |other: &Fault| {
                (other.code, &other.place, other.cause, &other.args)
                    == (complaint.code, &complaint.place, complaint.cause, &complaint.args)
            };
            if !told.iter().any(|other| is_same(other)) {
                told.push(complaint);
            }
        }
        Err(told)
    }
}

/// Columns of `result` of which a filter must name one, and how. Without the first a pupil who was sent twice counts twice;
/// without the second a test of autumn, which may have another grade's programme, counts as one of spring, and a resit of an
/// exam as the exam.
const DECIDED: [(&[&str], &str); 2] =
    [(&["repeat"], "NOT repeat"), (&["wave", "period"], "wave = 'spring', period = 'main'")];

/// Other weights of an index are drawn so near to the declared ones where the pack does not say it: a weight of one in eight
/// gets a standard deviation of 5 percentage points.
const CONCENTRATION: f64 = 50.0;

pub(super) struct Proof<'a> {
    path: &'a str,
    text: &'a str,
    complaints: Complaints,
    /// Words that are compared with columns.
    said: Vec<SaidWord>,
}

impl Proof<'_> {
    fn place(&self, span: &Range<usize>) -> Place {
        let line = self.text.bytes().take(span.start).filter(|&byte| byte == b'\n').count() + 1;
        Place::Line(self.path.to_owned(), line)
    }

    pub(super) fn complain(&mut self, span: &Range<usize>, fault: Box<Fault>) {
        self.complaints.push(fault.at(self.place(span)));
    }

    fn keep<T>(&mut self, span: &Range<usize>, result: Result<T>) -> Option<T> {
        result.map_err(|fault| self.complain(span, fault)).ok()
    }

    pub(super) fn invalid<T: ToString>(
        &mut self,
        field: &'static str,
        value: &Spanned<T>,
        why: &'static str,
    ) {
        let fault = Fault::new(FaultCode::ValueInvalid)
            .with("field", field)
            .with("value", value.get_ref().to_string())
            .why(why);
        self.complain(&value.span(), fault);
    }

    /// A word of a closed list.
    pub(super) fn word<T: Copy>(
        &mut self,
        field: &'static str,
        value: &Spanned<String>,
        words: &[(&str, T)],
    ) -> Option<T> {
        let found = words.iter().find(|(word, _)| word == value.get_ref()).map(|&(_, meaning)| meaning);
        if found.is_none() {
            let allowed: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
            let fault = Fault::new(FaultCode::ValueInvalid)
                .with("field", field)
                .with("value", value.get_ref())
                .with("known", allowed.join(", "))
                .why("value-known");
            self.complain(&value.span(), fault);
        }
        found
    }

    pub(super) fn wording(&mut self, wording: &Spanned<Wording>) -> Wording {
        let codes: BTreeSet<&str> = Lang::ALL.iter().map(|lang| lang.code()).collect();
        let given: BTreeSet<&str> = wording.get_ref().keys().map(String::as_str).collect();
        if codes != given {
            let given = given.into_iter().collect::<Vec<_>>().join(", ");
            let given = Spanned::new(wording.span(), given);
            self.invalid("title", &given, "value-languages");
        }
        wording.get_ref().clone()
    }

    pub(super) fn id(&mut self, field: &'static str, id: &Spanned<String>, seen: &mut BTreeSet<String>) {
        let name = id.get_ref();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if name.is_empty() || !name.bytes().all(plain) {
            self.invalid(field, id, "value-id");
        }
        if !seen.insert(name.clone()) {
            self.invalid(field, id, "value-id-twice");
        }
    }

    fn pack(&mut self, raw: &raw::Pack) -> MethodPack {
        self.id("id", &raw.id, &mut BTreeSet::new());
        let title = self.wording(&raw.title);
        let words = [
            PackStatus::OfficialText,
            PackStatus::Reconstruction,
            PackStatus::Regional,
            PackStatus::Experimental,
        ]
        .map(|status| (status.as_str(), status));
        let status = self.word("status", &raw.status, &words);
        let notes = raw.notes.iter().filter_map(|note| self.note(note)).collect();
        let population = raw.population.as_ref().map(|raw| self.population(raw));
        let mut seen = BTreeSet::new();
        for indicator in &raw.indicators {
            self.id("id", &indicator.get_ref().id, &mut seen);
        }
        let indicators =
            raw.indicators.iter().filter_map(|one| self.indicator(one.get_ref(), &raw.rows)).collect();
        let mut seen_lists = BTreeSet::new();
        for list in &raw.lists {
            self.id("id", &list.get_ref().id, &mut seen_lists);
        }
        let ids: Vec<&str> = raw.indicators.iter().map(|raw| raw.get_ref().id.get_ref().as_str()).collect();
        let counts = |raw: &raw::Indicator| raw.kind.as_ref().is_none_or(|kind| kind.get_ref() == "share");
        let means = raw.indicators.iter().map(Spanned::get_ref).filter(|raw| !counts(raw));
        let means = means.map(|raw| raw.id.get_ref().as_str()).collect();
        let lists = raw.lists.iter().filter_map(|raw| self.list(raw.get_ref(), &ids, &means)).collect();
        for adverse in &raw.adverse {
            self.id("id", &adverse.get_ref().id, &mut seen_lists);
        }
        let adverse = raw.adverse.iter().filter_map(|raw| self.adverse(raw.get_ref())).collect();
        MethodPack {
            id: raw.id.get_ref().clone(),
            version: raw.version.clone(),
            title,
            basis: raw.basis.clone(),
            // a word that nobody knows has its complaint
            status: status.unwrap_or(PackStatus::Experimental),
            notes,
            population: population.unwrap_or_default(),
            indicators,
            lists,
            adverse,
            factors: self.factors(&raw.factors, &ids),
            types: self.types(&raw.types),
            words: self.own_words(&raw.words),
            said: std::mem::take(&mut self.said),
        }
    }

    /// Words that the pack brings: of columns of text.
    fn own_words(
        &mut self,
        raw: &BTreeMap<Spanned<String>, Spanned<Vec<String>>>,
    ) -> BTreeMap<String, Vec<String>> {
        let is_text = |column: &&ColumnSpec| column.kind == Kind::Text;
        let columns =
            || tables::ALL.iter().flat_map(|table| table.columns).filter(is_text).map(|column| column.name);
        for column in raw.keys().filter(|column| !columns().any(|name| name == column.get_ref())) {
            let known: BTreeSet<&str> = columns().collect();
            let known: Vec<&str> = known.into_iter().collect();
            self.complain(&column.span(), unknown("column", column.get_ref(), &known));
        }
        raw.iter().map(|(column, words)| (column.get_ref().clone(), words.get_ref().clone())).collect()
    }

    fn population(&mut self, raw: &raw::Population) -> Population {
        let branches = self.word("branches", &raw.branches, &[("own", false), ("with_parent", true)]);
        let mut seen = BTreeSet::from([BRANCH.to_owned()]);
        let mut out = Vec::new();
        for raw in &raw.out {
            self.id("reason", &raw.reason, &mut seen);
            let title = self.wording(&raw.title);
            let Some(filter) = self.expression(&raw.filter, School::SPEC, &[], Role::Filter) else {
                continue;
            };
            let (reason, place) = (raw.reason.get_ref().clone(), self.place(&raw.filter.span()));
            out.push(LeftOut { filter, reason, title, place });
        }
        Population { branches_with_parent: branches.unwrap_or_default(), out }
    }

    fn note(&mut self, raw: &raw::Note) -> Option<Note> {
        let words = [Certainty::Verified, Certainty::Strong, Certainty::Medium, Certainty::Weak]
            .map(|certainty| (certainty.as_str(), certainty));
        let certainty = self.word("certainty", &raw.certainty, &words);
        let text = self.wording(&raw.text);
        Some(Note { about: raw.about.clone(), certainty: certainty?, text })
    }

    fn indicator(&mut self, raw: &raw::Indicator, shared: &BTreeMap<String, raw::Rows>) -> Option<Indicator> {
        let title = self.wording(&raw.title);
        let better = self.word("better", &raw.better, &[("low", Better::Low), ("high", Better::High)]);
        let chosen = self.chosen(raw, shared)?;
        if *chosen.min_n.get_ref() < 1 {
            self.invalid("min_n", chosen.min_n, "value-positive");
        }
        let excluded = chosen
            .excluded
            .iter()
            .map(|year| ExcludedYear { year: Year(year.year), reason: self.wording(&year.reason) })
            .collect();
        let table = self.table(chosen.table)?;
        let threshold = raw.threshold.as_ref().map(|raw| self.threshold(raw));
        let beside: &[&'static str] = if threshold.is_some() { &[THRESHOLD] } else { &[] };
        let filter = self.expression(chosen.filter, table, beside, Role::Filter);
        let applicable = match chosen.applicable_where {
            Some(text) => self.expression(text, table, &[], Role::Filter),
            None => filter.clone(),
        };
        let applicable_school =
            chosen.applicable_school.map(|text| self.expression(text, School::SPEC, &[], Role::Filter));
        let formula = self.formula(raw, chosen.table, table, beside);
        if let Some(filter) = &filter {
            self.decided(chosen.filter, filter, table);
        }
        let indicator = Indicator {
            id: raw.id.get_ref().clone(),
            title,
            table,
            filter: filter?,
            applicable: applicable?,
            applicable_school: match applicable_school {
                Some(condition) => Some(condition?),
                None => None,
            },
            formula: formula?,
            contingent: self.contingent(raw),
            better: better?,
            min_n: *chosen.min_n.get_ref(),
            threshold: match threshold {
                Some(threshold) => Some(threshold?),
                None => None,
            },
            excluded,
            place: self.place(&raw.id.span()),
        };
        self.keep(&chosen.filter.span(), try_whole(&indicator))?;
        Some(indicator)
    }

    /// Two counts over rows, or a yes or no of each pupil's rows: one of them, whole.
    fn formula(
        &mut self,
        raw: &raw::Indicator,
        named: &Spanned<String>,
        table: &'static TableSpec,
        beside: &[&'static str],
    ) -> Option<Formula> {
        let words = [("share", None), ("mean", Some(false)), ("standardised", Some(true))];
        let standardised = match &raw.kind {
            Some(kind) => self.word("kind", kind, &words)?,
            None => None,
        };
        if let Some(standardised) = standardised {
            return self.mean(raw, named, table, beside, standardised);
        }
        if let Some(odd) = raw.value.as_ref().or(raw.unit.as_ref()) {
            self.invalid("value, unit", odd, "value-formula");
            return None;
        }
        // Tasks of one pupil stand and fall together: counted one by one they would pretend to be as many pupils.
        if is_of_tasks(table) && raw.per_pupil.is_none() {
            self.invalid("kind", named, "value-tasks");
            return None;
        }
        match (&raw.numerator, &raw.denominator, &raw.per_pupil, &raw.among) {
            (Some(numerator), Some(denominator), None, None) => {
                let numerator = self.expression(numerator, table, beside, Role::Count);
                let denominator = self.expression(denominator, table, beside, Role::Count);
                Some(Formula::Rows { numerator: numerator?, denominator: denominator? })
            }
            (None, None, Some(per_pupil), among) => {
                if let Some(lacking) = PUPIL.iter().find(|column| table.column(column).is_none()) {
                    let fault = Fault::new(FaultCode::ValueInvalid)
                        .with("field", "per_pupil")
                        .with("value", table.name)
                        .with("column", lacking)
                        .why("value-no-pupils");
                    self.complain(&per_pupil.span(), fault);
                    return None;
                }
                let above = self.expression(per_pupil, table, beside, Role::Pupil);
                let among = among.as_ref().map(|among| self.expression(among, table, beside, Role::Pupil));
                Some(Formula::Pupils {
                    per_pupil: above?,
                    among: match among {
                        Some(among) => Some(among?),
                        None => None,
                    },
                })
            }
            _ => {
                self.invalid("numerator, denominator, per_pupil, among", &raw.id, "value-formula");
                None
            }
        }
    }

    /// The measure that counts all pupils: only where every pupil is asked.
    fn contingent(&mut self, raw: &raw::Indicator) -> Option<String> {
        let measure = raw.contingent.as_ref()?;
        if raw.per_pupil.is_none() || raw.among.is_some() {
            self.invalid("contingent", measure, "value-contingent");
        }
        self.measure(&measure.span(), measure.get_ref());
        Some(measure.get_ref().clone())
    }

    /// A mean of a value of each row; within its test where it is standardised.
    fn mean(
        &mut self,
        raw: &raw::Indicator,
        named: &Spanned<String>,
        table: &'static TableSpec,
        beside: &[&'static str],
        standardised: bool,
    ) -> Option<Formula> {
        if is_of_tasks(table) {
            return self.works(raw, named, table, beside, standardised);
        }
        let counted = [&raw.numerator, &raw.denominator, &raw.per_pupil, &raw.among];
        let Some(value) = raw.value.as_ref().filter(|_| counted.iter().all(|text| text.is_none())) else {
            self.invalid("value", &raw.id, "value-mean");
            return None;
        };
        if standardised && let Some(lacking) = TEST.iter().find(|column| table.column(column).is_none()) {
            let fault = Fault::new(FaultCode::ValueInvalid)
                .with("field", "kind")
                .with("value", table.name)
                .with("column", lacking)
                .why("value-no-tests");
            self.complain(&value.span(), fault);
            return None;
        }
        let unit = match (&raw.unit, standardised) {
            (None, true) => Some(Unit::Deviations),
            (Some(unit), true) => {
                self.invalid("unit", unit, "value-unit-deviations");
                None
            }
            (Some(unit), false) => {
                let words = [Unit::Share, Unit::Mark, Unit::Points].map(|unit| (unit.as_str(), unit));
                self.word("unit", unit, &words)
            }
            (None, false) => {
                self.invalid("unit", &raw.id, "value-mean");
                None
            }
        };
        if let (Some(said), Some(unit)) = (&raw.unit, unit)
            && let Some(measured) =
                unit_of(value.get_ref(), table).filter(|measured| *measured != unit.as_str())
        {
            let fault = Fault::new(FaultCode::ValueInvalid)
                .with("field", "unit")
                .with("value", unit.as_str())
                .with("measured", measured)
                .why("value-unit-other");
            self.complain(&said.span(), fault);
        }
        let value = self.expression(value, table, beside, Role::Value);
        Some(Formula::Mean { value: value?, unit: unit?, standardised })
    }

    /// A mean over works: the tasks of each are counted above the line and below it.
    fn works(
        &mut self,
        raw: &raw::Indicator,
        named: &Spanned<String>,
        table: &'static TableSpec,
        beside: &[&'static str],
        standardised: bool,
    ) -> Option<Formula> {
        let others = [&raw.value, &raw.unit, &raw.per_pupil, &raw.among];
        let (Some(numerator), Some(denominator), false, true) =
            (&raw.numerator, &raw.denominator, standardised, others.iter().all(|text| text.is_none()))
        else {
            self.invalid("kind", named, "value-tasks");
            return None;
        };
        let numerator = self.expression(numerator, table, beside, Role::Count);
        let denominator = self.expression(denominator, table, beside, Role::Count);
        Some(Formula::Works { numerator: numerator?, denominator: denominator? })
    }

    /// Which row of the reference data an indicator names.
    fn threshold(&mut self, raw: &Spanned<raw::Threshold>) -> Option<ThresholdName> {
        let place = self.place(&raw.span());
        let raw = raw.get_ref();
        let subject = raw.subject.clone();
        let mark = raw.mark.and_then(|mark| usize::try_from(mark).ok()).filter(|mark| (3..=5).contains(mark));
        let of = match (raw.document.get_ref().as_str(), &raw.form, raw.grade, mark, &raw.region) {
            ("exam-minimums", Some(form), None, None, None) if raw.mark.is_none() => {
                Some(ThresholdOf::ExamMinimum { subject, form: form.clone() })
            }
            ("vpr-scales", None, Some(grade), Some(mark), None) => {
                Some(ThresholdOf::VprScale { subject, grade, mark })
            }
            ("oge-scales", None, None, Some(mark), region) => {
                let region = region.clone().unwrap_or_else(|| "*".to_owned());
                Some(ThresholdOf::OgeScale { region, subject, mark })
            }
            _ => None,
        };
        if of.is_none() {
            self.invalid("threshold", &raw.document, "value-threshold");
        }
        Some(ThresholdName { of: of?, year: raw.year.map(Year), place })
    }

    /// Rows of pupils must have been chosen with open eyes: whether a repeated row counts, and which sitting is meant.
    fn decided(&mut self, text: &Spanned<String>, filter: &Checked, table: &'static TableSpec) {
        for (columns, example) in DECIDED {
            let concerns = columns.iter().all(|column| table.column(column).is_some());
            if concerns && !columns.iter().any(|column| filter.columns.contains(column)) {
                let fault = Fault::new(FaultCode::RowsUndecided)
                    .with("column", columns.join(", "))
                    .with("table", table.name)
                    .with("example", example);
                self.complain(&text.span(), fault);
            }
        }
    }

    fn table(&mut self, name: &Spanned<String>) -> Option<&'static TableSpec> {
        let usable =
            |table: &&&TableSpec| table.column("year").is_some() && table.column("school_id").is_some();
        let all = || tables::ALL.iter().filter(usable).copied().chain([&*TASKS]);
        let found = all().find(|table| table.name == name.get_ref());
        if found.is_none() {
            let mut known: Vec<&str> = all().map(|table| table.name).collect();
            known.sort_unstable();
            self.complain(&name.span(), unknown("table", name.get_ref(), &known));
        }
        found
    }

    fn expression(
        &mut self,
        text: &Spanned<String>,
        table: &'static TableSpec,
        beside: &[&'static str],
        role: Role,
    ) -> Option<Checked> {
        let checked = check_expression(text.get_ref(), table, beside, role);
        let tried = checked.as_ref().map_or(Ok(()), |checked| try_on_nothing(checked, table, beside, role));
        let fits = self.keep(&text.span(), tried).is_some();
        let more = checked.is_err().then(|| remarks(text.get_ref(), table, beside));
        let checked = self.keep(&text.span(), checked);
        // what a refused text says beside its first fault is told with it
        let (odd, said) = more.unwrap_or_default();
        odd.into_iter().for_each(|fault| self.complain(&text.span(), fault));
        for (column, said) in checked.as_ref().map_or(&said, |checked| &checked.said) {
            let Some(column) = table.column(column) else { continue };
            self.within(text, column, said);
            self.said.push(SaidWord {
                table,
                column: column.name,
                said: said.clone(),
                place: self.place(&text.span()),
            });
        }
        checked.filter(|_| fits)
    }

    /// A number that a column never has, or on one side of which all of its values lie.
    fn within(&mut self, text: &Spanned<String>, column: &ColumnSpec, said: &Said) {
        let (number, slack) = match said {
            Said::Number(number) => (*number, 0),
            Said::Bound(number) => (*number, 1),
            Said::Word(_) | Said::Pattern(..) => return,
        };
        let Some((low, high)) = column.range.map(|(low, high)| (i64::from(low), i64::from(high))) else {
            return;
        };
        if !(low - slack..=high + slack).contains(&number) {
            let fault = Fault::new(FaultCode::ValueInvalid)
                .with("field", column.name)
                .with("value", number)
                .with("from", low)
                .with("to", high)
                .why("value-range");
            self.complain(&text.span(), fault);
        }
    }

    /// A word that stands for a measure.
    pub(super) fn measure(&mut self, span: &Range<usize>, word: &str) {
        let Some(column) = Measure::SPEC.column("measure") else { return };
        let said = Said::Word(word.to_owned());
        self.said.push(SaidWord { table: Measure::SPEC, column: column.name, said, place: self.place(span) });
    }

    fn list(&mut self, raw: &raw::List, ids: &[&str], means: &BTreeSet<&str>) -> Option<ListRule> {
        let title = self.wording(&raw.title);
        let before = self.complaints.len();
        let criteria = self.criteria(&raw.rule.count_of, ids);
        if let Some(odd) = criteria.iter().find(|id| means.contains(id.as_str())) {
            let odd = Spanned::new(raw.rule.count_of.span(), odd.clone());
            self.invalid("count_of", &odd, "value-not-a-share");
        }
        let known = self.complaints.len() == before;
        let condition = Condition::parse(raw.rule.condition.get_ref());
        match condition {
            None => self.invalid("where", &raw.rule.condition, "value-condition"),
            Some(condition) if !condition.threshold.is_share() => {
                self.invalid("where", &raw.rule.condition, "value-share");
            }
            Some(_) => {}
        }
        let at_least = usize::try_from(*raw.rule.at_least.get_ref()).unwrap_or_default();
        // Where a criterion is unknown their number is too: one complaint is enough.
        if known && (at_least == 0 || at_least > criteria.len()) {
            let fault = Fault::new(FaultCode::ValueInvalid)
                .with("field", "at_least")
                .with("value", raw.rule.at_least.get_ref())
                .with("from", 1)
                .with("to", criteria.len())
                .why("value-range");
            self.complain(&raw.rule.at_least.span(), fault);
        }
        let years = years(raw.rule.years.get_ref());
        if years.is_none() {
            self.invalid("years", &raw.rule.years, "value-years-rule");
        }
        let unassessable = self.unassessable(&raw.rule, years.unwrap_or(1));
        self.objectivity(&raw.objectivity);
        let decision = raw.probability.as_ref().map(|probability| self.decision(probability));
        Some(ListRule {
            id: raw.id.get_ref().clone(),
            title,
            criteria,
            condition: condition?,
            at_least,
            years: years?,
            unassessable: unassessable?,
            decision: decision.unwrap_or_default(),
        })
    }

    /// What a year does that cannot be assessed. Where years are passed over, one may be if the pack does not say how far back
    /// the list may reach.
    fn unassessable(&mut self, raw: &raw::Rule, years: usize) -> Option<Unassessable> {
        let skips =
            self.word("unassessable", &raw.unassessable, &[("skip", true), ("not_assessable", false)])?;
        let Some(within) = &raw.within_last else {
            return Some(if skips {
                Unassessable::Skip { within: years + 1 }
            } else {
                Unassessable::NotAssessable
            });
        };
        if !skips {
            self.invalid("within_last", within, "value-within-skip");
            return None;
        }
        let number = usize::try_from(*within.get_ref()).ok().filter(|number| (years..=20).contains(number));
        if number.is_none() {
            let fault = Fault::new(FaultCode::ValueInvalid)
                .with("field", "within_last")
                .with("value", within.get_ref())
                .with("from", years)
                .with("to", 20)
                .why("value-range");
            self.complain(&within.span(), fault);
        }
        number.map(|within| Unassessable::Skip { within })
    }

    fn adverse(&mut self, raw: &raw::Adverse) -> Option<AdverseRule> {
        let title = self.wording(&raw.title);
        let cut = Condition::parse(raw.cut.get_ref()).filter(|cut| cut.comparison.is_upward());
        if cut.is_none() {
            self.invalid("cut", &raw.cut, "value-cut");
        }
        if raw.measures.get_ref().is_empty() {
            self.invalid("measures", &Spanned::new(raw.measures.span(), "[]"), "value-empty");
        }
        let mut seen = BTreeSet::new();
        let measures = raw.measures.get_ref().iter();
        let measures: Vec<_> =
            measures.filter_map(|raw| self.adverse_measure(raw.get_ref(), &mut seen)).collect();
        let words = [RareShare::Mean, RareShare::LeaveOut].map(|rare| (rare.as_str(), rare));
        let rare = match &raw.rare {
            Some(word) => self.word("rare", word, &words),
            None => Some(RareShare::Mean),
        };
        let concentration = self.positive("concentration", raw.concentration.as_ref(), CONCENTRATION);
        Some(AdverseRule {
            id: raw.id.get_ref().clone(),
            title,
            measures,
            cut: cut?,
            rare: rare?,
            concentration: concentration?,
        })
    }

    fn adverse_measure(
        &mut self,
        raw: &raw::AdverseMeasure,
        seen: &mut BTreeSet<String>,
    ) -> Option<AdverseMeasure> {
        self.id("measure", &raw.measure, seen);
        self.measure(&raw.measure.span(), raw.measure.get_ref());
        let direction = match raw.direction.get_ref() {
            1 => Some(1),
            -1 => Some(-1),
            _ => {
                let fault = Fault::new(FaultCode::ValueInvalid)
                    .with("field", "direction")
                    .with("value", raw.direction.get_ref())
                    .with("known", "1, -1")
                    .why("value-known");
                self.complain(&raw.direction.span(), fault);
                None
            }
        };
        let weight = self.positive("weight", raw.weight.as_ref(), 1.0);
        Some(AdverseMeasure {
            measure: raw.measure.get_ref().clone(),
            direction: direction?,
            weight: weight?,
        })
    }

    /// A number above 0; the default where it is not given.
    fn positive(&mut self, field: &'static str, value: Option<&Spanned<f64>>, default: f64) -> Option<f64> {
        let Some(value) = value else { return Some(default) };
        if *value.get_ref() > 0.0 && *value.get_ref() <= 1e6 {
            return Some(*value.get_ref());
        }
        self.invalid(field, value, "value-above-zero");
        None
    }

    /// Shares, the smaller one for `not_listed`.
    fn decision(&mut self, raw: &raw::Probability) -> Decision {
        let (listed, not_listed) = (*raw.listed.get_ref(), *raw.not_listed.get_ref());
        for (field, value) in [("listed", &raw.listed), ("not_listed", &raw.not_listed)] {
            if !(0.0..=1.0).contains(value.get_ref()) {
                let text = Spanned::new(value.span(), value.get_ref().to_string());
                self.invalid(field, &text, "value-share");
            }
        }
        if listed <= not_listed {
            let text = Spanned::new(raw.listed.span(), listed.to_string());
            self.invalid("listed", &text, "value-decision");
        }
        Decision { listed, not_listed }
    }

    /// What a doubt about the objectivity of a result does to its criterion. No stage acts on one yet, so that only
    /// `flag`, which leaves the criterion as it is, keeps its word; the others are refused rather than passed over.
    fn objectivity(&mut self, policy: &Spanned<String>) {
        match policy.get_ref().as_str() {
            "flag" => {}
            "exclude" | "count_as_low" => {
                let fault = Fault::new(FaultCode::NotSupported)
                    .with("field", "objectivity")
                    .with("value", policy.get_ref())
                    .with("supported", "flag");
                self.complain(&policy.span(), fault);
            }
            _ => self.invalid("objectivity", policy, "value-objectivity"),
        }
    }

    /// The indicators that the globs name, in the order of the pack.
    pub(super) fn criteria(&mut self, globs: &Spanned<Vec<Spanned<String>>>, ids: &[&str]) -> Vec<String> {
        let mut chosen = BTreeSet::new();
        if globs.get_ref().is_empty() {
            self.invalid("count_of", &Spanned::new(globs.span(), "[]"), "value-empty");
        }
        for glob in globs.get_ref() {
            let Ok(matcher) = Glob::new(glob.get_ref()).map(|glob| glob.compile_matcher()) else {
                self.invalid("count_of", glob, "value-pattern");
                continue;
            };
            let fitting: Vec<&str> = ids.iter().copied().filter(|id| matcher.is_match(id)).collect();
            if fitting.is_empty() {
                self.complain(&glob.span(), unknown("indicator", glob.get_ref(), ids));
            }
            chosen.extend(fitting);
        }
        ids.iter().filter(|id| chosen.contains(*id)).map(|&id| id.to_owned()).collect()
    }
}

/// Is it the table of tasks?
fn is_of_tasks(table: &TableSpec) -> bool {
    table.name == TASKS.name
}

/// The number in `each of last 2`.
fn years(text: &str) -> Option<usize> {
    let number: usize = text.strip_prefix("each of last ")?.trim().parse().ok()?;
    (1..=10).contains(&number).then_some(number)
}

/// What Polars says of an expression on a table without rows: it quotes the expression and no cell.
fn on_nothing(error: PolarsError) -> Box<Fault> {
    let fault = tables::polars_refused(Fault::new(FaultCode::QueryInvalid), &error).because(error);
    // Without rows no value can be in the way: it is the kinds of the values.
    if fault.cause == Some("query-failed") { fault.why("query-types") } else { fault }
}

/// Runs an expression on a table without rows: Polars must know the functions and agree with the types, and the answer must be
/// what the expression is for.
fn try_on_nothing(
    checked: &Checked,
    table: &'static TableSpec,
    beside: &[&'static str],
    role: Role,
) -> Result<()> {
    let beside = beside.iter().map(|&name| lit(0.0).alias(name)).collect::<Vec<_>>();
    let rows = tables::concat(table, &[])?.lazy().with_columns(beside);
    let asked = polars(checked)?.alias("asked");
    let answer = match role {
        Role::Filter | Role::Value => rows.select([asked]),
        Role::Count | Role::Pupil => rows.group_by([col("year")]).agg([asked]),
    };
    let answer = answer.collect().map_err(on_nothing)?;
    let kind = answer.dtypes().pop().unwrap_or(DataType::Null);
    let why = match role {
        Role::Filter if kind != DataType::Boolean => "query-yes-no",
        Role::Value if !kind.is_primitive_numeric() => "query-number",
        Role::Pupil if kind != DataType::Boolean => "query-pupil-yes-no",
        _ => return Ok(()),
    };
    Err(Fault::new(FaultCode::QueryInvalid).why(why))
}

/// Counts with the whole formula on a table without rows.
fn try_whole(indicator: &Indicator) -> Result<()> {
    let keys = ["year", "school_id"];
    let rows = indicator.chosen(tables::concat(indicator.table, &[])?.lazy(), &[(Year(2000), 0.0)])?;
    let counted = match indicator.formula {
        Formula::Mean { .. } => rows,
        Formula::Works { .. } => indicator.formula.by_work(rows, &keys.into())?,
        _ => indicator.formula.count(indicator.formula.counted(rows, false)?, &keys)?,
    };
    counted.collect().map(drop).map_err(on_nothing)
}

#[cfg(test)]
mod tests {
    use super::MethodPack;
    use crate::base::{FaultCode, Place};
    use crate::method::{Thresholds, Unassessable, Vocabulary};

    const PACK: &str = r#"id = "p"
version = "1"
title = { ru = "Метод", en = "Method" }
basis = "none"
status = "experimental"
[[indicator]]
id = "low_ma5"
title = { ru = "Доля", en = "Share" }
table = "result"
where = "procedure = 'vpr' AND wave = 'spring' AND grade = 5 AND NOT repeat"
numerator = "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)"
denominator = "COUNT(mark)"
better = "low"
min_n = 10
excluded = [{ year = 2020, reason = { ru = "осень", en = "autumn" } }]
[[list]]
id = "low_results"
title = { ru = "Список", en = "List" }
rule = { count_of = ["low_*"], where = ">= 0.30", at_least = 1, years = "each of last 2", unassessable = "skip" }
objectivity = "flag"
"#;

    #[test]
    fn a_good_pack_is_read() {
        let pack = MethodPack::parse("p.toml", PACK).unwrap();
        assert_eq!(pack.lists[0].criteria, ["low_ma5"]);
        assert_eq!(
            pack.lists[0].unassessable,
            Unassessable::Skip { within: 3 },
            "one year may be passed over"
        );
        let wide = PACK.replacen("\"skip\"", "\"skip\", within_last = 5", 1);
        let pack = MethodPack::parse("p.toml", &wide).unwrap();
        assert_eq!(pack.lists[0].unassessable, Unassessable::Skip { within: 5 });
        assert_eq!(
            pack.indicators[0].columns(),
            ["year", "wave", "procedure", "grade", "school_id", "mark", "repeat"]
        );
    }

    #[test]
    fn the_federal_pack_is_proved() {
        let text = include_str!("../../pipelines/methods/federal-847.toml");
        let pack = MethodPack::parse("federal-847.toml", text).unwrap();
        assert_eq!(pack.lists[0].criteria.len(), 8);
        assert!(pack.indicators.iter().all(|indicator| indicator.min_n == 10));
    }

    /// The kinds of values in a numerator, a denominator and a filter, a column that is not there and words that nobody knows: all
    /// at once, each at its own line, though the rows are shared.
    #[test]
    fn one_reading_tells_all_faults_each_at_its_line() {
        let shared = PACK
            .replace("[[indicator]]\nid", "[rows.vpr]\ntable = \"result\"\nwhere = \"procedure = 'vrp' AND wave = 'spring' AND NOT repeat AND grade = 5\"\nmin_n = 10\n[[indicator]]\nid")
            .replace("table = \"result\"\nwhere = \"procedure = 'vpr' AND wave = 'spring' AND grade = 5 AND NOT repeat\"\nnumerator", "rows = \"vpr\"\nnumerator")
            .replace("mark = 2 THEN", "mark = 'two' THEN")
            .replace("COUNT(mark)", "COUNT(mrk) + SUM(CASE WHEN sexx = 'm' OR procedure = 'oga' THEN 1 ELSE 0 END)")
            .replace("min_n = 10\nexcluded", "applicable_where = \"grade\"\nexcluded");
        let mut words = Vocabulary::default();
        for (column, word) in [("procedure", "vpr"), ("wave", "spring")] {
            words.add("result", column, word);
        }
        let found = MethodPack::prove("p.toml", &shared, &words, &Thresholds::default()).unwrap_err();
        let told: Vec<(usize, &str, String)> = found
            .iter()
            .map(|fault| {
                let Place::Line(_, line) = &fault.place else { panic!("{fault}") };
                let named = fault.args.iter().find(|(name, _)| *name == "name");
                (*line, fault.code.id(), named.map(|(_, name)| name.clone()).unwrap_or_default())
            })
            .collect();
        let line = |text: &str| shared.lines().position(|line| line.starts_with(text)).unwrap() + 1;
        for expected in [
            (line("where"), "E303", "vrp"),
            (line("numerator"), "E305", ""),
            (line("denominator"), "E303", "mrk"),
            (line("denominator"), "E303", "sexx"),
            (line("denominator"), "E303", "oga"),
            (line("applicable_where"), "E305", ""),
        ] {
            let expected = (expected.0, expected.1, expected.2.to_owned());
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
        assert_eq!(told.iter().filter(|(_, _, name)| name == "mrk").count(), 1, "{told:?}");
    }

    #[test]
    fn every_complaint_points_at_its_line() {
        use FaultCode::{
            DeclarationUnreadable, NameUnknown, NotSupported, QueryInvalid, QueryRefused, RowsUndecided,
            ValueInvalid,
        };
        for (from, to, code, line) in [
            ("version = \"1\"", "version = 1", DeclarationUnreadable, 2),
            ("version = \"1\"", "versio = \"1\"", DeclarationUnreadable, 2),
            ("\"Method\"", "\"Meth\u{fffd}d\"", DeclarationUnreadable, 3),
            (", en = \"Method\"", "", ValueInvalid, 3),
            ("\"experimental\"", "\"official\"", ValueInvalid, 5),
            ("\"low_ma5\"", "\"Low Ma\"", ValueInvalid, 7),
            ("\"result\"", "\"results\"", NameUnknown, 9),
            ("\"result\"", "\"source\"", NameUnknown, 9),
            ("AND grade = 5", "AND grad = 5", NameUnknown, 10),
            ("AND grade = 5", "AND grade = 'five'", QueryInvalid, 10),
            ("AND grade = 5", "AND grade = 55", ValueInvalid, 10),
            ("mark = 2", "mark IN (2, 22)", ValueInvalid, 11),
            ("mark = 2", "mark < 22", ValueInvalid, 11),
            ("THEN 1 ELSE 0", "THEN 2 ELSE 0", ValueInvalid, 11),
            ("COUNT(mark)", "SUM(mark)", ValueInvalid, 12),
            ("version = \"1\"", "words = { kin = [\"cadet\"] }\nversion = \"1\"", NameUnknown, 2),
            ("AND grade = 5", "AND grade", QueryInvalid, 10),
            (
                "procedure = 'vpr' AND wave = 'spring' AND grade = 5 AND NOT repeat",
                "grade + 5",
                QueryInvalid,
                10,
            ),
            (
                "procedure = 'vpr' AND wave = 'spring' AND grade = 5 AND NOT repeat",
                "CASE WHEN repeat THEN 1 ELSE LENGTH(wave) END",
                QueryInvalid,
                10,
            ),
            (" AND NOT repeat", "", RowsUndecided, 10),
            (" AND wave = 'spring'", "", RowsUndecided, 10),
            ("AND grade = 5", "AND grade IN (SELECT 5)", QueryRefused, 10),
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)", "SUM(test_score)", QueryRefused, 11),
            ("COUNT(mark)", "mark", QueryRefused, 12),
            ("better = \"low\"", "better = \"less\"", ValueInvalid, 13),
            ("min_n = 10", "min_n = 0", ValueInvalid, 14),
            ("\"low_*\"", "\"high_*\"", NameUnknown, 19),
            (">= 0.30", ">= 30", ValueInvalid, 19),
            (">= 0.30", "0.30", ValueInvalid, 19),
            ("at_least = 1", "at_least = 2", ValueInvalid, 19),
            ("at_least = 1", "at_least = 0", ValueInvalid, 19),
            ("each of last 2", "last 2", ValueInvalid, 19),
            ("\"skip\"", "\"ignore\"", ValueInvalid, 19),
            ("\"skip\"", "\"skip\", within_last = 1", ValueInvalid, 19),
            ("\"skip\"", "\"not_assessable\", within_last = 2", ValueInvalid, 19),
            ("\"flag\"", "\"exclude\"", NotSupported, 20),
            ("\"flag\"", "\"count_as_low\"", NotSupported, 20),
            ("\"flag\"", "\"none\"", ValueInvalid, 20),
            (
                "objectivity",
                "probability = { listed = 0.1, not_listed = 0.2 }\nobjectivity",
                ValueInvalid,
                20,
            ),
            (
                "objectivity",
                "probability = { listed = 1.8, not_listed = 0.2 }\nobjectivity",
                ValueInvalid,
                20,
            ),
            ("objectivity", "probability = { listed = 0.8 }\nobjectivity", DeclarationUnreadable, 20),
        ] {
            let broken = PACK.replacen(from, to, 1);
            assert_ne!(broken, PACK, "{from}");
            let fault = MethodPack::parse("p.toml", &broken).expect_err(to);
            assert_eq!(
                (fault.code, &fault.place),
                (code, &Place::Line("p.toml".into(), line)),
                "{to}: {fault}"
            );
        }
    }

    #[test]
    fn a_population_is_proved_over_the_register() {
        use FaultCode::{DeclarationUnreadable, NameUnknown, QueryInvalid, QueryRefused, ValueInvalid};
        let population = r#"[population]
branches = "with_parent"
[[population.out]]
where = "kind = 'evening'"
reason = "evening"
title = { ru = "вечерняя", en = "evening" }
[[indicator]]"#;
        let good = PACK.replacen("[[indicator]]", population, 1);
        let pack = MethodPack::parse("p.toml", &good).unwrap();
        assert!(pack.population.branches_with_parent && pack.population.columns() == ["kind"]);
        for (from, to, code, line) in [
            ("with_parent", "with parent", ValueInvalid, 7),
            ("branches = \"with_parent\"", "", DeclarationUnreadable, 6),
            ("kind = 'evening'", "kin = 'evening'", NameUnknown, 9),
            ("kind = 'evening'", "enrolment", QueryInvalid, 9),
            ("kind = 'evening'", "kind IN (SELECT kind FROM school)", QueryRefused, 9),
            ("reason = \"evening\"", "reason = \"branch\"", ValueInvalid, 10),
            (", en = \"evening\"", "", ValueInvalid, 11),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good, "{from}");
            let fault = MethodPack::parse("p.toml", &broken).expect_err(to);
            let place = Place::Line("p.toml".into(), line);
            assert_eq!((fault.code, &fault.place), (code, &place), "{to}: {fault}");
        }
    }

    const TWO_LEVELS: &str = r#"per_pupil = "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2"
among = "COUNT(mark) > 0""#;

    fn two_levels() -> String {
        let rows = "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"";
        PACK.replacen(rows, TWO_LEVELS, 1)
    }

    #[test]
    fn a_pack_of_two_levels_needs_what_makes_a_pupil() {
        let pack = MethodPack::parse("p.toml", &two_levels()).unwrap();
        assert!(pack.indicators[0].formula.is_two_level());
        let columns = pack.indicators[0].columns();
        assert!(["wave", "grade", "pupil_code", "mark"].iter().all(|column| columns.contains(column)));
    }

    const MEAN: &str = r#"kind = "mean"
value = "COALESCE(score_tasks, score_printed) / max_score"
unit = "share""#;

    fn mean(text: &str) -> String {
        let rows = "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"";
        let list = PACK.find("[[list]]").unwrap();
        PACK[..list].replacen(rows, text, 1)
    }

    #[test]
    fn a_mean_is_a_number_of_a_row_in_a_unit() {
        use FaultCode::{DeclarationUnreadable, NameUnknown, QueryInvalid, QueryRefused, ValueInvalid};
        let pack = MethodPack::parse("p.toml", &mean(MEAN)).unwrap();
        assert_eq!(
            (pack.indicators[0].formula.kind(), pack.indicators[0].formula.unit().as_str()),
            ("mean", "share")
        );
        let standardised = MEAN.replace("\"mean\"", "\"standardised\"").replace("unit = \"share\"", "");
        let pack = MethodPack::parse("p.toml", &mean(&standardised)).unwrap();
        assert_eq!(pack.indicators[0].formula.unit().as_str(), "deviations");
        assert!(["subject", "form", "procedure"].iter().all(|c| pack.indicators[0].columns().contains(c)));
        for (from, to, code, line) in [
            ("\"mean\"", "\"median\"", ValueInvalid, 11),
            ("\"mean\"", "\"share\"", ValueInvalid, 12),
            ("max_score", "AVG(max_score)", QueryRefused, 12),
            ("max_score", "maxscore", NameUnknown, 12),
            ("COALESCE(score_tasks, score_printed) / max_score", "sex", QueryInvalid, 12),
            ("unit = \"share\"", "", ValueInvalid, 7),
            ("unit = \"share\"", "unit = \"rubles\"", ValueInvalid, 13),
            ("unit = \"share\"", "unit = \"points\"", ValueInvalid, 13),
            (" / max_score", "", ValueInvalid, 13),
            ("unit = \"share\"", "unit = 1", DeclarationUnreadable, 13),
            ("\"mean\"", "\"standardised\"", ValueInvalid, 13),
            ("unit =", "numerator =", ValueInvalid, 7),
        ] {
            let broken = mean(&MEAN.replacen(from, to, 1));
            let fault = MethodPack::parse("p.toml", &broken).expect_err(to);
            let place = Place::Line("p.toml".into(), line);
            assert_eq!((fault.code, &fault.place), (code, &place), "{to}: {fault}");
        }
        let listed = PACK.replacen(
            "numerator = \"SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(mark)\"",
            MEAN,
            1,
        );
        let fault = MethodPack::parse("p.toml", &listed).unwrap_err();
        assert_eq!((fault.code, fault.cause), (ValueInvalid, Some("value-not-a-share")));
    }

    #[test]
    fn a_threshold_is_named_and_stands_beside_the_columns() {
        use FaultCode::{NameUnknown, ValueInvalid};
        const NAMED: &str =
            "threshold = { document = \"exam-minimums\", subject = \"ru\", form = \"ege\" }\nbetter";
        let below = PACK.replace("mark = 2", "test_score < threshold");
        let good = below.replacen("better", NAMED, 1);
        let pack = MethodPack::parse("p.toml", &good).unwrap();
        let name = pack.indicators[0].threshold.clone().unwrap();
        assert_eq!((name.of.words().as_str(), name.year), ("exam-minimums, ru, ege", None));
        for (text, from, to, code, line) in [
            (&below, "", "", NameUnknown, 11),
            (&good, "exam-minimums", "exam-minimum", ValueInvalid, 13),
            (&good, "form = \"ege\"", "grade = 5", ValueInvalid, 13),
            (&good, "form = \"ege\"", "form = \"ege\", mark = 3", ValueInvalid, 13),
            (
                &good,
                "exam-minimums\", subject = \"ru\", form = \"ege\"",
                "vpr-scales\", subject = \"ru\", grade = 5, mark = 2",
                ValueInvalid,
                13,
            ),
        ] {
            let broken = text.replacen(from, to, 1);
            let fault = MethodPack::parse("p.toml", &broken).expect_err(to);
            let place = Place::Line("p.toml".into(), line);
            assert_eq!((fault.code, &fault.place), (code, &place), "{to}: {fault}");
        }
    }

    #[test]
    fn what_is_asked_of_a_pupil_is_fenced_and_must_be_whole() {
        use FaultCode::{NameUnknown, QueryInvalid, QueryRefused, ValueInvalid};
        for (from, to, code, line) in [
            (" >= 2\"", "\"", QueryInvalid, 11),
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2", "mark = 2", QueryRefused, 11),
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2", "AVG(mark) < 3", QueryRefused, 11),
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2", "MAX(test_score) < 36", QueryRefused, 11),
            ("SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2", "COUNT(marc) > 1", NameUnknown, 11),
            (
                "SUM(CASE WHEN mark = 2 THEN 1 ELSE 0 END) >= 2",
                "COUNT(*) > (SELECT COUNT(*) FROM result)",
                QueryRefused,
                11,
            ),
            ("COUNT(mark) > 0", "EXISTS (SELECT 1 FROM read_csv('x'))", QueryRefused, 12),
            ("among =", "denominator =", ValueInvalid, 7),
            ("per_pupil =", "numerator =", ValueInvalid, 7),
            ("\"result\"", "\"measure\"", NameUnknown, 10),
        ] {
            let broken = two_levels().replacen(from, to, 1);
            assert_ne!(broken, two_levels(), "{from}");
            let fault = MethodPack::parse("p.toml", &broken).expect_err(to);
            let place = Place::Line("p.toml".into(), line);
            assert_eq!((fault.code, &fault.place), (code, &place), "{to}: {fault}");
        }
    }

    #[test]
    fn several_complaints_come_together_and_a_slip_gets_the_nearest_name() {
        let broken = PACK.replace("COUNT(mark)", "COUNT(marc)").replace("min_n = 10", "min_n = -1");
        let complaints = MethodPack::check("p.toml", &broken).unwrap_err();
        assert_eq!(complaints.len(), 2);
        assert!(complaints[0].args.contains(&("nearest", "mark".to_owned())));
        let complaints = MethodPack::check("p.toml", &PACK.replace("\"low_*\"", "\"high_*\"")).unwrap_err();
        assert_eq!(complaints.len(), 1, "nothing is said of a number of criteria that nobody knows");
    }

    const ADVERSE: &str = r#"id = "p"
version = "1"
title = { ru = "М", en = "M" }
basis = "—"
status = "experimental"
[[adverse]]
id = "adverse_conditions"
title = { ru = "Условия", en = "Conditions" }
cut = ">= 0.75"
measures = [
    { measure = "low_income", direction = 1, weight = 2 },
    { measure = "both_parents_graduates", direction = -1 },
]
"#;

    #[test]
    fn a_list_by_conditions_is_proved() {
        let pack = MethodPack::parse("p.toml", ADVERSE).unwrap();
        let rule = &pack.adverse[0];
        assert_eq!((rule.measures[0].weight, rule.measures[1].weight, rule.concentration), (2.0, 1.0, 50.0));
        assert_eq!(rule.measures[1].direction, -1);
        for (from, to, line) in [
            (">= 0.75", "<= 0.75", 9),
            (">= 0.75", "worst", 9),
            ("cut = ", "rare = \"median\"\ncut = ", 9),
            ("direction = 1,", "direction = 0,", 11),
            ("weight = 2", "weight = 0", 11),
            ("weight = 2", "weight = nan", 11),
            ("\"both_parents_graduates\"", "\"low_income\"", 12),
        ] {
            let broken = ADVERSE.replacen(from, to, 1);
            let fault = MethodPack::parse("p.toml", &broken).expect_err(to);
            assert_eq!(
                (fault.code, &fault.place),
                (FaultCode::ValueInvalid, &Place::Line("p.toml".into(), line)),
                "{to}: {fault}"
            );
        }
        let start = ADVERSE.find("measures = [").unwrap();
        assert!(MethodPack::parse("p.toml", &format!("{}measures = []\n", &ADVERSE[..start])).is_err());
    }

    #[test]
    fn an_id_that_stands_twice_is_told_at_its_second_place() {
        let start = PACK.find("[[indicator]]").unwrap();
        let end = PACK.find("[[list]]").unwrap();
        let twice = format!("{}{}{}", &PACK[..end], &PACK[start..end], &PACK[end..]);
        let fault = MethodPack::parse("p.toml", &twice).unwrap_err();
        assert_eq!(
            (fault.code, fault.place.clone()),
            (FaultCode::ValueInvalid, Place::Line("p.toml".into(), 17))
        );
    }
}
