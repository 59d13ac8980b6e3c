# The default policy of Casewright: what each role may do with each kind of resource.
#
# input: {"subject": {"id", "roles", "groups", "tenant", "issuer", "onBehalfOf", "authentication"}, "action", "resource": {"kind", "id", "attributes"}}
# subject.onBehalfOf {"id", "name", "onBehalfOf"}: whose call a machine client of the platform passes on; what a person may do
# was decided where they called. A worker names itself there, and in turn who started the process it works for. resource.attributes.case: the case that something else than a case belongs to; whether the case itself
# may be read is asked besides. subject.issuer: the external provider that vouches for somebody, undefined for built-in accounts.
# subject.authentication {"acr", "amr", "authTime"}: how a person signed in, as their token says; undefined for machine clients.
# Deny is the default. What is undefined or fails denies.
package casewright.access

import rego.v1

default allow := false

# Role -> kind -> actions. "*" is every action. `engine-rest` is the Camunda 7 contract: its operations have two-part actions
# (`deployment:create`), of which "deployment:*" is every one. It shows and changes the engine as it is, whatever case something
# belongs to: what is granted of tasks and instances in /api/v1 is not granted there.
# Who holds `allow-topics` of deployments has the platform's own workers act: these rooms set the variables that name for what.
grants := {
	"case-worker": {
		"case": {"*"},
		"case-batch": {"*"},
		"case-definition": {"read"},
		"task": {"*"},
		"form": {"read", "validate"},
		"queue": {"read", "next"},
		"record": {"read", "create", "update"},
		"record-type": {"read"},
		"saved-view": {"read", "create", "update", "delete"},
		"mail-template": {"read", "create", "update", "delete"},
		"file": {"*"},
		"mail": {"read", "create", "send"},
		"notification": {"*"},
		"process-definition": {"read"},
		"process-instance": {"read", "start", "activate"},
		"incident": {"read"},
		"user": {"read"},
		"group": {"read"},
		"calendar": {"read"},
		"availability": {"read", "update"},
	},
	"supervisor": {
		"case": {"*"},
		"case-batch": {"*"},
		"case-definition": {"read"},
		"task": {"*"},
		"form": {"read", "validate"},
		"queue": {"*"},
		"record": {"*"},
		"record-type": {"read"},
		"saved-view": {"*"},
		"mail-template": {"*"},
		"file": {"*"},
		"mail": {"*"},
		"notification": {"*"},
		"process-definition": {"read"},
		"process-instance": {"read", "start", "activate", "update"},
		"incident": {"*"},
		"user": {"read"},
		"group": {"read"},
		"calendar": {"*"},
		"routing": {"*"},
		"availability": {"*"},
	},
	# Holds cases, erases them and people, and approves what others ask to erase; sees of cases what it takes to decide.
	"privacy-officer": {
		"case": {"read", "hold"},
		"case-definition": {"read"},
		"erasure": {"*"},
		"file": {"read"},
		"mail": {"read"},
		"notification": {"*"},
		"queue": {"read"},
		"task": {"read"},
		"user": {"read"},
		"group": {"read"},
	},
	"process-developer": {
		# Moves cases to another version of their definition, and changes nothing else of them.
		"case": {"read", "migrate"},
		"case-batch": {"*"},
		"case-definition": {"*"},
		"task": {"read"},
		"form": {"*"},
		"queue": {"*"},
		"record": {"read", "create", "update"},
		"record-type": {"*"},
		"saved-view": {"read", "create", "update", "delete"},
		"mail-template": {"read", "create", "update", "delete"},
		"file": {"read", "create"},
		"mail": {"read"},
		"notification": {"*"},
		"deployment": {"read", "create"},
		"process-definition": {"*"},
		"process-instance": {"*"},
		"incident": {"*"},
		"user": {"read"},
		"group": {"read"},
		"engine-rest": {"*"},
		"calendar": {"*"},
		"routing": {"*"},
	},
	# Beside process-developer: deploys models whose tasks the platform's own workers do, with the rights of these.
	"automation-developer": {"deployment": {"read", "create", "allow-topics"}},
	"admin": {"*": {"*"}},
	# Whoever keeps the installation running for all of its organisations; see `operates`.
	"operator": {"engine": {"*"}},
	# Whoever has the data folder, by the command line.
	"system:command-line": {"user": {"*"}},
	# The rooms of the platform, and workers in other languages.
	"system:external-tasks": {
		"engine": {"read"},
		"case": {"*"},
		"case-definition": {"read"},
		"form": {"read"},
		"queue": {"read"},
		"task": {"read"},
		"file": {"*"},
		"mail": {"*"},
		"notification": {"create", "read"},
		"deployment": {"allow-topics"},
		"process-instance": {"read", "start"},
		"user": {"read"},
		"group": {"read"},
		"engine-rest": external_task_work | {"history:read"},
	},
	"system:email-to-case": {
		"case": {"read", "update"},
		"case-definition": {"read"},
		"file": {"*"},
		"mail": {"*"},
		"notification": {"create"},
		"deployment": {"allow-topics"},
		"process-instance": {"read", "start"},
		"process-definition": {"read"},
		"user": {"read"},
		"engine-rest": {"history:read", "process-instance:create", "process-instance:read"},
	},
	"system:case-api": {
		"case": {"*"},
		"task": {"*"},
		"form": {"*"},
		"queue": {"*"},
		"file": {"*"},
		"mail": {"*"},
		"notification": {"*"},
		"deployment": {"allow-topics", "read"},
		"process-definition": {"read", "start"},
		"process-instance": {"*"},
		"incident": {"read"},
		"user": {"read"},
		"group": {"read"},
		"engine-rest": {
			"history:read", "process-definition:read", "process-instance:create", "process-instance:delete",
			"task:assign", "task:claim", "task:complete", "task:delegate", "task:read", "task:unclaim", "variable:read",
		},
	},
	"system:publishers": {
		"case": {"read"},
		"task": {"read"},
		"mail": {"read"},
		"queue": {"read"},
		"notification": {"*"},
		"process-instance": {"read"},
		"user": {"read"},
		"group": {"read"},
	},
	# Collects metrics, and sees why a process is not ready.
	"system:monitoring": {"diagnostics": {"read"}},
	# A worker that does external tasks and nothing else.
	"system:worker": {
		"engine-rest": external_task_work,
		"file": {"read"},
	},
}

