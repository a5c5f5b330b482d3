//! The second factor of the own account: what is on, the authenticator app, recovery codes.

use crate::api::{
    Failure,
    call::{Abort, Call},
};
use guildhall_shared::{
    path,
    second_factor::{RecoveryCodes, SecondFactor},
    totp::{TotpCode, TotpSetup},
};

pub async fn get(abort: Abort) -> Result<SecondFactor, Failure> {
    Call::get(path::ACCOUNT_SECOND_FACTOR).abort(&abort).value().await
}

/// A new seed, which the app's first code turns on. One before it is void.
pub async fn begin_totp(abort: Abort) -> Result<TotpSetup, Failure> {
    Call::post(path::ACCOUNT_TOTP).abort(&abort).value().await
}

pub async fn confirm_totp(code: String) -> Result<RecoveryCodes, Failure> {
    Call::put(path::ACCOUNT_TOTP).body(&TotpCode { code }).value().await
}

pub async fn end_totp(code: String) -> Result<(), Failure> {
    Call::delete(path::ACCOUNT_TOTP).body(&TotpCode { code }).done().await
}

/// Ten new codes; the ones before are void.
pub async fn make_recovery_codes() -> Result<RecoveryCodes, Failure> {
    Call::post(path::ACCOUNT_RECOVERY_CODES).value().await
}
