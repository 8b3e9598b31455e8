//! How a message reads: as a question, as bare keywords, as a statement or as chatter; and whether it is English.
//!
//! None of this says which entry is meant. It says how likely it is that an entry is wanted at all, and `index` counts it
//! among the doubts. The word lists are closed classes of the language, not of any FAQ's subject.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::common::Commonness;
use super::courtesy::is_made_of_kind_words;
use super::word_map::WordMap;

/// How a message reads.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Manner {
    /// It asks: a question mark, a question word or an inverted verb at the head of a clause, or a request to be told.
    pub asks: bool,
    /// A few words without grammar, as one types into a search box.
    pub keywords: bool,
    /// It tells: neither of the above.
    pub tells: bool,
    /// The share of words that belong to talk between members ("lol", "thanks", "congrats"), in `0.0..=1.0`.
    pub chatter: f32,
    /// It asks for other people's experience, not for an answer ("who else got …").
    pub polls: bool,
    /// The share of words that are function words of another language, or not in Latin letters, in `0.0..=1.0`.
    pub foreign: f32,
}

/// The words of a list that blanks part.
fn set(words: &'static str) -> WordMap<()> {
    words.split(' ').map(|word| (word, ())).collect()
}

/// Words that open a question at the head of a clause.
static OPENERS: LazyLock<WordMap<()>> = LazyLock::new(|| {
    set(
        "is are am do does did can could should would will has have was were isnt arent doesnt dont didnt cant couldnt \
     shouldnt wouldnt wont may any anyone anybody anything",
    )
});

/// Words that ask wherever they stand at the head of a clause or after "but", "so", "and", "or".
static ASKING: LazyLock<WordMap<()>> = LazyLock::new(|| {
    set("what whats which who whos whose whom when whens where wheres why whys how hows wat wut howd whatre whatll")
});

/// Beginnings of a request to be told something.
static REQUESTS: LazyLock<WordMap<()>> = LazyLock::new(|| {
    set("explain tell describe wonder wondering curious advice thoughts opinion opinions need help list show compare \
     rank give question eli5 clarify define meaning vs versus or")
});

/// Talk between members.
static CHATTER: LazyLock<WordMap<()>> = LazyLock::new(|| {
    set("lol lmao lmaoo lolol haha hahaha hehe rofl tfw imo imho tbh ngl idk idc thanks thank thx ty tysm congrats \
     congratulations welcome gm gn morning night same yep yup nope nah yeah yea yes bro bruh dude guys everyone \
     update pics pic dm vc thread meme rip imagine wow omg wtf sorry again club poll drama literally btw finally \
     hey hi hello brb pinged xmas")
});

/// Little words of other languages that do not stand in English sentences; a few of each are enough to tell.
static FOREIGN: LazyLock<WordMap<()>> = LazyLock::new(|| {
    set("el la los las una uno unos que qué como para por con esta esto este estan hay muy pero mas si hola alguien \
     sabe cuanto cuesta donde cuando tiene puedo funciona sirve es en del al se lo mi tu su sus ya o e um uma os \
     não nao voce pra isso essa esse quanto custa fiz tem ja meu minha da das dos na nas nos com sao foi qual onde \
     posso faz sessao semana aqui tomo ha il gli che sono non per della di qualcuno quanta funzionano perche anche \
     costa dove quando ho mai stato fatto le les des du une est sont ce cest qui quoi pour avec dans sur pas je \
     nous vous mon ma mes et ou ca combien quelquun bonjour faut peut ete avez aux au der die den dem ein eine \
     einen ist sind und oder nicht ich wir ihr sie mit bei nach wie was wo wann warum hat habe kann auf fur von zu \
     zum zur im jemand kostet lange noch hier auch nur aber sowas gibt gibts uberhaupt schon meine mein meinte \
     erfahrung de het een van voor niet ik zijn wat hoe werkt iemand met naar ook czy jest nie jak ile ktos przy po \
     bir mu ve icin ne kadar var yok nasil och att det som jag har ar pa av hur nagon og er ikke jeg hvor")
});

/// Words that a clause may begin with before its question: "but is it safe".
static LINKS: LazyLock<WordMap<()>> =
    LazyLock::new(|| set("but so and or ok okay also then wait hi hey hello well hmm um pls please yo guys bro like"));

/// Whether a clause that begins with `word` asks for yes or no: "is", "does", "can".
pub fn asks_of_yes_or_no(word: &str) -> bool {
    OPENERS.contains(word)
}

