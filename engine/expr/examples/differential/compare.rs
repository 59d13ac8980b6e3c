//! Questions to both, and what of the differences no kind explains, made small.

use crate::generate::Made;
use crate::peer::Peer;
use crate::support::answer::{Closeness, kind, same};
use crate::support::case::Case;
use crate::support::explained::{Difference, Explained, explanation};
use crate::support::ours;
use casewright_engine_feel::Dialect;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};
use std::io::Error;

/// Questions a turn.
const TURN: usize = 500;
/// Differences of one group that are made small.
const SHRUNK: usize = 2;
/// Steps to make one small, at most.
const STEPS: usize = 60;

pub(crate) struct Side {
    pub(crate) peer: Peer,
    pub(crate) closeness: Closeness,
    pub(crate) dialect: Dialect,
    pub(crate) explained: &'static [Explained],
}

#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) asked: usize,
    /// By the name of the kind.
    pub(crate) explained: BTreeMap<&'static str, usize>,
    pub(crate) groups: BTreeMap<String, Group>,
    /// What peers answered.
    pub(crate) answers: Vec<(Case, Json)>,
}

#[derive(Default)]
pub(crate) struct Group {
    pub(crate) count: usize,
    pub(crate) examples: Vec<String>,
}

impl Findings {
    pub(crate) fn unexplained(&self) -> usize {
        self.groups.values().map(|group| group.count).sum()
    }

    pub(crate) fn print(&self, what: &str) {
        println!("{what}: {} asked, {} differences unexplained", self.asked, self.unexplained());
        for (name, count) in &self.explained {
            println!("  explained: {count:5} {name}");
        }
        let mut groups: Vec<(&String, &Group)> = self.groups.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        for (name, group) in groups {
            println!("  {:5} {name}", group.count);
            for example in &group.examples {
                println!("          {example}");
            }
        }
    }
}

impl Side {
    /// # Errors
    /// The peer failed.
    pub(crate) fn compare(&mut self, all: &[Made]) -> Result<Findings, Error> {
        let mut findings = Findings::default();
        let mut shrunk: HashMap<String, usize> = HashMap::new();
        for turn in all.chunks(TURN) {
            let cases: Vec<Case> = turn.iter().map(Made::case).collect();
            let answers = self.peer.ask(&cases.iter().map(Case::line).collect::<Vec<_>>())?;
            for ((made, case), theirs) in turn.iter().zip(cases).zip(answers) {
                findings.asked += 1;
                let ours = ours::answer(&case, self.dialect);
                match self.judge(&case, &ours, &theirs) {
                    Judged::Same => {}
                    Judged::Explained(name) => *findings.explained.entry(name).or_default() += 1,
                    Judged::Different => {
                        let rough = format!("{} {} {}", made.rule(), kind(&ours), kind(&theirs));
                        let seen = shrunk.entry(rough.clone()).or_default();
                        *seen += 1;
                        let (name, example) = if *seen <= SHRUNK { self.small(made)? } else { (rough, None) };
                        let group = findings.groups.entry(name).or_default();
                        group.count += 1;
                        group.examples.extend(example.filter(|_| group.examples.len() < SHRUNK));
                    }
                }
                findings.answers.push((case, theirs));
            }
        }
        Ok(findings)
    }

    fn judge(&self, case: &Case, ours: &Json, theirs: &Json) -> Judged {
        if same(ours, theirs, self.closeness) {
            return Judged::Same;
        }
        match explanation(self.explained, &Difference { case, ours, theirs }) {
            Some(explained) => Judged::Explained(explained.name),
            None => Judged::Different,
        }
    }

    /// The group of a difference, and what is left of it when all is taken away that does not matter.
    fn small(&mut self, made: &Made) -> Result<(String, Option<String>), Error> {
        let mut made = made.clone();
        let mut answers = (Json::Null, Json::Null);
        for _ in 0..STEPS {
            let smaller = made.smaller();
            let cases: Vec<Case> = smaller.iter().map(Made::case).collect();
            let theirs = self.peer.ask(&cases.iter().map(Case::line).collect::<Vec<_>>())?;
            let found = smaller.into_iter().zip(&cases).zip(theirs).find_map(|((made, case), theirs)| {
                let ours = ours::answer(case, self.dialect);
                matches!(self.judge(case, &ours, &theirs), Judged::Different).then_some((made, ours, theirs))
            });
            let Some((next, ours, theirs)) = found else {
                break;
            };
            made = next;
            answers = (ours, theirs);
        }
        let case = made.case();
        if answers == (Json::Null, Json::Null) {
            let theirs = self.peer.ask(&[case.line()])?;
            answers = (ours::answer(&case, self.dialect), theirs.into_iter().next().unwrap_or_default());
        }
        let (ours, theirs) = answers;
        let group = format!("{}: ours {}, theirs {}", made.rule(), kind(&ours), kind(&theirs));
        Ok((group, Some(format!("{}   ours {ours}   theirs {theirs}", case.shown()))))
    }
}

enum Judged {
    Same,
    Explained(&'static str),
    Different,
}
