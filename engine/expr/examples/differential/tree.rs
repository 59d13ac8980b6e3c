//! A text with what it was made of, so that it can be made smaller.

#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) kind: &'static str,
    /// The rule that it follows: differences are told by it.
    pub(crate) rule: &'static str,
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    Part(Tree),
}

impl Tree {
    pub(crate) fn leaf(kind: &'static str, text: &'static str) -> Self {
        Self { kind, rule: "", pieces: vec![Piece::Text(text.to_owned())] }
    }

    pub(crate) fn text(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Part(part) => part.text(),
            })
            .collect()
    }

    /// Trees that are smaller by one step, the smallest first.
    pub(crate) fn smaller(&self, leaves: &dyn Fn(&str) -> Vec<&'static str>) -> Vec<Self> {
        let mut all: Vec<Self> = self
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Part(part) => Some(part.clone()),
                Piece::Text(_) => None,
            })
            .collect();
        if !self.rule.is_empty() {
            all.extend(leaves(self.kind).into_iter().map(|text| Self::leaf(self.kind, text)));
        }
        for (at, piece) in self.pieces.iter().enumerate() {
            let Piece::Part(part) = piece else {
                continue;
            };
            for part in part.smaller(leaves) {
                let mut smaller = self.clone();
                smaller.pieces[at] = Piece::Part(part);
                all.push(smaller);
            }
        }
        all
    }
}
