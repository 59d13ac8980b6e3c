//! What the tree builder of HTML (HTML Living Standard, section 13.2.6) would make of a text, counted before anything is made of it.
//!
//! The size of a text says little about that: formatting elements that are not closed are opened anew in every block (13.2.4.3), so
//! `<font color=N><p>` written n times becomes n²/2 elements, and each start tag looks through all elements that are open. A count
//! that guesses at those rules would refuse mails that are harmless, or miss some that are not. So the very same tree builder runs here, over
//! a [`Tally`] that keeps no tree, and stops at the first token after which a limit is passed.

use super::{Excess, Limits};
use html5ever::interface::tree_builder::{ElementFlags, NodeOrText, QuirksMode, Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, ExpandedName, LocalName, QualName, TokenizerResult, local_name, ns};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

/// Bytes that the tokenizer is given at once: between two portions it can be stopped even within one enormous tag.
const PORTION: usize = 1_024;
/// Tokens between two looks at the clock.
const CLOCK_EVERY: u64 = 64;

/// What building the tree comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Start and end tags.
    pub tags: u64,
    /// Elements, comments and texts that are made; no fewer than there will be.
    pub nodes: u64,
    /// Attributes of those elements.
    pub attributes: u64,
    /// Bytes of texts and attributes.
    pub bytes: u64,
    /// Steps: for every token the elements that may be looked through for it, for every move the siblings that are.
    pub effort: u64,
}

/// Counts what [`super::clean`] would have built.
///
/// # Errors
/// The limit that is passed.
pub fn measure(html: &str, limits: &Limits, until: Instant) -> Result<Measured, Excess> {
    if html.len() > limits.bytes {
        return Err(Excess::TooLarge);
    }
    let tally = Tally::default();
    // As ammonia parses: a fragment within a <div>.
    let context =
        tally.create_element(QualName::new(None, ns!(html), local_name!("div")), Vec::new(), ElementFlags::default());
    let builder = TreeBuilder::new_for_fragment(tally, context, None, TreeBuilderOpts::default());
    let initial_state = Some(builder.tokenizer_state_for_context_elem(false));
    let meter = Meter {
        builder,
        limits,
        until,
        tokens: Cell::new(0),
        tags: Cell::new(0),
        unclosed: Cell::new(0),
        seen_nodes: Cell::new(0),
        excess: Cell::new(None),
    };
    let tokenizer = Tokenizer::new(meter, TokenizerOpts { initial_state, ..TokenizerOpts::default() });
    let input = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() {
        let (portion, after) = rest.split_at(rest.floor_char_boundary(PORTION.min(rest.len())));
        rest = after;
        input.push_back(StrTendril::from_slice(portion));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.sink.look_at_clock();
        if let Some(excess) = tokenizer.sink.excess.get() {
            return Err(excess);
        }
    }
    tokenizer.end();
    tokenizer.sink.excess.get().map_or_else(|| Ok(tokenizer.sink.measured()), Err)
}

/// The tree builder under watch: once a limit is passed it is given nothing more.
struct Meter<'a> {
    builder: TreeBuilder<Handle, Tally>,
    limits: &'a Limits,
    until: Instant,
    tokens: Cell<u64>,
    tags: Cell<u64>,
    /// Open elements, and formatting elements to be opened again.
    unclosed: Cell<u64>,
    seen_nodes: Cell<u64>,
    excess: Cell<Option<Excess>>,
}

impl TokenSink for Meter<'_> {
    type Handle = Handle;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Handle> {
        if self.excess.get().is_some() {
            return TokenSinkResult::Continue;
        }
        let is_tag = matches!(token, Token::TagToken(_));
        let result = self.builder.process_token(token, line_number);
        self.look(is_tag);
        result
    }

    fn end(&self) {
        if self.excess.get().is_none() {
            self.builder.end();
        }
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Meter<'_> {
    fn look(&self, is_tag: bool) {
        self.tokens.set(self.tokens.get() + 1);
        let spent = &self.builder.sink;
        if is_tag {
            self.tags.set(self.tags.get() + 1);
        }
        // What is open changes with tags, and with texts before which formatting elements are opened again.
        if is_tag || spent.nodes.get() != self.seen_nodes.get() {
            self.seen_nodes.set(spent.nodes.get());
            let count = Count(Cell::new(0));
            self.builder.trace_handles(&count);
            self.unclosed.set(count.0.get());
        }
        spent.effort.set(spent.effort.get() + 1 + self.unclosed.get());
        if self.tokens.get().is_multiple_of(CLOCK_EVERY) {
            self.look_at_clock();
        }
        let measured = self.measured();
        let limits = self.limits;
        let excess = [
            (self.unclosed.get() > limits.unclosed, Excess::TooDeep),
            (measured.tags > limits.tags, Excess::TooManyElements),
            (measured.nodes > limits.nodes || measured.attributes > limits.attributes, Excess::TooCostly),
            (measured.effort > limits.effort, Excess::TooCostly),
            (measured.bytes > limits.made_bytes, Excess::TooLarge),
        ];
        if let Some((_, passed)) = excess.into_iter().find(|(is_passed, _)| *is_passed) {
            self.excess.set(Some(passed));
        }
    }

    fn look_at_clock(&self) {
        if self.excess.get().is_none() && Instant::now() >= self.until {
            self.excess.set(Some(Excess::TookTooLong));
        }
    }

    fn measured(&self) -> Measured {
        let spent = &self.builder.sink;
        Measured {
            tags: self.tags.get(),
            nodes: spent.nodes.get(),
            attributes: spent.attributes.get(),
            bytes: spent.bytes.get(),
            effort: spent.effort.get(),
        }
    }
}

