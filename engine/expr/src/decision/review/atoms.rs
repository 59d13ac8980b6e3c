//! The values of a column, cut where its cells begin and end: within an atom no cell tells values apart.

use casewright_engine_feel::{Accepted, Number, Range, Value};
use std::cmp::Ordering;

/// Atoms of a column, in order, with how each is written.
pub(super) struct Atoms {
    ends: Vec<Value>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ends, and what lies between them.
    Ordered,
    /// [`Kind::Ordered`], where nothing lies between neighbours.
    Whole,
    /// Single values, and all others.
    Named,
    /// Single values, and there are no others.
    Closed,
}

/// Atoms, a bit each.
#[derive(Clone, Default, PartialEq, Eq)]
struct Bits {
    words: Vec<u64>,
    count: usize,
}

impl Bits {
    fn of(count: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0_u64; count.div_ceil(64)];
        for atom in (0..count).filter(|atom| is_in(*atom)) {
            words[atom / 64] |= 1 << (atom % 64);
        }
        Self { words, count }
    }

    fn has(&self, atom: usize) -> bool {
        self.words[atom / 64] >> (atom % 64) & 1 == 1
    }

    fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    fn is_full(&self) -> bool {
        self.words.iter().map(|word| word.count_ones() as usize).sum::<usize>() == self.count
    }

    fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }
}

/// Which atoms a cell accepts: surely, and perhaps.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Cell {
    surely: Bits,
    perhaps: Bits,
}

impl Cell {
    pub(super) fn is_any(&self) -> bool {
        self.surely.is_full()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.perhaps.is_empty()
    }

    /// Whether one value surely meets both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.surely.meets(&other.surely)
    }

    pub(super) fn surely(&self, atom: usize) -> bool {
        self.surely.has(atom)
    }

    pub(super) fn perhaps(&self, atom: usize) -> bool {
        self.perhaps.has(atom)
    }

    /// Atoms that both surely accept.
    pub(super) fn common(&self, other: &Self) -> Vec<usize> {
        (0..self.surely.count).filter(|atom| self.surely.has(*atom) && other.surely.has(*atom)).collect()
    }
}

