//! Users and groups of earlier releases become accounts.

use casewright_access::AccessError;
use casewright_access::accounts::{Accounts, Profile};
use casewright_engine_runtime::{Caller, Engine, EngineError};
use casewright_engine_views::{self as views, CredentialRow, GroupRow, MembershipRow, UserRow};
use casewright_journal::{Column, Document, Filter, Query, StoreError};
use smol_str::SmolStr;

/// Users, groups and memberships that earlier releases kept as records of their own become accounts. An account that is
/// there already stays as it is, and gets the groups. A record goes when its account is durable, so a start that was
/// interrupted is repeated without harm.
///
/// # Errors
/// The journal is not available: the next start tries again.
pub async fn adopt_people(engine: &Engine, accounts: &Accounts) -> Result<(), EngineError> {
    Adoption { engine, accounts }.adopt_all().await
}

/// The records to adopt, and whose they become.
struct Adoption<'a> {
    engine: &'a Engine,
    accounts: &'a Accounts,
}

impl Adoption<'_> {
    async fn adopt_all(&self) -> Result<(), EngineError> {
        let groups = self.engine.journal().query(&Query::new(views::USER_GROUP, Filter::All)).await?;
        for (id, row) in groups.rows {
            self.adopt(views::USER_GROUP, &id, self.adopt_group(&id, &row).await).await?;
        }
        let users = self.engine.journal().query(&Query::new(views::USER, Filter::All)).await?;
        for (id, row) in users.rows {
            self.adopt(views::USER, &id, self.adopt_user(&id, &row).await).await?;
        }
        let of_users = Filter::And(vec![
            Filter::NotNull(MembershipRow::USER_ID.into()),
            Filter::NotNull(MembershipRow::GROUP_ID.into()),
        ]);
        let members = self.engine.journal().query(&Query::new(views::MEMBERSHIP, of_users)).await?;
        for (id, row) in members.rows {
            let (user, group) = (
                MembershipRow::USER_ID.text(&row).unwrap_or_default(),
                MembershipRow::GROUP_ID.text(&row).unwrap_or_default(),
            );
            let joined = self.accounts.join(self.engine.tenant(), ADOPTER, user, group).await.map(drop);
            self.adopt(views::MEMBERSHIP, &id, joined).await?;
        }
        Ok(())
    }

    /// Forgets a record that has become an account. What cannot become one is kept and told of.
    async fn adopt(
        &self,
        view: &'static str,
        id: &SmolStr,
        outcome: Result<(), AccessError>,
    ) -> Result<(), EngineError> {
        match outcome {
            Ok(()) => self.engine.records().forget(&Caller::default(), view, id).await,
            Err(AccessError::Journal(error)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(view, %id, %error, "a record of before cannot become an account; it is kept as it is");
                Ok(())
            }
        }
    }

    async fn adopt_group(&self, id: &str, row: &Document) -> Result<(), AccessError> {
        if self.accounts.group(self.engine.tenant(), id).await?.is_some() {
            return Ok(());
        }
        self.accounts
            .describe_group(self.engine.tenant(), ADOPTER, id, GroupRow::NAME.text(row), GroupRow::TYPE.text(row))
            .await
    }

    async fn adopt_user(&self, id: &str, row: &Document) -> Result<(), AccessError> {
        let (accounts, tenant) = (self.accounts, self.engine.tenant());
        if accounts.user(tenant, id).await?.is_none() {
            let name = |column: Column| column.text(row).map(str::to_owned);
            let profile = Profile {
                first_name: name(UserRow::FIRST_NAME),
                last_name: name(UserRow::LAST_NAME),
                email: name(UserRow::EMAIL),
            };
            accounts.create_profile(tenant, ADOPTER, id, &profile).await?;
        }
        let credential = self.engine.journal().get(views::CREDENTIAL, id).await?;
        let Some(hash) = credential.as_ref().and_then(|row| CredentialRow::HASH.text(row)) else {
            return Ok(());
        };
        if !accounts.has_password(tenant, id).await? {
            accounts.adopt_hash(tenant, ADOPTER, id, hash).await?;
        }
        let forgotten = self.engine.records().forget(&Caller::default(), views::CREDENTIAL, id).await;
        // The record of the user is still there: the next start forgets it.
        forgotten.map_err(|error| StoreError::caused("a password that became an account's is kept", error).into())
    }
}

