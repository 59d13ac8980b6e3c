//! A mail that is attached as a file: subject, sender, and the words of its body.

use super::budget::{Budget, Room, Unreadable};
use super::html;
use mail_parser::{MessageParser, MimeHeaders};

pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<String, Unreadable> {
    let damaged = || Unreadable::Damaged("there is no mail in it".to_owned());
    let mail = MessageParser::default().parse(bytes).ok_or_else(damaged)?;
    let mut room = Room::new(budget);
    room.push(mail.subject().unwrap_or_default());
    for address in mail.from().into_iter().flat_map(|from| from.iter()) {
        room.part();
        room.push(address.name().unwrap_or_default());
        room.push(" ");
        room.push(address.address().unwrap_or_default());
    }
    room.part();
    let is_page = mail.text_body.first() == mail.html_body.first() && !mail.html_body.is_empty();
    match mail.body_html(0).filter(|_| is_page) {
        Some(page) => room.push(&html::read(&page, budget)),
        None => room.push(&mail.body_text(0).unwrap_or_default()),
    }
    for part in mail.attachments() {
        room.part();
        room.push(part.attachment_name().unwrap_or_default());
    }
    Ok(room.text)
}
