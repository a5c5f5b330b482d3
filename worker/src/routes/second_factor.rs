//! The second factor of one's own account, and its recovery codes.

use crate::{
    auth::access,
    domain::second_factor::Command as SecondFactorCommand,
    error::Error,
    layer::{Answer, Call},
    object::{Command, Json},
};

pub async fn get(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(200, ask(call, SecondFactorCommand::Get).await?))
}

pub async fn make_recovery_codes(call: &Call) -> Result<Answer, Error> {
    Ok(Answer::raw(201, ask(call, SecondFactorCommand::MakeRecoveryCodes).await?))
}

pub fn ask(call: &Call, command: SecondFactorCommand) -> impl Future<Output = Result<Json, Error>> {
    access::change_account(call, Command::SecondFactor(Box::new(command)))
}
