//! Erasing an account whose two weeks are over: everybody who knows something of it is told, and the
//! object itself ends last. Whatever fails is tried again by the alarm, from the start.

use crate::{
    error::{InternalError, Rejection},
    features::{
        emails::email,
        erasure::{self, Erase, EraseAccount, Plan},
        teams::{namespace, record::Holder},
    },
    object::{Change, CommandResult, Object, Origin, TimerSaga},
};
use guildhall_shared::AccountId;
use std::rc::Rc;

/// 1. What was said before has arrived, so that nothing comes after the end.
/// 2. Former emails, which may be someone else's by now: those stay as they are.
/// 3. Teams that the account is in, or was. 4. The emails that it holds. 5. Its names.
/// 6. The object itself.
impl TimerSaga for EraseAccount {
    async fn fire(self, object: &Rc<Object>, id: AccountId) -> Result<(), InternalError> {
        // 1
        let mut plan = None;
        object.write(|tx, context| plan = erasure::rules::begin(tx, context, id))?;
        let Some(plan) = plan else { return Ok(()) };
        if !object.has_performed_all().await? {
            return Err(InternalError::new("something of an erased account still waits"));
        }
        let Plan { teams, emails, former, names } = plan;
        let origin = Origin::default();
        let erase_email = email::Erase { account: id };
        // 2
        let mut theirs = emails.clone();
        for hash in former {
            if erased(object.ask(&hash, &erase_email, &origin).await?)?.is_none() {
                theirs.push(hash);
            }
        }
        // 3
        for team in teams {
            erased(object.ask(&team, &Erase { account: id, emails: theirs.clone() }, &origin).await?)?;
        }
        // 4
        for hash in &emails {
            erased(object.ask(hash, &erase_email, &origin).await?)?;
        }
        // 5
        for name in names {
            erased(object.ask(&name, &namespace::Erase { holder: Holder::Account(id) }, &origin).await?)?;
        }
        // 6
        object.write(|tx, _| erasure::rules::finish(tx))
    }
}

fn erased<T>(answer: CommandResult<T>) -> Result<T, InternalError> {
    answer.map_err(|rejection: Rejection| {
        InternalError::new(format!("erasing was refused with {}", rejection.code.status()))
    })
}
