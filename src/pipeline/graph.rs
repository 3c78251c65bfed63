//! The order of stages, from what they read and write.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fault, FaultCode, Place, Result};

/// A stage as the graph sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The stage's kind.
    pub kind: &'static str,
    /// Tables that must be there.
    pub reads: Vec<&'static str>,
    /// Tables that may be there.
    pub reads_optional: Vec<&'static str>,
    /// Tables that it writes.
    pub writes: Vec<&'static str>,
}

/// The order in which the nodes run: writers before readers, otherwise as declared. `given` are tables that stand
/// already (from files). Returns positions in `nodes`.
///
/// # Errors
/// `E306` where a table has two writers, none, or where stages need each other in a circle.
pub fn order(nodes: &[Node], given: &[&str]) -> Result<Vec<usize>> {
    let broken = |table: &str| Fault::new(FaultCode::GraphBroken).at(Place::Table(table.to_owned()));
    let mut writers: BTreeMap<&str, usize> = BTreeMap::new();
    for (position, node) in nodes.iter().enumerate() {
        for table in &node.writes {
            if let Some(other) = writers.insert(table, position) {
                let kind = nodes.get(other).map_or("", |n| n.kind);
                return Err(broken(table)
                    .with("first", kind)
                    .with("second", node.kind)
                    .why("graph-two-writers"));
            }
        }
    }
    let mut needs: Vec<BTreeSet<usize>> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let mut before = BTreeSet::new();
        for table in &node.reads {
            match writers.get(table) {
                Some(&writer) => {
                    before.insert(writer);
                }
                None if given.contains(table) => {}
                None => {
                    return Err(broken(table).with("reader", node.kind).why("graph-no-writer"));
                }
            }
        }
        before.extend(node.reads_optional.iter().filter_map(|table| writers.get(table)).copied());
        needs.push(before);
    }
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut out = Vec::with_capacity(nodes.len());
    while out.len() < nodes.len() {
        let next = needs
            .iter()
            .enumerate()
            .find(|(position, before)| !done.contains(position) && before.is_subset(&done))
            .map(|(position, _)| position);
        let Some(next) = next else {
            let waiting: Vec<&str> =
                nodes.iter().enumerate().filter(|(p, _)| !done.contains(p)).map(|(_, n)| n.kind).collect();
            return Err(Fault::new(FaultCode::GraphBroken)
                .with("stages", waiting.join(", "))
                .why("graph-circle"));
        };
        done.insert(next);
        out.push(next);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{Node, order};
    use crate::base::FaultCode;

    fn node(kind: &'static str, reads: &[&'static str], writes: &[&'static str]) -> Node {
        Node { kind, reads: reads.to_vec(), reads_optional: Vec::new(), writes: writes.to_vec() }
    }

    #[test]
    fn writers_come_before_readers_whatever_the_order_of_the_file() {
        let nodes = [node("c", &["b"], &["c"]), node("a", &[], &["a"]), node("b", &["a", "given"], &["b"])];
        assert_eq!(order(&nodes, &["given"]).unwrap(), [1, 2, 0]);
    }

    #[test]
    fn circles_doubles_and_orphans_are_faults() {
        let circle = [node("a", &["b"], &["a"]), node("b", &["a"], &["b"])];
        let double = [node("a", &[], &["t"]), node("b", &[], &["t"])];
        let orphan = [node("a", &["nowhere"], &["a"])];
        for nodes in [&circle[..], &double[..], &orphan[..]] {
            assert_eq!(order(nodes, &[]).unwrap_err().code, FaultCode::GraphBroken);
        }
    }
}
