//! Thresholds that differ by year: a pack names them, the reference data hold them with source and status.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::base::{Fault, FaultCode, Place, Result, Year, not_toml};
use crate::method::MethodPack;

/// The word by which an expression of a pack names its threshold.
pub const THRESHOLD: &str = "threshold";

/// A scale of VPR: from which score the marks 3, 4, 5 begin.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VprScale {
    /// The subject.
    pub subject: String,
    /// The grade.
    pub grade: i32,
    /// The year of the description.
    pub year: i32,
    /// The wave: a test of autumn has the programme, and the scale, of another grade.
    #[serde(default = "spring")]
    pub wave: String,
    /// Lowest scores of the marks 3, 4, 5.
    pub from: [f64; 3],
    /// Highest possible score.
    #[serde(default)]
    pub max: Option<f64>,
    /// Where this comes from.
    pub source: String,
    /// How sure that is.
    pub status: String,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

fn spring() -> String {
    "spring".to_owned()
}

impl VprScale {
    /// The mark of a score; `None` outside the scale.
    #[must_use]
    pub fn mark(&self, score: f64) -> Option<i32> {
        if score < 0.0 || self.max.is_some_and(|max| score > max) {
            return None;
        }
        let passed = self.from.iter().filter(|from| score >= **from).count();
        i32::try_from(passed).ok().map(|passed| passed + 2)
    }
}

/// A minimum of an exam.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamMinimum {
    /// The subject; all of them where it is not given.
    #[serde(default)]
    pub subject: Option<String>,
    /// The form of the exam.
    pub form: String,
    /// First and last year.
    pub years: [i32; 2],
    /// The lowest sufficient test score.
    #[serde(default)]
    pub test_score: Option<f64>,
    /// The lowest sufficient mark.
    #[serde(default)]
    pub mark: Option<i32>,
    /// Where this comes from.
    pub source: String,
    /// How sure that is.
    pub status: String,
}

impl ExamMinimum {
    /// Does it hold for this exam in this year?
    #[must_use]
    pub fn holds(&self, subject: &str, form: &str, year: i32) -> bool {
        let [first, last] = self.years;
        let mine = self.subject.as_deref().is_none_or(|own| own == subject);
        self.form == form && (first..=last).contains(&year) && mine
    }
}

/// A scale of ОГЭ as a region adopted it, or as it was recommended (`*`).
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OgeScale {
    /// The region's number, or `*`.
    pub region: String,
    /// The subject.
    pub subject: String,
    /// The year.
    pub year: i32,
    /// Lowest scores of the mark 3 and, where they are known, of 4 and 5.
    pub from: Vec<f64>,
    /// Highest possible score.
    #[serde(default)]
    pub max: Option<f64>,
    /// Where this comes from.
    pub source: String,
    /// How sure that is.
    pub status: String,
    /// Conditions beside the total.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Scales<T> {
    scale: Vec<T>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Minima {
    minimum: Vec<ExamMinimum>,
}

/// Which threshold an indicator names.
#[derive(Debug, Clone, PartialEq)]
pub struct ThresholdName {
    /// Which row of the reference data.
    pub of: ThresholdOf,
    /// The one year whose threshold serves all years; `None`: each year its own.
    pub year: Option<Year>,
    /// Where the pack names it.
    pub place: Place,
}

/// The row of the reference data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThresholdOf {
    /// `exam-minimums`: the lowest sufficient test score.
    ExamMinimum {
        /// The subject.
        subject: String,
        /// The form.
        form: String,
    },
    /// `vpr-scales`: the score from which a mark begins, in spring.
    VprScale {
        /// The subject.
        subject: String,
        /// The grade.
        grade: i32,
        /// 3, 4 or 5.
        mark: usize,
    },
    /// `oge-scales`: the score from which a mark begins; the region's own row before the recommended one.
    OgeScale {
        /// The region's number, or `*`.
        region: String,
        /// The subject.
        subject: String,
        /// 3, 4 or 5.
        mark: usize,
    },
}

impl ThresholdOf {
    /// The document, and what in it is asked for: for messages.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::ExamMinimum { subject, form } => format!("exam-minimums, {subject}, {form}"),
            Self::VprScale { subject, grade, mark } => format!("vpr-scales, {subject}, {grade}, {mark}"),
            Self::OgeScale { region, subject, mark } => format!("oge-scales, {region}, {subject}, {mark}"),
        }
    }
}

