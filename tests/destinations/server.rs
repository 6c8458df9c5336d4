//! A server with a proxy before it, a device that stores there, and what is said about it.

use holdfast_json::map::Map;
use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::any::{AnyDestination, Reach};
use holdfast_backup::destination::browser_sync::{SyncArea, SyncError};
use holdfast_backup::destination::cloud::CloudConfig;
use holdfast_backup::destination::cloud::any::AnyCloud;
use holdfast_backup::destination::config::DestinationConfig;
use holdfast_backup::destination::draft::DestinationDraft;
use holdfast_backup::destination::folder::{FileError, Files, Place};
use holdfast_backup::destination::probe::Capabilities;
use holdfast_backup::destination::{Destination, Listing};
use holdfast_backup::engine::{Report, Trigger};
use holdfast_backup::env::Env;
use holdfast_backup::evidence::Evidence;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::restore::{fetch_newest_of_all_devices, restore_list};
use holdfast_backup::status::{State, Status, status};
use holdfast_backup::vault::VaultPort;
use holdfast_tests::device::{Device, NativeEngine, Network};
use holdfast_tests::servers::{
    ACCESS_KEY, Apache, Folder, PASSWORD, Program, Proxy, SECRET_KEY, USER, rclone, s3s, sabre,
    seaweed,
};

use crate::stranger::Stranger;

/// The servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// WebDAV that does as it should.
    Apache,
    /// WebDAV that answers 201 on a full disk.
    Sabre,
    /// WebDAV that ignores preconditions.
    Rclone,
    /// S3 in a format of its own.
    Seaweed,
    /// S3 over plain files.
    S3s,
}

/// One that runs.
enum Running {
    Apache(Apache),
    Program(Program),
}

/// The whole scene.
pub struct Scene {
    pub kind: Kind,
    pub proxy: Proxy,
    pub device: Device,
    pub engine: NativeEngine,
    pub config: DestinationConfig,
    /// How long an answer is waited for.
    pub patience: Duration,
    running: Running,
}

/// A destination within the machine's reach.
pub type Native = AnyDestination<Machine>;

/// How long an answer is waited for; as in the browser.
const PATIENCE: Duration = Duration::from_secs(25);

impl Kind {
    /// It refuses to overwrite when asked to.
    pub fn refuses_overwrite(self) -> bool {
        self != Self::Rclone
    }

    /// It speaks S3.
    pub fn is_s3(self) -> bool {
        matches!(self, Self::Seaweed | Self::S3s)
    }

    /// Room for a server to run in, and for a vault or two.
    fn small(self) -> u64 {
        match self {
            Self::Seaweed => 1 << 20,
            _ => 256 << 10,
        }
    }
}

impl Running {
    fn port(&self) -> u16 {
        match self {
            Self::Apache(apache) => apache.port(),
            Self::Program(program) => program.port(),
        }
    }

    fn folder(&self) -> &Folder {
        match self {
            Self::Apache(apache) => apache.folder(),
            Self::Program(program) => program.folder(),
        }
    }
}

impl Scene {
    /// A server on the machine's own disk.
    pub async fn set(kind: Kind) -> Result<Self> {
        Self::over(kind, Folder::new()?).await
    }

    /// A server on a disk that can be filled.
    pub async fn on_small_disk(kind: Kind) -> Result<Self> {
        Self::over(kind, Folder::small(kind.small())?).await
    }

    async fn over(kind: Kind, folder: Folder) -> Result<Self> {
        let running = match kind {
            Kind::Apache => Running::Apache(Apache::over(folder).await?),
            Kind::Sabre => Running::Program(sabre(folder).await?),
            Kind::Rclone => Running::Program(rclone(folder).await?),
            Kind::Seaweed => Running::Program(seaweed(folder).await?),
            Kind::S3s => Running::Program(s3s(folder).await?),
        };
        let proxy = Proxy::before(running.port()).await?;
        let device = Device::new()?;
        let draft = draft(kind, &proxy.url());
        let config = draft.parse().map_err(|error| anyhow!("{error}"))?;
        Ok(Self {
            kind,
            proxy,
            engine: device.engine(),
            device,
            config,
            patience: PATIENCE,
            running,
        })
    }

    /// Connected, and one account stored.
    pub async fn stored(kind: Kind) -> Result<Self> {
        let scene = Self::set(kind).await?;
        scene.connect().await?;
        scene.device.add_account("First")?;
        scene.run().await;
        scene.is_stored().await?;
        Ok(scene)
    }

    /// The server's disk.
    pub fn folder(&self) -> &Folder {
        self.running.folder()
    }

    /// The destination, through the proxy.
    pub fn destination(&self) -> Result<Native> {
        reach_within(self.patience, &self.device, &self.config)
    }

    pub async fn connect(&self) -> Result<Capabilities> {
        let connected = self
            .engine
            .connect(&self.config.id(), &self.destination()?)
            .await;
        connected.map_err(|failure| anyhow!("{failure:?}"))
    }

    /// Everything that can be done now, whatever pause is on.
    pub async fn run(&self) -> Option<Report> {
        let destination = self.destination().ok()?;
        let id = self.config.id();
        Some(self.engine.run(&id, &destination, Trigger::Now).await)
    }

    pub async fn evidence(&self) -> Result<Evidence> {
        let evidence = load_evidence(&self.device, &self.config.id()).await;
        evidence.map_err(|error| anyhow!("{error:?}"))
    }

    pub async fn status(&self) -> Result<Status> {
        let info = self.device.info().await;
        let info = info.map_err(|error| anyhow!("{error:?}"))?;
        let evidence = self.evidence().await?;
        Ok(status(&evidence, &info, true, self.device.now_millis()))
    }

