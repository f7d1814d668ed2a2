//! demo
use super::CommandError;
use clap::Args;
/// demo
#[derive(Args, Clone, Debug)]
pub(super) struct Demo {}
impl Demo {
    pub(super) fn run(self, _d: Option<&str>) -> Result<(), CommandError> {
        Ok(())
    }
}
