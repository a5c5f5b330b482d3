//! The one table of routes: method, path, who may, what goes in and out, and the handler. The router,
//! the API document and the golden table of the tests are all made from it.

use crate::{
    error::Error,
    layer::{Answer, Call, Dialect},
    routes::{
        account, api_key, audit, deactivation, email_change, health, invitation, member, passkey, password,
        second_factor, secret, security_log, session, sign_in, sign_up, ssh_key, team, totp,
    },
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::{Action, path};
use http::Method;
use std::sync::LazyLock;

pub type Handler = for<'c> fn(&'c Call) -> LocalBoxFuture<'c, Result<Answer, Error>>;

/// Who may call a route, as far as the table can say; the objects decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// Whoever holds the one-time token in the body.
    Bearer,
    /// A person with a session; API keys are refused.
    Account,
    /// The same, signed in within 15 minutes.
    RecentAccount,
    /// A person who signed in within 15 minutes, for a team's action; API keys are refused.
    RecentTeam(Action),
    /// A member of the team in the path whose role, and key, allow the action.
    Team(Action),
    /// A person or a key.
    SignedIn,
}

/// What a success answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Json(u16, &'static str),
    /// 200 with this or `null`.
    OrNull(&'static str),
    /// A bare array, with the next page in a `Link` header.
    List(&'static str),
    /// An array that is whole.
    Array(u16, &'static str),
    Nothing(u16),
}

pub struct Route {
    pub method: Method,
    pub pattern: String,
    pub who: Who,
    /// Whether the page dialect serves it too.
    pub pages: bool,
    pub handler: Handler,
    pub document: Told,
}

/// What the API document and the golden table say of a route.
pub struct Document {
    /// The name of the operation.
    pub id: &'static str,
    pub summary: &'static str,
    pub who: Who,
    /// The type of the body.
    pub body: Option<&'static str>,
    pub reply: Reply,
}

/// The Worker serves the document as a file, and needs none of it.
#[cfg(target_arch = "wasm32")]
pub type Told = ();
#[cfg(not(target_arch = "wasm32"))]
pub type Told = Document;

#[cfg(target_arch = "wasm32")]
fn told(_: Document) {}
#[cfg(not(target_arch = "wasm32"))]
fn told(document: Document) -> Document {
    document
}

macro_rules! route {
    ($id:literal, $method:ident $pattern:expr, $who:expr, $body:expr => $reply:expr, $summary:literal, $handler:path) => {
        row(
            &Method::$method,
            $pattern.to_string(),
            $who,
            |call| Box::pin($handler(call)),
            told(Document { id: $id, summary: $summary, who: $who, body: $body, reply: $reply }),
        )
    };
}

/// A function, so that the table is forty calls and not forty times its code.
#[inline(never)]
fn row(method: &Method, pattern: String, who: Who, handler: Handler, document: Told) -> Route {
    Route { method: method.clone(), pattern, who, pages: false, handler, document }
}

/// Every route.
pub static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes = contract();
    routes.extend(signing_in());
    routes.extend(accounts());
    routes.extend(teams());
    routes.extend(about());
    routes
});

/// The Team and Authentication API, which the page dialect serves as well.
fn contract() -> Vec<Route> {
    use Reply::{Json, List, Nothing, OrNull};
    let (team, user, name) = ("{team}", "{user}", "{name}");
    let mut routes = vec![
        route!("getSession", GET path::SESSION, Who::Anybody, None => OrNull("Session"),
            "Gets the current session. Returns null when no user is logged in.", session::get),
        route!("listTeamMembers", GET path::team_members(team), Who::Team(Action::ReadMembers), None => List("TeamMember"),
            "Lists team members.", member::list),
        route!("updateTeamMember", PUT path::team_member(team, user), Who::Team(Action::ChangeRole),
            Some("MemberUpdate") => Json(200, "TeamMember"), "Modifies a member's admin status within a team.",
            member::update),
        route!("removeTeamMember", DELETE path::team_member(team, user), Who::Team(Action::RemoveMember), None => Nothing(204),
            "Eliminates a user from team membership; one's own is left.", member::remove),
        route!("listTeamSecrets", GET path::team_secrets(team), Who::Team(Action::ReadSecretNames), None => List("Secret"),
            "Retrieves all secrets associated with a team.", secret::list),
        route!("createTeamSecret", POST path::team_secrets(team), Who::Team(Action::WriteSecrets),
            Some("SecretCreate") => Json(201, "Secret"), "Establishes a new secret for team use.", secret::create),
        route!("getTeamSecret", GET path::team_secret(team, name), Who::Team(Action::ReadSecretNames), None => Json(200, "Secret"),
            "Obtains a specific secret by its identifier.", secret::get),
        route!("updateTeamSecret", PATCH path::team_secret(team, name), Who::Team(Action::WriteSecrets),
            Some("SecretUpdate") => Json(200, "Secret"), "Revises an existing secret's value.", secret::update),
        route!("deleteTeamSecret", DELETE path::team_secret(team, name), Who::Team(Action::WriteSecrets), None => Nothing(204),
            "Removes a secret from team storage.", secret::remove),
    ];
    for route in &mut routes {
        route.pages = true;
    }
    routes
}

