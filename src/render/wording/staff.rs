//! What only moderators are told. Reports are plain text, shown in a code block or a file; the rest may use Discord's
//! Markdown.

use std::time::Duration;

use jiff::civil::Date;

use super::commands::Worded;

// ── the commands ────────────────────────────────────────────────────────────────────────────────────────────────────

pub const COMMAND: Worded =
    Worded { english: "faq-admin", german: "faq-verwalten", french: "gérer-faq", spanish: "administrar-faq" };
pub const COMMAND_DESCRIPTION: Worded = Worded {
    english: "For moderators: look after the FAQ",
    german: "Für Moderatoren: die FAQ pflegen",
    french: "Pour les modérateurs : prendre soin de la FAQ",
    spanish: "Para moderadores: cuidar las preguntas frecuentes",
};
pub const CHECK: Worded = Worded { english: "check", german: "prüfen", french: "vérifier", spanish: "revisar" };
pub const CHECK_DESCRIPTION: Worded = Worded {
    english: "What is wrong with the files as they are now, and which reviews are overdue",
    german: "Was an den Dateien, wie sie jetzt sind, falsch ist, und welche Prüfungen überfällig sind",
    french: "Ce qui ne va pas dans les fichiers actuels, et les révisions en retard",
    spanish: "Qué está mal en los archivos actuales y qué revisiones están atrasadas",
};
pub const RELOAD: Worded = Worded { english: "reload", german: "neu-laden", french: "recharger", spanish: "recargar" };
pub const RELOAD_DESCRIPTION: Worded = Worded {
    english: "Read the files now; they take effect if they are sound",
    german: "Die Dateien jetzt lesen; sie gelten, wenn sie in Ordnung sind",
    french: "Lire les fichiers maintenant ; ils s’appliquent s’ils sont corrects",
    spanish: "Leer los archivos ahora; valen si están en orden",
};
pub const EXPLAIN: Worded =
    Worded { english: "explain", german: "erklären", french: "expliquer", spanish: "explicar" };
pub const EXPLAIN_DESCRIPTION: Worded = Worded {
    english: "Why a question gets the reply it gets",
    german: "Warum eine Frage ihre Antwort bekommt",
    french: "Pourquoi une question reçoit sa réponse",
    spanish: "Por qué una pregunta recibe su respuesta",
};
pub const EXPLAIN_QUESTION_DESCRIPTION: Worded = Worded {
    english: "The question, as a member would ask it",
    german: "Die Frage, wie ein Mitglied sie stellen würde",
    french: "La question, comme un membre la poserait",
    spanish: "La pregunta, como la haría un miembro",
};
pub const PREVIEW: Worded =
    Worded { english: "preview", german: "vorschau", french: "aperçu", spanish: "vista-previa" };
pub const PREVIEW_DESCRIPTION: Worded = Worded {
    english: "How an entry would look, and which questions it would win or take",
    german: "Wie ein Eintrag aussähe und welche Fragen er gewänne oder anderen nähme",
    french: "L’apparence d’une entrée, et les questions qu’elle gagnerait ou prendrait",
    spanish: "Cómo se vería una entrada y qué preguntas ganaría o quitaría",
};
pub const PREVIEW_FILE: Worded = Worded { english: "file", german: "datei", french: "fichier", spanish: "archivo" };
pub const PREVIEW_FILE_DESCRIPTION: Worded = Worded {
    english: "The entry's file; without it a form opens to paste the entry into",
    german: "Die Datei des Eintrags; ohne sie öffnet sich ein Formular zum Einfügen",
    french: "Le fichier de l’entrée ; sans lui, un formulaire s’ouvre",
    spanish: "El archivo de la entrada; sin él se abre un formulario",
};
pub const PREVIEW_PLACE: Worded = Worded { english: "place", german: "ort", french: "place", spanish: "lugar" };
pub const PREVIEW_PLACE_DESCRIPTION: Worded = Worded {
    english: "Where it shall stand: topic/id, such as hair/my-entry; it replaces an entry of this id",
    german: "Wo er stehen soll: thema/id, etwa hair/my-entry; er ersetzt einen Eintrag dieser id",
    french: "Où elle se trouverait : thème/id, par ex. hair/my-entry ; elle remplace l’entrée de cet id",
    spanish: "Dónde estaría: tema/id, p. ej. hair/my-entry; sustituye a la entrada de ese id",
};
pub const STATUS: Worded = Worded { english: "status", german: "status", french: "état", spanish: "estado" };
pub const STATUS_DESCRIPTION: Worded = Worded {
    english: "How the bot is doing",
    german: "Wie es dem Bot geht",
    french: "Comment va le bot",
    spanish: "Cómo está el bot",
};

