//! Where each character of a page stands, in millimetres from the paper's upper left corner.

use typst::layout::{Abs, Frame, FrameItem, Page, Point, Transform};

/// A character on a page.
#[derive(Clone, Debug)]
pub struct Glyph {
    /// The character.
    pub c: char,
    /// Its left edge.
    pub x: f64,
    /// The line it stands on.
    pub baseline: f64,
    /// Its size in points.
    pub size: f64,
    /// Its width.
    pub width: f64,
    /// The family of its face.
    pub family: String,
    /// Its colour.
    pub colour: String,
}

/// A rule on a page.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its left end.
    pub x: f64,
    /// How far down it is.
    pub y: f64,
    /// How long it is.
    pub length: f64,
    /// Its colour.
    pub colour: String,
    /// Its thickness.
    pub thickness: f64,
}

/// The characters of a page, in the order in which they were set.
pub fn glyphs(page: &Page) -> Vec<Glyph> {
    let mut found = Vec::new();
    each(&page.frame, Transform::identity(), &mut |item, at| {
        let FrameItem::Text(text) = item else { return };
        let mut x = Abs::zero();
        for glyph in &text.glyphs {
            let point = Point::with_x(x + glyph.x_offset.at(text.size)).transform(at);
            let width = glyph.x_advance.at(text.size);
            found.push(Glyph {
                c: text.text[glyph.range()].chars().next().unwrap(),
                x: point.x.to_mm(),
                baseline: point.y.to_mm(),
                size: text.size.to_pt(),
                width: width.to_mm(),
                family: text.font.info().family.clone(),
                colour: format!("{:?}", text.fill),
            });
            x += width;
        }
    });
    found
}

/// The lines of a page, from the top: the characters with the same baseline.
pub fn lines(page: &Page) -> Vec<Vec<Glyph>> {
    let mut lines: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs(page) {
        match lines.iter_mut().find(|line| (line[0].baseline - glyph.baseline).abs() < 0.05) {
            Some(line) => line.push(glyph),
            None => lines.push(vec![glyph]),
        }
    }
    lines.sort_by(|a, b| a[0].baseline.total_cmp(&b[0].baseline));
    lines
}

/// A line's characters.
pub fn text(line: &[Glyph]) -> String {
    line.iter().map(|glyph| glyph.c).collect()
}

/// The straight rules of a page.
pub fn rules(page: &Page) -> Vec<Rule> {
    let mut found = Vec::new();
    each(&page.frame, Transform::identity(), &mut |item, at| {
        let FrameItem::Shape(shape, _) = item else { return };
        if let (typst::visualize::Geometry::Line(to), Some(stroke)) = (&shape.geometry, &shape.stroke) {
            let from = Point::zero().transform(at);
            found.push(Rule {
                x: from.x.to_mm(),
                y: from.y.to_mm(),
                length: to.x.to_mm(),
                colour: format!("{:?}", stroke.paint),
                thickness: stroke.thickness.to_mm(),
            });
        }
    });
    found
}

fn each(frame: &Frame, base: Transform, see: &mut impl FnMut(&FrameItem, Transform)) {
    for (point, item) in frame.items() {
        let at = base.pre_concat(Transform::translate(point.x, point.y));
        match item {
            FrameItem::Group(group) => each(&group.frame, at.pre_concat(group.transform), see),
            item => see(item, at),
        }
    }
}
