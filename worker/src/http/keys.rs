//! Whether this server has the keys that the installation needs. With others it would know nobody: emails that are taken
//! could be signed up again. So it serves nothing then, and says what to change.

use crate::{
    error::{InternalError, log},
    features::installation::{Enter, record::InstallationRecord},
    http::site::misconfigured,
    object::{Envelope, Origin},
    store::{Edge, decode, edge::Fitness, key},
};
use guildhall_shared::timestamp::SECOND;

/// How long a rejection is kept before the keys are checked again: the keys change with a deployment only, but the replica may lag.
const REFUSED: i64 = 10 * SECOND;

/// Compares the keys once in an isolate: with the replica, and where that does not know them with the primary, which
/// notes new ones. Where nobody can be asked it continues, and the next call asks again.
pub async fn check(edge: &dyn Edge) -> Result<(), String> {
    match edge.fitness() {
        Some(Fitness { unfit: None, .. }) => return Ok(()),
        Some(Fitness { unfit: Some(why), at }) if edge.now().since(at) < REFUSED => return Err(why),
        _ => {}
    }
    let shown = edge.installation().shown();
    let standing = match edge.read(vec![key::installation().as_str().to_owned()]).await {
        Ok(values) => values.into_iter().next().flatten(),
        Err(error) => {
            log("installation", &error);
            return Ok(());
        }
    };
    let standing = standing.and_then(|value| decode::<InstallationRecord>(&value).ok());
    let judged = standing.map_or(Ok(false), |(_, record)| record.judge(&shown));
    if judged == Ok(true) {
        return know(edge, None);
    }
    let entered = async { edge.call(Envelope::system(&(), &Enter(shown), Origin::default())?).await };
    match entered.await.map(|replied| replied.answer) {
        Ok(Ok(_)) => know(edge, None),
        Ok(Err(rejection)) => know(edge, Some(misconfigured(&rejection.message))),
        Err(error) => {
            log("installation", &error);
            judged.map(drop).map_err(|why| misconfigured(&why))
        }
    }
}

fn know(edge: &dyn Edge, unfit: Option<String>) -> Result<(), String> {
    if let Some(why) = &unfit {
        log("configuration", &InternalError::new(why.clone()));
    }
    edge.note_fitness(Fitness { at: edge.now(), unfit: unfit.clone() });
    unfit.map_or(Ok(()), Err)
}
