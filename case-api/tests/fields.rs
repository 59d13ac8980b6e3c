//! Fields of cases: their types and bounds, people and cases that they name, sections, conditions, and what is computed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn with_fields(fields: Value) -> Value {
    let mut definition = support::claim_definition();
    definition["fields"] = fields;
    definition["rules"] = json!([]);
    definition["processes"] = json!([]);
    definition
}

fn rich_fields() -> Value {
    json!([
        {"key": "policyNumber", "label": "Policy number", "type": "string", "pattern": "[A-Z]{2}-[0-9]{4}", "help": "As on the policy",
            "labels": {"de": "Policennummer"}, "helps": {"de": "Wie auf der Police"}},
        {"key": "note", "label": "Note", "type": "text", "minLength": 3, "maxLength": 5},
        {"key": "amount", "label": "Amount", "type": "number", "min": 0, "max": 10.5},
        {"key": "expert", "label": "Expert", "type": "person"},
        {"key": "earlier", "label": "Earlier claim", "type": "reference", "definition": "claim"},
        {"key": "estimate", "label": "Estimate", "type": "money", "currencies": ["EUR", "JPY"], "min": "0.10", "max": "5000"},
        {"key": "perils", "label": "Perils", "type": "multi-select", "options": ["water", "fire", "storm"], "maxItems": 2},
        {"key": "photos", "label": "Photos", "type": "files", "mediaTypes": ["application/pdf"], "maxSize": 2000, "maxItems": 1},
        {"key": "items", "label": "Items", "type": "table", "maxItems": 2, "columns": [
            {"key": "what", "label": "What", "required": true}, {"key": "worth", "label": "Worth", "type": "money", "currencies": ["EUR"]}]},
        {"key": "visit", "label": "Visit", "type": "datetime", "zoned": true},
        {"key": "happened", "label": "Happened", "type": "datetime", "min": "2020-01-01T00:00:00Z"},
        {"key": "stay", "label": "Stay", "type": "duration"},
        {"key": "urgency", "label": "Urgency", "type": "select", "options": ["low", "high"], "default": "low"}
    ])
}

async fn platform(fields: Value) -> Platform {
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", with_fields(fields)).await.expect(201);
    platform
}

