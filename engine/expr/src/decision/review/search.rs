//! Looking through the inputs of a table, column by column: atoms that leave the same rules are looked at together.

use super::sheet::Sheet;

/// Cells that one search looks at.
const STEPS: usize = 20_000_000;

pub(super) struct Search<'a> {
    sheet: &'a Sheet<'a>,
    left: usize,
}

impl<'a> Search<'a> {
    pub(super) fn of(sheet: &'a Sheet<'a>) -> Self {
        Self { sheet, left: STEPS }
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// Inputs that meet no rule, at most so many.
    pub(super) fn gaps(&mut self, most: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut path = Vec::new();
        let all: Vec<usize> = (0..self.sheet.rules.len()).collect();
        self.gaps_from(0, &all, &mut path, &mut found, most);
        found
    }

    fn gaps_from(
        &mut self,
        column: usize,
        rules: &[usize],
        path: &mut Vec<Vec<usize>>,
        found: &mut Vec<String>,
        most: usize,
    ) {
        if self.left == 0 || found.len() == most {
            return;
        }
        self.pay(column, rules);
        if rules.is_empty() {
            found.push(self.written(path));
            return;
        }
        let rest = &self.sheet.columns[column..];
        if rules.iter().any(|rule| rest.iter().all(|column| column.cells[*rule].is_any())) {
            return;
        }
        for (atoms, rules) in self.groups(column, rules) {
            path.push(atoms);
            self.gaps_from(column + 1, &rules, path, found, most);
            path.pop();
        }
    }

    /// What it takes to look at a column's atoms for these rules.
    fn pay(&mut self, column: usize, rules: &[usize]) {
        let atoms = self.sheet.columns.get(column).map_or(1, |column| column.atoms.count());
        self.left = self.left.saturating_sub(1 + atoms * rules.len());
    }

    /// Atoms of a column by the rules that perhaps accept them.
    fn groups(&self, column: usize, rules: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
        let column = &self.sheet.columns[column];
        let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for atom in (0..column.atoms.count()).filter(|atom| column.atoms.exists(*atom)) {
            let left: Vec<usize> = rules.iter().copied().filter(|rule| column.cells[*rule].perhaps(atom)).collect();
            match groups.iter_mut().find(|(_, rules)| *rules == left) {
                Some((atoms, _)) => atoms.push(atom),
                None => groups.push((vec![atom], left)),
            }
        }
        groups
    }

    fn written(&self, path: &[Vec<usize>]) -> String {
        let part = |(column, atoms): (&super::sheet::Column, &Vec<usize>)| {
            let exist = (0..column.atoms.count()).filter(|atom| column.atoms.exists(*atom)).count();
            (atoms.len() < exist).then(|| format!("{}: {}", column.label, column.atoms.written(atoms)))
        };
        let parts: Vec<String> = self.sheet.columns.iter().zip(path).filter_map(part).collect();
        if parts.is_empty() { "whatever the inputs are".to_owned() } else { parts.join("; ") }
    }

    /// Whether every input that meets a rule surely meets one of the others.
    pub(super) fn is_covered(&mut self, rule: usize, others: &[usize]) -> bool {
        self.covered_from(0, rule, others) && self.left > 0
    }

    fn covered_from(&mut self, column: usize, rule: usize, others: &[usize]) -> bool {
        self.pay(column, others);
        if self.left == 0 || others.is_empty() {
            return false;
        }
        let Some(current) = self.sheet.columns.get(column) else {
            return true;
        };
        let mut seen: Vec<Vec<usize>> = Vec::new();
        for atom in (0..current.atoms.count()).filter(|atom| current.cells[rule].perhaps(*atom)) {
            let left: Vec<usize> = others.iter().copied().filter(|other| current.cells[*other].surely(atom)).collect();
            if seen.contains(&left) {
                continue;
            }
            if !self.covered_from(column + 1, rule, &left) {
                return false;
            }
            seen.push(left);
        }
        true
    }
}
