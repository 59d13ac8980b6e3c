//! When two deliveries are the same mail: the same message id and the same body, whatever trace fields were put in front of them on the way.

use crate::thread::fingerprint;
use mail_parser::MessageParser;
use uuid::Uuid;

/// Id of a received mail, the same for every delivery of it to this tenant.
#[must_use]
pub fn of_received(tenant: &str, raw: &[u8]) -> String {
    let message_id =
        MessageParser::default().parse_headers(raw).and_then(|headers| headers.message_id().map(str::to_owned));
    let same = match message_id {
        Some(id) => format!("{id}\u{0}{}", fingerprint(body(raw))),
        None => fingerprint(raw),
    };
    named(tenant, &same)
}

/// Id of an outgoing mail: a repeat of the same request finds the first one.
#[must_use]
pub fn of_outgoing(tenant: &str, key: &str) -> String {
    named(tenant, &format!("outgoing\u{0}{key}"))
}

fn named(tenant: &str, name: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("mail\u{0}{tenant}\u{0}{name}").as_bytes()).to_string()
}

fn body(raw: &[u8]) -> &[u8] {
    let empty_line = raw.windows(4).position(|window| window == b"\r\n\r\n");
    empty_line.map_or(raw, |at| &raw[at + 4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_delivery_with_other_trace_fields_is_the_same_mail() {
        let message = b"Message-ID: <a@b>\r\nFrom: c@d\r\n\r\nHello\r\n".to_vec();
        let again = [b"Received: from x by y\r\n".as_slice(), &message].concat();
        assert_eq!(of_received("t", &message), of_received("t", &again));
    }

    #[test]
    fn another_body_under_the_same_message_id_is_another_mail() {
        let one = of_received("t", b"Message-ID: <a@b>\r\n\r\nHello\r\n");
        assert_ne!(one, of_received("t", b"Message-ID: <a@b>\r\n\r\nGoodbye\r\n"));
    }
}
