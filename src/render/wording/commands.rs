//! What Discord's clients show of the commands, in the languages that their members use.
//!
//! The set's own texts stay in the set's language; only names and descriptions of commands are translated. A client without
//! a translation shows the English one. Names of slash commands and options are at most 32 characters without capitals or
//! spaces; names in a message's menu may have both; descriptions are at most 100 characters.

/// A name or a description in all its languages.
#[derive(Debug, Clone, Copy)]
pub struct Worded {
    pub english: &'static str,
    pub german: &'static str,
    pub french: &'static str,
    pub spanish: &'static str,
}

impl Worded {
    /// All but the English one, each with Discord's name of the locale (Reference › Locales).
    pub fn translations(&self) -> [(&'static str, &'static str); 4] {
        [("de", self.german), ("fr", self.french), ("es-ES", self.spanish), ("es-419", self.spanish)]
    }
}

pub const ASK: Worded = Worded { english: "ask", german: "fragen", french: "demander", spanish: "preguntar" };
pub const ASK_DESCRIPTION: Worded = Worded {
    english: "Ask a question; I answer only what the FAQ knows",
    german: "Stelle eine Frage; ich antworte nur aus den FAQ",
    french: "Pose une question ; je réponds uniquement d’après la FAQ",
    spanish: "Haz una pregunta; solo respondo según las preguntas frecuentes",
};
pub const QUESTION: Worded = Worded { english: "question", german: "frage", french: "question", spanish: "pregunta" };
pub const QUESTION_DESCRIPTION: Worded = Worded {
    english: "Your question, in your own words, or one of the suggestions",
    german: "Deine Frage in eigenen Worten oder einer der Vorschläge",
    french: "Ta question, avec tes mots, ou l’une des suggestions",
    spanish: "Tu pregunta, con tus palabras, o una de las sugerencias",
};
pub const PRIVATE: Worded = Worded { english: "private", german: "privat", french: "privé", spanish: "privado" };
pub const PRIVATE_DESCRIPTION: Worded = Worded {
    english: "Show the answer only to me",
    german: "Zeige die Antwort nur mir",
    french: "Montre la réponse à moi seul",
    spanish: "Muéstrame la respuesta solo a mí",
};

pub const FAQ: Worded = Worded { english: "faq", german: "faq", french: "faq", spanish: "faq" };
pub const FAQ_DESCRIPTION: Worded = Worded {
    english: "See what the FAQ answers, or open one answer",
    german: "Sieh, was die FAQ beantworten, oder öffne eine Antwort",
    french: "Vois ce à quoi répond la FAQ, ou ouvre une réponse",
    spanish: "Mira qué responden las preguntas frecuentes, o abre una respuesta",
};
pub const ENTRY: Worded = Worded { english: "entry", german: "eintrag", french: "entrée", spanish: "entrada" };
pub const ENTRY_DESCRIPTION: Worded = Worded {
    english: "The question to open; begin to type and pick one",
    german: "Die Frage, die ich öffnen soll; tippe und wähle eine aus",
    french: "La question à ouvrir ; commence à écrire et choisis",
    spanish: "La pregunta que quieres abrir; empieza a escribir y elige una",
};

pub const SOURCES: Worded = Worded { english: "sources", german: "quellen", french: "sources", spanish: "fuentes" };
pub const SOURCES_DESCRIPTION: Worded = Worded {
    english: "See what the answers are based on",
    german: "Sieh, worauf sich die Antworten stützen",
    french: "Vois sur quoi reposent les réponses",
    spanish: "Mira en qué se basan las respuestas",
};

pub const HELP: Worded = Worded { english: "help", german: "hilfe", french: "aide", spanish: "ayuda" };
pub const HELP_DESCRIPTION: Worded = Worded {
    english: "See how to ask me, and what I can't do",
    german: "Sieh, wie du mich fragst und was ich nicht kann",
    french: "Vois comment me poser une question et ce que je ne sais pas faire",
    spanish: "Mira cómo preguntarme y qué no puedo hacer",
};

/// In the menu of anybody's message.
pub const ANSWER: Worded = Worded {
    english: "Answer from the FAQ",
    german: "Aus den FAQ beantworten",
    french: "Répondre avec la FAQ",
    spanish: "Responder con las FAQ",
};
