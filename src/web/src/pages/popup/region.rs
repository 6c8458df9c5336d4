//! The part of the page's picture that is to be read: a box that the pointer draws and the keyboard
//! moves.
//!
//! It is kept in fractions of the picture, so that neither the page's pixels, nor those of the window
//! that shows it, nor the scale between them play a part.

/// A box in a picture, in fractions of its width and height, all from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// The narrowest box. What a click leaves is narrower, and means nothing.
const LEAST: f64 = 0.01;
/// How far an arrow key goes.
const STEP: f64 = 0.02;

impl Default for Region {
    /// The middle of the picture.
    fn default() -> Self {
        Self {
            x: 0.3,
            y: 0.3,
            width: 0.4,
            height: 0.4,
        }
    }
}

impl Region {
    /// The box between two corners, whichever they are, as far as it lies in the picture; `None` for
    /// one that is no more than a click.
    #[must_use]
    pub fn between(one: (f64, f64), other: (f64, f64)) -> Option<Self> {
        let side = |a: f64, b: f64| {
            let (a, b) = (a.clamp(0.0, 1.0), b.clamp(0.0, 1.0));
            (a.min(b), (a - b).abs())
        };
        let ((x, width), (y, height)) = (side(one.0, other.0), side(one.1, other.1));
        (width >= LEAST && height >= LEAST).then_some(Self {
            x,
            y,
            width,
            height,
        })
    }

    /// What an arrow key makes of it: moved, or (with Shift) with its right and lower edges moved.
    /// `None` for other keys.
    #[must_use]
    pub fn by_key(self, key: &str, resize: bool) -> Option<Self> {
        let (dx, dy) = match key {
            "ArrowLeft" => (-STEP, 0.0),
            "ArrowRight" => (STEP, 0.0),
            "ArrowUp" => (0.0, -STEP),
            "ArrowDown" => (0.0, STEP),
            _ => return None,
        };
        Some(if resize {
            Self {
                width: (self.width + dx).clamp(LEAST, 1.0 - self.x),
                height: (self.height + dy).clamp(LEAST, 1.0 - self.y),
                ..self
            }
        } else {
            Self {
                x: (self.x + dx).clamp(0.0, 1.0 - self.width),
                y: (self.y + dy).clamp(0.0, 1.0 - self.height),
                ..self
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn any_two_corners_give_the_box_between_them_within_the_picture() {
        let drawn = Region::between((0.75, 0.25), (0.25, 0.5)).unwrap();
        assert_eq!(
            drawn,
            Region {
                x: 0.25,
                y: 0.25,
                width: 0.5,
                height: 0.25
            }
        );
        let outside = Region::between((-3.0, 0.5), (0.5, 9.0)).unwrap();
        assert_eq!((outside.x, outside.width), (0.0, 0.5));
        assert_eq!((outside.y, outside.height), (0.5, 0.5));
    }

    #[test]
    fn a_click_is_no_box() {
        assert_eq!(Region::between((0.5, 0.5), (0.5, 0.5)), None);
        assert_eq!(Region::between((0.5, 0.5), (0.505, 0.9)), None);
    }

    #[test]
    fn arrows_move_it_and_with_shift_change_its_size_but_never_beyond_the_picture() {
        let start = Region::default();
        let moved = start.by_key("ArrowLeft", false).unwrap();
        assert!(close(moved.x, 0.28) && close(moved.width, 0.4));
        let larger = start.by_key("ArrowDown", true).unwrap();
        assert!(close(larger.height, 0.42) && close(larger.y, 0.3));
        assert_eq!(start.by_key("Enter", false), None);
        for key in ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] {
            for resize in [false, true] {
                let mut region = start;
                for _ in 0..200 {
                    region = region.by_key(key, resize).unwrap();
                }
                assert!(region.width >= LEAST && region.height >= LEAST);
                assert!(region.x >= 0.0 && region.x + region.width <= 1.0 + 1e-9);
                assert!(region.y >= 0.0 && region.y + region.height <= 1.0 + 1e-9);
            }
        }
    }
}
