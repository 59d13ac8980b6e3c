//! The users that most tests know, each with the same password.

use casewright_access::Access;
use casewright_access::accounts::NewUser;
use casewright_journal::TenantId;

pub const PASSWORD: &str = "correct horse battery staple";

/// Who makes the accounts.
const BY: &str = "system:test";

/// A user of the directory.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub id: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub groups: &'static [&'static str],
}

/// Case worker of the group claims.
pub const ANNA: Person = Person { id: "anna", name: "Anna Meyer", role: "case-worker", groups: &["claims"] };
/// Supervisor of the group claims.
pub const BEN: Person = Person { id: "ben", name: "Ben Okafor", role: "supervisor", groups: &["claims"] };
/// Case worker of no group.
pub const CARL: Person = Person { id: "carl", name: "Carl Brandt", role: "case-worker", groups: &[] };
/// Process developer.
pub const DANA: Person = Person { id: "dana", name: "Dana Silva", role: "process-developer", groups: &[] };

/// Makes accounts, and a group `claims`.
pub async fn register(access: &Access, people: &[Person]) {
    let (tenant, accounts) = (TenantId::default(), access.accounts());
    accounts.ensure_group(&tenant, BY, "claims", "Claims").await.unwrap();
    for person in people {
        let user = NewUser {
            id: person.id.to_owned(),
            name: person.name.to_owned(),
            email: format!("{}@harbor.example", person.id),
            roles: vec![person.role.to_owned()],
            groups: person.groups.iter().map(|group| (*group).to_owned()).collect(),
        };
        accounts.ensure_user(&tenant, BY, user).await.unwrap();
        accounts.set_password(&tenant, BY, person.id, PASSWORD).await.unwrap();
    }
}
