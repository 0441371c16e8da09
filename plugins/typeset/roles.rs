//! What a face is for in an official document, and which fonts the settings name for it. Opens no font.

use registrar_sdk::Value;
use std::path::PathBuf;

/// What a face is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaceRole {
    /// The body (仿宋).
    Fangsong,
    /// Masthead and titles (小标宋).
    Xiaobiaosong,
    /// First headings, secrecy, urgency, table headings (黑体).
    Heiti,
    /// Second headings and the signer (楷体).
    Kaiti,
    /// Page numbers (宋体).
    Song,
    /// Bold runs.
    Bold,
}

impl FaceRole {
    /// All roles.
    pub const ALL: [FaceRole; 6] = [
        FaceRole::Fangsong,
        FaceRole::Xiaobiaosong,
        FaceRole::Heiti,
        FaceRole::Kaiti,
        FaceRole::Song,
        FaceRole::Bold,
    ];

    /// The role's name: of its setting, in the layout and in reports.
    pub fn name(self) -> &'static str {
        match self {
            FaceRole::Fangsong => "fangsong",
            FaceRole::Xiaobiaosong => "xiaobiaosong",
            FaceRole::Heiti => "heiti",
            FaceRole::Kaiti => "kaiti",
            FaceRole::Song => "song",
            FaceRole::Bold => "bold",
        }
    }

    /// Whether a face of these family names and this weight is what the role asks for; another one stands in.
    pub fn is_met_by(self, families: &[String], weight: u16) -> bool {
        let of_the_style: &[&str] = match self {
            FaceRole::Fangsong => &["fangsong", "fandolfang", "仿宋"],
            FaceRole::Xiaobiaosong => &["xiaobiaosong", "小标宋"],
            FaceRole::Heiti => &["hei", "黑体", "noto sans cjk", "source han sans"],
            FaceRole::Kaiti => &["kai", "楷"],
            FaceRole::Song => &["song", "simsun", "宋", "noto serif cjk", "source han serif"],
            FaceRole::Bold => return weight >= 600,
        };
        families
            .iter()
            .map(|name| name.to_lowercase())
            .any(|name| of_the_style.iter().any(|s| name.contains(s)))
    }
}

/// A family asked for, with the weight wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontRequest {
    /// The family, in any language the font has a name in; or the face's PostScript name.
    pub family: String,
    /// 400 is regular, 700 bold.
    pub weight: u16,
}

/// What an operator may set.
#[derive(Clone, Debug)]
pub struct FontSettings {
    /// Where fonts are looked for.
    pub folders: Vec<PathBuf>,
    /// Whether even pages have their binding margin at the right.
    pub mirror: bool,
    /// The families of each role, best first; in the order of [`FaceRole::ALL`].
    pub wanted: Vec<Vec<FontRequest>>,
}

impl FontSettings {
    /// Reads the plugin's settings, which are complete: `plugin.toml` has a default for each.
    ///
    /// # Errors
    /// Which setting is missing or not what it should be.
    pub fn read(settings: &Value) -> Result<FontSettings, String> {
        let folders = texts(settings, "folders")?.into_iter().map(PathBuf::from).collect();
        let mirror = settings
            .get("mirror")
            .as_bool()
            .ok_or("the setting `mirror` is missing; expected true or false")?;
        let wanted = FaceRole::ALL
            .iter()
            .map(|role| {
                let families = texts(settings, role.name())?;
                if families.is_empty() {
                    return Err(format!(
                        "the setting `{}` is empty; name at least one font family",
                        role.name()
                    ));
                }
                Ok(families.into_iter().map(wanted).collect())
            })
            .collect::<Result<_, String>>()?;
        Ok(FontSettings { folders, mirror, wanted })
    }
}

fn wanted(text: String) -> FontRequest {
    match text.rsplit_once(':').and_then(|(family, weight)| Some((family, weight.parse().ok()?))) {
        Some((family, weight)) => FontRequest { family: family.trim().to_owned(), weight },
        None => FontRequest { family: text, weight: 400 },
    }
}

fn texts(settings: &Value, name: &str) -> Result<Vec<String>, String> {
    let wrong = || format!("the setting `{name}` is {}; expected a list of texts", settings.get(name));
    let items = settings.get(name).as_list().ok_or_else(wrong)?;
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>().ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_stands_behind_a_colon() {
        assert_eq!(wanted("Noto:700".into()), FontRequest { family: "Noto".into(), weight: 700 });
        assert_eq!(wanted("A:B".into()), FontRequest { family: "A:B".into(), weight: 400 });
    }

    #[test]
    fn a_face_of_another_style_stands_in() {
        let noto = ["Noto Serif CJK SC".to_owned()];
        assert!(!FaceRole::Fangsong.is_met_by(&noto, 400));
        assert!(FaceRole::Song.is_met_by(&noto, 400));
        assert!(FaceRole::Bold.is_met_by(&noto, 700));
        assert!(FaceRole::Fangsong.is_met_by(&["仿宋_GB2312".into()], 400));
    }

    #[test]
    fn an_empty_role_is_refused_by_name() {
        let mut map = vec![("folders", Value::List(vec![])), ("mirror", Value::Bool(false))];
        map.extend(FaceRole::ALL.map(|role| (role.name(), Value::List(vec![]))));
        assert!(FontSettings::read(&Value::map(map)).unwrap_err().contains("`fangsong` is empty"));
    }
}
