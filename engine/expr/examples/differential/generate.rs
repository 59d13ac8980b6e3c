//! Questions by chance: expressions, unary tests and tables over variables of all kinds.

use crate::chance::Chance;
use crate::grammar;
use crate::support::case::{Case, Question};
use crate::support::table::{Clause, Table};
use crate::tree::{Piece, Tree};
use indexmap::IndexMap;
use serde_json::{Value as Json, json};

/// What was made, with its parts.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) shape: Shape,
    variables: IndexMap<String, Json>,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Expression(Tree),
    Tests(Tree, Json),
    Table(MadeTable),
}

#[derive(Clone, Debug)]
pub(crate) struct MadeTable {
    policy: &'static str,
    /// With the types they are said to have.
    inputs: Vec<(Tree, &'static str)>,
    outputs: Vec<(&'static str, &'static str, &'static str)>,
    rules: Vec<Vec<Tree>>,
}

/// Which expressions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subset {
    All,
    /// What forms use: conditions and texts over data that JSON can hold.
    Forms,
}

impl Made {
    pub(crate) fn case(&self) -> Case {
        let question = match &self.shape {
            Shape::Expression(tree) => Question::Expression { text: tree.text() },
            Shape::Tests(tree, input) => Question::Tests { text: tree.text(), input: input.clone() },
            Shape::Table(table) => Question::Table { table: table.told() },
        };
        let mut case = Case { question, variables: IndexMap::new() };
        let texts = case.texts().join("\n");
        case.variables = self.variables.iter().filter(|(name, _)| is_in(&texts, name)).map(clone).collect();
        case
    }

    /// Smaller ones by one step.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let with = |shape| Self { shape, variables: self.variables.clone() };
        match &self.shape {
            Shape::Expression(tree) => {
                tree.smaller(&simplest).into_iter().map(|tree| with(Shape::Expression(tree))).collect()
            }
            Shape::Tests(tree, input) => {
                let smaller = tree.smaller(&simplest).into_iter();
                smaller.map(|tree| with(Shape::Tests(tree, input.clone()))).collect()
            }
            Shape::Table(table) => table.smaller().into_iter().map(|table| with(Shape::Table(table))).collect(),
        }
    }

    /// The rule at the root.
    pub(crate) fn rule(&self) -> String {
        match &self.shape {
            Shape::Expression(tree) | Shape::Tests(tree, _) if !tree.rule.is_empty() => tree.rule.to_owned(),
            Shape::Expression(tree) | Shape::Tests(tree, _) => tree.text(),
            Shape::Table(table) => {
                let kinds: Vec<&str> = table.outputs.iter().map(|output| output.1).collect();
                format!("table {} of {}", table.policy, kinds.join(", "))
            }
        }
    }
}

/// As a word: the `a` of `case` is no variable.
fn is_in(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

fn clone((name, value): (&String, &Json)) -> (String, Json) {
    (name.clone(), value.clone())
}

fn simplest(kind: &str) -> Vec<&'static str> {
    let leaves = leaves_of(kind);
    let mut all: Vec<&'static str> = leaves.iter().take(3).copied().collect();
    all.push("null");
    all
}

fn leaves_of(kind: &str) -> &'static [&'static str] {
    grammar::kind(kind).map(|kind| kind.leaves).filter(|leaves| !leaves.is_empty()).unwrap_or(&["null"])
}

impl MadeTable {
    fn told(&self) -> Table {
        Table {
            policy: self.policy.to_owned(),
            inputs: self
                .inputs
                .iter()
                .map(|(tree, kind)| Clause { text: tree.text(), kind: (*kind).to_owned(), ..Clause::default() })
                .collect(),
            outputs: self
                .outputs
                .iter()
                .map(|(name, kind, values)| Clause {
                    text: (*name).to_owned(),
                    kind: (*kind).to_owned(),
                    values: (*values).to_owned(),
                })
                .collect(),
            rules: self.rules.iter().map(|rule| rule.iter().map(Tree::text).collect()).collect(),
        }
    }

