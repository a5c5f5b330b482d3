//! What is done with second factors, by chance, and how it is sent: mostly a proof that holds,
//! sometimes one that was used, is wrong, or is somebody else's.

use crate::{
    choose::Kind,
    factor::{Act, App, Proof, code, step_at},
    game::{Game, NewPassword},
    op::{Act as Any, Mailed, Op, Seat, Who},
    support::{Actor, Reply},
};
use data_encoding::BASE32_NOPAD;
use guildhall_shared::{AccountId, Timestamp, path, timestamp::MINUTE};
use guildhall_worker::credentials::{secret::Installation, token::Link, webauthn::challenge::Purpose};
use http::Method;
use serde_json::{Value, json};

/// A code that no account has.
const NO_CODE: &str = "00000-00000";

impl Proof {
    /// The fields of a body that bring it.
    fn fields(&self, by: &Actor, of: AccountId, purpose: Purpose) -> Value {
        match self {
            Self::Totp(code) => json!({ "method": "totp", "code": code }),
            Self::Recovery(code) => json!({ "method": "recovery", "code": code }),
            Self::Passkey(signing) => json!({ "method": "passkey", "credential": signing.answer(by, of, purpose) }),
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Totp(code) | Self::Recovery(code) => code,
            Self::Passkey(_) => unreachable!("a passkey has no code"),
        }
    }
}

impl Act {
    pub fn success(&self) -> u16 {
        match self {
            Self::BeginTotp | Self::MakeCodes => 201,
            Self::ConfirmTotp { .. } | Self::AnswerChallenge { .. } => 200,
            Self::EndTotp { .. } | Self::ProveFactor { .. } => 204,
        }
    }

    pub async fn send(&self, by: &Actor, who: Option<&Who>) -> Reply {
        match self {
            Self::BeginTotp => by.post_nothing(path::ACCOUNT_TOTP).await,
            Self::ConfirmTotp { code } => by.put(path::ACCOUNT_TOTP, json!({ "code": code })).await,
            Self::EndTotp { proof } => {
                let body = json!({ "code": proof.code() }).to_string();
                by.send(Method::DELETE, path::ACCOUNT_TOTP, body).await
            }
            Self::MakeCodes => by.post_nothing(path::ACCOUNT_RECOVERY_CODES).await,
            Self::AnswerChallenge { by: of, proof } => {
                let mut body = proof.fields(by, of.account, Purpose::Factor);
                body["challengeId"] = json!(of.token);
                by.post(path::SIGN_IN_CHALLENGE, body).await
            }
            Self::ProveFactor { proof } => {
                by.post(path::REAUTHENTICATE, proof.fields(by, who.unwrap().account(), Purpose::Prove)).await
            }
        }
    }
}

impl Game {
    /// What an account may prove with; mostly it holds.
    fn a_proof(&mut self, of: AccountId) -> Option<Proof> {
        let factor = self.state.accounts.get(&of)?.factor.clone();
        let mut ways = vec![];
        ways.extend([0; 3].iter().filter(|_| factor.app == App::On));
        ways.extend([1; 2].iter().filter(|_| factor.codes.is_some()));
        ways.extend([2; 2].iter().filter(|_| !factor.passkeys.is_empty()));
        if ways.is_empty() || self.chance.percent(4) {
            ways = vec![0, 1, 2];
        }
        Some(match self.chance.pick(&ways)? {
            0 => Proof::Totp(self.a_code(of)?),
            1 => {
                let known = self.codes.get(&of).cloned().unwrap_or_default();
                let known = self.chance.pick(&known).filter(|_| self.chance.percent(90));
                Proof::Recovery(known.unwrap_or_else(|| NO_CODE.to_owned()))
            }
            _ => Proof::Passkey(self.a_signing(of)?),
        })
    }

    /// A code of the app: the next one that is good, where there is one now.
    fn a_code(&mut self, of: AccountId) -> Option<String> {
        let factor = &self.state.accounts.get(&of)?.factor;
        let (seed, last, now) = (factor.seed.clone(), factor.step, step_at(self.world.now()));
        let step = match self.chance.below(100) {
            0..8 => last,
            8..14 => now - 2,
            14..20 => return Some(wrong(&seed, now)),
            _ => now.max(last + 1),
        };
        Some(code(&seed, step))
    }

    pub fn choose_factor(&mut self, kind: Kind) -> NewPassword {
        if kind == Kind::AnswerChallenge {
            return self.choose_answer();
        }
        let seat = self.a_seat_with(kind)?;
        let of = seat.account;
        if kind != Kind::ProveFactor
            && let Some(act) = self.prove_first(&seat)
        {
            return Some((Some(Who::Seat(seat)), act));
        }
        let act = match kind {
            Kind::BeginTotp => Act::BeginTotp,
            Kind::ConfirmTotp => Act::ConfirmTotp { code: self.a_code(of)? },
            Kind::MakeCodes => Act::MakeCodes,
            Kind::EndTotp => match self.a_proof(of)? {
                Proof::Passkey(_) => return None,
                proof => Act::EndTotp { proof },
            },
            _ => Act::ProveFactor { proof: self.a_proof(of)? },
        };
        Some((Some(Who::Seat(seat)), Any::Factor(act)))
    }

    /// Whoever wants what only somebody may who has proved of late who they are, does that, mostly.
    pub fn prove_first(&mut self, seat: &Seat) -> Option<Any> {
        let account = self.state.accounts.get(&seat.account)?.clone();
        let session = account.sessions.get(&seat.session)?;
        let late = |at: Timestamp| self.world.now().since(at) > 15 * MINUTE;
        let is_late = late(session.proved.0) || (account.factor.is_on() && session.factor.0.is_none_or(late));
        if !is_late || self.chance.percent(25) {
            None
        } else if account.factor.is_on() {
            Some(Any::Factor(Act::ProveFactor { proof: self.a_proof(seat.account)? }))
        } else {
            Some(Any::Reauthenticate { password: account.password })
        }
    }

