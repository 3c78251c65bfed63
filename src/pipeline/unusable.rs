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
    match trouble {
        PriorTrouble::NoData | PriorTrouble::NoSpread => {
            Ok(Finding::new(FindingCode::MeasureUnusable, place).column(measure).detail(year.to_string()))
        }
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
        for trouble in [PriorTrouble::NoData, PriorTrouble::NoSpread] {
            assert_eq!(unusable("poor", 2024, trouble).unwrap().code, FindingCode::MeasureUnusable);
        }
        for trouble in [PriorTrouble::Malformed, PriorTrouble::NotConverged] {
            assert_eq!(unusable("poor", 2024, trouble).unwrap_err().code, FaultCode::Numerical);
        }
    }
}
