//! How what belongs to a case follows it: one decision for the case and for everything in it, as a value and as part of a
//! query.
//!
//! Rooms write [`views`] that lead to cases. A room that is not part of an installation has none, and nothing leads through
//! them.

use crate::access::Access;
use crate::error::store_problem;
use crate::subject::{Resource, Subject};
use casewright_contracts::links::{
    CaseFileRow, CaseProcessRow, InstanceCaseRow, InstanceLinkRow, MailCaseRow, MailFileRow,
};
use casewright_contracts::{CaseAttributes, CaseHoldRow, CaseRow, kinds, views};
use casewright_journal::{Column, Document, Filter, Query, StoreError, TenantHandle, TenantId};
use casewright_service::Problem;
use serde_json::Value;

/// Names of views that rooms write and policies are asked about.
pub use casewright_contracts::views::{INSTANCE as INSTANCE_VIEW, PAST_INSTANCE as PAST_INSTANCE_VIEW};

/// Cases of one file that are looked at; a file is in one or two.
const CASES_OF_A_FILE: u64 = 100;

/// What leads from something to its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Belongs to no case.
    Nobody,
    /// Id of the case; one that is no case's belongs to none.
    Case(&'a str),
    /// Id of a root process instance: of the case that has recorded it, the one its variable `caseId` names, and the one whose
    /// number is its business key; mostly these are one. It is seen by who sees all of them.
    Root(&'a str),
    /// Id of a mail: of the case it is linked to, else of the one it was found to answer.
    Mail(&'a str),
    /// Id of a file: of the cases that have it as a document or in a mail. It is seen by who sees one of them.
    File(&'a str),
}

impl<'a> Whose<'a> {
    /// [`Whose::Case`] of an id that may be missing.
    #[must_use]
    pub fn case(id: Option<&'a str>) -> Self {
        id.map_or(Self::Nobody, Self::Case)
    }
}

/// How the rows of a list lead to their cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The column holds the id of a case, or null.
    Case(Column),
    /// The column holds the id of a case, or null; asked only while the column `unless` holds none.
    CaseUnless { column: Column, unless: Column },
    /// The column holds the id of a root process instance that runs.
    Root(Column),
    /// The column holds the id of a root process instance that runs or has ended.
    PastRoot(Column),
    /// The column holds the id of a process instance that runs.
    Instance(Column),
}

impl Access {
    /// The cases that something belongs to; those that are none are left out.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn cases_of(&self, tenant: &TenantId, whose: Whose<'_>) -> Result<Vec<CaseAttributes>, StoreError> {
        let cases = Cases { handle: self.inner.journal.tenant(tenant), access: self };
        match whose {
            Whose::Nobody => Ok(Vec::new()),
            Whose::Case(id) => Ok(cases.case(id).await?.into_iter().collect()),
            Whose::Root(root) => cases.of_root(root).await,
            Whose::Mail(id) => Ok(cases.of_mail(id).await?.into_iter().collect()),
            Whose::File(id) => cases.of_file(id).await,
        }
    }

    /// Whether a legal hold stands on a case that something belongs to: nothing of it is deleted then.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn is_held(&self, tenant: &TenantId, whose: Whose<'_>) -> Result<bool, StoreError> {
        for case in self.cases_of(tenant, whose).await? {
            let row = self.inner.journal.tenant(tenant).get(views::CASE, &case.id).await?;
            if row.is_some_and(|row| CaseHoldRow::HOLD_COUNT.integer(&row).unwrap_or_default() > 0) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// [`Access::authorize`] for something that may belong to a case: who may not see the case must not learn that there is
    /// such a thing and gets `missing`.
    ///
    /// # Errors
    /// `missing`; 403 `forbidden`; 503 when the case cannot be looked up.
    pub async fn authorize_within(
        &self,
        subject: &Subject,
        action: &str,
        resource: Resource,
        whose: Whose<'_>,
        missing: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        let seen = self.in_its_case(subject, resource, whose).await.map_err(|error| store_problem(&error))?;
        self.authorize(subject, action, &seen.ok_or_else(missing)?).await
    }

    /// [`Access::allows`] for something that may belong to a case.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn allows_within(
        &self,
        subject: &Subject,
        action: &str,
        resource: Resource,
        whose: Whose<'_>,
    ) -> Result<bool, StoreError> {
        match self.in_its_case(subject, resource, whose).await? {
            Some(resource) => Ok(self.allows(subject, action, &resource).await),
            None => Ok(false),
        }
    }

    /// The resource in its case, for who asks several things about it; none when the case is not to be seen. Machine clients
    /// see all cases: none is looked up.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn in_its_case(
        &self,
        subject: &Subject,
        resource: Resource,
        whose: Whose<'_>,
    ) -> Result<Option<Resource>, StoreError> {
        if subject.is_system() {
            return Ok(Some(resource));
        }
        let cases = self.cases_of(&subject.tenant, whose).await?;
        let Some(first) = cases.first() else {
            return Ok(Some(resource));
        };
        let is_one_enough = matches!(whose, Whose::File(_));
        for case in &cases {
            let is_seen = self.allows(subject, "read", &Resource::case(case)).await;
            if is_seen && is_one_enough {
                return Ok(Some(resource.in_case(case)));
            }
            if !is_seen && !is_one_enough {
                return Ok(None);
            }
        }
        Ok((!is_one_enough).then(|| resource.in_case(first)))
    }

    /// [`Access::list_filter`] for rows that may belong to cases: those that belong to none, or to cases that the subject may
    /// see. It is part of the query, so totals and pages are right.
    ///
    /// # Errors
    /// 403 `forbidden` when the subject may see nothing.
    pub async fn list_filter_within(
        &self,
        subject: &Subject,
        action: &str,
        kind: &str,
        leads: &[Lead],
    ) -> Result<Filter, Problem> {
        let own = self.list_filter(subject, action, kind).await?;
        if subject.is_system() || !self.knows(views::CASE) {
            return Ok(own);
        }
        let hidden = match self.filter(subject, "read", kinds::CASE).await {
            Some(visible) if is_everything(&visible) => return Ok(own),
            Some(visible) => Filter::Not(Box::new(visible)),
            // Who may see no case sees nothing of one.
            None => Filter::All,
        };
        let mut all = vec![own];
        for lead in leads {
            all.extend(self.hidden(*lead, &hidden).into_iter().map(|leg| Filter::Not(Box::new(leg))));
        }
        Ok(Filter::And(all))
    }

    /// What each way that a lead stands for hides.
    fn hidden(&self, lead: Lead, cases: &Filter) -> Vec<Filter> {
        let in_case = |column: Column, select: Column| within(column, views::CASE, select, cases.clone());
        match lead {
            Lead::Case(column) => vec![in_case(column, CaseRow::ID)],
            Lead::CaseUnless { column, unless } => {
                vec![Filter::And(vec![Filter::IsNull(unless.into()), in_case(column, CaseRow::ID)])]
            }
            Lead::Root(column) | Lead::PastRoot(column) => {
                let instances = if matches!(lead, Lead::Root(_)) { views::INSTANCE } else { views::PAST_INSTANCE };
                let ways = [
                    (
                        InstanceCaseRow::VIEW,
                        InstanceCaseRow::INSTANCE_ID,
                        in_case(InstanceCaseRow::CASE_ID, CaseRow::ID),
                    ),
                    (CaseProcessRow::VIEW, CaseProcessRow::INSTANCE_ID, in_case(CaseProcessRow::CASE_ID, CaseRow::ID)),
                    (instances, InstanceLinkRow::ID, in_case(InstanceLinkRow::BUSINESS_KEY, CaseRow::NUMBER)),
                ];
                let known = ways.into_iter().filter(|(view, ..)| self.knows(view));
                known.map(|(view, select, filter)| within(column, view, select, filter)).collect()
            }
            Lead::Instance(_) if !self.knows(views::INSTANCE) => Vec::new(),
            Lead::Instance(column) => {
                let roots = self.hidden(Lead::Root(InstanceLinkRow::ROOT_PROCESS_INSTANCE_ID), cases);
                roots.into_iter().map(|root| within(column, views::INSTANCE, InstanceLinkRow::ID, root)).collect()
            }
        }
    }

    fn knows(&self, view: &str) -> bool {
        self.inner.journal.has_view(view)
    }
}

