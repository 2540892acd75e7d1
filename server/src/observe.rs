//! Writes logs to standard error, and sends traces to a collector if one is set.
use crate::config::{Config, Format};
use anyhow::{Context, Result};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::io::{self, IsTerminal};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// The traces that have not been sent yet. Dropping it sends them.
pub struct Traces(Option<SdkTracerProvider>);

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(provider) = &self.0
            && let Err(error) = provider.shutdown()
        {
            eprintln!("portvakt: the last traces were not sent: {error}");
        }
    }
}

/// Starts logs and traces, until the returned value is dropped.
///
/// # Errors
/// If the filter or the collector's address cannot be read.
pub fn start(config: &Config) -> Result<Traces> {
    let filter = EnvFilter::builder().parse(&config.log.filter);
    let filter =
        filter.with_context(|| format!("log.filter takes a filter such as info, not {}", config.log.filter))?;
    let human = match config.log.format {
        Format::Auto => io::stderr().is_terminal(),
        Format::Human => true,
        Format::Json => false,
    };
    let log = fmt::layer().with_writer(io::stderr);
    let log: Box<dyn Layer<Registry> + Send + Sync> = if human {
        log.with_target(false).with_filter(filter).boxed()
    } else {
        log.json().flatten_event(true).with_filter(filter).boxed()
    };
    let provider = config.traces.endpoint.as_deref().map(provider).transpose()?;
    let traces = provider.as_ref().map(|provider| {
        // Traces hold the same as the log, and only Portvakt's own spans: a library's spans may hold more.
        let ours = EnvFilter::new("off,portvakt=info,portvakt_app=info,portvakt_core=info");
        tracing_opentelemetry::layer().with_tracer(provider.tracer("portvakt")).with_filter(ours)
    });
    tracing_subscriber::registry().with(log).with(traces).init();
    Ok(Traces(provider))
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
    let exporter = exporter.with_context(|| format!("traces.endpoint takes http://HOST:PORT, not {endpoint}"))?;
    let resource = Resource::builder().with_service_name("portvakt").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}
