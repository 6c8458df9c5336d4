//! A device signed in to a cloud.

use holdfast_json::map::Map;

use anyhow::{Context, Result, ensure};
use holdfast_backup::cause::Cause;
use holdfast_backup::destination::any::{AnyDestination, Reach};
use holdfast_backup::destination::browser_sync::{SyncArea, SyncError};
use holdfast_backup::destination::cloud::CloudConfig;
use holdfast_backup::destination::cloud::any::AnyCloud;
use holdfast_backup::destination::config::{DestinationConfig, DestinationId};
use holdfast_backup::destination::folder::{FileError, Files, Place};
use holdfast_backup::destination::{Destination, Listing};
use holdfast_backup::engine::{Engine, Report, Trigger};
use holdfast_backup::evidence::Evidence;
use holdfast_backup::journal::load_evidence;
use holdfast_backup::vault::VaultPort;
use holdfast_tests::native::{Device, config, sign_in};
use holdfast_tests::servers::clouds::{Cloud, Clouds, Setup};

/// Clouds, a device and its destination.
pub struct Stage {
    pub clouds: Clouds,
    pub cloud: Cloud,
    pub device: Device,
    pub config: CloudConfig,
}

/// What the device lends to destinations.
struct Hand(Device);

/// Neither folders nor the browser's sync here.
pub struct NoFiles;

impl Reach for Hand {
    type Http = Device;
    type Env = Device;
    type Files = NoFiles;
    type Sync = NoFiles;
    type Cloud = AnyCloud<Device>;

    fn http(&self) -> Device {
        self.0.clone()
    }

    fn env(&self) -> Device {
        self.0.clone()
    }

    fn files(&self, _: &str) -> NoFiles {
        NoFiles
    }

    fn sync(&self) -> NoFiles {
        NoFiles
    }

    fn cloud(&self, config: &CloudConfig) -> AnyCloud<Device> {
        AnyCloud::new(self.0.clone(), config)
    }
}

impl Files for NoFiles {
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

impl SyncArea for NoFiles {
    async fn all(&self) -> Result<Map<String, String>, SyncError> {
        Err(SyncError::Failed)
    }

    async fn set(&self, _: &Map<String, String>) -> Result<(), SyncError> {
        Err(SyncError::Failed)
    }

    async fn remove(&self, _: &[String]) -> Result<(), SyncError> {
        Err(SyncError::Failed)
    }
}

impl Stage {
    /// Signed in as Jane, connected, nothing stored yet.
    pub async fn set(cloud: Cloud) -> Result<Self> {
        Self::with(cloud, Setup::default(), |_| {}).await
    }

    /// The same with another setup and configuration.
    pub async fn with(
        cloud: Cloud,
        setup: Setup,
        change: impl FnOnce(&mut CloudConfig),
    ) -> Result<Self> {
        let clouds = Clouds::start(setup).await?;
        let device = Device::new(7)?;
        let mut config = config(&clouds, cloud);
        change(&mut config);
        let config = sign_in(&device, &config).await?;
        let stage = Self {
            clouds,
            cloud,
            device,
            config,
        };
        let destination = stage.destination()?;
        let connected = stage.engine().connect(&stage.id(), &destination).await;
        ensure!(
            connected.is_ok(),
            "{cloud:?} not connected: {connected:?} after {:?}",
            stage.device.take_exchanges().last()
        );
        Ok(stage)
    }

    pub fn engine(&self) -> Engine<Device, Device, Device> {
        let device = || self.device.clone();
        Engine::new(device(), device(), device())
    }

    pub fn id(&self) -> DestinationId {
        DestinationConfig::Cloud(self.config.clone()).id()
    }

    pub fn destination(&self) -> Result<impl Destination + use<>> {
        destination(&self.device, &self.config)
    }

    pub async fn run(&self, trigger: Trigger) -> Result<Report> {
        let destination = self.destination()?;
        Ok(self.engine().run(&self.id(), &destination, trigger).await)
    }

    pub async fn evidence(&self) -> Result<Evidence> {
        let loaded = load_evidence(&self.device, &self.id()).await;
        loaded.map_err(|error| anyhow::anyhow!("{error:?}"))
    }

    /// Whether the present content is proven to be stored.
    pub async fn is_stored(&self) -> Result<bool> {
        let info = self.device.info().await;
        let info = info.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let now = holdfast_tests::native::now();
        let evidence = self.evidence().await?;
        Ok(evidence.stored(&info.tag, info.content, now).is_some())
    }

    /// Runs, and what is said must be true: stored, and really there.
    pub async fn stores(&self) -> Result<()> {
        let report = self.run(Trigger::Now).await?;
        let evidence = self.evidence().await?;
        ensure!(report.failure.is_none(), "{:?}", evidence.fault);
        ensure!(
            self.is_stored().await?,
            "nothing failed, and it is not stored"
        );
        ensure!(self.holds(), "it says that it is stored, and it isn't");
        Ok(())
    }

    /// Runs, and it fails for this reason.
    pub async fn fails(&self, cause: Cause) -> Result<()> {
        let report = self.run(Trigger::Now).await?;
        let fault = self.evidence().await?.fault;
        ensure!(
            report.failure == Some(cause),
            "{:?}: {cause:?} was expected: {fault:?}",
            self.cloud
        );
        Ok(())
    }

    /// Whether Jane's account really holds the sealed vault.
    pub fn holds(&self) -> bool {
        let sealed = self.device.sealed_bytes();
        let mut state = self.clouds.state();
        let files = state.service(self.cloud).tampering("jane").files;
        files.iter().any(|(_, bytes)| **bytes == sealed)
    }

    /// Changes every stored file.
    pub fn tamper(&self, change: impl Fn(&mut Vec<u8>)) {
        let mut state = self.clouds.state();
        for (_, bytes) in state.service(self.cloud).tampering("jane").files {
            change(bytes);
        }
    }

    /// Loses every stored file.
    pub fn lose_all(&self) {
        let mut state = self.clouds.state();
        let service = state.service(self.cloud);
        let files = service.tampering("jane").files.into_iter();
        let paths: Vec<String> = files.map(|(path, _)| path).collect();
        for path in paths {
            service.lose("jane", &path);
        }
    }
}

/// A destination within a device's reach.
pub fn destination(device: &Device, config: &CloudConfig) -> Result<impl Destination + use<>> {
    let config = DestinationConfig::Cloud(config.clone());
    AnyDestination::new(&Hand(device.clone()), &config).context("no destination")
}
