//! A stage's parameters, read with their types. What is wrong is named by its parameter; unknown ones are refused.

use std::ops::RangeInclusive;

use crate::base::{Fault, FaultCode, Result};

/// The parameters of one stage.
#[derive(Debug, Clone, Copy)]
pub struct Params<'a>(&'a toml::Table);

impl<'a> Params<'a> {
    /// The parameters, which may have these names and no other.
    ///
    /// # Errors
    /// `E303` with the name of a parameter that is not among them.
    pub fn of(table: &'a toml::Table, known: &[&str]) -> Result<Self> {
        match table.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(Self(table)),
            Some(name) => Err(Fault::new(FaultCode::NameUnknown)
                .with("kind", "parameter")
                .with("name", name)
                .with("known", known.join(", "))),
        }
    }

    /// A whole number in a range; the default where it is not given.
    ///
    /// # Errors
    /// `E307` where it is no whole number or out of the range.
    pub fn whole(self, name: &'static str, default: usize, range: RangeInclusive<usize>) -> Result<usize> {
        match self.0.get(name) {
            None => Ok(default),
            Some(value) => whole(name, value, &range),
        }
    }

    /// A whole number, or two as the ends of a range, both included; the default where it is not given.
    ///
    /// # Errors
    /// `E307` where it is neither, out of the range, or the ends are in the wrong order.
    pub fn span(
        self,
        name: &'static str,
        default: RangeInclusive<usize>,
        range: RangeInclusive<usize>,
    ) -> Result<RangeInclusive<usize>> {
        match self.0.get(name) {
            None => Ok(default),
            Some(toml::Value::Array(ends)) => match ends.as_slice() {
                [low, high] => {
                    let (low, high) = (whole(name, low, &range)?, whole(name, high, &range)?);
                    if low <= high {
                        Ok(low..=high)
                    } else {
                        Err(invalid(name, format!("[{low}, {high}]")).why("value-order"))
                    }
                }
                _ => Err(invalid(name, toml::Value::Array(ends.clone()).to_string()).why("value-ends")),
            },
            Some(value) => whole(name, value, &range).map(|number| number..=number),
        }
    }

    /// One of some words; the first where it is not given.
    ///
    /// # Errors
    /// `E307` where it is another.
    pub fn word(self, name: &'static str, words: &[&'static str]) -> Result<&'static str> {
        let asked = match self.0.get(name) {
            None => words.first().copied(),
            Some(value) => words.iter().copied().find(|word| value.as_str() == Some(word)),
        };
        asked.ok_or_else(|| {
            let value = self.0.get(name).map(ToString::to_string).unwrap_or_default();
            invalid(name, value).with("known", words.join(", ")).why("value-known")
        })
    }

    /// A text, where it is given.
    ///
    /// # Errors
    /// `E307` where it is no text.
    pub fn text(self, name: &'static str) -> Result<Option<&'a str>> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => {
                value.as_str().map(Some).ok_or_else(|| invalid(name, value.to_string()).why("value-text"))
            }
        }
    }

    fn given(self, name: &'static str) -> Result<&'a toml::Value> {
        let missing = || Fault::new(FaultCode::DeclarationUnreadable).with("name", name).why("toml-missing");
        self.0.get(name).ok_or_else(missing)
    }

    /// A list of different names, at least one.
    ///
    /// # Errors
    /// `E302` where it is missing, `E307` where it is empty, holds something else than texts, or a name twice.
    pub fn names(self, name: &'static str) -> Result<Vec<String>> {
        let given = self.given(name)?;
        let names: Option<Vec<String>> =
            given.as_array().and_then(|list| list.iter().map(|v| v.as_str().map(str::to_owned)).collect());
        let names = names.ok_or_else(|| invalid(name, given.to_string()).why("value-names"))?;
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        if names.is_empty() || distinct.len() < names.len() {
            return Err(invalid(name, given.to_string()).why("value-names-twice"));
        }
        Ok(names)
    }

    /// Names with a direction each, `{ large_families = 1, both_parents_graduates = -1 }`, in the order of the file.
    ///
    /// # Errors
    /// `E302` where it is missing, `E307` where it is empty or a direction is not among the allowed ones.
    pub fn directions(self, name: &'static str, allowed: &[i32]) -> Result<Vec<(String, i32)>> {
        let given = self.given(name)?;
        let table = given.as_table().filter(|table| !table.is_empty());
        let table = table.ok_or_else(|| invalid(name, given.to_string()).why("value-directions"))?;
        table
            .iter()
            .map(|(key, value)| {
                let direction = value.as_integer().and_then(|v| i32::try_from(v).ok());
                match direction.filter(|d| allowed.contains(d)) {
                    Some(direction) => Ok((key.clone(), direction)),
                    None => {
                        let known = allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                        let fault = invalid(name, format!("{key} = {value}"));
                        Err(fault.with("known", known).why("value-known"))
                    }
                }
            })
            .collect()
    }
}

