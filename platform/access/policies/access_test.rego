# Tests of the default policy; `opa test` runs them too.
package casewright.access_test

import data.casewright.access
import rego.v1

anna := {"id": "anna", "roles": ["case-worker"], "groups": ["claims"], "tenant": "default"}

sue := {"id": "sue", "roles": ["supervisor"], "groups": [], "tenant": "default"}

task(assignee, groups) := {
	"kind": "task", "id": "1",
	"attributes": {"assignee": assignee, "candidateGroups": groups, "candidateUsers": []},
}

asks(subject, action, resource) := {"subject": subject, "action": action, "resource": resource}

test_without_a_role_nothing_is_allowed if {
	not access.allow with input as asks({"id": "x", "roles": [], "groups": []}, "read", task(null, []))
}

test_a_candidate_claims if {
	access.allow with input as asks(anna, "claim", task(null, ["claims"]))
}

test_somebody_else_does_not_claim if {
	not access.allow with input as asks(anna, "claim", task(null, ["audit"]))
}

test_the_assignee_completes if {
	access.allow with input as asks(anna, "complete", task("anna", ["audit"]))
}

test_work_is_delegated_by_who_has_it_and_by_those_who_oversee if {
	access.allow with input as asks(anna, "delegate", task("anna", ["claims"]))
	access.allow with input as asks(sue, "delegate", task("ben", ["claims"]))
	not access.allow with input as asks(anna, "delegate", task("ben", ["claims"]))
	not access.allow with input as asks(anna, "delegate", task(null, ["claims"]))
}

test_who_has_delegated_work_takes_it_back if {
	delegated := object.union(task("ben", []), {"attributes": {"owner": "anna"}})
	access.allow with input as asks(anna, "resolve", delegated)
	not access.allow with input as asks(anna, "complete", delegated)
}

test_what_becomes_of_a_task_is_its_assignees_to_say if {
	every action in {"resolve", "escalate", "schedule"} {
		access.allow with input as asks(anna, action, task("anna", ["claims"]))
		access.allow with input as asks(sue, action, task("ben", ["claims"]))
		not access.allow with input as asks(anna, action, task("ben", ["claims"]))
	}
	not access.allow with input as asks(anna, "schedule", task(null, ["audit"]))
}

test_a_task_of_somebody_else_is_not_completed if {
	not access.allow with input as asks(anna, "complete", task("ben", ["claims"]))
}

test_a_supervisor_completes_for_others if {
	access.allow with input as asks(sue, "complete", task("ben", ["audit"]))
}

test_a_restricted_case_is_hidden_from_other_groups if {
	resource := {"kind": "case", "id": "1", "attributes": {"restrictedTo": ["audit"], "assignee": "ben"}}
	not access.allow with input as asks(anna, "read", resource)
	access.allow with input as asks(sue, "read", resource)
}

test_a_restricted_case_is_seen_by_its_assignee_and_its_groups if {
	mine := {"kind": "case", "id": "1", "attributes": {"restrictedTo": ["audit"], "assignee": "anna"}}
	access.allow with input as asks(anna, "read", mine)
	ours := {"kind": "case", "id": "1", "attributes": {"restrictedTo": ["claims"], "assignee": "ben"}}
	access.allow with input as asks(anna, "read", ours)
}

test_a_person_cannot_hold_a_machine_role if {
	mallory := {"id": "mallory", "roles": ["system:external-tasks"], "groups": []}
	not access.allow with input as asks(mallory, "create", {"kind": "case", "id": "", "attributes": {}})
}

test_a_list_of_cases_is_narrowed_for_a_case_worker_only if {
	kind := {"kind": "case", "id": "", "attributes": {}}
	access.filter == {"all": true} with input as asks(sue, "list", kind)
	access.filter.or[1] == {"eq": ["assignee.id", "anna"]} with input as asks(anna, "list", kind)
}

in_case(kind, groups, assignee) := {
	"kind": kind, "id": "1",
	"attributes": {"case": {"restrictedTo": groups, "assignee": assignee}},
}

