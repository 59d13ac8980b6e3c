//! Which version of a called process or decision: `calledElementBinding`, `decisionRefBinding` and their kin.

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::model::Binding;
use crate::xml::Element;

/// `prefix` is `calledElement` or `decisionRef`.
pub(super) fn parse(element: Element<'_>, prefix: &str, findings: &mut Findings) -> Binding {
    let attribute = format!("{prefix}Binding");
    let mut needed = |suffix: &str, value: &str| {
        let name = format!("{prefix}{suffix}");
        let found = element.camunda(&name).map(str::to_owned);
        if found.is_none() {
            let message = format!("Missing attribute '{name}' when '{attribute}' has value '{value}'");
            findings.error(Code::InvalidBinding, element, message);
        }
        found.unwrap_or_default()
    };
    match element.camunda(&attribute) {
        None | Some("latest") => Binding::Latest,
        Some("deployment") => Binding::Deployment,
        Some("version") => Binding::Version(needed("Version", "version")),
        Some("versionTag") => Binding::VersionTag(needed("VersionTag", "versionTag")),
        Some(other) => {
            let message = format!("Unknown value '{other}' of '{attribute}': latest is assumed.");
            findings.warning(Code::InvalidBinding, element, message);
            Binding::Latest
        }
    }
}