fn invalid(name: &'static str, value: String) -> Box<Fault> {
    Fault::new(FaultCode::ValueInvalid).with("field", name).with("value", value)
}

fn whole(name: &'static str, value: &toml::Value, range: &RangeInclusive<usize>) -> Result<usize> {
    let number = value.as_integer().and_then(|v| usize::try_from(v).ok()).filter(|v| range.contains(v));
    number.ok_or_else(|| {
        invalid(name, value.to_string())
            .with("from", range.start())
            .with("to", range.end())
            .why("value-range")
    })
}

#[cfg(test)]
mod tests {
    use super::Params;
    use crate::base::FaultCode;

    #[test]
    fn good_parameters_are_read() {
        let table: toml::Table =
            "k = [2, 6]\nstarts = 9\ncolumns = ['a', 'b']\nby = 'school'\nsigns = { z = 1, a = -1 }"
                .parse()
                .unwrap();
        let params = Params::of(&table, &["k", "starts", "columns", "by", "signs", "order"]).unwrap();
        assert_eq!(params.span("k", 4..=4, 2..=20).unwrap(), 2..=6);
        assert_eq!(params.span("starts", 4..=4, 2..=20).unwrap(), 9..=9);
        assert_eq!(params.whole("starts", 50, 1..=1000).unwrap(), 9);
        assert_eq!(params.whole("order", 50, 1..=1000).unwrap(), 50);
        assert_eq!(params.names("columns").unwrap(), ["a", "b"]);
        assert_eq!(params.word("by", &["municipality", "school"]).unwrap(), "school");
        assert_eq!(params.word("order", &["municipality", "school"]).unwrap(), "municipality");
        assert_eq!(params.text("by").unwrap(), Some("school"));
        assert_eq!(
            params.directions("signs", &[1, -1]).unwrap(),
            [("z".to_owned(), 1), ("a".to_owned(), -1)]
        );
    }

    #[test]
    fn bad_parameters_are_named() {
        let table: toml::Table =
            "k = [6, 2]\nstarts = 0\ncolumns = ['a', 'a']\nby = 'class'\nsigns = { z = 3 }".parse().unwrap();
        assert_eq!(Params::of(&table, &["k"]).unwrap_err().code, FaultCode::NameUnknown);
        let params = Params::of(&table, &["k", "starts", "columns", "by", "signs"]).unwrap();
        let faults = [
            params.span("k", 4..=4, 2..=20).unwrap_err(),
            params.whole("starts", 50, 1..=1000).unwrap_err(),
            params.names("columns").unwrap_err(),
            params.word("by", &["municipality", "school"]).unwrap_err(),
            params.text("starts").unwrap_err(),
            params.directions("signs", &[1, -1]).unwrap_err(),
        ];
        assert_eq!(params.names("nothing").unwrap_err().cause, Some("toml-missing"));
        for fault in faults {
            assert_eq!(fault.code, FaultCode::ValueInvalid);
            assert!(fault.cause.is_some());
            assert!(fault.args.iter().any(|(name, value)| *name == "field" && !value.is_empty()));
        }
    }
}
