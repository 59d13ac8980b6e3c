//! HTML of a mail, one attempt a mail.

use super::support::Platform;

/// What acts, calls or dresses up, and must not be left.
const FORBIDDEN: &[&str] = &[
    "<script",
    "onerror",
    "onload",
    "onfocus",
    "<svg",
    "<math",
    "<style",
    "<link",
    "<meta",
    "<base",
    "<form",
    "<input",
    "<iframe",
    "javascript:",
    "data:",
    "t.example",
    "//evil",
    "<object",
    "<video",
    "style=",
    "srcset",
    "background",
    " id=",
];

const ATTEMPTS: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>1</script></svg>",
    r#"<math><mi//xlink:href="data:x,<script>alert(4)</script>">"#,
    "<style>*{background:url(https://t.example)}</style>",
    "<link rel=stylesheet href=//t.example>",
    r#"<meta http-equiv=refresh content="0;url=//evil">"#,
    "<base href=//evil>",
    "<form action=//evil><input name=p></form>",
    r#"<iframe srcdoc="<script>1</script>"></iframe>"#,
    r#"<a href="jav&#x09;ascript:alert(1)">a</a>"#,
    r#"<a href="data:text/html,<script>1</script>">b</a>"#,
    r#"<img src="cid:a&quot; onerror=&quot;1">"#,
    r#"<img srcset="https://t.example/x 1x">"#,
    r#"<table background="https://t.example/x"><tr><td>x</table>"#,
    r#"<noscript><p title="</noscript><img src=x onerror=alert(1)>">"#,
    r#"<a href="https://ok.example" style="position:fixed" target=_self>c</a>"#,
    "<video src=//t.example poster=//t.example></video>",
    "<object data=//evil></object>",
    "<textarea autofocus onfocus=1>",
    r#"<math><annotation-xml encoding="text/html"><img src=x onerror=1></annotation-xml></math>"#,
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    r#"<svg><style><img title="</style><img src=x onerror=1>">"#,
    r#"<a href="//evil.example">rel</a>"#,
    r#"<img src="//t.example/p.gif">"#,
    r#"<img src="https://t.example/p.gif">"#,
    r#"<p class="x" id="root">dom clobber</p><a id=root name=root>"#,
    r#"text src="cid:known" text"#,
    "<select><iframe></select><img src=x onerror=1>",
];

pub(crate) async fn nothing_that_acts_is_left_of_html(platform: &Platform) {
    // Marks in the text are escaped: what is looked at is what a browser would take for an element.
    let entities = regex::Regex::new("&lt;.*?&gt;").unwrap();
    let mut smtp = platform.smtp().await;
    for (nth, attempt) in ATTEMPTS.iter().enumerate() {
        let message = format!(
            "Message-ID: <v{nth}@x>\r\nFrom: h@customer.example\r\nTo: claims@harbor.example\r\nAuto-Submitted: auto-replied\r\nSubject: v{nth}\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>ok</p>{attempt}"
        );
        let (code, said) = smtp.deliver("x@customer.example", "claims@harbor.example", &message).await;
        assert_eq!(code, 250, "{said}");
    }
    for (nth, attempt) in ATTEMPTS.iter().enumerate() {
        let mail = platform.mail("root", &format!("v{nth}")).await;
        let html = mail["html"].as_str().unwrap_or_default().to_lowercase();
        assert!(html.contains("ok"), "{attempt}: {mail}");
        let html = entities.replace_all(&html, "");
        let left: Vec<&&str> = FORBIDDEN.iter().filter(|forbidden| html.contains(**forbidden)).collect();
        assert!(left.is_empty(), "{attempt} left {left:?}: {html}");
    }
    platform.alive("HTML of strangers").await;
}