# What Camunda's clients for workers call. `external-task:variables` reads variables where the client has a task locked.
external_task_work := {
	"external-task:fetch",
	"external-task:lock",
	"external-task:unlock",
	"external-task:extend",
	"external-task:complete",
	"external-task:fail",
	"external-task:bpmn-error",
	"external-task:variables",
}

# Both "read" and "case:read" are understood; "list" is "read" of many.
action := "read" if {
	bare_action == "list"
} else := bare_action

bare_action := trim_prefix(input.action, sprintf("%s:", [input.resource.kind]))

every_of_its_part := sprintf("%s:*", [split(action, ":")[0]])

# A machine client never takes a role of a person, and the other way round.
roles contains role if {
	some role in input.subject.roles
	startswith(role, "system:") == startswith(input.subject.id, "system:")
}

granted if count(grounds) > 0

# Which grants hold: the words of the table above.
grounds contains {"role": role, "kind": kind, "action": allowed} if {
	some role in roles
	some kind in {input.resource.kind, "*"}
	some allowed in grants[role][kind]
	allowed in {action, "*", every_of_its_part}
}

# Engines of other organisations are for operators of the installation, who are of the organisation that every
# installation has. No other role, of whatever organisation, comes near them.
withholds contains "operators-only" if {
	input.resource.kind == "engine"
	not operates
	not is_machine
}

withheld if count(withholds) > 0

operates if {
	"operator" in roles
	input.subject.tenant == "default"
}

oversees if "admin" in roles

oversees if "supervisor" in roles

is_machine if startswith(input.subject.id, "system:")

allow if {
	granted
	not withheld
}

# Everybody, without any role as well, looks after the account they are signed in with: where that is, and its password.
allow if own_account

own_account if {
	input.resource.kind == "account"
	input.resource.attributes.user == input.subject.id
	action in {"read", "update"}
	not is_machine
}

# What is granted by role and withheld by the resource's attributes: why, in a word that people are told in their language.

