//! What went wrong with a request, as its visitor sees it.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use registrar_domain::{Lang, StoreError};
use registrar_kernel::{ActError, KernelError};
use registrar_sdk::BilingualText;
use std::sync::Arc;

/// Why a request is not answered.
#[derive(Debug)]
pub enum PageError {
    /// Nobody is signed in; where to go to.
    SignIn(String),
    /// Nobody is signed in any more, and something was filled in: the page that asks to sign in and keeps it.
    SignInFirst(String),
    /// Who asks may not. What is missing was logged and is said to them.
    Denied(BilingualText),
    /// There is nothing here, or nothing that whoever asks may know of.
    Absent,
    /// The request is not what a page of ours sends; what is wrong with it, in both languages.
    Strange(&'static str, &'static str),
    /// Something can't be done with a record as it stands now; where the record is.
    Stale(String),
    /// Too much was sent.
    TooLarge,
    /// The kernel refuses.
    Refused(BilingualText),
    /// So many are served at once that this one is not.
    Busy,
    /// Something broke; it was logged.
    Broken,
}

impl PageError {
    /// What the kernel would refuse, too.
    pub fn refused(why: impl Into<BilingualText>) -> PageError {
        PageError::Refused(why.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            PageError::SignIn(_) => StatusCode::SEE_OTHER,
            PageError::SignInFirst(_) => StatusCode::UNAUTHORIZED,
            PageError::Denied(_) => StatusCode::FORBIDDEN,
            PageError::Absent => StatusCode::NOT_FOUND,
            PageError::Strange(..) => StatusCode::BAD_REQUEST,
            PageError::Stale(_) => StatusCode::CONFLICT,
            PageError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            PageError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            PageError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            PageError::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A title, and what is to be said of it.
    pub fn says(&self, lang: Lang) -> (String, String) {
        let both = |zh: &str, en: &str| lang.of(zh, en).to_owned();
        match self {
            PageError::SignIn(_) | PageError::SignInFirst(_) => {
                (both("请登录", "Please sign in"), String::new())
            }
            PageError::Denied(why) => (both("无权访问", "Not yours to do"), lang.title(why).to_owned()),
            PageError::Absent => (
                both("没有找到", "Nothing here"),
                both("该页面不存在，或者您无权查看。", "There is no such page, or it is not yours to see."),
            ),
            PageError::Strange(zh, en) => (both("请求有误", "This can't be asked"), both(zh, en)),
            PageError::Stale(_) => (
                both("现在不能办理", "Not now"),
                both(
                    "这条记录现在所处的阶段不能办理这一事项，可能已有他人先行办理。",
                    "It can't be done with the record as it stands now; someone may have gone before you.",
                ),
            ),
            PageError::TooLarge => (
                both("内容过大", "Too large"),
                both("提交的内容超过限额，没有保存。", "More was sent than is taken; nothing was stored."),
            ),
            PageError::Refused(why) => (both("未能办理", "Not done"), lang.title(why).to_owned()),
            PageError::Busy => {
                (both("现在太忙", "Too busy now"), both("请稍后再试。", "Please try again in a while."))
            }
            PageError::Broken => (
                both("出错了", "Something broke"),
                both(
                    "原因已记入日志，请告知管理员。",
                    "Why is in the log; please tell whoever runs the office.",
                ),
            ),
        }
    }
}

/// A problem on its way to [`speak`], which knows the reader's language.
#[derive(Clone)]
pub struct UnspokenError(pub Arc<PageError>);

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let PageError::SignIn(at) = &self {
            return Redirect::to(at).into_response();
        }
        if let PageError::SignInFirst(page) = self {
            return (StatusCode::UNAUTHORIZED, Html(page)).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(UnspokenError(Arc::new(self)));
        response
    }
}

impl From<KernelError> for PageError {
    fn from(error: KernelError) -> PageError {
        match error {
            KernelError::Unknown(_) => PageError::Absent,
            KernelError::Refused(why) => PageError::Refused(why),
            KernelError::Denied(why) => PageError::Denied(why),
            error @ (KernelError::Store(_) | KernelError::Plugin(_) | KernelError::Registers(_)) => {
                tracing::error!(%error, "A page could not be made.");
                PageError::Broken
            }
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> PageError {
        KernelError::from(error).into()
    }
}

impl From<ActError> for PageError {
    fn from(error: ActError) -> PageError {
        match error {
            ActError::Kernel(error) => error.into(),
            ActError::Denied(why) => PageError::Denied(why),
            error @ (ActError::Schema { .. }
            | ActError::Refused(_)
            | ActError::Stage { .. }
            | ActError::Conflict(_)
            | ActError::Plugin(_)) => PageError::Refused(error.to_string().into()),
        }
    }
}
