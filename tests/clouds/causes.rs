//! Every cause, at each cloud, in that cloud's own words; and back to *stored* once it is cured.

use anyhow::{Result, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::oauth::authorize::SignInError;
use holdfast_tests::native::{Who, config, sign_in, sign_in_as};
use holdfast_tests::servers::clouds::Cloud;
use holdfast_tests::servers::{Fault, Rule};

use crate::stage::Stage;

/// What a cloud says, and what it means.
struct Said {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    cause: Cause,
}

const fn said(status: u16, body: &'static str, cause: Cause) -> Said {
    Said {
        status,
        headers: &[],
        body,
        cause,
    }
}

fn sayings(cloud: Cloud) -> Vec<Said> {
    match cloud {
        Cloud::OneDrive => vec![
            said(
                403,
                r#"{"error":{"code":"accessDenied","message":"…"}}"#,
                Cause::PermissionMissing,
            ),
            said(
                507,
                r#"{"error":{"code":"quotaLimitReached","message":"…"}}"#,
                Cause::StorageFull,
            ),
            said(
                403,
                r#"{"error":{"code":"accessRestricted","message":"…"}}"#,
                Cause::NotAllowed,
            ),
            said(
                503,
                r#"{"error":{"code":"serviceNotAvailable","message":"…"}}"#,
                Cause::ServerFault,
            ),
            Said {
                status: 429,
                headers: &[("Retry-After", "120")],
                body: r#"{"error":{"code":"activityLimitReached","message":"…"}}"#,
                cause: Cause::AskedToWait,
            },
            Said {
                status: 401,
                headers: &[(
                    "WWW-Authenticate",
                    "Bearer error=\"insufficient_claims\", claims=\"e30=\"",
                )],
                body: r#"{"error":{"code":"InvalidAuthenticationToken","message":"…"}}"#,
                cause: Cause::NotAllowed,
            },
        ],
        Cloud::GoogleDrive => vec![
            said(
                403,
                r#"{"error":{"code":403,"errors":[{"reason":"insufficientFilePermissions"}]}}"#,
                Cause::PermissionMissing,
            ),
            said(
                403,
                r#"{"error":{"code":403,"errors":[{"reason":"storageQuotaExceeded"}]}}"#,
                Cause::StorageFull,
            ),
            said(
                403,
                r#"{"error":{"code":403,"errors":[{"reason":"domainPolicy"}]}}"#,
                Cause::NotAllowed,
            ),
            said(
                403,
                r#"{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}]}}"#,
                Cause::AskedToWait,
            ),
            said(
                500,
                r#"{"error":{"code":500,"errors":[{"reason":"backendError"}]}}"#,
                Cause::ServerFault,
            ),
        ],
        Cloud::Dropbox => vec![
            said(
                409,
                r#"{"error_summary":"path/no_write_permission/.","error":{".tag":"path","reason":{".tag":"no_write_permission"}}}"#,
                Cause::PermissionMissing,
            ),
            said(
                401,
                r#"{"error_summary":"missing_scope/.","error":{".tag":"missing_scope","required_scope":"files.content.write"}}"#,
                Cause::PermissionMissing,
            ),
            said(
                409,
                r#"{"error_summary":"path/insufficient_space/.","error":{".tag":"path","reason":{".tag":"insufficient_space"}}}"#,
                Cause::StorageFull,
            ),
            said(
                401,
                r#"{"error_summary":"user_suspended/.","error":{".tag":"user_suspended"}}"#,
                Cause::NotAllowed,
            ),
            said(503, "", Cause::ServerFault),
            Said {
                status: 429,
                headers: &[("Retry-After", "300")],
                body: r#"{"error_summary":"too_many_requests/.","error":{"reason":{".tag":"too_many_requests"},"retry_after":300}}"#,
                cause: Cause::AskedToWait,
            },
        ],
    }
}

#[tokio::test]
async fn what_a_cloud_says_is_told_apart_and_stored_again_once_it_is_over() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        for said in sayings(cloud) {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let headers = said.headers.iter().map(owned).collect();
            let answer = Fault::Answer(said.status, headers, said.body.as_bytes().to_vec());
            stage.clouds.inject(Rule::new(answer));
            stage.device.change(250);
            stage.fails(said.cause).await?;
            ensure!(!stage.is_stored().await? && !stage.holds(), "{cloud:?}");
            if said.headers.iter().any(|(name, _)| *name == "Retry-After") {
                let retry = stage.evidence().await?.retry;
                let wait = retry
                    .next_try
                    .unwrap_or(0)
                    .saturating_sub(holdfast_tests::native::now());
                ensure!(wait > 100_000, "it is to wait {wait} ms");
            }
            stage.clouds.heal();
            stage.stores().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_unstable_connection_is_no_cause_for_doubt() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        for fault in [Fault::Cut, Fault::CutReply, Fault::HalfReply] {
            stage.device.change(250);
            stage.clouds.inject(Rule::new(fault));
            stage.fails(Cause::Unreachable).await?;
            stage.clouds.heal();
            stage.stores().await?;
        }
        stage.device.change(250);
        stage.device.set_unreachable(true);
        stage.fails(Cause::Unreachable).await?;
        stage.device.set_unreachable(false);
        stage.stores().await?;
        // A hotel that wants to be signed in to.
        stage.device.change(250);
        stage.clouds.inject(Rule::web_page());
        stage.fails(Cause::NotAStorageServer).await?;
        stage.clouds.heal();
        stage.stores().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_full_account_is_full_until_there_is_room() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        stage.clouds.state().service(cloud).room(100);
        stage.device.change(500);
        stage.fails(Cause::StorageFull).await?;
        stage.clouds.state().service(cloud).room(1 << 20);
        stage.stores().await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_damaged_or_gone_is_noticed_and_stored_again() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        stage.tamper(|bytes| bytes.truncate(20));
        stage.stores().await?;
        let evidence = stage.evidence().await?;
        ensure!(
            format!("{:?}", evidence.log).contains("Damaged"),
            "{cloud:?}"
        );
        stage.lose_all();
        stage.stores().await?;
        let evidence = stage.evidence().await?;
        ensure!(format!("{:?}", evidence.log).contains("Gone"), "{cloud:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_upload_that_arrives_empty_is_not_taken_for_stored() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        stage.device.change(250);
        let uploads = match cloud {
            Cloud::OneDrive => Rule::new(Fault::KeepNothing).method("PUT"),
            Cloud::GoogleDrive => Rule::new(Fault::KeepNothing)
                .method("POST")
                .path("/upload/"),
            Cloud::Dropbox => Rule::new(Fault::KeepNothing).path("/files/upload"),
        };
        stage.clouds.inject(uploads);
        let report = stage.run(holdfast_backup::engine::Trigger::Now).await?;
        ensure!(!stage.is_stored().await?, "{cloud:?}: {report:?}");
        stage.clouds.heal();
        stage.stores().await?;
    }
    Ok(())
}

#[tokio::test]
async fn signed_out_is_said_at_once_and_cured_by_signing_in() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        // The access token alone: nobody notices.
        stage.clouds.control(cloud, "forget-access").await?;
        stage.device.change(250);
        stage.stores().await?;
        // Everything but the browser's own session there: nobody is asked.
        stage.clouds.control(cloud, "forget-tokens").await?;
        stage.device.change(250);
        // What was agreed to has been forgotten, too: a person must agree again.
        stage.fails(Cause::SignedOut).await?;
        ensure!(!stage.device.remembers("refresh_token"));
        let again = sign_in(&stage.device, &stage.config).await?;
        ensure!(again.account == stage.config.account);
        stage.stores().await?;
        // Another account: told apart when it signs in, and not mixed.
        stage.clouds.control(cloud, "forget-all").await?;
        stage.device.change(250);
        stage.fails(Cause::SignedOut).await?;
        let john = sign_in_as(&stage.device, &config(&stage.clouds, cloud), Who::John).await?;
        let john = john.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        ensure!(john.account.id != stage.config.account.id);
        // He is signed in there now, and the browser's session is tried before anybody is asked.
        stage.fails(Cause::WrongAccount).await?;
        sign_in(&stage.device, &stage.config).await?;
        stage.stores().await?;
    }
    Ok(())
}

#[tokio::test]
async fn saying_no_or_unticking_something_is_no_sign_in() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        let blank = config(&stage.clouds, cloud);
        let denied = sign_in_as(&stage.device, &blank, Who::Nobody).await?;
        ensure!(denied == Err(SignInError::Denied), "{denied:?}");
        let scope = match cloud {
            Cloud::OneDrive => "Files.ReadWrite.AppFolder",
            Cloud::Dropbox => "files.content.write",
            // One scope alone is granted or not.
            Cloud::GoogleDrive => continue,
        };
        stage
            .clouds
            .control(cloud, &format!("forbid?scope={scope}"))
            .await?;
        let less = sign_in_as(&stage.device, &blank, Who::John).await?;
        let Err(SignInError::Refused(failure)) = less else {
            anyhow::bail!("{cloud:?}: signed in without a scope");
        };
        ensure!(failure.cause == Cause::PermissionMissing, "{failure:?}");
    }
    Ok(())
}
