//! The server's state: made once when it starts, shared by every request.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use app::ssr::Means;
use axum::extract::FromRef;
use domain::accounts::passwords::Hasher;
use domain::badges::BadgeKeys;
use domain::consent::Signer;
use domain::files::Store;
use domain::looks::Recorder;
use domain::offline::Keys;
use domain::policies::Cache;
use domain::providers::Grounds;
use domain::usage::Tally;
use domain::{Clock, Db};
use leptos::config::LeptosOptions;
use tokio::sync::Semaphore;

use crate::assets::SiteFiles;
use crate::config::Config;
use crate::deliveries::Deliveries;
use crate::violations::Violations;

/// How long a request waits for an answer of PostgreSQL before it says that the records cannot
/// be reached: longer than the pool looks for a connection (8 s), and than the longest
/// statement of an import or a copy of a school takes.
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(15);

/// Everything a request may need. Every layer of the router holds it, so that a copy is
/// one pointer.
#[derive(Clone, Debug)]
pub struct Site(Arc<Parts>);

impl Deref for Site {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What a [`Site`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The records.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The files that people hand in.
    pub store: Store,
    /// Hashes passwords, a few at a time.
    pub hasher: Hasher,
    /// The site's own files.
    pub files: SiteFiles,
    /// Writes down who looked at whose data.
    pub looks: Recorder,
    /// For what is written after an answer has gone out: no page waits for it, and it waits
    /// as long as it has to.
    pub afterwards: Db,
    /// Opens what was sealed on tablets.
    pub offline: Arc<Keys>,
    /// How often tablets deliver.
    pub deliveries: Arc<Deliveries>,
    /// Turns to make the copy of a whole school, which is large.
    pub school_copies: Semaphore,
    /// What browsers refused because of the content security policy.
    pub violations: Violations,
    /// Signs receipts and statements.
    pub signer: Signer,
    /// Makes what is printed on badges.
    pub badge_keys: BadgeKeys,
    /// How the server was set up.
    pub config: Arc<Config>,
    /// The one-time code of the set-up page, while there is no school.
    pub setup_code: Option<Arc<str>>,
    /// What policies hold, kept for a minute.
    pub in_force: Arc<Cache>,
    /// What allows the third parties of the public pages, kept for a minute.
    pub grounds: Arc<Grounds>,
    /// How often pages were opened since it was written down.
    pub usage: Arc<Tally>,
    /// Statements so far, if they are counted.
    pub statements: Arc<AtomicU64>,
    leptos: LeptosOptions,
}

impl Site {
    const SCHOOL_COPIES_AT_ONCE: usize = 1;

    /// What a copy of somebody's data is made of.
    pub(crate) fn for_copies(&self) -> domain::export::Means<'_> {
        domain::export::Means {
            db: &self.db,
            store: &self.store,
            platform: &self.config.legal_entity,
            signer: &self.signer,
        }
    }

    /// Puts the parts together.
    pub fn new(
        db: Db,
        clock: Clock,
        store: Store,
        hasher: Hasher,
        signer: Signer,
        config: Config,
        setup_code: Option<String>,
    ) -> Self {
        // Pages are rendered on this runtime; a second call finds it set.
        let _ = any_spawner::Executor::init_tokio();
        // Before statements are counted: what these write is no page's. A page waits until its
        // looks are on disk, and for what is written afterwards nobody does.
        let afterwards = db.clone();
        let mut db = db.answering_within(ANSWERS_WITHIN);
        let looks = Recorder::start(db.clone());
        let files = SiteFiles::open(config.site.as_deref());
        let statements = Arc::new(AtomicU64::new(0));
        if config.count_queries {
            let counter = statements.clone();
            db.watch_statements(move || {
                counter.fetch_add(1, Ordering::Relaxed);
            });
        }
        // Which script starts its island is said by each page.
        let leptos = LeptosOptions::builder().output_name("").build();
        Self(Arc::new(Parts {
            db,
            clock,
            store,
            hasher,
            files,
            looks,
            afterwards,
            badge_keys: BadgeKeys::new(&signer),
            offline: Arc::new(Keys::new(&signer)),
            deliveries: Arc::new(Deliveries::default()),
            school_copies: Semaphore::new(Self::SCHOOL_COPIES_AT_ONCE),
            violations: Violations::default(),
            signer,
            config: Arc::new(config),
            setup_code: setup_code.map(Arc::from),
            in_force: Arc::new(Cache::default()),
            grounds: Arc::new(Grounds::default()),
            usage: Arc::default(),
            statements,
            leptos,
        }))
    }

    /// What pages may use.
    pub(crate) fn means(&self) -> Means {
        Means {
            db: self.db.clone(),
            clock: self.clock.clone(),
            assets: self.files.assets.clone(),
            public: self.config.public.clone(),
            reloads: self.config.dev_reload,
            head: self.config.letterhead(&self.signer),
            signer: self.signer.clone(),
            badge_keys: self.badge_keys.clone(),
            has_mailbox: self.config.smtp.is_none() && self.config.is_for_one_alone(),
            has_gallery: self.config.gallery || self.config.is_for_one_alone(),
        }
    }
}

impl FromRef<Site> for LeptosOptions {
    fn from_ref(site: &Site) -> Self {
        site.leptos.clone()
    }
}