/// Who is named in the journal when records become accounts.
const ADOPTER: &str = "system:engine";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence;
    use casewright_engine_runtime::EngineConfig;
    use casewright_engine_views::aggregate::record::key;
    use casewright_engine_views::aggregate::{Record, RecordEvent};
    use casewright_engine_views::projectors;
    use casewright_journal::{CommandContext, DecideContext, Decision, Journal, JournalConfig, StoreConfig};
    use serde_json::{Value as Json, json};
    use tokio_util::sync::CancellationToken;

    /// As an earlier release kept it.
    async fn record(engine: &Engine, view: &'static str, id: &str, document: Json) {
        let document = document.as_object().cloned().expect("an object");
        let decide = move |_: &Record, _: &DecideContext| {
            let put = RecordEvent::RecordPut { view: view.to_owned(), document: document.clone() };
            Ok::<_, ()>(Decision { events: vec![put], answer: () })
        };
        let key = key(view, id);
        let stored = engine.journal().execute::<Record, _, _, _>(&key, CommandContext::default(), decide);
        stored.await.expect("a record");
    }

    fn hash(password: &str) -> String {
        use argon2::PasswordHasher as _;
        let hash: argon2::password_hash::phc::PasswordHash =
            argon2::Argon2::default().hash_password(password.as_bytes()).expect("a hash");
        hash.to_string()
    }

    #[tokio::test]
    async fn records_of_an_earlier_release_become_accounts_and_nothing_is_lost() {
        let mut all = projectors();
        all.extend(casewright_access::projectors());
        let journal = Journal::open(JournalConfig::new(StoreConfig::MemorySqlite), all).await.expect("a journal");
        let accounts = Accounts::ephemeral(journal.clone());
        let start = Engine::start(journal, EngineConfig::default(), sentence, CancellationToken::new());
        let engine = start.await.expect("an engine");
        let tenant = engine.tenant().clone();
        let known = Profile { last_name: Some("Known".to_owned()), ..Profile::default() };
        accounts.create_profile(&tenant, "test", "known", &known).await.expect("an account");
        accounts.set_any_password(&tenant, "test", "known", "mine").await.expect("a password");

        let user = |id: &str, last: &str| json!({"id": id, "firstName": "Jo", "lastName": last, "email": "j@example"});
        record(&engine, views::USER, "JoDoe", user("JoDoe", "Doe")).await;
        record(&engine, views::CREDENTIAL, "JoDoe", json!({"id": "JoDoe", "hash": hash("demo")})).await;
        record(&engine, views::USER, "known", user("known", "Other")).await;
        record(&engine, views::CREDENTIAL, "known", json!({"id": "known", "hash": hash("theirs")})).await;
        let long = "x".repeat(65);
        record(&engine, views::USER, &long, user(&long, "Long")).await;
        record(&engine, views::USER_GROUP, "clerks", json!({"id": "clerks", "name": "Clerks", "type": "WORKFLOW"}))
            .await;
        record(&engine, views::MEMBERSHIP, "m1", json!({"groupId": "clerks", "userId": "JoDoe"})).await;
        record(&engine, views::MEMBERSHIP, "m2", json!({"groupId": "clerks", "userId": "known"})).await;
        record(&engine, views::MEMBERSHIP, "m3", json!({"tenant": "acme", "userId": "JoDoe"})).await;
        for _ in 0..2 {
            adopt_people(&engine, &accounts).await.expect("taken over");
        }

        let doe = accounts.user(&tenant, "JoDoe").await.expect("accounts").expect("Jo Doe");
        assert_eq!((doe.first_name(), doe.last_name(), doe.email.as_str()), (Some("Jo"), Some("Doe"), "j@example"));
        assert_eq!((doe.groups.as_slice(), doe.roles.len()), (&["clerks".to_owned()][..], 0));
        assert!(accounts.is_password(&tenant, "JoDoe", "demo").await.expect("accounts"));
        let known = accounts.user(&tenant, "known").await.expect("accounts").expect("the account");
        assert_eq!((known.last_name(), known.groups.as_slice()), (Some("Known"), &["clerks".to_owned()][..]));
        assert!(accounts.is_password(&tenant, "known", "mine").await.expect("accounts"));
        assert!(!accounts.is_password(&tenant, "known", "theirs").await.expect("accounts"));
        let group = accounts.group(&tenant, "clerks").await.expect("accounts").expect("the group");
        assert_eq!((group.name.as_str(), group.kind.as_deref()), ("Clerks", Some("WORKFLOW")));

        let left = async |view| {
            let rows = engine.journal().query(&Query::new(view, Filter::All)).await.expect("rows").rows;
            rows.into_iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(left(views::USER).await, [long], "what cannot be an account is kept");
        assert!(left(views::CREDENTIAL).await.is_empty() && left(views::USER_GROUP).await.is_empty());
        assert_eq!(left(views::MEMBERSHIP).await, ["m3"], "tenants stay records");
    }
}
