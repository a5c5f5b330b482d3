//! The current session: of a browser, of a program, or `null`.

use crate::{
    access::{
        self, ReadSet,
        actor::{Credential, set_cookie, set_device_cookie},
        memberships,
    },
    error::{Error, Rejection},
    features::{
        accounts::record::{AccountRecord, Profile},
        api_keys::record::PassRecord,
        members::record::BelongsRecord,
        sessions::{
            session::{self, Authenticated, SignedIn},
            session_list,
        },
        teams::record::TeamRecord,
    },
    http::{
        Answer, Call, header,
        route::{Reply, Route, Who, of, route},
    },
    store::key,
};
use guildhall_shared::{
    AccountId, Action, Code, Role, TeamId, path,
    session::{AccountSession, Membership, MembershipTeam, Preferences, Session, SessionTeam, SessionUser, SwitchTeam},
};

pub fn routes() -> Vec<Route> {
    use Reply::{Array, Json, Nothing, OrNull};
    let id = "{id}";
    vec![
        route!("getSession", GET path::SESSION, Who::Anybody, None => OrNull(of::<Session>()),
            "Get the current session. Answers `null` when nobody is signed in, and when an API key is wrong, expired \
                or revoked.", get)
        .on_pages(),
        route!("switchTeam", PUT path::SESSION_TEAM, Who::Account, Some(of::<SwitchTeam>()) => Json(200, of::<Session>()),
            "Switch to another team. The session starts there the next time the console opens.", switch),
        route!("listSessions", GET path::ACCOUNT_SESSIONS, Who::Account, None => Array(200, of::<AccountSession>()),
            "List your sessions. The current one comes first.", list),
        route!("endOtherSessions", DELETE path::ACCOUNT_SESSIONS, Who::RecentAccount, None => Nothing(204),
            "End your other sessions. The current one stays.", end_others),
        route!("endSession", DELETE path::account_session(id), Who::RecentAccount, None => Nothing(204),
            "End a session. It may be the current one.", end),
    ]
}

/// 200 with `null` to nobody, and to a credential that is wrong or revoked.
pub async fn get(call: &Call) -> Result<Answer, Error> {
    let session = match &call.credential {
        Credential::None | Credential::WrongKey => Ok(None),
        Credential::Key(..) => access::read_key(call).await.map(|key| Some(of_key(key))),
        Credential::Cookie(token, _) => {
            let want = ReadSet::default().list(&key::belongings(token.account));
            match access::read_account(call, want).await {
                Ok(read) => {
                    let others = memberships::named(call, &read.account, read.snapshot.rows).await?;
                    Ok(Some(of_account(&read.account, read.session.team, &others)))
                }
                Err(error) => Err(error),
            }
        }
    };
    match session {
        Ok(session) => Ok(Answer::json(200, &session)?),
        Err(Error::Rejection(rejection)) if rejection.code == Code::Unauthorized => Ok(Answer::text(200, "null")),
        Err(error) => Err(error),
    }
}

/// 1. The person is in the team. 2. The session remembers it.
pub async fn switch(call: &Call) -> Result<Answer, Error> {
    access::authenticate_or_refuse_key(call).await?;
    let body: SwitchTeam = call.json()?;
    // 1
    let team = access::read_team_named(call, &body.team, Action::ReadTeam, &|_| ReadSet::default()).await?.id;
    // 2
    let command = session::Switch { team };
    let authenticated: Authenticated = access::change_account(call, &command).await?.read()?;
    answer(call, 200, &authenticated.account, authenticated.session.team).await
}

/// The sessions of the caller's account, this one first.
pub async fn list(call: &Call) -> Result<Answer, Error> {
    let sessions = access::change_account(call, &session_list::List).await?;
    Ok(Answer::raw(200, sessions))
}