# A case may be restricted to groups; its assignee and those who oversee see it still. What belongs to a case follows the
# case: whoever asks about it says which case it is in (`attributes.case`).
withholds contains "restricted" if {
	some groups in restrictions
	is_array(groups)
	not oversees
	not is_machine
	not works_on_case
	not in_one_of(groups)
}

restrictions contains input.resource.attributes.restrictedTo if input.resource.kind in {"case", "record", "record-type"}

restrictions contains input.resource.attributes.case.restrictedTo

works_on_case if {
	input.resource.kind == "case"
	input.resource.attributes.assignee == input.subject.id
}

works_on_case if input.resource.attributes.case.assignee == input.subject.id

# A legal hold is placed and lifted by those who oversee, or look after privacy.
withholds contains "hold-takes-oversight" if {
	input.resource.kind == "case"
	action == "hold"
	not oversees
	not "privacy-officer" in roles
}

# Deleting what others work on takes oversight.
withholds contains "delete-takes-oversight" if {
	input.resource.kind in {"case", "mail", "file", "record", "task"}
	action == "delete"
	not oversees
	not is_machine
	not is_own
}

is_own if input.resource.attributes.createdBy == input.subject.id

# A task of somebody else is completed, given back, escalated and put off by them, or by those who oversee.
withholds contains "taken-by-another" if {
	input.resource.kind == "task"
	action in {"complete", "unclaim", "escalate", "schedule"}
	is_taken_by_another
	not oversees
	not is_machine
}

# A task is claimed by one of its candidates, when it has some.
withholds contains "no-candidate" if {
	input.resource.kind == "task"
	action in {"claim", "complete", "escalate", "schedule"}
	has_candidates
	not is_candidate
	not is_assignee
	not oversees
	not is_machine
}

# Handing work to others takes oversight, except one's own.
withholds contains "taken-by-another" if {
	input.resource.kind == "task"
	action == "assign"
	is_taken_by_another
	not oversees
	not is_machine
}

# Delegated work is given back by who does it, or taken back by who delegated it.
withholds contains "given-by-another" if {
	input.resource.kind == "task"
	action == "resolve"
	is_taken_by_another
	not input.resource.attributes.owner == input.subject.id
	not oversees
	not is_machine
}

# Having somebody else do the work takes having it, or oversight.
withholds contains "not-the-assignee" if {
	input.resource.kind == "task"
	action == "delegate"
	not is_assignee
	not oversees
	not is_machine
}

# A notification is its receiver's alone.
withholds contains "not-the-receiver" if {
	input.resource.kind == "notification"
	input.resource.attributes.user != input.subject.id
	not is_machine
}

# A saved view, or a template of mails, is its owner's, and theirs whom it is shared with. What is shared is changed by its owner and by those who oversee.
withholds contains "not-shared" if {
	input.resource.kind in {"saved-view", "mail-template"}
	not is_own
	not is_shared
}

withholds contains "not-the-owner" if {
	input.resource.kind in {"saved-view", "mail-template"}
	action in {"update", "delete"}
	not is_own
	not oversees
}

# A batch is looked after by who began it, and by those who oversee.
withholds contains "not-the-owner" if {
	input.resource.kind == "case-batch"
	not is_own
	not oversees
}

is_shared if input.resource.attributes.audience == "everyone"

is_shared if {
	input.resource.attributes.audience == "groups"
	in_one_of(input.resource.attributes.groups)
}

is_shared if {
	input.resource.attributes.audience == "groups"
	oversees
}

# A file that a person uploaded and that is in no case is theirs alone, whoever knows its id. What a machine keeps, as the parts
# of a mail, is read by who may read files.
withholds contains "unattached-file" if {
	input.resource.kind == "file"
	is_unattached
	not is_own
	not oversees
	not is_machine
}

is_unattached if input.resource.attributes.state in {"pending", "rejected"}

# By what every case says of itself: which case it is is nobody's business here, and answers are remembered for all.
is_in_case if input.resource.attributes.case.restrictedTo == null

is_in_case if is_array(input.resource.attributes.case.restrictedTo)

