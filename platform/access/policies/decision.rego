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