struct Count(Cell<u64>);

impl Tracer for Count {
    type Handle = Handle;

    fn trace_handle(&self, _: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}

type Handle = Rc<Node>;

/// As much of a node as the tree builder asks for.
struct Node {
    name: QualName,
    is_integration_point: bool,
    /// Of a `<template>`.
    contents: Option<Handle>,
    children: RefCell<Rc<Children>>,
    /// The children that it is one of.
    siblings: RefCell<Option<Rc<Children>>>,
}

#[derive(Default)]
struct Children {
    count: Cell<u64>,
    /// A text that follows is added to the last one.
    end_with_text: Cell<bool>,
}

impl Node {
    fn new(name: QualName, is_integration_point: bool, contents: Option<Handle>) -> Handle {
        let children = RefCell::new(Rc::new(Children::default()));
        Rc::new(Self { name, is_integration_point, contents, children, siblings: RefCell::new(None) })
    }

    /// A document or a fragment; it has no name that the tree builder asks for.
    fn nameless() -> Handle {
        Self::new(QualName::new(None, ns!(), LocalName::from("")), false, None)
    }
}

/// Takes the tree builder's orders and keeps their count instead of a tree.
struct Tally {
    document: Handle,
    nodes: Cell<u64>,
    attributes: Cell<u64>,
    bytes: Cell<u64>,
    effort: Cell<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            document: Node::nameless(),
            nodes: Cell::new(1),
            attributes: Cell::new(0),
            bytes: Cell::new(0),
            effort: Cell::new(0),
        }
    }
}

fn add(counter: &Cell<u64>, amount: usize) {
    counter.set(counter.get() + amount as u64);
}

impl Tally {
    fn count_attributes(&self, attributes: &[Attribute]) {
        add(&self.attributes, attributes.len());
        add(&self.bytes, attributes.iter().map(|each| each.name.local.len() + each.value.len()).sum());
    }

    fn leave_parent(&self, node: &Handle) {
        if let Some(siblings) = node.siblings.take() {
            self.effort.set(self.effort.get() + siblings.count.get());
            siblings.count.set(siblings.count.get().saturating_sub(1));
            siblings.end_with_text.set(false);
        }
    }

    fn put(&self, children: &Rc<Children>, child: NodeOrText<Handle>, is_last: bool) {
        let is_text = match child {
            NodeOrText::AppendNode(node) => {
                node.siblings.replace(Some(Rc::clone(children)));
                false
            }
            NodeOrText::AppendText(text) => {
                add(&self.bytes, text.len());
                if is_last && children.end_with_text.get() {
                    return;
                }
                add(&self.nodes, 1);
                true
            }
        };
        children.count.set(children.count.get() + 1);
        if is_last {
            children.end_with_text.set(is_text);
        }
    }
}

impl TreeSink for Tally {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Handle {
        add(&self.nodes, 1 + usize::from(flags.template));
        self.count_attributes(&attributes);
        let contents = flags.template.then(Node::nameless);
        Node::new(name, flags.mathml_annotation_xml_integration_point, contents)
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        add(&self.nodes, 1);
        add(&self.bytes, text.len());
        Node::nameless()
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        add(&self.nodes, 1);
        add(&self.bytes, target.len() + data.len());
        Node::nameless()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.put(&parent.children.borrow(), child, true);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(node) = &child {
            self.leave_parent(node);
        }
        let siblings = sibling.siblings.borrow().clone();
        // The tree builder only names one that has a parent.
        let Some(siblings) = siblings else { return };
        self.effort.set(self.effort.get() + siblings.count.get());
        self.put(&siblings, child, false);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        if element.siblings.borrow().is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {
        add(&self.nodes, 1);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.contents.clone().unwrap_or_else(Node::nameless)
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, _: &Handle, attributes: Vec<Attribute>) {
        self.count_attributes(&attributes);
        // Each is looked for among those that all such tags before have left there.
        self.effort.set(self.effort.get() + self.attributes.get());
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.leave_parent(target);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        // The tree builder moves them to an element that it has just made: the children go along with their count.
        let moved = node.children.replace(Rc::new(Children::default()));
        self.effort.set(self.effort.get() + moved.count.get());
        new_parent.children.replace(moved);
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Handle) -> bool {
        target.is_integration_point
    }
}
