//! The security log of the caller's account.

use crate::{
    access,
    error::Error,
    features::security_log,
    http::{
        Answer, Call,
        route::{Reply, Route, Who, of, route},
    },
    object::{Json, PageOf},
};
use guildhall_shared::{path, security_log::SecurityEvent};

pub fn routes() -> Vec<Route> {
    use Reply::List;
    vec![route!("listSecurityLog", GET path::ACCOUNT_SECURITY_LOG, Who::Account, None => List(of::<SecurityEvent>()),
            "List security events of your account. Sign-ins, failures, and changes of password, email, factors and \
                keys, newest first.", list)]
}

pub async fn list(call: &Call) -> Result<Answer, Error> {
    access::authenticate_or_refuse_key(call).await?;
    let page = call.page(&["dtCreated"])?;
    let command = security_log::List(page);
    let PageOf { items, next }: PageOf<Json> = access::change_account(call, &command).await?.read_as()?;
    Ok(Answer::raw(200, items).then(call, next.as_deref()))
}
