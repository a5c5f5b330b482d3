//! Erasing an account whose two weeks are over: everybody who knows something of it is told, and the
//! object itself ends last. Whatever fails is tried again by the alarm, from the start.

use crate::{
    domain::{
        email::{self, Attempted},
        erasure::{self, Plan},
        namespace, team,
    },
    error::Broken,
    object::{Change, Command, Object, ObjectName, Origin, from_json},
};
use guildhall_shared::AccountId;
use std::rc::Rc;

/// 1. What was said before has arrived, so that nothing comes after the end.
/// 2. Former emails, which may be somebody else's by now: those stay as they are.
/// 3. Teams that the account is in, or was. 4. The emails that it holds. 5. Its names.
/// 6. The object itself.
pub async fn run(object: &Rc<Object>, id: AccountId) -> Result<(), Broken> {
    // 1
    let mut plan = None;
    object.write(|draft, context| plan = erasure::begin(draft, context, id))?;
    let Some(plan) = plan else { return Ok(()) };
    if !object.has_performed_all().await? {
        return Err(Broken::new("something of an erased account still waits"));
    }
    let Plan { teams, emails, former, names } = plan;
    let ask = async |to: ObjectName, command: Command| match object.ask(to, command, &Origin::default()).await? {
        Ok(answer) => Ok(answer),
        Err(refusal) => Err(Broken::new(format!("erasing was refused with {}", refusal.code.status()))),
    };
    let email =
        |hash: &String| ask(ObjectName::Email(hash.clone()), Command::Email(email::Command::Erase { account: id }));
    // 2
    let mut theirs = emails.clone();
    for hash in former {
        if from_json::<Attempted>(&email(&hash).await?)?.account.is_none() {
            theirs.push(hash);
        }
    }
    // 3
    for team in teams {
        let erase = team::Command::Erase { account: id, emails: theirs.clone() };
        ask(ObjectName::Team(team), Command::Team(erase)).await?;
    }
    // 4
    for hash in &emails {
        email(hash).await?;
    }
    // 5
    for name in names {
        let erase = namespace::Command::Erase { holder: namespace::Holder::Account(id) };
        ask(ObjectName::Namespace(name), Command::Namespace(erase)).await?;
    }
    // 6
    object.write(|draft, _| erasure::finish(draft))
}
