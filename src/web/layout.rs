//! What every page has around it.

use crate::{
    form::TOKEN,
    lang::{Lang, tag},
    server::style,
    visitor::{Member, Visitor},
};
use maud::{DOCTYPE, Markup, html};

/// A page for someone who signed in.
pub fn page(member: &Member, title: &str, content: Markup) -> Markup {
    let (visitor, who) = (&member.visitor, &member.who);
    let registers = visitor.seat.office.registers();
    let open = registers.by_id.values().filter(|register| who.principal.may_open(register).is_some());
    let link = |below: &str| visitor.seat.link(below);
    let entry = |to: String, text: &str| {
        let here = visitor.at.split('?').next() == Some(to.as_str());
        html! { li { a href=(to) aria-current=[here.then_some("page")] { (text) } } }
    };
    shell(
        visitor,
        title,
        html! {
            header class="bar" {
                a class="skip" href="#content" { (visitor.say("跳到正文", "Skip to content")) }
                a class="office" href=(link("/")) { (visitor.seat.office.name) }
                nav aria-label=(visitor.say("台账", "Registers")) {
                    ul {
                        @for register in open {
                            (entry(visitor.seat.register(&register.id), visitor.title(&register.title)))
                        }
                        @if who.principal.administers() { (entry(link("/people"), visitor.say("人员", "People"))) }
                    }
                }
                div class="self" {
                    (languages(visitor))
                    a href=(link("/password")) { (who.person.name) }
                    form method="post" action=(link("/sign-out")) {
                        (token(member))
                        button class="plain" { (visitor.say("退出", "Sign out")) }
                    }
                }
            }
            main id="content" tabindex="-1" { (content) }
        },
    )
}

/// A page for someone who did not.
pub fn outside(visitor: &Visitor, title: &str, content: Markup) -> Markup {
    shell(
        visitor,
        title,
        html! {
            main id="content" class="narrow" {
                p class="office" { (visitor.seat.office.name) }
                (content)
                p class="quiet" { (languages(visitor)) }
            }
        },
    )
}

/// A page of which nothing is known but its text, in both languages.
pub fn bare(title: &str, content: Markup) -> Markup {
    document(Lang::Zh, title, html! { main id="content" class="narrow" { (content) } })
}

fn shell(visitor: &Visitor, title: &str, content: Markup) -> Markup {
    document(visitor.lang, &format!("{title} · {}", visitor.seat.office.name), content)
}

fn document(lang: Lang, title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.of("zh-CN", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href=(style());
                link rel="icon" href="data:,";
            }
            body { (content) }
        }
    }
}

fn languages(visitor: &Visitor) -> Markup {
    let other = visitor.lang.of("en", "zh");
    let back: String = form_urlencoded::byte_serialize(visitor.at.as_bytes()).collect();
    let link = visitor.seat.link(&format!("/lang/{other}?back={back}"));
    debug_assert_ne!(other, tag(visitor.lang));
    html! { a href=(link) lang=(other) hreflang=(other) { (visitor.lang.of("English", "中文")) } }
}

/// The secret that a form of this person carries.
pub fn token(member: &Member) -> Markup {
    html! { input type="hidden" name=(TOKEN) value=(member.who.token); }
}

/// A piece of an address.
pub fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A remark above a page's content.
pub fn notice(class: &str, texts: &[String]) -> Markup {
    html! {
        @if !texts.is_empty() {
            div class=(format!("notice {class}")) role=(if class == "error" { "alert" } else { "status" }) {
                @for text in texts { p { (text) } }
            }
        }
    }
}
