//! The proof of a pack's part on types of schools.

use std::collections::BTreeSet;

use super::check::Proof;
use super::raw;
use super::types::{TypeName, TypePlan};
use crate::stats::ShareScale;

impl Proof<'_> {
    pub(super) fn types(&mut self, raw: &raw::Types) -> TypePlan {
        let default = TypePlan::default();
        let scale = raw.scale.as_ref().and_then(|scale| self.word("scale", scale, &ShareScale::ALL));
        let missing_max = raw.missing_max.as_ref().and_then(|most| {
            let found = usize::try_from(*most.get_ref()).ok();
            if found.is_none() {
                self.invalid("missing_max", most, "value-not-negative");
            }
            found
        });
        let mut seen = BTreeSet::new();
        let mut names = Vec::new();
        for raw in &raw.names {
            let (year, number) = (raw.year, *raw.number.get_ref());
            if number < 1 {
                self.invalid("type", &raw.number, "value-positive");
            }
            if !seen.insert((year, number)) {
                self.invalid("type", &raw.number, "value-id-twice");
            }
            names.push(TypeName { year, number, name: self.wording(&raw.name) });
        }
        TypePlan {
            scale: scale.unwrap_or(default.scale),
            missing_max: missing_max.unwrap_or(default.missing_max),
            names,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::base::FaultCode;
    use crate::method::{MethodPack, TypePlan};
    use crate::stats::ShareScale;

    fn pack(types: &str) -> Result<TypePlan, Vec<FaultCode>> {
        let text = format!(
            "id = \"p\"\nversion = \"1\"\ntitle = {{ ru = \"п\", en = \"p\" }}\nbasis = \"\"\nstatus = \"experimental\"\n{types}"
        );
        let codes = |complaints: Vec<Box<crate::base::Fault>>| complaints.iter().map(|c| c.code).collect();
        MethodPack::check("p.toml", &text).map(|pack| pack.types).map_err(codes)
    }

    #[test]
    fn what_is_not_said_has_a_default_and_what_is_said_is_proved() {
        assert_eq!(pack("").unwrap(), TypePlan::default());
        let said = pack(
            "[types]\nscale = \"arcsine\"\nmissing_max = 1\n[[types.name]]\nyear = 2025\ntype = 2\nname = { ru = \"а\", en = \"a\" }",
        )
        .unwrap();
        assert_eq!((said.scale, said.missing_max), (ShareScale::Arcsine, 1));
        assert_eq!(said.name(2025, 2).unwrap()["en"], "a");
        assert!(said.name(2025, 1).is_none() && said.name(2024, 2).is_none());
        let name = "[[types.name]]\nyear = 2025\ntype = 2\nname = { ru = \"а\", en = \"a\" }\n";
        for wrong in [
            "[types]\nscale = \"probit\"".to_owned(),
            "[types]\nmissing_max = -1".to_owned(),
            name.repeat(2),
            name.replace("type = 2", "type = 0"),
            name.replace(", en = \"a\"", ""),
        ] {
            assert_eq!(pack(&wrong).unwrap_err(), [FaultCode::ValueInvalid], "{wrong}");
        }
    }
}
