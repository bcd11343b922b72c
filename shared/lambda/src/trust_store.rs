//! The certificates by which AWS is recognised.

use aws_smithy_http_client::tls::TrustStore;

/// Amazon Root CA 1 to 4 and Starfield Services Root CA G2, as published by Amazon Trust Services:
/// each endpoint of the AWS partition has a certificate under one of them.
const AMAZON_ROOTS: &str = include_str!("amazon_roots.pem");

/// Beginnings of the names of regions whose endpoints are under Amazon's roots. Others, such as
/// `cn-` and `eusc-`, have their own.
const AMAZON_REGIONS: [&str; 9] = ["af-", "ap-", "ca-", "eu-", "il-", "me-", "mx-", "sa-", "us-"];

/// Returns Amazon's own roots, since reading the system's hundred and more is a third of a
/// function's start (docs/operations/performance.md#cold-start); the system's where another endpoint
/// is set, or in a region with other roots.
pub(crate) fn of_process() -> TrustStore {
    let region = std::env::var("AWS_REGION").unwrap_or_default();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    if is_under_amazon_roots(&region, names) {
        return TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    }
    TrustStore::default()
}

fn is_under_amazon_roots(region: &str, mut variables: impl Iterator<Item = String>) -> bool {
    AMAZON_REGIONS.iter().any(|beginning| region.starts_with(beginning))
        && !region.contains("-iso")
        && !variables.any(|name| name.starts_with("AWS_ENDPOINT_URL"))
}

#[cfg(test)]
mod tests {
    use aws_smithy_http_client::Builder;
    use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
    use aws_smithy_http_client::tls::{Provider, TlsContext};

    use super::*;

    #[test]
    fn amazon_roots_are_for_its_own_endpoints_only() {
        let none = std::iter::empty;
        assert!(is_under_amazon_roots("eu-central-1", none()));
        assert!(is_under_amazon_roots("us-gov-west-1", none()));
        for region in ["cn-north-1", "eusc-de-east-1", "us-iso-east-1", "local", ""] {
            assert!(!is_under_amazon_roots(region, none()), "{region}");
        }
        let endpoint = ["AWS_ENDPOINT_URL_SQS".to_owned()];
        assert!(!is_under_amazon_roots("us-east-1", endpoint.into_iter()));
    }

    #[test]
    fn the_roots_are_five_and_can_be_read() -> Result<(), Box<dyn std::error::Error>> {
        assert_eq!(AMAZON_ROOTS.matches("BEGIN CERTIFICATE").count(), 5);
        let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
        let context = TlsContext::builder().with_trust_store(roots).build()?;
        let tls = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
        // Panics if one of them is not a certificate.
        tls.tls_context(context).build_https();
        Ok(())
    }
}