    fn smaller(&self) -> Vec<Self> {
        let mut all = Vec::new();
        let mut push = |change: &dyn Fn(&mut Self)| {
            let mut smaller = self.clone();
            change(&mut smaller);
            all.push(smaller);
        };
        for rule in 0..self.rules.len() {
            push(&|table| drop(table.rules.remove(rule)));
        }
        for input in 0..if self.inputs.len() > 1 { self.inputs.len() } else { 0 } {
            push(&|table| {
                table.inputs.remove(input);
                table.rules.iter_mut().for_each(|rule| drop(rule.remove(input)));
            });
        }
        for output in 0..if self.outputs.len() > 1 { self.outputs.len() } else { 0 } {
            push(&|table| {
                let column = table.inputs.len() + output;
                table.outputs.remove(output);
                table.rules.iter_mut().for_each(|rule| drop(rule.remove(column)));
            });
        }
        for input in self.inputs.iter().enumerate().filter(|(_, input)| !input.1.is_empty()).map(|(at, _)| at) {
            push(&|table| table.inputs[input].1 = "");
        }
        for output in self.outputs.iter().enumerate().filter(|(_, output)| !output.1.is_empty()).map(|(at, _)| at) {
            push(&|table| table.outputs[output].1 = "");
        }
        if !self.policy.is_empty() {
            push(&|table| table.policy = "");
        }
        for (at, input) in self.inputs.iter().enumerate() {
            for tree in input.0.smaller(&simplest) {
                push(&|table| table.inputs[at].0 = tree.clone());
            }
        }
        for (at, rule) in self.rules.iter().enumerate() {
            for (column, cell) in rule.iter().enumerate() {
                for tree in cell.smaller(&simplest) {
                    push(&|table| table.rules[at][column] = tree.clone());
                }
            }
        }
        all
    }
}

struct Maker {
    chance: Chance,
    /// Variables of the text, with their kinds.
    bound: Vec<(&'static str, &'static str)>,
    /// The parts of one text are not without end.
    left: usize,
    subset: Subset,
    /// Of so many parts one is of a kind that does not fit.
    odd: usize,
}

const KINDS: [&str; 17] = ["n", "n", "n", "s", "s", "b", "b", "b", "d", "t", "m", "y", "p", "nl", "sl", "cl", "c"];

/// Parts of literals that forms do not have: names with blanks, escapes, letters of two halves, digits that no double holds.
const BEYOND_FORMS: [&str; 6] = ["`", "\\", "😀", "99999999", "987654321", "0.000001"];

/// The expression at this position of a run.
pub(crate) fn expression(seed: u64, position: u64, subset: Subset) -> Made {
    let stream = if subset == Subset::All { "expressions" } else { "forms" };
    let mut maker = Maker::new(Chance::of(seed, stream, position), subset);
    if subset == Subset::Forms {
        // Fields have their types; what is missing is null.
        maker.odd = usize::MAX;
    }
    let depth = 1 + maker.chance.below(4);
    let variables = variables(&mut maker.chance, subset);
    if subset == Subset::All && maker.chance.one_in(5) {
        let (kind, input) = input(&mut maker.chance, subset);
        let tree = maker.tree(kind, depth);
        return Made { shape: Shape::Tests(tree, input), variables };
    }
    let kind = match subset {
        Subset::Forms => maker.chance.pick(&["b", "b", "b", "b", "n", "s", "nl", "sl"]),
        Subset::All if maker.chance.one_in(12) => maker.chance.pick(&["z", "r", "rd", "dl"]),
        Subset::All => maker.chance.pick(&KINDS),
    };
    let tree = maker.tree(kind, depth);
    Made { shape: Shape::Expression(tree), variables }
}