    /// Mostly somebody whose factor is where the act wants it.
    fn a_seat_with(&mut self, kind: Kind) -> Option<Seat> {
        let app = match kind {
            Kind::BeginTotp => Some(App::Off),
            Kind::ConfirmTotp => Some(App::Begun),
            Kind::EndTotp => Some(App::On),
            _ => None,
        };
        let fits = |seat: &&Seat| {
            let is_meant = self.about.is_none_or(|about| about == seat.account);
            let account = self.state.accounts.get(&seat.account).filter(|_| is_meant && self.is_signed_in(seat));
            account.is_some_and(|of| app.map_or(of.factor.is_on(), |app| of.factor.app == app))
        };
        let fitting: Vec<Seat> = self.seats.iter().filter(fits).cloned().collect();
        let anybody = self.chance.percent(if fitting.is_empty() { 20 } else { 8 });
        if anybody { self.a_seat() } else { self.chance.pick(&fitting) }
    }

    /// An answer to a sign-in that waits, mostly.
    pub fn choose_answer(&mut self) -> NewPassword {
        let waits = |by: &&Mailed| {
            let account = self.state.accounts.get(&by.account);
            account.and_then(|of| of.factor.waiting.get(&by.link)).is_some_and(|of| of.expires.0 > self.world.now())
        };
        let good: Vec<Mailed> = self.challenges.iter().filter(waits).cloned().collect();
        let anyhow = self.chance.percent(if good.is_empty() { 25 } else { 4 });
        let all = if anyhow { self.challenges.clone() } else { good };
        let by = self.chance.pick(&all)?;
        let proof = self.a_proof(by.account).unwrap_or_else(|| Proof::Recovery(NO_CODE.to_owned()));
        let who = self.a_browser(None);
        Some((who, Any::Factor(Act::AnswerChallenge { by, proof })))
    }

    /// Somebody who has a session, or a password, tries codes until all factors wait.
    pub async fn guess(&mut self) {
        let seats: Vec<Seat> = self.seats.iter().filter(|seat| self.is_signed_in(seat)).cloned().collect();
        let on = |seat: &&Seat| self.state.accounts[&seat.account].factor.is_on();
        let with: Vec<Seat> = seats.iter().filter(on).cloned().collect();
        let Some(seat) = self.chance.pick(&with) else { return };
        for _ in 0..12 {
            let stands = self.is_signed_in(&seat);
            if !stands {
                return;
            }
            let factor = &self.state.accounts[&seat.account].factor;
            let is_by_app = factor.app == App::On;
            let proof = if is_by_app {
                Proof::Totp(wrong(&factor.seed, step_at(self.world.now())))
            } else {
                Proof::Recovery(NO_CODE.to_owned())
            };
            let act = Any::Factor(Act::ProveFactor { proof });
            self.play(Op::by(Some(Who::Seat(seat.clone())), act)).await;
        }
        if let Some(proof) = self.a_proof(seat.account) {
            self.play(Op::by(Some(Who::Seat(seat)), Any::Factor(Act::ProveFactor { proof }))).await;
        }
    }

    /// Keeps what an answer gives: codes, which are shown once, and the name of a sign-in that waits.
    pub fn learn_factor(&mut self, op: &Op, reply: &Reply, is_alone: bool) {
        let body = reply.json();
        let of = op.who.as_ref().map(Who::account);
        if let (Some(of), Some(codes)) = (of, body["recoveryCodes"].as_array().filter(|codes| !codes.is_empty())) {
            let texts: Vec<String> = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
            let known = self.state.accounts.get(&of).and_then(|account| account.factor.codes.as_ref());
            if let Some(known) = known.filter(|_| is_alone) {
                let is_known = |text: &String| known.macs.iter().any(|(mac, _)| crate::factor::is_code(of, text, mac));
                self.demand(texts.len() == 10 && texts.iter().all(is_known), || format!("{of} got other codes"));
            }
            // Some of those before are kept, to be tried.
            let old = self.codes.remove(&of).unwrap_or_default();
            self.codes.insert(of, texts.into_iter().chain(old.into_iter().take(2)).collect());
        }
        if let (Some(of), Some(secret), true) = (of, body["secret"].as_str(), is_alone) {
            let seed = &self.state.accounts[&of].factor.seed;
            self.demand(BASE32_NOPAD.encode(seed) == secret, || format!("{of} got another seed"));
        }
        if let Some(token) = body["challengeId"].as_str() {
            let Some(Link::Challenge { account, link }) = Link::read(&Installation::fixed(), token) else {
                self.fail(&format!("{token} is no challenge"))
            };
            let methods = self.state.accounts[&account].factor.methods();
            self.demand(!is_alone || body["methods"] == json!(methods), || format!("{body}, not {methods:?}"));
            self.challenges.push(Mailed { token: token.to_owned(), account, link });
            let late = self.challenges.len().saturating_sub(12);
            self.challenges.drain(..late);
        }
    }
}

/// A code that is wrong now and around now.
fn wrong(seed: &[u8], now: i64) -> String {
    let near: Vec<String> = (-3..=3).map(|steps| code(seed, now + steps)).collect();
    (0..10).map(|n| format!("{n}00000")).find(|code| !near.contains(code)).unwrap()
}
