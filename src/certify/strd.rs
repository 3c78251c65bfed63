//! NIST's Statistical Reference Datasets: data and certified values, as the files print them.

/// The line that begins the data; the heading of a file has lines of the same word before it.
fn heading(text: &str) -> usize {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("Data:"))
        .map(|(at, _)| at)
        .last()
        .unwrap_or(0)
}

/// A certified number: what it is, and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Certified {
    /// `B0`, `se B0`, `residual sd`, `F` and so on.
    pub quantity: String,
    /// As printed.
    pub value: f64,
}

/// A file: numbers by row, and what NIST certifies.
#[derive(Debug, Clone)]
pub struct Set {
    /// Its name.
    pub name: &'static str,
    /// The data, row by row.
    pub rows: Vec<Vec<f64>>,
    /// The certified numbers.
    pub certified: Vec<Certified>,
}

/// Reads a file.
pub fn read(name: &'static str, text: &str) -> Set {
    let data = heading(text);
    let rows = text.lines().skip(data + 1).map(numbers).filter(|row| !row.is_empty()).collect();
    let mut certified = Vec::new();
    // the lines before the certified values hold numbers of other kinds
    let mut begun = false;
    let mut residual_sd = false;
    for line in text.lines().take(data) {
        begun |= line.contains("Certified");
        let mut put = |quantity: &str, value: Option<&f64>| {
            if let Some(&value) = value {
                certified.push(Certified { quantity: quantity.to_owned(), value });
            }
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let values = numbers(line);
        match words.as_slice() {
            [first, _, _] if begun && is_coefficient(first) => {
                put(first, values.first());
                put(&format!("se {first}"), values.get(1));
            }
            ["R-Squared", _] | ["Certified", "R-Squared", _] => put("R squared", values.last()),
            ["Residual"] | ["Certified", "Residual"] => residual_sd = true,
            ["Standard", "Deviation", _] if residual_sd => put("residual sd", values.last()),
            ["Regression" | "Between", ..] if begun && values.len() >= 3 => {
                for (quantity, at) in [("between SS", 1), ("between MS", 2), ("F", 3)] {
                    put(quantity, values.get(at));
                }
            }
            ["Residual" | "Within", ..] if begun && values.len() >= 3 => {
                put("within SS", values.get(1));
                put("within MS", values.get(2));
            }
            ["Sample", kind, ..] if begun || line.contains(':') => {
                put(&kind.replace(':', "").to_lowercase(), values.last())
            }
            _ => {}
        }
    }
    Set { name, rows, certified }
}

/// `B0`, `B10`.
fn is_coefficient(word: &str) -> bool {
    word.strip_prefix('B')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The finite numbers of a line.
fn numbers(line: &str) -> Vec<f64> {
    let finite = |word: &str| word.parse::<f64>().ok().filter(|v| v.is_finite());
    line.split_whitespace().filter_map(finite).collect()
}

impl Set {
    /// A column of the data.
    #[must_use]
    pub fn column(&self, at: usize) -> Vec<f64> {
        self.rows.iter().filter_map(|row| row.get(at).copied()).collect()
    }

    /// How many coefficients are certified.
    #[must_use]
    pub fn coefficients(&self) -> usize {
        self.certified.iter().filter(|c| is_coefficient(&c.quantity)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::certify::sets;

    #[test]
    fn every_certified_number_is_found() {
        for &(name, text) in &sets::LINEAR {
            let set = read(name, text);
            let k = set.coefficients();
            // exact fits have no finite F
            let f = usize::from(!["Wampler1", "Wampler2"].contains(&name));
            assert_eq!(set.certified.len(), 2 * k + 2 + 4 + f, "{name}: {:?}", set.certified);
            assert!(
                set.rows.len() > k && set.rows.iter().all(|row| row.len() == set.rows[0].len()),
                "{name}"
            );
        }
        for &(name, text) in &sets::UNIVARIATE {
            let set = read(name, text);
            let names: Vec<&str> = set.certified.iter().map(|c| c.quantity.as_str()).collect();
            assert_eq!(names, ["mean", "standard", "autocorrelation"], "{name}");
        }
        for &(name, text) in &sets::ANOVA {
            let set = read(name, text);
            assert_eq!(set.certified.len(), 7, "{name}: {:?}", set.certified);
            assert!(set.rows.iter().all(|row| row.len() == 2), "{name}");
        }
    }

    #[test]
    fn sizes_are_those_that_the_files_state() {
        let rows = |name, text: &str| read(name, text).rows.len();
        let all = sets::LINEAR.iter().chain(&sets::UNIVARIATE).chain(&sets::ANOVA);
        let counted: Vec<(&str, usize)> = all.map(|&(name, text)| (name, rows(name, text))).collect();
        for (name, want) in
            [("Longley", 16), ("Filip", 82), ("Lottery", 218), ("NumAcc4", 1001), ("PiDigits", 5000)]
        {
            assert!(counted.contains(&(name, want)), "{name}: {counted:?}");
        }
        assert!(counted.contains(&("SmLs09", 18_009)) && counted.contains(&("NumAcc1", 3)), "{counted:?}");
    }
}
