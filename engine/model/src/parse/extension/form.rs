//! Forms of start events and user tasks: a key, a reference, or fields.

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::diagnostic::Code;
use crate::findings::Findings;
use crate::model::{Binding, Form, FormField};
use crate::xml::{Element, Namespace};

pub(crate) fn parse(element: Element<'_>, findings: &mut Findings) -> Option<Form> {
    let key = element.camunda("formKey");
    let reference = element.camunda("formRef");
    if element.camunda("formHandlerClass").is_some() {
        let message = "Attribute 'formHandlerClass' is not supported";
        findings.error(Code::UnsupportedExtension, element, message);
    }
    if key.is_some() && reference.is_some() {
        let message = "Invalid element definition: only one of the attributes formKey and formRef is allowed.";
        findings.error(Code::InvalidForm, element, message);
    }
    if let Some(reference) = reference {
        return Some(Form::Reference { key: reference.to_owned(), binding: binding(element, findings) });
    }
    key.map(|key| Form::Key(key.to_owned())).or_else(|| generated(element, findings))
}

fn binding(element: Element<'_>, findings: &mut Findings) -> Binding {
    match element.camunda("formRefBinding") {
        Some("latest") => Binding::Latest,
        Some("deployment") => Binding::Deployment,
        Some("version") => match element.camunda("formRefVersion") {
            Some(version) => Binding::Version(version.to_owned()),
            None => {
                let message = "Missing attribute 'formRefVersion' when 'formRefBinding' has value 'version'";
                findings.error(Code::InvalidBinding, element, message);
                Binding::Latest
            }
        },
        other => {
            let message = format!(
                "Invalid element definition: value for formRefBinding attribute has to be one of [deployment, latest, version] but was {}",
                other.unwrap_or("null")
            );
            findings.error(Code::InvalidForm, element, message);
            Binding::Latest
        }
    }
}

/// `camunda:formData`, and the older `camunda:formProperty`.
fn generated(element: Element<'_>, findings: &mut Findings) -> Option<Form> {
    let data = element.extension("formData");
    let mut fields: Vec<FormField> = Vec::new();
    for field in data.into_iter().flat_map(|d| d.children_in(Namespace::Camunda, "formField")) {
        fields.extend(form_field(field, element, findings));
    }
    for property in element.extensions("formProperty") {
        fields.extend(form_property(property, element, findings));
    }
    if data.is_none() && fields.is_empty() {
        return None;
    }
    Some(Form::Generated {
        business_key_field: data.and_then(|d| d.attribute("businessKey")).map(str::to_owned),
        fields,
    })
}

fn id_of(field: Element<'_>, owner: Element<'_>, findings: &mut Findings) -> Option<SmolStr> {
    if field.id().is_none() {
        findings
            .error(
                Code::InvalidForm,
                field,
                "attribute id must be set for FormFieldGroup and must have a non-empty value",
            )
            .about(owner.id().unwrap_or(""));
    }
    field.id().map(Into::into)
}

fn values(field: Element<'_>, child: &'static str) -> IndexMap<SmolStr, String> {
    field
        .children_in(Namespace::Camunda, child)
        .filter_map(|value| {
            let id = value.id()?;
            Some((SmolStr::new(id), value.attribute("name").unwrap_or(id).to_owned()))
        })
        .collect()
}

fn form_field(field: Element<'_>, owner: Element<'_>, findings: &mut Findings) -> Option<FormField> {
    let id = id_of(field, owner, findings)?;
    let properties = field
        .child_in(Namespace::Camunda, "properties")
        .into_iter()
        .flat_map(|p| p.children_in(Namespace::Camunda, "property"))
        .filter_map(|p| {
            let name = p.id().or_else(|| p.attribute("name"))?;
            Some((SmolStr::new(name), p.attribute("value").unwrap_or("").to_owned()))
        })
        .collect();
    let constraints = field
        .child_in(Namespace::Camunda, "validation")
        .into_iter()
        .flat_map(|v| v.children_in(Namespace::Camunda, "constraint"))
        .filter_map(|c| {
            let name = c.attribute("name")?;
            Some((SmolStr::new(name), c.attribute("config").map(str::to_owned)))
        })
        .collect();
    Some(FormField {
        id,
        label: field.attribute("label").map(str::to_owned),
        type_name: field.attribute("type").unwrap_or("string").to_owned(),
        date_pattern: field.attribute("datePattern").map(str::to_owned),
        default_value: field.attribute("defaultValue").map(str::to_owned),
        values: values(field, "value"),
        constraints,
        properties,
        variable: None,
    })
}

fn form_property(property: Element<'_>, owner: Element<'_>, findings: &mut Findings) -> Option<FormField> {
    let id = id_of(property, owner, findings)?;
    let mut constraints = Vec::new();
    if property.attribute("required") == Some("true") {
        constraints.push((SmolStr::new("required"), None));
    }
    if property.attribute("writable") == Some("false") {
        constraints.push((SmolStr::new("readonly"), None));
    }
    Some(FormField {
        id,
        label: property.attribute("name").map(str::to_owned),
        type_name: property.attribute("type").unwrap_or("string").to_owned(),
        date_pattern: property.attribute("datePattern").map(str::to_owned),
        default_value: property.attribute("default").or_else(|| property.attribute("expression")).map(str::to_owned),
        values: values(property, "value"),
        constraints,
        properties: IndexMap::new(),
        variable: property.attribute("variable").map(SmolStr::new),
    })
}