/// The table at this position of a run.
pub(crate) fn table(seed: u64, position: u64) -> Made {
    const POLICIES: [&str; 13] = [
        "",
        "UNIQUE",
        "FIRST",
        "FIRST",
        "ANY",
        "RULE_ORDER",
        "COLLECT",
        "COLLECT SUM",
        "COLLECT MIN",
        "COLLECT MAX",
        "COLLECT COUNT",
        "PRIORITY",
        "OUTPUT_ORDER",
    ];
    let mut maker = Maker::new(Chance::of(seed, "tables", position), Subset::All);
    maker.odd = 60;
    let variables = variables(&mut maker.chance, Subset::All);
    // Camunda's engine knows neither of the last two; one in a while shows that it still does not.
    let known = if maker.chance.one_in(20) { POLICIES.len() } else { POLICIES.len() - 2 };
    let policy = POLICIES[maker.chance.below(known)];
    let is_aggregated = policy.contains("COLLECT ");
    let mut inputs = Vec::new();
    let mut columns = Vec::new();
    for _ in 0..1 + maker.chance.below(3) {
        let (kind, expression, types): (_, _, &[&str]) = match maker.chance.below(12) {
            0..=2 => ("un", "n", &["", "", "integer", "long", "double", "number", "string"]),
            3 | 4 => ("us", "s", &["", "string", "string", "integer"]),
            5 => ("ub", "b", &["", "boolean", "boolean", "string"]),
            6 => ("um", "m", &["", "date", "date", "string"]),
            7 => ("ud", "d", &["", "", "dateTime", "string", "date"]),
            8 => ("ut", "t", &["", "", "time", "string"]),
            9 => ("up", "p", &["", "", "Any", "string"]),
            10 => ("uy", "y", &["", "", "Any", "string"]),
            _ => ("un", "z", &["", "", "string"]),
        };
        let type_ref = maker.chance.pick(types);
        let depth = usize::from(maker.chance.one_in(3));
        inputs.push((maker.tree(expression, depth), type_ref));
        columns.push(kind);
    }
    let mut outputs = Vec::new();
    let mut conclusions = Vec::new();
    let count = if is_aggregated && !maker.chance.one_in(20) { 1 } else { 1 + maker.chance.below(2) };
    for name in ["result", "other"].into_iter().take(count) {
        let kind = if is_aggregated {
            "n"
        } else {
            maker.chance.pick(&["n", "n", "s", "s", "b", "m", "d", "t", "p", "c", "nl", "z"])
        };
        let types: &[&str] = match kind {
            "n" => &["", "", "integer", "long", "double", "number", "string"],
            "s" => &["", "string", "string", "date"],
            "b" => &["", "boolean", "string"],
            "m" | "d" => &["", "date", "string", "dateTime"],
            _ => &["", "", "string", "Any"],
        };
        outputs.push((name, maker.chance.pick(types), ""));
        conclusions.push(kind);
    }
    let mut rules = Vec::new();
    for _ in 0..maker.chance.below(6) {
        let mut cells: Vec<Tree> = Vec::new();
        for kind in &columns {
            let depth = maker.chance.below(3);
            let cell = if maker.chance.one_in(4) { Tree::leaf("un", "-") } else { maker.tree(kind, depth) };
            cells.push(cell);
        }
        for kind in &conclusions {
            let depth = maker.chance.below(2);
            let cell = if maker.chance.one_in(30) { Tree::leaf("z", "") } else { maker.tree(kind, depth) };
            cells.push(cell);
        }
        rules.push(cells);
    }
    Made { shape: Shape::Table(MadeTable { policy, inputs, outputs, rules }), variables }
}

impl Maker {
    fn new(chance: Chance, subset: Subset) -> Self {
        Self { chance, bound: Vec::new(), left: 24, subset, odd: 30 }
    }

    fn tree(&mut self, kind: &'static str, depth: usize) -> Tree {
        self.left = self.left.saturating_sub(1);
        let is_test = kind.starts_with('u') || kind == "q" || kind == "g" || kind == "k";
        let kind = if !is_test && self.chance.one_in(self.odd) {
            self.chance.pick(match self.subset {
                Subset::All => &["z", "n", "s", "b", "d", "c", "nl", "m", "p"][..],
                Subset::Forms => &["z", "n", "s", "b", "c", "nl"][..],
            })
        } else {
            kind
        };
        let fitting: Vec<&'static str> =
            self.bound.iter().filter(|(_, bound)| *bound == kind).map(|(name, _)| *name).collect();
        if !fitting.is_empty() && self.chance.one_in(2) {
            return Tree::leaf(kind, self.chance.pick(&fitting));
        }
        let rules = grammar::kind(kind).map(|kind| match self.subset {
            Subset::All => kind.rules,
            Subset::Forms => kind.forms,
        });
        match rules {
            Some(rules) if !rules.is_empty() && depth > 0 && self.left > 0 => {
                let rule = self.chance.pick(rules);
                self.expand(kind, rule, depth - 1)
            }
            _ => Tree::leaf(kind, self.leaf(kind)),
        }
    }

