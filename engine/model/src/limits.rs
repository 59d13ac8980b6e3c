//! How much XML one file may be, checked while reading and before anything is built from it.
//!
//! A model arrives from the network: nothing here may allocate in proportion to what the sender claims, only to what
//! these limits allow.

/// Upper bounds for one BPMN file. What exceeds one of them is refused with the code `limit-exceeded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file.
    pub bytes: usize,
    /// Nesting of elements; `definitions` is at depth 1.
    pub depth: usize,
    /// Elements in the whole file, the diagram included.
    pub elements: usize,
    /// Attributes of one element, namespace declarations included.
    pub attributes: usize,
}

impl Default for Limits {
    /// 16 MiB, depth 200, 200,000 elements, 100 attributes each: several times the largest models met in practice.
    fn default() -> Self {
        Self { bytes: 16 * 1024 * 1024, depth: 200, elements: 200_000, attributes: 100 }
    }
}