fn signing_in() -> Vec<Route> {
    use Reply::{Json, Nothing};
    vec![
        route!("signUp", POST path::SIGN_UP, Who::Anybody, Some("SignUp") => Json(201, "Session"),
            "Makes an account with its private workspace, and signs it in.", sign_up::create),
        route!("confirmEmail", POST path::CONFIRM_EMAIL, Who::Account, Some("Token") => Nothing(204),
            "Confirms the account's email with the token of the mailed link.", sign_up::confirm),
        route!("resendConfirmation", POST path::CONFIRM_EMAIL_RESEND, Who::Account, None => Nothing(202),
            "Mails the confirmation again; links before it are void.", sign_up::resend),
        route!("denyEmail", POST path::CONFIRM_EMAIL_DENY, Who::Bearer, Some("Token") => Nothing(204),
            "Ends an unconfirmed account that somebody made with another's address.", sign_up::deny),
        route!("signIn", POST path::SIGN_IN, Who::Anybody, Some("SignIn") => Json(200, "Session"),
            "Signs in with email and password, and sets the session's cookie; 202 where a second factor is asked for.",
            sign_in::create),
        route!("answerChallenge", POST path::SIGN_IN_CHALLENGE, Who::Bearer,
            Some("ChallengeAnswer") => Json(200, "Session"),
            "Ends a sign-in by its second factor, and sets the session's cookie.", sign_in::answer_challenge),
        route!("beginPasskeySignIn", POST path::PASSKEY_SIGN_IN_OPTIONS, Who::Anybody, None => Json(200, "RequestOptions"),
            "Gives what a browser is asked to sign in with a passkey; good for 15 minutes.", passkey::begin_sign_in),
        route!("signInWithPasskey", POST path::PASSKEY_SIGN_IN, Who::Anybody, Some("PasskeySignIn") => Json(200, "Session"),
            "Signs in with a passkey alone, and sets the session's cookie.", passkey::sign_in),
        route!("signOut", POST path::SIGN_OUT, Who::Account, None => Nothing(204),
            "Ends the session and takes its cookie away.", sign_in::sign_out),
        route!("reauthenticate", POST path::REAUTHENTICATE, Who::Account, Some("Reauthenticate") => Nothing(204),
            "Proves again who is signed in; good for 15 minutes.", sign_in::reauthenticate),
        route!("beginPasskeyProof", POST path::REAUTHENTICATE_OPTIONS, Who::Account, None => Json(200, "RequestOptions"),
            "Gives what a browser is asked to prove again by a passkey who is signed in.", passkey::begin_proof),
        route!("requestPasswordReset", POST path::PASSWORD_RESET, Who::Anybody,
            Some("PasswordResetRequest") => Nothing(202),
            "Mails a link to choose a new password, where the email has an account; the answer never says.",
            password::request),
        route!("resetPassword", PUT path::PASSWORD_RESET, Who::Bearer, Some("PasswordReset") => Nothing(204),
            "Sets a new password by the token of the mailed link, and ends every session.", password::reset),
        route!("unlockAccount", POST path::UNLOCK, Who::Bearer, Some("Token") => Nothing(204),
            "Ends the lock that several reset attempts brought about, by the token of the mailed link.",
            password::unlock),
        route!("undoEmailChange", POST path::EMAIL_UNDO, Who::Bearer, Some("PasswordReset") => Nothing(204),
            "Puts the old email back by the token that it got, with a new password, and ends every session.",
            email_change::undo),
        route!("comeBack", POST path::COME_BACK, Who::Bearer, Some("Token") => Nothing(204),
            "Brings a deactivated account back by the token of the mailed link.", deactivation::come_back),
        route!("switchTeam", PUT path::SESSION_TEAM, Who::Account, Some("SwitchTeam") => Json(200, "Session"),
            "Chooses the workspace that the session starts in.", session::switch),
    ]
}

