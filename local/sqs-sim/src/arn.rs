//! Names of local resources in the form AWS gives them.

/// The account number of everything local, as emulators of AWS commonly use.
pub(crate) const ACCOUNT: &str = "000000000000";

const REGION: &str = "us-east-1";

pub(crate) fn queue_arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}