impl Atoms {
    /// None when the values of the cells are of kinds that have no order among each other. `allowed` are all values there are,
    /// where the table says so.
    pub(super) fn of<'a>(
        cells: impl Iterator<Item = &'a Accepted>,
        allowed: Option<&'a Accepted>,
        is_whole: bool,
    ) -> Option<Self> {
        let ranges: Vec<&Range> = cells.chain(allowed).flat_map(ranges).collect();
        let mut ends: Vec<Value> =
            ranges.iter().flat_map(|range| range.low.iter().chain(&range.high)).cloned().collect();
        let are_points = ranges.iter().all(|range| is_point(range));
        let is_boolean = |value: &Value| matches!(value, Value::Boolean(_));
        if ends.iter().any(is_boolean) {
            let fits = ends.iter().all(is_boolean);
            return fits.then(|| Self { ends: vec![Value::Boolean(false), Value::Boolean(true)], kind: Kind::Closed });
        }
        if ends.windows(2).any(|pair| pair[0].compares(&pair[1]).is_none()) {
            return None;
        }
        ends.sort_by(|a, b| a.compares(b).unwrap_or(Ordering::Equal));
        ends.dedup_by(|a, b| a.compares(b) == Some(Ordering::Equal));
        let kind = match allowed {
            Some(Accepted::In(_)) if are_points => Kind::Closed,
            _ if are_points && ends.iter().all(|end| matches!(end, Value::String(_))) => Kind::Named,
            _ if is_whole => Kind::Whole,
            _ => Kind::Ordered,
        };
        Some(Self { ends, kind })
    }

    /// All values are alike.
    pub(super) fn one() -> Self {
        Self { ends: Vec::new(), kind: Kind::Ordered }
    }

    pub(super) fn count(&self) -> usize {
        match self.kind {
            Kind::Closed => self.ends.len(),
            Kind::Named => self.ends.len() + 1,
            Kind::Ordered | Kind::Whole => 2 * self.ends.len() + 1,
        }
    }

    /// A cell that is not understood accepts perhaps everything, and surely nothing.
    pub(super) fn cell(&self, accepted: Option<&Accepted>) -> Cell {
        let count = self.count();
        let Some(accepted) = accepted else {
            return Cell { surely: Bits::of(count, |_| false), perhaps: Bits::of(count, |_| true) };
        };
        let lies_in_one = |atom: usize, ranges: &[Range]| ranges.iter().any(|range| self.lies_in(atom, range));
        let atoms = Bits::of(count, |atom| match accepted {
            Accepted::Any => true,
            Accepted::In(ranges) => self.exists(atom) && lies_in_one(atom, ranges),
            Accepted::NotIn(ranges) => self.exists(atom) && !lies_in_one(atom, ranges),
        });
        Cell { surely: atoms.clone(), perhaps: atoms }
    }

    /// Between whole numbers that follow each other there is none.
    pub(super) fn exists(&self, atom: usize) -> bool {
        if self.kind != Kind::Whole || atom % 2 == 1 || atom == 0 || atom == 2 * self.ends.len() {
            return true;
        }
        match (&self.ends[atom / 2 - 1], &self.ends[atom / 2]) {
            (Value::Number(low), Value::Number(high)) => !are_neighbours(low, high),
            _ => true,
        }
    }

    /// An end has odd places among ordered atoms, what lies before it the even one.
    fn lies_in(&self, atom: usize, range: &Range) -> bool {
        if matches!(self.kind, Kind::Closed | Kind::Named) {
            let Some(value) = self.ends.get(atom) else {
                return false;
            };
            return match value {
                Value::Boolean(_) => range.low.as_ref().is_some_and(|low| low.equals(value) == Some(true)),
                value => range.contains(value) == Some(true),
            };
        }
        let place =
            |end: &Value| self.ends.binary_search_by(|own| own.compares(end).unwrap_or(Ordering::Equal)).unwrap_or(0);
        let low = range.low.as_ref().map_or(0, |end| 2 * place(end) + if range.low_included { 1 } else { 2 });
        let high =
            range.high.as_ref().map_or(2 * self.ends.len(), |end| 2 * place(end) + usize::from(range.high_included));
        (low..=high).contains(&atom)
    }

    /// Atoms as FEEL would ask for them.
    pub(super) fn written(&self, atoms: &[usize]) -> String {
        if atoms.len() == self.count() {
            return "any value".to_owned();
        }
        if matches!(self.kind, Kind::Closed | Kind::Named) {
            let other = self.ends.len();
            if atoms.contains(&other) {
                let named = (0..other).filter(|atom| !atoms.contains(atom)).map(|atom| quoted(&self.ends[atom]));
                return format!("not({})", named.collect::<Vec<_>>().join(", "));
            }
            return atoms.iter().map(|atom| quoted(&self.ends[*atom])).collect::<Vec<_>>().join(", ");
        }
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for atom in atoms {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *atom || (*last + 2 == *atom && !self.exists(*last + 1)) => {
                    *last = *atom
                }
                _ => runs.push((*atom, *atom)),
            }
        }
        runs.into_iter().map(|run| self.run(run)).collect::<Vec<_>>().join(", ")
    }

    fn run(&self, (first, last): (usize, usize)) -> String {
        let low = (first > 0).then(|| (first % 2 == 1, &self.ends[(first - 1) / 2]));
        let high = (last < 2 * self.ends.len()).then(|| (last % 2 == 1, &self.ends[last / 2]));
        match (low, high) {
            (None, None) => "any value".to_owned(),
            (None, Some((true, high))) => format!("<= {}", quoted(high)),
            (None, Some((false, high))) => format!("< {}", quoted(high)),
            (Some((true, low)), None) => format!(">= {}", quoted(low)),
            (Some((false, low)), None) => format!("> {}", quoted(low)),
            (Some((true, low)), Some((true, high))) if first == last && low.equals(high) == Some(true) => quoted(low),
            (Some((low_included, low)), Some((high_included, high))) => format!(
                "{}{}..{}{}",
                if low_included { '[' } else { '(' },
                quoted(low),
                quoted(high),
                if high_included { ']' } else { ')' }
            ),
        }
    }
}

fn ranges(accepted: &Accepted) -> &[Range] {
    match accepted {
        Accepted::Any => &[],
        Accepted::In(ranges) | Accepted::NotIn(ranges) => ranges,
    }
}

fn is_point(range: &Range) -> bool {
    let (Some(low), Some(high)) = (&range.low, &range.high) else {
        return false;
    };
    range.low_included && range.high_included && low.equals(high) == Some(true)
}

fn are_neighbours(low: &Number, high: &Number) -> bool {
    matches!((low.to_i64(), high.to_i64()), (Some(low), Some(high)) if low.checked_add(1) == Some(high))
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    }
}
