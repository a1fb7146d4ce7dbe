//! Passwords and their hashes: argon2id, at most two at a time, in memory that is
//! used again. Each hash works in 19 MiB; taking a fresh block every time leaves
//! a server at gigabytes, because the system's allocator does not give such
//! blocks back. What a good password is stands in `vocab::accounts`.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::Error;

/// How much work a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes, one lane: the least that OWASP's Password Storage Cheat
    /// Sheet recommends for argon2id; about 38 ms.
    Standard,
    /// So little that it protects nothing, for tests that are not about hashing.
    ForTests,
}

impl Cost {
    const fn params(self) -> Params {
        match self {
            Self::Standard => Params::DEFAULT,
            Self::ForTests => match Params::new(Params::MIN_M_COST, 1, 1, None) {
                Ok(params) => params,
                Err(_) => Params::DEFAULT,
            },
        }
    }
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is the password, but its hash was made with other costs: hash it again.
    RightButOld,
    /// It is not the password, or there is none.
    Wrong,
}

/// Hashes at once: one for each of the two processors a small server has.
const AT_ONCE: usize = 2;
/// Waiting and working hashes; at 38 ms each and two at a time, the last of them
/// waits about five seconds. Whoever comes then is told so at once.
const MOST_IN_QUEUE: usize = 256;
/// A stored hash that asks for more than this is not ours: refuse to compute it.
const MOST_MEMORY_KIB: u32 = 64 * 1024;
const MOST_PASSES: u32 = 10;
const HASH_BYTES: usize = Params::DEFAULT_OUTPUT_LEN;
const SALT_BYTES: usize = argon2::RECOMMENDED_SALT_LEN;

/// Hashes and checks passwords, for the whole server. A clone shares everything.
#[derive(Clone)]
pub struct Hasher(Arc<Shared>);

struct Shared {
    params: Params,
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    memory: Mutex<Vec<Vec<Block>>>,
    hashes: AtomicU64,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher")
            .field("params", &self.0.params)
            .finish_non_exhaustive()
    }
}

impl Hasher {
    /// A hasher for new passwords at this cost; it checks those of any other too.
    pub fn new(cost: Cost) -> Self {
        Self(Arc::new(Shared {
            params: cost.params(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(MOST_IN_QUEUE)),
            memory: Mutex::default(),
            hashes: AtomicU64::new(0),
        }))
    }

    /// The password's hash as a PHC string, with a new salt.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.in_turn(move |shared| {
            let salt = random_salt();
            let params = shared.params.clone();
            let hash = shared.compute(&params, &password, &salt)?;
            let written = PasswordHash {
                algorithm: ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(failed)?,
                salt: Some(Salt::new(&salt).map_err(failed)?),
                hash: Some(Output::new(&hash).map_err(failed)?),
            };
            Ok(written.to_string())
        })
        .await
    }

    /// Whether `password` is the one whose hash is `stored`. With nothing stored
    /// it works as long and says [`Verdict::Wrong`], so that time tells nobody
    /// which accounts exist.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<Verdict, Error> {
        self.in_turn(move |shared| {
            let Some(known) = stored.as_deref().and_then(Known::read) else {
                if stored.is_some() {
                    tracing::error!("a stored password hash cannot be read");
                }
                shared.compute(&shared.params.clone(), &password, &[0; SALT_BYTES])?;
                return Ok(Verdict::Wrong);
            };
            let hash = shared.compute(&known.params, &password, &known.salt)?;
            // Comparing two `Output`s takes the same time wherever they differ.
            let is_right = Output::new(&hash).map_err(failed)? == known.hash;
            Ok(match (is_right, shared.has_same_cost(&known.params)) {
                (true, true) => Verdict::Right,
                (true, false) => Verdict::RightButOld,
                (false, _) => Verdict::Wrong,
            })
        })
        .await
    }

    /// How many hashes were computed since the start, right and wrong ones.
    pub fn hashes(&self) -> u64 {
        self.0.hashes.load(Ordering::Relaxed)
    }

    /// Runs `work` on a blocking thread when its turn comes, first come, first
    /// served. The closure itself holds the turn: a request that is given up
    /// meanwhile does not free it before the work has ended.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let place = self.0.queue.clone().try_acquire_owned();
        let place = place.map_err(|_| Error::Busy)?;
        let turn = self.0.turns.clone().acquire_owned().await.map_err(failed)?;
        let shared = self.0.clone();
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work(&shared)
        })
        .await
        .map_err(failed)?
    }
}

impl Shared {
    fn compute(
        &self,
        params: &Params,
        password: &str,
        salt: &[u8],
    ) -> Result<[u8; HASH_BYTES], Error> {
        self.hashes.fetch_add(1, Ordering::Relaxed);
        // Accents can be typed in two ways that look the same: one spelling for both.
        let password: String = password.nfc().collect();
        let mut memory = self.take_memory(params.block_count());
        let mut hash = [0; HASH_BYTES];
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut memory);
        self.give_back(memory);
        done.map_err(failed)?;
        Ok(hash)
    }

    /// Memory that an earlier hash worked in, or new memory for the first of them.
    fn take_memory(&self, blocks: usize) -> Vec<Block> {
        let free = self
            .memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut memory = free.unwrap_or_default();
        if memory.len() < blocks {
            memory.reserve_exact(blocks - memory.len());
            memory.resize(blocks, Block::default());
        }
        memory
    }

    fn give_back(&self, memory: Vec<Block>) {
        let mut free = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < AT_ONCE {
            free.push(memory);
        }
    }

    fn has_same_cost(&self, other: &Params) -> bool {
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        cost(&self.params) == cost(other)
    }
}

/// A stored hash, taken apart.
struct Known {
    params: Params,
    salt: Salt,
    hash: Output,
}

impl Known {
    fn read(stored: &str) -> Option<Self> {
        let read = PasswordHash::new(stored).ok()?;
        let params = Params::try_from(&read).ok()?;
        let is_ours = read.algorithm == ARGON2ID_IDENT
            && read.version == Some(Version::V0x13.into())
            && params.m_cost() <= MOST_MEMORY_KIB
            && params.t_cost() <= MOST_PASSES;
        let hash = read.hash.filter(|hash| hash.len() == HASH_BYTES)?;
        is_ours.then_some(Self {
            params,
            salt: read.salt?,
            hash,
        })
    }
}

/// A salt only has to be new; no rule and no test depends on which it is.
fn random_salt() -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    rand::Rng::fill(&mut crate::secrets::random(), &mut salt);
    salt
}

fn failed(error: impl fmt::Display) -> Error {
    Error::Hashing(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_cost_is_what_the_source_asks_for() {
        let params = Cost::Standard.params();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (19 * 1024, 2, 1)
        );
    }

    #[test]
    fn memory_is_used_again() {
        let hasher = Hasher::new(Cost::ForTests);
        for _ in 0..5 {
            let memory = hasher.0.take_memory(8);
            hasher.0.give_back(memory);
        }
        assert_eq!(hasher.0.memory.lock().expect("not poisoned").len(), 1);
    }
}
