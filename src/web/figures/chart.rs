//! Bars for a ranking, as SVG on the page itself. Drawn with `plotters`; the table beside them says the
//! same to who can't see them.

use plotters::{
    prelude::{Color, IntoDrawingArea, IntoFont, RGBColor, Rectangle, SVGBackend, Text},
    style::text_anchor::{HPos, Pos, VPos},
};

/// Measures in pixels.
const WIDTH: u32 = 720;
const ROW: i32 = 26;
const BAR: i32 = 16;
/// Room for a title to the left of its bar, and for the figure to the right of the longest.
const TITLE: i32 = 150;
const FIGURE: i32 = 70;
/// Characters of a title that fit.
const FITS: usize = 10;

const INK: RGBColor = RGBColor(31, 35, 40);
const GOOD: RGBColor = RGBColor(155, 28, 28);
const BAD: RGBColor = RGBColor(92, 102, 112);

/// A bar: what it is called, how long it is, what is written at its end.
pub struct Bar {
    pub title: String,
    pub length: f64,
    pub figure: String,
}

/// The chart; nothing where there is nothing to be shown.
pub fn bars(bars: &[Bar]) -> Option<String> {
    let longest = bars.iter().map(|bar| bar.length.abs()).fold(0.0, f64::max);
    if longest == 0.0 {
        return None;
    }
    let mut drawn = String::new();
    draw(bars, longest, &mut drawn)
        .inspect_err(|why| tracing::error!(why, "A chart can't be drawn."))
        .ok()?;
    Some(drawn)
}

fn draw(bars: &[Bar], longest: f64, drawn: &mut String) -> Result<(), String> {
    let height = u32::try_from(ROW).unwrap_or(0) * u32::try_from(bars.len()).map_err(|e| e.to_string())?;
    let area = SVGBackend::with_string(drawn, (WIDTH, height)).into_drawing_area();
    let style = |side| ("sans-serif", 16).into_font().color(&INK).pos(Pos::new(side, VPos::Center));
    let room = f64::from(WIDTH as i32 - TITLE - FIGURE);
    for (bar, nth) in bars.iter().zip(0..) {
        let middle = nth * ROW + ROW / 2;
        let end = TITLE + (bar.length.abs() / longest * room) as i32;
        let colour = if bar.length < 0.0 { BAD } else { GOOD };
        let title: String = match bar.title.chars().count() {
            n if n > FITS => bar.title.chars().take(FITS - 1).chain(['…']).collect(),
            _ => bar.title.clone(),
        };
        let failed = |e: &dyn std::fmt::Display| e.to_string();
        area.draw(&Text::new(title, (TITLE - 8, middle), style(HPos::Right))).map_err(|e| failed(&e))?;
        let corners = [(TITLE, middle - BAR / 2), (end, middle + BAR / 2)];
        area.draw(&Rectangle::new(corners, colour.filled())).map_err(|e| failed(&e))?;
        area.draw(&Text::new(bar.figure.clone(), (end + 6, middle), style(HPos::Left)))
            .map_err(|e| failed(&e))?;
    }
    area.present().map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_units_are_called_is_text_and_no_markup() {
        let bar = |title: &str, length| Bar { title: title.into(), length, figure: length.to_string() };
        let drawn = bars(&[bar("<script>&\"", 10.0), bar("河东街道", 5.0)]).unwrap();
        assert!(
            !drawn.contains("<script") && drawn.contains("河东街道") && !drawn.contains("style="),
            "{drawn}"
        );
        assert!(bars(&[bar("a", 0.0)]).is_none() && bars(&[]).is_none());
    }
}
