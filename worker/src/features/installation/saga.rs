//! The installation object: which keys the installation has, and its alarm, which visits every account and team that the
//! replica lists and has each wrap anew what an older key wraps.

use crate::{
    error::{InternalError, log},
    features::installation::{self, Page, RenewAccount, RenewTeam, Walk},
    object::{Change, CommandResult, Object, ObjectName, Origin, TimerSaga},
    store::key,
};
use futures_util::future::join_all;
use std::rc::Rc;

/// Keys of the replica in one page: a page is one alarm, and has at most so many calls.
const PAGE: usize = 250;

/// Calls under way at once.
const ABREAST: usize = 6;

/// One page of the visit. What is cut short is done again: to wrap what is wrapped changes nothing, and a page counts
/// when it is noted.
impl TimerSaga for Walk {
    async fn fire(self, object: &Rc<Object>, (): ()) -> Result<(), InternalError> {
        let (record, (standing, walk)) = object.read(|tx| (tx.get(&key::installation()), installation::walk(tx)));
        let (Some(record), Some(prefix)) = (record, walk.prefix()) else {
            return object.write(|tx, _| tx.stop_timer(&self));
        };
        let keys = object.host.installation();
        if record.judge(&keys.shown()) != Ok(true) {
            return Err(InternalError::new("these are not the keys that were noted last"));
        }
        let listed = object.host.names(prefix, walk.cursor.as_deref(), PAGE).await?;
        let mut ids: Vec<&str> =
            listed.names.iter().filter_map(|name| name.strip_prefix(prefix)?.split('/').next()).collect();
        ids.dedup();
        let last = ids.last().map_or_else(|| walk.last.clone(), |last| (*last).to_owned());
        let objects: Vec<ObjectName> = ids
            .into_iter()
            .filter(|id| *id != walk.last)
            .filter_map(|id| key::owner(&format!("{prefix}{id}")))
            .collect();
        let (mut held, mut missed) = (vec![], 0);
        for some in objects.chunks(ABREAST) {
            for answer in join_all(some.iter().map(|to| renew(object, to, keys.current()))).await {
                match answer {
                    Ok(Ok(ids)) => held.extend(ids),
                    Ok(Err(_)) => missed += 1,
                    Err(error) => {
                        log("installation walk", &error);
                        missed += 1;
                    }
                }
            }
        }
        let page = Page { cursor: listed.cursor, last, held, missed };
        let mut unknown = vec![];
        object.write(|tx, _| unknown = installation::walked(tx, standing.as_ref(), walk, page))?;
        for id in unknown {
            log(
                "installation walk",
                &InternalError::new(format!("something is kept under {id}, which INSTALLATION_KEYS lacks")),
            );
        }
        Ok(())
    }
}

/// Has a team or an account wrap anew. Nobody else holds anything that is wrapped.
async fn renew(
    object: &Rc<Object>,
    to: &ObjectName,
    current: &str,
) -> Result<CommandResult<Vec<String>>, InternalError> {
    let (origin, current) = (Origin::default(), current.to_owned());
    match to {
        ObjectName::Team(team) => object.ask(team, &RenewTeam { current }, &origin).await,
        ObjectName::Account(account) => object.ask(account, &RenewAccount { current }, &origin).await,
        ObjectName::Email(_) | ObjectName::Namespace(_) | ObjectName::Address(_) | ObjectName::Installation => {
            Ok(Ok(vec![]))
        }
    }
}
