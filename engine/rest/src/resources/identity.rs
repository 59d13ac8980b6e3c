//! Users, groups, tenants, authorizations and filters: criteria, sort keys and fields.

use crate::error::RestResult;
use crate::query::{Context, Field, Input, Resource, Rule, Through, c, no_check};
use casewright_access::accounts::{GROUP_VIEW, MEMBER_VIEW, USER_VIEW};
use casewright_engine_views as views;
use casewright_engine_views::criteria::{eq, in_view};
use casewright_journal::Filter;

/// Through the groups of a user.
const USER_IN_GROUP: Through = Through { field: "id", view: MEMBER_VIEW, select: "userId" };

/// Through the tenants of a user.
const USER_MEMBERSHIP: Through = Through { field: "id", view: views::MEMBERSHIP, select: "userId" };

/// Through the users of a group.
const GROUP_OF_USER: Through = Through { field: "id", view: MEMBER_VIEW, select: "groupId" };

/// Through the tenants of a group.
const GROUP_MEMBERSHIP: Through = Through { field: "id", view: views::MEMBERSHIP, select: "groupId" };

pub(crate) const USER: Resource = Resource {
    view: USER_VIEW,
    criteria: &[
        c("id", Rule::Text("id")),
        c("idIn", Rule::TextIn("id")),
        c("firstName", Rule::Text("firstName")),
        c("firstNameLike", Rule::Like("firstName")),
        c("lastName", Rule::Text("lastName")),
        c("lastNameLike", Rule::Like("lastName")),
        c("email", Rule::Text("email")),
        c("emailLike", Rule::Like("email")),
        c("memberOfGroup", Rule::Through(USER_IN_GROUP, &Rule::Text("groupId"))),
        c("memberOfTenant", Rule::Through(USER_MEMBERSHIP, &Rule::Text("tenant"))),
        c("potentialStarter", Rule::Never),
    ],
    sorts: &[("userId", "id"), ("firstName", "firstName"), ("lastName", "lastName"), ("email", "email")],
    fields: &[Field::Plain("id"), Field::Plain("firstName"), Field::Plain("lastName"), Field::Text("email")],
    check: no_check,
};

pub(crate) const GROUP: Resource = Resource {
    view: GROUP_VIEW,
    criteria: &[
        c("id", Rule::Text("id")),
        c("idIn", Rule::TextIn("id")),
        c("name", Rule::Text("name")),
        c("nameLike", Rule::Like("name")),
        c("type", Rule::Text("type")),
        c("member", Rule::Through(GROUP_OF_USER, &Rule::Text("userId"))),
        c("memberOfTenant", Rule::Through(GROUP_MEMBERSHIP, &Rule::Text("tenant"))),
    ],
    sorts: &[("id", "id"), ("name", "name"), ("type", "type")],
    fields: &[Field::Plain("id"), Field::Plain("name"), Field::Plain("type")],
    check: no_check,
};

const TENANT_MEMBERSHIP: Through = Through { field: "id", view: views::MEMBERSHIP, select: "tenant" };

pub(crate) const TENANT: Resource = Resource {
    view: views::TENANT,
    criteria: &[
        c("id", Rule::Text("id")),
        c("name", Rule::Text("name")),
        c("nameLike", Rule::Like("name")),
        c("userMember", Rule::Custom(user_member)),
        c("groupMember", Rule::Through(TENANT_MEMBERSHIP, &Rule::Text("groupId"))),
    ],
    sorts: &[("id", "id"), ("name", "name")],
    fields: &[Field::Plain("id"), Field::Plain("name")],
    check: no_check,
};

fn user_member(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let Some(user) = input.text(name)? else {
        return Ok(());
    };
    let own = eq("userId", user.clone());
    let filter = if input.boolean("includingGroupsOfUser")? == Some(true) {
        Filter::Or(vec![own, in_view("groupId", MEMBER_VIEW, "groupId", eq("userId", user))])
    } else {
        own
    };
    out.push(TENANT_MEMBERSHIP.filter(filter));
    Ok(())
}

pub(crate) const AUTHORIZATION: Resource = Resource {
    view: views::AUTHORIZATION,
    criteria: &[
        c("id", Rule::Text("id")),
        c("type", Rule::Int("type")),
        c("userIdIn", Rule::TextIn("userId")),
        c("groupIdIn", Rule::TextIn("groupId")),
        c("resourceType", Rule::Int("resourceType")),
        c("resourceId", Rule::Text("resourceId")),
    ],
    sorts: &[("resourceType", "resourceType"), ("resourceId", "resourceId")],
    fields: &[
        Field::Plain("id"),
        Field::Plain("type"),
        Field::Plain("permissions"),
        Field::Plain("userId"),
        Field::Plain("groupId"),
        Field::Plain("resourceType"),
        Field::Plain("resourceId"),
        Field::Date("removalTime"),
        Field::Plain("rootProcessInstanceId"),
    ],
    check: no_check,
};

pub(crate) const FILTER: Resource = Resource {
    view: views::FILTER,
    criteria: &[
        c("filterId", Rule::Text("id")),
        c("resourceType", Rule::Text("resourceType")),
        c("name", Rule::Text("name")),
        c("nameLike", Rule::Like("name")),
        c("owner", Rule::Text("owner")),
    ],
    sorts: &[("filterId", "id"), ("resourceType", "resourceType"), ("name", "name"), ("owner", "owner")],
    fields: &[
        Field::Plain("id"),
        Field::Plain("resourceType"),
        Field::Plain("name"),
        Field::Plain("owner"),
        Field::Plain("query"),
        Field::Plain("properties"),
    ],
    check: no_check,
};
