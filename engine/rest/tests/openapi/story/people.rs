//! Users, groups, tenants, and what they may do.

use super::{list, query};
use crate::calls::{Api, id};
use serde_json::json;

pub(super) async fn tell(api: &Api<'_>) {
    api.get("/engine").ok().await;
    api.get("/version").ok().await;
    groups_and_users(api).await;
    tenants(api).await;
    passwords(api).await;
    authorizations(api).await;
}

async fn groups_and_users(api: &Api<'_>) {
    for (group, kind) in [("clerks", json!("WORKFLOW")), ("bosses", json!("WORKFLOW")), ("spare", json!(null))] {
        api.post("/group/create").json(json!({"id": group, "name": group, "type": kind})).ok().await;
    }
    api.post("/group/create").json(json!({"id": "clerks", "name": "again"})).refused(400).await;
    // Anna is there: she is signed in.
    for (user, first) in [("ben", "Ben"), ("clara", "Clara"), ("spare", "Spare")] {
        let profile =
            json!({"id": user, "firstName": first, "lastName": "Meyer", "email": format!("{user}@office.example")});
        let body = json!({"profile": profile, "credentials": {"password": "Lighthouse-1-Of-1999!"}});
        api.post("/user/create").json(body).ok().await;
    }
    let update = json!({"id": "clerks", "name": "The clerks", "type": "WORKFLOW"});
    api.put("/group/{id}").at(&["clerks"]).json(update).ok().await;
    api.get("/group/{id}").at(&["clerks"]).ok().await;
    api.get("/group/{id}").at(&["nobody"]).refused(404).await;
    api.delete("/group/{id}").at(&["spare"]).ok().await;
    let profile = json!({"id": "ben", "firstName": "Benjamin", "lastName": "Meyer", "email": null});
    api.put("/user/{id}/profile").at(&["ben"]).json(profile).ok().await;
    api.get("/user/{id}/profile").at(&["ben"]).ok().await;
    api.post("/user/{id}/unlock").at(&["ben"]).ok().await;
    api.delete("/user/{id}").at(&["spare"]).ok().await;
    for (group, user) in [("clerks", "ben"), ("clerks", "anna"), ("bosses", "clara")] {
        api.put("/group/{id}/members/{userId}").at(&[group, user]).ok().await;
    }
    api.delete("/group/{id}/members/{userId}").at(&["bosses", "clara"]).ok().await;
    list(api, "/group", "").await;
    list(api, "/group", "member=ben").await;
    query(api, "/group", json!({"type": "WORKFLOW", "sorting": []})).await;
    list(api, "/user", "memberOfGroup=clerks").await;
    list(api, "/user", "sortBy=userId&sortOrder=asc").await;
    api.get("/identity/groups").query("userId=ben").ok().await;
}

async fn tenants(api: &Api<'_>) {
    for tenant in ["acme", "spare"] {
        api.post("/tenant/create").json(json!({"id": tenant, "name": tenant})).ok().await;
    }
    api.put("/tenant/{id}").at(&["acme"]).json(json!({"id": "acme", "name": "Acme"})).ok().await;
    api.get("/tenant/{id}").at(&["acme"]).ok().await;
    for user in ["ben", "clara"] {
        api.put("/tenant/{id}/user-members/{userId}").at(&["acme", user]).ok().await;
    }
    api.delete("/tenant/{id}/user-members/{userId}").at(&["acme", "clara"]).ok().await;
    for group in ["clerks", "bosses"] {
        api.put("/tenant/{id}/group-members/{groupId}").at(&["acme", group]).ok().await;
    }
    api.delete("/tenant/{id}/group-members/{groupId}").at(&["acme", "bosses"]).ok().await;
    list(api, "/tenant", "userMember=ben").await;
    api.delete("/tenant/{id}").at(&["spare"]).ok().await;
}

async fn passwords(api: &Api<'_>) {
    let change = json!({"password": "Another-1-Of-1999!", "authenticatedUserPassword": null});
    api.put("/user/{id}/credentials").at(&["ben"]).json(change).ok().await;
    let right = json!({"username": "ben", "password": "Another-1-Of-1999!"});
    assert_eq!(api.post("/identity/verify").json(right).ok().await["authenticated"], true);
    let wrong = json!({"username": "ben", "password": "wrong"});
    assert_eq!(api.post("/identity/verify").json(wrong).ok().await["authenticated"], false);
    api.get("/identity/password-policy").ok().await;
    let weak = json!({"password": "ben", "profile": {"id": "ben"}});
    assert_eq!(api.post("/identity/password-policy").json(weak).ok().await["valid"], false);
    let strong = json!({"password": "Another-1-Of-1999!", "profile": {"id": "ben"}});
    assert_eq!(api.post("/identity/password-policy").json(strong).ok().await["valid"], true);
}

async fn authorizations(api: &Api<'_>) {
    let grant = json!({
        "type": 1, "permissions": ["READ", "UPDATE"], "userId": "anna", "groupId": null,
        "resourceType": 6, "resourceId": "request",
    });
    let granted = id(&api.post("/authorization/create").json(grant).ok().await);
    let revoke =
        json!({"type": 2, "permissions": ["DELETE"], "groupId": "clerks", "resourceType": 7, "resourceId": "*"});
    let revoked = id(&api.post("/authorization/create").json(revoke).ok().await);
    let update = json!({"permissions": ["READ"], "userId": "anna", "resourceType": 6, "resourceId": "request"});
    api.put("/authorization/{id}").at(&[&granted]).json(update).ok().await;
    api.get("/authorization/{id}").at(&[&granted]).ok().await;
    list(api, "/authorization", "type=1").await;
    list(api, "/authorization", "groupIdIn=clerks").await;
    api.delete("/authorization/{id}").at(&[&revoked]).ok().await;
    let asked = "permissionName=READ&resourceName=PROCESS_DEFINITION&resourceType=6&resourceId=request";
    let allowed = api.get("/authorization/check").query(asked).ok().await;
    assert_eq!(allowed["authorized"], true);
    api.get("/authorization/check").refused(400).await;
}
