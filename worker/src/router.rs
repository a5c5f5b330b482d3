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
use matchit::{Params, Router};
use std::{collections::HashMap, sync::LazyLock};

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
    pub document: Document,
}

/// What the API document and the golden table say of a route.
pub struct Document {
    /// The name of the operation.
    pub id: &'static str,
    pub summary: &'static str,
    /// The type of the body.
    pub body: Option<&'static str>,
    pub reply: Reply,
}

macro_rules! route {
    ($id:literal, $method:ident $pattern:expr, $who:expr, $body:expr => $reply:expr, $summary:literal, $handler:path) => {
        Route {
            method: Method::$method,
            pattern: $pattern.to_string(),
            who: $who,
            pages: false,
            handler: |call| Box::pin($handler(call)),
            document: Document { id: $id, summary: $summary, body: $body, reply: $reply },
        }
    };
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
            "Get the current session. Answers `null` when nobody is signed in, and when an API key is wrong, expired \
                or revoked.", session::get),
        route!("listTeamMembers", GET path::team_members(team), Who::Team(Action::ReadMembers), None => List("TeamMember"),
            "List team members. Only admins see who has a second factor.", member::list),
        route!("updateTeamMember", PUT path::team_member(team, user), Who::Team(Action::ChangeRole),
            Some("MemberUpdate") => Json(200, "TeamMember"),
            "Update a member's admin status. The owner is always an admin.", member::update),
        route!("removeTeamMember", DELETE path::team_member(team, user), Who::Team(Action::RemoveMember), None => Nothing(204),
            "Remove a member from a team. They lose access at once and their API keys for this team stop working. \
                Remove yourself to leave the team; the owner cannot be removed.", member::remove),
        route!("listTeamSecrets", GET path::team_secrets(team), Who::Team(Action::ReadSecretNames), None => List("Secret"),
            "List team secrets. Answers names and dates, never values.", secret::list),
        route!("createTeamSecret", POST path::team_secrets(team), Who::Team(Action::WriteSecrets),
            Some("SecretCreate") => Json(201, "Secret"),
            "Create a team secret. The value is encrypted and no answer returns it.", secret::create),
        route!("getTeamSecret", GET path::team_secret(team, name), Who::Team(Action::ReadSecretNames), None => Json(200, "Secret"),
            "Get a team secret. Answers its name and dates, never its value.", secret::get),
        route!("updateTeamSecret", PATCH path::team_secret(team, name), Who::Team(Action::WriteSecrets),
            Some("SecretUpdate") => Json(200, "Secret"),
            "Update a team secret. Replaces the value.", secret::update),
        route!("deleteTeamSecret", DELETE path::team_secret(team, name), Who::Team(Action::WriteSecrets), None => Nothing(204),
            "Delete a team secret. This cannot be undone.", secret::remove),
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
            "Sign up. Creates an account with its private workspace, mails a link to confirm the email, and sets the \
                session cookie.", sign_up::create),
        route!("confirmEmail", POST path::CONFIRM_EMAIL, Who::Account, Some("Token") => Nothing(204),
            "Confirm your email. Takes the token of the mailed link, in a session of the same account.",
            sign_up::confirm),
        route!("resendConfirmation", POST path::CONFIRM_EMAIL_RESEND, Who::Account, None => Nothing(202),
            "Send the confirmation email again. Earlier links stop working.", sign_up::resend),
        route!("denyEmail", POST path::CONFIRM_EMAIL_DENY, Who::Bearer, Some("Token") => Nothing(204),
            "Reject an account created with your email. Deletes the unconfirmed account. Takes the token of the \
                mailed link.", sign_up::deny),
        route!("signIn", POST path::SIGN_IN, Who::Anybody, Some("SignIn") => Json(200, "Session"),
            "Sign in with email and password. Sets the session cookie, or answers 202 with a challenge when the \
                account has a second factor.", sign_in::create),
        route!("answerChallenge", POST path::SIGN_IN_CHALLENGE, Who::Bearer,
            Some("ChallengeAnswer") => Json(200, "Session"),
            "Complete a sign-in with a second factor. Sets the session cookie. A wrong code leaves the challenge \
                open.", sign_in::answer_challenge),
        route!("beginPasskeySignIn", POST path::PASSKEY_SIGN_IN_OPTIONS, Who::Anybody, None => Json(200, "RequestOptions"),
            "Start signing in with a passkey. Answers the options for the browser's `navigator.credentials.get`. \
                They expire in 15 minutes.", passkey::begin_sign_in),
        route!("signInWithPasskey", POST path::PASSKEY_SIGN_IN, Who::Anybody, Some("PasskeySignIn") => Json(200, "Session"),
            "Sign in with a passkey. Needs no password and no second factor. Sets the session cookie.",
            passkey::sign_in),
        route!("signOut", POST path::SIGN_OUT, Who::Account, None => Nothing(204),
            "Sign out. Ends the session and clears its cookie.", sign_in::sign_out),
        route!("reauthenticate", POST path::REAUTHENTICATE, Who::Account, Some("Reauthenticate") => Nothing(204),
            "Confirm that it is you. Counts as a recent sign-in for 15 minutes and sets a new session cookie.",
            sign_in::reauthenticate),
        route!("beginPasskeyProof", POST path::REAUTHENTICATE_OPTIONS, Who::Account, None => Json(200, "RequestOptions"),
            "Start confirming that it is you with a passkey. Answers the options for the browser's \
                `navigator.credentials.get`. They expire in 5 minutes.", passkey::begin_proof),
        route!("requestPasswordReset", POST path::PASSWORD_RESET, Who::Anybody,
            Some("PasswordResetRequest") => Nothing(202),
            "Request a password reset. Mails a link when the email has an account; the answer is the same when it \
                has none.", password::request),
        route!("resetPassword", PUT path::PASSWORD_RESET, Who::Bearer, Some("PasswordReset") => Json(200, "TakenBack"),
            "Reset a password. Takes the token of the mailed link, sets the new password, ends every session, removes \
                what was added in the last 7 days and restores what was removed in that time.", password::reset),
        route!("getMailedLink", POST path::MAILED_LINK, Who::Bearer, Some("Token") => Json(200, "MailedLink"),
            "Look up whose password a mailed link sets. Takes the token of a link to reset a password, to undo a change \
                of email or to take an account back. The link stays usable.", password::mailed_link),
        route!("unlockAccount", POST path::UNLOCK, Who::Bearer, Some("Token") => Nothing(204),
            "Unlock an account. Lifts the lock that follows several password resets in an hour. Takes the token of \
                the mailed link.", password::unlock),
        route!("undoEmailChange", POST path::EMAIL_UNDO, Who::Bearer, Some("PasswordReset") => Json(200, "TakenBack"),
            "Undo a change of email. Restores the previous email, sets a new password, ends every session, removes \
                what was added in the last 7 days and restores what was removed in that time. Takes the token mailed \
                to the previous email.", email_change::undo),
        route!("takeBackAccount", POST path::TAKE_BACK, Who::Bearer, Some("PasswordReset") => Json(200, "TakenBack"),
            "Take an account back. Sets a new password, ends every session, removes what was added in the last 7 days \
                and restores what was removed in that time. Takes the token of the mail about something that was \
                added.", password::take_back),
        route!("comeBack", POST path::COME_BACK, Who::Bearer, Some("Token") => Nothing(204),
            "Restore a deactivated account. Takes the token of the mailed link. Sign in afterwards.",
            deactivation::come_back),
        route!("switchTeam", PUT path::SESSION_TEAM, Who::Account, Some("SwitchTeam") => Json(200, "Session"),
            "Switch to another team. The session starts there the next time the console opens.", session::switch),
    ]
}

