//! The second factor of an account: which rule decides which command.

use crate::{
    domain::{
        Context, challenge, recovery_code,
        second_factor::{self, Command},
        totp,
    },
    error::Refusal,
    object::{Json, reply},
    store::Draft,
};
use guildhall_shared::AccountId;

pub fn decide(draft: &mut Draft<'_>, context: &Context<'_>, id: AccountId, command: &Command) -> Result<Json, Refusal> {
    match command {
        Command::Get => reply(&second_factor::get(draft, context, id)?),
        Command::BeginTotp => reply(&totp::begin(draft, context, id)?),
        Command::ConfirmTotp { code } => reply(&totp::confirm(draft, context, id, code)?),
        Command::EndTotp { proof } => reply(&totp::end(draft, context, id, proof)?),
        Command::MakeRecoveryCodes => reply(&recovery_code::renew(draft, context, id)?),
        Command::Answer { link, proof, browser } => {
            reply(&challenge::answer(draft, context, id, (*link, proof), browser)?)
        }
    }
}