    /// Forms name their fields by identifiers.
    fn leaf(&mut self, kind: &str) -> &'static str {
        let leaves = leaves_of(kind);
        loop {
            let leaf = self.chance.pick(leaves);
            if self.subset == Subset::All || !BEYOND_FORMS.iter().any(|part| leaf.contains(part)) {
                return leaf;
            }
        }
    }

    /// `{{` and `}}` are brackets of the text itself.
    fn expand(&mut self, kind: &'static str, rule: &'static str, depth: usize) -> Tree {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = rule;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let from = &rest[at..];
            if from.starts_with("{{") || from.starts_with("}}") {
                text.push_str(&from[..1]);
                rest = &from[2..];
                continue;
            }
            let end = from.find('}').unwrap_or(from.len() - 1);
            let mut words = from[1..end].split('|');
            let part = words.next().unwrap_or_default();
            let before = self.bound.len();
            for binding in words.next().into_iter().flat_map(|all| all.split(',')) {
                self.bound.extend(binding.split_once(':'));
            }
            let tree = self.tree(part, depth);
            self.bound.truncate(before);
            let has_operator = !tree.rule.is_empty() && tree.rule.contains(' ');
            let is_followed = from[end + 1..].starts_with(['.', '[', '(']);
            let is_joined = rule.contains(' ') && !part.starts_with('u') && !self.chance.one_in(3);
            let brackets = has_operator && (is_followed || is_joined);
            text.push_str(if brackets { "(" } else { "" });
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(Piece::Part(tree));
            text.push_str(if brackets { ")" } else { "" });
            rest = &from[end + 1..];
        }
        text.push_str(rest);
        pieces.push(Piece::Text(text));
        Tree { kind, rule, pieces }
    }
}

fn long(chance: &mut Chance) -> Json {
    json!({ "Long": chance.pick(&["0", "1", "2", "3", "5", "7", "42", "-4", "1000000000000"]) })
}

fn double(chance: &mut Chance) -> Json {
    json!({ "Double": chance.pick(&["0.1", "2.5", "-1.25", "3.0", "1e10", "0.333333"]) })
}

fn text(chance: &mut Chance) -> Json {
    json!(chance.pick(&["a", "b", "abc", "", "x y", "Größe", "a\"b", "10", "2026-01-01", "foo bar"]))
}

fn moment(chance: &mut Chance) -> Json {
    json!({ "Date": chance.pick(&["1769855400000", "1709251199000", "0", "1767225600000", "1782000000123"]) })
}

fn person(chance: &mut Chance) -> Json {
    json!({ "Map": {
        "name": text(chance), "age": long(chance), "active": chance.one_in(2), "tags": ["x", "y"],
    }})
}

fn variables(chance: &mut Chance, subset: Subset) -> IndexMap<String, Json> {
    let mut all = IndexMap::new();
    let mut add = |name: &str, value: Json| drop(all.insert(name.to_owned(), value));
    add("a", long(chance));
    add("b", json!({ "Integer": chance.pick(&["1", "4", "-7"]) }));
    add("short", json!({ "Short": chance.pick(&["2", "12"]) }));
    add("d", double(chance));
    add("s", text(chance));
    add("t", text(chance));
    add("full name", text(chance));
    add("net sum", double(chance));
    add("flag", json!(chance.one_in(2)));
    let at = |chance: &mut Chance| match subset {
        Subset::All => moment(chance),
        Subset::Forms => json!(chance.pick(&["2026-01-31", "2026-01-31T10:30:00"])),
    };
    add("when", at(chance));
    add("later", at(chance));
    let numbers: Vec<Json> = (0..chance.below(4)).map(|_| long(chance)).collect();
    add("numbers", json!(numbers));
    let texts: Vec<Json> = (0..chance.below(4)).map(|_| text(chance)).collect();
    add("texts", json!(texts));
    add("person", person(chance));
    add("order", json!({ "Map": { "sum": double(chance), "net sum": long(chance), "a": text(chance) }}));
    let people: Vec<Json> = (0..chance.below(3)).map(|_| person(chance)).collect();
    add("people", json!(people));
    add("nothing", Json::Null);
    all
}

/// A kind of unary tests, and what they are asked about.
fn input(chance: &mut Chance, subset: Subset) -> (&'static str, Json) {
    let kinds: &[&str] = if subset == Subset::All { &["un", "us", "ub", "um"] } else { &["un", "us", "ub"] };
    let kind = chance.pick(kinds);
    let value = match kind {
        _ if chance.one_in(12) => Json::Null,
        "un" if chance.one_in(3) => double(chance),
        "un" => long(chance),
        "us" => text(chance),
        "ub" => json!(chance.one_in(2)),
        _ => moment(chance),
    };
    (kind, value)
}