fn accounts() -> Vec<Route> {
    use Reply::{Array, Json, List, Nothing};
    let id = "{id}";
    vec![
        route!("getAccount", GET path::ACCOUNT, Who::Account, None => Json(200, "Account"),
            "Get your account. Answers your profile and preferences.", account::get),
        route!("updateAccount", PATCH path::ACCOUNT, Who::Account, Some("AccountPatch") => Json(200, "Account"),
            "Update your account. Fields that you leave out keep their values.", account::update),
        route!("changeEmail", POST path::ACCOUNT_EMAIL, Who::RecentAccount, Some("EmailChange") => Nothing(202),
            "Change your email. Mails a confirmation link to the new email; until it is used, the current email \
                stays.", email_change::request),
        route!("cancelEmailChange", DELETE path::ACCOUNT_EMAIL, Who::Account, None => Nothing(204),
            "Cancel a change of email that is not confirmed yet.", email_change::cancel),
        route!("changePassword", PUT path::ACCOUNT_PASSWORD, Who::RecentAccount, Some("PasswordChange") => Nothing(204),
            "Change your password. Ends every other session and sets a new session cookie.", password::change),
        route!("removePassword", DELETE path::ACCOUNT_PASSWORD, Who::RecentAccount, None => Nothing(204),
            "Remove your password. You sign in with a passkey from then on, so the account needs one.",
            password::remove),
        route!("getDeactivation", GET path::ACCOUNT_DEACTIVATION, Who::Account, None => Json(200, "Deactivation"),
            "Review what deactivating your account does. Lists the teams that stop it, and what will be deleted.",
            deactivation::get),
        route!("deactivateAccount", POST path::ACCOUNT_DEACTIVATION, Who::RecentAccount,
            Some("Deactivate") => Json(202, "Deactivated"),
            "Deactivate your account. Ends every session and API key at once. You can restore the account for 14 \
                days; then it is deleted permanently.", deactivation::create),
        route!("listSessions", GET path::ACCOUNT_SESSIONS, Who::Account, None => Array(200, "AccountSession"),
            "List your sessions. The current one comes first.", session::list),
        route!("endOtherSessions", DELETE path::ACCOUNT_SESSIONS, Who::RecentAccount, None => Nothing(204),
            "End your other sessions. The current one stays.", session::end_others),
        route!("endSession", DELETE path::account_session(id), Who::RecentAccount, None => Nothing(204),
            "End a session. It may be the current one.", session::end),
        route!("getSecondFactor", GET path::ACCOUNT_SECOND_FACTOR, Who::Account, None => Json(200, "SecondFactor"),
            "Get your second factors. Answers which are on and how many recovery codes are left.", second_factor::get),
        route!("beginTotp", POST path::ACCOUNT_TOTP, Who::RecentAccount, None => Json(201, "TotpSetup"),
            "Start setting up an authenticator app. Answers a new seed, valid for an hour. The app is on once you \
                confirm a code.", totp::begin),
        route!("confirmTotp", PUT path::ACCOUNT_TOTP, Who::RecentAccount, Some("TotpCode") => Json(200, "RecoveryCodes"),
            "Turn on the authenticator app. Takes a code of the app. With the account's first second factor, the \
                answer holds ten recovery codes.", totp::confirm),
        route!("endTotp", DELETE path::ACCOUNT_TOTP, Who::RecentAccount, Some("TotpCode") => Nothing(204),
            "Turn off the authenticator app. Takes a code of the app or a recovery code.", totp::end),
        route!("makeRecoveryCodes", POST path::ACCOUNT_RECOVERY_CODES, Who::RecentAccount, None => Json(201, "RecoveryCodes"),
            "Generate new recovery codes. Earlier codes stop working. Needs a second factor used in the last 15 \
                minutes.", second_factor::make_recovery_codes),
        route!("listSecurityLog", GET path::ACCOUNT_SECURITY_LOG, Who::Account, None => List("SecurityEvent"),
            "List security events of your account. Sign-ins, failures, and changes of password, email, factors and \
                keys, newest first.", security_log::list),
        route!("listSshKeys", GET path::ACCOUNT_SSH_KEYS, Who::Account, None => Array(200, "SshKey"),
            "List your SSH keys. Newest first.", ssh_key::list),
        route!("addSshKey", POST path::ACCOUNT_SSH_KEYS, Who::RecentAccount, Some("SshKeyCreate") => Json(201, "SshKey"),
            "Add an SSH key. Takes a public key; private keys, weak types and options are refused.", ssh_key::add),
        route!("removeSshKey", DELETE path::account_ssh_key(id), Who::Account, None => Nothing(204),
            "Remove an SSH key. You can no longer connect with it.", ssh_key::remove),
        route!("listPasskeys", GET path::ACCOUNT_PASSKEYS, Who::Account, None => Array(200, "Passkey"),
            "List your passkeys. Oldest first.", passkey::list),
        route!("getAcceptedPasskeys", GET path::ACCOUNT_PASSKEYS_ACCEPTED, Who::Account, None => Json(200, "AcceptedPasskeys"),
            "Get what to tell a browser about your passkeys. Answers the arguments of its \
                `PublicKeyCredential.signalAllAcceptedCredentials` and `signalCurrentUserDetails`.", passkey::accepted),
        route!("beginPasskey", POST path::ACCOUNT_PASSKEY_OPTIONS, Who::RecentAccount, None => Json(200, "CreationOptions"),
            "Start adding a passkey. Answers the options for the browser's `navigator.credentials.create`. They \
                expire in 5 minutes.", passkey::begin),
        route!("createPasskey", POST path::ACCOUNT_PASSKEYS, Who::RecentAccount, Some("PasskeyCreate") => Json(201, "Passkey"),
            "Add a passkey. With the account's first second factor, the answer holds ten recovery codes.",
            passkey::create),
        route!("updatePasskey", PATCH path::account_passkey(id), Who::Account, Some("PasskeyRename") => Json(200, "Passkey"),
            "Rename a passkey.", passkey::update),
        route!("deletePasskey", DELETE path::account_passkey(id), Who::RecentAccount, None => Nothing(204),
            "Remove a passkey. The last way to sign in cannot be removed.", passkey::remove),
        route!("listAccountInvitations", GET path::ACCOUNT_INVITATIONS, Who::Account, None => Array(200, "AccountInvitation"),
            "List invitations to you. Answers the pending invitations to your confirmed email.", invitation::list_mine),
        route!("acceptInvitation", POST path::INVITATIONS_ACCEPT, Who::Account,
            Some("InvitationAccept") => Json(200, "TeamMember"),
            "Accept an invitation. Takes the token of the mailed link, or the id of one of your pending invitations.",
            invitation::accept),
        route!("previewInvitation", POST path::INVITATIONS_PREVIEW, Who::Bearer,
            Some("Token") => Json(200, "InvitationPreview"),
            "Preview an invitation. Answers the team, the role and who invited, by the token of the mailed link.",
            invitation::preview),
        route!("declineInvitation", POST path::INVITATIONS_DECLINE, Who::Bearer,
            Some("InvitationAccept") => Nothing(204),
            "Decline an invitation. Takes the token of the mailed link, or, signed in, the id of one of your pending \
                invitations.", invitation::decline),
    ]
}