fn new_case(fields: Value) -> Value {
    json!({"definition": "claim", "title": "Water", "fields": fields})
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

async fn created(platform: &Platform, fields: Value) -> Value {
    platform.post("anna", "/api/v1/cases", new_case(fields)).await.expect(201).body
}

#[tokio::test]
async fn every_type_takes_what_fits_and_keeps_it_as_it_was_written() {
    let platform = platform(rich_fields()).await;
    let fields = json!({
        "policyNumber": "HB-2041", "note": "abc", "amount": 10.5,
        "estimate": {"amount": "4999.99", "currency": "EUR"}, "perils": ["storm", "water"], "photos": [{"fileId": "ready-anna-1"}],
        "items": [{"what": "Sofa", "worth": {"amount": "700.00", "currency": "EUR"}}, {"what": "Lamp"}],
        "visit": "2026-12-24T10:00:00+01:00[Europe/Berlin]", "happened": "2026-11-21T12:00:00Z", "stay": "P2DT4H"
    });
    let case = created(&platform, fields.clone()).await;
    for key in ["policyNumber", "note", "amount", "estimate", "perils", "items", "visit", "happened", "stay"] {
        assert_eq!(case["fields"][key], fields[key], "{key}");
    }
    assert_eq!(case["fields"]["urgency"], "low", "the default");
    let given = created(&platform, json!({"urgency": "high"})).await;
    assert_eq!(given["fields"]["urgency"], "high");
    let definition = platform.get("anna", "/api/v1/case-definitions/claim").await.expect(200).body;
    assert_eq!(definition["fields"], rich_fields().as_array().unwrap().iter().map(with_defaults).collect::<Value>());
}

/// What is always written.
fn with_defaults(field: &Value) -> Value {
    let mut field = field.clone();
    let members = field.as_object_mut().unwrap();
    members.entry("required").or_insert(json!(false));
    for column in members.get_mut("columns").and_then(Value::as_array_mut).into_iter().flatten() {
        let column = column.as_object_mut().unwrap();
        column.entry("required").or_insert(json!(false));
        column.entry("type").or_insert(json!("string"));
    }
    field
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_place() {
    let platform = platform(rich_fields()).await;
    let cases = [
        (json!({"policyNumber": "xHB-2041"}), "/fields/policyNumber", "pattern"),
        (json!({"note": "ab"}), "/fields/note", "too-short"),
        (json!({"note": "abcdef"}), "/fields/note", "too-long"),
        (json!({"amount": -0.5}), "/fields/amount", "min"),
        (json!({"amount": 10.6}), "/fields/amount", "max"),
        (json!({"estimate": {"amount": "0.09", "currency": "EUR"}}), "/fields/estimate", "min"),
        (json!({"estimate": {"amount": "5000.01", "currency": "EUR"}}), "/fields/estimate", "max"),
        (json!({"estimate": {"amount": "10", "currency": "USD"}}), "/fields/estimate", "currency"),
        (json!({"estimate": {"amount": "10.5", "currency": "JPY"}}), "/fields/estimate", "type"),
        (json!({"estimate": {"amount": 10, "currency": "EUR"}}), "/fields/estimate", "type"),
        (json!({"estimate": 10}), "/fields/estimate", "type"),
        (json!({"perils": ["water", "water"]}), "/fields/perils", "type"),
        (json!({"perils": ["aliens"]}), "/fields/perils", "type"),
        (json!({"perils": ["water", "fire", "storm"]}), "/fields/perils", "too-many"),
        (
            json!({"items": [{"what": "Sofa"}, {"worth": {"amount": "1", "currency": "EUR"}}]}),
            "/fields/items/1/what",
            "required",
        ),
        (json!({"items": [{"what": "Sofa", "colour": "red"}]}), "/fields/items/0/colour", "unknown-column"),
        (
            json!({"items": [{"what": "Sofa", "worth": {"amount": "1", "currency": "JPY"}}]}),
            "/fields/items/0/worth",
            "currency",
        ),
        (json!({"items": [{"what": "a"}, {"what": "b"}, {"what": "c"}]}), "/fields/items", "too-many"),
        (json!({"items": {"what": "Sofa"}}), "/fields/items", "type"),
        (json!({"visit": "2026-12-24T10:00:00Z"}), "/fields/visit", "type"),
        (json!({"visit": "2026-12-24T10:00:00+05:00[Europe/Berlin]"}), "/fields/visit", "type"),
        (json!({"happened": "2019-12-31T23:59:59Z"}), "/fields/happened", "min"),
        (json!({"stay": "two days"}), "/fields/stay", "type"),
        (json!({"expert": "ghost"}), "/fields/expert", "unknown-user"),
        (json!({"expert": 5}), "/fields/expert", "type"),
        (json!({"earlier": "CLM-999999"}), "/fields/earlier", "unknown-case"),
    ];
    for (fields, pointer, code) in cases {
        let refused = platform.post("anna", "/api/v1/cases", new_case(fields.clone())).await.expect(422);
        assert_eq!((refused.pointers(), &refused.body["errors"][0]["code"]), (vec![pointer], &json!(code)), "{fields}");
    }
    let two = json!({"photos": [{"fileId": "ready-anna-1"}, {"fileId": "ready-anna-2"}]});
    let refused = platform.post("anna", "/api/v1/cases", new_case(two)).await.expect(422);
    assert_eq!(refused.body["errors"][0]["code"], "too-many");
}

#[tokio::test]
async fn a_file_of_another_kind_or_size_is_refused() {
    let photos = |more: Value| {
        let mut field = json!({"key": "photos", "label": "Photos", "type": "files"});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([field])
    };
    let with = new_case(json!({"photos": [{"fileId": "ready-anna-1"}]}));
    for (field, code) in [(json!({"mediaTypes": ["image/*"]}), "media-type"), (json!({"maxSize": 1233}), "too-large")] {
        let platform = platform(photos(field)).await;
        let refused = platform.post("anna", "/api/v1/cases", with.clone()).await.expect(422);
        assert_eq!((refused.pointers(), &refused.body["errors"][0]["code"]), (vec!["/fields/photos/0"], &json!(code)));
    }
}

#[tokio::test]
async fn a_person_is_written_by_id_and_told_by_their_name() {
    let platform = platform(rich_fields()).await;
    let case = created(&platform, json!({"expert": "ben"})).await;
    assert_eq!(case["fields"]["expert"], json!({"id": "ben", "name": "Ben Okafor"}));
    let forged = json!({"fields": {"expert": {"id": "anna", "name": "The CFO"}}});
    let patched = platform.patch("anna", &path(&case), forged).await.expect(200).body;
    assert_eq!(patched["fields"]["expert"], json!({"id": "anna", "name": "Anna Meyer"}));
    let me = platform.patch("carl", &path(&case), json!({"fields": {"expert": "me"}})).await.expect(200).body;
    assert_eq!(me["fields"]["expert"]["id"], "carl");
    let gone = platform.patch("anna", &path(&case), json!({"fields": {"expert": null}})).await.expect(200).body;
    assert_eq!(gone["fields"].get("expert"), None);
}

#[tokio::test]
async fn another_case_is_named_by_who_may_read_it_and_only_by_its_number() {
    let platform = platform(rich_fields()).await;
    let mut secret = with_fields(json!([]));
    secret["caseNumberPrefix"] = json!("SEC");
    secret["restrictedTo"] = json!(["supervisors"]);
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let hidden = json!({"definition": "secret", "title": "The CFO steals"});
    let hidden = platform.post("ben", "/api/v1/cases", hidden).await.expect(201).body;
    let earlier = created(&platform, json!({})).await;
    let case = created(&platform, json!({"earlier": earlier["number"]})).await;
    assert_eq!(case["fields"]["earlier"], json!({"id": earlier["id"], "number": earlier["number"]}));
    let to = |name: &Value| json!({"fields": {"earlier": name}});
    for name in [&hidden["number"], &hidden["id"]] {
        let refused = platform.patch("anna", &path(&case), to(name)).await.expect(422);
        assert_eq!(refused.body["errors"][0]["code"], "unknown-case");
    }
    let refused = platform.patch("ben", &path(&case), to(&hidden["number"])).await.expect(422);
    assert_eq!(refused.body["errors"][0]["code"], "other-definition");
    let by_id =
        platform.patch("ben", &path(&case), to(&json!({"id": earlier["id"], "number": "forged"}))).await.expect(200);
    assert_eq!(by_id.body["fields"]["earlier"]["number"], earlier["number"]);
}

fn computed_fields() -> Value {
    json!([
        {"key": "items", "label": "Items", "type": "table", "columns": [{"key": "what", "label": "What"},
            {"key": "worth", "label": "Worth", "type": "money", "currencies": ["EUR"]}]},
        {"key": "tax", "label": "Tax", "type": "computed", "result": "money",
            "formula": "{amount: total.amount * 0.19, currency: total.currency}"},
        {"key": "total", "label": "Total", "type": "computed", "result": "money",
            "formula": "{amount: sum(for row in items return row.worth.amount), currency: \"EUR\"}"},
        {"key": "large", "label": "Large", "type": "computed", "result": "boolean", "formula": "total.amount > 1000"},
        {"key": "reason", "label": "Reason", "type": "text", "requiredWhen": "large"},
        {"key": "broker", "label": "Broker", "type": "string", "visibleWhen": "large", "required": true},
        {"key": "nick", "label": "Nick", "type": "string"}
    ])
}

fn items(amounts: &[&str]) -> Value {
    amounts.iter().map(|amount| json!({"what": "x", "worth": {"amount": amount, "currency": "EUR"}})).collect()
}

#[tokio::test]
async fn what_is_computed_follows_what_it_looks_at_and_nobody_writes_it() {
    let platform = platform(computed_fields()).await;
    let case = created(&platform, json!({"items": items(&["0.10", "0.20"])})).await;
    let money = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    assert_eq!((&case["fields"]["total"], &case["fields"]["tax"]), (&money("0.30"), &money("0.06")));
    assert_eq!(case["fields"]["large"], false);
    for refused in [json!({"total": money("1.00")}), json!({"total": null})] {
        let created = platform.post("anna", "/api/v1/cases", new_case(refused.clone())).await.expect(422);
        assert_eq!(
            (created.pointers(), &created.body["errors"][0]["code"]),
            (vec!["/fields/total"], &json!("computed"))
        );
        platform.patch("anna", &path(&case), json!({"fields": refused})).await.expect(422);
    }
    let changed = json!({"fields": {"items": items(&["500.00"])}});
    let after = platform.patch("anna", &path(&case), changed).await.expect(200).body;
    assert_eq!((&after["fields"]["total"], &after["fields"]["tax"]), (&money("500.00"), &money("95.00")));
    let timeline =
        platform.get("anna", &format!("{}/timeline?kinds=field-changed", path(&case))).await.expect(200).body;
    let keys: Vec<&Value> =
        timeline["items"][0]["data"]["changes"].as_array().unwrap().iter().map(|change| &change["key"]).collect();
    assert_eq!(keys, [&json!("items"), &json!("total"), &json!("tax")]);
    platform.patch("anna", &path(&case), json!({"fields": {"nick": "N"}})).await.expect(200);
    let timeline =
        platform.get("anna", &format!("{}/timeline?kinds=field-changed", path(&case))).await.expect(200).body;
    assert_eq!(timeline["items"][0]["data"]["changes"].as_array().unwrap().len(), 1);
    // Nothing to add up is nothing.
    let emptied = platform.patch("anna", &path(&case), json!({"fields": {"items": null}})).await.expect(200).body;
    assert_eq!(emptied["fields"].get("large"), None);
}

#[tokio::test]
async fn what_is_needed_depends_on_the_rest_and_what_is_hidden_is_not() {
    let platform = platform(computed_fields()).await;
    let large = json!({"items": items(&["2000.00"])});
    let refused = platform.post("anna", "/api/v1/cases", new_case(large.clone())).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/reason", "/fields/broker"]);
    let case = created(&platform, json!({"items": items(&["10.00"])})).await;
    // The change itself makes them needed.
    let refused = platform.patch("anna", &path(&case), json!({"fields": large})).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/reason", "/fields/broker"]);
    let whole = json!({"fields": {"items": items(&["2000.00"]), "reason": "Flood", "broker": "Sam"}});
    platform.patch("anna", &path(&case), whole).await.expect(200);
    let refused = platform.patch("anna", &path(&case), json!({"fields": {"broker": null}})).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/broker"]);
    // Small again, it may be emptied: it is not shown.
    let small = json!({"fields": {"items": items(&["1.00"]), "broker": null, "reason": null}});
    platform.patch("anna", &path(&case), small).await.expect(200);
    // A machine may leave things open, and that stands in nobody's way.
    let open = platform.post("system:external-tasks", "/api/v1/cases", new_case(large)).await.expect(201).body;
    platform.patch("anna", &path(&open), json!({"fields": {"nick": "N"}})).await.expect(200);
    let moved = platform.patch("anna", &path(&open), json!({"stage": "assessment"})).await.expect(422);
    assert_eq!(moved.pointers(), ["/fields/reason", "/fields/broker"]);
}

#[tokio::test]
async fn values_that_are_not_stored_are_evaluated_for_who_enters_them() {
    let mut definition = with_fields(computed_fields());
    definition["sections"] = json!([{"title": "More", "titles": {"de": "Mehr"}, "fields": ["nick"], "collapsed": true,
        "visibleWhen": "reason != null"}]);
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let evaluate = "/api/v1/case-definitions/claim/evaluate";
    let state =
        |visible: bool, required: bool, value: Value| json!({"visible": visible, "required": required, "value": value});
    let entered = json!({"fields": {"items": items(&["2000.00"])}});
    let states = platform.post("anna", evaluate, entered).await.expect(200).body;
    assert_eq!(states["fields"]["total"], state(true, false, json!({"amount": "2000.00", "currency": "EUR"})));
    assert_eq!(states["fields"]["reason"], state(true, true, Value::Null));
    assert_eq!(states["fields"]["broker"], state(true, true, Value::Null));
    assert_eq!(states["fields"]["nick"], state(false, false, Value::Null));
    let case = created(&platform, json!({"items": items(&["1.00"]), "reason": "Flood"})).await;
    let edited = json!({"case": case["number"], "fields": {}});
    let states = platform.post("anna", evaluate, edited).await.expect(200).body;
    assert_eq!(
        (&states["fields"]["broker"]["visible"], &states["fields"]["nick"]["visible"]),
        (&json!(false), &json!(true))
    );
    let taken = json!({"case": case["id"], "fields": {"reason": null}});
    let states = platform.post("anna", evaluate, taken).await.expect(200).body;
    assert_eq!(states["fields"]["nick"]["visible"], false);
    assert_eq!(
        platform.get("anna", &path(&case)).await.expect(200).body["version"],
        case["version"],
        "nothing changed"
    );
    platform.post("anna", "/api/v1/case-definitions/none/evaluate", json!({})).await.expect(404);
    platform.post("anna", evaluate, json!({"case": "CLM-999999"})).await.expect(404);
}

#[tokio::test]
async fn a_stage_does_not_ask_for_what_is_hidden() {
    let mut definition = with_fields(json!([
        {"key": "kind", "label": "Kind", "type": "select", "options": ["own", "foreign"]},
        {"key": "insurer", "label": "Insurer", "type": "string", "visibleWhen": "kind = \"foreign\""}
    ]));
    definition["stages"][1]["required"] = json!(["insurer"]);
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let own = created(&platform, json!({"kind": "own"})).await;
    platform.patch("anna", &path(&own), json!({"stage": "assessment"})).await.expect(200);
    let foreign = created(&platform, json!({"kind": "foreign"})).await;
    let refused = platform.patch("anna", &path(&foreign), json!({"stage": "assessment"})).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/insurer"]);
}

#[tokio::test]
async fn a_definition_is_refused_with_the_place_of_what_is_wrong() {
    let platform = Platform::open().await;
    let mut definition = with_fields(json!([
        {"key": "a", "label": "A", "type": "computed", "result": "number", "formula": "b + 1"},
        {"key": "b", "label": "B", "type": "computed", "result": "number", "formula": "if c > 0 then c else 0"},
        {"key": "c", "label": "C", "type": "computed", "result": "number", "formula": "a * 2"}
    ]));
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition.clone()).await.expect(422);
    assert_eq!((refused.pointers(), &refused.body["errors"][0]["code"]), (vec!["/fields/0/formula"], &json!("cycle")));
    assert!(refused.body["errors"][0]["detail"].as_str().unwrap().ends_with("a -> b -> c -> a"), "{}", refused.body);
    definition["fields"] = json!([
        {"key": "a", "label": "A", "type": "computed", "formula": "1 +"},
        {"key": "b", "label": "B", "type": "number", "min": 5, "max": 1, "visibleWhen": "a >\n > 1"},
        {"key": "c", "label": "C", "type": "string", "currencies": ["ABC"], "pattern": "(?=x)"},
        {"key": "d", "label": "D", "type": "table"},
        {"key": "e", "label": "E", "type": "multi-select"},
        {"key": "f", "label": "F", "type": "number", "default": "much", "labels": {"not a tag": "x"}},
        {"key": "g", "label": "G", "type": "table", "columns": [{"key": "x", "label": "X", "type": "table"}]}
    ]);
    definition["sections"] = json!([{"title": "One", "fields": ["b", "nothing", "b"]}]);
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(422);
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    let mut expected = vec![
        "/fields/0/formula",
        "/fields/0/result",
        "/fields/1/max",
        "/fields/1/visibleWhen",
        "/fields/2/currencies",
        "/fields/2/currencies/0",
        "/fields/2/pattern",
        "/fields/3/columns",
        "/fields/4/options",
        "/fields/5/default",
        "/fields/5/labels/not a tag",
        "/fields/6/columns/0/type",
        "/sections/0/fields/1",
        "/sections/0/fields/2",
    ];
    expected.sort_unstable();
    assert_eq!(pointers, expected, "{}", refused.body);
    let place =
        refused.body["errors"].as_array().unwrap().iter().find(|error| error["pointer"] == "/fields/1/visibleWhen");
    assert!(place.unwrap()["detail"].as_str().unwrap().contains("line 2"), "{}", refused.body);
}

#[tokio::test]
async fn cases_are_found_by_the_values_of_their_fields() {
    let platform = platform(rich_fields()).await;
    let first = created(&platform, json!({"expert": "ben", "perils": ["water", "storm"]})).await;
    let second = created(&platform, json!({"expert": "anna", "perils": ["water"], "earlier": first["number"]})).await;
    let found = async |field: &str| {
        let page = platform.get("anna", &format!("/api/v1/cases?sort=number&field={field}")).await.expect(200).body;
        let numbers = page["items"].as_array().unwrap().iter().map(|case| case["number"].clone());
        numbers.collect::<Vec<Value>>()
    };
    let (one, two) = (first["number"].clone(), second["number"].clone());
    assert_eq!(found("expert:ben").await, std::slice::from_ref(&one));
    assert_eq!(found("perils:water").await, [one.clone(), two.clone()]);
    assert_eq!(found("perils:water,expert:anna").await, std::slice::from_ref(&two));
    assert_eq!(found(&format!("earlier:{}", first["number"].as_str().unwrap())).await, std::slice::from_ref(&two));
    assert_eq!(found("perils:fire").await, Vec::<Value>::new());
    platform.patch("anna", &path(&first), json!({"fields": {"expert": null}})).await.expect(200);
    assert_eq!(found("expert:ben").await, Vec::<Value>::new());
    let view = json!({"name": "Water", "filters": {"field": "perils:water"}});
    platform.post("anna", "/api/v1/saved-views", view).await.expect(201);
}

#[tokio::test]
async fn how_the_fields_of_a_case_stand_is_told_to_its_readers_alone() {
    let platform = Platform::open().await;
    let mut secret = with_fields(computed_fields());
    secret["restrictedTo"] = json!(["supervisors"]);
    platform.put("dana", "/api/v1/case-definitions/claim", secret).await.expect(201);
    let case =
        platform.post("ben", "/api/v1/cases", new_case(json!({"items": items(&["7.00"])}))).await.expect(201).body;
    let evaluate = "/api/v1/case-definitions/claim/evaluate";
    let states = platform.post("ben", evaluate, json!({"case": case["id"]})).await.expect(200).body;
    assert_eq!(states["fields"]["total"]["value"]["amount"], "7.00");
    platform.post("anna", evaluate, json!({"case": case["id"]})).await.expect(404);
    platform.post("anna", evaluate, json!({"case": case["number"]})).await.expect(404);
}

#[tokio::test]
async fn the_claim_of_the_demo_is_a_definition_and_adds_up_its_items() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/claims/claim.case.json")).unwrap();
    let mut claim: Value = serde_json::from_str(&text).unwrap();
    // Its form, its processes and its calendar are there beside it.
    claim["createForm"] = Value::Null;
    claim["processes"] = json!([]);
    claim.as_object_mut().unwrap().remove("calendarId");
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", claim).await.expect(201);
    let bare = created(&platform, json!({})).await;
    let fields = json!({"fields": {"items": [{"what": "Sofa", "worth": {"amount": "700.10", "currency": "EUR"}}, {"what": "Lamp"}],
        "expert": "ben", "estimate": {"amount": "4000", "currency": "EUR"}}});
    let case = platform.patch("anna", &path(&bare), fields).await.expect(200).body;
    assert_eq!(case["fields"]["itemsTotal"], json!({"amount": "700.10", "currency": "EUR"}));
    let high = json!({"fields": {"estimate": {"amount": "5000.01", "currency": "EUR"}}});
    let refused = platform.patch("anna", &path(&bare), high).await.expect(422);
    assert_eq!(refused.pointers(), ["/fields/estimateReason"]);
}

