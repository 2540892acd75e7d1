//! Figures for Prometheus, on their own listener.
use crate::pipeline::health;
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{Method, StatusCode, header};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use portvakt_core::Core;
use std::time::Instant;

const REQUESTS: &str = "portvakt_requests_total";
const REQUEST_SECONDS: &str = "portvakt_request_seconds";
/// From a file in memory to a sign-in that waited for its turn.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Serves `/metrics`, with `/healthz` and `/readyz` beside it. Nothing is counted before this call.
///
/// # Errors
/// If it was called before.
pub fn router(core: Core) -> Result<Router> {
    let recorder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(REQUEST_SECONDS.to_owned()), &SECONDS)?;
    let handle = recorder.install_recorder().context("the figures are already counted")?;
    describe_counter!(REQUESTS, "Requests, by route, method and status.");
    describe_histogram!(REQUEST_SECONDS, "Seconds until the answer begins, by route.");
    describe_counter!("portvakt_sign_ins_total", "Tries to sign in, by outcome.");
    describe_counter!("portvakt_housekeeping_total", "Rounds of housekeeping, by outcome.");
    describe_gauge!("portvakt_hash_places_taken", "Places taken in the queue for hashing passwords.");
    describe_gauge!("portvakt_hashes_running", "Passwords being hashed.");
    describe_gauge!("portvakt_database_connections", "Connections to the database, by state.");
    describe_counter!("portvakt_mails_total", "Tries to send a mail, by outcome.");
    describe_gauge!("portvakt_mails", "Mails in the outbox, by state.");
    describe_gauge!("portvakt_database_bytes", "Bytes that the database takes.");
    describe_counter!("portvakt_database_damaged_total", "Checks of the database file that found damage.");
    let figures = Router::new().route("/metrics", get(show)).with_state((core.clone(), handle));
    Ok(figures.merge(health::router(core)))
}

async fn show(State((core, handle)): State<(Core, PrometheusHandle)>) -> Response {
    let Ok(figures) = core.figures().await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    gauge!("portvakt_hash_places_taken").set(figures.hash_places_taken);
    gauge!("portvakt_hashes_running").set(figures.hashes_running);
    gauge!("portvakt_database_connections", "state" => "idle").set(figures.connections_idle);
    gauge!("portvakt_database_connections", "state" => "used").set(figures.connections_used);
    gauge!("portvakt_database_bytes").set(figures.database_bytes);
    gauge!("portvakt_mails", "state" => "waiting").set(figures.mails_waiting);
    gauge!("portvakt_mails", "state" => "failed").set(figures.mails_failed);
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

/// Counts a request by its route: an address may hold data that belongs in no figure.
pub(crate) async fn route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let (method, begun) = (known(request.method()), Instant::now());
    let answer = next.run(request).await;
    let status = answer.status().as_u16().to_string();
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => status).increment(1);
    histogram!(REQUEST_SECONDS, "route" => route).record(begun.elapsed());
    answer
}

/// Unknown methods are counted together: each name would be one more series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
