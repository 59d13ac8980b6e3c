//! Skills: what people can do, and what work asks of them.

use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Skills of one person, one queue, one rule.
pub(crate) const MOST_SKILLS: usize = 50;
/// Longest name of a skill, in characters.
const MAX_NAME: usize = 64;

/// A skill and how well: of a person, what they have; of work, what is needed at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Skill {
    /// `german`, `marine-insurance`
    pub skill: String,
    /// 1 to 5.
    #[serde(default = "one")]
    pub level: u8,
}

fn one() -> u8 {
    1
}

/// Whether somebody has all that is needed.
#[must_use]
pub(crate) fn meets(has: &[Skill], needed: &[Skill]) -> bool {
    needed.iter().all(|need| has.iter().any(|own| own.skill == need.skill && own.level >= need.level))
}

/// Faults of a list of skills.
pub(crate) fn check(skills: &[Skill], pointer: &str, faults: &mut Vec<FieldFault>) {
    if skills.len() > MOST_SKILLS {
        faults.push(FieldFault::new(pointer, "too-many", "50 skills at most"));
    }
    for (index, skill) in skills.iter().enumerate() {
        let length = skill.skill.trim().chars().count();
        if length == 0 || length > MAX_NAME {
            let detail = "the name of a skill has 1 to 64 characters";
            faults.push(FieldFault::new(&format!("{pointer}/{index}/skill"), "invalid-value", detail));
        }
        if !(1..=5).contains(&skill.level) {
            let detail = "a level is between 1 and 5";
            faults.push(FieldFault::new(&format!("{pointer}/{index}/level"), "out-of-range", detail));
        }
        if skills[..index].iter().any(|earlier| earlier.skill == skill.skill) {
            faults.push(FieldFault::new(&format!("{pointer}/{index}/skill"), "repeated", "it is there twice"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skill(name: &str, level: u8) -> Skill {
        Skill { skill: name.to_owned(), level }
    }

    #[test]
    fn work_asks_for_all_of_its_skills_at_their_level() {
        let anna = [skill("german", 4), skill("marine", 2)];
        assert!(meets(&anna, &[]));
        assert!(meets(&anna, &[skill("german", 4), skill("marine", 1)]));
        assert!(!meets(&anna, &[skill("marine", 3)]));
        assert!(!meets(&anna, &[skill("german", 1), skill("french", 1)]));
    }
}
