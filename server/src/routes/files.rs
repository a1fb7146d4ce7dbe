//! `/files/{id}`: a file of a submission, always as a download, never run or
//! shown inside our pages.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use domain::access;
use domain::keys::{self, files::FileError};
use http::{HeaderMap, HeaderValue, header};
use vocab::ids::FileId;

use app::error::AppError;
use app::ssr::unavailable;

use crate::forms::Path;
use crate::respond::failed;
use crate::session::SignedIn;
use crate::site::Site;

/// Streams the file to who may see it.
pub(crate) async fn download(
    State(site): State<Site>,
    SignedIn(actor): SignedIn,
    Path(id): Path<FileId>,
    request: Request,
) -> Response {
    let found = async {
        let file = access::file(site.db.read(), &actor, id, site.clock.now()).await?;
        Ok::<_, AppError>((file.name.clone(), file.size_bytes, file.object_key.clone()))
    };
    as_download(&site, request, found.await).await
}

/// A file's name, size and key in the store, as a download.
pub(crate) async fn as_download(
    site: &Site,
    request: Request,
    found: Result<(String, i64, String), AppError>,
) -> Response {
    let opened = async {
        let (name, length, key) = found?;
        let bytes = keys::files::get(&site.store, site.db.keys(), &key).await;
        let bytes = bytes.map_err(|error| match error {
            // The key was destroyed with the data of whose file it was.
            FileError::Deleted => AppError::NotFound,
            error => unavailable(error),
        })?;
        Ok::<_, AppError>((name, length, bytes))
    };
    match opened.await {
        Ok((name, length, bytes)) => {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            );
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
            );
            if let Ok(name) = HeaderValue::from_str(&disposition(&name)) {
                headers.insert(header::CONTENT_DISPOSITION, name);
            }
            (headers, Body::from_stream(bytes)).into_response()
        }
        Err(error) => {
            let (parts, _) = request.into_parts();
            failed(site, &parts, error).await
        }
    }
}

/// `attachment` with the name in the form of RFC 8187, 3.2.
fn disposition(name: &str) -> String {
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("a \"b\".pdf"),
            "attachment; filename*=UTF-8''a%20%22b%22.pdf"
        );
        assert_eq!(
            disposition("é\r\n.txt"),
            "attachment; filename*=UTF-8''%C3%A9%0D%0A.txt"
        );
    }
}
