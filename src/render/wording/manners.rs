//! What the bot says of its manners: waiting, going away, asking people, emergencies. Discord's Markdown; labels are plain.

/// The label of the button that calls for helpers.
pub const ASK_A_PERSON: &str = "Ask a person";
/// The label of the button that takes a reply away.
pub const DISMISS: &str = "Take this reply away";

/// To somebody who used up his turns, or whose channel did; `until` in seconds of Unix time, which Discord shows as
/// "in 20 seconds" in the reader's language.
pub fn come_back(whole_channel: bool, until: i64) -> String {
    let why = if whole_channel {
        "There were many questions here in a short time"
    } else {
        "That was a lot of questions in a short time"
    };
    format!(
        "{why}, so I keep quiet for a moment. I am back for you <t:{until}:R>. If somebody is in danger, say what happens: \
         that I always answer."
    )
}

/// The same by a direct message; `channel` is a mention of where he asked.
pub fn come_back_to(channel: &str, sentence: &str) -> String {
    format!("In {channel}: {sentence}")
}

/// To somebody who asks by a message what was answered in the same channel a moment ago; `link` leads to the answer.
pub fn answered_above(link: &str, until: i64) -> String {
    format!("I answered that here a moment ago: [the answer]({link}). If you need it again, ask me <t:{until}:R>.")
}

/// Stands above an answer that only the asker sees, because it was given in the same channel a moment ago.
pub fn shown_to_you_alone(until: i64) -> String {
    format!(
        "The same answer was given in this channel a moment ago, so I show it to you alone. It can be asked for publicly again <t:{until}:R>."
    )
}

/// By a direct message, to somebody whose reply had to make room for newer ones; `channel` is a mention of where he asked, if
/// that was not here.
pub fn overtaken(channel: Option<&str>) -> String {
    let place = channel.map_or_else(String::new, |channel| format!(" in {channel}"));
    format!(
        "Too many asked at once{place}, and I had to leave your question unanswered. Please ask me again in a minute, or use \
         `/ask`, which does not have to wait for others."
    )
}

/// Privately, to whoever wants to take away a reply that is not his to take away.
pub const NOT_YOURS_TO_DISMISS: &str = "Only the one who asked, and moderators, can take this reply away.";
/// Privately, if a reply could not be taken away.
pub const NOT_DISMISSED: &str = "I could not take this reply away. Please try again in a minute.";

/// Privately, to whoever wants a person for somebody else's question.
pub const NOT_YOUR_QUESTION: &str = "Only the one who asked, and moderators, can call for a person here. Ask a question of your own, and you can do the same.";
/// Privately, where no helpers' channel is set up (any more).
pub const NO_HELPERS: &str = "There are no helpers set up on this server (any more). Please ask a moderator.";
/// Privately, if the helpers' channel could not be written to.
pub const HELPERS_NOT_REACHED: &str = "I could not reach the helpers. Please ask a moderator, or try again later.";
/// Privately, the second time.
pub const HELPERS_KNOW: &str =
    "The helpers have been told of this question already. Nobody is pinged, so it may take a while.";

/// Privately, to whoever asked for a person. `thread` leads to where the talk goes on, if one was opened.
pub fn helpers_told(thread: Option<&str>, with_words: bool) -> String {
    let what = if with_words {
        "I passed your question and your name on to the helpers."
    } else {
        "I told the helpers where your question is."
    };
    match thread {
        Some(thread) => format!("{what} The talk goes on in {thread}. Nobody is pinged, so it may take a while."),
        None => format!("{what} Nobody is pinged, so it may take a while."),
    }
}

/// The name of a thread for a question; without the member's words, since names of threads are shown far and wide.
pub const THREAD_NAME: &str = "A question for a person";

/// In the helpers' channel. `who` is a mention that pings nobody, `link` leads to the question, `quote` is the question where
/// there is nothing to link to.
pub fn person_wanted(who: &str, link: Option<&str>, thread: Option<&str>, quote: &str) -> String {
    let mut said = format!("{who} would like to ask a person.");
    if let Some(link) = link {
        said.push_str(&format!(" [The question]({link})"));
    }
    if let Some(thread) = thread {
        said.push_str(&format!(" Thread: {thread}"));
    }
    if !quote.is_empty() {
        said.push('\n');
        said.push_str(quote);
    }
    said
}

/// In the moderators' channel: `kind` is the title of the red flag, `link` leads to the message.
pub fn emergency(kind: &str, link: Option<&str>) -> String {
    match link {
        Some(link) => {
            format!("**Somebody described an emergency:** {kind}. I showed where help is. [The message]({link})")
        }
        None => format!("**Somebody described an emergency** in private: {kind}. I showed where help is."),
    }
}

/// By a direct message, once, to somebody whose question cannot be answered where it was asked; `channel` is a mention.
pub fn may_not_write(channel: &str) -> String {
    format!(
        "I may not write in {channel}, so I answer here. A moderator can change that: I need the permissions View Channel, Send \
         Messages (in a thread: Send Messages in Threads), Embed Links and Read Message History there."
    )
}
