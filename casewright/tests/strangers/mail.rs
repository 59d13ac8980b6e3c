//! Mail of strangers: for elsewhere, hidden in another one, with lines of its own, and built to be read for hours.

use super::support::{OTHER, Platform};
use serde_json::json;
use std::time::{Duration, Instant};

pub(crate) async fn nothing_is_relayed(platform: &Platform) {
    let mut smtp = platform.smtp().await;
    for line in ["VRFY anna", "EXPN a", "AUTH PLAIN AAAA"] {
        let (code, said) = smtp.say(line).await;
        assert!(code != 235 && !said.contains("anna"), "{line}: {said}");
    }
    assert_eq!(smtp.say("MAIL FROM:<a@b.example>").await.0, 250);
    for recipient in [
        "someone@elsewhere.example",
        "claims@harbor.example@elsewhere.example",
        "\"claims@harbor.example\"@elsewhere.example",
        "@elsewhere.example:someone@elsewhere.example",
        "claims%elsewhere.example@harbor.example",
        "elsewhere.example!x@harbor.example",
    ] {
        let (code, said) = smtp.say(&format!("RCPT TO:<{recipient}>")).await;
        assert!((500..600).contains(&code), "{recipient}: {said}");
    }
    assert_eq!(smtp.say("RCPT TO:<CLAIMS+x@HARBOR.example>").await.0, 250);
    let mut smtp = platform.smtp().await;
    assert!(smtp.say("MAIL FROM:<a@b.example> SIZE=999999999").await.0 >= 500);
    let mut smtp = platform.smtp().await;
    smtp.bytes(format!("MAIL FROM:<{}>\r\n", "a".repeat(50_000)).as_bytes()).await;
    assert!(smtp.reply().await.0 != 250);
    platform.alive("mail for elsewhere").await;
}

pub(crate) async fn one_message_stays_one(platform: &Platform) {
    let ends: [&[u8]; 7] = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r\n.\x00\r\n", b"\n..\r\n"];
    for (nth, end) in ends.iter().enumerate() {
        let mut smtp = platform.smtp().await;
        for line in ["MAIL FROM:<a@b.example>", "RCPT TO:<claims@harbor.example>", "DATA"] {
            assert!(smtp.say(line).await.0 < 400);
        }
        let head = |subject: &str| {
            format!(
                "Message-ID: <{subject}@x>\r\nAuto-Submitted: auto-replied\r\nSubject: {subject}\r\nFrom: boss@harbor.example\r\n\r\ntext"
            )
        };
        let inner = format!(
            "MAIL FROM:<boss@harbor.example>\r\nRCPT TO:<claims@harbor.example>\r\nDATA\r\n{}\r\n.\r\n",
            head(&format!("smuggled{nth}"))
        );
        smtp.bytes(&[head(&format!("outer{nth}")).as_bytes(), end, inner.as_bytes()].concat()).await;
        // One message was given, or none: what came after it in the same bytes is no second one.
        let mut kept = 0;
        smtp.bytes(b"QUIT\r\n").await;
        loop {
            let (code, said) = smtp.reply().await;
            kept += usize::from(code == 250 && said.contains("Kept"));
            if code == 0 || code == 221 {
                break;
            }
        }
        assert!(kept <= 1, "{end:?}: {kept} were kept");
    }
    platform.receive("claims@harbor.example", &automatic("after the smuggling", "text/plain", "x")).await;
    platform.mail("root", "after the smuggling").await;
    let page = platform.get("root", "/api/v1/mails?limit=200").await.expect(200);
    let subjects: Vec<&str> = page.items().iter().filter_map(|mail| mail["subject"].as_str()).collect();
    assert!(!subjects.iter().any(|subject| subject.starts_with("smuggled")), "{subjects:?}");
    platform.alive("smuggled mail").await;
}

/// A message that nothing is made of: its process is not what is looked at.
fn automatic(subject: &str, media: &str, body: &str) -> String {
    format!(
        "Message-ID: <{}@x>\r\nFrom: h@customer.example\r\nTo: claims@harbor.example\r\nAuto-Submitted: auto-replied\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: {media}\r\n\r\n{body}",
        subject.replace(' ', "-")
    )
}

pub(crate) async fn an_organisation_gets_its_own_mail(platform: &Platform) {
    let message = "Message-ID: <b1@x>\r\nFrom: x@b-customer.example\r\nTo: desk@b.example\r\nSubject: SECRET OF B\r\n\r\nB body secret\r\n";
    platform.receive("desk@b.example", message).await;
    platform.mail(OTHER, "SECRET OF B").await;
    let mails = platform.get("root", "/api/v1/mails?limit=200").await.expect(200);
    assert!(!mails.body.to_string().contains("SECRET OF B"));
    for path in
        ["/engine-rest/variable-instance?maxResults=500", "/engine-rest/history/variable-instance?maxResults=500"]
    {
        let seen = platform.get("root", path).await.expect(200).body.to_string();
        assert!(!seen.contains("SECRET OF B"), "{path}");
    }
}

