//! `camunda:jobPriority` and `camunda:taskPriority`: a 32-bit number or an expression.

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::parse::text::is_expression;
use crate::xml::Element;

pub(crate) fn parse(element: Element<'_>, name: &str, findings: &mut Findings) -> Option<String> {
    let value = element.camunda(name)?;
    if !is_expression(value) && value.parse::<i32>().is_err() {
        let message = format!("Value '{value}' for attribute '{name}' is not a valid number");
        findings.error(Code::InvalidNumber, element, message);
    }
    Some(value.to_owned())
}
