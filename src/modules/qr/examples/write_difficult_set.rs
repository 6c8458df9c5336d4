//! Writes the difficult set for other readers to be compared with: raw RGBA files, and `index.tsv`
//! with name, category, width, height and the texts of each.
//!
//! `cargo run --release -p holdfast-qr --example write_difficult_set -- DIRECTORY [SEED]`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    dead_code
)]

#[path = "../tests/difficult/cameras.rs"]
mod cameras;
#[path = "../tests/difficult/distort.rs"]
mod distort;
#[path = "../tests/difficult/image.rs"]
mod image;
#[path = "../tests/difficult/page.rs"]
mod page;
#[path = "../tests/difficult/screens.rs"]
mod screens;
#[path = "../tests/difficult/set.rs"]
mod set;

use std::fmt::Write;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().expect("the directory to write to"));
    let seed = arguments
        .next()
        .map_or(0, |seed| seed.parse().expect("the seed is a number"));
    std::fs::create_dir_all(&directory)?;
    let mut index = String::new();
    for case in set::cases() {
        let (image, texts) = case.build(seed);
        let name = format!("{}-{}", case.category.replace(' ', "-"), case.number);
        std::fs::write(directory.join(format!("{name}.rgba")), image.rgba())?;
        let (category, width, height) = (case.category, image.width, image.height);
        writeln!(
            index,
            "{name}\t{category}\t{width}\t{height}\t{}",
            texts.join("\t")
        )
        .unwrap();
    }
    std::fs::write(directory.join("index.tsv"), index)
}
