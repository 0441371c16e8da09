//! Faces, and the runs and paragraphs that everything else is made of.

use crate::measure::{LINE, SIZE_3, TIGHTER, characters};
use docx_rs::{
    AlignmentType, BreakType, LineSpacing, LineSpacingType, Paragraph, Run, RunFonts, SpecialIndentType,
    Table,
};

/// A face that the standard names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// 仿宋, of the body.
    Fangsong,
    /// 楷体, of second headings.
    Kaiti,
    /// 黑体, of first headings.
    Heiti,
    /// 小标宋, of titles.
    Xiaobiaosong,
    /// 宋体, of page numbers.
    Songti,
}

impl Face {
    /// All of them.
    pub const ALL: [Face; 5] = [Face::Fangsong, Face::Kaiti, Face::Heiti, Face::Xiaobiaosong, Face::Songti];

    /// The name under which offices have it installed.
    pub fn name(self) -> &'static str {
        match self {
            Face::Fangsong => "仿宋_GB2312",
            Face::Kaiti => "楷体_GB2312",
            Face::Heiti => "黑体",
            Face::Xiaobiaosong => "方正小标宋简体",
            Face::Songti => "宋体",
        }
    }

    /// What may stand in where it is missing: its names elsewhere, then free faces of like shape.
    pub fn stand_ins(self) -> &'static str {
        match self {
            Face::Fangsong => {
                "FangSong_GB2312,仿宋,FangSong,方正仿宋_GBK,STFangsong,FandolFang,Noto Serif CJK SC"
            }
            Face::Kaiti => {
                "KaiTi_GB2312,楷体,KaiTi,方正楷体_GBK,STKaiti,LXGW WenKai,AR PL UKai CN,Noto Serif CJK SC"
            }
            Face::Heiti => "SimHei,方正黑体_GBK,STHeiti,FandolHei,Noto Sans CJK SC",
            Face::Xiaobiaosong => {
                "FZXiaoBiaoSong-B05S,方正小标宋_GBK,华文中宋,STZhongsong,FandolSong,Noto Serif CJK SC"
            }
            Face::Songti => "SimSun,NSimSun,方正书宋_GBK,STSong,AR PL UMing CN,Noto Serif CJK SC",
        }
    }

    /// Its family, for programs that choose by that.
    pub fn family(self) -> &'static str {
        match self {
            Face::Heiti => "swiss",
            Face::Kaiti => "script",
            _ => "roman",
        }
    }

    /// The face for all scripts: digits and quotes in Chinese text belong to it as well.
    pub fn fonts(self) -> RunFonts {
        let name = self.name();
        RunFonts::new().ascii(name).hi_ansi(name).east_asia(name).cs(name).hint("eastAsia")
    }
}

/// A piece of the document's body.
#[derive(Debug, Clone)]
pub enum Piece {
    /// A paragraph.
    Paragraph(Box<Paragraph>),
    /// A table.
    Table(Box<Table>),
}

impl From<Paragraph> for Piece {
    fn from(paragraph: Paragraph) -> Piece {
        Piece::Paragraph(Box::new(paragraph))
    }
}

impl From<Table> for Piece {
    fn from(table: Table) -> Piece {
        Piece::Table(Box::new(table))
    }
}

/// Text in one face and size (half points). Line breaks and tabs in it are kept.
pub fn run(text: &str, face: Face, size: usize) -> Run {
    let mut run = Run::new().fonts(face.fonts()).size(size);
    if size == SIZE_3 {
        run = run.character_spacing(TIGHTER);
    }
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        for (j, part) in line.split('\t').enumerate() {
            if j > 0 {
                run = run.add_tab();
            }
            if !part.is_empty() {
                run = run.add_text(part);
            }
        }
    }
    run
}

/// Text as in the body: FangSong of size 3.
pub fn plain(text: &str) -> Run {
    run(text, Face::Fangsong, SIZE_3)
}

/// Lines of just this height, whatever the face at hand would like.
pub fn lines_of(height: i32) -> LineSpacing {
    LineSpacing::new().line_rule(LineSpacingType::Exact).line(height).before(0).after(0)
}

/// A paragraph on the grid's lines, justified.
///
/// It brings pitches of its own, equal to the grid's: programs differ in what they make of a grid
/// that is narrower than its characters (LibreOffice gives each of them two cells).
pub fn paragraph() -> Paragraph {
    Paragraph::new().line_spacing(lines_of(LINE)).snap_to_grid(false).align(AlignmentType::Both)
}

/// A paragraph whose first line is set in by two characters.
pub fn indented() -> Paragraph {
    paragraph().indent(None, Some(SpecialIndentType::FirstLine(characters(2.0))), None, None)
}

/// A paragraph in the middle, in lines of this height.
pub fn centered(height: i32) -> Paragraph {
    paragraph().line_spacing(lines_of(height)).align(AlignmentType::Center)
}

/// So many empty lines of the grid.
pub fn blank(lines: usize) -> impl Iterator<Item = Piece> {
    std::iter::repeat_with(|| paragraph().add_run(plain("")).into()).take(lines)
}

/// Nothing but this much room, in twips.
pub fn gap(height: i32) -> Paragraph {
    Paragraph::new().line_spacing(lines_of(height)).snap_to_grid(false).size(2)
}
