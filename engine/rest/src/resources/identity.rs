//! Users, groups, tenants, authorizations and filters: criteria, sort keys and fields.

use crate::error::RestResult;
use crate::query::{Context, Field, Input, Resource, Rule, Through, c, no_check};
use casewright_access::accounts::{GROUP_VIEW, MEMBER_VIEW, USER_VIEW};
use casewright_contracts::{GroupRow, MemberRow, UserRow};
use casewright_engine_views::criteria::{eq, in_view};
use casewright_engine_views::{self as views, AuthorizationRow, FilterRow, MembershipRow, TenantRow};
use casewright_journal::Filter;

/// Through the groups of a user.
const USER_IN_GROUP: Through = Through { field: UserRow::ID, view: MEMBER_VIEW, select: MemberRow::USER_ID };

/// Through the tenants of a user.
const USER_MEMBERSHIP: Through =
    Through { field: UserRow::ID, view: views::MEMBERSHIP, select: MembershipRow::USER_ID };

/// Through the users of a group.
const GROUP_OF_USER: Through = Through { field: GroupRow::ID, view: MEMBER_VIEW, select: MemberRow::GROUP_ID };

/// Through the tenants of a group.
const GROUP_MEMBERSHIP: Through =
    Through { field: GroupRow::ID, view: views::MEMBERSHIP, select: MembershipRow::GROUP_ID };

pub(crate) const USER: Resource = Resource {
    view: USER_VIEW,
    criteria: &[
        c("id", Rule::Text(UserRow::ID)),
        c("idIn", Rule::TextIn(UserRow::ID)),
        c("firstName", Rule::Text(UserRow::FIRST_NAME)),
        c("firstNameLike", Rule::Like(UserRow::FIRST_NAME)),
        c("lastName", Rule::Text(UserRow::LAST_NAME)),
        c("lastNameLike", Rule::Like(UserRow::LAST_NAME)),
        c("email", Rule::Text(UserRow::EMAIL)),
        c("emailLike", Rule::Like(UserRow::EMAIL)),
        c("memberOfGroup", Rule::Through(USER_IN_GROUP, &Rule::Text(MemberRow::GROUP_ID))),
        c("memberOfTenant", Rule::Through(USER_MEMBERSHIP, &Rule::Text(MembershipRow::TENANT))),
        c("potentialStarter", Rule::Never),
    ],
    sorts: &[
        ("userId", UserRow::ID),
        ("firstName", UserRow::FIRST_NAME),
        ("lastName", UserRow::LAST_NAME),
        ("email", UserRow::EMAIL),
    ],
    fields: &[
        Field::Plain(UserRow::ID),
        Field::Plain(UserRow::FIRST_NAME),
        Field::Plain(UserRow::LAST_NAME),
        Field::Text(UserRow::EMAIL),
    ],
    check: no_check,
};

pub(crate) const GROUP: Resource = Resource {
    view: GROUP_VIEW,
    criteria: &[
        c("id", Rule::Text(GroupRow::ID)),
        c("idIn", Rule::TextIn(GroupRow::ID)),
        c("name", Rule::Text(GroupRow::NAME)),
        c("nameLike", Rule::Like(GroupRow::NAME)),
        c("type", Rule::Text(GroupRow::TYPE)),
        c("member", Rule::Through(GROUP_OF_USER, &Rule::Text(MemberRow::USER_ID))),
        c("memberOfTenant", Rule::Through(GROUP_MEMBERSHIP, &Rule::Text(MembershipRow::TENANT))),
    ],
    sorts: &[("id", GroupRow::ID), ("name", GroupRow::NAME), ("type", GroupRow::TYPE)],
    fields: &[Field::Plain(GroupRow::ID), Field::Plain(GroupRow::NAME), Field::Plain(GroupRow::TYPE)],
    check: no_check,
};

const TENANT_MEMBERSHIP: Through =
    Through { field: TenantRow::ID, view: views::MEMBERSHIP, select: MembershipRow::TENANT };

