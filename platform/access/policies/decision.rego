# How the default policy and the administrator's own come together. Own files are of package `casewright.local`:
# `allow` adds, `deny` takes away and wins, `filter` narrows lists further.
package casewright.decision

import rego.v1

default allow := false

default operation := false

default permissions := []

allow if {
	data.casewright.access.allow
	not data.casewright.local.deny
}

allow if {
	data.casewright.local.allow
	not data.casewright.local.deny
}

# An operation of /engine-rest has an action of its own (`deployment:create`). What policies say of `read` and `write` they say of
# each operation, by the method of its request.
operation if {
	permitted
	not forbidden
}

permitted if data.casewright.access.allow

permitted if data.casewright.local.allow

permitted if data.casewright.access.allow with input.action as by_method

permitted if data.casewright.local.allow with input.action as by_method

forbidden if data.casewright.local.deny

forbidden if data.casewright.local.deny with input.action as by_method

by_method := "read" if {
	input.resource.attributes.method in {"GET", "HEAD", "OPTIONS"}
} else := "write"

filter := {"and": [data.casewright.access.filter, data.casewright.local.filter]} if {
	not data.casewright.local.deny
}

filter := data.casewright.access.filter if {
	not data.casewright.local.filter
	not data.casewright.local.deny
}

permissions := data.casewright.access.permissions

# Why: the words of the default policy and of the administrator's own (`reasons`, objects with a `code`). A policy in place of the
# default one that gives no reasons leaves this undefined: then there is the decision, and nothing is said about it.
reasons := data.casewright.access.reasons | own_reasons

own_reasons contains {"code": "denied-by-own-policy"} if data.casewright.local.deny

own_reasons contains {"code": "allowed-by-own-policy"} if data.casewright.local.allow

own_reasons contains reason if some reason in data.casewright.local.reasons

# Of an operation of /engine-rest, what is said of it by its method besides.
operation_reasons := reasons | method_reasons

method_reasons contains {"code": "by-method", "action": by_method} if data.casewright.access.allow with input.action as by_method

method_reasons contains {"code": "by-method", "action": by_method} if data.casewright.local.allow with input.action as by_method

method_reasons contains {"code": "denied-by-own-policy"} if forbidden
