use std::collections::BTreeMap;
use std::thread;

use rten_gemm::GemmResult;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::encode::{EncodeError, Encoder, EncoderParts, Features, TOKENIZER_FILE, TracedPiece};
use crate::types::{QuoteInContext, Span};

use super::network::{Network, Workspace};
use super::tokens::Tokens;
use super::weights::wrong;
use super::{Architecture, DeepSettings, Weights, Window};

/// A pre-trained transformer over the quote and the text around it; see the [module](super).
pub struct DeepEncoder {
    settings: DeepSettings,
    pretrained: Pretrained,
    tokens: Tokens,
    network: Network,
}

/// A pre-trained encoder as it was published or fine-tuned.
#[derive(Clone, Debug, PartialEq)]
pub struct Pretrained {
    /// The sizes.
    pub architecture: Architecture,
    /// The arrays.
    pub weights: Weights,
    /// The bytes of `tokenizer.json`.
    pub tokenizer: Vec<u8>,
    /// Further files that must go wherever the weights go, such as a licence and a notice, by name.
    pub notices: BTreeMap<String, Vec<u8>>,
}

/// The settings as a model folder keeps them.
#[derive(Serialize, Deserialize)]
struct KeptSettings {
    architecture: Architecture,
    #[serde(flatten)]
    deep: DeepSettings,
}

/// Tokens that are computed together: enough to keep the products busy, few enough to stay in the cache.
const BATCH_TOKENS: usize = 512;

impl Pretrained {
    /// Reads published files: `config.json`, `model.safetensors` (32-bit floats) and `tokenizer.json`.
    ///
    /// # Errors
    /// Where they are not those of such an encoder or do not fit together.
    pub fn from_files(
        config: &[u8],
        weights: &[u8],
        tokenizer: &[u8],
        notices: BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, EncodeError> {
        let architecture = Architecture::from_json(config)?;
        let weights = Weights::from_safetensors(&architecture, weights)?;
        Ok(Self { architecture, weights, tokenizer: tokenizer.to_vec(), notices })
    }
}

impl DeepEncoder {
    /// Name of this encoder in model files.
    pub const KIND: &'static str = "deep";

    /// Builds the encoder. The weights are rounded as a model folder keeps them
    /// ([`Weights::rounded`]), so that rows are the same before and after the folder is written.
    ///
    /// # Errors
    /// Where a setting is out of range, or tokenizer and weights do not fit together.
    pub fn new(mut pretrained: Pretrained, settings: DeepSettings) -> Result<Self, EncodeError> {
        pretrained.architecture.check()?;
        settings.check(&pretrained.architecture)?;
        pretrained.weights = pretrained.weights.rounded();
        let network = Network::new(&pretrained.architecture, &pretrained.weights, settings.compute)?;
        let tokens = Tokens::from_json(&pretrained.tokenizer, &pretrained.architecture)?;
        let encoder = Self { settings, pretrained, tokens, network };
        // Products of wrong sizes would fail at the first quote: let them fail here.
        let trial = encoder.window(&QuoteInContext::bare("a"));
        alone(|| encoder.network.hidden_states(&[&trial.ids], &mut Workspace::default()).map(|_| ()))
            .map_err(|error| wrong("weights", error.to_string()))?;
        Ok(encoder)
    }

    /// Builds the encoder from the parts that a model folder kept.
    pub(in crate::encode) fn restore(parts: &EncoderParts) -> Result<Self, EncodeError> {
        let kept: KeptSettings = serde_json::from_value(parts.settings.clone())
            .map_err(|error| EncodeError::Setting { setting: "settings", reason: error.to_string() })?;
        let weights = Weights::from_tensors(&kept.architecture, &parts.tensors)?;
        let missing = EncodeError::File { name: TOKENIZER_FILE };
        let tokenizer = parts.files.get(TOKENIZER_FILE).cloned().ok_or(missing)?;
        let architecture = kept.architecture;
        let pretrained = Pretrained { architecture, weights, tokenizer, notices: parts.notices() };
        Self::new(pretrained, kept.deep)
    }

