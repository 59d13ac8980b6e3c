"""A worker as its author would write it for Camunda 7, on the unmodified client. It authenticates with an access token."""

import json
import os
import traceback

from camunda.external_task.external_task_worker import ExternalTaskWorker

CONFIG = {
    "maxTasks": 1,
    "usePriority": True,
    "lockDuration": 20000,
    "asyncResponseTimeout": 10000,
    "sleepSeconds": 1,
    "auth_bearer": {"access_token": os.environ["CASEWRIGHT_TOKEN"]},
}


def expect(name, found, wanted):
    if found != wanted or type(found) is not type(wanted):
        raise ValueError(f"{name} is {found!r}, not {wanted!r}")


def echo(task):
    variables = task.get_variables()
    note = json.loads(variables["note"])
    expect("text", variables["text"], "grün & gut")
    expect("whole", variables["whole"], 41)
    expect("large", variables["large"], 4_200_000_000)
    expect("ratio", variables["ratio"], 2.5)
    expect("flag", variables["flag"], True)
    expect("day", variables["day"], "2026-11-21T12:00:00.000+0000")
    expect("note", note, {"a": [1, 2]})
    expect("nothing", variables["nothing"], None)
    return task.complete(
        {
            "outText": variables["text"] + "!",
            "outWhole": variables["whole"] + 1,
            "outLarge": {"value": variables["large"] + 1, "type": "Long"},
            "outRatio": variables["ratio"] * 2.5,
            "outFlag": not variables["flag"],
            "outDay": {"value": "2026-11-22T12:00:00.000+0000", "type": "Date"},
            "outNote": {"value": json.dumps({**note, "b": True}), "type": "Json"},
        },
        {"scratch": "local"},
    )


def flaky(task):
    if task.get_variable("mended"):
        return task.complete()
    return task.failure("no paper", "tray 2 is empty", max_retries=1, retry_timeout=0)


def reject(task):
    return task.bpmn_error("REJECTED", "not for us", {"reason": "too heavy"})


def rank(task):
    return task.complete()


HANDLERS = {"echo": echo, "flaky": flaky, "reject": reject, "rank": rank}


def handle(task):
    try:
        return HANDLERS[task.get_topic_name()](task)
    except Exception as error:
        traceback.print_exc()
        return task.failure(str(error), traceback.format_exc(), max_retries=0, retry_timeout=0)


worker = ExternalTaskWorker(worker_id="python", base_url=os.environ["CASEWRIGHT_URL"] + "/engine-rest", config=CONFIG)
worker.subscribe(list(HANDLERS), handle)
