//! The parts that take something: fields, lists, ticks, dates, files. Those with errors
//! stand on `/design/form`, as they come back.

use leptos::prelude::*;

use crate::ui::{
    DateTimeField, Erased, FileField, InputKind, SelectField, Spread, TextArea, TextField,
    TickField,
};

/// Everything that takes something.
#[component]
pub(super) fn Fields() -> impl IntoView {
    view! {
        <Spread id="fields" title="Field" note="Label, hint, control".to_owned()>
            <div class="form-pair">
                <TextField id="f-title" label="Title" hint="Students see this".to_owned() value="Sheet 6" />
                <TextField id="f-code" label="School code" value="BRACK" input_class="input-code" />
                <TextField id="f-points" label="Points" kind=InputKind::Decimal value="12.5" input_class="input-short" />
                <TextField id="f-count" label="How many" kind=InputKind::Number value="30" input_class="input-medium" />
                <TextField id="f-mail" label="E-mail" kind=InputKind::Email value="office@school.example" />
                <TextField id="f-url" label="Address" kind=InputKind::Url value="https://museum.example" />
                <TextField id="f-search" label="Name or username" kind=InputKind::Search />
                <TextField id="f-secret" label="Password" kind=InputKind::Password autocomplete="off" />
            </div>
        </Spread>
        <Spread id="areas" title="Writing" note="On lines for a student's own words".to_owned()>
            <div class="form">
                <TextArea id="f-words" label="Comment" hint="The student sees it".to_owned() value="Every step is there." rows=3 />
                <TextArea id="f-lined" label="My answer" lined=true value="First I put the magnesium in the flask." />
            </div>
        </Spread>
        <Spread id="choices" title="Choice" note="One of several; any of several".to_owned()>
            <div class="form-pair">
                <SelectField
                    id="f-role"
                    label="Role"
                    hint="They may have several".to_owned()
                    options=vec![
                        ("student".to_owned(), "Student".to_owned()),
                        ("teacher".to_owned(), "Teacher".to_owned()),
                    ]
                    selected="teacher"
                />
                <fieldset class="stack gap-0">
                    <legend class="legend">"Days"</legend>
                    <TickField id="f-monday" label="Monday" checked=true />
                    <TickField id="f-tuesday" label="Tuesday" />
                    <TickField id="f-sunday" label="Sunday" disabled=true hint="The school is closed".to_owned() />
                </fieldset>
            </div>
        </Spread>
        <Spread id="moments" title="Date and time">
            <DateTimeField
                id="f-due"
                label="Due"
                hint="Times are those of London".to_owned()
                date="2026-11-26"
                time="15:30"
            />
        </Spread>
        <Spread id="files-part" title="Files">
            <FileField id="f-files" label="Photos and files" hint="Up to 50 MB each".to_owned() multiple=true />
        </Spread>
    }
    .erased()
}
