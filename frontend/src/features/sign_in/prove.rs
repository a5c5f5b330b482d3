//! The dialog that asks a person to prove who they are, in the middle of what they were doing.

use super::api::{self, Entered, is_gone};
use crate::{
    api::{Failure, Proof},
    blocks::error_notice::ErrorNotice,
    features::{
        passkeys::{self, known::sign_in_alone},
        second_factor::way::{FIELDS, OtherWays, Way, WayField, answer},
    },
    state::{announce, form::Form, prompt::Prompt, session},
    ui::{
        button::{Button, Look},
        dialog::{Dialog, closer},
        field::TextField,
    },
};
use guildhall_shared::{
    auth::{Reauthenticate, SignIn},
    second_factor::{Challenge, ChallengeAnswer, Method},
};
use leptos::prelude::*;

/// What the dialog asks for now.
#[derive(Clone, Copy)]
struct Asked {
    proof: Proof,
    ways: RwSignal<Vec<Way>>,
    chosen: RwSignal<Way>,
    /// Signing in again, once the password was right.
    challenge: RwSignal<Option<Challenge>>,
}

impl Asked {
    fn new(proof: Proof) -> Self {
        let person = session::session_now();
        let mut ways = person.as_deref().map(Way::factors_of).unwrap_or_default();
        let has_password = person.is_none_or(|person| person.user.is_password_auth_enabled);
        match proof {
            Proof::Recent if has_password => ways.insert(0, Way::Password),
            // Another tab may have turned one on.
            Proof::Recent | Proof::Factor if ways.is_empty() => {
                ways = Way::of_methods(&[Method::Totp, Method::Recovery]);
            }
            Proof::Recent | Proof::Factor => {}
            // A passkey alone will do.
            Proof::SignIn => {
                ways.retain(|way| *way == Way::Factor(Method::Passkey));
                if has_password || ways.is_empty() {
                    ways.insert(0, Way::Password);
                }
            }
        }
        let first = ways.first().copied().unwrap_or(Way::Password);
        Self { proof, ways: RwSignal::new(ways), chosen: RwSignal::new(first), challenge: RwSignal::new(None) }
    }

    fn ask_for(self, ways: Vec<Way>) {
        self.chosen.set(ways.first().copied().unwrap_or(Way::Password));
        self.ways.set(ways);
    }

    fn title(self) -> &'static str {
        match (self.proof, self.challenge.read().is_some()) {
            (Proof::SignIn, false) => "Sign in again",
            _ => self.chosen.get().title(),
        }
    }

    fn sentence(self) -> &'static str {
        match (self.proof, self.challenge.read().is_some()) {
            (Proof::SignIn, false) => "Your session has ended. Your changes are kept.",
            (Proof::SignIn, true) => "The password is right. Your account asks for a second factor too.",
            (Proof::Factor, _) => "For your security, confirm it's you with your second factor to continue.",
            (Proof::Recent, _) => "For your security, confirm it's you to continue.",
        }
    }
}

/// What came of one answer of the person's.
enum Step {
    Done,
    /// The password was right, and is not enough.
    Second(Challenge),
    /// The second factor came too late: the password is asked for again.
    Back(Failure),
}

#[component]
pub fn Prove() -> impl IntoView {
    let prompt = Prompt::around();
    move || {
        prompt.open.get().map(|proof| {
            let asked = Asked::new(proof);
            let title = Signal::derive(move || asked.title().to_owned());
            let inside = move || view! { <Ask asked=asked /> }.into_any();
            view! {
                <Dialog title=title careless=true on_close=move |()| prompt.answer(false) children=ToChildren::to_children(inside) />
            }
        })
    }
}

#[component]
fn Ask(asked: Asked) -> impl IntoView {
    let dialog = closer();
    let prompt = Prompt::around();
    let form = Form::new(FIELDS);
    let text = RwSignal::new(String::new());
    let email = session::session_now().map(|session| session.user.email.clone()).unwrap_or_default();
    let email = RwSignal::new(email);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked();
        let way = asked.chosen.get_untracked();
        if !form.check([(way.field(), way.check(&typed))]) {
            return;
        }
        form.send(prove(asked, way, email.get_untracked(), typed), move |step| {
            text.set(String::new());
            match step {
                Step::Done => {
                    announce::say("Thank you. Going on.");
                    // Closing gives the focus back; answering takes the dialog away.
                    dialog.close();
                    prompt.answer(true);
                }
                Step::Second(challenge) => {
                    asked.ask_for(Way::of_methods(&challenge.methods));
                    asked.challenge.set(Some(challenge));
                    form.focus_first();
                }
                Step::Back(failure) => {
                    asked.challenge.set(None);
                    asked.ask_for(vec![Way::Password]);
                    form.failure.set(Some(failure));
                    form.focus_first();
                }
            }
        });
    };
    view! {
        <form class="form" method="post" novalidate node_ref=form.node on:submit=submit>
            <p class="lead">{move || asked.sentence()}</p>
            <ErrorNotice failure=form.failure />
            // For the password manager, which knows a password by its address.
            {move || {
                (asked.chosen.get() == Way::Password)
                    .then(|| {
                        view! {
                            <TextField
                                label="Email"
                                name="email"
                                kind="email"
                                autocomplete="username"
                                value=email
                                readonly=true
                            />
                        }
                    })
            }}
            <WayField way=asked.chosen value=text form=form autofocus=true />
            <OtherWays ways=asked.ways chosen=asked.chosen value=text form=form />
            <div class="button-row">
                <Button on_click=move |_| dialog.cancel()>"Cancel"</Button>
                <Button look=Look::Primary submit=true busy=form.busy>"Go on"</Button>
            </div>
        </form>
    }
}

async fn prove(asked: Asked, way: Way, email: String, text: String) -> Result<Step, Failure> {
    let challenge = asked.challenge.get_untracked();
    match (asked.proof, way, challenge) {
        (Proof::SignIn, Way::Factor(method), Some(challenge)) => {
            let Challenge { challenge_id, passkey, .. } = challenge;
            let (code, credential) = answer(method, text, passkey).await?;
            match api::answer_challenge(ChallengeAnswer { challenge_id, method, code, credential }).await {
                Ok(session) => session::again(session),
                Err(failure) if is_gone(&failure) => return Ok(Step::Back(failure)),
                Err(failure) => return Err(failure),
            }
        }
        (Proof::SignIn, Way::Factor(method), None) => {
            let asked = passkeys::api::begin_sign_in().await?;
            let host = asked.rp_id.clone();
            let (_, credential) = answer(method, text, Some(asked)).await?;
            let session = sign_in_alone(&host, credential.ok_or_else(Failure::declined)?).await?;
            session::again(session);
        }
        (Proof::SignIn, Way::Password, _) => match api::sign_in(SignIn { email, password: text }).await? {
            Entered::Session(session) => session::again(*session),
            Entered::Challenge(challenge) => return Ok(Step::Second(challenge)),
        },
        (_, Way::Password, _) => {
            api::reauthenticate(Reauthenticate { password: Some(text), ..Reauthenticate::default() }).await?;
        }
        (_, Way::Factor(method), _) => {
            let asked = match method {
                Method::Passkey => Some(passkeys::api::begin_proof().await?),
                Method::Totp | Method::Recovery => None,
            };
            let (code, credential) = answer(method, text, asked).await?;
            let body = Reauthenticate { method: Some(method), code, credential, ..Reauthenticate::default() };
            api::reauthenticate(body).await?;
        }
    }
    Ok(Step::Done)
}
