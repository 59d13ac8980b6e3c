//! Gateways (BPMN 2.0.2, section 10.6).

use super::{ElementType, Reader};
use crate::model::NodeKind;
use crate::parse::gateway;

pub(super) const GATEWAYS: &[ElementType] = &[
    ElementType::named("exclusiveGateway")
        .allows(&["gatewayDirection", "default"])
        .reads(&["default"])
        .node(Reader::Node(|_, _| NodeKind::ExclusiveGateway)),
    ElementType::named("inclusiveGateway")
        .allows(&["gatewayDirection", "default"])
        .reads(&["default"])
        .node(Reader::Node(|_, _| NodeKind::InclusiveGateway)),
    ElementType::named("parallelGateway")
        .allows(&["gatewayDirection"])
        .node(Reader::Node(|_, _| NodeKind::ParallelGateway)),
    ElementType::named("eventBasedGateway")
        .allows(&["gatewayDirection", "instantiate", "eventGatewayType"])
        .node(Reader::Node(gateway::event_based)),
    ElementType::named("complexGateway")
        .allows(&["gatewayDirection", "default"])
        .reads(&["default"])
        .node(Reader::Node(gateway::complex)),
    ElementType::unchecked("activationCondition").reads(&["id", "type"]),
];
