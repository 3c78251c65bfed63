//! A stage's key: everything that its outputs depend on. Two equal keys mean equal outputs.

use std::collections::BTreeMap;

use crate::base::Year;
use crate::lake::ContentHash;
use crate::pipeline::{Reason, SourceChange};
use crate::text::Lang;

/// The parts of a stage's key, kept apart so that a difference can be named.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct KeyParts {
    /// The program: a hash of its sources and of the versions of its libraries.
    pub program: String,
    /// The parameters, as they are written.
    pub parameters: BTreeMap<String, String>,
    /// The documents that the stage uses.
    pub documents: BTreeMap<String, ContentHash>,
    /// The stage's seed, where it uses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The id of the run, where the stage prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The years of the pipeline.
    pub years: Vec<Year>,
    /// The languages of its reports.
    pub languages: Vec<Lang>,
    /// The senders' files with their layouts and the hashes of their bytes, where the stage reads them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, (String, ContentHash)>,
    /// The tables that it reads, by content.
    pub tables: BTreeMap<String, ContentHash>,
}

/// What differs between a key of an earlier run and the key of now: why the stage runs.
pub(super) fn differences(before: &KeyParts, now: &KeyParts) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if before.program != now.program {
        reasons.push(Reason::Program);
    }
    for (name, old, new) in changed(&before.parameters, &now.parameters) {
        let text = |value: Option<&String>| value.map_or_else(|| "–".to_owned(), Clone::clone);
        reasons.push(Reason::Parameter(name.clone(), text(old), text(new)));
    }
    for (name, ..) in changed(&before.documents, &now.documents) {
        reasons.push(Reason::Document(name.clone()));
    }
    if before.seed != now.seed {
        reasons.push(Reason::Seed);
    }
    if (&before.years, &before.languages) != (&now.years, &now.languages) {
        reasons.push(Reason::Years);
    }
    for (path, old, new) in changed(&before.sources, &now.sources) {
        let change = match (old, new) {
            (None, _) => SourceChange::Added,
            (_, None) => SourceChange::Removed,
            _ => SourceChange::Changed,
        };
        reasons.push(Reason::Source(path.clone(), change));
    }
    reasons.extend(
        changed(&before.tables, &now.tables).into_iter().map(|(name, ..)| Reason::Table(name.clone())),
    );
    if reasons.is_empty() && before.run != now.run {
        reasons.push(Reason::Run);
    }
    reasons
}

/// The entries that differ, sorted by name: the name, the old value, the new one.
fn changed<'a, V: PartialEq>(
    before: &'a BTreeMap<String, V>,
    now: &'a BTreeMap<String, V>,
) -> Vec<(&'a String, Option<&'a V>, Option<&'a V>)> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    names
        .into_iter()
        .map(|name| (name, before.get(name), now.get(name)))
        .filter(|(_, old, new)| old != new)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{KeyParts, differences};
    use crate::base::Year;
    use crate::lake::hash_bytes;
    use crate::pipeline::{Reason, SourceChange};

    fn key(change: impl FnOnce(&mut KeyParts)) -> KeyParts {
        let mut key =
            KeyParts { program: "p".into(), seed: Some(1), years: vec![Year(2024)], ..KeyParts::default() };
        key.parameters.insert("k".into(), "3".into());
        key.sources.insert("a.xlsx".into(), ("auto".into(), hash_bytes(b"a")));
        key.tables.insert("result".into(), hash_bytes(b"r"));
        key.documents.insert("method".into(), hash_bytes(b"m"));
        change(&mut key);
        key
    }

    #[test]
    fn every_part_of_a_key_has_its_reason() {
        let cases: [(KeyParts, Reason); 10] = [
            (key(|k| k.run = Some("other".into())), Reason::Run),
            (key(|k| k.program = "q".into()), Reason::Program),
            (
                key(|k| k.parameters = [("k".into(), "4".into())].into()),
                Reason::Parameter("k".into(), "3".into(), "4".into()),
            ),
            (key(|k| k.parameters.clear()), Reason::Parameter("k".into(), "3".into(), "–".into())),
            (key(|k| k.documents.clear()), Reason::Document("method".into())),
            (key(|k| k.seed = None), Reason::Seed),
            (key(|k| k.years.clear()), Reason::Years),
            (key(|k| k.sources.clear()), Reason::Source("a.xlsx".into(), SourceChange::Removed)),
            (
                key(|k| k.sources = [("a.xlsx".into(), ("f1".into(), hash_bytes(b"a")))].into()),
                Reason::Source("a.xlsx".into(), SourceChange::Changed),
            ),
            (
                key(|k| k.tables = [("result".into(), hash_bytes(b"x"))].into()),
                Reason::Table("result".into()),
            ),
        ];
        for (now, reason) in cases {
            assert_eq!(differences(&key(|_| ()), &now), [reason]);
        }
        assert_eq!(differences(&key(|_| ()), &key(|_| ())), []);
    }
}