fn within(column: Column, view: &'static str, select: Column, filter: Filter) -> Filter {
    Filter::InView { field: column.into(), view, select: select.into(), filter: Box::new(filter) }
}

fn is_everything(filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) => parts.iter().all(is_everything),
        _ => false,
    }
}

/// Looks cases up.
struct Cases<'a> {
    handle: TenantHandle,
    access: &'a Access,
}

impl Cases<'_> {
    async fn row(&self, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        if !self.access.knows(view) {
            return Ok(None);
        }
        self.handle.get(view, id).await
    }

    /// Rows of a view whose column holds the id of a file.
    async fn rows_of_file(&self, view: &'static str, column: Column, file: &str) -> Result<Vec<Document>, StoreError> {
        if !self.access.knows(view) {
            return Ok(Vec::new());
        }
        let mut query = Query::new(view, Filter::Eq(column.into(), Value::from(file)));
        query.limit = Some(CASES_OF_A_FILE);
        Ok(self.handle.query(&query).await?.rows.into_iter().map(|(_, row)| row).collect())
    }

    async fn case(&self, id: &str) -> Result<Option<CaseAttributes>, StoreError> {
        Ok(self.row(views::CASE, id).await?.map(|row| CaseRow::read(&row)).transpose()?.map(CaseAttributes::from))
    }

    async fn of_root(&self, root: &str) -> Result<Vec<CaseAttributes>, StoreError> {
        let mut cases = Vec::new();
        let links =
            [(CaseProcessRow::VIEW, CaseProcessRow::CASE_ID), (InstanceCaseRow::VIEW, InstanceCaseRow::CASE_ID)];
        for (view, case) in links {
            if let Some(link) = self.row(view, root).await?
                && let Some(id) = text(&link, case)
                && cases.iter().all(|case: &CaseAttributes| case.id != id)
            {
                cases.extend(self.case(id).await?);
            }
        }
        let instance = match self.row(views::INSTANCE, root).await? {
            Some(instance) => Some(instance),
            None => self.row(views::PAST_INSTANCE, root).await?,
        };
        if let Some(number) = instance.as_ref().and_then(|row| text(row, InstanceLinkRow::BUSINESS_KEY))
            && let Some(named) = self.numbered(number).await?
            && cases.iter().all(|case| case.id != named.id)
        {
            cases.push(named);
        }
        Ok(cases)
    }

    async fn numbered(&self, number: &str) -> Result<Option<CaseAttributes>, StoreError> {
        if !self.access.knows(views::CASE) {
            return Ok(None);
        }
        let mut query = Query::new(views::CASE, Filter::Eq(CaseRow::NUMBER.into(), Value::from(number)));
        query.limit = Some(1);
        let found = self.handle.query(&query).await?.rows.into_iter().next();
        Ok(found.map(|(_, row)| CaseRow::read(&row)).transpose()?.map(CaseAttributes::from))
    }

    async fn of_mail(&self, mail: &str) -> Result<Option<CaseAttributes>, StoreError> {
        let Some(row) = self.row(views::MAIL, mail).await? else {
            return Ok(None);
        };
        match text(&row, MailCaseRow::CASE_ID).or_else(|| text(&row, MailCaseRow::THREAD_CASE_ID)) {
            Some(case) => self.case(case).await,
            None => Ok(None),
        }
    }

    async fn of_file(&self, file: &str) -> Result<Vec<CaseAttributes>, StoreError> {
        let mut cases: Vec<CaseAttributes> = Vec::new();
        for row in self.rows_of_file(CaseFileRow::VIEW, CaseFileRow::FILE_ID, file).await? {
            if let Some(id) = text(&row, CaseFileRow::CASE_ID)
                && cases.iter().all(|case| case.id != id)
            {
                cases.extend(self.case(id).await?);
            }
        }
        for row in self.rows_of_file(MailFileRow::VIEW, MailFileRow::FILE_ID, file).await? {
            if let Some(mail) = text(&row, MailFileRow::MAIL_ID)
                && let Some(case) = self.of_mail(mail).await?
                && cases.iter().all(|known| known.id != case.id)
            {
                cases.push(case);
            }
        }
        Ok(cases)
    }
}

fn text(row: &Document, column: Column) -> Option<&str> {
    column.text(row).filter(|text| !text.is_empty())
}