// ── the form ────────────────────────────────────────────────────────────────────────────────────────────────────────

pub const FORM_TITLE: &str = "Preview an entry";
pub const FORM_PLACE: &str = "Where it shall stand: topic/id";
pub const FORM_ENTRY: &str = "The entry, from +++ to the end of the answer";

// ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

pub const NOT_A_MODERATOR: &str = "This command is for moderators: it needs the permission “Manage Messages”, or a role that the bot's operator named.";
pub const ONLY_ON_A_SERVER: &str = "This command works only on a server.";
pub const NOT_HERE: &str = "This bot was started without a folder to look after.";
pub const TOO_LARGE: &str =
    "That file is larger than 64 KiB, which is far more than an entry can hold. Please attach one entry's file.";
pub const NO_SUCH_FILE: &str = "Discord did not send a file along. Please try again.";
pub const NOT_FROM_DISCORD: &str = "That file does not lie with Discord, so I don't fetch it.";
pub const NOT_FETCHED: &str =
    "The file could not be fetched from Discord. Please try again, or paste the entry into the form.";

pub fn bad_place(typed: &str) -> String {
    format!(
        "`{}` is no place for an entry. It is a topic and an id with a slash between them, such as \
         `hair/do-exosomes-regrow-hair`: small letters, digits and hyphens.",
        super::plain(typed)
    )
}

pub fn unknown_topic(typed: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|id| format!("`{}`", super::plain(id))).collect();
    format!("There is no topic `{}`. There are {}.", super::plain(typed), known.join(", "))
}

// ── reports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Stands below a report that is cut.
pub const ALL_IN_THE_FILE: &str = "All of it is in the attached file.";
pub const REST_IN_THE_LOG: &str = "The log has the rest.";
pub const REST_ELSEWHERE: &str = "`/faq-admin check` shows the rest.";

pub fn checked(mistakes: usize, remarks: usize, entries: usize) -> String {
    let found = match (mistakes, remarks) {
        (0, 0) => "**No mistakes and no remarks**".to_owned(),
        (0, remarks) => format!("**No mistakes**, {}", count(remarks, "remark")),
        (mistakes, 0) => format!("**{}**", count(mistakes, "mistake")),
        (mistakes, remarks) => format!("**{}** and {}", count(mistakes, "mistake"), count(remarks, "remark")),
    };
    let follows = match mistakes {
        0 => "The files can take effect as they are.",
        _ => "Until they are mended, the bot keeps the answers it had.",
    };
    format!("{found} in {} on disk. {follows}", count_entries(entries))
}

/// The heading of the list of entries past their review date.
pub fn past_review(entries: usize) -> String {
    match entries {
        0 => "No entry is past its review date.".to_owned(),
        1 => "1 entry is past its review date:".to_owned(),
        many => format!("{many} entries are past their review dates:"),
    }
}

pub fn overdue(id: &str, reviewed: Date, due: Date) -> String {
    format!("  {id}: reviewed {reviewed}, due {due}")
}

pub fn in_force(version: &str, entries: usize, had: usize, remarks: usize) -> String {
    let change = match entries.cmp(&had) {
        std::cmp::Ordering::Equal => String::new(),
        std::cmp::Ordering::Less => format!(", {} fewer than before", had - entries),
        std::cmp::Ordering::Greater => format!(", {} more than before", entries - had),
    };
    let remarks = match remarks {
        0 => "no remarks".to_owned(),
        some => format!("{} (`/faq-admin check` shows them)", count(some, "remark")),
    };
    format!("**A new FAQ is in force:** version `{version}`, {}{change}, {remarks}.", count_entries(entries))
}

pub fn unchanged(version: &str, entries: usize) -> String {
    format!("The files are those that are in force: version `{version}`, {}.", count_entries(entries))
}

pub fn mended(version: &str) -> String {
    format!("The FAQ's files are in order again: they are those that are in force, version `{version}`.")
}

pub fn refused(kept: &str) -> String {
    format!("**The changed FAQ was not taken.** Version `{kept}` goes on answering, until this is mended:")
}

/// Stands above an explanation.
pub fn explained(version: &str) -> String {
    format!("Why, by version `{version}`:")
}

pub fn previewed(place: &str, sound: bool) -> String {
    let place = super::plain(place);
    match sound {
        true => format!(
            "**Preview of `{place}`.** Nothing was changed. Below is what members would see; its buttons are off."
        ),
        false => format!("**Preview of `{place}`.** It has mistakes, so the bot would not take it."),
    }
}

pub fn preview_of(place: &str, replaces: bool) -> String {
    match replaces {
        true => format!("{place}, in the place of the entry of this id"),
        false => format!("{place}, as a new entry"),
    }
}

