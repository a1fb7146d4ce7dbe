//! A student's to-do list as pages show it: its groups, and the one thing to go on with. A
//! guardian reads the same list of each child.

use leptos::prelude::*;
use vocab::assignments::WorkState;
use vocab::home::{Todo, TodoGroup, TodoItem, TodoPart};
use vocab::ids::PersonId;

use crate::assignments::StateChip;
use crate::ssr;
use crate::ui::{
    ButtonKind, ButtonLink, Chip, CollectErased, Empty, Erased, IconName, Spread, Tone,
};

/// What a student does first: the first of the list that is not handed in.
pub(super) fn first_to_do(todo: &Todo) -> Option<&TodoItem> {
    todo.groups
        .iter()
        .flat_map(|part| &part.items)
        .find(|item| is_to_do(item.state))
}

/// How many pieces are overdue or due today.
pub(super) fn pressing(todo: &Todo) -> u64 {
    todo.groups
        .iter()
        .filter(|part| matches!(part.group, TodoGroup::Overdue | TodoGroup::Today))
        .map(|part| part.total as u64)
        .sum()
}

const fn is_to_do(state: WorkState) -> bool {
    matches!(
        state,
        WorkState::NotStarted | WorkState::Draft | WorkState::Missing
    )
}

/// The one main button above the list.
#[component]
pub(super) fn GoOn(
    /// Nothing where nothing is to do.
    item: Option<TodoItem>,
) -> impl IntoView {
    item.map(|item| {
        let words = if item.is_begun {
            format!("Go on with {}", item.title)
        } else {
            format!("Start {}", item.title)
        };
        view! {
            <p class="below">
                <ButtonLink href=format!("/assignments/{}", item.assignment) kind=ButtonKind::Main icon=IconName::ArrowRight>
                    {words}
                </ButtonLink>
            </p>
        }
    })
}

/// The groups of a to-do list; a guardian's links name the child.
#[component]
pub(super) fn TodoList(
    todo: Todo,
    /// The child, on a guardian's page.
    whose: Option<PersonId>,
) -> impl IntoView {
    let is_done = !todo.groups.iter().any(|part| part.group.asks_for_doing());
    let is_empty = todo.groups.is_empty();
    let done = is_done.then(|| view! { <NothingToDo for_guardian={whose.is_some()} is_empty /> });
    let prefix = whose.map(|child| format!("{child}-")).unwrap_or_default();
    let child = ssr::query("child")
        .and_then(|id| id.parse::<PersonId>().ok())
        .map(|id| format!("child={id}&"))
        .unwrap_or_default();
    let groups = todo
        .groups
        .into_iter()
        .map(|TodoPart { group, items, total }| {
            let id = format!("{prefix}{group}");
            let more = (total > items.len())
                .then(|| {
                    let words = format!("Show all {total}");
                    view! { <ButtonLink href=format!("/home?{child}all={id}#{id}") kind=ButtonKind::Quiet>{words}</ButtonLink> }
                });
            let rows = items.into_iter().map(|item| view! { <TodoRow item group whose /> }).collect_erased();
            view! {
                <Spread
                    id
                    title=title_for(group, whose.is_some())
                    note=note_for(group, whose.is_some())
                    inner={whose.is_some()}
                >
                    <ul class="rows" role="list">
                        {rows}
                    </ul>
                    {more}
                </Spread>
            }
        })
        .collect_erased();
    view! {
        {done}
        {groups}
    }
    .erased()
}

/// Said first where nothing is left to do; what comes here is said as well where the list
/// holds nothing else.
#[component]
fn NothingToDo(for_guardian: bool, is_empty: bool) -> impl IntoView {
    let to_come = is_empty.then(|| {
        view! {
            <p class="muted">
                "New work appears here when it is set. What was due more than 60 days ago, or before joining the class, is in its classroom."
            </p>
        }
    });
    if for_guardian {
        view! {
            <div class="stack below">
                <p>"Nothing is due."</p>
                {to_come}
            </div>
        }
        .into_any()
    } else {
        view! {
            <Empty icon=IconName::TickCircle title="All done" alone=true>
                {to_come}
            </Empty>
        }
        .into_any()
    }
}