pub(crate) const TENANT: Resource = Resource {
    view: views::TENANT,
    criteria: &[
        c("id", Rule::Text(TenantRow::ID)),
        c("name", Rule::Text(TenantRow::NAME)),
        c("nameLike", Rule::Like(TenantRow::NAME)),
        c("userMember", Rule::Custom(user_member)),
        c("groupMember", Rule::Through(TENANT_MEMBERSHIP, &Rule::Text(MembershipRow::GROUP_ID))),
    ],
    sorts: &[("id", TenantRow::ID), ("name", TenantRow::NAME)],
    fields: &[Field::Plain(TenantRow::ID), Field::Plain(TenantRow::NAME)],
    check: no_check,
};

fn user_member(input: &Input, name: &'static str, _: &Context, out: &mut Vec<Filter>) -> RestResult<()> {
    let Some(user) = input.text(name)? else {
        return Ok(());
    };
    let own = eq(MembershipRow::USER_ID, user.clone());
    let filter = if input.boolean("includingGroupsOfUser")? == Some(true) {
        Filter::Or(vec![
            own,
            in_view(MembershipRow::GROUP_ID, MEMBER_VIEW, MemberRow::GROUP_ID, eq(MemberRow::USER_ID, user)),
        ])
    } else {
        own
    };
    out.push(TENANT_MEMBERSHIP.filter(filter));
    Ok(())
}

pub(crate) const AUTHORIZATION: Resource = Resource {
    view: views::AUTHORIZATION,
    criteria: &[
        c("id", Rule::Text(AuthorizationRow::ID)),
        c("type", Rule::Int(AuthorizationRow::TYPE)),
        c("userIdIn", Rule::TextIn(AuthorizationRow::USER_ID)),
        c("groupIdIn", Rule::TextIn(AuthorizationRow::GROUP_ID)),
        c("resourceType", Rule::Int(AuthorizationRow::RESOURCE_TYPE)),
        c("resourceId", Rule::Text(AuthorizationRow::RESOURCE_ID)),
    ],
    sorts: &[("resourceType", AuthorizationRow::RESOURCE_TYPE), ("resourceId", AuthorizationRow::RESOURCE_ID)],
    fields: &[
        Field::Plain(AuthorizationRow::ID),
        Field::Plain(AuthorizationRow::TYPE),
        Field::Plain(AuthorizationRow::PERMISSIONS),
        Field::Plain(AuthorizationRow::USER_ID),
        Field::Plain(AuthorizationRow::GROUP_ID),
        Field::Plain(AuthorizationRow::RESOURCE_TYPE),
        Field::Plain(AuthorizationRow::RESOURCE_ID),
        Field::Date(AuthorizationRow::REMOVAL_TIME),
        Field::Plain(AuthorizationRow::ROOT_PROCESS_INSTANCE_ID),
    ],
    check: no_check,
};

pub(crate) const FILTER: Resource = Resource {
    view: views::FILTER,
    criteria: &[
        c("filterId", Rule::Text(FilterRow::ID)),
        c("resourceType", Rule::Text(FilterRow::RESOURCE_TYPE)),
        c("name", Rule::Text(FilterRow::NAME)),
        c("nameLike", Rule::Like(FilterRow::NAME)),
        c("owner", Rule::Text(FilterRow::OWNER)),
    ],
    sorts: &[
        ("filterId", FilterRow::ID),
        ("resourceType", FilterRow::RESOURCE_TYPE),
        ("name", FilterRow::NAME),
        ("owner", FilterRow::OWNER),
    ],
    fields: &[
        Field::Plain(FilterRow::ID),
        Field::Plain(FilterRow::RESOURCE_TYPE),
        Field::Plain(FilterRow::NAME),
        Field::Plain(FilterRow::OWNER),
        Field::Plain(FilterRow::QUERY),
        Field::Plain(FilterRow::PROPERTIES),
    ],
    check: no_check,
};