/// The reference data of thresholds. A document that a workspace does not have has no thresholds.
#[derive(Debug, Clone, Default)]
pub struct Thresholds {
    vpr: Vec<VprScale>,
    oge: Vec<OgeScale>,
    minima: Vec<ExamMinimum>,
}

impl Thresholds {
    /// The names of the documents that it reads.
    pub const DOCUMENTS: [&str; 3] =
        ["reference/vpr-scales", "reference/oge-scales", "reference/exam-minimums"];

    /// Reads them.
    ///
    /// # Errors
    /// `E302` with path and line where one is not valid, `E307` where a scale does not rise.
    pub fn parse(documents: &BTreeMap<String, (String, String)>) -> Result<Self> {
        let [vpr, oge, minima] = Self::DOCUMENTS;
        let thresholds = Self {
            vpr: read::<Scales<_>>(documents, vpr)?.map(|all| all.scale).unwrap_or_default(),
            oge: read::<Scales<OgeScale>>(documents, oge)?.map(|all| all.scale).unwrap_or_default(),
            minima: read::<Minima>(documents, minima)?.map(|all| all.minimum).unwrap_or_default(),
        };
        let path = |name: &str| documents.get(name).map_or_else(|| name.to_owned(), |(path, _)| path.clone());
        let falls = |from: &[f64]| from.is_empty() || from.len() > 3 || !from.is_sorted_by(|a, b| a < b);
        let refused = |name, subject: &str, year: i32| {
            Err(Fault::new(FaultCode::ValueInvalid)
                .at(Place::File(path(name)))
                .with("field", "from")
                .with("value", format!("{subject} {year}"))
                .why("value-scale-rises"))
        };
        if let Some(scale) = thresholds.vpr.iter().find(|scale| falls(&scale.from)) {
            return refused(vpr, &scale.subject, scale.year);
        }
        match thresholds.oge.iter().find(|scale| falls(&scale.from)) {
            Some(scale) => refused(oge, &scale.subject, scale.year),
            None => Ok(thresholds),
        }
    }

    /// The scales of VPR.
    #[must_use]
    pub fn vpr(&self) -> &[VprScale] {
        &self.vpr
    }

    /// The minima of exams.
    #[must_use]
    pub fn minima(&self) -> &[ExamMinimum] {
        &self.minima
    }

    /// The threshold in a year; `None` where the reference data have none for it. A scale holds for its own year alone.
    #[must_use]
    pub fn value(&self, name: &ThresholdName, year: Year) -> Option<f64> {
        let year = name.year.unwrap_or(year).0;
        match &name.of {
            ThresholdOf::ExamMinimum { subject, form } => {
                self.minima.iter().find(|minimum| minimum.holds(subject, form, year))?.test_score
            }
            ThresholdOf::VprScale { subject, grade, mark } => {
                let mine = |s: &&VprScale| {
                    (&s.subject, s.grade, s.year, s.wave.as_str()) == (subject, *grade, year, "spring")
                };
                bound(&self.vpr.iter().find(mine)?.from, *mark)
            }
            ThresholdOf::OgeScale { region, subject, mark } => {
                let of = |wanted: &str| {
                    let mine = |s: &&OgeScale| s.region == wanted && &s.subject == subject && s.year == year;
                    bound(&self.oge.iter().find(mine)?.from, *mark)
                };
                of(region).or_else(|| of("*"))
            }
        }
    }

    /// The complaints about a pack's thresholds that the reference data do not know, in the order of the pack.
    #[must_use]
    pub fn complaints(&self, pack: &MethodPack) -> Vec<Box<Fault>> {
        let named = pack.indicators.iter().filter_map(|indicator| indicator.threshold.as_ref());
        named.filter_map(|name| self.prove(name).err()).collect()
    }

    /// Do the reference data know the threshold: in its year where it names one, else in any?
    ///
    /// # Errors
    /// `E303` at the line of the pack.
    pub fn prove(&self, name: &ThresholdName) -> Result<()> {
        let any = || (FIRST_YEAR..=LAST_YEAR).any(|year| self.value(name, Year(year)).is_some());
        let known = match name.year {
            Some(year) => self.value(name, year).is_some(),
            None => any(),
        };
        if known {
            return Ok(());
        }
        let words = name.of.words();
        let asked = name.year.map_or_else(|| words.clone(), |year| format!("{words}, {year}"));
        let fault = Fault::new(FaultCode::NameUnknown).at(name.place.clone());
        Err(fault.with("kind", THRESHOLD).with("name", asked))
    }
}

/// The years in which reference data are looked for.
const FIRST_YEAR: i32 = 2000;
const LAST_YEAR: i32 = 2100;

