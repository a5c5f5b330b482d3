//! Who may do what: a golden table over every route. Each cell is the status that somebody gets for a
//! call that is right in every other way, in a world of its own.

mod faulty;
mod repeated;

use crate::{
    authenticator::{Algorithm, Authenticator},
    document::conform::conforms,
    support::{Actor, Cast, PASSWORD, Reply, golden, last_mail, run, token_of},
    totp::{self, App},
};
use guildhall_shared::path;
use guildhall_worker::http::{route::Route, router::ROUTES};
use http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: [&str; 9] =
    ["owner", "admin", "member", "stranger", "nobody", "owner's key", "read key", "member's key", "foreign key"];

/// A password that nobody has yet.
const OTHER: &str = "brass-kettle-otter-9";

const SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

const OTHER_SSH_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/";

/// What a call needs to stand before it is made.
struct Stage {
    cast: Cast,
    team: String,
    invitation: String,
    /// The token of the invitation that was mailed to the stranger.
    invitation_token: String,
    /// The token of an account whose email is not confirmed.
    confirmation: String,
    /// Tokens for choosing a password, ending a lock and undoing a change of email.
    recovery: [String; 3],
    /// The admin has an authenticator app; the owner is setting one up.
    apps: [App; 2],
    /// A sign-in of the admin that waits for its second factor.
    challenge: String,
    /// The token of the mail about the member's passkey.
    take_back: String,
    /// The token that brings a deactivated account back.
    come_back: String,
    /// Another session of the owner.
    session: String,
    /// An SSH key of the owner.
    ssh_key: String,
    /// One of the member's two passkeys; what a browser says of a third, of a sign-in with the first,
    /// and of proving oneself with it.
    passkey: (String, Value, Value, Value),
    keys: BTreeMap<&'static str, (Actor, String)>,
}

/// A key of this actor, with its id.
async fn key_of(actor: &Actor, team: &str, scopes: Value) -> (Actor, String) {
    let made = actor.post(path::team_api_keys(team), json!({ "name": "key", "scopes": scopes })).await.is(201).json();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (Actor::program(&actor.world, &text("key")), text("id"))
}

/// Mails every kind of link by which somebody gets back into an account.
async fn recovery(cast: &Cast) -> [String; 3] {
    let world = &cast.world;
    let ask = async |email: &str| {
        cast.nobody.post(path::PASSWORD_RESET, json!({ "email": email })).await.is(202);
        world.drain().await;
        token_of(&last_mail(world, email))
    };
    let reset = ask("mia@example.com").await;
    let mut lock = String::new();
    for _ in 0..5 {
        lock = ask("una@example.com").await;
    }
    cast.admin.post(path::ACCOUNT_EMAIL, json!({ "email": "adam@example.org" })).await.is(202);
    world.drain().await;
    let token = token_of(&last_mail(world, "adam@example.org"));
    cast.admin.post(path::CONFIRM_EMAIL, json!({ "token": token })).await.is(204);
    world.drain().await;
    [reset, lock, token_of(&last_mail(world, "adam@example.com"))]
}

/// The admin's sign-in, which asks for a second factor.
fn admin_signs_in() -> Value {
    json!({ "email": "adam@example.org", "password": PASSWORD })
}

