//! The host knows nothing of any office's business: no word of it stands in `src`.

use crate::program::repository;
use std::process::Command;

/// Words of the business that the shipped scripts are about, in both languages. Points are called as the
/// contract calls them, which none of these is a part of.
const WORDS: [&str; 30] = [
    "congress",
    "information",
    "adopt",
    "adopted",
    "adoption",
    "adoptions",
    "carrier",
    "carriers",
    "journal",
    "bulletin",
    "instruction",
    "instructions",
    "commendation",
    "commission",
    "commissioned",
    "deputy",
    "deputies",
    "reporter",
    "county",
    "fee",
    "fees",
    "人大",
    "信息",
    "采用",
    "报送",
    "批示",
    "稿酬",
    "通报",
    "约稿",
    "直报",
];

#[test]
fn no_word_of_the_business_is_in_the_host() {
    let pattern = |word: &&str| if word.is_ascii() { format!(r"\b{word}\b") } else { (**word).to_owned() };
    let pattern = WORDS.iter().map(pattern).collect::<Vec<_>>().join("|");
    let grep = |folder: &str| {
        let found = Command::new("git")
            .args(["grep", "--untracked", "-n", "-i", "-P", &pattern, "--", folder])
            .current_dir(repository())
            .output()
            .unwrap();
        String::from_utf8(found.stdout).unwrap()
    };
    // It finds them where they belong.
    assert!(grep("scripts").lines().count() > 100);
    assert_eq!(grep("src"), "");
}