/// What comes back comes back to the student; a guardian reads of it.
fn title_for(group: TodoGroup, for_guardian: bool) -> &'static str {
    match group {
        TodoGroup::BackToYou if for_guardian => "Given back",
        group => group.label(),
    }
}

fn note_for(group: TodoGroup, for_guardian: bool) -> Option<String> {
    match group {
        TodoGroup::Overdue if !for_guardian => Some("Still worth handing in".to_owned()),
        TodoGroup::BackToYou => Some("Marked in the last two weeks".to_owned()),
        TodoGroup::Earlier => Some("Over, or long done".to_owned()),
        _ => None,
    }
}

#[component]
fn TodoRow(item: TodoItem, group: TodoGroup, whose: Option<PersonId>) -> impl IntoView {
    let query = whose
        .map(|child| format!("?child={child}"))
        .unwrap_or_default();
    let href = format!("/assignments/{}{query}", item.assignment);
    let due = match &item.due {
        Some(due) if item.was_due => format!("Was due {}", due.words),
        Some(due) => format!("Due {}", due.words),
        None => "No due date".to_owned(),
    };
    let hands_in = whose.is_none()
        && matches!(group, TodoGroup::Overdue | TodoGroup::Today)
        && is_to_do(item.state);
    let title = item.title.clone();
    view! {
        <li class="row">
            <div>
                <a class="row-title" href=href.clone()>
                    {item.title}
                </a>
                <div class="row-meta">{format!("{}, {}. {due}", item.classroom, item.teacher)}</div>
            </div>
            <div class="row-end">
                {match (item.mark, group) {
                    (Some(mark), _) => {
                        view! {
                            <Chip tone=Tone::Ok icon=Some(IconName::Returned)>
                                {format!("Mark {mark}")}
                            </Chip>
                        }
                            .into_any()
                    }
                    (None, TodoGroup::Overdue) => {
                        view! {
                            <Chip tone=Tone::Error icon=Some(IconName::Missing) fill=true>
                                {item.due_distance.map_or_else(|| "Late".to_owned(), |distance| format!("Due {distance}"))}
                            </Chip>
                        }
                            .into_any()
                    }
                    (None, _) => view! { <StateChip state=item.state /> }.into_any(),
                }}
                {hands_in
                    .then(|| {
                        view! {
                            <a class="btn" href=format!("{href}#mine")>
                                "Hand in"
                                <span class="hush">{format!(": {title}")}</span>
                            </a>
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(title: &str, state: WorkState) -> TodoItem {
        TodoItem {
            assignment: "01890000-0000-7000-8000-000000000001"
                .parse()
                .expect("an id"),
            title: title.to_owned(),
            classroom: "10Ma1".to_owned(),
            teacher: "Ada Achterberg".to_owned(),
            due: None,
            due_distance: None,
            was_due: false,
            state,
            is_begun: state == WorkState::Draft,
            mark: None,
        }
    }

    fn part(group: TodoGroup, items: Vec<TodoItem>) -> TodoPart {
        let total = items.len();
        TodoPart {
            group,
            items,
            total,
        }
    }

    #[test]
    fn what_is_done_first_is_the_first_of_the_list_that_is_not_handed_in() {
        let back = part(
            TodoGroup::BackToYou,
            vec![item("Back", WorkState::Returned)],
        );
        let later = part(TodoGroup::Later, vec![item("Later", WorkState::Draft)]);
        let groups = vec![later, back.clone()];
        let first = |groups| first_to_do(&Todo { groups }).map(|item| item.title.clone());
        assert_eq!(first(groups), Some("Later".to_owned()));
        assert_eq!(first(vec![back]), None);
    }
}
