//! Who of those who work a queue gets the next piece of work.

use super::skill::{Skill, meets};
use crate::domain::queue::Strategy;

/// Somebody who works a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) skills: Vec<Skill>,
    /// Open cases that they may have; none: as many as come.
    pub(crate) capacity: Option<u32>,
    /// Open cases that they have.
    pub(crate) load: u32,
    pub(crate) is_absent: bool,
}

impl Candidate {
    fn has_room(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.load < capacity)
    }
}

/// Who gets it: present, able, and with room. `last` got the one before, and those after them in the order of ids come next.
#[must_use]
pub(crate) fn choose<'a>(
    candidates: &'a [Candidate],
    needed: &[Skill],
    strategy: Strategy,
    last: Option<&str>,
) -> Option<&'a Candidate> {
    let mut fit: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| !candidate.is_absent && candidate.has_room() && meets(&candidate.skills, needed))
        .collect();
    fit.sort_by(|a, b| a.id.cmp(&b.id));
    let turn = |candidate: &&&Candidate| last.is_none_or(|last| candidate.id.as_str() > last);
    match strategy {
        Strategy::Pull => None,
        Strategy::RoundRobin => fit.iter().find(turn).or_else(|| fit.first()).copied(),
        // Among equals it goes round.
        Strategy::LeastLoaded => {
            let least = fit.iter().map(|candidate| candidate.load).min()?;
            let equal: Vec<&Candidate> = fit.into_iter().filter(|candidate| candidate.load == least).collect();
            equal.iter().find(turn).or_else(|| equal.first()).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, load: u32) -> Candidate {
        Candidate { id: id.to_owned(), skills: Vec::new(), capacity: Some(5), load, is_absent: false }
    }

    fn chosen(people: &[Candidate], strategy: Strategy, last: Option<&str>) -> Option<String> {
        choose(people, &[], strategy, last).map(|candidate| candidate.id.clone())
    }

    #[test]
    fn it_goes_round() {
        let people = [person("carl", 0), person("anna", 4), person("ben", 5)];
        let round = |last| chosen(&people, Strategy::RoundRobin, last);
        assert_eq!(round(None).as_deref(), Some("anna"));
        assert_eq!(round(Some("anna")).as_deref(), Some("carl"), "ben has no room");
        assert_eq!(round(Some("carl")).as_deref(), Some("anna"));
    }

    #[test]
    fn the_one_with_the_least_gets_it_and_equals_take_turns() {
        let people = [person("anna", 2), person("ben", 1), person("carl", 1)];
        let least = |last| chosen(&people, Strategy::LeastLoaded, last);
        assert_eq!(least(None).as_deref(), Some("ben"));
        assert_eq!(least(Some("ben")).as_deref(), Some("carl"));
    }

    #[test]
    fn who_is_away_or_cannot_do_it_gets_nothing() {
        let needed = [Skill { skill: "marine".to_owned(), level: 2 }];
        let able = Candidate { skills: vec![Skill { skill: "marine".to_owned(), level: 3 }], ..person("dana", 4) };
        let away = Candidate { is_absent: true, ..Candidate { id: "a".to_owned(), load: 0, ..able.clone() } };
        let people = [person("anna", 0), away, able];
        let chosen = choose(&people, &needed, Strategy::LeastLoaded, None).map(|candidate| candidate.id.as_str());
        assert_eq!(chosen, Some("dana"));
        assert_eq!(choose(&people, &needed, Strategy::Pull, None), None);
    }
}
