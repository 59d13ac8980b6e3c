//! An outgoing mail as bytes (RFC 5322).

use crate::domain::mail::Content;
use crate::message::Correspondent;
use casewright_delivery::DeliveryError;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox as Address, MultiPart, SinglePart};

/// `files` are the contents of the mail's attachments, in their order.
pub(crate) fn write(content: &Content, files: &[bytes::Bytes]) -> Result<Vec<u8>, DeliveryError> {
    let mut builder = Message::builder().from(address(&content.from)?).subject(&content.subject);
    for to in &content.to {
        builder = builder.to(address(to)?);
    }
    for cc in &content.cc {
        builder = builder.cc(address(cc)?);
    }
    if let Some(reply_to) = &content.reply_to {
        builder = builder.reply_to(address(reply_to)?);
    }
    builder = builder.message_id(content.message_id.as_ref().map(|id| format!("<{id}>")));
    if let Some(parent) = content.in_reply_to.first() {
        builder = builder.in_reply_to(format!("<{parent}>"));
    }
    if !content.references.is_empty() {
        let references: Vec<String> = content.references.iter().map(|id| format!("<{id}>")).collect();
        builder = builder.references(references.join(" "));
    }
    if content.is_auto_submitted {
        // RFC 3834 section 5; the second is what Exchange understands.
        for (name, value) in [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply")] {
            let name = HeaderName::new_from_ascii_str(name);
            builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
        }
    }
    let text = SinglePart::plain(content.text.clone());
    let written = match (&content.html, files) {
        (None, []) => builder.singlepart(text),
        (None, files) => builder.multipart(with_files(MultiPart::mixed().singlepart(text), content, files)),
        (Some(html), files) => {
            let both = MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(html.clone()));
            builder.multipart(with_files(MultiPart::mixed().multipart(both), content, files))
        }
    };
    written
        .map(|message| message.formatted())
        .map_err(|error| DeliveryError::Final(format!("it cannot be written: {error}")))
}

fn with_files(mixed: MultiPart, content: &Content, files: &[bytes::Bytes]) -> MultiPart {
    content.attachments.iter().zip(files).fold(mixed, |mixed, (attachment, bytes)| {
        // A file whose kind is no media type is sent as bytes that nobody should interpret.
        let kind = ContentType::parse(&attachment.content_type)
            .or_else(|_| ContentType::parse("application/octet-stream"))
            .unwrap_or(ContentType::TEXT_PLAIN);
        mixed.singlepart(Part::new(attachment.name.clone()).body(bytes.to_vec(), kind))
    })
}

fn address(correspondent: &Correspondent) -> Result<Address, DeliveryError> {
    let parsed = correspondent
        .address
        .parse()
        .map_err(|error| DeliveryError::Final(format!("'{}' is no mail address: {error}", correspondent.address)))?;
    let name = (correspondent.name != correspondent.address && !correspondent.name.is_empty())
        .then(|| correspondent.name.clone());
    Ok(Address::new(name, parsed))
}
