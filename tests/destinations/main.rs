//! The real engine against real servers that nobody here wrote, with everything that a server, a
//! disk or a network can do wrong.

mod answers;
mod disk;
mod keep;
mod nextcloud;
mod server;
mod storing;
mod stranger;
mod wire;

/// The same test against every server.
#[macro_export]
macro_rules! at_every_server {
    ($($name:ident),+ $(,)?) => {
        $crate::at_every_server!(@ apache Apache $($name)+);
        $crate::at_every_server!(@ sabre Sabre $($name)+);
        $crate::at_every_server!(@ rclone Rclone $($name)+);
        $crate::at_every_server!(@ seaweed Seaweed $($name)+);
        $crate::at_every_server!(@ s3s S3s $($name)+);
    };
    (@ $module:ident $kind:ident $($name:ident)+) => {
        mod $module {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                super::$name($crate::server::Kind::$kind).await
            })+
        }
    };
}