    /// It says "stored", and it is true: what restores finds every account.
    pub async fn is_stored(&self) -> Result<()> {
        let said = self.status().await?;
        let State::Stored { accounts, .. } = said.state else {
            bail!("{:?}: {said:?}", self.kind);
        };
        let there = self.restored().await?;
        ensure!(
            there.len() == accounts as usize,
            "{:?}: said {accounts}, there are {there:?}",
            self.kind
        );
        Ok(())
    }

    /// It says that the newest is not stored, for that reason.
    pub async fn is_not_stored(&self, cause: Cause) -> Result<()> {
        let said = self.status().await?;
        ensure!(said.state == State::NotStored, "{:?}: {said:?}", self.kind);
        let why = said.trouble.context("not stored, and no reason")?;
        ensure!(
            why.cause == cause,
            "{:?}: {:?}, not {cause:?}",
            self.kind,
            why
        );
        Ok(())
    }

    /// The accounts that a fresh profile would get.
    pub async fn restored(&self) -> Result<Vec<String>> {
        let destination = self.destination()?;
        let found = restore_list(&destination).await;
        let found = found.map_err(|failure| anyhow!("{failure:?}"))?;
        let mut accounts = Vec::new();
        for vault in found {
            let opens = async |_: &_, bytes: &[u8]| self.device.accounts_in(bytes).is_ok();
            let fetched = fetch_newest_of_all_devices(&destination, &vault.tag, opens).await;
            for (_, bytes) in fetched.map_err(|failure| anyhow!("{failure:?}"))? {
                accounts.extend(self.device.accounts_in(&bytes)?);
            }
        }
        accounts.sort();
        accounts.dedup();
        Ok(accounts)
    }

    /// Loses everything that is stored, behind the engine's back.
    pub async fn lose_all(&self) -> Result<()> {
        let destination = self.destination()?;
        let info = self.device.info().await;
        let tag = info.map_err(|error| anyhow!("{error:?}"))?.tag;
        let listing = destination.list(tag.as_str()).await;
        for file in listing
            .map_err(|failure| anyhow!("{failure:?}"))?
            .value
            .files
        {
            let deleted = destination.delete(&format!("{tag}/{}", file.name)).await;
            deleted.map_err(|failure| anyhow!("{failure:?}"))?;
        }
        Ok(())
    }
}

/// The form that a person fills in for a server at that address.
pub fn draft(kind: Kind, address: &str) -> DestinationDraft {
    if kind.is_s3() {
        DestinationDraft::S3 {
            address: address.to_owned(),
            region: String::new(),
            bucket: "backups".to_owned(),
            prefix: "Holdfast".to_owned(),
            style: String::new(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
        }
    } else {
        DestinationDraft::WebDav {
            address: address.to_owned(),
            user: USER.to_owned(),
            password: PASSWORD.to_owned(),
        }
    }
}

/// A configured destination, within the machine's reach.
pub fn reach(device: &Device, config: &DestinationConfig) -> Result<Native> {
    reach_within(PATIENCE, device, config)
}

fn reach_within(patience: Duration, device: &Device, config: &DestinationConfig) -> Result<Native> {
    let machine = Machine {
        network: Network::new(patience)?,
        device: device.clone(),
    };
    Native::new(&machine, config).context("nothing to reach")
}

/// What this machine lends to destinations.
pub struct Machine {
    network: Network,
    device: Device,
}

impl Reach for Machine {
    type Http = Network;
    type Env = Device;
    type Files = Nothing;
    type Sync = Area;
    type Cloud = AnyCloud<Stranger>;

    fn http(&self) -> Network {
        self.network.clone()
    }

    fn env(&self) -> Device {
        self.device.clone()
    }

    fn files(&self, _: &str) -> Nothing {
        Nothing
    }

    fn sync(&self) -> Area {
        Area::default()
    }

    fn cloud(&self, config: &CloudConfig) -> AnyCloud<Stranger> {
        AnyCloud::new(
            Stranger {
                network: self.network.clone(),
                device: self.device.clone(),
            },
            config,
        )
    }
}

/// A sync storage with the limits that browsers document.
#[derive(Default)]
pub struct Area(RefCell<Map<String, String>>);

impl SyncArea for Area {
    async fn all(&self) -> Result<Map<String, String>, SyncError> {
        Ok(self.0.borrow().clone())
    }

    async fn set(&self, items: &Map<String, String>) -> Result<(), SyncError> {
        // Keys and values as JSON.
        let size = |(key, value): (&String, &String)| key.len() + value.len() + 2;
        let mut after = self.0.borrow().clone();
        after.extend(items.clone());
        let fits = items.iter().all(|item| size(item) <= 8192)
            && after.len() <= 512
            && after.iter().map(size).sum::<usize>() <= 102_400;
        if !fits {
            return Err(SyncError::Full);
        }
        self.0.replace(after);
        Ok(())
    }

    async fn remove(&self, keys: &[String]) -> Result<(), SyncError> {
        self.0.borrow_mut().retain(|key, _| !keys.contains(key));
        Ok(())
    }
}

/// Only a browser lends folders.
pub struct Nothing;

impl Files for Nothing {
    async fn write_new(&self, _: Place<'_>, _: &[u8]) -> Result<bool, FileError> {
        Err(FileError::Gone)
    }

    async fn read(&self, _: Place<'_>) -> Result<Option<Vec<u8>>, FileError> {
        Err(FileError::Gone)
    }

    async fn list(&self, _: &str) -> Result<Option<Listing>, FileError> {
        Err(FileError::Gone)
    }

    async fn remove(&self, _: Place<'_>) -> Result<(), FileError> {
        Err(FileError::Gone)
    }
}
