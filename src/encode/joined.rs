use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::types::QuoteInContext;

use super::{EncodeError, Encoder, EncoderParts, Features, TracedPiece, restore};

/// Several encoders whose rows stand side by side.
pub struct JoinedEncoder {
    encoders: Vec<Arc<dyn Encoder>>,
}

/// The settings as a model folder keeps them.
#[derive(Serialize, Deserialize)]
struct KeptSettings {
    encoders: Vec<KeptEncoder>,
}

#[derive(Serialize, Deserialize)]
struct KeptEncoder {
    kind: String,
    settings: serde_json::Value,
}

impl JoinedEncoder {
    /// Name of this encoder in model files.
    pub const KIND: &'static str = "joined";

    /// Joins encoders in this order.
    ///
    /// # Errors
    /// Where two are of one kind, or one is joined itself: a model folder could not tell them apart.
    pub fn new(encoders: Vec<Arc<dyn Encoder>>) -> Result<Self, EncodeError> {
        let mut kinds: Vec<&str> = encoders.iter().map(|encoder| encoder.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() != encoders.len() || kinds.is_empty() || kinds.contains(&Self::KIND) {
            let reason = "encoders of different kinds are needed, none of them joined".to_owned();
            return Err(EncodeError::Setting { setting: "encoders", reason });
        }
        Ok(Self { encoders })
    }

    /// Builds the encoder from the parts that a model folder kept.
    pub(super) fn restore(parts: &EncoderParts) -> Result<Self, EncodeError> {
        let kept: KeptSettings = serde_json::from_value(parts.settings.clone())
            .map_err(|error| EncodeError::Setting { setting: "settings", reason: error.to_string() })?;
        let mut encoders: Vec<Arc<dyn Encoder>> = Vec::new();
        for KeptEncoder { kind, settings } in kept.encoders {
            if kind == Self::KIND {
                return Err(EncodeError::Kind { found: format!("{kind} in {kind}") });
            }
            let mut own = EncoderParts { settings, ..EncoderParts::default() };
            for tensor in &parts.tensors {
                if let Some(name) = tensor.name.strip_prefix(&array(&kind, "")) {
                    let mut tensor = tensor.clone();
                    tensor.name = format!("{PREFIX}{name}");
                    own.tensors.push(tensor);
                }
            }
            for (name, bytes) in &parts.files {
                if let Some(name) = name.strip_prefix(&file(&kind, "")) {
                    own.files.insert(name.to_owned(), bytes.clone());
                }
            }
            encoders.push(Arc::from(restore(&kind, &own)?));
        }
        Self::new(encoders)
    }
}

/// What the names of all arrays of an encoder begin with.
const PREFIX: &str = "encoder.";

/// Name of an array of one of the encoders.
fn array(kind: &str, name: &str) -> String {
    format!("{PREFIX}{kind}.{name}")
}

/// Name of a file of one of the encoders.
fn file(kind: &str, name: &str) -> String {
    format!("{kind}.{name}")
}

impl Encoder for JoinedEncoder {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn dimensions(&self) -> usize {
        self.encoders.iter().map(|encoder| encoder.dimensions()).sum()
    }

    fn encode(&self, quotes: &[QuoteInContext]) -> Features {
        let features: Vec<Features> = self.encoders.iter().map(|encoder| encoder.encode(quotes)).collect();
        Features::beside(&features.iter().collect::<Vec<_>>())
    }

    fn trace(&self, quote: &QuoteInContext) -> Vec<TracedPiece> {
        let mut pieces = Vec::new();
        let mut before = 0;
        for encoder in &self.encoders {
            let own = encoder.trace(quote);
            // An account that leaves one encoder out is none.
            if own.is_empty() && encoder.encode(std::slice::from_ref(quote)).entries() > 0 {
                return Vec::new();
            }
            let shifted = |piece: TracedPiece| TracedPiece { column: piece.column + before, ..piece };
            pieces.extend(own.into_iter().map(shifted));
            before += u32::try_from(encoder.dimensions()).unwrap_or(u32::MAX);
        }
        pieces
    }

