//! Scripts, wherever they may stand. Languages are kept as written in lower case; whether one can be run is decided
//! by whoever compiles.

use crate::model::{Script, ScriptSource};
use crate::xml::Element;

/// # Errors
/// Why it is no script, in Camunda's words.
pub(crate) fn read(format: &str, source: Option<&str>, resource: Option<&str>) -> Result<Script, String> {
    if format.is_empty() {
        return Err("Script language is empty".to_owned());
    }
    let source = match (resource.filter(|r| !r.is_empty()), source) {
        (Some(resource), _) => ScriptSource::Resource(resource.to_owned()),
        (None, Some(source)) => ScriptSource::Inline(source.to_owned()),
        (None, None) => return Err("No script source or resource was given".to_owned()),
    };
    Ok(Script { format: format.to_lowercase(), source })
}

/// `camunda:script`.
///
/// # Errors
/// As [`read`].
pub(crate) fn element(script: Element<'_>) -> Result<Script, String> {
    let format = script.attribute("scriptFormat").unwrap_or("");
    if format.is_empty() {
        return Err("Missing attribute 'scriptFormat' for 'script' element".to_owned());
    }
    read(format, Some(script.text()), script.attribute("resource")).map_err(|_| "Unable to process script".to_owned())
}
