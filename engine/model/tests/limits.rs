//! Files made to hurt are refused fast, at bounded memory, with a place.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::time::{Duration, Instant};

use casewright_engine_model::{Limits, Rejected, parse};
use proptest::prelude::*;

const MINIMAL: &str = include_str!("fixtures/minimal.bpmn");
const LARGE: &str = include_str!("fixtures/camunda-all.bpmn");

fn refuse(xml: &[u8]) -> Rejected {
    let started = Instant::now();
    let rejected = parse(xml, "hostile.bpmn", &Limits::default()).unwrap_err();
    // Generous: these take milliseconds, and unbounded work would take minutes.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    assert!(rejected.errors[0].line > 0);
    rejected
}

#[test]
fn a_file_of_100_mb_is_refused_unread() {
    let rejected = refuse(&vec![b' '; 100 * 1024 * 1024]);
    assert_eq!(rejected.errors[0].code, "limit-exceeded");
}

#[test]
fn nesting_10000_deep_is_refused() {
    let xml = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
    let rejected = refuse(xml.as_bytes());
    assert_eq!(rejected.errors[0].code, "limit-exceeded");
}

#[test]
fn a_subprocess_at_the_allowed_depth_does_not_exhaust_the_stack() {
    let depth = 190;
    let open: String = (0..depth).map(|i| format!("<subProcess id='s{i}'><startEvent id='e{i}'/>")).collect();
    let xml = format!(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='x'><process id='p' isExecutable='true'><startEvent id='e'/>{open}{}</process></definitions>",
        "</subProcess>".repeat(depth)
    );
    let parsed = parse(xml.as_bytes(), "deep.bpmn", &Limits::default()).unwrap();
    assert_eq!(parsed.definitions.processes[0].nodes.len(), 1 + 2 * depth);
}

#[test]
fn an_entity_bomb_is_refused_at_its_doctype() {
    let xml = format!(
        "<!DOCTYPE b [<!ENTITY a0 \"ha\">{}]><b>&a30;</b>",
        (1..31).map(|i| format!("<!ENTITY a{i} \"&a{0};&a{0};\">", i - 1)).collect::<String>()
    );
    let rejected = refuse(xml.as_bytes());
    assert_eq!(rejected.errors[0].code, "doctype-forbidden");
    assert!(rejected.is_malformed());
}

#[test]
fn undeclared_entities_are_refused_in_text_and_attributes() {
    for xml in ["<a>&boom;</a>", "<a b='&boom;'/>"] {
        let rejected = refuse(xml.as_bytes());
        assert_eq!(rejected.errors[0].code, "undeclared-entity");
        assert_eq!(rejected.errors[0].message, "The entity \"boom\" was referenced, but not declared.");
    }
}

#[test]
fn too_many_elements_and_attributes_are_refused() {
    let elements = format!("<a>{}</a>", "<b/>".repeat(300_000));
    assert_eq!(refuse(elements.as_bytes()).errors[0].code, "limit-exceeded");
    let attributes: String = (0..500_000).map(|i| format!(" a{i}=''")).collect();
    let xml = format!("<a{attributes}/>");
    assert_eq!(refuse(xml.as_bytes()).errors[0].code, "limit-exceeded");
}

#[test]
fn malformed_xml_is_refused_in_the_words_of_a_java_parser() {
    let cases = [
        ("", "Premature end of file.", 1),
        ("text", "Content is not allowed in prolog.", 1),
        ("<a/>\nx", "Content is not allowed in trailing section.", 2),
        ("<a/><b/>", "The markup in the document following the root element must be well-formed.", 1),
        ("<a>\n<b>\n</a>", "The element type \"b\" must be terminated by the matching end-tag \"</b>\".", 3),
        ("<a>\n</a\n<b>", "The end-tag for element type \"a\" must end with a '>' delimiter.", 2),
        ("<a>\n<b>", "XML document structures must start and end within the same entity.", 2),
        ("<a:b/>", "The prefix \"a\" for element \"a:b\" is not bound.", 1),
        (
            "<a x:b=''/>",
            "The prefix \"x\" for attribute \"x:b\" associated with an element type \"a\" is not bound.",
            1,
        ),
        ("<a b='1'\n b='2'/>", "Attribute \"b\" was already specified for element \"a\".", 2),
        (
            "<a b='<'/>",
            "The value of attribute \"b\" associated with an element type \"a\" must not contain the '<' character.",
            1,
        ),
        ("<a>\u{1}</a>", "An invalid XML character (Unicode: 0x1) was found in the document.", 1),
    ];
    for (xml, message, line) in cases {
        let rejected = refuse(xml.as_bytes());
        assert!(rejected.is_malformed(), "{xml}");
        assert_eq!(rejected.errors[0].message, message, "{xml}");
        assert_eq!(rejected.errors[0].line, line, "{xml}");
    }
}

