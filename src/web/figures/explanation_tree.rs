//! A figure opened: what it is made of, by which clause, of which event.

use crate::visitor::Visitor;
use maud::{Markup, html};
use registrar_kernel::{KernelError, OfficeView, figures::Explained};
use std::collections::BTreeMap;

/// Lines of one list that are shown; the rest is told in number.
const LINES: usize = 500;
/// So deep a tree is open at first.
const OPEN: usize = 2;

/// Where an event is to be looked at: its register, its record.
type EventLink = (String, String);

/// How a tree is drawn.
pub struct Tree<'a> {
    pub visitor: &'a Visitor,
    pub places: u32,
    /// Where the events are that its reader may see.
    pub events: &'a BTreeMap<String, EventLink>,
}

/// Where the events that a tree ends in are, as far as someone may see them.
///
/// # Errors
/// The store failed.
pub fn events_of(view: OfficeView<'_>, tree: &Explained) -> Result<BTreeMap<String, EventLink>, KernelError> {
    let registers = view.office().registers();
    let mut places = BTreeMap::new();
    for (id, _) in tree.events() {
        // The office's own registers have no pages.
        if let Some(event) = view.event(id)?.filter(|event| registers.by_id.contains_key(&event.register)) {
            places.insert(id.to_owned(), (event.register, event.record));
        }
    }
    Ok(places)
}

impl Tree<'_> {
    /// The tree as lists that open.
    pub fn draw(&self, tree: &Explained) -> Markup {
        html! { ul class="tree" { (self.node(tree, None, "t", 0)) } }
    }

    fn node(&self, node: &Explained, above: Option<&Explained>, id: &str, depth: usize) -> Markup {
        let parts = node.children.len() + node.because.len();
        html! {
            li class=[node.struck.is_some().then_some("struck")] {
                @if parts == 0 { div class="leaf" { (self.line(node, above)) } }
                @else {
                    // Named, so that it stays open when the page is drawn anew.
                    details id=(id) open[depth < OPEN] {
                        summary { (self.line(node, above)) }
                        ul {
                            @for (nth, child) in node.children.iter().take(LINES).enumerate() { (self.node(child, Some(node), &format!("{id}-{nth}"), depth + 1)) }
                            @if node.children.len() > LINES {
                                li class="quiet" { (self.visitor.say("余下 {} 项略；命令行 explain --all 可全部列出。", "{} more; `explain --all` on the command line lists them.").replace("{}", &(node.children.len() - LINES).to_string())) }
                            }
                        }
                        @if !node.because.is_empty() {
                            ul class="because" aria-label=(self.visitor.say("依据", "Because of")) {
                                @for (nth, child) in node.because.iter().take(LINES).enumerate() { (self.node(child, None, &format!("{id}-b{nth}"), depth + 1)) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// One line; what the line above says of it is not said again.
    fn line(&self, node: &Explained, above: Option<&Explained>) -> Markup {
        let clause = |node: &Explained| node.clause_text.clone().or_else(|| node.clause.clone());
        let new_clause =
            clause(node).filter(|text| *text != node.label && above.and_then(clause).as_ref() != Some(text));
        let new_source =
            above.is_none_or(|above| (&above.plugin, &above.source) != (&node.plugin, &node.source));
        let place = node.event.as_ref().and_then(|event| self.events.get(event));
        html! {
            span class="amount" { (node.amount.to_fixed(self.places)) } " "
            @match place {
                Some((register, record)) => a href=(self.visitor.served.record(register, record)) { (node.label) },
                None => (node.label),
            }
            @if let Some(why) = &node.struck { " " span class="wrong" { (self.visitor.say("不计：", "struck: ")) (why) } }
            @if let Some(clause) = &new_clause { " " q class="clause" { (clause) } }
            @if let (Some(document), true) = (&node.document, new_source) { " " cite class="quiet" { (self.visitor.say(&document.title.zh, &document.title.en)) @if !document.number.is_empty() { "，" (document.number) } } }
            @if let (Some(plugin), Some(source), true) = (&node.plugin, &node.source, new_source) {
                " " span class="quiet source" { (plugin) @if let Some(version) = &node.version { " " (version) } " · " (source) }
            }
        }
    }
}
