//! The versions of plugins that are kept: which serves, and the way back to another. Shown with a plugin
//! and with the rules; who may go back is the kernel's to say.

use crate::{
    form::FormFields, layout::token, page_error::PageError, served_office::ServedOffice, visitor::Member,
};
use maud::{Markup, html};
use registrar_domain::Actor;
use registrar_host::Version;

/// Plugins with their versions.
pub type PluginVersions = Vec<(String, Vec<Version>)>;

/// The table; its buttons send to `at`.
pub fn table(member: &Member, at: &str, plugins: &PluginVersions, goes_back: bool) -> Markup {
    let visitor = &member.visitor;
    let button = |plugin: &str, what: &str, version: &str, label: &str| {
        html! {
            form method="post" action=(at) class="inline" {
                (token(member))
                input type="hidden" name="do" value=(what);
                input type="hidden" name="plugin" value=(plugin);
                input type="hidden" name="version" value=(version);
                button class="second" { (label) }
            }
        }
    };
    html! {
        h2 { (visitor.say("保留的版本", "Versions that are kept")) }
        div class="wide many" tabindex="0" {
            table {
                thead { tr { th { (visitor.say("插件", "Plugin")) } th { (visitor.say("版本", "Version")) } th class="number" { (visitor.say("次序", "Went live")) } td {} td {} } }
                tbody {
                    @for (plugin, versions) in plugins {
                        @for version in versions.iter().rev() {
                            tr {
                                td { (plugin) }
                                td { (version.version) " " code { (short(&version.content_hash)) } }
                                td class="number" { (if version.order == 0 { "–".to_owned() } else { version.order.to_string() }) }
                                td {
                                    @if version.serves { span class="stage good" { (visitor.say("在用", "serves")) } " " }
                                    @if version.pinned { span class="stage warn" { (visitor.say("已固定", "pinned")) } }
                                }
                                td {
                                    @if goes_back && version.pinned { (button(plugin, "unpin", "", visitor.say("取消固定", "Let it go"))) }
                                    @if goes_back && !version.serves { (button(plugin, "rollback", &version.content_hash, visitor.say("回到这一版", "Go back to it"))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a button of the table asks for.
pub struct RollbackForm {
    what: String,
    plugin: String,
    version: String,
}

impl RollbackForm {
    /// As it was sent.
    pub fn read(fields: &FormFields) -> RollbackForm {
        let said = |name: &str| fields.trimmed(name).to_owned();
        RollbackForm { what: said("do"), plugin: said("plugin"), version: said("version") }
    }

    /// Does it; says whether it was anything of the kind.
    ///
    /// # Errors
    /// `by` may not, or the version can't go live.
    pub fn go(&self, served: &ServedOffice, by: &Actor) -> Result<bool, PageError> {
        match self.what.as_str() {
            "rollback" if !self.version.is_empty() => {
                drop(served.office.roll_back(&self.plugin, Some(&self.version), by)?);
            }
            "unpin" => drop(served.office.unpin(&self.plugin, by)?),
            _ => return Ok(false),
        }
        // Other rules serve now; whether they count yet is the ledger's to say.
        served.ledger.rules_changed();
        Ok(true)
    }
}

/// A hash as people compare it.
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
