//! Pages: their size, margins and grid, and the page numbers below them.

use crate::{
    measure::{BOTTOM, CHARACTER, LEFT, LINE, PAGE, RIGHT, SIZE_4, TOP, WIDTH, char_space, characters, mm},
    style::{Face, lines_of},
};
use docx_rs::{
    AlignmentType, DocGrid, DocGridType, FieldCharType, Footer, FooterReference, InstrPAGE, InstrText,
    PageMargin, PageOrientationType, PageSize, Paragraph, Run, SectionProperty,
};

/// How pages lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Upright.
    Upright,
    /// Across, turned so that the binding margin is on top.
    Across,
}

impl Lie {
    /// The width of the type area.
    pub fn width(self) -> i32 {
        match self {
            Lie::Upright => WIDTH,
            Lie::Across => PAGE.1 as i32 - TOP - BOTTOM,
        }
    }
}

const NUMBER_LINE: i32 = 320;

/// The properties of a section of pages that lie so.
pub fn section(lie: Lie) -> SectionProperty {
    let margin = PageMargin::new().gutter(0).header(mm(15.0)).footer(footer_distance());
    let (size, margin) = match lie {
        Lie::Upright => {
            (PageSize::new().size(PAGE.0, PAGE.1), margin.top(TOP).bottom(BOTTOM).left(LEFT).right(RIGHT))
        }
        Lie::Across => (
            PageSize::new().size(PAGE.1, PAGE.0).orient(PageOrientationType::Landscape),
            margin.top(LEFT).bottom(RIGHT).left(BOTTOM).right(TOP),
        ),
    };
    let in_a_line = (f64::from(lie.width()) / CHARACTER).round() as i32;
    let grid = DocGrid::new()
        .grid_type(DocGridType::LinesAndChars)
        .line_pitch(LINE as usize)
        .char_space(char_space(lie.width(), in_a_line));
    SectionProperty::new().page_size(size).page_margin(margin).doc_grid(grid)
}

// The dashes beside the number stand 7 mm below the type area, in the middle of their line.
fn footer_distance() -> i32 {
    BOTTOM - mm(7.0) - NUMBER_LINE / 2
}

/// The references to the footers in every section but the last, which has them from the document.
pub fn with_footers(mut section: SectionProperty) -> SectionProperty {
    section.footer_reference = Some(FooterReference::new("default", ODD));
    section.even_footer_reference = Some(FooterReference::new("even", EVEN));
    section
}

// As the library names the first footers of a document, in the order in which they are given.
const ODD: &str = "rIdFooter1";
const EVEN: &str = "rIdFooter2";

/// The footers of odd and even pages: the number outside, a character from the edge.
pub fn footers() -> (Footer, Footer) {
    let number = || {
        let face = |run: Run| run.fonts(Face::Songti.fonts()).size(SIZE_4);
        let part = |change: fn(Run) -> Run| face(change(Run::new()));
        Paragraph::new()
            .line_spacing(lines_of(NUMBER_LINE))
            .snap_to_grid(false)
            .add_run(part(|run| run.add_text("— ")))
            .add_run(part(|run| run.add_field_char(FieldCharType::Begin, false)))
            .add_run(part(|run| run.add_instr_text(InstrText::PAGE(InstrPAGE::new()))))
            .add_run(part(|run| run.add_field_char(FieldCharType::Separate, false)))
            .add_run(part(|run| run.add_text("1")))
            .add_run(part(|run| run.add_field_char(FieldCharType::End, false)))
            .add_run(part(|run| run.add_text(" —")))
    };
    let inset = Some(characters(1.0));
    (
        Footer::new().add_paragraph(number().align(AlignmentType::Right).indent(None, None, inset, None)),
        Footer::new().add_paragraph(number().align(AlignmentType::Left).indent(inset, None, None, None)),
    )
}
