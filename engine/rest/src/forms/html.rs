//! A generated form as HTML, in the markup that Camunda's embedded forms expect.
//!
//! Everything that comes from a model or a variable is escaped.

use super::fields::{default_of, pattern, text_of};
use crate::error::RestResult;
use casewright_engine_model::model::FormField;
use casewright_engine_value::{Evaluator, Language, Scope, Value};
use casewright_service::html::escape;

/// The whole form.
pub(crate) fn render(fields: &[FormField], evaluator: &dyn Evaluator, scope: &mut dyn Scope) -> RestResult<String> {
    let mut out = String::from("<form name=\"generatedForm\" role=\"form\">\n");
    for field in fields {
        let default = default_of(field, evaluator, scope)?;
        let label = field.label.as_deref().unwrap_or(&field.id);
        let label = match evaluator.evaluate(Language::Juel, label, scope) {
            Ok(Value::String(text)) => text.to_string(),
            _ => label.to_owned(),
        };
        group(field, &label, default.as_ref(), &mut out);
    }
    out.push_str("</form>");
    Ok(out)
}

fn group(field: &FormField, label: &str, default: Option<&Value>, out: &mut String) {
    let id = escape(&field.id);
    out.push_str("<div class=\"form-group\">\n");
    out.push_str(&format!("<label for=\"{id}\">\n{}\n</label>\n", escape(label)));
    match field.type_name.as_str() {
        "enum" => select(field, out),
        "date" => date_picker(field, &id, out),
        kind => {
            let input = if kind == "boolean" { "checkbox" } else { "text" };
            let value = default.map(|value| format!(" value=\"{}\"", escape(&text_of(value)))).unwrap_or_default();
            out.push_str(&format!("<input{} type=\"{input}\"{value} />\n", control(field)));
        }
    }
    errors(field, &id, out);
    out.push_str("</div>\n");
}

/// Attributes of the control, with the constraints of the field.
fn control(field: &FormField) -> String {
    let id = escape(&field.id);
    let kind = match field.type_name.as_str() {
        "enum" | "date" => "string",
        kind => kind,
    };
    let mut letters = kind.chars();
    let kind: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let mut out = format!(
        " class=\"form-control\" name=\"{id}\" cam-variable-type=\"{}\" cam-variable-name=\"{id}\"",
        escape(&kind)
    );
    for (name, config) in field.constraints.iter().filter(|(name, _)| is_constraint(name)) {
        out.push(' ');
        out.push_str(name);
        if let Some(config) = config {
            out.push_str(&format!("=\"{}\"", escape(config)));
        }
    }
    out
}

/// Whether a constraint may stand as an attribute: a name that runs nothing, leads nowhere and is none of ours. Others still hold
/// where the form is submitted.
fn is_constraint(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = ["on", "ng-", "data-ng-", "x-ng-", "form", "src", "cam-"];
    let is_taken = ["action", "class", "href", "id", "name", "style", "type", "value"].contains(&name.as_str());
    !name.is_empty() && name.bytes().all(may_stand) && !is_taken && !begins.iter().any(|word| name.starts_with(word))
}

fn select(field: &FormField, out: &mut String) {
    out.push_str(&format!("<select{}>\n", control(field)));
    for (id, name) in &field.values {
        out.push_str(&format!("<option value=\"{}\">\n{}\n</option>\n", escape(id), escape(name)));
    }
    out.push_str("</select>\n");
}

fn date_picker(field: &FormField, id: &str, out: &mut String) {
    let pattern = escape(pattern(field));
    out.push_str(&format!(
        "<div class=\"input-group\">\n\
         <input{} type=\"text\" uib-datepicker-popup=\"{pattern}\" is-open=\"dateFieldOpened{id}\" />\n\
         <div class=\"input-group-btn\">\n\
         <button type=\"button\" class=\"btn btn-default\" ng-click=\"open{id}($event)\">\n\
         <i class=\"glyphicon glyphicon-calendar\">\n</i>\n</button>\n</div>\n\
         <script cam-script type=\"text/form-script\">\n\
         $scope.open{id} = function ($event) {{ $event.preventDefault(); $event.stopPropagation(); \
         $scope.dateFieldOpened{id} = true; }};\n</script>\n</div>\n",
        control(field)
    ));
}

fn errors(field: &FormField, id: &str, out: &mut String) {
    let at = format!("this.generatedForm.{id}");
    let is_date = field.type_name == "date";
    let required =
        if is_date { format!("{at}.$error.required && !{at}.$error.date") } else { format!("{at}.$error.required") };
    out.push_str(&format!("<div ng-if=\"{at}.$invalid && {at}.$dirty\" class=\"has-error\">\n"));
    out.push_str(&format!("<div ng-show=\"{required}\" class=\"help-block\">\nRequired field\n</div>\n"));
    let (error, text) = if is_date {
        ("date", format!("Invalid date format: the date should have the pattern '{}'", escape(pattern(field))))
    } else {
        let kind = if field.type_name == "enum" { "string" } else { &field.type_name };
        ("camVariableType", format!("Only a {} value is allowed", escape(kind)))
    };
    out.push_str(&format!("<div ng-show=\"{at}.$error.{error}\" class=\"help-block\">\n{text}\n</div>\n</div>\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_is_an_attribute_unless_it_would_do_something() {
        for name in ["required", "readonly", "minlength", "max", "pattern", "validator", "my-own_check"] {
            assert!(is_constraint(name), "{name}");
        }
        for name in [
            "onfocus",
            "ONCLICK",
            "formaction",
            "type",
            "style",
            "srcdoc",
            "ng-init",
            "data-ng-init",
            "a b",
            "a\"x",
            "",
        ] {
            assert!(!is_constraint(name), "{name}");
        }
    }
}
