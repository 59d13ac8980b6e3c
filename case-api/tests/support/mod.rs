//! A platform in a temporary folder: a real journal, real tokens, the real router and background jobs; and a stand-in for
//! the engine ([`engine`]).

#![allow(dead_code, unreachable_pub)]

pub mod engine;
pub mod erasures;
pub mod mail;

use casewright_access::Access;
use casewright_bus::{Bus, InProcessBus};
use casewright_case_api::{CaseApiConfig, CaseApiState, SearchConfig};
use casewright_journal::{Journal, ManualClock};
use casewright_service::Shutdown;
use casewright_testkit::people::{self, ANNA, BEN, CARL, DANA, Person};
use casewright_testkit::{Caller, Node, NodeSetup};
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::Arc;

/// Ben leads others here.
const BEN_OF_SUPERVISORS: Person = Person { groups: &["claims", "supervisors"], ..BEN };

pub struct Platform {
    pub journal: Journal,
    pub access: Access,
    pub clock: Arc<ManualClock>,
    pub engine: engine::Engine,
    pub mails: mail::Mails,
    pub erasures: erasures::Erasures,
    pub router: axum::Router,
    pub api: utoipa::openapi::OpenApi,
    state: CaseApiState,
    bus: Arc<dyn Bus>,
    shutdown: Shutdown,
    jobs: Option<tokio::task::JoinHandle<()>>,
    dir: Option<tempfile::TempDir>,
    caller: Caller,
}

/// Everything is asked of it as its clients ask.
impl Deref for Platform {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Platform {
    /// With users anna (case worker, claims), ben (supervisor, claims), carl (case worker, no group), dana (process developer).
    pub async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut platform = Self::open_in(dir).await;
        platform.start_jobs();
        platform
    }

    pub async fn open_in(dir: tempfile::TempDir) -> Self {
        let mut projectors = casewright_case_api::projectors();
        projectors.extend(casewright_bus::projectors());
        let setup = NodeSetup { projectors, ..NodeSetup::default() };
        let Node { journal, access, clock } = Node::open(dir.path(), setup).await;
        people::register(&access, &[ANNA, BEN_OF_SUPERVISORS, CARL, DANA]).await;
        let mails = mail::Mails::new(journal.clone());
        let erasures = erasures::Erasures::default();
        let others = mails.router().merge(erasures.router());
        let engine = engine::Engine::start(journal.clone(), access.clone(), others).await;
        let bus: Arc<dyn Bus> = Arc::new(InProcessBus::new(journal.clone()));
        let search = SearchConfig { folder: Some(dir.path().join("search")), reader: None };
        let config = CaseApiConfig { search, ..CaseApiConfig::all_at(&engine.url) };
        let state = CaseApiState::new(journal.clone(), access.clone(), &config).unwrap();
        let (router, api) = casewright_case_api::router(state.clone());
        let caller = Caller::new(router.clone(), access.clone());
        Self {
            journal,
            access,
            clock,
            engine,
            mails,
            erasures,
            router,
            api,
            state,
            bus,
            shutdown: Shutdown::new(),
            jobs: None,
            dir: Some(dir),
            caller,
        }
    }

    pub fn start_jobs(&mut self) {
        let run = casewright_case_api::run(self.state.clone(), self.bus.clone(), self.shutdown.clone());
        self.jobs = Some(tokio::spawn(run));
    }

    /// Nothing is done behind a request from here on.
    pub async fn stop_jobs(&mut self) {
        self.shutdown.trigger();
        if let Some(jobs) = self.jobs.take() {
            jobs.await.unwrap();
        }
        self.shutdown = Shutdown::new();
    }

    /// Stops everything and opens it again on the same folder, as after a crash of the process.
    pub async fn restart(mut self) -> Self {
        self.stop_jobs().await;
        self.journal.shutdown().await;
        let dir = self.dir.take().unwrap();
        drop(self);
        let mut platform = Self::open_in(dir).await;
        platform.start_jobs();
        platform
    }

    /// [`Self::restart`] without the index of search: as when it was lost.
    pub async fn restart_without_index(mut self) -> Self {
        self.stop_jobs().await;
        std::fs::remove_dir_all(self.dir.as_ref().unwrap().path().join("search")).unwrap();
        self.restart().await
    }

    /// The claim definition of the demo, and its form.
    pub async fn with_claims(self) -> Self {
        self.put("dana", "/api/v1/case-definitions/claim", claim_definition()).await.expect(201);
        self
    }

    pub async fn new_case(&self, title: &str) -> Value {
        let body = json!({"definition": "claim", "title": title, "fields": {"amount": 120.5}});
        self.post("anna", "/api/v1/cases", body).await.expect(201).body
    }
}

pub fn claim_definition() -> Value {
    json!({
        "name": "Claim", "caseNumberPrefix": "CLM",
        "stages": [{"id": "intake", "name": "Intake"}, {"id": "assessment", "name": "Assessment"}, {"id": "decision", "name": "Decision"}],
        "statuses": [{"id": "open", "name": "Open", "kind": "open"}, {"id": "waiting", "name": "Waiting", "kind": "paused"},
            {"id": "closed", "name": "Closed", "kind": "closed"}],
        "fields": [{"key": "policyNumber", "label": "Policy number", "type": "string"}, {"key": "amount", "label": "Amount", "type": "number"}],
        "processes": [{"key": "claim-handling", "name": "Claim handling", "start": "on-create"},
            {"key": "site-visit", "name": "Site visit", "start": "manual", "stage": "assessment"}],
        "queues": ["claims", "decisions"], "defaultQueue": "claims",
        "slas": [{"id": "first-response", "name": "First response", "target": "PT4H", "calendar": "always", "startOn": "created",
            "stopOn": "first-reply", "pauseIn": ["waiting"], "atRisk": 0.75}],
        "rules": [{"id": "assessed", "on": "task-completed", "when": {"taskDefinitionKey": "check-papers"},
            "then": [{"setStage": "assessment"}, {"setQueue": "decisions"}, {"addLabel": "checked"}]}]
    })
}