#[test]
fn other_encodings_are_read_or_refused() {
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(MINIMAL.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(parse(&utf16, "utf16.bpmn", &Limits::default()).is_ok());
    let with_mark = [b"\xEF\xBB\xBF", MINIMAL.as_bytes()].concat();
    assert!(parse(&with_mark, "mark.bpmn", &Limits::default()).is_ok());
    let unknown = format!("<?xml version='1.0' encoding='EBCDIC'?>{MINIMAL}");
    assert_eq!(refuse(unknown.as_bytes()).errors[0].code, "unsupported-encoding");
    assert_eq!(refuse(b"<a>\xFF</a>").errors[0].code, "unsupported-encoding");
}

#[test]
fn a_model_cut_off_anywhere_is_refused_or_complete() {
    let whole = MINIMAL.trim_end().len();
    for end in 0..whole {
        let rejected = parse(&MINIMAL.as_bytes()[..end], "cut.bpmn", &Limits::default());
        assert!(rejected.is_err(), "cut at {end}");
    }
}

/// Each of these has tens of thousands of elements that are compared with each other; reading must not take the square
/// of their number.
#[test]
fn many_alike_elements_are_read_in_time() {
    let many = |count: usize, element: fn(usize) -> String| -> String { (0..count).map(element).collect() };
    let roots =
        many(20_000, |i| format!("<signal id='s{i}' name='s{i}'/><escalation id='c{i}' escalationCode='c{i}'/>"));
    let starts =
        many(20_000, |i| format!("<startEvent id='b{i}'><signalEventDefinition signalRef='s{i}'/></startEvent>"));
    let boundaries = many(20_000, |i| {
        format!(
            "<boundaryEvent id='e{i}' attachedToRef='u'><escalationEventDefinition escalationRef='c{i}'/></boundaryEvent>"
        )
    });
    let gateways = many(8_000, |i| {
        format!(
            "<eventBasedGateway id='g{i}'/><sequenceFlow id='f{i}' sourceRef='g{i}' targetRef='w{i}'/><intermediateCatchEvent id='w{i}'><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        )
    });
    let throws = many(10_000, |i| {
        format!(
            "<intermediateThrowEvent id='t{i}'><compensateEventDefinition activityRef='u'/></intermediateThrowEvent><adHocSubProcess id='a{i}'><task id='w{i}'/></adHocSubProcess>"
        )
    });
    let open = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='x'>";
    let process = "<process id='p' isExecutable='true'><startEvent id='start'/><userTask id='u'/>";
    for body in [starts, boundaries, gateways, throws] {
        let xml = format!("{open}{roots}{process}{body}</process></definitions>");
        let started = Instant::now();
        let parsed = parse(xml.as_bytes(), "many.bpmn", &Limits::default());
        assert!(parsed.is_ok(), "{:?}", parsed.map_err(|r| r.errors[0].clone()).err());
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
        eprintln!("{:?}", started.elapsed());
    }
}

#[test]
fn too_many_namespace_declarations_are_refused() {
    let element: String = (0..60).map(|i| format!(" xmlns:p{i}='u'")).collect();
    let xml = format!("<a{element}>").repeat(10);
    assert_eq!(refuse(xml.as_bytes()).errors[0].code, "limit-exceeded");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn flipped_bytes_never_panic(flips in prop::collection::vec((0..LARGE.len(), any::<u8>()), 1..8)) {
        let mut xml = LARGE.as_bytes().to_vec();
        for (position, byte) in flips {
            xml[position] = byte;
        }
        if let Err(rejected) = parse(&xml, "flipped.bpmn", &Limits::default()) {
            prop_assert!(!rejected.errors.is_empty());
            prop_assert!(rejected.errors.iter().all(|e| e.line > 0));
        }
    }

    #[test]
    fn swapped_pieces_never_panic(a in 0..LARGE.len(), b in 0..LARGE.len(), length in 1..400_usize) {
        let bytes = LARGE.as_bytes();
        let piece = &bytes[a..(a + length).min(bytes.len())];
        let xml = [&bytes[..b], piece, &bytes[b..]].concat();
        if let Err(rejected) = parse(&xml, "swapped.bpmn", &Limits::default()) {
            prop_assert!(!rejected.errors.is_empty());
        }
    }

    #[test]
    fn swapped_attribute_values_never_panic(a in 0..400_usize, b in 0..400_usize, c in 0..400_usize, d in 0..400_usize) {
        let mut pieces: Vec<&str> = LARGE.split('"').collect();
        let values = pieces.len() / 2;
        pieces.swap(2 * (a % values) + 1, 2 * (b % values) + 1);
        pieces.swap(2 * (c % values) + 1, 2 * (d % values) + 1);
        if let Err(rejected) = parse(pieces.join("\"").as_bytes(), "values.bpmn", &Limits::default()) {
            prop_assert!(!rejected.errors.is_empty());
        }
    }

    #[test]
    fn dropped_lines_never_panic(dropped in prop::collection::vec(0..120_usize, 1..20)) {
        let xml: String = LARGE
            .lines()
            .enumerate()
            .filter(|(i, _)| !dropped.contains(i))
            .map(|(_, line)| format!("{line}\n"))
            .collect();
        if let Err(rejected) = parse(xml.as_bytes(), "dropped.bpmn", &Limits::default()) {
            prop_assert!(!rejected.errors.is_empty());
        }
    }
}
