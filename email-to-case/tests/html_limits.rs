//! What HTML may cost: bombs are refused before anything is built of them, mails that people write are not, and what is let pass is never
//! built larger than it was measured.

#![allow(clippy::unwrap_used)]

use casewright_email_to_case::html::measure::{Measured, measure};
use casewright_email_to_case::html::{Excess, Limits, clean};
use html5ever::interface::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns};
use proptest::prelude::*;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// So slow a machine that the clock decides would make these tests say something about the machine.
fn limits() -> Limits {
    Limits { time: Duration::from_secs(3_600), ..Limits::default() }
}

fn measured(html: &str) -> Result<Measured, Excess> {
    let limits = limits();
    measure(html, &limits, Instant::now() + limits.time)
}

fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn bombs_are_refused_by_what_the_tree_builder_would_make_of_them() {
    let bombs = [
        ("fonts in paragraphs", numbered(4_000, |n| format!("<font color={n}><p>")), Excess::TooDeep),
        ("fonts that paragraphs close", numbered(4_000, |n| format!("<p><font color={n}>x</p>")), Excess::TooDeep),
        ("divs", "<div>".repeat(400_000), Excess::TooDeep),
        ("bolds", "<b>".repeat(100_000), Excess::TooDeep),
        ("links in paragraphs", numbered(60_000, |n| format!("<a href={n}><p>")), Excess::TooDeep),
        ("links in tables", numbered(60_000, |n| format!("<table><a href={n}>")), Excess::TooDeep),
        ("bolds in tables", "<table><b>".repeat(60_000), Excess::TooDeep),
        ("foreign", "<svg><g>".repeat(20_000), Excess::TooDeep),
        ("templates", "<template>".repeat(20_000), Excess::TooDeep),
        ("breaks", "<br>".repeat(200_000), Excess::TooManyElements),
        ("end tags without a start", "</p>".repeat(200_000), Excess::TooManyElements),
        ("moved before a table", format!("<table>{}", "<br>".repeat(90_000)), Excess::TooCostly),
        ("merged into one element", numbered(90_000, |n| format!("<html a{n}=1>")), Excess::TooCostly),
        (
            "attributes opened again",
            format!(
                "{}{}",
                numbered(400, |n| format!("<font {}>", numbered(20, |a| format!("a{n}-{a} ")))),
                "<p>x</p>".repeat(100)
            ),
            Excess::TooDeep,
        ),
        (
            "a long address opened again",
            format!("<p><a href='{}'><b></p>{}", "x".repeat(100_000), "<p>x</p>".repeat(1_000)),
            Excess::TooLarge,
        ),
        ("characters", "x".repeat((2 << 20) + 1), Excess::TooLarge),
    ];
    for (name, html, excess) in bombs {
        let found = measured(&html);
        match excess {
            // Which of the limits is met first is not what matters.
            Excess::TooDeep => assert!(found.is_err(), "{name}: {found:?}"),
            excess => assert_eq!(found, Err(excess), "{name}"),
        }
        assert_eq!(clean(&html, &limits()), Err(found.unwrap_err()), "{name}");
    }
}

#[test]
fn a_mail_that_is_just_within_the_limits_is_cleaned() {
    let rows = "<tr><td style='x'><font color=red><b>a</b></font> &amp; <a href='https://a.example'>b</a></td></tr>";
    let newsletter = format!("<html><body>{}<table>{}</table></body></html>", "<div>".repeat(200), rows.repeat(5_000));
    let cleaned = clean(&newsletter, &limits()).unwrap();
    assert_eq!(cleaned.matches("<tr>").count(), 5_000);
    // Outlook of old, and people who paste: what is closed in the wrong order is put right, not counted as open.
    let crossed = "<p><b><i>x</b></i></p><font color=1><p>y</font></p>".repeat(2_000);
    assert_eq!(clean(&crossed, &limits()).unwrap().matches("<i>x</i>").count(), 2_000);
    let characters = "&#x4F60;&#x597D;".repeat(60_000);
    assert_eq!(clean(&characters, &limits()).unwrap().chars().count(), 120_000);
}

#[test]
fn one_enormous_tag_is_ended_by_the_clock() {
    let html = format!("<p {}>", numbered(200_000, |n| format!("a{n} ")));
    let limits = Limits { time: Duration::ZERO, ..Limits::default() };
    assert_eq!(clean(&html, &limits), Err(Excess::TookTooLong));
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=1>",
    "<a href=2>",
    "</a>",
    "<nobr>",
    "</nobr>",
    "<font color=1>",
    "<font color=2 face=x>",
    "</font>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<caption>",
    "<colgroup>",
    "<col>",
    "<select>",
    "<option>",
    "</select>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mi>",
    "<annotation-xml encoding='text/html'>",
    "<foreignObject>",
    "<button>",
    "</button>",
    "<li>",
    "<ul>",
    "</ul>",
    "<dd>",
    "<h1>",
    "</h1>",
    "<form>",
    "</form>",
    "<input>",
    "<br>",
    "</br>",
    "<hr>",
    "<img src='cid:a'>",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<script>",
    "</script>",
    "<!-- c -->",
    "<!DOCTYPE html>",
    "<html a=1>",
    "<body b=2>",
    "<head>",
    "<frameset>",
    "<marquee>",
    "</marquee>",
    "<object>",
    "</object>",
    "<ruby>",
    "<rt>",
    "<plaintext>",
    "<![CDATA[x]]>",
    "<iframe>",
    "</iframe>",
    "text",
    " ",
    "\n",
    "&amp;",
    "\0",
    "<",
    "</",
    "<!--",
    "<x-own z=1 z=2 y>",
    "ä",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_built_larger_than_it_was_measured(
        pieces in proptest::collection::vec((0..PIECES.len(), 1..12_usize), 0..120),
    ) {
        let mut html = String::new();
        for (which, times) in pieces {
            html.push_str(&PIECES[which].repeat(times));
        }
        let limits = Limits { nodes: 3_000, attributes: 3_000, ..limits() };
        if let Ok(measured) = measure(&html, &limits, Instant::now() + limits.time) {
            let built = build(&html);
            prop_assert!(built.nodes <= measured.nodes, "{} nodes, measured {}: {html:?}", built.nodes, measured.nodes);
            prop_assert!(built.attributes <= measured.attributes, "{html:?}");
            prop_assert!(measured.nodes <= limits.nodes);
            let mut shown = String::new();
            write!(shown, "{:?}", clean(&html, &limits)).unwrap();
            prop_assert!(shown.starts_with("Ok"), "{shown}");
        }
    }

    #[test]
    fn any_text_is_measured_and_cleaned(html in "[<>a-z/!\\-='\" &;#0-9\\PC]{0,300}") {
        let limits = limits();
        prop_assert!(measure(&html, &limits, Instant::now() + limits.time).is_ok());
        prop_assert!(clean(&html, &limits).is_ok());
    }
}

