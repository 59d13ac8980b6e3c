//! Variables of the host's that an evaluation has asked for.

use super::Outcome;
use crate::value::Value;
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::HashMap;

/// So many are looked through one by one, which is what nearly all texts have.
const FEW: usize = 3;

/// Each is asked for once: what the host says must not change in the middle, and may take it long.
#[derive(Default)]
pub(super) struct Variables {
    few: RefCell<SmallVec<[(SmolStr, Value); FEW]>>,
    others: RefCell<Option<HashMap<SmolStr, Value>>>,
}

impl Variables {
    pub(super) fn get_or_ask(&self, name: &SmolStr, ask: impl FnOnce() -> Value) -> Outcome {
        if let Some((_, value)) = self.few.borrow().iter().find(|(own, _)| own == name) {
            return Ok(value.clone());
        }
        if self.few.borrow().len() < FEW {
            let value = ask();
            self.few.borrow_mut().push((name.clone(), value.clone()));
            return Ok(value);
        }
        if let Some(value) = self.others.borrow().as_ref().and_then(|others| others.get(name)) {
            return Ok(value.clone());
        }
        let value = ask();
        self.others.borrow_mut().get_or_insert_default().insert(name.clone(), value.clone());
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn each_is_asked_for_once_however_many_there_are() {
        let (variables, asked) = (Variables::default(), Cell::new(0));
        for round in 0..2 {
            for number in 0_i64..20 {
                let name = SmolStr::from(format!("v{number}"));
                let value = variables.get_or_ask(&name, || {
                    asked.set(asked.get() + 1);
                    Value::Number(number.into())
                });
                assert_eq!(value.map(|value| value.to_string()), Ok(number.to_string()), "round {round}");
            }
        }
        assert_eq!(asked.get(), 20);
    }
}