/// Whether a clause that begins with `word` asks for something: "how", "what", "why".
pub fn asks_by_itself(word: &str) -> bool {
    ASKING.contains(word)
}

/// Whether `word` may stand before the question of a clause: "but is it safe".
pub fn is_link(word: &str) -> bool {
    LINKS.contains(word)
}

impl Manner {
    /// How the message with these `words` (see [`super::normalize`]), cleaned to `cleaned`, reads.
    pub fn of(cleaned: &str, words: &[String]) -> Self {
        let total = words.len().max(1) as f32;
        let is = |list: &WordMap<()>, word: &String| list.contains(word.as_str());
        let foreign = words
            .iter()
            .filter(|word| {
                let english = || Commonness::of(word) <= Commonness::Common;
                (is(&FOREIGN, word) && !english()) || word.chars().any(|c| c.is_alphabetic() && !is_latin(c))
            })
            .count();
        let chatter = words.iter().filter(|word| is(&CHATTER, word)).count();
        // "Good bot" is talk as a whole, though neither of its words is.
        let kind = !cleaned.contains('?') && is_made_of_kind_words(words);
        let mut asks = cleaned.contains('?') || clauses(cleaned).any(asks_at_its_head);
        asks |= words.iter().any(|word| is(&ASKING, word)) && words.len() > 3;
        let grammar = words.iter().filter(|word| Commonness::of(word) == Commonness::Function).count();
        let keywords = words.len() <= 6 && grammar * 3 <= words.len() && chatter == 0;
        let pair = |first: &str, second: &[&str]| {
            words.windows(2).any(|two| two[0] == first && second.contains(&two[1].as_str()))
        };
        let polls =
            pair("who", &["else", "here", "has", "wants"]) || pair("anyone", &["here", "else", "been", "following"]);
        Self {
            asks,
            keywords: keywords && !asks,
            tells: !asks && !keywords,
            chatter: if kind { 1.0 } else { chatter as f32 / total },
            polls,
            foreign: foreign as f32 / total,
        }
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{00aa}'..='\u{024f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}')
}

fn clauses(cleaned: &str) -> impl Iterator<Item = &str> {
    cleaned.split(['.', '!', '?', '\n', ',', ';', ':', '(', ')'])
}

/// Whether a clause begins as questions and requests do, a link before that left out.
fn asks_at_its_head(clause: &str) -> bool {
    let mut head = first_words(clause);
    let opener = if LINKS.contains(&head[0]) { std::mem::take(&mut head[1]) } else { std::mem::take(&mut head[0]) };
    OPENERS.contains(&opener) || ASKING.contains(&opener) || REQUESTS.contains(&opener)
}

/// The first two words; empty where there are fewer.
fn first_words(clause: &str) -> [Cow<'_, str>; 2] {
    let mut head: [Cow<str>; 2] = Default::default();
    let mut left = head.iter_mut();
    super::normalize::each_word(clause, |word| {
        if let Some(place) = left.next() {
            *place = word;
        }
    });
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::normalize::{clean, words};

    fn manner(text: &str) -> Manner {
        let cleaned = clean(text);
        Manner::of(&cleaned, &words(&cleaned))
    }

    #[test]
    fn questions_keywords_and_talk_are_told_apart() {
        for asked in [
            "is it safe",
            "so how much is it",
            "worth it?",
            "my clinic sells it. what should i ask",
            "explain it to me",
        ] {
            assert!(manner(asked).asks, "{asked}");
        }
        for typed in ["vesicle price", "session cost london"] {
            assert!(manner(typed).keywords, "{typed}");
        }
        for told in ["i told my wife and she laughed", "month four and i am happy with it"] {
            assert!(manner(told).tells, "{told}");
        }
        assert!(manner("lol thanks bro").chatter > 0.9);
        assert!(manner("Good bot!").chatter > 0.9 && manner("how good is the bot").chatter < 0.1);
    }

    #[test]
    fn other_languages_are_seen_and_english_is_not_taken_for_one() {
        for other in [
            "wie lange ist die haut rot nach der behandlung",
            "cuanto cuesta una sesion para el pelo",
            "экзосомы помогают",
        ] {
            assert!(manner(other).foreign > 0.3, "{other}");
        }
        for english in ["is it safe to do this after laser on my face", "how many sessions do i need"] {
            assert!(manner(english).foreign < 0.1, "{english}: {}", manner(english).foreign);
        }
    }
}
