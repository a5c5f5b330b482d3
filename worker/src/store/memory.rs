//! The kernel's world of the tests, with what the product has beside it: files, the log and what an isolate knows of its keys.

mod edge;

pub use crate::store::memory::edge::MemoryEdge;
use crate::{credentials::secret::Installation, product::Guildhall, store::edge::Fitness};
use guildhall_kernel::memory;
pub use guildhall_kernel::memory::{Counts, Faults};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    rc::Rc,
};

pub struct World {
    kernel: Rc<memory::World<Guildhall>>,
    /// What the log says of each request.
    pub requests: RefCell<Vec<String>>,
    /// The files that are deployed beside the Worker.
    pub files: RefCell<BTreeMap<String, &'static [u8]>>,
    fitness: RefCell<Option<Fitness>>,
}

impl Deref for World {
    type Target = Rc<memory::World<Guildhall>>;

    fn deref(&self) -> &Self::Target {
        &self.kernel
    }
}

impl World {
    pub fn new(seed: u64) -> Rc<Self> {
        Self::over(memory::World::new(seed, Installation::fixed()), None)
    }

    fn over(kernel: Rc<memory::World<Guildhall>>, fitness: Option<Fitness>) -> Rc<Self> {
        let files = RefCell::new(edge::files());
        Rc::new(Self { kernel, requests: RefCell::default(), files, fitness: RefCell::new(fitness) })
    }

    /// Puts other keys into `INSTALLATION_KEYS`, which has every isolate start anew.
    pub fn use_keys(&self, installation: Installation) {
        self.fitness.take();
        self.kernel.install(installation);
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot { kernel: self.kernel.snapshot(), fitness: self.fitness.borrow().clone() }
    }
}

/// A world set aside, to start from again: tests of one team need not each sign up its people.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    kernel: memory::Snapshot<Guildhall>,
    fitness: Option<Fitness>,
}

impl Snapshot {
    /// A world as it was then, with nothing under way.
    pub fn world(self) -> Rc<World> {
        World::over(self.kernel.world(Installation::fixed()), self.fitness)
    }
}

impl Deref for Snapshot {
    type Target = memory::Snapshot<Guildhall>;

    fn deref(&self) -> &Self::Target {
        &self.kernel
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.kernel
    }
}
