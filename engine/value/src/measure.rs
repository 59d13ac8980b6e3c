//! How much a value is once it is written out.
//!
//! Parts of a value are shared in memory: a list that holds the same list twice, thirty times over, takes a kilobyte as long
//! as nobody writes it down. So what strangers' code makes is measured before it is stored or turned into text.

use crate::value::Value;

/// What an element costs besides its text.
const ELEMENT: usize = 2;

/// About the bytes of a value as text, never more than they are as JSON; none: they are more than `most`. The work it takes is
/// bounded by `most` as well.
#[must_use]
pub fn measure(value: &Value, most: usize) -> Option<usize> {
    let mut left = most;
    take(value, &mut left).then_some(most - left)
}

/// Takes the size of a value from what is left; false: there is not that much.
fn take(value: &Value, left: &mut usize) -> bool {
    let own = match value {
        Value::String(text) | Value::Json(text) | Value::Xml(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::File(file) => file.content.len(),
        Value::Object(object) => object.serialized.as_ref().map_or(0, |text| text.len()),
        _ => 0,
    };
    let Some(rest) = left.checked_sub(own + ELEMENT) else {
        return false;
    };
    *left = rest;
    match value {
        Value::List(items) => items.iter().all(|item| take(item, left)),
        Value::Map(entries) => entries.iter().all(|(key, item)| {
            let rest = left.checked_sub(key.len());
            *left = rest.unwrap_or_default();
            rest.is_some() && take(item, left)
        }),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_value_is_measured_by_what_it_is_written_out() {
        let text = Value::string("four");
        assert_eq!(measure(&text, 100), Some(6));
        let list = Value::List(Arc::new(vec![text.clone(), text, Value::Null]));
        assert_eq!(measure(&list, 100), Some(16));
        assert_eq!(measure(&list, 15), None);
        assert_eq!(measure(&list, 16), Some(16));
    }

    #[test]
    fn a_list_of_shared_lists_is_too_large_at_once() {
        let mut list = Value::List(Arc::default());
        for _ in 0..60 {
            list = Value::List(Arc::new(vec![list.clone(), list]));
        }
        assert_eq!(measure(&list, 1 << 20), None);
    }
}
