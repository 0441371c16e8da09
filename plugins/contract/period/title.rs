//! What people call a period, in both languages.

use super::{Period, PeriodKind};
use registrar_sdk::Value;

const NUMERALS: [&str; 4] = ["一", "二", "三", "四"];

impl Period {
    /// Its number among its kind in the year, from 1; of a cumulative period, its last month.
    pub fn nth(self) -> i16 {
        self.index + 1
    }

    /// In Chinese: `2023年3月`, `2023年第一季度`.
    pub fn title_zh(self) -> String {
        let (year, first, last) = (self.year, self.first().month(), self.last().month());
        match self.kind {
            PeriodKind::Month => format!("{year}年{first}月"),
            PeriodKind::TwoMonth => format!("{year}年{first}至{last}月"),
            PeriodKind::Quarter => {
                format!("{year}年第{}季度", NUMERALS[usize::try_from(self.index).unwrap_or(0).min(3)])
            }
            PeriodKind::Half => format!("{year}年{}", if self.index == 0 { "上半年" } else { "下半年" }),
            PeriodKind::Year => format!("{year}年"),
            PeriodKind::Cumulative if last == 1 => format!("{year}年1月"),
            PeriodKind::Cumulative => format!("{year}年1至{last}月"),
        }
    }

    /// In English: `March 2023`, `Q1 2023`.
    pub fn title_en(self) -> String {
        let (year, first, last) = (self.year, self.first(), self.last());
        match self.kind {
            PeriodKind::Month => first.strftime("%B %Y").to_string(),
            PeriodKind::TwoMonth => format!("{}–{}", first.strftime("%b"), last.strftime("%b %Y")),
            PeriodKind::Quarter => format!("Q{} {year}", self.nth()),
            PeriodKind::Half => format!("H{} {year}", self.nth()),
            PeriodKind::Year => year.to_string(),
            PeriodKind::Cumulative => format!("January–{}", last.strftime("%B %Y")),
        }
    }

    /// Both, by language.
    pub fn title(self) -> Value {
        Value::map([("zh", Value::text(self.title_zh())), ("en", Value::text(self.title_en()))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_called_as_people_write_it() {
        for (id, zh, en, nth) in [
            ("2023-03", "2023年3月", "March 2023", 3),
            ("2023-03/2", "2023年3至4月", "Mar–Apr 2023", 2),
            ("2023-Q4", "2023年第四季度", "Q4 2023", 4),
            ("2023-H2", "2023年下半年", "H2 2023", 2),
            ("2023", "2023年", "2023", 1),
            ("2023-01..2023-01", "2023年1月", "January–January 2023", 1),
            ("2023-01..2023-05", "2023年1至5月", "January–May 2023", 5),
        ] {
            let period: Period = id.parse().unwrap();
            let said = (period.title_zh(), period.title_en(), period.nth());
            assert_eq!(said, (zh.to_owned(), en.to_owned(), nth), "{id}");
        }
    }
}