impl Stage {
    async fn new(by_namespace: bool) -> Self {
        let cast = Cast::new().await;
        let (id, world) = (cast.team.clone(), &cast.world);
        cast.owner.post(path::team_secrets(&id), json!({ "name": "NAME", "value": "value" })).await.is(201);
        let body = json!({ "emails": ["sam@example.com"], "isAdmin": false });
        let made = cast.owner.post(path::team_invitations(&id), body).await.is(201).json();
        world.drain().await;
        let invitation_token = token_of(&last_mail(world, "sam@example.com"));
        let una = Actor::unconfirmed(world, "una").await;
        let all = || json!(["read", "write"]);
        let keys = BTreeMap::from([
            ("owner's key", key_of(&cast.owner, &id, all()).await),
            ("read key", key_of(&cast.owner, &id, json!(["read"])).await),
            ("member's key", key_of(&cast.member, &id, all()).await),
            ("foreign key", key_of(&cast.stranger, &cast.stranger.workspace, all()).await),
        ]);
        drop(una);
        let confirmation = token_of(&last_mail(world, "una@example.com"));
        let recovery = recovery(&cast).await;
        let dora = Actor::person(world, "dora").await;
        dora.post(path::ACCOUNT_DEACTIVATION, json!({ "username": "dora" })).await.is(202);
        world.drain().await;
        let come_back = token_of(&last_mail(world, "dora@example.com"));
        crate::session::sign_in(&cast.owner).await;
        let sessions = cast.owner.get(path::ACCOUNT_SESSIONS).await.is(200).json();
        let session = sessions[1]["id"].as_str().unwrap().to_owned();
        let body = json!({ "name": "Laptop", "publicKey": SSH_KEY });
        let ssh_key = cast.owner.post(path::ACCOUNT_SSH_KEYS, body).await.is(201).json();
        let mut key = Authenticator::new(Algorithm::Es256, 1);
        let added = crate::passkey::add(&cast.member, &mut key, "Key").await;
        crate::passkey::add(&cast.member, &mut Authenticator::new(Algorithm::Es256, 2), "Other").await;
        world.drain().await;
        let take_back = token_of(&last_mail(world, "mia@example.com"));
        let next = Authenticator::new(Algorithm::Es256, 3).register(&crate::passkey::begin(&cast.member).await);
        let asked = cast.nobody.post_nothing(path::PASSKEY_SIGN_IN_OPTIONS).await.is(200).json();
        let again = cast.member.post_nothing(path::REAUTHENTICATE_OPTIONS).await.is(200).json();
        let first = added["id"].as_str().unwrap().to_owned();
        let passkey = (first, next, key.answer(&asked), key.answer(&again));
        let body = json!({ "email": "olive@example.org" });
        cast.owner.post(path::ACCOUNT_EMAIL, body).await.is(202);
        world.drain().await;
        let (app, _) = totp::turn_on(&cast.admin).await;
        let apps = [app, totp::begin(&cast.owner).await];
        let asked = cast.nobody.post(path::SIGN_IN, admin_signs_in()).await.is(202).json();
        let challenge = asked["challengeId"].as_str().unwrap().to_owned();
        let stage = Self {
            apps,
            challenge,
            team: if by_namespace { "core".to_owned() } else { id },
            invitation: made[0]["id"].as_str().unwrap().to_owned(),
            invitation_token,
            confirmation,
            recovery,
            take_back,
            come_back,
            session,
            ssh_key: ssh_key["id"].as_str().unwrap().to_owned(),
            passkey,
            keys,
            cast,
        };
        stage.cast.world.letters.borrow_mut().clear();
        stage
    }

    fn actor(&self, column: &str) -> Actor {
        let Cast { owner, admin, member, stranger, nobody, .. } = &self.cast;
        match column {
            "owner" => owner.clone(),
            "admin" => admin.clone(),
            "member" => member.clone(),
            "stranger" => stranger.clone(),
            "nobody" => nobody.clone(),
            key => self.keys[key].0.clone(),
        }
    }

