//! Every code has its wording and its cure in both languages; every table and column has its label.

use rsoko::base::{FaultCode, FindingCode};
use rsoko::tables;
use rsoko::text::{Lang, catalogue};

#[test]
fn every_code_has_wording_and_cure_in_both_languages() {
    let faults = FaultCode::ALL.iter().map(|code| format!("fault-{}", code.id()));
    let findings = FindingCode::ALL.iter().map(|code| format!("finding-{}", code.id()));
    let missing: Vec<String> = faults
        .chain(findings)
        .flat_map(|key| [key.clone(), format!("{key}.cure")])
        .flat_map(|key| Lang::ALL.map(|lang| (lang, key.clone())))
        .filter(|(lang, key)| !catalogue(*lang).has(key))
        .map(|(lang, key)| format!("{}: {key}", lang.code()))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_table_and_column_has_a_label_in_both_languages() {
    let mut missing = Vec::new();
    for lang in Lang::ALL {
        for table in tables::ALL {
            if !catalogue(lang).has(&format!("table-{}", table.name)) {
                missing.push(format!("{}: table-{}", lang.code(), table.name));
            }
            for column in table.columns {
                let own = format!("column-{}-{}", table.name, column.name);
                let common = format!("column-{}", column.name);
                if !catalogue(lang).has(&own) && !catalogue(lang).has(&common) {
                    missing.push(format!("{}: {common}", lang.code()));
                }
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{missing:#?}");
}
