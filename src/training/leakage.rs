use rustc_hash::FxHashMap;

use super::duplicates::{near_duplicates, plain_words};
use super::labelled::LabelledExample;

/// Quotes with fewer words are the same by chance; they count as repeated only with the same context.
const TELLING_WORDS: usize = 5;

/// Rows of the evaluated data that the training data give away. Each entry is the number of an evaluated row
/// and of the first training row that gives it away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leakage {
    /// The same words, quote for quote (five words and more) or quote and context.
    pub exact: Vec<(usize, usize)>,
    /// Quotes of which at least half of the word 5-grams are shared (Jaccard), and are not exact; the third
    /// number is how much.
    pub near: Vec<(usize, usize, f64)>,
    /// The same group: one story, or contrast versions of one sentence.
    pub group: Vec<(usize, usize)>,
}

/// Looks for rows of `test` in `train`, in time linear in the rows. Near-duplicates as in Lee et al. 2022,
/// "Deduplicating training data makes language models better", ACL, doi:10.18653/v1/2022.acl-long.577.
#[must_use]
pub fn leakage(train: &[&LabelledExample], test: &[&LabelledExample]) -> Leakage {
    let words = |text: &str| plain_words(text).collect::<Vec<_>>();
    let (mut quotes, mut contexts) = (FxHashMap::default(), FxHashMap::default());
    let mut groups = FxHashMap::default();
    for (number, example) in train.iter().enumerate() {
        quotes.entry(words(&example.text)).or_insert(number);
        contexts.entry((words(&example.text), words(&example.quote.context))).or_insert(number);
        if let Some(group) = example.group.as_deref() {
            groups.entry(group).or_insert(number);
        }
    }
    let mut found = Leakage::default();
    let mut is_exact = vec![false; test.len()];
    for (number, example) in test.iter().enumerate() {
        let own = words(&example.text);
        let earlier = if own.len() >= TELLING_WORDS {
            quotes.get(&own)
        } else {
            contexts.get(&(own, words(&example.quote.context)))
        };
        if let Some(&earlier) = earlier {
            found.exact.push((number, earlier));
            is_exact[number] = true;
        }
        if let Some(&earlier) = example.group.as_deref().and_then(|group| groups.get(group)) {
            found.group.push((number, earlier));
        }
    }
    let texts = train.iter().chain(test).map(|row| (row.text.as_str(), row.quote.context.as_str()));
    let near = near_duplicates(texts, |row, earlier| row < train.len() || earlier >= train.len());
    for pair in near {
        let Some(number) = pair.row.checked_sub(train.len()) else { continue };
        if is_exact.get(number) == Some(&false) {
            found.near.push((number, pair.earlier, pair.similarity));
        }
    }
    found
}

impl Leakage {
    /// Whether each of `rows` evaluated rows is free of all three.
    #[must_use]
    pub fn clean(&self, rows: usize) -> Vec<bool> {
        let mut clean = vec![true; rows];
        let near = self.near.iter().map(|near| near.0);
        let others = self.exact.iter().chain(&self.group).map(|pair| pair.0);
        for row in near.chain(others) {
            if let Some(place) = clean.get_mut(row) {
                *place = false;
            }
        }
        clean
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::types::{QuoteInContext, Stance};

    fn example(text: &str, group: Option<&str>) -> LabelledExample {
        LabelledExample {
            id: String::new(),
            path: Arc::from(Path::new("rows.jsonl")),
            line: 1,
            text: text.to_owned(),
            quote: QuoteInContext::bare(text),
            stance: Stance::Neutral,
            sentiment: None,
            group: group.map(str::to_owned),
            split: None,
            topic: None,
            register: None,
            year: None,
            stance_weight: 1.0,
            cases: Vec::new(),
            fields: Default::default(),
        }
    }

    #[test]
    fn repeated_rows_are_found() {
        let train = [
            example("we will return to the table next week if the other side keeps its word", Some("g1")),
            example("nothing of this kind was ever said in the room", None),
        ];
        let test = [
            example("We will return to the table next week, if the other side keeps its word.", None),
            example("we will return to the table next week if the other side holds still", None),
            example("the harbour stays closed until the spring", Some("g1")),
            example("a new dam will be built above the old town", None),
        ];
        let (train, test): (Vec<_>, Vec<_>) = (train.iter().collect(), test.iter().collect());
        let found = leakage(&train, &test);
        assert_eq!(found.exact, [(0, 0)]);
        assert_eq!(found.near.iter().map(|near| (near.0, near.1)).collect::<Vec<_>>(), [(1, 0)]);
        assert_eq!(found.group, [(2, 0)]);
        assert_eq!(found.clean(4), [false, false, false, true]);
    }

    #[test]
    fn nothing_leaks_from_nothing() {
        assert_eq!(leakage(&[], &[]), Leakage::default());
    }
}