pub(crate) async fn no_line_is_added_to_what_is_sent(platform: &Platform) {
    let requester = json!({"name": "x", "email": "x@customer.example"});
    let case = json!({"definition": "claim", "title": "mail case", "requester": requester,
        "fields": {"policyNumber": "HB-204118", "damage": "water", "description": "A pipe burst."}});
    let case = platform.post("ben", "/api/v1/cases", case).await.expect(201).id();
    let mut sent = 0;
    for (what, changed) in [
        ("subject", json!({"subject": "a\r\nBcc: evil@evil.example\r\n\r\nbody"})),
        ("recipient", json!({"to": ["x@customer.example\r\nBcc: evil@evil.example"]})),
        ("envelope", json!({"to": ["x@customer.example>\r\nRCPT TO:<evil@evil.example"]})),
        ("copy", json!({"cc": ["y@customer.example\nBcc: evil@evil.example"]})),
        (
            "dots",
            json!({"text": "line\r\n.\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<v@v.example>\r\nDATA\r\n\r\nsmuggled"}),
        ),
        ("bare dots", json!({"text": "line\n.\nMAIL FROM:<evil@evil.example>\nx\r.\rQUIT"})),
        ("receivers", json!({"to": (0..200).map(|nth| format!("r{nth}@x.example")).collect::<Vec<_>>()})),
        ("ourselves", json!({"to": ["claims+x@harbor.example"]})),
    ] {
        let mut mail = json!({"to": ["x@customer.example"], "subject": what, "text": "t"});
        mail.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        let answer = platform.post("ben", &format!("/api/v1/cases/{case}/mails"), mail).await;
        assert!(answer.status < 500, "{what}: {}", answer.body);
        let is_injection = ["recipient", "envelope", "copy"].contains(&what);
        assert!(!is_injection || (400..500).contains(&answer.status), "{what}: {}", answer.status);
        sent += usize::from(answer.status == 202);
    }
    let relayed = platform
        .until("all of it is sent", || async {
            Some(platform.relayed()).filter(|relayed| relayed.len() >= sent.min(2))
        })
        .await;
    for message in &relayed {
        let (envelope, content) = message.split_once("DATA\r\n").unwrap();
        assert!(!envelope.contains("evil"), "{message}");
        let header = content.split("\r\n\r\n").next().unwrap();
        assert!(!header.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{message}");
    }
    // What a stranger's message says of itself makes no line of an answer either.
    let hostile = "Message-ID: <aa\r\n Bcc: evil2@evil.example\r\n bb@x>\r\nFrom: \"Q\r\n Bcc: evil2\" <x@customer.example>\r\nTo: claims@harbor.example\r\nAuto-Submitted: auto-replied\r\nSubject: =?utf-8?Q?a=0D=0ABcc:_evil2=40evil.example?=\r\n\r\nhello";
    platform.receive("claims@harbor.example", hostile).await;
    let seen = platform
        .until("the message is read", || async {
            let page = platform.get("root", "/api/v1/mails?limit=200").await.expect(200);
            page.items().iter().find(|mail| mail["subject"].as_str().is_some_and(|it| it.contains("evil2"))).cloned()
        })
        .await;
    let text = seen["subject"].as_str().unwrap();
    assert!(!text.contains('\r') && !text.contains('\n'), "{text:?}");
    platform.alive("lines of one's own").await;
}

pub(crate) async fn what_is_hard_to_read_is_kept(platform: &Platform) {
    let mut nested = automatic("nested parts", "multipart/mixed; boundary=b0", "--b0\r\n");
    for nth in 1..10_000 {
        nested.push_str(&format!("Content-Type: multipart/mixed; boundary=b{nth}\r\n\r\n--b{nth}\r\n"));
    }
    let parts: String = (0..500)
        .map(|nth| format!("--b\r\nContent-Disposition: attachment; filename=\"a{nth}.txt\"\r\n\r\nx\r\n"))
        .collect();
    let parts = automatic("many parts", "multipart/mixed; boundary=b", &format!("{parts}--b--\r\n"));
    let to: Vec<String> = (0..20_000).map(|nth| format!("a{nth}@x.example")).collect();
    let to = automatic("many receivers", "text/plain", "x").replacen(
        "To: ",
        &format!("Cc: {}\r\nTo: ", to.join(",\r\n ")),
        1,
    );
    let inner: String = (0..300).map(|_| "Content-Type: message/rfc822\r\n\r\n").collect();
    let inner = automatic("messages in messages", "message/rfc822", &format!("{inner}x"));
    for (subject, message) in
        [("nested parts", nested), ("many parts", parts), ("many receivers", to), ("messages in messages", inner)]
    {
        let began = Instant::now();
        platform.receive("claims@harbor.example", &message).await;
        platform.alive(subject).await;
        platform.mail("root", subject).await;
        assert!(began.elapsed() < Duration::from_secs(60), "{subject}: {:?}", began.elapsed());
    }
}

pub(crate) async fn a_mail_that_is_built_to_be_read_for_hours_is_not(platform: &mut Platform) {
    let bomb = |subject: &str, tag: &str, count: usize| {
        let line = tag.repeat(50) + "\r\n";
        automatic(subject, "text/html", &line.repeat(count / 50))
    };
    let began = Instant::now();
    for (subject, tag, count) in
        [("deep one", "<div>", 400_000), ("deep two", "<b><i>", 100_000), ("deep three", "<table><tr><td>", 40_000)]
    {
        platform.receive("claims@harbor.example", &bomb(subject, tag, count)).await;
        platform.alive(subject).await;
    }
    // Neither an end nor a start waits for what is being read.
    platform.restart().await;
    for subject in ["deep one", "deep two", "deep three"] {
        platform.alive(subject).await;
        let mail = platform.mail("root", subject).await;
        let html = mail["html"].as_str().unwrap_or_default();
        assert!(html.len() < 2 << 20, "{subject}: {} bytes", html.len());
    }
    platform.receive("claims@harbor.example", &automatic("and the next", "text/html", "<p>fine</p>")).await;
    platform.mail("root", "and the next").await;
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    assert!(platform.memory() < 1_000, "{} MiB", platform.memory());
}