test_what_belongs_to_a_restricted_case_is_hidden_with_it if {
	every kind in {"task", "mail", "file", "process-instance", "incident"} {
		not access.allow with input as asks(anna, "read", in_case(kind, ["audit"], "ben"))
		not access.allow with input as asks(anna, "read", in_case(kind, ["audit"], null))
		not access.allow with input as asks(anna, "read", in_case(kind, [], null))
		access.allow with input as asks(anna, "read", in_case(kind, null, null))
		access.allow with input as asks(anna, "read", in_case(kind, ["claims"], "ben"))
		access.allow with input as asks(anna, "read", in_case(kind, ["audit"], "anna"))
		access.allow with input as asks(sue, "read", in_case(kind, ["audit"], "ben"))
	}
}

file(state, owner) := {"kind": "file", "id": "1", "attributes": {"state": state, "createdBy": owner}}

test_a_file_in_no_case_is_its_uploaders_until_it_is_in_one if {
	every state in {"pending", "ready", "scanning", "infected"} {
		not access.allow with input as asks(anna, "read", file(state, "ben"))
		access.allow with input as asks(anna, "read", file(state, "anna"))
		access.allow with input as asks(sue, "read", file(state, "ben"))
	}
	attached := {"state": "ready", "createdBy": "ben", "case": {"restrictedTo": null, "assignee": null}}
	access.allow with input as asks(anna, "read", {"kind": "file", "id": "1", "attributes": attached})
	access.allow with input as asks(anna, "read", file("ready", "system:email-to-case"))
	filter := access.filter with input as asks(anna, "list", {"kind": "file", "id": "", "attributes": {}})
	filter == {"eq": ["createdBy", "anna"]}
}

queue(users, groups) := {"kind": "queue", "id": "1", "attributes": {"members": {"users": users, "groups": groups}}}

test_the_work_of_a_queue_is_its_members if {
	access.allow with input as asks(anna, "next", queue([], []))
	access.allow with input as asks(anna, "next", queue(["anna"], ["audit"]))
	access.allow with input as asks(anna, "next", queue([], ["claims"]))
	access.allow with input as asks(sue, "next", queue([], ["audit"]))
	not access.allow with input as asks(anna, "next", queue([], ["audit"]))
	not access.allow with input as asks(anna, "next", queue(["ben"], []))
}

operation(role, action) := {
	"subject": {"id": role, "roles": [role], "groups": []}, "action": action,
	"resource": {"kind": "engine-rest", "id": "/x", "attributes": {"method": "POST"}},
}

test_a_worker_does_external_tasks_and_nothing_else_of_the_engine if {
	every action in {"external-task:fetch", "external-task:complete", "external-task:variables"} {
		access.allow with input as operation("system:worker", action)
	}
	every action in {"external-task:read", "external-task:update", "deployment:create", "variable:read", "history:read"} {
		not access.allow with input as operation("system:worker", action)
	}
}

test_what_is_granted_of_tasks_and_instances_is_not_granted_of_the_engine if {
	every action in {"task:complete", "process-instance:read", "process-instance:create"} {
		not access.allow with input as operation("case-worker", action)
	}
}

task_of(owner) := {"kind": "task", "id": "1", "attributes": {"createdBy": owner, "case": {"restrictedTo": null, "assignee": null}}}

test_a_task_that_somebody_added_is_deleted_by_them_and_by_those_who_oversee if {
	access.allow with input as asks(anna, "delete", task_of("anna"))
	access.allow with input as asks(sue, "delete", task_of("anna"))
	not access.allow with input as asks(anna, "delete", task_of("ben"))
}

pia := {"id": "pia", "roles": ["privacy-officer"], "groups": [], "tenant": "default"}

test_a_hold_is_of_those_who_oversee_or_look_after_privacy if {
	case := {"kind": "case", "id": "1", "attributes": {"restrictedTo": null, "assignee": "anna"}}
	access.allow with input as asks(sue, "hold", case)
	access.allow with input as asks(pia, "hold", case)
	not access.allow with input as asks(anna, "hold", case)
	not access.allow with input as asks(pia, "update", case)
}

test_an_erasure_is_of_those_who_look_after_privacy if {
	every action in {"read", "search", "create", "approve"} {
		access.allow with input as asks(pia, action, {"kind": "erasure", "id": "", "attributes": {}})
		not access.allow with input as asks(anna, action, {"kind": "erasure", "id": "", "attributes": {}})
		not access.allow with input as asks(sue, action, {"kind": "erasure", "id": "", "attributes": {}})
	}
}
