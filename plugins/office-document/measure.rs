//! The measures of GB/T 9704-2012, in twips (a twentieth of a point, 1/1440 inch) where nothing
//! else is said. Nothing here knows of docx.

/// A4, upright: width and height.
pub const PAGE: (u32, u32) = (11_906, 16_838);
/// Above the type area: 37 mm (天头).
pub const TOP: i32 = 2_098;
/// The binding margin: 28 mm (订口).
pub const LEFT: i32 = 1_587;
/// The width of the type area: 156 mm, and a tenth more, for LibreOffice reckons a grid in whole
/// twips, and 28 characters of 316 must fit.
pub const WIDTH: i32 = 8_850;
/// Lines on a page.
pub const LINES: i32 = 22;
/// Characters in a line.
pub const CHARACTERS: i32 = 28;
/// From line to line: 10.23 mm.
pub const LINE: i32 = 580;
/// What is left at the right of the type area.
pub const RIGHT: i32 = PAGE.0 as i32 - LEFT - WIDTH;
/// What is left below the type area, 22 lines high.
pub const BOTTOM: i32 = PAGE.1 as i32 - TOP - LINES * LINE;

/// From character to character in the grid: 15.79 pt.
pub const CHARACTER: f64 = WIDTH as f64 / CHARACTERS as f64;
/// What each character of 16 pt gives away, so that 28 go into a line. Files say it in twentieths of
/// a point; -0.2 pt is too little for 28, so it is -0.25 pt, and a full line, which is justified, is
/// spread to the pitch of the grid (but in LibreOffice, which spreads by whole twips only).
pub const TIGHTER: i32 = -5;

/// Size 2 (二号), in half points.
pub const SIZE_2: usize = 44;
/// Size 3 (三号), in half points.
pub const SIZE_3: usize = 32;
/// Size 4 (四号), in half points.
pub const SIZE_4: usize = 28;

/// So many characters' width.
pub fn characters(n: f64) -> i32 {
    (n * CHARACTER).round() as i32
}

/// Millimetres.
pub fn mm(n: f64) -> i32 {
    (n * 1440.0 / 25.4).round() as i32
}

/// The character pitch of a grid, as `w:charSpace` wants it: what it has more than the body's 16 pt,
/// in 4096ths of a point.
pub fn char_space(width: i32, characters: i32) -> isize {
    let pitch = f64::from(width) / f64::from(characters) / 20.0;
    // Cut towards narrower: with a pitch that is too wide by a hair the last character falls off.
    ((pitch - 16.0) * 4096.0).floor() as isize
}

/// How wide text is, in characters of its own size: a Latin letter or digit is half a one.
pub fn width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_area_is_the_standards() {
        let to_mm = |twips: i32| f64::from(twips) * 25.4 / 1440.0;
        assert!((to_mm(TOP) - 37.0).abs() < 0.01);
        assert!((to_mm(LEFT) - 28.0).abs() < 0.01);
        assert!((to_mm(WIDTH) - 156.0).abs() < 0.11);
        assert!((to_mm(LINES * LINE) - 225.0).abs() < 0.1);
        assert!((to_mm(LINE) - 10.23).abs() < 0.01);
        assert!((CHARACTER / 20.0 - 15.79).abs() < 0.02);
    }

    #[test]
    fn a_full_line_of_the_grid_fits_the_type_area() {
        let pitch = 16.0 + char_space(WIDTH, CHARACTERS) as f64 / 4096.0;
        assert!(pitch * f64::from(CHARACTERS) * 20.0 <= f64::from(WIDTH));
        assert!((pitch - 15.79).abs() < 0.02, "{pitch}");
        assert!((SIZE_3 as i32 * 10 + TIGHTER) * (CHARACTERS - 1) + SIZE_3 as i32 * 10 <= WIDTH);
    }
}