fn teams() -> Vec<Route> {
    use Reply::{Array, Json, List, Nothing};
    let (team, id) = ("{team}", "{id}");
    vec![
        route!("listTeams", GET path::TEAMS, Who::SignedIn, None => Array(200, "TeamSummary"),
            "List your teams. The private workspace comes first. An API key sees its own team only.", team::list),
        route!("createTeam", POST path::TEAMS, Who::Account, Some("TeamCreate") => Json(201, "Team"),
            "Create a team. You become its owner.", team::create),
        route!("getTeam", GET path::team(team), Who::Team(Action::ReadTeam), None => Json(200, "Team"),
            "Get a team. Answers its profile.", team::get),
        route!("updateTeam", PATCH path::team(team), Who::Team(Action::EditTeam), Some("TeamPatch") => Json(200, "Team"),
            "Update a team. Fields that you leave out keep their values.", team::update),
        route!("listInvitations", GET path::team_invitations(team), Who::Team(Action::ReadInvitations), None => List("Invitation"),
            "List pending invitations of a team. Newest first.", invitation::list),
        route!("createInvitations", POST path::team_invitations(team), Who::Team(Action::Invite),
            Some("InvitationCreate") => Array(201, "Invitation"),
            "Invite people to a team. Mails each a link that expires in 7 days and works once. An address that cannot \
                be invited holds up no other: the header `Refused-Emails` lists its place in `emails`.", invitation::create),
        route!("resendInvitation", POST path::team_invitation_resend(team, id), Who::Team(Action::Invite), None => Json(200, "Invitation"),
            "Send an invitation again. Earlier links stop working; the new one expires in 7 days.", invitation::resend),
        route!("cancelInvitation", DELETE path::team_invitation(team, id), Who::Team(Action::Invite), None => Nothing(204),
            "Cancel an invitation. Its link stops working.", invitation::cancel),
        route!("listApiKeys", GET path::team_api_keys(team), Who::Team(Action::ReadOwnApiKeys), None => List("ApiKey"),
            "List API keys of a team. Your own, or everyone's with `all=true`, for admins.", api_key::list),
        route!("createApiKey", POST path::team_api_keys(team), Who::RecentTeam(Action::MakeApiKey),
            Some("ApiKeyCreate") => Json(201, "ApiKey"),
            "Create an API key. The answer is the only one that holds the whole key.", api_key::create),
        route!("revokeApiKey", DELETE path::team_api_key(team, id), Who::Team(Action::RevokeOwnApiKey), None => Nothing(204),
            "Revoke an API key. Your own, or anyone's for admins. Programs that use it stop working at once.",
            api_key::revoke),
        route!("listAudit", GET path::team_audit(team), Who::Team(Action::ReadAudit), None => List("AuditEvent"),
            "List audit events of a team. Changes and denied requests, newest first.", audit::list),
    ]
}

