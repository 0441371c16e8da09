//! The world outside, as far as the embedding program lets plugins reach it. The kernel only asks; who
//! may reach what, and how, the program decides.

use registrar_sdk::Value;

/// Reaches the world outside for plugins.
pub trait Egress: Send + Sync {
    /// Makes the request of an office's plugin (`http_request` of the contract) and waits for the
    /// answer (`http_response`).
    ///
    /// # Errors
    /// The plugin may not, or no answer came; says which.
    fn http(&self, office: &str, plugin: &str, request: &Value) -> Result<Value, String>;

    /// Hands over the mail of an office's plugin (`mail_message` of the contract).
    ///
    /// # Errors
    /// The plugin may not, or the mail was not taken; says which.
    fn mail(&self, office: &str, plugin: &str, message: &Value) -> Result<(), String>;
}
