use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::Scorer;
use crate::articles::{InputError, InputOptions, Inputs, RawArticle};
use crate::records::Sink;
use crate::types::Article;

/// How much work is under way at once.
#[derive(Clone, Debug)]
pub struct StreamOptions {
    /// Worker threads, at least one.
    pub threads: usize,
    /// Stop after this many articles.
    pub limit: Option<u64>,
    /// How inputs are read.
    pub input: InputOptions,
}

/// What became of one batch, or of a part of a large one, in input order.
#[derive(Debug, Default)]
pub struct Delivery {
    /// The rendered records.
    pub bytes: Vec<u8>,
    /// Articles read.
    pub articles: u64,
    /// Quotes found.
    pub quotes: u64,
    /// Inputs that could not be read.
    pub rejected: Vec<InputError>,
}

/// Articles of a batch at the most.
const BATCH_ARTICLES: usize = 64;
/// Bytes of a batch at the most, unless a single article is larger.
const BATCH_BYTES: usize = 256 << 10;
/// Batches under way per worker: one in hand, one waiting, one written.
const BATCHES_PER_WORKER: usize = 3;

/// A stretch of the input with its place in the order.
struct Batch {
    place: u64,
    inputs: Vec<Result<RawArticle, InputError>>,
}

/// Reads, scores and renders all inputs on `threads` workers and hands every batch, large ones in parts,
/// to `deliver` in input order, on the calling thread. `deliver` may stop the run.
///
/// Memory is bounded whatever the input: a batch is read only when an earlier one has been delivered.
/// The delivered bytes do not depend on the number of threads.
///
/// # Errors
/// Whatever `deliver` or the sink returns; the threads are stopped first.
pub fn stream(
    inputs: &mut Inputs,
    scorer: &Scorer,
    sink: &dyn Sink,
    options: &StreamOptions,
    mut deliver: impl FnMut(&mut Delivery) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let threads = options.threads.max(1);
    let (to_workers, batches) = bounded::<Batch>(threads);
    let (to_writer, results) = bounded::<(u64, io::Result<Part>)>(threads);
    // A ticket is taken for every batch that is read and given back when it has been delivered.
    let (give_ticket, take_ticket) = bounded::<()>(threads * BATCHES_PER_WORKER);
    for _ in 0..threads * BATCHES_PER_WORKER {
        let _ = give_ticket.try_send(());
    }
    // Fresh memory costs more than the bytes that are written into it: buffers go back to the workers.
    let (give_buffer, buffers) = bounded::<Vec<u8>>(threads * BATCHES_PER_WORKER);
    let turn = Turn::default();
    thread::scope(|scope| {
        scope.spawn(move || read(inputs, options.limit, &take_ticket, &to_workers));
        for _ in 0..threads {
            let (to_writer, buffers) = (to_writer.clone(), buffers.clone());
            let worker = Worker { to_writer, buffers, turn: &turn, scorer, sink, options };
            let batches = batches.clone();
            scope.spawn(move || batches.into_iter().try_for_each(|batch| worker.work(batch)));
        }
        drop((batches, to_writer));
        // Returning drops the results' receiver and the tickets' sender, on which the other threads end.
        let _over = Over(&turn);
        in_order(results, give_ticket, &turn, &mut |mut delivery| {
            let flow = deliver(&mut delivery)?;
            delivery.bytes.clear();
            let _ = give_buffer.try_send(delivery.bytes);
            Ok(flow)
        })
    })
}

fn read(inputs: &mut Inputs, limit: Option<u64>, tickets: &Receiver<()>, to_workers: &Sender<Batch>) {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let mut inputs = inputs.take(limit).peekable();
    let mut place = 0;
    while inputs.peek().is_some() {
        if tickets.recv().is_err() {
            return;
        }
        let mut batch = Vec::new();
        let mut bytes = 0;
        for input in inputs.by_ref() {
            bytes += input.as_ref().map_or(0, RawArticle::size);
            batch.push(input);
            if batch.len() == BATCH_ARTICLES || bytes >= BATCH_BYTES {
                break;
            }
        }
        if to_workers.send(Batch { place, inputs: batch }).is_err() {
            return;
        }
        place += 1;
    }
}

/// Bytes of rendered records that a batch may hold before its turn to deliver has come.
const HELD_BYTES: usize = 4 << 20;

/// A part of what became of a batch.
struct Part {
    delivery: Delivery,
    is_last: bool,
}

/// Nobody is left to take what is delivered.
struct Closed;

struct Worker<'a> {
    to_writer: Sender<(u64, io::Result<Part>)>,
    /// Buffers whose bytes were delivered.
    buffers: Receiver<Vec<u8>>,
    turn: &'a Turn,
    scorer: &'a Scorer,
    sink: &'a dyn Sink,
    options: &'a StreamOptions,
}

