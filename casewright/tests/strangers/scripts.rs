//! What a script can reach, what it can take, and what is left of one that takes everything.

use super::models::{WAIT, model, script};
use super::support::{Answer, Platform};
use serde_json::json;
use std::time::{Duration, Instant};

async fn run(platform: &Platform, nth: usize, source: &str) -> Answer {
    platform.deploy_and_run(&format!("script-{nth}"), &[&script(source, "javascript", "")]).await
}

pub(crate) async fn nothing_of_the_machine_is_within_reach(platform: &Platform) {
    for (nth, (source, wanted)) in [
        ("['require','process','load','std','os','Deno','fetch','setTimeout','Worker','WebAssembly','gc'].filter(n => n in globalThis).join()", json!("")),
        ("new Function('return typeof std')()", json!("undefined")),
        ("Object.prototype.polluted = 'x'; Array.prototype.push = null; 'done'", json!("done")),
        // Nothing of the one before is left.
        ("typeof Object.prototype.polluted + typeof Array.prototype.push", json!("undefinedfunction")),
        ("eval('1+1')", json!(2)),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = run(platform, 100 + nth, source).await.expect(200);
        assert_eq!(answer.body["variables"]["out"]["value"], wanted, "{source}");
    }
    for (nth, source) in [
        "import('fs')",
        "Java.type('java.lang.Runtime')",
        "execution.getProcessEngineServices().getRepositoryService().deleteDeployment('x')",
    ]
    .into_iter()
    .enumerate()
    {
        let answer = run(platform, 200 + nth, source).await;
        assert!(
            answer.status >= 400 || answer.body["variables"]["out"]["value"].as_str().is_none_or(str::is_empty),
            "{source}: {}",
            answer.body
        );
    }
    platform.alive("scripts that look around").await;
}

/// A list that only says that it is long is none.
async fn a_false_length_is_not_believed(platform: &Platform) {
    let source = "new Proxy([],{get(t,k){return k=='length'?4294967295:1}})";
    let answer = run(platform, 300, source).await.expect(200);
    assert_eq!(answer.body["variables"]["out"]["value"], json!({}), "{}", answer.body);
}

pub(crate) async fn what_takes_too_much_fails_alone(platform: &Platform) {
    a_false_length_is_not_believed(platform).await;
    let before = platform.memory();
    let sources = [
        "while(true){}",
        "(function f(){return f()})()",
        "let a=[];while(true){a.push(new Array(1000).fill(1))}",
        "/^(a+)+$/.test('a'.repeat(40)+'!')",
        "let a=1;for(let i=0;i<24;i++)a=[a,a];a",
        "let a=1;for(let i=0;i<60;i++)a=[a,a];a",
        "new Array(4294967295)",
        "new Array(20000000)",
        "execution.setVariable('x',new Array(4294967295))",
        "({get a(){while(true){}}})",
        "'a'.repeat(2e7).indexOf('a'.repeat(1e7)+'b')",
        "'x'.repeat(2**29)",
    ];
    // All at once, and somebody else besides.
    let began = Instant::now();
    let all = sources.iter().enumerate().map(|(nth, source)| run(platform, nth, source));
    let others = async {
        platform.deploy("dana", "light.bpmn", model("light", &[WAIT])).await.expect(200);
        for _ in 0..10 {
            platform.alive("scripts that take too much").await;
            let asked = Instant::now();
            platform.run("dana", "light", json!({})).await.expect(200);
            assert!(asked.elapsed() < Duration::from_secs(5), "others wait {:?}", asked.elapsed());
        }
    };
    let (answers, ()) = tokio::join!(futures::future::join_all(all), others);
    for (source, answer) in sources.iter().zip(&answers) {
        assert!(answer.status >= 400, "{source}: {} {}", answer.status, answer.body);
        assert_ne!(answer.status, 503, "{source}: {}", answer.body);
    }
    assert!(began.elapsed() < Duration::from_secs(45), "{:?}", began.elapsed());
    let taken = platform.memory().saturating_sub(before);
    assert!(taken < 300, "the scripts left {taken} MiB");
}

/// Loops inside native functions, which ask nobody whether they may go on. Some end by themselves.
pub(crate) async fn what_loops_in_native_functions_ends_alone(platform: &Platform) {
    let sources = [
        "'a'.repeat(300000).indexOf('a'.repeat(150000)+'b')",
        "Array.prototype.indexOf.call({length:2e8},1)",
        "Array.prototype.includes.call({length:2e8},1)",
        "Array.prototype.lastIndexOf.call({length:2e8},1)",
        "Array.prototype.join.call({length:1e8},'')",
        "Array.prototype.reverse.call({length:1e8});1",
        "let x=3n**200000n;for(let i=0;i<3;i++)x=x*x;'done'",
        "(3n**300000n).toString().length",
        "let a=new Float64Array(3e6);for(let i=0;i<3e6;i++)a[i]=-i;a.sort();'done'",
        "let o={};for(let i=0;i<20000;i++)o={o};JSON.stringify(o).length",
    ];
    let (before, began) = (platform.memory(), Instant::now());
    let all = sources.iter().enumerate().map(|(nth, source)| run(platform, 400 + nth, source));
    let others = async {
        for _ in 0..10 {
            platform.alive("native loops").await;
        }
    };
    let (answers, ()) = tokio::join!(futures::future::join_all(all), others);
    for (source, answer) in sources.iter().zip(&answers) {
        assert_ne!(answer.status, 503, "{source}: {}", answer.body);
    }
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    let taken = platform.memory().saturating_sub(before);
    assert!(taken < 300, "the scripts left {taken} MiB");
}

pub(crate) async fn a_script_that_would_end_the_process_ends_itself_also_after_a_restart(platform: &mut Platform) {
    let source = "let a=1;for(let i=0;i<30;i++)a=[a,a];a";
    let poison = script(source, "javascript", r#"camunda:asyncBefore="true""#);
    platform.deploy("dana", "poison.bpmn", model("poison", &[&poison])).await.expect(200);
    let instance = platform.run("dana", "poison", json!({})).await.expect(200).id();
    platform.restart().await;
    platform.alive("a script and a restart").await;
    let jobs = format!("/engine-rest/job?processInstanceId={instance}");
    platform
        .until("the job has failed by itself", || async {
            let jobs = platform.get("root", &jobs).await.expect(200).body;
            jobs[0]["exceptionMessage"].as_str().filter(|message| !message.is_empty()).map(drop)
        })
        .await;
    platform.alive("a script that was tried again").await;
    assert!(platform.memory() < 1_000, "{} MiB", platform.memory());
}
