//! Timers, as features declare them.

/// Declares a timer: of one kind there is one, or one for each of what it names.
macro_rules! timer {
    ($(#[$doc:meta])* $timer:ident on $class:ty as $name:literal) => {
        $(#[$doc])*
        pub struct $timer;

        impl guildhall_kernel::Timer for $timer {
            type On = $class;
            const NAME: &'static str = $name;

            fn which(&self) -> String {
                String::new()
            }

            fn parse(which: &str) -> Option<Self> {
                which.is_empty().then_some(Self)
            }
        }
    };
    ($(#[$doc:meta])* $timer:ident($of:ty) on $class:ty as $name:literal) => {
        $(#[$doc])*
        pub struct $timer(pub $of);

        impl guildhall_kernel::Timer for $timer {
            type On = $class;
            const NAME: &'static str = $name;

            fn which(&self) -> String {
                self.0.to_string()
            }

            fn parse(which: &str) -> Option<Self> {
                which.parse().ok().map(Self)
            }
        }
    };
}

pub(crate) use timer;
