use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::Scorer;
use crate::articles::{InputError, InputOptions, Inputs, RawArticle};
use crate::records::Sink;

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

/// What became of one batch, in input order.
#[derive(Debug)]
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

/// Reads, scores and renders all inputs on `threads` workers and hands every batch to `deliver` in
/// input order, on the calling thread. `deliver` may stop the run.
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
    mut deliver: impl FnMut(Delivery) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let threads = options.threads.max(1);
    let (to_workers, batches) = bounded::<Batch>(threads);
    let (to_writer, results) = bounded::<(u64, io::Result<Delivery>)>(threads);
    // A ticket is taken for every batch that is read and given back when it has been delivered.
    let (give_ticket, take_ticket) = bounded::<()>(threads * BATCHES_PER_WORKER);
    for _ in 0..threads * BATCHES_PER_WORKER {
        let _ = give_ticket.try_send(());
    }
    thread::scope(|scope| {
        scope.spawn(move || read(inputs, options.limit, &take_ticket, &to_workers));
        for _ in 0..threads {
            let (batches, to_writer) = (batches.clone(), to_writer.clone());
            scope.spawn(move || work(&batches, &to_writer, scorer, sink, &options.input));
        }
        drop((batches, to_writer));
        // Returning drops the receivers, on which the other threads end.
        in_order(results, give_ticket, &mut deliver)
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

fn work(
    batches: &Receiver<Batch>,
    to_writer: &Sender<(u64, io::Result<Delivery>)>,
    scorer: &Scorer,
    sink: &dyn Sink,
    options: &InputOptions,
) {
    for Batch { place, inputs } in batches {
        let mut articles = Vec::with_capacity(inputs.len());
        let mut rejected = Vec::new();
        for input in inputs {
            match input.and_then(|raw| raw.parse(options)) {
                Ok(article) => articles.push(article),
                Err(error) => rejected.push(error),
            }
        }
        let records = scorer.records(&articles);
        let delivery = render(&records, sink).map(|bytes| Delivery {
            bytes,
            articles: articles.len() as u64,
            quotes: records.iter().map(|quotes| quotes.len() as u64).sum(),
            rejected,
        });
        if to_writer.send((place, delivery)).is_err() {
            return;
        }
    }
}

fn render(records: &[Vec<crate::records::QuoteRecord>], sink: &dyn Sink) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for quotes in records {
        bytes.append(&mut sink.article(quotes)?);
    }
    Ok(bytes)
}

/// Delivers results by their place; those that come early wait, at most as many as there are tickets.
fn in_order(
    results: Receiver<(u64, io::Result<Delivery>)>,
    give_ticket: Sender<()>,
    deliver: &mut dyn FnMut(Delivery) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (place, result) in &results {
        early.insert(place, result);
        while let Some(result) = early.remove(&next) {
            next += 1;
            if deliver(result?)?.is_break() {
                return Ok(());
            }
            let _ = give_ticket.try_send(());
        }
    }
    Ok(())
}
