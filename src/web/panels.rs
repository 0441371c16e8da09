//! What plugins show in a place of the page.

use crate::{layout::notice, visitor::Visitor};
use maud::{Markup, html};
use registrar_kernel::queries::{
    OfficeView,
    panel::{Panel, PanelContent, PanelEmphasis, Panels},
};

/// The place of panels that are shown to a whole room.
pub const ROOM: &str = "screen";

/// Whether a plugin shows something of records to a room.
pub fn has_room(view: &OfficeView<'_>) -> bool {
    let handlers = view.office().host().generation().handlers("panel.show");
    handlers.iter().any(|handler| handler.words("place").any(|place| place == ROOM))
}

/// All panels of a place; nothing where there are none.
pub fn show(visitor: &Visitor, panels: &Panels) -> Markup {
    let missing: Vec<String> = panels
        .skipped
        .iter()
        .map(|fault| {
            visitor
                .say("插件“{}”的面板暂时无法显示。", "The panel of the plugin \"{}\" can't be shown now.")
                .replace("{}", &fault.plugin)
        })
        .collect();
    html! {
        (notice("warn", &missing))
        @if !panels.panels.is_empty() {
            div class="cards" { @for panel in &panels.panels { (one(visitor, panel)) } }
        }
    }
}

fn one(visitor: &Visitor, panel: &Panel) -> Markup {
    let loud = match panel.level {
        PanelEmphasis::Plain => "card",
        PanelEmphasis::Notice => "card notable",
        PanelEmphasis::Warning => "card warning",
    };
    let link = panel.link.as_ref().map(|(register, record)| match record {
        Some(record) => visitor.served.record(register, record),
        None => visitor.served.register(register),
    });
    html! {
        section class=(loud) {
            h2 {
                @match &link {
                    Some(to) => a href=(to) { (visitor.title(&panel.title)) },
                    None => (visitor.title(&panel.title)),
                }
            }
            @match &panel.shown {
                PanelContent::Text(text) if panel.number => p class="figure" { strong { (visitor.title(text)) } },
                PanelContent::Text(text) => p class="text" { (visitor.title(text)) },
                PanelContent::List(lines) => ul { @for line in lines { li { (visitor.title(line)) } } },
                PanelContent::Table(columns, rows) => div class="wide" tabindex="0" {
                    table {
                        @if !columns.is_empty() { thead { tr { @for column in columns { th { (visitor.title(column)) } } } } }
                        tbody { @for row in rows { tr { @for cell in row { td { (visitor.title(cell)) } } } } }
                    }
                },
            }
        }
    }
}
