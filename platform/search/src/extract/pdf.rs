//! PDF. What reads it panics over some files, so this belongs into a process of its own; a panic is a damaged file all the same.

use super::budget::{Budget, Room, Unreadable};
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<String, Unreadable> {
    let read = catch_unwind(AssertUnwindSafe(|| pages(bytes, budget)));
    read.unwrap_or_else(|_| Err(Unreadable::Damaged("it cannot be understood".to_owned())))
}

fn pages(bytes: &[u8], budget: &Budget) -> Result<String, Unreadable> {
    let damaged = |error: &dyn std::fmt::Display| Unreadable::Damaged(error.to_string());
    let document = Document::load_mem(bytes).map_err(|error| damaged(&error))?;
    if document.is_encrypted() {
        return Err(Unreadable::Damaged("it is encrypted".to_owned()));
    }
    let mut room = Room::new(budget);
    for page in document.get_pages().into_keys().take(budget.pages) {
        let mut text = String::new();
        // A page that cannot be read takes nothing from the others.
        if output_doc_page(&document, &mut PlainTextOutput::new(&mut text), page).is_ok() {
            room.part();
            room.push(&text);
        }
        if room.is_full() {
            break;
        }
    }
    Ok(room.text)
}

#[cfg(test)]
pub(super) mod tests {
    /// A page that says `Burst pipe in the kitchen`.
    pub(in crate::extract) fn hello() -> Vec<u8> {
        let content = "BT /F1 24 Tf 72 720 Td (Burst pipe in the kitchen) Tj ET";
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        ];
        let mut file = "%PDF-1.4\n".to_owned();
        let mut places = Vec::new();
        for (number, object) in (1..).zip(&objects) {
            places.push(file.len());
            file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
        }
        let table = file.len();
        file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
        for place in places {
            file.push_str(&format!("{place:010} 00000 n \n"));
        }
        file.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
        file.into_bytes()
    }
}