    /// Path and body of a call that is right in every way but perhaps for who makes it.
    #[expect(clippy::match_same_arms, reason = "one line a row")]
    fn call(&self, row: &str) -> (String, Value) {
        let team = &self.team;
        let nothing = Value::Null;
        let [admins, owners] = [0, 1].map(|at: usize| self.apps[at].code(&self.cast.world, 0));
        let sign_up = json!({ "email": "nina@example.com", "password": PASSWORD, "username": "nina" });
        match row {
            "getSession" => (path::SESSION.into(), nothing),
            "listTeamMembers" => (path::team_members(team), nothing),
            "getTeamMember" => (path::team_member(team, &self.cast.admin.id), nothing),
            "updateTeamMember" => (path::team_member(team, &self.cast.member.id), json!({ "isAdmin": true })),
            "removeTeamMember" => (path::team_member(team, &self.cast.admin.id), nothing),
            "removeTeamMember, the member" => (path::team_member(team, &self.cast.member.id), nothing),
            "listTeamSecrets" => (path::team_secrets(team), nothing),
            "createTeamSecret" => (path::team_secrets(team), json!({ "name": "OTHER", "value": "value" })),
            "getTeamSecret" => (path::team_secret(team, "NAME"), nothing),
            "updateTeamSecret" => (path::team_secret(team, "NAME"), json!({ "value": "other" })),
            "deleteTeamSecret" => (path::team_secret(team, "NAME"), nothing),
            "signUp" => (path::SIGN_UP.into(), sign_up),
            "confirmEmail" => (path::CONFIRM_EMAIL.into(), json!({ "token": self.confirmation })),
            "resendConfirmation" => (path::CONFIRM_EMAIL_RESEND.into(), nothing),
            "denyEmail" => (path::CONFIRM_EMAIL_DENY.into(), json!({ "token": self.confirmation })),
            "signIn" => (path::SIGN_IN.into(), json!({ "email": "olive@example.com", "password": PASSWORD })),
            "signIn, with a second factor" => (path::SIGN_IN.into(), admin_signs_in()),
            "answerChallenge" => {
                let body = json!({ "challengeId": self.challenge, "method": "totp", "code": admins });
                (path::SIGN_IN_CHALLENGE.into(), body)
            }
            "signOut" => (path::SIGN_OUT.into(), nothing),
            "reauthenticate" => (path::REAUTHENTICATE.into(), json!({ "password": PASSWORD })),
            "reauthenticate, by the admin's code" => {
                (path::REAUTHENTICATE.into(), json!({ "method": "totp", "code": admins }))
            }
            "reauthenticate, by the member's passkey" => {
                (path::REAUTHENTICATE.into(), json!({ "method": "passkey", "credential": self.passkey.3 }))
            }
            "requestPasswordReset" => (path::PASSWORD_RESET.into(), json!({ "email": "olive@example.com" })),
            "resetPassword" => (path::PASSWORD_RESET.into(), json!({ "token": self.recovery[0], "password": OTHER })),
            "getMailedLink" => (path::MAILED_LINK.into(), json!({ "token": self.recovery[2] })),
            "unlockAccount" => (path::UNLOCK.into(), json!({ "token": self.recovery[1] })),
            "undoEmailChange" => (path::EMAIL_UNDO.into(), json!({ "token": self.recovery[2], "password": OTHER })),
            "takeBackAccount" => (path::TAKE_BACK.into(), json!({ "token": self.take_back, "password": OTHER })),
            "comeBack" => (path::COME_BACK.into(), json!({ "token": self.come_back })),
            "getDeactivation" => (path::ACCOUNT_DEACTIVATION.into(), nothing),
            "deactivateAccount" => (path::ACCOUNT_DEACTIVATION.into(), json!({ "username": "" })),
            "changeEmail" => (path::ACCOUNT_EMAIL.into(), json!({ "email": "other@example.com" })),
            "cancelEmailChange" => (path::ACCOUNT_EMAIL.into(), nothing),
            "changePassword" => (path::ACCOUNT_PASSWORD.into(), json!({ "password": OTHER })),
            "listSessions" | "endOtherSessions" => (path::ACCOUNT_SESSIONS.into(), nothing),
            "endSession" => (path::account_session(&self.session), nothing),
            "getSecondFactor" => (path::ACCOUNT_SECOND_FACTOR.into(), nothing),
            "beginTotp" => (path::ACCOUNT_TOTP.into(), nothing),
            "confirmTotp" => (path::ACCOUNT_TOTP.into(), json!({ "code": owners })),
            "endTotp" => (path::ACCOUNT_TOTP.into(), json!({ "code": admins })),
            "makeRecoveryCodes" => (path::ACCOUNT_RECOVERY_CODES.into(), nothing),
            "listSecurityLog" => (path::ACCOUNT_SECURITY_LOG.into(), nothing),
            "listSshKeys" => (path::ACCOUNT_SSH_KEYS.into(), nothing),
            "addSshKey" => (path::ACCOUNT_SSH_KEYS.into(), json!({ "name": "Other", "publicKey": OTHER_SSH_KEY })),
            "removeSshKey" => (path::account_ssh_key(&self.ssh_key), nothing),
            "switchTeam" => (path::SESSION_TEAM.into(), json!({ "team": team })),
            "getAccount" => (path::ACCOUNT.into(), nothing),
            "updateAccount" => (path::ACCOUNT.into(), json!({ "theme": "dark" })),
            "beginPasskeySignIn" => (path::PASSKEY_SIGN_IN_OPTIONS.into(), nothing),
            "signInWithPasskey" => (path::PASSKEY_SIGN_IN.into(), json!({ "credential": self.passkey.2 })),
            "beginPasskeyProof" => (path::REAUTHENTICATE_OPTIONS.into(), nothing),
            "removePassword" => (path::ACCOUNT_PASSWORD.into(), nothing),
            "listPasskeys" => (path::ACCOUNT_PASSKEYS.into(), nothing),
            "getAcceptedPasskeys" => (path::ACCOUNT_PASSKEYS_ACCEPTED.into(), nothing),
            "beginPasskey" => (path::ACCOUNT_PASSKEY_OPTIONS.into(), nothing),
            "createPasskey" => {
                (path::ACCOUNT_PASSKEYS.into(), json!({ "name": "Other", "credential": self.passkey.1 }))
            }
            "updatePasskey" => (path::account_passkey(&self.passkey.0), json!({ "name": "Other" })),
            "deletePasskey" => (path::account_passkey(&self.passkey.0), nothing),
            "listAccountInvitations" => (path::ACCOUNT_INVITATIONS.into(), nothing),
            "previewInvitation" => (path::INVITATIONS_PREVIEW.into(), json!({ "token": self.invitation_token })),
            "declineInvitation" => (path::INVITATIONS_DECLINE.into(), json!({ "token": self.invitation_token })),
            "declineInvitation, by its id" => (path::INVITATIONS_DECLINE.into(), json!({ "id": self.invitation })),
            "acceptInvitation" => (path::INVITATIONS_ACCEPT.into(), json!({ "token": self.invitation_token })),
            "listTeams" => (path::TEAMS.into(), nothing),
            "createTeam" => (path::TEAMS.into(), json!({ "name": "Other", "namespace": "other" })),
            "getTeam" => (path::team(team), nothing),
            "updateTeam" => (path::team(team), json!({ "bio": "We render." })),
            "listInvitations" => (path::team_invitations(team), nothing),
            "createInvitations" => {
                (path::team_invitations(team), json!({ "emails": ["nina@example.com"], "isAdmin": false }))
            }
            "resendInvitation" => (path::team_invitation_resend(team, &self.invitation), nothing),
            "cancelInvitation" => (path::team_invitation(team, &self.invitation), nothing),
            "listApiKeys" => (path::team_api_keys(team), nothing),
            "listApiKeys, all" => (path::team_api_keys(team) + "?all=true", nothing),
            "createApiKey" => (path::team_api_keys(team), json!({ "name": "Build" })),
            "revokeApiKey" => (path::team_api_key(team, &self.keys["member's key"].1), nothing),
            "revokeApiKey, an admin's" => (path::team_api_key(team, &self.keys["read key"].1), nothing),
            "listAudit" => (path::team_audit(team), nothing),
            "getHealth" => (path::HEALTH.into(), nothing),
            "getOpenApi" => (path::OPENAPI.into(), nothing),
            other => panic!("no call is written down for {other}: add it, and its row to authz.txt"),
        }
    }
}

