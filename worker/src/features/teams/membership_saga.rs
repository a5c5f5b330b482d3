//! Making a team and joining one: sagas over the team's object, and how they heal.

use crate::{
    error::InternalError,
    features::{
        accounts::{self, account::Claim},
        invitations::invitation_answer::Accept,
        limits::budget::{self, Budget},
        teams::{
            link::{self, CreateTeam, Heal, Join},
            namespace,
            record::Holder,
            team::Holds,
        },
    },
    object::{Change, CommandResult, Envelope, Object, Origin, Saga, TimerSaga, is_yes},
    store::key,
};
use guildhall_shared::{
    AccountId, TeamId,
    member::TeamMember,
    team::{Team, TeamCreate},
};
use std::rc::Rc;

/// 1. The link, so that nothing can be made that the account does not know of.
/// 2. The claim on the namespace.
/// 3. The team and the name, from the outbox of the commit that makes the link good.
impl Saga for CreateTeam {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<Team>, InternalError> {
        let body = &TeamCreate { name: self.name, namespace: self.namespace };
        // 1
        let begun = object.decide(envelope, false, |tx, context| {
            link::confirmed(tx, context, id)?;
            link::parse_team(body)?;
            budget::spend_all(tx, &budget::TEAMS)?;
            let team: TeamId = context.id();
            link::begin(tx, team);
            Ok(team)
        })?;
        let team = match begun {
            Ok(team) => team,
            Err(rejection) => return Ok(Err(rejection)),
        };
        // 2
        let (name, namespace) = match link::parse_team(body) {
            Ok(parsed) => parsed,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let claim = namespace::Claim { holder: Holder::Team(team), team, asker: object.name.clone() };
        if let Err(rejection) = object.ask(&namespace.as_str().to_owned(), &claim, &envelope.origin).await? {
            undo(object, envelope, team, &budget::TEAMS)?;
            return Ok(Err(rejection));
        }
        // 3
        object.change(envelope, |tx, context| link::create_team(tx, context, id, team, &name, &namespace))
    }
}

/// 1. The link.
/// 2. The team decides, and its outbox makes the link good. Doing that here could come after the team
///    has let the account go again.
/// 3. The answer is kept, or the link goes.
impl Saga for Join {
    async fn run(
        self,
        object: &Rc<Object>,
        id: AccountId,
        envelope: &Envelope,
    ) -> Result<CommandResult<TeamMember>, InternalError> {
        let Self { team, invitation, link: mailed } = self;
        // 1
        let begun = object.decide(envelope, false, |tx, context| {
            let account = link::confirmed(tx, context, id)?;
            link::begin(tx, team);
            Ok(account)
        })?;
        let account = match begun {
            Ok(account) => account,
            Err(rejection) => return Ok(Err(rejection)),
        };
        // 2
        let profile = Box::new(account.profile());
        let accept = Accept { id: invitation, link: mailed, account: id, profile };
        let accepted = object.ask(&team, &accept, &envelope.origin).await?;
        // 3
        let member = match accepted {
            Ok(member) => member,
            Err(rejection) => {
                undo(object, envelope, team, &[])?;
                return Ok(Err(rejection));
            }
        };
        object.change(envelope, |_, _| Ok(member))
    }
}

/// Takes back what a refused saga had begun, and what it had counted.
fn undo(object: &Rc<Object>, envelope: &Envelope, team: TeamId, counted: &[Budget]) -> Result<(), InternalError> {
    let undone = object.decide(envelope, false, |tx, _| {
        link::undo(tx, team);
        budget::give_back(tx, counted);
        Ok(())
    });
    undone.map(drop)?;
    object.forget_begun(envelope)
}

/// A link that was begun and never made good: the team knows whether something came of it.
impl TimerSaga for Heal {
    async fn fire(self, object: &Rc<Object>, id: AccountId) -> Result<(), InternalError> {
        let Self(team) = self;
        let begun = object.read(|tx| tx.get(&key::link(team))).filter(|link| !link.made);
        let holds = if begun.is_some() {
            is_yes(&object.ask(&team, &Holds { account: id }, &Origin::default()).await?)
        } else {
            false
        };
        let envelope = object.system();
        let healed = object.change(&envelope, |tx, context| {
            // The link may have moved while the team was asked.
            if begun.is_none() || tx.get(&key::link(team)) != begun {
                tx.stop_timer(&self);
                Ok(())
            } else if holds {
                link::make(tx, team);
                Ok(())
            } else {
                // Not a member and not made: whoever claimed for it hears "not mine" from now on.
                accounts::rules::still_claims(tx, context, id, &Claim::Team(team)).map(drop)
            }
        });
        healed.map(drop)
    }
}