fn accounts() -> Vec<Route> {
    use Reply::{Array, Json, List, Nothing};
    let id = "{id}";
    vec![
        route!("getAccount", GET path::ACCOUNT, Who::Account, None => Json(200, "Account"),
            "Gets one's own profile and preferences.", account::get),
        route!("updateAccount", PATCH path::ACCOUNT, Who::Account, Some("AccountPatch") => Json(200, "Account"),
            "Changes names, username and preferences; what is left out stays.", account::update),
        route!("changeEmail", POST path::ACCOUNT_EMAIL, Who::RecentAccount, Some("EmailChange") => Nothing(202),
            "Mails a link to a new email, which counts when it is confirmed by it.", email_change::request),
        route!("cancelEmailChange", DELETE path::ACCOUNT_EMAIL, Who::Account, None => Nothing(204),
            "Takes back a new email that waits to be confirmed.", email_change::cancel),
        route!("changePassword", PUT path::ACCOUNT_PASSWORD, Who::RecentAccount, Some("PasswordChange") => Nothing(204),
            "Sets a new password, ends all other sessions and turns this one's cookie over.", password::change),
        route!("removePassword", DELETE path::ACCOUNT_PASSWORD, Who::RecentAccount, None => Nothing(204),
            "Takes the password away; a passkey signs in from then on.", password::remove),
        route!("getDeactivation", GET path::ACCOUNT_DEACTIVATION, Who::Account, None => Json(200, "Deactivation"),
            "Says what stands in the way of deactivating one's account, and what would go.", deactivation::get),
        route!("deactivateAccount", POST path::ACCOUNT_DEACTIVATION, Who::RecentAccount,
            Some("Deactivate") => Json(202, "Deactivated"),
            "Ends every session and API key of one's account, and erases it after 14 days unless it comes back.",
            deactivation::create),
        route!("listSessions", GET path::ACCOUNT_SESSIONS, Who::Account, None => Array(200, "AccountSession"),
            "Lists one's sessions, this one first.", session::list),
        route!("endOtherSessions", DELETE path::ACCOUNT_SESSIONS, Who::RecentAccount, None => Nothing(204),
            "Ends all of one's sessions but this one.", session::end_others),
        route!("endSession", DELETE path::account_session(id), Who::RecentAccount, None => Nothing(204),
            "Ends one of one's sessions, this one perhaps.", session::end),
        route!("getSecondFactor", GET path::ACCOUNT_SECOND_FACTOR, Who::Account, None => Json(200, "SecondFactor"),
            "Says which second factors one has, and how many recovery codes are left.", second_factor::get),
        route!("beginTotp", POST path::ACCOUNT_TOTP, Who::RecentAccount, None => Json(201, "TotpSetup"),
            "Makes a seed for an authenticator app, which its first code turns on.", totp::begin),
        route!("confirmTotp", PUT path::ACCOUNT_TOTP, Who::RecentAccount, Some("TotpCode") => Json(200, "RecoveryCodes"),
            "Turns the authenticator app on by its first code; recovery codes come with the first second factor.",
            totp::confirm),
        route!("endTotp", DELETE path::ACCOUNT_TOTP, Who::RecentAccount, Some("TotpCode") => Nothing(204),
            "Turns the authenticator app off by one of its codes or a recovery code.", totp::end),
        route!("makeRecoveryCodes", POST path::ACCOUNT_RECOVERY_CODES, Who::RecentAccount, None => Json(201, "RecoveryCodes"),
            "Makes ten new recovery codes, and voids the ones before; asks for a second factor of the last 15 minutes.",
            second_factor::make_recovery_codes),
        route!("listSecurityLog", GET path::ACCOUNT_SECURITY_LOG, Who::Account, None => List("SecurityEvent"),
            "Lists what happened to one's sign-ins, password, email and keys, newest first.", security_log::list),
        route!("listSshKeys", GET path::ACCOUNT_SSH_KEYS, Who::Account, None => Array(200, "SshKey"),
            "Lists one's SSH keys, newest first.", ssh_key::list),
        route!("addSshKey", POST path::ACCOUNT_SSH_KEYS, Who::RecentAccount, Some("SshKeyCreate") => Json(201, "SshKey"),
            "Adds a public key; private keys, weak types and options are refused.", ssh_key::add),
        route!("removeSshKey", DELETE path::account_ssh_key(id), Who::Account, None => Nothing(204),
            "Removes one of one's SSH keys.", ssh_key::remove),
        route!("listPasskeys", GET path::ACCOUNT_PASSKEYS, Who::Account, None => Array(200, "Passkey"),
            "Lists one's passkeys, the oldest first.", passkey::list),
        route!("beginPasskey", POST path::ACCOUNT_PASSKEY_OPTIONS, Who::RecentAccount, None => Json(200, "CreationOptions"),
            "Gives what a browser is asked for a new passkey; good for five minutes.", passkey::begin),
        route!("createPasskey", POST path::ACCOUNT_PASSKEYS, Who::RecentAccount, Some("PasskeyCreate") => Json(201, "Passkey"),
            "Adds a passkey that the browser has made.", passkey::create),
        route!("updatePasskey", PATCH path::account_passkey(id), Who::Account, Some("PasskeyRename") => Json(200, "Passkey"),
            "Names a passkey.", passkey::update),
        route!("deletePasskey", DELETE path::account_passkey(id), Who::RecentAccount, None => Nothing(204),
            "Removes a passkey; the last way into an account stays.", passkey::remove),
        route!("listAccountInvitations", GET path::ACCOUNT_INVITATIONS, Who::Account, None => Array(200, "AccountInvitation"),
            "Lists pending invitations to one's confirmed email.", invitation::list_mine),
        route!("acceptInvitation", POST path::INVITATIONS_ACCEPT, Who::Account,
            Some("InvitationAccept") => Json(200, "TeamMember"),
            "Joins a team by the token of a mail, or by the id of one's own list.", invitation::accept),
    ]
}