fn about() -> Vec<Route> {
    use Reply::Json;
    vec![
        route!("getHealth", GET path::HEALTH, Who::Anybody, None => Json(200, "Health"),
            "Check that the server is up. It has reached its storage and has its keys when it answers 200.", health::get),
        Route {
            pages: true,
            ..route!("getOpenApi", GET path::OPENAPI, Who::Anybody, None => Json(200, "OpenApi"),
            "Get this document. An OpenAPI 3.1 description of the API.", health::openapi)
        },
    ]
}

/// The table as a router for each method, which is made once.
static ROUTERS: LazyLock<HashMap<Method, Router<&Route>>> = LazyLock::new(|| {
    let mut routers: HashMap<Method, Router<&Route>> = HashMap::new();
    for route in ROUTES.iter() {
        let inserted = routers.entry(route.method.clone()).or_default().insert(&route.pattern, route);
        debug_assert!(inserted.is_ok(), "{}: {inserted:?}", route.pattern);
    }
    routers
});

/// The route of a request, with the parts of its path still percent-encoded. A fixed part of a pattern goes before one
/// that takes anything.
pub fn find<'p>(method: &Method, path: &'p str, dialect: Dialect) -> Option<(&'static Route, Params<'static, 'p>)> {
    let found = ROUTERS.get(method)?.at(path).ok()?;
    let is_served = dialect == Dialect::Contract || found.value.pages;
    is_served.then_some((*found.value, found.params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_by_a_path_of_its_own() {
        for route in ROUTES.iter() {
            let path = route.pattern.replace(['{', '}'], "");
            let (found, params) = find(&route.method, &path, Dialect::Contract).unwrap();
            assert_eq!((&found.method, &found.pattern), (&route.method, &route.pattern));
            assert_eq!(params.len(), route.pattern.matches('{').count());
            assert!(params.iter().all(|(name, value)| name == value), "{}", route.pattern);
            assert_eq!(find(&route.method, &path, Dialect::Page).is_some(), route.pages);
            for other in [format!("{path}/"), format!("/{path}"), format!("{path}/x/y/z"), path.to_uppercase()] {
                assert!(find(&route.method, &other, Dialect::Contract).is_none(), "{other}");
            }
        }
    }

    #[test]
    fn a_part_of_a_path_is_not_empty() {
        for path in ["/v1/teams/", "/v1/teams//users", "/v1/teams/core/secrets/", "", "/"] {
            for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE, Method::TRACE] {
                assert!(find(&method, path, Dialect::Contract).is_none(), "{path}");
            }
        }
    }
}