/// A tree as it really is, beside the one that is only counted.
#[derive(Default)]
struct Tree {
    nodes: RefCell<Vec<Node>>,
}

struct Node {
    /// None for what is no element.
    name: Option<&'static QualName>,
    is_text: bool,
    parent: Option<usize>,
    children: Vec<usize>,
    contents: Option<usize>,
    is_integration_point: bool,
}

struct Built {
    nodes: u64,
    attributes: u64,
}

struct Sink {
    tree: Tree,
    attributes: RefCell<u64>,
    document: usize,
}

fn build(html: &str) -> Built {
    let sink = Sink { tree: Tree::default(), attributes: RefCell::new(0), document: 0 };
    sink.node(None, false);
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let sink = html5ever::parse_fragment(sink, ParseOpts::default(), context, Vec::new(), false).one(html);
    let nodes = sink.tree.nodes.borrow().len() as u64;
    Built { nodes, attributes: *sink.attributes.borrow() }
}

impl Sink {
    fn node(&self, name: Option<QualName>, is_text: bool) -> usize {
        // Leaked: the tree builder wants to borrow names for as long as it likes, and a test is short.
        let name = name.map(|name| &*Box::leak(Box::new(name)));
        let mut nodes = self.tree.nodes.borrow_mut();
        nodes.push(Node {
            name,
            is_text,
            parent: None,
            children: Vec::new(),
            contents: None,
            is_integration_point: false,
        });
        nodes.len() - 1
    }

    fn take_out(&self, node: usize) {
        let mut nodes = self.tree.nodes.borrow_mut();
        if let Some(parent) = nodes[node].parent.take() {
            nodes[parent].children.retain(|child| *child != node);
        }
    }

    fn insert(&self, parent: usize, at: usize, child: NodeOrText<usize>) {
        let child = match child {
            NodeOrText::AppendNode(node) => node,
            NodeOrText::AppendText(_) => {
                let nodes = self.tree.nodes.borrow();
                let before = at.checked_sub(1).map(|before| nodes[parent].children[before]);
                if before.is_some_and(|before| nodes[before].is_text) {
                    return;
                }
                drop(nodes);
                self.node(None, true)
            }
        };
        let mut nodes = self.tree.nodes.borrow_mut();
        nodes[child].parent = Some(parent);
        nodes[parent].children.insert(at, child);
    }
}

impl TreeSink for Sink {
    type Handle = usize;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        self.document
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> ExpandedName<'a> {
        self.tree.nodes.borrow()[*target].name.unwrap().expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> usize {
        *self.attributes.borrow_mut() += attributes.len() as u64;
        let made = self.node(Some(name), false);
        self.tree.nodes.borrow_mut()[made].is_integration_point = flags.mathml_annotation_xml_integration_point;
        if flags.template {
            let contents = self.node(None, false);
            self.tree.nodes.borrow_mut()[made].contents = Some(contents);
        }
        made
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &usize) -> bool {
        self.tree.nodes.borrow()[*target].is_integration_point
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.node(None, false)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.node(None, false)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        let end = self.tree.nodes.borrow()[*parent].children.len();
        self.insert(*parent, end, child);
    }

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(node) = child {
            self.take_out(node);
        }
        let nodes = self.tree.nodes.borrow();
        let parent = nodes[*sibling].parent.unwrap();
        let at = nodes[parent].children.iter().position(|child| child == sibling).unwrap();
        drop(nodes);
        self.insert(parent, at, child);
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        let has_parent = self.tree.nodes.borrow()[*element].parent.is_some();
        if has_parent { self.append_before_sibling(element, child) } else { self.append(previous, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {
        self.node(None, false);
    }

    fn get_template_contents(&self, target: &usize) -> usize {
        self.tree.nodes.borrow()[*target].contents.unwrap()
    }

    fn same_node(&self, one: &usize, other: &usize) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, _: &usize, attributes: Vec<Attribute>) {
        *self.attributes.borrow_mut() += attributes.len() as u64;
    }

    fn remove_from_parent(&self, target: &usize) {
        self.take_out(*target);
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let mut nodes = self.tree.nodes.borrow_mut();
        let moved = std::mem::take(&mut nodes[*node].children);
        for child in &moved {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(moved);
    }
}
