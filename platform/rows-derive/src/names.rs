//! How a column is called.

/// `process_instance_id` as `processInstanceId`.
pub(crate) fn camel(field: &str) -> String {
    let mut words = field.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn fields_are_named_as_json_has_it() {
        assert_eq!(camel("process_instance_id"), "processInstanceId");
        assert_eq!(camel("id"), "id");
        assert_eq!(camel("sla_worst"), "slaWorst");
    }
}
