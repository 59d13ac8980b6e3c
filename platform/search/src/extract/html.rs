//! The words of a page. Only its tokens are looked at, no tree is built: it takes as much as the page is long.

use super::budget::{Budget, Room};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::{Cell, RefCell};

/// Elements that do not end a word.
const WITHIN_WORDS: [&str; 12] = ["a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "u"];

pub(super) fn read(html: &str, budget: &Budget) -> String {
    let sink = Words { room: RefCell::new(Room::new(budget)), is_hidden: Cell::new(false) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    // It stops where a browser would run a script; there is none here.
    while !input.is_empty() {
        let _script = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.room.into_inner().text
}

struct Words {
    room: RefCell<Room>,
    /// Within what nobody reads.
    is_hidden: Cell<bool>,
}

impl TokenSink for Words {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if !self.is_hidden.get() => self.room.borrow_mut().push(&text),
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Words {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let is_start = tag.kind == TagKind::StartTag;
        let raw = match &*tag.name {
            "script" => Some(RawKind::ScriptData),
            "style" | "noscript" | "template" | "iframe" => Some(RawKind::Rawtext),
            "title" | "textarea" => {
                self.room.borrow_mut().part();
                return if is_start { TokenSinkResult::RawData(RawKind::Rcdata) } else { TokenSinkResult::Continue };
            }
            _ => None,
        };
        if let Some(raw) = raw {
            self.is_hidden.set(is_start);
            return if is_start { TokenSinkResult::RawData(raw) } else { TokenSinkResult::Continue };
        }
        if !WITHIN_WORDS.contains(&&*tag.name) {
            self.room.borrow_mut().part();
        }
        TokenSinkResult::Continue
    }
}
