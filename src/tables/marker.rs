//! Signs of doubtful marks: each test, what they say together, and how often they would accuse an honest school.

use crate::tables::spec::table;

table! {
    /// One school in one test against the norm of its region, or by a printed rule.
    Marker "marker" School
        sorted by ["marker_set", "marker", "year", "wave", "grade", "subject", "school_id"] {
        /// `rsoko`, or `fioko_official`: the signs of the federal algorithm exactly as printed.
        marker_set: String;
        /// Kind of evidence; of the official signs their number and test.
        marker: String;
        /// The year.
        year: i32, unit "year";
        /// `spring`, `autumn`.
        wave: Option<String>;
        /// Grade; 9 for exams.
        grade: i32, unit "grade";
        /// Subject.
        subject: String;
        /// The school.
        school_id: String;
        /// `journal_inflated`, `vpr_inflated`; missing where the sign supports either.
        finding: Option<String>;
        /// Pupils, or pairs, that it rests on.
        participants: i64, unit "pupils";
        /// What was found, in the marker's unit.
        statistic: Option<f64>;
        /// What the norm of the region lets expect of the school; of an official sign the bound that it is compared with.
        expected: Option<f64>;
        /// The unit of statistic, expectation and effect: `share`, `fisher_z`, `log`, `sd`, …
        unit: String;
        /// P of an honest school that shows as much, against the region's distribution; missing for official signs.
        p: Option<f64>;
        /// `exact`, `asymptotic`.
        p_kind: Option<String>;
        /// p after Benjamini and Hochberg among the schools of this test, year and marker.
        q: Option<f64>;
        /// How far it lies from the expectation on the side of the finding.
        effect: Option<f64>;
        /// Lower end of its 95 % interval.
        effect_low: Option<f64>;
        /// Upper end of it.
        effect_high: Option<f64>;
        /// The shift against the norm by empirical Bayes: log-odds for shares, else the unit's.
        shift: Option<f64>;
        /// Lower end of its 95 % interval.
        shift_low: Option<f64>;
        /// Upper end of it.
        shift_high: Option<f64>;
        /// Is the effect more than a trifle?
        gate: Option<bool>;
        /// Flagged: q ≤ 0.05 and the gate passed; of an official sign as printed. Missing where it is undefined.
        flag: Option<bool>;
    }
}

table! {
    /// One kind of evidence of one school over all its tests of a year, or of all years.
    MarkerKind "marker_kind" School sorted by ["finding", "school_id", "marker", "year"] {
        /// `journal_inflated`, `vpr_inflated`.
        finding: String;
        /// The school.
        school_id: String;
        /// Kind of evidence.
        marker: String;
        /// The year; missing for all years together.
        year: Option<i32>, unit "year";
        /// Tests that said anything.
        tests: i64;
        /// Pupils, or pairs, of a count; missing for estimates.
        participants: Option<i64>, unit "pupils";
        /// What was found.
        statistic: f64;
        /// What the norm lets expect.
        expected: f64;
        /// The unit.
        unit: String;
        /// P of an honest school that shows as much.
        p: f64;
        /// `exact`, `asymptotic`.
        p_kind: String;
        /// p after Benjamini and Hochberg among the schools of the region; for all years only.
        q: Option<f64>;
        /// How far it lies from the expectation on the side of the finding.
        effect: f64;
        /// Lower end of its 95 % interval.
        effect_low: f64;
        /// Upper end of it.
        effect_high: f64;
        /// Standard deviation of honest schools beyond chance, as found in this region.
        norm_spread: f64;
        /// How many times the variance of chance is wider than if each result were another pupil's.
        norm_chance: f64;
        /// Is the effect more than a trifle?
        gate: bool;
    }
}

table! {
    /// What all evidence says of a school: a grade by the declared rule.
    MarkerEvidence "marker_evidence" School sorted by ["finding", "school_id"] {
        /// `journal_inflated`, `vpr_inflated`: two findings, never mixed.
        finding: String;
        /// The school.
        school_id: String;
        /// `none`, `weak`, `moderate`, `strong`.
        evidence: String;
        /// Kinds that speak for it, the leading ones first; empty where there are none.
        speak_for: String;
        /// Kinds that speak against it.
        speak_against: String;
        /// Kinds that could say anything; with none the grade is `none` because nothing is known.
        kinds_known: i64;
        /// Years in which a kind that speaks for it does so by itself at 5 %.
        years: String;
        /// The school's usual number of participants in a test: the median.
        participants: i64, unit "pupils";
        /// The size band that the false-flag rate is printed for.
        size_band: String;
        /// Of honest schools of this size, so many reach this grade or a higher one: the larger of the two simulated rates.
        /// Missing where nothing was simulated or the grade is `none`.
        false_flags: Option<f64>, unit "share";
        /// Its Monte-Carlo standard error.
        false_flags_error: Option<f64>, unit "share";
    }
}