is_unattached if {
	input.resource.attributes.state in {"ready", "scanning", "infected"}
	not is_in_case
	not startswith(input.resource.attributes.createdBy, "system:")
}

# A file that is not what it says it is, or in which a virus was found, is for those who oversee to look at, and for nobody else, machines and its uploader included.
withholds contains "inspect-takes-oversight" if {
	input.resource.kind == "file"
	action == "inspect"
	not oversees
}

# The work of a queue that has members is theirs.
withholds contains "not-a-member" if {
	input.resource.kind == "queue"
	action == "next"
	has_members
	not is_member
	not oversees
	not is_machine
}

# When somebody is away is theirs to say, and for those who oversee; what somebody can do is for these.
withholds contains "not-ones-own-absence" if {
	input.resource.kind == "availability"
	action == "update"
	input.resource.attributes.user != input.subject.id
	not oversees
}

has_members if count(input.resource.attributes.members.users) > 0

has_members if count(input.resource.attributes.members.groups) > 0

is_member if input.subject.id in input.resource.attributes.members.users

is_member if in_one_of(input.resource.attributes.members.groups)

is_assignee if input.resource.attributes.assignee == input.subject.id

is_taken_by_another if {
	input.resource.attributes.assignee != null
	not is_assignee
}

has_candidates if count(input.resource.attributes.candidateGroups) > 0

has_candidates if count(input.resource.attributes.candidateUsers) > 0

is_candidate if in_one_of(input.resource.attributes.candidateGroups)

is_candidate if input.subject.id in input.resource.attributes.candidateUsers

in_one_of(groups) if {
	some group in groups
	group in input.subject.groups
}

# What a list may show: a filter document (see the page on policies), undefined: nothing.

filter := {"all": true} if {
	granted
	sees_all
}

filter := {"or": [
	{"isNull": "restrictedTo"},
	{"eq": ["assignee.id", input.subject.id]},
	{"containsAny": ["restrictedTo", input.subject.groups]},
]} if {
	granted
	not sees_all
	input.resource.kind == "case"
}

filter := {"eq": ["ownerId", input.subject.id]} if {
	granted
	not sees_all
	input.resource.kind == "case-batch"
}

# Records are seen as their type is: a list of records asks for the types.
filter := {"or": [
	{"isNull": "restrictedTo"},
	{"containsAny": ["restrictedTo", input.subject.groups]},
]} if {
	granted
	not sees_all
	input.resource.kind == "record-type"
}

filter := {"eq": ["user", input.subject.id]} if {
	granted
	not sees_all
	input.resource.kind == "notification"
}

filter := {"or": [
	{"eq": ["ownerId", input.subject.id]},
	{"eq": ["audience", "everyone"]},
	shared_with_groups,
]} if {
	granted
	not sees_all
	input.resource.kind in {"saved-view", "mail-template"}
}

shared_with_groups := {"eq": ["audience", "groups"]} if oversees

shared_with_groups := {"containsAny": ["groups", input.subject.groups]} if not oversees

# A row of a file does not say which cases it is in: those are found by their cases, a list of files shows one's own.
filter := {"eq": ["createdBy", input.subject.id]} if {
	granted
	not sees_all
	input.resource.kind == "file"
}

sees_all if is_machine

sees_all if {
	oversees
	not input.resource.kind in {"notification", "saved-view", "mail-template", "case-batch"}
}

sees_all if not input.resource.kind in {"case", "notification", "file", "saved-view", "mail-template", "case-batch", "record-type"}

# What the portal shows or hides: "kind:action"; "*" stays "*".
permissions contains sprintf("%s:%s", [kind, allowed]) if {
	some role in roles
	some kind, actions in grants[role]
	some allowed in actions
}

# Why it is decided so, for those who ask: what grants it, and what withholds it. Nothing is decided by this.

reasons contains object.union({"code": "granted"}, ground) if some ground in grounds

reasons contains {"code": "own-account"} if own_account

reasons contains {"code": "not-granted"} if {
	not granted
	not own_account
}

reasons contains {"code": code} if {
	some code in withholds
	code != "restricted"
}

reasons contains {"code": "restricted", "groups": groups} if {
	"restricted" in withholds
	some groups in restrictions
	is_array(groups)
}
