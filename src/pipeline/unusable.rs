//! A measure that an analysis must do without.

use crate::base::{Fault, FaultCode, Finding, FindingCode, Place, Result};
use crate::stats::PriorTrouble;

/// The finding on a measure that tells nothing in a year.
///
/// # Errors
/// `E601` where the measure may well tell something and the computation did not find it: such a measure is not silently
/// left out.
pub fn unusable(measure: &str, year: i32, trouble: PriorTrouble) -> Result<Finding> {
    let place = Place::Table("measure".to_owned());
    let finding = |why| {
        let finding = Finding::new(FindingCode::MeasureUnusable, place.clone()).column(measure);
        Ok(finding.value(why).detail(year.to_string()))
    };
    match trouble {
        PriorTrouble::NoData => finding("no_data"),
        PriorTrouble::AllAlike => finding("all_alike"),
        PriorTrouble::NoSpread => finding("no_spread"),
        PriorTrouble::Malformed | PriorTrouble::NotConverged => {
            let fault =
                Fault::new(FaultCode::Numerical).at(place).with("measure", measure).with("year", year);
            Err(fault.why("num-prior").because(trouble))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unusable;
    use crate::base::{FaultCode, FindingCode};
    use crate::stats::PriorTrouble;

    #[test]
    fn a_computation_that_failed_is_no_property_of_the_data() {
        for (trouble, why) in [
            (PriorTrouble::NoData, "no_data"),
            (PriorTrouble::AllAlike, "all_alike"),
            (PriorTrouble::NoSpread, "no_spread"),
        ] {
            let finding = unusable("poor", 2024, trouble).unwrap();
            assert_eq!((finding.code, finding.value.as_deref()), (FindingCode::MeasureUnusable, Some(why)));
        }
        for trouble in [PriorTrouble::Malformed, PriorTrouble::NotConverged] {
            assert_eq!(unusable("poor", 2024, trouble).unwrap_err().code, FaultCode::Numerical);
        }
    }
}