fn teams() -> Vec<Route> {
    use Reply::{Array, Json, List, Nothing};
    let (team, id) = ("{team}", "{id}");
    vec![
        route!("listTeams", GET path::TEAMS, Who::SignedIn, None => Array(200, "TeamSummary"),
            "Lists one's workspaces, the private one first; for a key its own team.", team::list),
        route!("createTeam", POST path::TEAMS, Who::Account, Some("TeamCreate") => Json(201, "Team"),
            "Makes a team with oneself as its owner.", team::create),
        route!("getTeam", GET path::team(team), Who::Team(Action::ReadTeam), None => Json(200, "Team"),
            "Gets a team's profile.", team::get),
        route!("updateTeam", PATCH path::team(team), Who::Team(Action::EditTeam), Some("TeamPatch") => Json(200, "Team"),
            "Changes a team's profile; what is left out stays.", team::update),
        route!("listInvitations", GET path::team_invitations(team), Who::Team(Action::ReadInvitations), None => List("Invitation"),
            "Lists pending invitations.", invitation::list),
        route!("createInvitations", POST path::team_invitations(team), Who::Team(Action::Invite),
            Some("InvitationCreate") => Array(201, "Invitation"), "Invites people by email.", invitation::create),
        route!("resendInvitation", POST path::team_invitation_resend(team, id), Who::Team(Action::Invite), None => Json(200, "Invitation"),
            "Mails an invitation again with a new token and seven new days.", invitation::resend),
        route!("cancelInvitation", DELETE path::team_invitation(team, id), Who::Team(Action::Invite), None => Nothing(204),
            "Takes a pending invitation back.", invitation::cancel),
        route!("listApiKeys", GET path::team_api_keys(team), Who::Team(Action::ReadOwnApiKeys), None => List("ApiKey"),
            "Lists one's API keys in the team; with all=true everybody's, for admins.", api_key::list),
        route!("createApiKey", POST path::team_api_keys(team), Who::RecentTeam(Action::MakeApiKey),
            Some("ApiKeyCreate") => Json(201, "ApiKey"), "Makes an API key; the whole key is in this answer only.",
            api_key::create),
        route!("revokeApiKey", DELETE path::team_api_key(team, id), Who::Team(Action::RevokeOwnApiKey), None => Nothing(204),
            "Ends an API key: one's own, or anybody's for admins.", api_key::revoke),
        route!("listAudit", GET path::team_audit(team), Who::Team(Action::ReadAudit), None => List("AuditEvent"),
            "Lists the audit log, newest first.", audit::list),
    ]
}

fn about() -> Vec<Route> {
    use Reply::Json;
    vec![
        route!("getHealth", GET path::HEALTH, Who::Anybody, None => Json(200, "Health"),
            "Says that the server is up and can reach its storage.", health::get),
        route!("getOpenApi", GET path::OPENAPI, Who::Anybody, None => Json(200, "OpenApi"),
            "This API, described.", health::openapi),
    ]
}

type Params = Vec<(String, String)>;

/// The parts of a path that a pattern names, if it fits.
fn fit(pattern: &str, path: &str) -> Option<Params> {
    let mut params = vec![];
    let mut parts = path.split('/');
    for name in pattern.split('/') {
        let part = parts.next()?;
        match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !part.is_empty() => params.push((name.to_owned(), part.to_owned())),
            None if name == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(params)
}

/// The route of a request, with the parts of its path still percent-encoded. A pattern with fewer
/// names is the nearer one.
pub fn find(method: &Method, path: &str, dialect: Dialect) -> Option<(&'static Route, Params)> {
    let routes = ROUTES.iter().filter(|route| route.method == *method && (dialect == Dialect::Contract || route.pages));
    routes.filter_map(|route| Some((route, fit(&route.pattern, path)?))).min_by_key(|(_, params)| params.len())
}
