//! What `faq/vocabulary.toml` says: how members' words relate to the FAQ's words. Plain values; `matching::vocabulary`
//! makes them work.

/// The set's word knowledge, as a moderator wrote it. All words are as typed; normalising is left to `matching`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Words that name the set's subject ("exosome").
    pub subject: Vec<String>,
    /// Things that stand beside the subject: entries compare with them, but a question about one of them alone is not ours.
    pub beside: Vec<String>,
    pub same: Vec<Same>,
    /// Groups of words near in meaning.
    pub similar: Vec<Vec<String>>,
    pub names: Vec<Names>,
    pub elsewhere: Vec<Elsewhere>,
}

/// Other words for exactly the same thing as `word`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Same {
    pub word: String,
    pub also: Vec<String>,
    /// Words that mean `word` only beside another word of the field ("fin", "min").
    pub ambiguous: Vec<String>,
}

/// Names members drop, and what kind of thing they name. Never ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub means: String,
    pub names: Vec<String>,
}

/// A neighbouring subject that the FAQ has no entry for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub about: String,
    pub words: Vec<String>,
}
