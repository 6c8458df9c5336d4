//! Every cause, at each cloud, in that cloud's own words; and back to *stored* once it is cured.

use anyhow::{Result, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::Destination;
use holdfast_backup::name::{SnapshotName, Tag};
use holdfast_backup::oauth::authorize::SignInError;
use holdfast_backup::status::{State, Warning, status};
use holdfast_backup::vault::VaultPort;
use holdfast_tests::native::{NEWER, REFRESH, Who, config, now, sign_in, sign_in_as};
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

/// What every cloud has words for. The other causes are not said but seen: below.
const IN_THEIR_WORDS: [Cause; 6] = [
    Cause::PermissionMissing,
    Cause::StorageFull,
    Cause::NotAllowed,
    Cause::AppOutdated,
    Cause::AskedToWait,
    Cause::ServerFault,
];

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
                Cause::PermissionMissing,
            ),
            said(
                503,
                r#"{"error":{"code":"serviceNotAvailable","message":"…"}}"#,
                Cause::ServerFault,
            ),
            said(
                410,
                r#"{"error":{"code":"gone","message":"…"}}"#,
                Cause::AppOutdated,
            ),
            said(
                403,
                r#"{"error":{"code":"accessDenied","message":"…","innerError":{"code":"notAllowed"}}}"#,
                Cause::NotAllowed,
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
                403,
                r#"{"error":{"code":403,"errors":[{"reason":"accessNotConfigured"}]}}"#,
                Cause::AppOutdated,
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
            said(
                401,
                r#"{"error_summary":"route_access_denied/.","error":{".tag":"route_access_denied"}}"#,
                Cause::AppOutdated,
            ),
            said(404, "Unknown API function", Cause::AppOutdated),
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
        let causes: Vec<Cause> = sayings(cloud).iter().map(|said| said.cause).collect();
        for cause in IN_THEIR_WORDS {
            ensure!(causes.contains(&cause), "{cloud:?} never says {cause:?}");
        }
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
                let wait = retry.next_try.unwrap_or(0).saturating_sub(now());
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
        ensure!(!stage.device.remembers(REFRESH));
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
async fn an_application_that_is_withdrawn_is_no_lost_sign_in() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        stage.clouds.control(cloud, "withdraw").await?;
        stage.clouds.control(cloud, "forget-access").await?;
        stage.device.change(250);
        stage.fails(Cause::AppOutdated).await?;
        // Nothing is forgotten: once the application is known again, nobody has to do anything.
        ensure!(stage.device.remembers(REFRESH), "{cloud:?}");
        stage.clouds.control(cloud, "admit").await?;
        stage.stores().await?;
    }
    Ok(())
}

#[tokio::test]
async fn another_devices_newer_version_is_warned_of_and_storing_goes_on() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        let name = SnapshotName {
            vault: Tag::from_random(*b"onevault"),
            device: Tag::from_random(*b"otherone"),
            sequence: 1,
            random: 7,
        };
        let put = stage.destination()?.put(&name.to_string(), NEWER).await;
        ensure!(put.is_ok(), "{cloud:?}: {put:?}");
        stage.device.change(250);
        stage.stores().await?;
        let info = stage.device.info().await;
        let info = info.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let status = status(&stage.evidence().await?, &info, true, now());
        let device = name.device;
        ensure!(
            status.warnings == [Warning::NewerFormat { device }],
            "{cloud:?}: {:?}",
            status.warnings
        );
        ensure!(matches!(status.state, State::Stored { .. }), "{cloud:?}");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_is_signed_in_there_can_give_way_to_the_right_account() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        stage.stores().await?;
        // Everything ends but John's session in the same browser, and he has agreed before.
        stage.clouds.control(cloud, "forget-all").await?;
        let blank = config(&stage.clouds, cloud);
        let john = sign_in_as(&stage.device, &blank, Who::John).await?;
        ensure!(john.is_ok(), "{cloud:?}: {john:?}");
        stage.device.change(250);
        stage.fails(Cause::WrongAccount).await?;
        // The button asks who signs in, although John is there.
        let jane = sign_in_as(&stage.device, &stage.config, Who::Jane).await?;
        ensure!(jane.is_ok(), "{cloud:?}: {jane:?}");
        stage.stores().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_dropbox_folder_that_a_person_deleted_is_made_again() -> Result<()> {
    let stage = Stage::set(Cloud::Dropbox).await?;
    stage.stores().await?;
    stage.lose_all();
    let body = br#"{"error_summary":"path/not_found/.","error":{".tag":"path","path":{".tag":"not_found"}}}"#;
    let answer = Fault::Answer(409, Vec::new(), body.to_vec());
    stage
        .clouds
        .inject(Rule::new(answer).path("/files/list_folder").times(1));
    let listed = stage.destination()?.list("").await;
    ensure!(
        listed
            .as_ref()
            .is_ok_and(|listed| listed.value.files.is_empty())
    );
    stage.stores().await
}

#[tokio::test]
async fn saying_no_or_unticking_something_is_no_sign_in() -> Result<()> {
    for cloud in Cloud::ALL {
        let stage = Stage::set(cloud).await?;
        let blank = config(&stage.clouds, cloud);
        // Nobody is signed in there any more: there is a window to say no in.
        stage.clouds.control(cloud, "forget-all").await?;
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
