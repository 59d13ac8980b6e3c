# How the default policy and the administrator's own come together. Own files are of package `casewright.local`:
# `allow` adds, `deny` takes away and wins, `filter` narrows lists further.
package casewright.decision

import rego.v1

default allow := false

default permissions := []

allow if {
	data.casewright.access.allow
	not data.casewright.local.deny
}

allow if {
	data.casewright.local.allow
	not data.casewright.local.deny
}

filter := {"and": [data.casewright.access.filter, data.casewright.local.filter]} if {
	not data.casewright.local.deny
}

filter := data.casewright.access.filter if {
	not data.casewright.local.filter
	not data.casewright.local.deny
}

permissions := data.casewright.access.permissions
