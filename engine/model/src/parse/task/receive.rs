//! Receive tasks: with a message they wait for it, without one they are triggered by hand.

use crate::model::{NodeIndex, NodeKind, ReceiveTask};
use crate::parse::draft::Draft;
use crate::parse::event::{self};

pub(crate) fn parse(draft: &mut Draft<'_, '_>, index: NodeIndex) -> NodeKind {
    let element = draft.element_of(index);
    let message = element.attribute("messageRef").and_then(|_| event::receive(draft, element));
    NodeKind::ReceiveTask(ReceiveTask { message })
}
