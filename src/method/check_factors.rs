//! The proof of a pack's part on factors.

use std::collections::BTreeSet;

use toml::Spanned;

use super::check::Proof;
use super::factors::{Explained, FactorOutcome, FactorPlan, FactorSet, ResilientRule, ScoreColumn};
use super::raw;
use super::sql::unknown;

impl Proof<'_> {
    pub(super) fn factors(&mut self, raw: &raw::Factors, indicators: &[&str]) -> FactorPlan {
        let mut seen = BTreeSet::new();
        let sets = raw.sets.iter().filter_map(|set| self.factor_set(set, &mut seen)).collect();
        let mut seen = BTreeSet::new();
        let outcomes: Vec<FactorOutcome> =
            raw.outcomes.iter().filter_map(|outcome| self.outcome(outcome, indicators, &mut seen)).collect();
        let resilient = raw.resilient.as_ref().and_then(|rule| self.resilient(rule, &outcomes));
        FactorPlan { sets, outcomes, resilient }
    }

    fn factor_set(&mut self, raw: &raw::FactorSet, seen: &mut BTreeSet<String>) -> Option<FactorSet> {
        self.id("id", &raw.id, seen);
        let source = self.wording(&raw.source);
        let mut expected = Vec::new();
        if raw.expected.get_ref().is_empty() {
            self.invalid("expected", &Spanned::new(raw.expected.span(), "{}"), "value-empty");
        }
        for (factor, direction) in raw.expected.get_ref() {
            self.measure(&direction.span(), factor);
            match *direction.get_ref() {
                direction @ -1..=1 => expected.push((factor.clone(), i32::from(direction))),
                _ => self.invalid("expected", direction, "value-direction"),
            }
        }
        let known: Vec<&str> = raw.expected.get_ref().keys().map(String::as_str).collect();
        for factor in raw.related.iter().flatten() {
            if !known.contains(&factor.get_ref().as_str()) {
                self.complain(&factor.span(), unknown("factor", factor.get_ref(), &known));
            }
        }
        let names = |group: &Vec<Spanned<String>>| group.iter().map(|f| f.get_ref().clone()).collect();
        let related = raw.related.iter().map(names).collect();
        Some(FactorSet { id: raw.id.get_ref().clone(), source, expected, related })
    }

    fn outcome(
        &mut self,
        raw: &raw::FactorOutcome,
        indicators: &[&str],
        seen: &mut BTreeSet<String>,
    ) -> Option<FactorOutcome> {
        self.id("id", &raw.id, seen);
        let title = self.wording(&raw.title);
        let counted = self.criteria(&raw.of, indicators);
        let words = [
            ("low_share", Explained::LowShare),
            ("score_tasks", Explained::Score(ScoreColumn::Tasks)),
            ("score_printed", Explained::Score(ScoreColumn::Printed)),
            ("test_score", Explained::Score(ScoreColumn::Test)),
            ("participation", Explained::Participation),
        ];
        let explained = self.word("explains", &raw.explains, &words);
        let mut out_of = Vec::new();
        for (indicator, highest) in &raw.out_of {
            if !counted.contains(indicator.get_ref()) {
                let known: Vec<&str> = counted.iter().map(String::as_str).collect();
                self.complain(&indicator.span(), unknown("indicator", indicator.get_ref(), &known));
            }
            if !(*highest.get_ref() > 0.0 && highest.get_ref().is_finite()) {
                self.invalid("out_of", highest, "value-positive");
            }
            out_of.push((indicator.get_ref().clone(), *highest.get_ref()));
        }
        self.share("noticeable", &raw.noticeable);
        match &raw.base {
            Some(base) if !indicators.contains(&base.get_ref().as_str()) => {
                self.complain(&base.span(), unknown("indicator", base.get_ref(), indicators));
            }
            None if explained == Some(Explained::Participation) => {
                self.invalid("explains", &raw.explains, "value-base");
            }
            _ => {}
        }
        Some(FactorOutcome {
            id: raw.id.get_ref().clone(),
            title,
            indicators: counted,
            explained: explained?,
            primary: raw.primary,
            exam: raw.exam,
            out_of,
            base: raw.base.as_ref().map(|base| base.get_ref().clone()),
            noticeable: *raw.noticeable.get_ref(),
        })
    }

    /// Strictly between 0 and 1.
    fn share(&mut self, field: &'static str, value: &Spanned<f64>) {
        if !(*value.get_ref() > 0.0 && *value.get_ref() < 1.0) {
            self.invalid(field, value, "value-share");
        }
    }

    fn resilient(&mut self, raw: &raw::Resilient, outcomes: &[FactorOutcome]) -> Option<ResilientRule> {
        let name = raw.outcome.get_ref();
        match outcomes.iter().find(|outcome| outcome.id == *name) {
            None => {
                let known: Vec<&str> = outcomes.iter().map(|outcome| outcome.id.as_str()).collect();
                self.complain(&raw.outcome.span(), unknown("outcome", name, &known));
            }
            Some(outcome) if !outcome.exam || outcome.explained == Explained::LowShare => {
                self.invalid("outcome", &raw.outcome, "value-exam-score");
            }
            Some(_) => {}
        }
        self.share("adverse", &raw.adverse);
        self.share("sure", &raw.sure);
        if raw.years.get_ref() > &raw.of_last || *raw.years.get_ref() == 0 {
            self.invalid("years", &raw.years, "value-years-of");
        }
        Some(ResilientRule {
            outcome: name.clone(),
            adverse: *raw.adverse.get_ref(),
            sure: *raw.sure.get_ref(),
            years: *raw.years.get_ref(),
            of_last: raw.of_last,
            min_n: raw.min_n,
        })
    }
}