#[tokio::test]
async fn lists_and_files_are_sorted_by_fields_and_narrowed_to_what_lies_between_two_ends() {
    let fields = json!([
        {"key": "amount", "label": "Amount", "type": "number"}, {"key": "estimate", "label": "Estimate", "type": "money", "currencies": ["EUR"]},
        {"key": "day", "label": "Day", "type": "date"}, {"key": "visit", "label": "Visit", "type": "datetime"},
        {"key": "stay", "label": "Stay", "type": "duration"}, {"key": "policy.no", "label": "Policy", "type": "string"},
        {"key": "expert", "label": "Expert", "type": "person"}, {"key": "insured", "label": "Insured", "type": "boolean"}
    ]);
    let platform = platform(fields).await;
    let case = |amount: f64,
                estimate: &str,
                day: &str,
                visit: &str,
                stay: &str,
                policy: &str,
                expert: &str,
                insured: bool| {
        json!({"amount": amount, "estimate": {"amount": estimate, "currency": "EUR"}, "day": day, "visit": visit, "stay": stay,
            "policy.no": policy, "expert": expert, "insured": insured})
    };
    // Each is told by its amount: 9 comes before 80 and 100, whatever their letters say.
    let middle =
        case(80.0, "100.00", "2026-02-01", "2026-02-01T12:00:00+01:00[Europe/Berlin]", "PT90M", "b", "ben", true);
    created(&platform, middle).await;
    let least = case(9.0, "9.50", "2026-01-31", "2026-02-01T10:30:00Z", "PT30M", "A", "anna", false);
    created(&platform, least).await;
    let most = case(100.0, "1000", "2026-11-01", "2026-02-02T00:00:00Z", "P1D", "C", "dana", true);
    created(&platform, most).await;
    let empty = created(&platform, json!({})).await;
    let amounts = async |query: &str| {
        let query = query.replace('>', "%3E").replace('<', "%3C");
        let page = platform.get("anna", &format!("/api/v1/cases?{query}")).await.expect(200).body;
        let amount = |item: &Value| item["fields"]["amount"].as_f64().map_or(-1, |amount| amount as i64);
        page["items"].as_array().unwrap().iter().map(amount).collect::<Vec<_>>()
    };
    for key in ["amount", "estimate", "day", "visit", "stay", "policy.no", "expert"] {
        assert_eq!(amounts(&format!("sort=field.{key}")).await, [-1, 9, 80, 100], "{key}");
        assert_eq!(amounts(&format!("sort=-field.{key}")).await, [100, 80, 9, -1], "{key}");
    }
    assert_eq!(amounts("sort=field.insured&field=amount>0").await[0], 9);
    for (bound, wanted) in [
        ("amount>%3D80", vec![80, 100]),
        ("fields.amount>80", vec![100]),
        ("amount<80", vec![9]),
        ("amount>9,amount<100", vec![80]),
        ("estimate<%3D100", vec![9, 80]),
        ("day<%3D2026-02-01", vec![9, 80]),
        ("day>2026-02-01", vec![100]),
        ("visit<%3D2026-02-01", vec![9, 80]),
        ("visit>2026-02-01T10:45:00Z", vec![80, 100]),
        ("stay>PT1H", vec![80, 100]),
        ("policy.no>%3DB", vec![80, 100]),
        ("expert>ann,insured:true", vec![80, 100]),
        ("insured>%3D1", vec![80, 100]),
        ("amount>lots", vec![]),
    ] {
        assert_eq!(amounts(&format!("sort=field.amount&field={bound}")).await, wanted, "{bound}");
    }
    // Page by page, what has no value as well.
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page =
            platform.get("anna", &format!("/api/v1/cases?sort=field.estimate&limit=1{cursor}")).await.expect(200).body;
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["fields"]["amount"].as_f64().map_or(-1, |a| a as i64)),
        );
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [-1, 9, 80, 100]);
    let columns = "columns=field.amount&sort=-field.amount&field=amount%3E%3D80";
    let file = platform.get("anna", &format!("/api/v1/cases/export?{columns}")).await.expect(200);
    assert_eq!(file.text.lines().skip(1).take(2).collect::<Vec<_>>(), ["100", "80"]);
    // A value that changes is found where it is now.
    platform.patch("anna", &path(&empty), json!({"fields": {"amount": 50}})).await.expect(200);
    assert_eq!(amounts("sort=-field.amount").await, [100, 80, 50, 9]);
    platform.get("anna", "/api/v1/cases?sort=field.").await.expect(400);
}
