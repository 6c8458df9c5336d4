//! Holdfast itself: the loaded extension in both browsers, against a server nobody here wrote.

mod clouds;
mod destinations;
mod faults;
mod input;
mod journey;
mod recovery;
mod scale;
mod stage;

/// The same test in both browsers.
#[macro_export]
macro_rules! in_both_browsers {
    ($($name:ident),+ $(,)?) => {
        mod chromium {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name(holdfast_tests::browser::Kind::Chromium).await
            })+
        }
        mod firefox {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name(holdfast_tests::browser::Kind::Firefox).await
            })+
        }
    };
}
