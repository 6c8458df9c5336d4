//! The same test in both browsers.

/// Makes a test of each function, once with Chromium and once with Firefox.
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