table! {
    /// How often honest schools reach a grade: the whole procedure on simulated honest regions.
    MarkerNull "marker_null" Open sorted by ["flavour", "finding", "evidence", "size_band"] {
        /// `norm`: this region's own habits, bunching included; `smooth`: no bunching.
        flavour: String;
        /// `journal_inflated`, `vpr_inflated`.
        finding: String;
        /// The grade, or a higher one.
        evidence: String;
        /// Usual number of participants in a test.
        size_band: String;
        /// Simulated regions.
        regions: i64;
        /// Honest schools in them.
        schools: i64, unit "schools";
        /// Schools that reached the grade.
        flagged: i64, unit "schools";
        /// Their share.
        share: Option<f64>, unit "share";
        /// Its Monte-Carlo standard error, with regions as units.
        error: Option<f64>, unit "share";
    }
}

table! {
    /// How often planted inflation is found in simulated regions.
    MarkerPower "marker_power" Open
        sorted by ["flavour", "finding", "participants", "tests", "part", "evidence"] {
        /// `norm`, `smooth`.
        flavour: String;
        /// What was planted.
        finding: String;
        /// Participants in each test of the school.
        participants: i64, unit "pupils";
        /// Tests of the school, all of them inflated.
        tests: i64;
        /// Share of the pupils below the pass score who were lifted to it, or of journal marks that were raised by one.
        part: f64, unit "share";
        /// The grade, or a higher one.
        evidence: String;
        /// Planted schools.
        schools: i64, unit "schools";
        /// Of them found.
        found: i64, unit "schools";
        /// Their share.
        share: Option<f64>, unit "share";
        /// Lower end of its 95 % interval.
        low: Option<f64>, unit "share";
        /// Upper end of it.
        high: Option<f64>, unit "share";
    }
}

table! {
    /// Marks of the test by mark of the journal.
    JournalTransition "journal_transition" School
        sorted by ["year", "grade", "subject", "wave", "level", "entity_id", "journal_mark", "mark"] {
        /// The year.
        year: i32, unit "year";
        /// `spring`, `autumn`.
        wave: Option<String>;
        /// Grade; missing for schools, whose tests of a year stand together.
        grade: Option<i32>, unit "grade";
        /// Subject; missing for schools.
        subject: Option<String>;
        /// `school`, `municipality`, `region`.
        level: String;
        /// School id, municipality, or `region`.
        entity_id: String;
        /// Mark in the journal.
        journal_mark: i32, unit "mark";
        /// Mark of the test.
        mark: i32, unit "mark";
        /// Participants with both.
        pupils: i64, unit "pupils";
        /// Share of the participants with this journal mark.
        share: f64, unit "share";
    }
}

table! {
    /// The region's participants by primary score, with the cuts and what a curve without bunching would hold.
    ScoreCurve "score_curve" School sorted by ["year", "grade", "subject", "wave", "score"] {
        /// The year.
        year: i32, unit "year";
        /// `spring`, `autumn`.
        wave: Option<String>;
        /// Grade.
        grade: i32, unit "grade";
        /// Subject.
        subject: String;
        /// Primary score.
        score: i32, unit "points";
        /// Participants of the region with it.
        pupils: i64, unit "pupils";
        /// Their share.
        share: f64, unit "share";
        /// The share under a smooth curve of the same mean and variance.
        smooth: f64, unit "share";
        /// The mark that begins at this score: 3, 4 or 5.
        cut: Option<i32>, unit "mark";
        /// At a cut: participants there against one point below.
        ratio: Option<f64>;
        /// At a cut: p of a jump of the density there, for discrete scores, with a curvature of up to a fifth.
        p: Option<f64>;
    }
}

table! {
    /// What a doubt about the objectivity of ВПР marks would do to a list, by three policies; the list itself stays the method's.
    ListPolicy "list_policy" School sorted by ["list", "year", "school_id", "policy"] {
        /// The list.
        list: String;
        /// The list's year.
        year: i32, unit "year";
        /// The school.
        school_id: String;
        /// `flag`: the list as it is; `exclude`: the ВПР of schools in doubt are left out; `count_as_low`: they count as low.
        policy: String;
        /// `listed`, `not_listed`, `not_assessable` under the policy.
        state: String;
        /// Does the policy change the state?
        changed: bool;
        /// `moderate`, `strong`; missing where the school is not in doubt.
        evidence: Option<String>;
    }
}
