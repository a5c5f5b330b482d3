//! The objects on the platform: five classes, each its records in `SQLite`.

use crate::{
    credentials::secret::Installation,
    error::{InternalError, log},
    json,
    mail::Letter,
    object::{Envelope, Object, ObjectName, Replied},
    platform::{
        Platform, await_promise, broken_js, clock, invoke, random, sleep,
        table::{Table, transaction},
    },
    product::Guildhall,
    store::{
        Host, Names, Records, Runtime, Stored, Writes,
        key::{self, NAME},
    },
};
use futures_util::future::LocalBoxFuture;
use guildhall_shared::Timestamp;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsValue;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

struct LiveHost {
    state: Rc<State>,
    platform: Rc<Platform>,
    table: Table,
}

impl Runtime<Guildhall> for LiveHost {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), InternalError> {
        random(bytes)
    }

    fn installation(&self) -> Rc<Installation> {
        Rc::clone(&self.platform.installation)
    }

    fn call(&self, envelope: Envelope) -> LocalBoxFuture<'_, Result<Replied, InternalError>> {
        Box::pin(self.platform.ask(envelope))
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        self.state.wait_until(work);
    }

    fn sleep(&self, millis: u64) -> LocalBoxFuture<'static, ()> {
        sleep(millis)
    }

    fn log(&self, about: &str, error: &InternalError) {
        log(about, error);
    }
}

impl Host<Guildhall> for LiveHost {
    fn records(&self) -> &dyn Records {
        &self.table
    }

    fn commit(&self, writes: &Writes) -> Result<(), InternalError> {
        let storage = self.state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        let (writes, table) = (writes.clone(), self.table.clone());
        transaction(raw, move || {
            for (key, stored) in writes {
                #[cfg(feature = "dev")]
                let fails = crate::dev::fail::is_due(&key);
                table.write(&key, stored.as_ref())?;
                #[cfg(feature = "dev")]
                if fails {
                    return Err(InternalError::new("it was to fail"));
                }
            }
            Ok(())
        })
    }

    /// Called in the same turn as the commit, so that both are stored or neither.
    fn set_alarm(&self, at: Timestamp) {
        let storage = self.state.storage();
        let raw: &JsValue = storage.as_raw().as_ref();
        #[expect(clippy::cast_precision_loss, reason = "whole milliseconds, far below 2^53")]
        let at = clock::real(at) as f64;
        if let Err(why) = invoke(raw, "setAlarm", &[at.into()]) {
            log("alarm", &broken_js("setAlarm")(why));
        }
    }

    fn replicate<'a>(
        &'a self,
        key: &'a str,
        value: Option<&'a Stored>,
    ) -> LocalBoxFuture<'a, Result<(), InternalError>> {
        Box::pin(self.platform.replicate(key, value))
    }

    fn names<'a>(
        &'a self,
        prefix: &'a str,
        cursor: Option<&'a str>,
        most: usize,
    ) -> LocalBoxFuture<'a, Result<Names, InternalError>> {
        Box::pin(self.platform.names(prefix, cursor, most))
    }

    fn deliver(&self, letter: Letter) -> LocalBoxFuture<'_, Result<(), InternalError>> {
        Box::pin(self.platform.mail(letter))
    }
}

/// What the five classes share: the object is made when the first envelope says who it is, or the
/// alarm finds its name.
struct Shell {
    state: Rc<State>,
    env: Env,
    object: RefCell<Option<Rc<Object>>>,
}

impl Shell {
    fn new(state: State, env: Env) -> Self {
        Self { state: Rc::new(state), env, object: RefCell::new(None) }
    }

    fn object(&self, name: ObjectName) -> Result<Rc<Object>, InternalError> {
        if let Some(object) = self.object.borrow().as_ref() {
            return Ok(Rc::clone(object));
        }
        let table = Table::of(&self.state)?;
        let platform = Rc::new(Platform::new(self.env.clone())?);
        let host = LiveHost { state: Rc::clone(&self.state), platform, table };
        let object = Object::new(name, host);
        *self.object.borrow_mut() = Some(Rc::clone(&object));
        Ok(object)
    }

    async fn fetch(&self, request: Request) -> Response {
        let answered = match await_promise(request.inner().text().map(Into::into)).await {
            Ok(text) => self.answer(&text.as_string().unwrap_or_default()).await,
            Err(why) => Err(broken_js("envelope")(why)),
        };
        match answered.and_then(|answered| Ok(json::to_string(&answered)?)) {
            Ok(answered) => Response::builder().fixed(answered.into_bytes()),
            Err(error) => {
                log("object", &error);
                Response::builder().with_status(500).empty()
            }
        }
    }

    async fn answer(&self, text: &str) -> Result<Replied, InternalError> {
        #[cfg(feature = "dev")]
        crate::dev::clock::load(&self.env).await?;
        let envelope: Envelope = json::from_str(text)?;
        let object = self.object(envelope.to.clone())?;
        Self::remember(&object)?;
        #[cfg(feature = "dev")]
        if let Some(answered) = crate::dev::object_command(&object, &envelope).await {
            return Ok(Replied { answer: answered?, replayed: false, aside: vec![] });
        }
        object.handle(envelope).await
    }

    /// Writes the object's name once, so that the alarm knows it.
    fn remember(object: &Rc<Object>) -> Result<(), InternalError> {
        let records = object.host.records();
        // A name that was erased is written nowhere again.
        if records.get(NAME)?.is_none() && records.get(key::reserved().as_str())?.is_none() {
            let value = json::to_string(&object.name)?;
            let mut writes = Writes::default();
            writes.insert(NAME.to_owned(), Some(Stored::plain(value)));
            object.host.commit(&writes)?;
        }
        Ok(())
    }

    async fn alarm(&self) -> Response {
        if let Err(error) = self.wake().await {
            log("alarm", &error);
        }
        Response::builder().empty()
    }

    async fn wake(&self) -> Result<(), InternalError> {
        #[cfg(feature = "dev")]
        crate::dev::clock::load(&self.env).await?;
        if let Some(name) = Table::of(&self.state)?.get(NAME)? {
            self.object(json::from_str(&name.value)?)?.alarm().await;
        }
        Ok(())
    }
}

macro_rules! classes {
    ($($class:ident)*) => {$(
        #[durable_object(alarm)]
        pub struct $class {
            shell: Shell,
        }

        impl DurableObject for $class {
            fn new(state: State, env: Env) -> Self {
                Self { shell: Shell::new(state, env) }
            }

            async fn fetch(&self, request: Request) -> worker::Result<Response> {
                Ok(self.shell.fetch(request).await)
            }

            async fn alarm(&self) -> worker::Result<Response> {
                Ok(self.shell.alarm().await)
            }
        }
    )*};
}

classes! { TeamObject AccountObject EmailObject NamespaceObject AddressObject }
