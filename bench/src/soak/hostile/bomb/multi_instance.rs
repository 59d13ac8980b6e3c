//! As many instances of an activity as a variable says.

use super::Bomb;
use super::model;

pub(super) const BOMB: Bomb = Bomb {
    name: "multi-instance count",
    throw: |door, _| Box::pin(model::start(door, KEY, r#"{"n":{"type":"Integer","value":100000000}}"#)),
    models: || vec![model::of(KEY, &[NODE.to_owned()])],
};

const KEY: &str = "soak-multi-instance";
const NODE: &str = "<userTask id=\"n0\"><multiInstanceLoopCharacteristics>\
    <loopCardinality xsi:type=\"tFormalExpression\">${n}</loopCardinality></multiInstanceLoopCharacteristics></userTask>";
