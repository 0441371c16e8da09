//! What a record of a page means: its entries and postings in the kernel's terms.

use crate::model::{
    counted_event::CountedEvent,
    interner::{Code, Interner},
    page::{Item, PageEntry, PagePosting, day_number, day_of},
    posting::{EventRef, Origin, Posting},
};
use registrar_domain::{Period, StoreError, Stored};
use registrar_sdk::{Amount, Value};

impl Item<'_> {
    /// Its id.
    pub fn id(&self) -> &str {
        self.page.text(self.record.id)
    }

    /// Its entries.
    pub fn to_entries(&self, names: &Interner) -> Vec<CountedEvent> {
        self.entries.iter().map(|entry| self.entry(names, entry)).collect()
    }

    /// One of its entries.
    pub fn entry(&self, names: &Interner, entry: &PageEntry) -> CountedEvent {
        CountedEvent {
            on: day_of(entry.on),
            seq: entry.seq,
            id: self.page.text(entry.id).to_owned(),
            record: self.id().to_owned(),
            action: text(names, entry.action),
            nth: entry.nth.into(),
            owners: self.owners(names),
            asked: names.text(entry.asked).map(|asked| asked.to_string()),
        }
    }

    /// The accounts that own it.
    pub fn owners(&self, names: &Interner) -> Vec<String> {
        names
            .text(self.record.owners)
            .map_or_else(Vec::new, |all| all.split('\n').map(str::to_owned).collect())
    }

    /// The register whose figures a posting belongs to.
    pub fn register(&self, posting: &PagePosting) -> Code {
        if posting.register == 0 { self.record.register } else { posting.register }
    }

    /// The first and last day a posting belongs to.
    ///
    /// # Errors
    /// Its span is no period.
    pub fn days(&self, names: &Interner, posting: &PagePosting) -> Stored<(i32, i32)> {
        let on = self.entries.get(posting.entry as usize).map_or(0, |entry| entry.on);
        if posting.span == 0 {
            return Ok((on, on));
        }
        let span = span(names, posting.span)?;
        Ok((day_number(span.first()), day_number(span.last())))
    }

    /// A posting.
    ///
    /// # Errors
    /// It names what is not among the names.
    pub fn posting(&self, names: &Interner, posting: &PagePosting) -> Stored<Posting> {
        let lost = |what: &str| StoreError::Damaged(format!("a posting of the ledger has no {what}"));
        let entry = self.entries.get(posting.entry as usize).ok_or_else(|| lost("event"))?;
        let rule = |code| names.rule_of(code).map(|rule| (*rule).clone());
        let word = |code| names.text(code).map(|word| word.to_string());
        let data = match posting.data.len {
            0 => Value::Nil,
            _ => serde_json::from_str(self.page.text(posting.data)).map_err(|_| lost("readable data"))?,
        };
        Ok(Posting {
            register: text(names, self.register(posting)),
            origin: Origin::Event(EventRef {
                seq: entry.seq,
                id: self.page.text(entry.id).to_owned(),
                register: (posting.register != 0).then(|| text(names, self.record.register)),
                record: self.id().to_owned(),
                action: text(names, entry.action),
                on: day_of(entry.on),
            }),
            span: (posting.span != 0).then(|| span(names, posting.span)).transpose()?,
            account: word(posting.account).ok_or_else(|| lost("account"))?,
            measure: word(posting.measure).ok_or_else(|| lost("measure"))?,
            amount: Amount::from_micros(posting.amount),
            tag: word(posting.tag),
            clause: word(posting.clause),
            data,
            rule: rule(posting.rule).ok_or_else(|| lost("rule"))?,
            index: posting.index,
            part: posting.part,
            struck: rule(posting.struck),
            derived: rule(posting.derived),
        })
    }

    /// Its postings, in the order of the digest.
    ///
    /// # Errors
    /// As [`Item::posting`].
    pub fn to_postings(&self, names: &Interner) -> Stored<Vec<Posting>> {
        let mut postings: Vec<(u32, Posting)> = self
            .postings
            .iter()
            .map(|posting| Ok((posting.entry, self.posting(names, posting)?)))
            .collect::<Stored<_>>()?;
        postings.sort_by(|(a_at, a), (b_at, b)| {
            let key = |p: &Posting| (p.rule.registration, p.index, p.part);
            (a_at, &a.measure, &a.rule.plugin, key(a), &a.account, &a.tag).cmp(&(
                b_at,
                &b.measure,
                &b.rule.plugin,
                key(b),
                &b.account,
                &b.tag,
            ))
        });
        Ok(postings.into_iter().map(|(_, posting)| posting).collect())
    }
}

fn text(names: &Interner, code: Code) -> String {
    names.text(code).map(|text| text.to_string()).unwrap_or_default()
}

fn span(names: &Interner, code: Code) -> Stored<Period> {
    let name = text(names, code);
    name.parse().map_err(|e| StoreError::Damaged(format!("a posting of the ledger: {e}")))
}
