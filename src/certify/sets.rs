//! The files of `data/certified`, in the program so that it certifies itself anywhere.

macro_rules! sets {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../data/certified/", $name, ".dat")))),*]
    };
}

/// Linear regression.
pub const LINEAR: [(&str, &str); 11] = sets!(
    "Norris" "Pontius" "NoInt1" "NoInt2" "Filip" "Longley" "Wampler1" "Wampler2" "Wampler3" "Wampler4" "Wampler5"
);

/// Mean, standard deviation, autocorrelation.
pub const UNIVARIATE: [(&str, &str); 9] =
    sets!("Lew" "Lottery" "Mavro" "Michelso" "NumAcc1" "NumAcc2" "NumAcc3" "NumAcc4" "PiDigits");

/// One-way analysis of variance.
pub const ANOVA: [(&str, &str); 11] = sets!(
    "SiRstv" "AtmWtAg" "SmLs01" "SmLs02" "SmLs03" "SmLs04" "SmLs05" "SmLs06" "SmLs07" "SmLs08" "SmLs09"
);

/// Tail probabilities and quantiles in 50-digit arithmetic; made by `data/certified/distributions.py`.
pub const DISTRIBUTIONS: &str = include_str!("../../data/certified/distributions.json");

/// Results of R on some of these data, frozen; made by `data/certified/frozen.R`.
pub const FROZEN: &str = include_str!("../../data/certified/frozen.json");
