//! Collects diagnostics while a model is read. Reading goes on after an error, so that the author sees all of them.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::xml::Element;

#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Findings {
    /// An error at `element`, about `element` unless [`Finding::about`] says otherwise.
    pub(crate) fn error(&mut self, code: Code, element: Element<'_>, message: impl Into<String>) -> Finding<'_> {
        self.errors.push(place(code, element, message.into()));
        Finding { last: self.errors.last_mut() }
    }

    pub(crate) fn warning(&mut self, code: Code, element: Element<'_>, message: impl Into<String>) -> Finding<'_> {
        let mut diagnostic = place(code, element, message.into());
        diagnostic.severity = Severity::Warning;
        self.warnings.push(diagnostic);
        Finding { last: self.warnings.last_mut() }
    }
}

fn place(code: Code, element: Element<'_>, message: String) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(code, message).at(element.line(), element.column());
    diagnostic.element_id = element.id().map(str::to_owned);
    diagnostic
}

/// The finding just made, to say more about it.
pub(crate) struct Finding<'f> {
    last: Option<&'f mut Diagnostic>,
}

impl Finding<'_> {
    /// It is about this element, not about the one it was found at.
    pub(crate) fn about(mut self, id: &str) -> Self {
        if let Some(last) = &mut self.last {
            last.element_id = Some(id.to_owned()).filter(|id| !id.is_empty());
        }
        self
    }

    /// It is about no element: a violation of the XML schema.
    pub(crate) fn about_none(mut self) -> Self {
        if let Some(last) = &mut self.last {
            last.element_id = None;
        }
        self
    }

    pub(crate) fn related(mut self, id: &str) -> Self {
        if let Some(last) = &mut self.last {
            last.related_ids.push(id.to_owned());
        }
        self
    }
}
