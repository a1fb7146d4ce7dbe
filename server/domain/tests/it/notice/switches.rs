//! What a school has switched on stands in the draft of its assessment: each by itself, and
//! never by what another school did.

use domain::notice::Assessment;
use domain::schools::policy::Action;
use domain::{Permitted, access, links, looks, providers, statistics};
use test_kit::School;
use vocab::badges::DeviceProfile;
use vocab::links::AllowHost;

use super::{answers, draft};

const BADGES: &str = "Badges for young students";
const SHARING: &str = "Sharing by consent";
const STATISTICS: &str = "Statistics over schools";
const SITES: &str = "Sites outside that students may visit";
const NAMES: &str = "Staff are named to those whose data they looked at";
const ONLY_HOME: &str = "Companies in the United Kingdom only";
const CHOICES: [&str; 6] = [BADGES, SHARING, STATISTICS, SITES, NAMES, ONLY_HOME];

fn lead(school: &School) -> Permitted<()> {
    access::school(&school.actor("edith"), Action::HandleRequests).expect("she is the lead")
}

/// Switches one on as the office does it.
async fn switch_on(school: &School, choice: &str) {
    match choice {
        BADGES => {
            crate::badges::tablet(school, "desmond", DeviceProfile::Shared).await;
        }
        SHARING => {
            crate::sharing::asked(school).await;
        }
        _ => {
            let (lead, now) = (lead(school), school.now());
            let tx = school.db.write().await.expect("free");
            match choice {
                STATISTICS => statistics::agree(&tx, &lead, now).await.expect("agreed"),
                SITES => {
                    let host = "bbc.co.uk".to_owned();
                    let site = AllowHost { host };
                    links::allow(&tx, &lead, &site, now).await.expect("open");
                }
                NAMES => {
                    let new = looks::Choices { names_shown: true };
                    looks::choose(&tx, &lead, new, now).await.expect("chosen");
                }
                ONLY_HOME => providers::begin_uk_only(&tx, &lead, now)
                    .await
                    .expect("wished"),
                other => panic!("{other} is no choice"),
            }
            tx.commit().await.expect("kept");
        }
    }
}

/// Which choices a draft says are on. Each of them says whether it is.
fn on(draft: &Assessment) -> Vec<&'static str> {
    let is_on = |choice: &&str| {
        let said = answers(draft, "Choices", choice);
        assert_eq!(said.len(), 1, "{choice}: {said:?}");
        let is_off = said[0].starts_with("Off at your school. ");
        assert_ne!(
            is_off,
            said[0].starts_with("On at your school. "),
            "{choice}: {said:?}"
        );
        !is_off
    };
    CHOICES.into_iter().filter(is_on).collect()
}

#[tokio::test]
async fn each_choice_of_a_school_stands_in_its_draft_once_it_is_on_and_no_other_schools() {
    for choice in CHOICES {
        let school = School::new().await;
        let before = draft(&school, "edith").await;
        assert!(on(&before).is_empty(), "{choice}: Southbank's are its own");
        switch_on(&school, choice).await;
        assert_eq!(on(&draft(&school, "edith").await), [choice]);
    }
}

#[tokio::test]
async fn what_is_on_at_a_school_is_on_whatever_another_school_leaves_off() {
    let school = School::new().await;
    assert_eq!(on(&draft(&school, "saskia").await), CHOICES);
    assert!(on(&draft(&school, "edith").await).is_empty());
}

#[tokio::test]
async fn a_system_is_named_as_a_source_once_two_people_declared_it_and_in_no_other_school() {
    let school = School::new().await;
    let told = async |who: &str| {
        let draft = draft(&school, who).await;
        let title = "Where it comes from, and how much it is";
        answers(&draft, title, "Where it comes from").concat()
    };
    let id = crate::sources::declares(&school, "edith", "Trust directory")
        .await
        .expect("declared");
    assert!(
        told("edith")
            .await
            .ends_with("No other system is declared.")
    );
    crate::sources::approves(&school, "desmond", id)
        .await
        .expect("a second person");
    assert!(
        told("edith")
            .await
            .ends_with("Declared besides: Trust directory.")
    );
    assert!(
        told("saskia")
            .await
            .ends_with("No other system is declared.")
    );
}

#[tokio::test]
async fn a_company_to_which_a_school_objected_stands_in_the_drafts_of_the_others_alone() {
    let school = School::new().await;
    crate::providers::carries_mail(&school).await;
    let is_named = async |who: &str| {
        let draft = draft(&school, who).await;
        !answers(&draft, "Example Mail", "What it does").is_empty()
    };
    assert!(is_named("edith").await && is_named("saskia").await);
    let all = providers::list(school.db.read(), school.now()).await;
    let id = all.expect("the database answers")[0].id;
    let tx = school.db.write().await.expect("free");
    let why = "We have our own".to_owned();
    providers::object(&tx, &lead(&school), id, why, school.now())
        .await
        .expect("hers to say");
    tx.commit().await.expect("kept");
    assert!(!is_named("edith").await && is_named("saskia").await);
}
