use super::InputFormat;

/// Where each part of an article stands in a table row or JSON object. In JSON a dotted name reaches
/// into nested objects: `article.body`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The text; every record must have it.
    pub text: String,
    /// The identifier.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The web address.
    pub url: String,
    /// The newspaper, agency or site.
    pub outlet: String,
    /// The day of publication.
    pub published: String,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            text: "text".to_owned(),
            id: "id".to_owned(),
            title: "title".to_owned(),
            url: "url".to_owned(),
            outlet: "outlet".to_owned(),
            published: "published".to_owned(),
        }
    }
}

/// How inputs are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputOptions {
    /// The format of every input; where `None`, the file name decides, and where that says nothing, the
    /// beginning of the file.
    pub format: Option<InputFormat>,
    /// The columns of tables and JSON objects.
    pub columns: Columns,
    /// The largest article, in bytes after decompression, as stored (before decoding).
    pub max_article_bytes: u64,
}

impl Default for InputOptions {
    fn default() -> Self {
        Self { format: None, columns: Columns::default(), max_article_bytes: 16 * 1024 * 1024 }
    }
}
