//! Every code has its wording and its cure in both languages; every table and column has its label.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use rsoko::base::{FaultCode, FindingCode};
use rsoko::tables;
use rsoko::text::{Lang, catalogue};

use crate::support::{read_text, walk};

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

/// The values that each text of a language is filled with, by `message` or `message.attribute`.
fn placeables(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text").join(lang.code()), &mut files);
    let mut found = BTreeMap::new();
    for file in files {
        let text = read_text(&file);
        let resource = fluent_syntax::parser::parse(text.as_str()).expect("a catalogue that parses");
        for entry in &resource.body {
            let Entry::Message(message) = entry else { continue };
            let id = message.id.name;
            let own = message.value.iter().map(|value| (id.to_owned(), value));
            let attributes = message.attributes.iter().map(|a| (format!("{id}.{}", a.id.name), &a.value));
            for (key, pattern) in own.chain(attributes) {
                let mut names = BTreeSet::new();
                of_pattern(pattern, &mut names);
                found.insert(key, names);
            }
        }
    }
    found
}

fn of_pattern(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, names);
        }
    }
}

fn of_expression(expression: &Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, names),
        Expression::Select { selector, variants } => {
            of_inline(selector, names);
            variants.iter().for_each(|variant| of_pattern(&variant.value, names));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    let arguments = |call: &CallArguments<&str>, names: &mut BTreeSet<String>| {
        call.positional.iter().for_each(|argument| of_inline(argument, names));
        call.named.iter().for_each(|argument| of_inline(&argument.value, names));
    };
    match inline {
        InlineExpression::VariableReference { id } => drop(names.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => of_expression(expression, names),
        InlineExpression::FunctionReference { arguments: call, .. } => arguments(call, names),
        InlineExpression::TermReference { arguments: Some(call), .. } => arguments(call, names),
        _ => {}
    }
}

#[test]
fn both_languages_are_filled_with_the_same_values() {
    let (ru, en) = (placeables(Lang::Ru), placeables(Lang::En));
    assert!(ru.len() > 500 && ru.values().any(|names| names.len() > 2), "{} texts", ru.len());
    let differing: Vec<String> = ru
        .iter()
        .filter(|(key, names)| en.get(*key) != Some(names))
        .map(|(key, names)| format!("{key}: {names:?} in Russian, {:?} in English", en.get(key)))
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert_eq!(ru.len(), en.len());
}

#[test]
fn every_count_has_the_forms_of_its_language() {
    for (lang, forms) in [(Lang::Ru, &["[one]", "[few]", "*[other]"][..]), (Lang::En, &["[one]", "*[other]"])]
    {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text").join(lang.code()).join("counts.ftl");
        let text = read_text(&file);
        let messages: Vec<&str> = text.split("\ncount-").skip(1).collect();
        assert!(messages.len() > 30);
        for message in messages {
            let missing: Vec<&&str> = forms.iter().filter(|form| !message.contains(**form)).collect();
            assert!(missing.is_empty(), "{}: count-{message} lacks {missing:?}", lang.code());
        }
    }
}
