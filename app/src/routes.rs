//! Every page and its address. All of them load before they answer
//! (`SsrMode::Async`): streamed out of order they would stay empty without
//! JavaScript.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::accounts::pages::{InvitationRoute, SettingsRoute, SignInRoute};
use crate::arrangements::pages::ArrangementsRoute;
use crate::assignments::pages::{AssignmentRoute, EditWorkRoute, SetWorkRoute};
use crate::assignments::simple::SimpleRoute;
use crate::badges::cards::{BadgesRoute, PictureSheetRoute, PrintBadgesRoute};
use crate::badges::devices::DevicesRoute;
use crate::badges::door::BadgeRoute;
use crate::classrooms::list::ClassroomsRoute;
use crate::classrooms::members::MembersRoute;
use crate::classrooms::pages::{ClassroomRoute, ClassroomSettingsRoute, NewClassroomRoute};
use crate::consent::choices::PrivacyRoute;
use crate::consent::photos::PhotosRoute;
use crate::consent::receipt::ReceiptRoute;
use crate::consent::requests::{ConsentRequestRoute, ConsentRequestsRoute};
use crate::design::{DesignRoute, FormRoute};
use crate::error::AppError;
use crate::home::pages::HomeRoute;
use crate::home::work::WorkRoute;
use crate::install::accessibility::AccessibilityRoute;
use crate::install::pages::InstallRoute;
use crate::links::pages::{AllowedHostsRoute, LeavingRoute};
use crate::looks::own::WhoLookedRoute;
use crate::looks::school::{SchoolChoicesRoute, SchoolLooksRoute};
use crate::mail::links::{ConfirmNewsRoute, UnsubscribeRoute};
use crate::mail::mailbox::MailboxRoute;
use crate::mail::messages::MessagesRoute;
use crate::marking::pages::{MarkingRoute, SubmissionRoute};
use crate::more::MoreRoute;
use crate::notices::assessment::AssessmentRoute;
use crate::notices::childrens_code::ChildrensCodeRoute;
use crate::notices::fields::FieldsRoute;
use crate::notices::pages::{CookiesRoute, PrivacyNoticeRoute, RetentionRoute};
use crate::notices::transfer::TransferRoute;
use crate::notices::trust::TrustRoute;
use crate::offline::pages::{NeedsYouRoute, ShellRoute};
use crate::offline::share::ShareRoute;
use crate::page::Problem;
use crate::people::edit::EditPersonRoute;
use crate::people::pages::{NewPersonRoute, PeopleRoute, PersonRoute};
use crate::policies::pages::{HistoryRoute, VersionRoute};
use crate::policies::terms::TermsRoute;
use crate::providers::register::ProvidersRoute;
use crate::providers::school::SchoolProvidersRoute;
use crate::reading::pages::ReadingRoute;
use crate::registers::activities::ActivitiesRoute;
use crate::registers::breaches::BreachesRoute;
use crate::registers::disclosures::DisclosuresRoute;
use crate::registers::sources::SourcesRoute;
use crate::registers::support::SupportRoute;
use crate::rights::cockpit::{CockpitRoute, RequestRoute};
use crate::rights::contact::ContactRoute;
use crate::rights::copy::CopyRoute;
use crate::rights::facts::FactsRoute;
use crate::rights::intake::IntakeRoute;
use crate::rights::my_data::MyDataRoute;
use crate::rights::not_arrived::NotArrivedRoute;
use crate::rights::objections::ObjectionsRoute;
use crate::rights::receipts::ReceiptsRoute;
use crate::rights::restrictions::RestrictionsRoute;
use crate::rights::retention::RetentionPageRoute;
use crate::rights::who_may::WhoMayRoute;
use crate::rosters::pages::{ImportRoute, ImportsRoute};
use crate::safety::duties::DutiesRoute;
use crate::safety::log::SecurityRoute;
use crate::safety::report::ReportRoute;
use crate::safety::reports::ReportsRoute;
use crate::schools::colour::ColourRoute;
use crate::schools::leaving::SchoolLeavingRoute;
use crate::schools::pages::{DeclarationRoute, SchoolDetailsRoute, SetUpRoute};
use crate::sharing::choices::SharingChoicesRoute;
use crate::sharing::office::SharingOfficeRoute;
use crate::sharing::page::SharingPageRoute;
use crate::sharing::statistics::StatisticsRoute;
use crate::ssr::Posted;
use crate::ui::Erased;
use crate::ui::field::as_raw_text;
use crate::usage::UsageRoute;

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let page = match use_context::<Posted>() {
        Some(Posted::Failed(error, typed)) => Either::Left(view! { <Problem error typed /> }),
        _ => Either::Right(view! { <Pages /> }),
    };
    // Leptos writes a title into the page as it is.
    view! {
        <Title formatter=|title: String| as_raw_text(&title) />
        {page}
    }
    .erased()
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback={|| view! { <Problem error=AppError::NotFound /> }}>
                <Route path=path!("/set-up") view=SetUpRoute ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInRoute ssr=SsrMode::Async />
                <Route path=path!("/invitation/:token") view=InvitationRoute ssr=SsrMode::Async />
                <Route path=path!("/home") view=HomeRoute ssr=SsrMode::Async />
                <Route path=path!("/work") view=WorkRoute ssr=SsrMode::Async />
                <Route path=path!("/settings") view=SettingsRoute ssr=SsrMode::Async />
                <Route path=path!("/settings/reading") view=ReadingRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy") view=PrivacyNoticeRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/cookies") view=CookiesRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/retention") view=RetentionRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/transfer") view=TransferRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/history") view=HistoryRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/versions/:id") view=VersionRoute ssr=SsrMode::Async />
                <Route path=path!("/leaving") view=LeavingRoute ssr=SsrMode::Async />
                <Route path=path!("/school/links") view=AllowedHostsRoute ssr=SsrMode::Async />
                <Route path=path!("/terms") view=TermsRoute ssr=SsrMode::Async />
                <Route path=path!("/install") view=InstallRoute ssr=SsrMode::Async />
                <Route path=path!("/accessibility") view=AccessibilityRoute ssr=SsrMode::Async />
                <Route path=path!("/trust") view=TrustRoute ssr=SsrMode::Async />
                <Route path=path!("/trust/childrens-code") view=ChildrensCodeRoute ssr=SsrMode::Async />
                <Route path=path!("/contact") view=ContactRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data") view=MyDataRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data/:person/facts") view=FactsRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data/:person/copy") view=CopyRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data/objections") view=ObjectionsRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data/who-may") view=WhoMayRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data/receipts") view=ReceiptsRoute ssr=SsrMode::Async />
                <Route path=path!("/my-data/who-looked") view=WhoLookedRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/who-looked") view=SchoolLooksRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/choices") view=SchoolChoicesRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/restrictions") view=RestrictionsRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/sources") view=SourcesRoute ssr=SsrMode::Async />
                <Route path=path!("/report") view=ReportRoute ssr=SsrMode::Async />
                <Route path=path!("/school/reports") view=ReportsRoute ssr=SsrMode::Async />
                <Route path=path!("/school/security") view=SecurityRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/duties") view=DutiesRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/breaches") view=BreachesRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/disclosures") view=DisclosuresRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/activities") view=ActivitiesRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/fields") view=FieldsRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/assessment") view=AssessmentRoute ssr=SsrMode::Async />
                <Route path=path!("/settings/sharing") view=SharingChoicesRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/sharing") view=SharingOfficeRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/sharing/:id") view=SharingPageRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/statistics") view=StatisticsRoute ssr=SsrMode::Async />
                <Route path=path!("/school/usage") view=UsageRoute ssr=SsrMode::Async />
                <Route path=path!("/school/support") view=SupportRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy") view=CockpitRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/retention") view=RetentionPageRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/requests/:id") view=RequestRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/new") view=IntakeRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/providers") view=SchoolProvidersRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/providers") view=ProvidersRoute ssr=SsrMode::Async />
                <Route path=path!("/settings/messages") view=MessagesRoute ssr=SsrMode::Async />
                <Route path=path!("/unsubscribe/:token") view=UnsubscribeRoute ssr=SsrMode::Async />
                <Route path=path!("/news/:token") view=ConfirmNewsRoute ssr=SsrMode::Async />
                <Route path=path!("/mailbox") view=MailboxRoute ssr=SsrMode::Async />
                <Route path=path!("/settings/privacy") view=PrivacyRoute ssr=SsrMode::Async />
                <Route path=path!("/privacy/receipts/:id") view=ReceiptRoute ssr=SsrMode::Async />
                <Route path=path!("/people") view=PeopleRoute ssr=SsrMode::Async />
                <Route path=path!("/people/new") view=NewPersonRoute ssr=SsrMode::Async />
                <Route path=path!("/people/import") view=ImportsRoute ssr=SsrMode::Async />
                <Route path=path!("/people/import/:id") view=ImportRoute ssr=SsrMode::Async />
                <Route path=path!("/people/:id/edit") view=EditPersonRoute ssr=SsrMode::Async />
                <Route path=path!("/people/:id") view=PersonRoute ssr=SsrMode::Async />
                <Route path=path!("/school/privacy/mail") view=NotArrivedRoute ssr=SsrMode::Async />
                <Route path=path!("/school/leaving") view=SchoolLeavingRoute ssr=SsrMode::Async />
                <Route path=path!("/school/declaration") view=DeclarationRoute ssr=SsrMode::Async />
                <Route path=path!("/school/details") view=SchoolDetailsRoute ssr=SsrMode::Async />
                <Route path=path!("/school/colour") view=ColourRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms") view=ClassroomsRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/new") view=NewClassroomRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id") view=ClassroomRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/people") view=MembersRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/settings") view=ClassroomSettingsRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/consents") view=ConsentRequestsRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/consents/:request") view=ConsentRequestRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/photos") view=PhotosRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/assignments/new") view=SetWorkRoute ssr=SsrMode::Async />
                <Route path=path!("/assignments/:id") view=AssignmentRoute ssr=SsrMode::Async />
                <Route path=path!("/assignments/:id/simple") view=SimpleRoute ssr=SsrMode::Async />
                <Route path=path!("/assignments/:id/edit") view=EditWorkRoute ssr=SsrMode::Async />
                <Route path=path!("/arrangements/:id") view=ArrangementsRoute ssr=SsrMode::Async />
                <Route path=path!("/badge") view=BadgeRoute ssr=SsrMode::Async />
                <Route path=path!("/school/devices") view=DevicesRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/badges") view=BadgesRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/badges/print") view=PrintBadgesRoute ssr=SsrMode::Async />
                <Route path=path!("/classrooms/:id/badges/sheet") view=PictureSheetRoute ssr=SsrMode::Async />
                <Route path=path!("/marking") view=MarkingRoute ssr=SsrMode::Async />
                <Route path=path!("/submissions/:id") view=SubmissionRoute ssr=SsrMode::Async />
                <Route path=path!("/shell") view=ShellRoute ssr=SsrMode::Async />
                <Route path=path!("/needs-you") view=NeedsYouRoute ssr=SsrMode::Async />
                <Route path=path!("/share") view=ShareRoute ssr=SsrMode::Async />
                <Route path=path!("/more") view=MoreRoute ssr=SsrMode::Async />
                <Route path=path!("/design") view=DesignRoute ssr=SsrMode::Async />
                <Route path=path!("/design/form") view=FormRoute ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
    .erased()
}

/// An id in the address; anything else is a page that is not there.
pub(crate) fn id_in_path<T: std::str::FromStr>() -> Result<T, AppError> {
    part_of_path("id")
}

/// A named part of the address.
pub(crate) fn part_of_path<T: std::str::FromStr>(name: &str) -> Result<T, AppError> {
    use leptos_router::hooks::use_params_map;
    use_params_map()
        .read_untracked()
        .get(name)
        .and_then(|text| text.parse().ok())
        .ok_or(AppError::NotFound)
}
