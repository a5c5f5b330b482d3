//! Passkeys of an account: adding, naming, removing, and signing in by one. Each phone has one key,
//! which it may register with several accounts, and counts its signatures, unless it was copied.

use crate::{
    account::finish,
    authenticator::{Algorithm, Authenticator, base64url},
    factor::{Judged, Proof},
    game::{Game, NewPassword},
    op::{Act as Any, Op, Who},
    rule::{Facts, NOTHING},
    state::{Account, Found, State},
    support::{Actor, Reply},
    take_back::Was,
};
use guildhall_shared::{AccountId, PasskeyId, SessionId, Timestamp, path, timestamp::MINUTE};
use guildhall_worker::{
    credentials::{
        secret::Installation,
        webauthn::challenge::{Challenge, Purpose, handle},
    },
    features::passkeys::record::PasskeyRecord,
    store::{Transaction, key},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PHONES: u8 = 3;

/// What a copy of a phone's key, or another key, is made of.
const FORGED: u8 = 100;

#[derive(Debug, Clone, PartialEq)]
pub struct Passkey {
    pub name: String,
    pub credential: String,
    pub count: u32,
    pub is_suspect: bool,
    /// Whether it came back, and has not been used since.
    pub is_returned: bool,
    pub created: Found<Timestamp>,
}

/// What a phone says, under a challenge of its own.
#[derive(Debug, Clone)]
pub struct Signing {
    pub phone: u8,
    pub count: u32,
    /// Signed by another key than the phone's.
    pub is_forged: bool,
    /// No challenge is asked twice.
    pub nonce: usize,
}

#[expect(clippy::enum_variant_names, reason = "the tally has the words of all acts")]
#[derive(Debug, Clone)]
pub enum Act {
    AddPasskey { signing: Signing, name: String },
    RenamePasskey { id: PasskeyId, name: String },
    RemovePasskey { id: PasskeyId },
    SignInByPasskey { account: AccountId, signing: Signing },
}

fn credential(phone: u8) -> String {
    base64url(&[phone; 16])
}

impl Signing {
    fn phone(&self, account: AccountId) -> Authenticator {
        let mut phone = Authenticator::new(Algorithm::Es256, self.phone + if self.is_forged { FORGED } else { 0 });
        phone.credential = vec![self.phone; 16];
        phone.handle = Some(handle(&Installation::fixed(), account));
        phone.count = self.count;
        phone
    }

    fn options(&self, by: &Actor, account: Option<AccountId>, purpose: Purpose) -> Value {
        let mut chance = [0; 16];
        chance[..8].copy_from_slice(&(self.nonce as u64).to_be_bytes());
        let challenge = Challenge::new(purpose, account, by.world.now().plus(5 * MINUTE), chance);
        json!({ "challenge": challenge.text(&Installation::fixed()) })
    }

    /// What the browser answers where a passkey is asked for.
    pub fn answer(&self, by: &Actor, account: AccountId, purpose: Purpose) -> Value {
        let asked = Some(account).filter(|_| purpose != Purpose::SignIn);
        self.phone(account).answer(&self.options(by, asked, purpose))
    }

    fn register(&self, by: &Actor, account: AccountId) -> Value {
        let mut options = self.options(by, Some(account), Purpose::Register);
        options["user"] = json!({ "id": handle(&Installation::fixed(), account) });
        self.phone(account).register(&options)
    }
}

impl Act {
    pub fn success(&self) -> u16 {
        match self {
            Self::AddPasskey { .. } => 201,
            Self::RenamePasskey { .. } | Self::SignInByPasskey { .. } => 200,
            Self::RemovePasskey { .. } => 204,
        }
    }

    pub async fn send(&self, by: &Actor, who: Option<&Who>) -> Reply {
        match self {
            Self::AddPasskey { signing, name } => {
                let credential = signing.register(by, who.unwrap().account());
                by.post(path::ACCOUNT_PASSKEYS, json!({ "name": name, "credential": credential })).await
            }
            Self::RenamePasskey { id, name } => by.patch(path::account_passkey(id), json!({ "name": name })).await,
            Self::RemovePasskey { id } => by.delete(path::account_passkey(id)).await,
            Self::SignInByPasskey { account, signing } => {
                let credential = signing.answer(by, *account, Purpose::SignIn);
                by.post(path::PASSKEY_SIGN_IN, json!({ "credential": credential })).await
            }
        }
    }
}

pub fn shown(record: PasskeyRecord) -> Passkey {
    Passkey {
        name: record.name,
        credential: record.credential,
        count: record.count,
        is_suspect: record.suspect.is_some(),
        is_returned: record.returned,
        created: Found(record.created),
    }
}

pub fn found(tx: &Transaction<'_>) -> BTreeMap<PasskeyId, Passkey> {
    tx.scan(&key::passkeys()).into_iter().map(|(_, record)| (record.id, shown(record))).collect()
}

/// Whether a signature proves something. A counter that does not go on is a copy's.
pub fn accept(passkeys: &mut BTreeMap<PasskeyId, Passkey>, signing: &Signing) -> bool {
    let of = credential(signing.phone);
    let Some(passkey) = passkeys.values_mut().find(|passkey| passkey.credential == of) else { return false };
    if signing.is_forged {
        return false;
    }
    let goes_on = signing.count > passkey.count || (signing.count, passkey.count) == (0, 0);
    passkey.is_suspect |= !goes_on;
    if passkey.is_suspect {
        return false;
    }
    (passkey.count, passkey.is_returned) = (signing.count, false);
    true
}

/// An act of somebody who is signed in.
pub fn judge(
    (account, seen): (&mut Account, Option<&Account>),
    now: Timestamp,
    session: SessionId,
    act: &Act,
) -> Result<(), u16> {
    let had = account.factor.is_on();
    let (factor, seen) = (&mut account.factor, seen.map(|seen| &seen.factor));
    match act {
        Act::AddPasskey { signing, name } => {
            let of = credential(signing.phone);
            if factor.passkeys.values().any(|passkey| passkey.credential == of) {
                return Err(409);
            }
            let new = seen.into_iter().flat_map(|seen| &seen.passkeys);
            let mut new = new.filter(|(id, new)| !factor.passkeys.contains_key(*id) && new.credential == of);
            let (id, created) =
                new.next().map_or((PasskeyId::from_random(NOTHING), Found(now)), |(id, new)| (*id, new.created));
            let (name, count) = (name.clone(), signing.count);
            let passkey = Passkey { name, credential: of, count, is_suspect: false, is_returned: false, created };
            factor.passkeys.insert(id, passkey);
            factor.saved(had, seen, now);
            account.sessions.entry(session).and_modify(|session| session.factor = Found(Some(now)));
        }
        Act::RenamePasskey { id, name } => {
            factor.passkeys.get_mut(id).ok_or(404_u16)?.name.clone_from(name);
        }
        Act::RemovePasskey { id } => {
            if !factor.passkeys.contains_key(id) {
                return Err(404);
            }
            if let Some(passkey) = factor.passkeys.remove(id) {
                let since = passkey.created.0;
                factor.file(Was::Passkey(*id, passkey), since, now);
            }
            factor.saved(had, seen, now);
        }
        Act::SignInByPasskey { .. } => unreachable!("nobody is signed in yet"),
    }
    Ok(())
}

pub fn sign_in(
    after: &mut State,
    seen: &State,
    now: Timestamp,
    op: &Op,
    (id, signing): (AccountId, &Signing),
    facts: &Facts,
) -> Result<u16, u16> {
    let account = after.accounts.get_mut(&id).ok_or(401_u16)?;
    let of = credential(signing.phone);
    let own = account.factor.passkeys.values().find(|passkey| passkey.credential == of).ok_or(401_u16)?;
    let has_returned = own.is_returned;
    match account.factor.prove(id, now, &Proof::Passkey(signing.clone())) {
        Judged::Held if has_returned => Err(401),
        Judged::Held => finish(after, seen, now, op, id, facts),
        Judged::Failed => Ok(401),
        Judged::Missing => Err(401),
        Judged::Late => Err(429),
    }
}

impl Game {
    /// A signature, mostly of a phone that the account knows and with a counter that goes on.
    pub fn a_signing(&mut self, of: AccountId) -> Option<Signing> {
        let known: Vec<Passkey> = self.state.accounts.get(&of)?.factor.passkeys.values().cloned().collect();
        let known = self.chance.pick(&known).filter(|_| self.chance.percent(92));
        self.made += 1;
        let nonce = self.made;
        let phone = known.as_ref().and_then(|known| (1..=PHONES).find(|phone| credential(*phone) == known.credential));
        let phone = phone.unwrap_or(u8::try_from(1 + self.chance.below(usize::from(PHONES))).unwrap());
        let stood = known.map_or(0, |known| known.count);
        // Some phones do not count; a copy does not go on.
        let count = match self.chance.below(100) {
            0..8 => stood,
            8..12 => stood.saturating_sub(1),
            _ if phone == PHONES && stood == 0 => 0,
            _ => stood + 1,
        };
        Some(Signing { phone, count, is_forged: self.chance.percent(6), nonce })
    }

    pub fn choose_passkey(&mut self, adds: bool) -> NewPassword {
        let seat = self.a_seat()?;
        let of = seat.account;
        let renames = !adds && self.chance.percent(45);
        let first = if renames { None } else { self.prove_first(&seat) };
        let who = Some(Who::Seat(seat));
        if let Some(act) = first {
            return Some((who, act));
        }
        let name = self.new_name("Phone ");
        if adds {
            let phone = u8::try_from(1 + self.chance.below(usize::from(PHONES))).unwrap();
            let signing = Signing { phone, count: u32::from(phone != PHONES), is_forged: false, nonce: self.made };
            return Some((who, Any::Passkey(Act::AddPasskey { signing, name })));
        }
        let is_own = self.chance.percent(80);
        let accounts = self.state.accounts.iter().filter(|(id, _)| (**id == of) == is_own);
        let ids: Vec<PasskeyId> = accounts.flat_map(|(_, of)| of.factor.passkeys.keys().copied()).collect();
        let id = self.chance.pick(&ids)?;
        let act = if renames { Act::RenamePasskey { id, name } } else { Act::RemovePasskey { id } };
        Some((who, Any::Passkey(act)))
    }

    pub fn choose_passkey_sign_in(&mut self) -> NewPassword {
        let with = self.state.accounts.iter().filter(|(_, account)| !account.factor.passkeys.is_empty());
        let with: Vec<AccountId> = with.map(|(id, _)| *id).collect();
        let account = self.chance.pick(&with)?;
        let signing = self.a_signing(account)?;
        let who = self.a_browser(None);
        Some((who, Any::Passkey(Act::SignInByPasskey { account, signing })))
    }
}