pub const NO_PROBLEMS: &str = "No mistakes, no remarks.";
pub const NOT_TRIED: &str = "What it would win or take can be tried when the mistakes are mended.";
pub const WORSE: &str = "For the worse";
pub const NEITHER: &str = "Different, neither better nor worse";
pub const BETTER: &str = "For the better";
pub const FINDS_NOTHING: &str = "finds nothing";

pub fn finds(id: &str) -> String {
    format!("finds {id}")
}

pub fn moved(moved: usize, tried: usize) -> String {
    match moved {
        0 => format!("Of {tried} other phrasings and cases, none would find anything else."),
        1 => format!("Of {tried} other phrasings and cases, 1 would find or be told something else:"),
        many => format!("Of {tried} other phrasings and cases, {many} would find or be told something else:"),
    }
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────────────────────────

pub const STATUS_RUNNING: &str = "Running";
pub const STATUS_SHARDS: &str = "Connection";
pub const STATUS_REPLIES: &str = "Replies since the start";
pub const STATUS_TROUBLE: &str = "Trouble since the start";
pub const STATUS_FAQ: &str = "FAQ in force";
pub const STATUS_MODEL: &str = "Model";
pub const STATUS_CHANGES: &str = "Changes of the files";
pub const NO_SHARDS: &str = "not known";

/// `<t:…:R>` is shown by Discord as "3 hours ago", in each reader's language.
pub fn since(unix_seconds: i64) -> String {
    format!("since <t:{unix_seconds}:f> (<t:{unix_seconds}:R>)")
}

pub fn shard(nth: u32, connected: bool, latency: Option<Duration>) -> String {
    let stage = if connected { "connected" } else { "not connected" };
    match latency {
        Some(latency) => format!("shard {nth}: {stage}, answers within {} ms", latency.as_millis()),
        None => format!("shard {nth}: {stage}"),
    }
}

pub fn more_shards(more: usize) -> String {
    format!("and {more} more")
}

/// How often the bot answered, asked back, said that it has no answer, and gave the urgent reply.
pub fn replies([answer, did_you_mean, not_in_faq, urgent]: [u64; 4]) -> String {
    format!("answered {answer} · asked back {did_you_mean} · not in the FAQ {not_in_faq} · urgent {urgent}")
}

pub fn faq(version: &str, entries: usize, overdue: usize) -> String {
    let overdue = match overdue {
        0 => "none past its review date".to_owned(),
        some => format!("{some} past the review date (`/faq-admin check` lists them)"),
    };
    format!("version `{version}`, {}, {overdue}", count_entries(entries))
}

pub const MODEL_OFF: &str = "off: replies go by the letters alone";
pub const MODEL_READY: &str = "ready";

pub fn model_loading(read: usize, texts: usize) -> String {
    format!("loading: {read} of {} read; until then replies go by the letters alone", count(texts, "phrasing"))
}

pub fn model_failed(why: &str) -> String {
    format!("**failed:** `{}`; replies go by the letters alone", super::plain(why))
}

/// With how many replies to questions a model had what to do.
pub fn model_said(told: u64, late: u64, loading: u64) -> String {
    format!("had a say in {told} replies · had no time for {late} · was still loading at {loading}")
}

pub fn changes(reloads: u64, refusals: u64) -> String {
    format!("{reloads} taken, {refusals} refused since the start")
}

/// What went less than well since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trouble {
    /// How often somebody was told to wait.
    pub told_to_wait: u64,
    /// Questions that were left without their reply.
    pub dropped: u64,
    /// Requests to Discord that came to nothing.
    pub failed: u64,
    pub panics: u64,
}

pub fn trouble(it: Trouble) -> String {
    let Trouble { told_to_wait, dropped, failed, panics } = it;
    format!(
        "told to wait {told_to_wait} · left unanswered {dropped} · requests to Discord failed {failed} · broke {panics}"
    )
}

/// Stands before why; the set in force is meant.
pub const BELOW: &str =
    "The FAQ in force is **below its bars**. It answers all the same, since at the start there was no other:";

/// In the moderators' channel, before why.
pub fn started_below(version: &str) -> String {
    format!(
        "**The FAQ that I was started with is below its bars:** version `{version}`. It answers all the same, since there is no \
         other; a change that reaches them takes its place."
    )
}

pub const FILES_IN_FORCE: &str = "The files on disk are in force, as far as the bot has looked.";

/// Stands before why; the time is that of the refusal.
pub fn waiting(unix_seconds: i64) -> String {
    format!("The files on disk are **not** in force; refused <t:{unix_seconds}:R>:")
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn count_entries(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}