    /// What it reads and what its rows hold.
    #[must_use]
    pub fn settings(&self) -> &DeepSettings {
        &self.settings
    }

    /// Sizes, rounded weights and tokenizer.
    #[must_use]
    pub fn pretrained(&self) -> &Pretrained {
        &self.pretrained
    }

    /// The tokens that are read of a quote in context.
    #[must_use]
    pub fn window(&self, quote: &QuoteInContext) -> Window {
        Window::around(quote, &self.tokens, self.settings.limit)
    }

    /// Adds the rows of some windows to `rows`.
    fn pool(&self, windows: &[Window], rows: &mut Vec<f32>, workspace: &mut Workspace) -> GemmResult {
        let hidden = self.network.hidden();
        let sequences: Vec<&[u32]> = windows.iter().map(|window| window.ids.as_slice()).collect();
        let mut states = self.network.hidden_states(&sequences, workspace)?;
        for window in windows {
            let (own, others) = states.split_at_checked(window.ids.len() * hidden).unwrap_or_default();
            states = others;
            for pool in &self.settings.pools {
                let start = rows.len();
                rows.resize(start + hidden, 0.0);
                pool.mean(own, &window.roles, rows.get_mut(start..).unwrap_or_default());
            }
        }
        Ok(())
    }
}

impl Encoder for DeepEncoder {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn dimensions(&self) -> usize {
        self.network.hidden() * self.settings.pools.len()
    }

    fn encode(&self, quotes: &[QuoteInContext]) -> Features {
        let width = self.dimensions();
        let mut rows = Vec::with_capacity(quotes.len() * width);
        // For each quote the row of its words, the same for all that say the same in the same context.
        let mut places: Vec<usize> = Vec::with_capacity(quotes.len());
        let mut known: FxHashMap<(&str, &[Span]), usize> = FxHashMap::default();
        alone(|| {
            let mut workspace = Workspace::default();
            let mut windows: Vec<Window> = Vec::new();
            let mut tokens = 0;
            let mut compute = |windows: &mut Vec<Window>, rows: &mut Vec<f32>| {
                // `new` has tried products of these sizes; were one to fail yet, its rows are zeros.
                let end = rows.len() + windows.len() * width;
                let _ = self.pool(windows, rows, &mut workspace);
                rows.resize(end, 0.0);
                windows.clear();
            };
            for quote in quotes {
                let next = known.len();
                let place = *known.entry((quote.context.as_str(), &quote.spans)).or_insert(next);
                places.push(place);
                if place < next {
                    continue;
                }
                let window = self.window(quote);
                tokens += window.ids.len();
                windows.push(window);
                if tokens >= BATCH_TOKENS {
                    compute(&mut windows, &mut rows);
                    tokens = 0;
                }
            }
            compute(&mut windows, &mut rows);
        });
        if known.len() < quotes.len() {
            let of_quote = |place: &usize| rows.get(place * width..(place + 1) * width).unwrap_or_default();
            rows = places.iter().flat_map(of_quote).copied().collect();
        }
        Features::dense(width, &rows)
    }

    fn trace(&self, _: &QuoteInContext) -> Vec<TracedPiece> {
        Vec::new()
    }

    fn parts(&self) -> Result<EncoderParts, EncodeError> {
        let kept =
            KeptSettings { architecture: self.pretrained.architecture.clone(), deep: self.settings.clone() };
        let settings = serde_json::to_value(kept)
            .map_err(|error| EncodeError::Setting { setting: "settings", reason: error.to_string() })?;
        let mut files = self.pretrained.notices.clone();
        files.insert(TOKENIZER_FILE.to_owned(), self.pretrained.tokenizer.clone());
        Ok(EncoderParts { settings, tensors: self.pretrained.weights.to_tensors(), files })
    }
}

/// Runs `work` on a thread of its own, whose matrix products stay on that thread.
///
/// The products would otherwise spread over all cores, whatever number of threads the caller wants; where
/// the thread cannot be started they do, with the same result.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
            let result = work();
            drop(pool);
            result
        });
        match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
