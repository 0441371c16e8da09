//! Packages of other offices, by the machines that bring them: without a session, by their signature
//! alone.

use crate::{page_error::PageError, state::Web};
use axum::{
    body::to_bytes,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use registrar_kernel::{ActError, KernelError, automation::exchange::LARGEST};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Takes in a package. 200: all of it is here now; 422: what was refused is told, the rest is here;
/// 403: its signature is of no peer, or not good.
pub async fn post(
    State(web): State<Web>,
    Path(names): Path<HashMap<String, String>>,
    request: Request,
) -> Result<Response, PageError> {
    let served = names.get("office").and_then(|name| web.offices().office(name)).ok_or(PageError::Absent)?;
    let bytes = to_bytes(request.into_body(), LARGEST).await.map_err(|_| PageError::TooLarge)?;
    let office = served.office.clone();
    let taken = web
        .work(move || {
            let text = std::str::from_utf8(&bytes).unwrap_or_default();
            Ok(office.accept(text))
        })
        .await?;
    let name = &served.office.name;
    Ok(match taken {
        Ok(received) => {
            tracing::info!(office = %name, from = %received.from, package = %received.package, added = received.added, "A package came in.");
            let all = received.refused.is_empty();
            let status = if all { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            answer(status, &json!(received))
        }
        Err(ActError::Denied(why)) => {
            tracing::warn!(office = %name, %why, "Denied: a package.");
            answer(StatusCode::FORBIDDEN, &json!({ "error": why.to_string() }))
        }
        Err(ActError::Kernel(KernelError::Refused(why))) => {
            answer(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": why.to_string() }))
        }
        Err(error) => {
            // What broke is for who runs this office, not for whoever sends.
            tracing::error!(office = %name, %error, "A package can't be taken in.");
            answer(
                StatusCode::INTERNAL_SERVER_ERROR,
                &json!({ "error": "it can't be taken in now; try again later" }),
            )
        }
    })
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