fn bound(from: &[f64], mark: usize) -> Option<f64> {
    from.get(mark.checked_sub(3)?).copied()
}

fn read<T: DeserializeOwned>(
    documents: &BTreeMap<String, (String, String)>,
    name: &str,
) -> Result<Option<T>> {
    let Some((path, text)) = documents.get(name) else { return Ok(None) };
    toml::from_str(text).map(Some).map_err(|error| not_toml(path, text, &error))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{ThresholdName, ThresholdOf, Thresholds};
    use crate::base::{FaultCode, Place, Year};

    fn documents() -> BTreeMap<String, (String, String)> {
        let texts = [
            include_str!("../../data/reference/vpr-scales.toml"),
            include_str!("../../data/reference/oge-scales.toml"),
            include_str!("../../data/reference/exam-minimums.toml"),
        ];
        let names = Thresholds::DOCUMENTS.map(str::to_owned);
        names.into_iter().zip(texts.map(|text| ("r.toml".to_owned(), text.to_owned()))).collect()
    }

    fn named(of: ThresholdOf, year: Option<i32>) -> ThresholdName {
        ThresholdName { of, year: year.map(Year), place: Place::Line("p.toml".into(), 7) }
    }

    #[test]
    fn each_year_has_its_own_threshold_or_none() {
        let thresholds = Thresholds::parse(&documents()).unwrap();
        let ege = |subject: &str, form: &str| ThresholdOf::ExamMinimum {
            subject: subject.into(),
            form: form.into(),
        };
        let vpr = ThresholdOf::VprScale { subject: "ma".into(), grade: 5, mark: 3 };
        let oge =
            |region: &str| ThresholdOf::OgeScale { region: region.into(), subject: "ru".into(), mark: 4 };
        for (of, year, value) in [
            (ege("ru", "ege"), 2024, Some(24.0)),
            (ege("ma", "ege_profile"), 2019, Some(27.0)),
            (ege("ma", "ege_base"), 2024, None),
            (ege("ru", "ege"), 2016, None),
            (vpr.clone(), 2021, Some(7.0)),
            (vpr.clone(), 2024, None),
            (oge("*"), 2023, Some(23.0)),
            (oge("05"), 2023, Some(23.0)),
            (oge("*"), 2024, None),
            (oge("*"), 2020, None),
        ] {
            assert_eq!(thresholds.value(&named(of.clone(), None), Year(year)), value, "{of:?} {year}");
        }
        assert_eq!(
            thresholds.value(&named(vpr.clone(), Some(2021)), Year(2024)),
            Some(7.0),
            "of one named year"
        );
        assert!(thresholds.prove(&named(vpr.clone(), None)).is_ok());
        let fault = thresholds.prove(&named(vpr, Some(2024))).unwrap_err();
        assert_eq!((fault.code, fault.place), (FaultCode::NameUnknown, Place::Line("p.toml".into(), 7)));
        assert!(thresholds.prove(&named(ege("ru", "oge"), None)).is_err());
    }

    #[test]
    fn every_row_says_where_it_is_from_and_stands_once() {
        let thresholds = Thresholds::parse(&documents()).unwrap();
        let vpr = thresholds.vpr.iter().map(|s| {
            (
                format!("{} {} {} {}", s.subject, s.grade, s.year, s.wave),
                &s.source,
                &s.status,
                s.from.last().copied(),
                s.max,
            )
        });
        let oge = thresholds.oge.iter().map(|s| {
            (
                format!("oge {} {} {}", s.region, s.subject, s.year),
                &s.source,
                &s.status,
                s.from.last().copied(),
                s.max,
            )
        });
        let mut seen = BTreeSet::new();
        for (row, source, status, top, max) in vpr.chain(oge) {
            assert!(!source.is_empty(), "{row}");
            assert!(
                ["verified", "strong", "second-hand", "from memory"].contains(&status.as_str()),
                "{row}: {status}"
            );
            assert!(top.zip(max).is_none_or(|(top, max)| top <= max), "{row}");
            assert!(seen.insert(row.clone()), "{row} stands twice");
        }
        assert!(thresholds.minima.iter().all(|m| !m.source.is_empty() && m.years[0] <= m.years[1]));
        let broken = documents()
            .into_iter()
            .map(|(name, (path, text))| (name, (path, text.replace("[15, 25, 34]", "[15, 25, 20]"))));
        assert_eq!(Thresholds::parse(&broken.collect()).unwrap_err().code, FaultCode::ValueInvalid);
    }
}
