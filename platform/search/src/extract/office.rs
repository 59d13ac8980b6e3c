//! Office files: Office Open XML and OpenDocument. Both are ZIP archives of XML; the words stand in a few of the files.

use super::budget::{Budget, Room, Unreadable};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;

/// Elements at whose end a word ends. What else there is stands within words: runs of letters that look alike.
const ENDS: [&str; 14] =
    ["p", "h", "br", "tab", "tr", "row", "c", "si", "t-cell", "tc", "table-cell", "line-break", "s", "list-item"];

pub(super) fn read(bytes: &[u8], budget: &Budget) -> Result<String, Unreadable> {
    let damaged = |error: zip::result::ZipError| Unreadable::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > budget.entries {
        return Err(Unreadable::TooMuch);
    }
    let mut room = Room::new(budget);
    let mut left = budget.unpacked;
    for place in 0..archive.len() {
        if room.is_full() {
            break;
        }
        let file = archive.by_index(place).map_err(damaged)?;
        if !file.name().is_ok_and(|name| has_words(&name)) {
            continue;
        }
        // One byte more than there may be: it is too much, not just at its end.
        let mut limited = file.take(left + 1);
        let heard = words(&mut limited, &mut room);
        // What was cut off is too much before it is anything else.
        left = limited.limit().checked_sub(1).ok_or(Unreadable::TooMuch)?;
        heard?;
        room.part();
    }
    Ok(room.text)
}

fn has_words(name: &str) -> bool {
    let is_part = |folder: &str, file: &str| {
        name.strip_prefix(folder).is_some_and(|rest| rest.starts_with(file) && rest.ends_with(".xml"))
    };
    name == "content.xml"
        || ["document", "header", "footer", "footnotes", "endnotes", "comments"]
            .iter()
            .any(|file| is_part("word/", file))
        || is_part("xl/", "sharedStrings")
        || is_part("xl/worksheets/", "sheet")
        || is_part("ppt/slides/", "slide")
        || is_part("ppt/notesSlides/", "notesSlide")
}

fn words(file: &mut impl Read, room: &mut Room) -> Result<(), Unreadable> {
    let mut reader = Reader::from_reader(BufReader::new(file));
    let mut buffer = Vec::new();
    // Numbers of texts that stand elsewhere are no words.
    let mut is_reference = false;
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|error| Unreadable::Damaged(error.to_string()))?;
        match event {
            Event::Start(element) if element.local_name().as_ref() == "c" => is_reference = is_shared(&element),
            Event::Text(text) if !is_reference => room.push(&text),
            // What is declared nowhere is no letter.
            Event::GeneralRef(name) => room.push(&unescape(&format!("&{};", &*name)).unwrap_or_else(|_| " ".into())),
            Event::Empty(element) if ENDS.contains(&element.local_name().as_ref()) => room.part(),
            Event::End(element) if ENDS.contains(&element.local_name().as_ref()) => {
                is_reference = false;
                room.part();
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        if room.is_full() {
            return Ok(());
        }
        buffer.clear();
    }
}

fn is_shared(cell: &BytesStart<'_>) -> bool {
    cell.try_get_attribute("t").ok().flatten().is_some_and(|kind| kind.value.as_ref() == "s")
}