/// Rows beside the one that every route has.
const MORE: [&str; 7] = [
    "removeTeamMember, the member",
    "signIn, with a second factor",
    "reauthenticate, by the admin's code",
    "declineInvitation, by its id",
    "reauthenticate, by the member's passkey",
    "listApiKeys, all",
    "revokeApiKey, an admin's",
];

fn rows() -> Vec<(String, &'static Route)> {
    let more = MORE.iter().map(|row| {
        let id = row.split(',').next().unwrap();
        (
            (*row).to_owned(),
            ROUTES.iter().find(|route| route.document.id == id).unwrap_or_else(|| panic!("{row} has no route")),
        )
    });
    let mut rows: Vec<(String, &Route)> = ROUTES.iter().map(|route| (route.document.id.to_owned(), route)).collect();
    for (row, route) in more {
        let at = rows.iter().rposition(|(_, of)| of.document.id == route.document.id).unwrap();
        rows.insert(at + 1, (row, route));
    }
    rows
}

async fn call(stage: &Stage, column: &str, row: &str, method: &Method) -> Reply {
    let (path, mut body) = stage.call(row);
    if row == "deactivateAccount" {
        // One types one's own.
        body["username"] = json!(stage.actor(column).name);
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    stage.actor(column).send(method.clone(), &path, body).await
}

/// Everything that a refused call may not touch: counts of attempts and of uses are no change.
fn standing(stage: &Stage) -> (BTreeMap<String, String>, usize) {
    let world = &stage.cast.world;
    let mut records = BTreeMap::new();
    for name in world.object_names() {
        for (key, stored) in world.records(&name) {
            if !["~", "count/", "attempts", "resets", "refused/", "key-use/", "session-use/"]
                .iter()
                .any(|own| key.starts_with(own))
            {
                records.insert(format!("{name:?} {key}"), stored.value);
            }
        }
    }
    (records, world.letters.borrow().len())
}

async fn table(by_namespace: bool) -> String {
    let stage = Stage::new(by_namespace).await;
    let first = stage.cast.world.snapshot();
    let mut text = format!("{:64}{}\n", "", COLUMNS.map(|column| format!("{column:>13}")).join(""));
    for (row, route) in rows() {
        let variant = row.split_once(',').map_or("", |(_, variant)| variant).trim();
        let mut line = format!("{:64}", format!("{} {} {variant}", route.method, route.pattern).trim_end());
        for column in COLUMNS {
            let stage = stage.again(first.clone().world());
            let before = standing(&stage);
            let reply = call(&stage, column, &row, &route.method).await;
            stage.cast.world.drain().await;
            conforms(route.document.id, &reply);
            if reply.status >= 400 {
                assert_eq!(before, standing(&stage), "{column} changed something by {row}");
            }
            let cell = reply.status.to_string();
            line.push_str(&" ".repeat(13 - cell.len()));
            line.push_str(&cell);
        }
        text += &line;
        text.push('\n');
    }
    text
}

impl Stage {
    /// The same stage in another world.
    fn again(&self, world: std::rc::Rc<guildhall_worker::store::memory::World>) -> Self {
        let moved = |actor: &Actor| Actor { world: world.clone(), ..actor.clone() };
        let Cast { team, owner, admin, member, stranger, nobody, .. } = &self.cast;
        Self {
            apps: self.apps.clone(),
            challenge: self.challenge.clone(),
            team: self.team.clone(),
            invitation: self.invitation.clone(),
            invitation_token: self.invitation_token.clone(),
            confirmation: self.confirmation.clone(),
            recovery: self.recovery.clone(),
            take_back: self.take_back.clone(),
            come_back: self.come_back.clone(),
            session: self.session.clone(),
            ssh_key: self.ssh_key.clone(),
            passkey: self.passkey.clone(),
            keys: self.keys.iter().map(|(name, (key, id))| (*name, (moved(key), id.clone()))).collect(),
            cast: Cast {
                team: team.clone(),
                owner: moved(owner),
                admin: moved(admin),
                member: moved(member),
                stranger: moved(stranger),
                nobody: moved(nobody),
                world,
            },
        }
    }
}

#[test]
fn who_may_do_what_stands_in_the_table() {
    golden("tests/authz.txt", &run(table(false)));
}

#[test]
fn a_namespace_in_the_path_opens_no_more_and_no_less_than_the_id() {
    assert_eq!(run(table(true)), run(table(false)));
}

#[test]
fn every_row_of_the_table_is_a_route_and_every_route_a_row() {
    let text = include_str!("authz.txt");
    let places: BTreeSet<String> =
        text.lines().skip(1).map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    let routes: BTreeSet<String> = ROUTES.iter().map(|route| format!("{} {}", route.method, route.pattern)).collect();
    assert_eq!(places, routes);
}
