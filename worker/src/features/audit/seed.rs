//! Development only: a long log.

use crate::{
    error::Rejection,
    features::audit::{Event, by_platform},
    object::context::Context,
    store::Transaction,
};

pub fn lines(tx: &mut Transaction<'_>, context: &Context<'_>, count: usize) -> Result<usize, Rejection> {
    context.only_system()?;
    for n in 0..count {
        by_platform(tx, context, &Event::of("secret.update", &format!("SECRET_{n}"), &format!("SECRET_{n}")));
    }
    Ok(count)
}