pub async fn end(call: &Call) -> Result<Answer, Error> {
    let session = call.param("id").parse().map_err(|_| Rejection::not_found());
    access::authenticate_or_refuse_key(call).await?;
    let command = session_list::End { session: session? };
    access::change_account(call, &command).await?;
    Ok(Answer::nothing(call))
}

pub async fn end_others(call: &Call) -> Result<Answer, Error> {
    access::change_account(call, &session_list::EndOthers).await?;
    Ok(Answer::nothing(call))
}

async fn answer(call: &Call, status: u16, account: &AccountRecord, team: TeamId) -> Result<Answer, Error> {
    let others = memberships::of(call, account).await?;
    Ok(Answer::json(status, &of_account(account, team, &others))?)
}

/// A new session as an answer, with its cookie, and the one by which the browser is known from now on.
pub async fn answer_signed_in(call: &Call, status: u16, signed_in: SignedIn) -> Result<Answer, Error> {
    let SignedIn { cookie, device, account, session } = signed_in;
    let answer = answer(call, status, &account, session.team).await?.with(header::SET_COOKIE, &set_cookie(&cookie));
    Ok(match device {
        Some(device) => answer.with(header::SET_COOKIE, &set_device_cookie(account.id, &device)),
        None => answer,
    })
}

fn of_account(account: &AccountRecord, current: TeamId, others: &[(BelongsRecord, TeamRecord)]) -> Session {
    // The private workspace is called what the account is, so it needs no look-up.
    let private = SessionTeam {
        id: account.workspace,
        name: account.username.clone(),
        namespace: account.username.clone(),
        is_private: true,
    };
    let mut memberships = vec![Membership {
        is_admin: true,
        is_owner: true,
        team: MembershipTeam {
            id: private.id,
            name: private.name.clone(),
            namespace: private.namespace.clone(),
            is_user_team: true,
            dt_created: account.created,
        },
    }];
    memberships.extend(others.iter().map(|(belongs, team)| membership(belongs.role, team)));
    let chosen = others.iter().map(|(_, team)| team).find(|team| team.id == current);
    let team = chosen.map_or(private, session_team);
    let user = SessionUser {
        is_qr_code_based_mfa_enabled: account.totp.is_some() || account.totp_begun,
        has_passkeys: account.passkeys > 0,
        ..user(account.id, &account.profile(), memberships)
    };
    Session { user, team }
}

fn of_key(pass: PassRecord) -> Session {
    let PassRecord { key: _, member, team } = pass;
    let memberships = vec![membership(member.role, &team)];
    Session { user: user(member.account, &member.profile, memberships), team: session_team(&team) }
}

fn session_team(team: &TeamRecord) -> SessionTeam {
    SessionTeam { id: team.id, name: team.name.clone(), namespace: team.namespace.clone(), is_private: team.private }
}

fn membership(role: Role, team: &TeamRecord) -> Membership {
    Membership {
        is_admin: role.is_admin(),
        is_owner: role == Role::Owner,
        team: MembershipTeam {
            id: team.id,
            name: team.name.clone(),
            namespace: team.namespace.clone(),
            is_user_team: team.private,
            dt_created: team.created,
        },
    }
}

fn user(id: AccountId, profile: &Profile, team_memberships: Vec<Membership>) -> SessionUser {
    let Profile {
        revision: _,
        email,
        username,
        first_name,
        last_name,
        default_product,
        theme,
        hotkeys,
        created,
        confirmed,
        last_active: _,
        second_factor: _,
        totp,
        no_password,
        deactivated: _,
    } = profile.clone();
    SessionUser {
        id,
        email,
        username,
        first_name,
        last_name,
        default_product,
        theme,
        dt_created: created,
        dt_confirmed: confirmed,
        is_password_auth_enabled: !no_password,
        is_qr_code_based_mfa_enabled: totp,
        is_qr_code_based_mfa_confirmed: totp,
        has_passkeys: false,
        preferences: Preferences { hotkeys },
        team_memberships,
    }
}
