//! What went wrong with a request, as its visitor sees it.

use crate::{lang::Lang, layout::bare};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use registrar_kernel::{ActError, KernelError, StoreError};

/// Why a request is not answered.
#[derive(Debug)]
pub enum Problem {
    /// Nobody is signed in; where to go to.
    SignIn(String),
    /// Who asks may not. What is missing was logged and is said to them.
    Denied(String),
    /// There is nothing here, or nothing that whoever asks may know of.
    Absent,
    /// The request is not what a page of ours sends.
    Strange(&'static str),
    /// Too much was sent.
    TooLarge,
    /// The kernel refuses.
    Refused(String),
    /// So many are served at once that this one is not.
    Busy,
    /// Something broke; it was logged.
    Broken,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Problem::SignIn(_) => StatusCode::SEE_OTHER,
            Problem::Denied(_) => StatusCode::FORBIDDEN,
            Problem::Absent => StatusCode::NOT_FOUND,
            Problem::Strange(_) => StatusCode::BAD_REQUEST,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn says(&self, lang: Lang) -> (String, String) {
        let both = |zh: &str, en: &str| lang.of(zh, en).to_owned();
        match self {
            Problem::SignIn(_) => (both("请登录", "Please sign in"), String::new()),
            Problem::Denied(why) => (both("无权访问", "Not for you"), why.clone()),
            Problem::Absent => (
                both("没有找到", "Nothing here"),
                both("该页面不存在，或者您无权查看。", "There is no such page, or it is not yours to see."),
            ),
            Problem::Strange(why) => (both("请求有误", "A strange request"), (*why).to_owned()),
            Problem::TooLarge => (
                both("内容过大", "Too large"),
                both("提交的内容超过限额，没有保存。", "More was sent than is taken; nothing was stored."),
            ),
            Problem::Refused(why) => (both("未能办理", "Not done"), why.clone()),
            Problem::Busy => {
                (both("现在太忙", "Too busy now"), both("请稍后再试。", "Please try again in a while."))
            }
            Problem::Broken => (
                both("出错了", "Something broke"),
                both(
                    "原因已记入日志，请告知管理员。",
                    "Why is in the log; please tell whoever runs the office.",
                ),
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Problem::SignIn(at) = &self {
            return Redirect::to(at).into_response();
        }
        // Who asked in which language is not known any more where a request could not be read.
        let [zh, en] = [Lang::Zh, Lang::En].map(|lang| self.says(lang));
        let page = bare(
            &zh.0,
            html! {
                h1 { (zh.0) " " span lang="en" class="quiet" { (en.0) } }
                p { (zh.1) }
                @if en.1 != zh.1 { p lang="en" class="quiet" { (en.1) } }
                p { a href="/" { "返回首页 " span lang="en" { "Back to the start" } } }
            },
        );
        (self.status(), page).into_response()
    }
}

impl From<KernelError> for Problem {
    fn from(error: KernelError) -> Problem {
        match error {
            KernelError::Unknown { .. } => Problem::Absent,
            KernelError::Refused(why) => Problem::Refused(why),
            error => {
                tracing::error!(%error, "A page could not be made.");
                Problem::Broken
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        KernelError::from(error).into()
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Problem {
        match error {
            ActError::Kernel(error) => error.into(),
            ActError::Denied(why) => Problem::Denied(why),
            error => Problem::Refused(error.to_string()),
        }
    }
}
