//! A browser that is told what to do: Chromium, through its driver.

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a click may take to lead somewhere.
const LEAVING: Duration = Duration::from_secs(3);

/// The driver's process, ended when this is dropped.
pub struct Driver {
    child: Child,
    port: u16,
    downloads: PathBuf,
}

impl Driver {
    /// Starts one on a free port; files are saved in a folder.
    pub fn start(downloads: PathBuf) -> Driver {
        fs::create_dir_all(&downloads).unwrap();
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("chromedriver: {e}; tests/install.sh installs it"));
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = said
            .find_map(|line| {
                line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
            })
            .expect("the driver says its port");
        // What else it says must go somewhere.
        thread::spawn(move || said.for_each(drop));
        Driver { child, port, downloads }
    }

    /// A browser of its own, with its own cookies, at an address below which all paths are.
    pub fn tab(&self, base: &str, scripts: bool) -> Tab {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        // 1: allowed, 2: blocked, as Chromium's content settings have it.
        let setting = if scripts { 1 } else { 2 };
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900", "--lang=zh-CN"],
                "prefs": {
                    "profile.managed_default_content_settings.javascript": setting,
                    "download.default_directory": self.downloads,
                    "download.prompt_for_download": false,
                    "intl.accept_languages": "zh-CN",
                },
            },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().unwrap().clone());
        let address = format!("http://127.0.0.1:{}", self.port);
        let client = runtime.block_on(builder.connect(&address)).expect("a browser starts");
        Tab { runtime, client: Some(client), base: base.to_owned(), scripts }
    }

    /// Waits until a file with this ending was saved, and gives its path.
    #[track_caller]
    pub fn saved(&self, ending: &str) -> PathBuf {
        let began = Instant::now();
        loop {
            let files = fs::read_dir(&self.downloads).unwrap().map(|entry| entry.unwrap().path());
            if let Some(file) = files.into_iter().find(|path| path.extension().is_some_and(|e| e == ending)) {
                return file;
            }
            assert!(began.elapsed() < PATIENCE, "no {ending} was saved");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser with one page open.
pub struct Tab {
    runtime: Runtime,
    client: Option<Client>,
    base: String,
    /// Whether it runs scripts.
    pub scripts: bool,
}

impl Tab {
    fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    /// Opens an address.
    #[track_caller]
    pub fn visit(&self, address: &str) {
        self.runtime.block_on(self.client().goto(address)).unwrap();
    }

    /// Opens a path of the office.
    #[track_caller]
    pub fn open(&self, path: &str) {
        self.visit(&format!("{}{path}", self.base));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.runtime.block_on(self.client().refresh()).unwrap();
    }

    /// The path that is open, below the office.
    pub fn at(&self) -> String {
        let url = self.runtime.block_on(self.client().current_url()).unwrap();
        url.as_str().strip_prefix(&self.base).unwrap_or(url.as_str()).to_owned()
    }

    #[track_caller]
    fn find(&self, css: &str) -> Element {
        self.find_by(Locator::Css(css), css)
    }

    // The page may be on its way.
    #[track_caller]
    fn find_by(&self, locator: Locator<'_>, what: &str) -> Element {
        let began = Instant::now();
        loop {
            if let Ok(found) = self.runtime.block_on(self.client().find(locator)) {
                return found;
            }
            let text = self.text();
            assert!(began.elapsed() < PATIENCE, "{what} is not at {}:\n{text}", self.at());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// How many elements there are.
    pub fn count(&self, css: &str) -> usize {
        self.runtime.block_on(self.client().find_all(Locator::Css(css))).unwrap().len()
    }

    /// That there are so many, once the page is there.
    #[track_caller]
    pub fn counts(&self, css: &str, expected: usize) {
        let began = Instant::now();
        while self.count(css) != expected {
            let text = self.text();
            assert!(began.elapsed() < PATIENCE, "{} of {css} at {}:\n{text}", self.count(css), self.at());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks an element.
    #[track_caller]
    pub fn click(&self, css: &str) {
        self.click_by(Locator::Css(css), css);
    }

    // A page that renews itself may put another element in the place of one that was just found.
    #[track_caller]
    fn click_by(&self, locator: Locator<'_>, what: &str) {
        let began = Instant::now();
        loop {
            let found = self.find_by(locator, what);
            match self.runtime.block_on(found.click()) {
                Ok(()) => return self.left(&found),
                Err(e) if e.is_stale_element_reference() && began.elapsed() < PATIENCE => {}
                Err(e) => panic!("{what} at {}: {e}", self.at()),
            }
        }
    }

    // Waits until a page was left by a click: without scripts nobody else waits, and what is opened next
    // would be overtaken. A download stays where it is.
    fn left(&self, clicked: &Element) {
        let began = Instant::now();
        while began.elapsed() < LEAVING && self.runtime.block_on(clicked.tag_name()).is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks the link or button that says this, in the content of the page.
    #[track_caller]
    pub fn press(&self, said: &str) {
        let path =
            format!("//main//a[normalize-space()='{said}'] | //main//button[normalize-space()='{said}']");
        self.click_by(Locator::XPath(&path), said);
    }

    /// Writes into a field, in place of what is there.
    #[track_caller]
    pub fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("main form [name='{name}']"));
        self.runtime.block_on(async {
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        });
    }

    /// Chooses in a list, by what is stored.
    #[track_caller]
    pub fn choose(&self, name: &str, value: &str) {
        let option = self.find(&format!("main form [name='{name}'] option[value='{value}']"));
        self.runtime.block_on(option.click()).unwrap();
    }

    /// What the page shows, as a reader sees it.
    pub fn text(&self) -> String {
        self.of("body")
    }

    /// What an element shows.
    pub fn of(&self, css: &str) -> String {
        let found = self.runtime.block_on(self.client().find(Locator::Css(css)));
        found.map(|element| self.runtime.block_on(element.text()).unwrap_or_default()).unwrap_or_default()
    }

    /// That the page shows something.
    #[track_caller]
    pub fn shows(&self, what: &str) {
        self.until("body", what);
    }

    /// That it does not.
    #[track_caller]
    pub fn hides(&self, what: &str) {
        let text = self.text();
        assert!(!text.is_empty() && !text.contains(what), "{what:?} is shown at {}:\n{text}", self.at());
    }

    /// Waits until an element shows something, by itself.
    #[track_caller]
    pub fn until(&self, css: &str, what: &str) {
        let began = Instant::now();
        loop {
            let text = self.of(css);
            if text.contains(what) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{css} never showed {what:?} at {}:\n{text}", self.at());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The same, by loading the page again where nothing comes by itself.
    #[track_caller]
    pub fn comes(&self, css: &str, what: &str) {
        if self.scripts {
            return self.until(css, what);
        }
        let began = Instant::now();
        while !self.of(css).contains(what) {
            assert!(began.elapsed() < PATIENCE, "{css} never showed {what:?}:\n{}", self.text());
            thread::sleep(Duration::from_millis(200));
            self.reload();
        }
    }

    /// Makes the window so large.
    pub fn resize(&self, width: u32, height: u32) {
        self.runtime.block_on(self.client().set_window_size(width, height)).unwrap();
    }

    /// How much wider the page is than the window, in pixels.
    pub fn overflows(&self) -> i64 {
        let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.runtime.block_on(self.client().execute(script, Vec::new())).unwrap();
        over.as_i64().unwrap()
    }

    /// How high the page is, in pixels.
    pub fn height(&self) -> u32 {
        let script = "return document.documentElement.scrollHeight";
        let height = self.runtime.block_on(self.client().execute(script, Vec::new())).unwrap();
        height.as_u64().unwrap().try_into().unwrap()
    }

    /// A picture of the window, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        self.runtime.block_on(self.client().screenshot()).unwrap()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            let _ = self.runtime.block_on(client.close());
        }
    }
}
