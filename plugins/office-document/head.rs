//! What stands above the body: marks at the top left, masthead with its red rule, number and
//! signer, title, addressees.

use crate::{
    measure::{LINE, SIZE_2, SIZE_3, WIDTH, characters, mm, width},
    model::Document,
    style::{Face, Piece, blank, centered, gap, paragraph, plain, run},
};
use docx_rs::{
    BorderType, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Tab, TabValueType,
};

const RED: &str = "FF0000";
// The masthead is free in size, but neither beyond its line nor smaller than the title.
const LARGEST_MASTHEAD: f64 = 48.0;
const SMALLEST_MASTHEAD: f64 = 22.0;

/// The head of a document.
pub fn head(document: &Document) -> Vec<Piece> {
    let mut pieces = marks(document);
    match &document.masthead {
        Some(text) => {
            let above = mm(35.0) - pieces.len() as i32 * LINE;
            pieces.push(gap(above).into());
            pieces.push(masthead(text).into());
            pieces.extend(blank(2));
            pieces.push(number(document).into());
            pieces.push(red_rule().into());
            pieces.extend(blank(2));
        }
        None if document.number.is_some() || document.signer.is_some() => {
            pieces.push(number(document).into());
            pieces.extend(blank(1));
        }
        None if !pieces.is_empty() => pieces.extend(blank(1)),
        None => {}
    }
    pieces.push(title(&document.title, WIDTH).into());
    pieces.extend(blank(1));
    pieces.extend(addressees(&document.addressees));
    pieces
}

/// A title, in the middle. One that is too long for a line and has no break of its own is broken
/// near the middle, where a word ends as far as its last character tells.
pub fn title(text: &str, across: i32) -> Paragraph {
    // A character less than fits: faces that stand in have wider digits.
    let in_a_line = f64::from(across) / (SIZE_2 as f64 * 10.0) - 1.0;
    let text = if text.contains('\n') { text.to_owned() } else { balanced(text, in_a_line) };
    centered(LINE).add_run(run(&text, Face::Xiaobiaosong, SIZE_2)).keep_next(true)
}

// Characters after which a line may well end.
const ENDS: [char; 11] = ['的', '和', '与', '及', '、', '》', '）', '年', '月', '度', '，'];
// How far from an even part a better place is looked for.
const AROUND: f64 = 4.0;

fn balanced(text: &str, in_a_line: f64) -> String {
    let mut rest = text.trim();
    let mut lines = Vec::new();
    loop {
        let parts = (width(rest) / in_a_line).ceil();
        if parts < 2.0 {
            lines.push(rest);
            return lines.join("\n");
        }
        let even = width(rest) / parts;
        let at = break_near(rest, even, in_a_line);
        lines.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
}

// The byte after which to break: in the middle of no number, and with no punctuation following.
fn break_near(text: &str, even: f64, in_a_line: f64) -> usize {
    let mut best = (f64::MAX, text.len());
    let mut chars = text.char_indices().peekable();
    let mut so_far = 0.0;
    while let Some((at, c)) = chars.next() {
        so_far += width(c.encode_utf8(&mut [0; 4]));
        let Some((_, next)) = chars.peek() else { break };
        let whole = !(c.is_ascii_alphanumeric() && next.is_ascii_alphanumeric());
        let may = whole && !"，。、；：）》”’〕".contains(*next) && !"（《“‘〔".contains(c);
        if may && so_far <= in_a_line {
            let off = (so_far - even).abs() - if ENDS.contains(&c) { AROUND } else { 0.0 };
            if off < best.0 {
                best = (off, at + c.len_utf8());
            }
        }
    }
    best.1
}

fn marks(document: &Document) -> Vec<Piece> {
    let line = |text: &Option<String>, face| {
        text.as_ref().map(|text| Piece::from(paragraph().add_run(run(text, face, SIZE_3))))
    };
    let marks = [
        line(&document.copy_number, Face::Fangsong),
        line(&document.secrecy, Face::Heiti),
        line(&document.urgency, Face::Heiti),
    ];
    marks.into_iter().flatten().collect()
}

fn masthead(text: &str) -> Paragraph {
    let lines = text.split('\n').map(width).fold(1.0, f64::max);
    // Rounding must not push the last character to the next line.
    let points = (f64::from(WIDTH) / 20.0 * 0.97 / lines).floor().clamp(SMALLEST_MASTHEAD, LARGEST_MASTHEAD);
    let words = run(text, Face::Xiaobiaosong, (points * 2.0) as usize).color(RED);
    centered((points * 20.0 * 1.25) as i32).add_run(words)
}

// Number in the middle; with a signer both stand a character away from the edges.
fn number(document: &Document) -> Paragraph {
    let number = document.number.as_deref().unwrap_or_default();
    match &document.signer {
        None => centered(LINE).add_run(plain(number)),
        Some(signer) => paragraph()
            .indent(Some(characters(1.0)), None, Some(characters(1.0)), None)
            .add_tab(Tab::new().val(TabValueType::Right).pos((WIDTH - characters(1.0)) as usize))
            .add_run(plain(number))
            .add_run(plain("\t签发人："))
            .add_run(run(signer, Face::Kaiti, SIZE_3)),
    }
}

fn red_rule() -> Paragraph {
    let rule = ParagraphBorder::new(ParagraphBorderPosition::Bottom)
        .val(BorderType::Single)
        .size(16)
        .space(0)
        .color(RED);
    gap(mm(4.0)).set_borders(ParagraphBorders::with_empty().set(rule))
}

fn addressees(to: &[String]) -> Option<Piece> {
    let to: Vec<_> = to.iter().map(|name| name.trim_end_matches(['：', ':'])).collect();
    (!to.is_empty()).then(|| paragraph().add_run(plain(&format!("{}：", to.join("、")))).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, lines: &[&str]) {
        assert_eq!(balanced(title, 19.1).split('\n').collect::<Vec<_>>(), lines);
    }

    #[test]
    fn a_long_title_is_broken_where_a_word_ends() {
        check("关于信息工作的通报", &["关于信息工作的通报"]);
        check("关于2023年第一季度信息报送采用情况的通报", &["关于2023年第一季度", "信息报送采用情况的通报"]);
        check(
            "2023年第一季度乡镇（街道）信息报送采用情况表",
            &["2023年第一季度乡镇（街道）", "信息报送采用情况表"],
        );
    }

    #[test]
    fn no_line_is_too_long_and_nothing_is_lost() {
        for n in 1..90 {
            let title = "一二三四五六七8901）".chars().cycle().take(n).collect::<String>();
            let lines = balanced(&title, 19.1);
            assert!(lines.split('\n').all(|line| width(line) <= 19.1), "{lines}");
            assert_eq!(lines.replace('\n', ""), title);
        }
    }
}
