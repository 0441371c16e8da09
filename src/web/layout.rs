//! What every page has around it.

use crate::{
    assets,
    form::TOKEN,
    language::tag,
    visitor::{Member, Visitor},
};
use maud::{DOCTYPE, Markup, html};
use registrar_domain::{Lang, Register};
use registrar_kernel::access::{Principal, Reach};

/// What the program is called, in Chinese and in English.
pub const PRODUCT: (&str, &str) = ("明账", "Registrar");

/// A page for someone who signed in, which shows what is: it is drawn anew when that changes.
pub fn page(member: &Member, title: &str, content: Markup) -> Markup {
    around(member, title, true, content)
}

/// A page on which someone fills something in: nothing takes it away from them.
pub fn desk(member: &Member, title: &str, content: Markup) -> Markup {
    around(member, title, false, content)
}

/// A page for all in a room: nothing of who signed in, nothing to press; it is drawn anew when something changes.
pub fn screen(member: &Member, title: &str, content: Markup) -> Markup {
    let visitor = &member.visitor;
    let pulse = crate::live::OfficePulse::now(&visitor.served).to_string();
    let main = html! { main id="content" class="screen" data-live { (content) } };
    shell(visitor, title, Some((visitor.served.link("/live"), pulse)), main)
}

fn around(member: &Member, title: &str, live: bool, content: Markup) -> Markup {
    let visitor = &member.visitor;
    let link = |below: &str| visitor.served.link(below);
    let pulse = crate::live::OfficePulse::now(&visitor.served).to_string();
    shell(
        visitor,
        title,
        Some((link("/live"), pulse)),
        html! {
            header class="bar" {
                a class="skip" href="#content" { (visitor.say("跳到正文", "Skip to content")) }
                a class="office" href=(link("/")) { (visitor.served.office.name) }
                div class="self" {
                    (languages(visitor))
                    a href=(link("/password")) { (member.who.person.name) }
                    form method="post" action=(link("/sign-out")) {
                        (token(member))
                        button class="plain" { (visitor.say("退出", "Sign out")) }
                    }
                }
                nav id="menu" aria-label=(visitor.say("菜单", "Menu")) { (menu(member)) }
            }
            main id="content" tabindex="-1" data-live=[live.then_some("")] { (content) }
        },
    )
}

fn menu(member: &Member) -> Markup {
    let (visitor, principal) = (&member.visitor, &member.who.principal);
    let at = visitor.at.split('?').next().unwrap_or_default();
    let entry = |to: String, text: &str| {
        let here = at == to || at.starts_with(&format!("{to}/"));
        html! { li { a href=(to) aria-current=[here.then_some("page")] { (text) } } }
    };
    let registers = visitor.served.office.registers();
    let open = registers.by_id.values().filter(|register| principal.may_open(register).is_some());
    html! {
        ul {
            @for register in open {
                (entry(visitor.served.register(&register.id), visitor.title(&register.title)))
            }
        }
        ul class="tools" {
            @for tool in TOOLS.iter().filter(|tool| (tool.lets)(principal)) {
                (entry(visitor.served.link(tool.at), visitor.say(tool.zh, tool.en)))
            }
        }
    }
}

struct Tool {
    at: &'static str,
    zh: &'static str,
    en: &'static str,
    lets: fn(&Principal) -> bool,
}

const TOOLS: [Tool; 7] = [
    Tool { at: "/calendar", zh: "日历", en: "Calendar", lets: |_| true },
    Tool { at: "/reports", zh: "报表", en: "Reports", lets: Principal::sees_all },
    Tool { at: "/directory", zh: "通讯录", en: "Directory", lets: |_| true },
    Tool { at: "/rules", zh: "规则", en: "Rules", lets: |_| true },
    Tool { at: "/log", zh: "日志", en: "Log", lets: |_| true },
    Tool { at: "/plugins", zh: "插件", en: "Plugins", lets: Principal::administers },
    Tool { at: "/people", zh: "人员", en: "People", lets: Principal::administers },
];

/// The pages of a register, above each of them.
pub fn tabs(member: &Member, register: &Register) -> Markup {
    let visitor = &member.visitor;
    let at = visitor.at.split('?').next().unwrap_or_default();
    let of = visitor.served.register(&register.id);
    let asked = |point: &str| {
        let handlers = visitor.served.office.host().generation().handlers(point);
        handlers.iter().any(|h| h.admits("register", &register.id))
    };
    let counted = !register.measures.is_empty();
    let whole = member.who.principal.may_open(register) == Some(Reach::Office);
    let tabs = [
        ("", "列表", "List", true),
        ("/board", "看板", "Board", register.stages.len() > 1),
        ("/standings", "排名", "Standings", counted),
        ("/quotas", "任务", "Quotas", counted && asked("quota.target")),
        ("/awards", "评优", "Awards", counted && whole && asked("award.select")),
    ];
    html! {
        nav class="tabs" aria-label=(visitor.title(&register.title)) {
            ul {
                @for (below, zh, en, _) in tabs.iter().filter(|(.., shown)| *shown) {
                    @let to = format!("{of}{below}");
                    li { a href=(to) aria-current=[(at == to).then_some("page")] { (visitor.say(zh, en)) } }
                }
            }
        }
    }
}

/// A page for someone who did not.
pub fn outside(visitor: &Visitor, title: &str, content: Markup) -> Markup {
    shell(
        visitor,
        title,
        None,
        html! {
            main id="content" class="narrow" {
                p class="office" { (visitor.served.office.name) }
                (content)
                p class="quiet" { (languages(visitor)) }
            }
        },
    )
}

/// A page of which nothing is known but its text.
pub fn bare(lang: Lang, prefix: &str, title: &str, content: Markup) -> Markup {
    document(lang, prefix, title, None, html! { main id="content" class="narrow" { (content) } })
}

/// Where a page hears of changes, and what it knows of.
type LiveAddress = Option<(String, String)>;

fn shell(visitor: &Visitor, title: &str, live: LiveAddress, content: Markup) -> Markup {
    let product = visitor.lang.of(PRODUCT.0, PRODUCT.1);
    let title = format!("{title} · {} · {product}", visitor.served.office.name);
    document(visitor.lang, &visitor.served.prefix, &title, live, content)
}

fn document(lang: Lang, prefix: &str, title: &str, live: LiveAddress, content: Markup) -> Markup {
    let (at, pulse) = live.unzip();
    html! {
        (DOCTYPE)
        html lang=(lang.of("zh-CN", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href=(format!("{prefix}{}", assets::style()));
                link rel="icon" href="data:,";
                @if at.is_some() { script src=(format!("{prefix}{}", assets::script())) defer {} }
            }
            body data-live-at=[at] data-pulse=[pulse] { (content) }
        }
    }
}

fn languages(visitor: &Visitor) -> Markup {
    let other = visitor.lang.of("en", "zh");
    let back: String = form_urlencoded::byte_serialize(visitor.at.as_bytes()).collect();
    let link = visitor.served.link(&format!("/lang/{other}?back={back}"));
    debug_assert_ne!(other, tag(visitor.lang));
    html! { a href=(link) lang=(other) hreflang=(other) { (visitor.lang.of("English", "中文")) } }
}

/// The secret that a form of this person carries.
pub fn token(member: &Member) -> Markup {
    html! { input type="hidden" name=(TOKEN) value=(member.who.token); }
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