impl Worker<'_> {
    fn work(&self, Batch { place, inputs }: Batch) -> Result<(), Closed> {
        // One article after the other, all that is made of it stays in the processor's cache.
        let together = if self.scorer.gains_from_batches() { inputs.len().max(1) } else { 1 };
        let mut articles = Vec::with_capacity(together);
        let mut delivery = self.delivery();
        let mut inputs = inputs.into_iter().peekable();
        while inputs.peek().is_some() {
            articles.clear();
            for input in inputs.by_ref().take(together) {
                match input.and_then(|raw| raw.parse(&self.options.input)) {
                    Ok(article) => articles.push(article),
                    Err(error) => delivery.rejected.push(error),
                }
            }
            delivery.articles += articles.len() as u64;
            if let Err(error) = self.render(place, &articles, &mut delivery)? {
                return self.send(place, Err(error));
            }
        }
        self.send(place, Ok(Part { delivery, is_last: true }))
    }

    /// Adds the records of some articles, and sends off what is more than a batch may hold. Gives the error
    /// of the sink, if there is one.
    fn render(
        &self,
        place: u64,
        articles: &[Article],
        delivery: &mut Delivery,
    ) -> Result<io::Result<()>, Closed> {
        let mut outcome = Ok(Ok(()));
        self.scorer.records_each(articles, |_, quotes| {
            delivery.quotes += quotes.len() as u64;
            if let Err(error) = self.sink.article(&quotes, &mut delivery.bytes) {
                outcome = Ok(Err(error));
                return false;
            }
            if delivery.bytes.len() < HELD_BYTES {
                return true;
            }
            self.turn.wait_for(place);
            let full = mem::replace(delivery, self.delivery());
            let sent = self.send(place, Ok(Part { delivery: full, is_last: false }));
            let goes_on = sent.is_ok();
            outcome = sent.map(Ok);
            goes_on
        });
        outcome
    }

    /// An empty delivery.
    fn delivery(&self) -> Delivery {
        Delivery { bytes: self.buffers.try_recv().unwrap_or_default(), ..Delivery::default() }
    }

    fn send(&self, place: u64, part: io::Result<Part>) -> Result<(), Closed> {
        self.to_writer.send((place, part)).map_err(|_| Closed)
    }
}

/// Which batch delivers next. Only that one may deliver in parts: the others would have to be held.
#[derive(Default)]
struct Turn {
    place: Mutex<u64>,
    moved: Condvar,
}

impl Turn {
    fn wait_for(&self, place: u64) {
        let now = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let _now = self.moved.wait_while(now, |now| *now < place);
    }

    fn move_to(&self, place: u64) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
        self.moved.notify_all();
    }
}

/// Lets every worker go on when it is dropped, so that all see that nobody takes their results.
struct Over<'a>(&'a Turn);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.move_to(u64::MAX);
    }
}

/// Delivers results by their place; those that come early wait, at most as many as there are tickets.
fn in_order(
    results: Receiver<(u64, io::Result<Part>)>,
    give_ticket: Sender<()>,
    turn: &Turn,
    deliver: &mut dyn FnMut(Delivery) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (place, result) in &results {
        early.insert(place, result);
        while let Some(result) = early.remove(&next) {
            let Part { delivery, is_last } = result?;
            if deliver(delivery)?.is_break() {
                return Ok(());
            }
            if is_last {
                next += 1;
                turn.move_to(next);
                let _ = give_ticket.try_send(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::pipeline::ScorerOptions;
    use crate::quotes::{Extractor, QuoteOptions, Roster};
    use crate::records::JsonLines;

    #[test]
    fn all_threads_end_when_nobody_takes_results() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let line = "{\"id\": \"a\", \"text\": \"“We will wait,” the mayor said.\"}\n";
        fs::write(&path, line.repeat(BATCH_ARTICLES * BATCHES_PER_WORKER * 10)).unwrap();
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            let extractor = Extractor::new(Roster::default(), QuoteOptions::default());
            let scorer = Scorer::new(extractor, None, ScorerOptions::default());
            for threads in [1, 2, 5] {
                let options = StreamOptions { threads, limit: None, input: InputOptions::default() };
                let mut inputs = Inputs::open(&[path.to_string_lossy().into_owned()], options.input.clone());
                let mut taken = 0;
                stream(&mut inputs, &scorer, &JsonLines, &options, |delivery| {
                    taken += delivery.articles;
                    // By now the reader waits for a ticket.
                    thread::sleep(Duration::from_millis(300));
                    Ok(ControlFlow::Break(()))
                })
                .unwrap();
                assert_eq!(taken, BATCH_ARTICLES as u64);
            }
            done.send(()).unwrap();
        });
        ended.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
