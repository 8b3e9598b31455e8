//! Messages with more than one thought: two questions at once, and a question inside a story.

use caveat::answering::{Reply, ReplyKind};
use caveat::matching::Question;
use caveat::render::discord::{self, Frame, Heard};
use caveat::render::json;
use caveat::render::terminal::{self, Look};

use crate::shipped;

fn ask(text: &str) -> Reply {
    shipped::faq().ask(&Question::new(text))
}

fn said(reply: &Reply) -> Vec<&str> {
    match &reply.kind {
        ReplyKind::Answer(answer) => vec![answer.id.as_str()],
        ReplyKind::Answers(answers) => answers.iter().map(|answer| answer.id.as_str()).collect(),
        ReplyKind::DidYouMean(offers) => offers.iter().map(|offer| offer.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

const BOTH: &str = "does it hurt and how much does it cost?";

#[test]
fn two_questions_get_two_answers_in_the_order_in_which_they_were_asked() {
    for (text, ids) in [
        (BOTH, ["what-happens-in-a-session", "how-much-do-exosomes-cost"]),
        ("how much does it cost? and does it hurt?", ["how-much-do-exosomes-cost", "what-happens-in-a-session"]),
        ("is it safe? is it legal?", ["are-exosomes-safe", "are-exosomes-legal"]),
    ] {
        let reply = ask(text);
        assert!(matches!(reply.kind, ReplyKind::Answers(_)), "{text}: {}", reply.why.because);
        assert_eq!(said(&reply), ids, "{text}");
        let ranked: Vec<&str> = reply.why.ranking.iter().take(2).map(|found| found.id.as_str()).collect();
        assert_eq!(ranked, ids, "{text}");
        assert!(reply.why.because.contains("two questions"), "{}", reply.why.because);
    }
}

/// Where one of them is not sure, neither is asserted, and both are offered before anything else.
#[test]
fn two_questions_that_are_not_both_sure_are_offered_first() {
    let reply = ask("is it painful and can i swim");
    assert!(matches!(reply.kind, ReplyKind::DidYouMean(_)), "{}", reply.why.because);
    assert!(reply.why.because.contains("two questions"), "{}", reply.why.because);
    assert_eq!(said(&reply)[..2], ["what-happens-in-a-session", "side-effects"]);
}

#[test]
fn one_question_of_two_clauses_stays_one() {
    for text in [
        "Which side effects are normal after exosomes, and when should I call a doctor?",
        "How many exosome sessions do you need, and how far apart?",
        "i had exosomes in my scalp. is that normal?",
        "do exosomes regrow hair? is this correct?",
    ] {
        assert!(!matches!(ask(text).kind, ReplyKind::Answers(_)), "{text}");
    }
}

/// Nothing that a message also says can turn an urgent reply into an ordinary one.
#[test]
fn an_emergency_beside_two_questions_is_urgent() {
    let reply = ask(&format!("{BOTH} my throat is closing up and i can't breathe"));
    assert!(matches!(reply.kind, ReplyKind::Urgent(_)));
}

/// Verdict, answer, caveats, sources, evidence level and review date of each, wherever it is shown.
#[test]
fn both_answers_are_shown_whole() {
    let reply = ask(BOTH);
    let ReplyKind::Answers(answers) = &reply.kind else { panic!("{}", reply.why.because) };
    let messages = discord::messages(&reply, Heard::Hidden(BOTH), Frame::Embed);
    assert!(messages.len() >= 2 && messages[0].content.contains("two things"), "{:?}", messages[0]);
    let in_discord = format!("{messages:?}");
    let in_terminal = terminal::reply(&reply, &Look::PLAIN);
    let as_json: serde_json::Value = serde_json::from_str(&json::reply(&reply)).unwrap();
    assert_eq!((as_json["kind"].as_str(), as_json["answer"].is_null()), (Some("answers"), true));
    for (answer, json) in answers.iter().zip(as_json["answers"].as_array().unwrap()) {
        assert!(!answer.caveats.is_empty());
        assert!(in_terminal.contains(&answer.verdict.replace("**", "")), "{}", answer.verdict);
        assert_eq!(json["verdict"], answer.verdict.as_str());
        assert_eq!(json["caveats"].as_array().unwrap().len(), answer.caveats.len());
        for source in &answer.sources {
            assert!(in_discord.contains(&source.url) && in_terminal.contains(&source.url), "{}", source.url);
        }
        let date = answer.reviewed.to_string();
        assert!(in_discord.contains(&date) && in_terminal.contains(&date) && json["reviewed"] == date.as_str());
        assert!(in_discord.contains(answer.evidence.name()) && in_terminal.contains(answer.evidence.name()));
    }
    // A moderator who looks before it is said sees both, and can post each.
    let preview = discord::preview::messages(&reply, 7, true, Frame::Embed);
    let posts = preview.iter().filter(|message| format!("{:?}", message.rows.first()).contains("Post")).count();
    assert_eq!(posts, 2, "{preview:?}");
    for message in &messages {
        assert!(message.embeds.iter().all(|embed| !embed.footer.is_empty()), "each stands for itself: {message:?}");
    }
}

const STORY: &str = "hello from the night shift, i mostly read here and water the plants. my hair began to go when i was \
    twenty six and i have tried hats, hope and a very expensive brush since. last week a place near the canal put a leaflet \
    into my door, with a boat on it and a free coffee. i like boats. \
    %. my cousin says i worry too much and should paint the fence instead, which is true, it has been grey since the storm \
    and the neighbour has begun to sigh when he walks by.";

#[test]
fn the_question_in_a_story_is_heard() {
    for (question, id) in [
        ("so are exosomes approved by the fda", "fda-approved"),
        ("what does a session of exosomes cost", "how-much-do-exosomes-cost"),
        ("can exosomes cause cancer", "cancer-risk"),
    ] {
        let reply = ask(&STORY.replace('%', question));
        assert_eq!(said(&reply)[0], id, "{question}: {}", reply.why.because);
        assert!(matches!(reply.kind, ReplyKind::Answer(_)), "{question}: {}", reply.why.because);
        assert!(reply.why.heard.as_deref().is_some_and(|heard| heard.contains(question)), "{:?}", reply.why.heard);
    }
}

#[test]
fn a_story_that_asks_nothing_gets_no_answer() {
    let reply = ask(&STORY.replace('%', "the boat had a name"));
    assert!(!matches!(reply.kind, ReplyKind::Answer(_) | ReplyKind::Answers(_)), "{}", reply.why.because);
}
