//! What is found in a DMN file, with the place of each.

use super::element::owned;
use super::model::DecisionDiagnostic;
use crate::xml::{Element, Lines};

pub(super) struct Findings<'a> {
    pub(super) lines: Lines<'a>,
    pub(super) all: Vec<DecisionDiagnostic>,
}

impl Findings<'_> {
    pub(super) fn error(&mut self, code: &'static str, element: &Element, message: String) {
        self.add(true, code, element, message);
    }

    pub(super) fn warning(&mut self, code: &'static str, element: &Element, message: String) {
        self.add(false, code, element, message);
    }

    pub(super) fn add(&mut self, is_error: bool, code: &'static str, element: &Element, message: String) {
        let (line, column) = self.lines.place(element.position);
        let element_id = owned(element.attribute("id"));
        self.all.push(DecisionDiagnostic { is_error, code, message, element_id, line, column });
    }

    pub(super) fn fail(&mut self) -> Result<(), Vec<DecisionDiagnostic>> {
        if self.all.iter().any(|finding| finding.is_error) {
            return Err(std::mem::take(&mut self.all));
        }
        Ok(())
    }
}
