//! Contexts, ranges and functions.

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "c",
        leaves: &["person", "order", "{}", "{a: 1}", r#"{a: 1, b: "x", c: {d: true}}"#, r#"{"k e": 1}"#],
        rules: &[
            "{{a: {n}, b: {s}}}",
            "{{a: {n}, b: a + {n|a:n}, c: {{d: {b}}}}}",
            "{cl}[{k}]",
            "{c}.c",
            "context put({c}, {s}, {n})",
            r#"context put({c}, "a", {z})"#,
            r#"context put({c}, ["c", "d"], {n})"#,
            "context merge([{c}, {c}])",
            "context(get entries({c}))",
            r#"context([{{key: {s}, value: {n}}}])"#,
            r#"{{"a b": {n}, "c-d": {n}}}"#,
            r#"from json("{{\"a\": 1, \"b\": [true, null, \"x\"]}}")"#,
            "from json(to json({c}))",
            "if {b} then {c} else {c}",
            r#"get value({c}, "c")"#,
            r#"get value({c}, ["c", "d"])"#,
            r#"{{"x-y": {n}}}"#,
            "context merge({c}, {c})",
            "{{a: {z}}}",
        ],
        forms: &[],
    },
    Kind {
        name: "r",
        leaves: &["[1..5]", "(1..5)", "[2..4)", "]0..10[", "[3..3]"],
        rules: &["[{n}..{n}]", "({n}..{n})", "[{n}..{n})", "({n}..{n}]", "]{n}..{k}[", "(> {n})", "(<= {n})"],
        forms: &[],
    },
    Kind {
        name: "rd",
        leaves: &[r#"[date("2026-01-01")..date("2026-12-31")]"#, r#"[@"2025-01-01"..@"2025-12-31")"#],
        rules: &["[{d}..{d}]", "({d}..{d}]", "[{d}..{d})"],
        forms: &[],
    },
    Kind {
        name: "f",
        leaves: &["function(x) x + 1", "function(x) x > 2", "function(x) null"],
        rules: &["function(x) {n|x:n}", "function(x, y) {n|x:n,y:n}"],
        forms: &[],
    },
];