    fn parts(&self) -> Result<EncoderParts, EncodeError> {
        let mut parts = EncoderParts::default();
        let mut kept = KeptSettings { encoders: Vec::new() };
        for encoder in &self.encoders {
            let kind = encoder.kind();
            let own = encoder.parts()?;
            kept.encoders.push(KeptEncoder { kind: kind.to_owned(), settings: own.settings });
            for mut tensor in own.tensors {
                tensor.name = array(kind, tensor.name.strip_prefix(PREFIX).unwrap_or(&tensor.name));
                parts.tensors.push(tensor);
            }
            parts.files.extend(own.files.into_iter().map(|(name, bytes)| (file(kind, &name), bytes)));
        }
        parts.settings = serde_json::to_value(kept)
            .map_err(|error| EncodeError::Setting { setting: "settings", reason: error.to_string() })?;
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::deep::{DeepEncoder, DeepSettings, Pretrained};
    use super::super::{WordsEncoder, WordsSettings};
    use super::*;

    fn quotes() -> Vec<QuoteInContext> {
        ["we will not strike", "no deal is near", "we will wait for them, we said"]
            .map(QuoteInContext::bare)
            .to_vec()
    }

    fn words() -> Arc<dyn Encoder> {
        Arc::new(
            WordsEncoder::fit(WordsSettings { min_rows: 1, ..WordsSettings::default() }, &quotes()).unwrap(),
        )
    }

    fn deep() -> Arc<dyn Encoder> {
        let files = [
            &include_bytes!("deep/fixture/config.json")[..],
            include_bytes!("deep/fixture/model.safetensors"),
            include_bytes!("deep/fixture/tokenizer.json"),
        ];
        let pretrained = Pretrained::from_files(files[0], files[1], files[2], BTreeMap::new()).unwrap();
        Arc::new(DeepEncoder::new(pretrained, DeepSettings { limit: 20, ..DeepSettings::default() }).unwrap())
    }

    #[test]
    fn rows_stand_side_by_side() {
        let joined = JoinedEncoder::new(vec![deep(), words()]).unwrap();
        let (dense, sparse) = (deep().encode(&quotes()), words().encode(&quotes()));
        let features = joined.encode(&quotes());
        assert_eq!(features.dimensions(), joined.dimensions());
        for row in 0..3 {
            assert_eq!(features.row(row).1, [dense.row(row).1, sparse.row(row).1].concat());
            let shifted: Vec<u32> = sparse.row(row).0.iter().map(|column| column + 24).collect();
            assert_eq!(features.row(row).0[24..], shifted);
        }
    }

    #[test]
    fn a_kept_encoder_gives_the_same_rows() {
        let joined = JoinedEncoder::new(vec![deep(), words()]).unwrap();
        let parts = joined.parts().unwrap();
        assert_eq!(parts.files.keys().collect::<Vec<_>>(), ["deep.tokenizer.json", "words.tokenizer.json"]);
        let kept = restore(JoinedEncoder::KIND, &parts).unwrap();
        assert_eq!(kept.encode(&quotes()), joined.encode(&quotes()));
        assert_eq!(kept.parts().unwrap(), parts);
    }

    #[test]
    fn an_account_is_whole_or_none() {
        let quote = &quotes()[0];
        assert_eq!(JoinedEncoder::new(vec![deep(), words()]).unwrap().trace(quote), []);
        assert_eq!(JoinedEncoder::new(vec![words()]).unwrap().trace(quote), words().trace(quote));
    }

    #[test]
    fn encoders_of_one_kind_are_refused() {
        assert!(JoinedEncoder::new(vec![words(), words()]).is_err());
        assert!(JoinedEncoder::new(vec![]).is_err());
        let joined: Arc<dyn Encoder> = Arc::new(JoinedEncoder::new(vec![words()]).unwrap());
        assert!(JoinedEncoder::new(vec![joined]).is_err());
        let nested = serde_json::json!({"encoders": [{"kind": "joined", "settings": {"encoders": []}}]});
        let parts = EncoderParts { settings: nested, ..EncoderParts::default() };
        assert!(matches!(restore(JoinedEncoder::KIND, &parts), Err(EncodeError::Kind { .. })));
    }
}
