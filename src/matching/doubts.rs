//! What the confidence in the first entry rests on: how far it leads, what the question says beside it, and how it reads.

use super::features::{DOUBTS, Doubts, HEAD_DOUBTS, LEXICAL, LIKENESSES, MEANINGS, likeness as l};
use super::index::Index;
use super::measure::Measured;
use super::similarity::meanings::MEASURES;
use super::texts::{denies, own_case};

/// Entries below the best of this number have no say: there are ever more of them in a large set, and they tell nothing of
/// the first.
const MOST_RIVALS: usize = super::candidates::MOST_CANDIDATES;

/// What of the question the set does not know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unknown {
    pub weight: f32,
    /// As a share of the whole question.
    pub share: f32,
}

impl Index {
    /// The doubts about the first entry of `measured`, all else being there.
    pub(super) fn doubts(&self, measured: &Measured, unknown: Unknown) -> Doubts {
        let mut doubts = [0f32; DOUBTS];
        let rivals: Vec<usize> = measured.order.iter().take(MOST_RIVALS).map(|&entry| measured.place(entry)).collect();
        let Some((&first, others)) = rivals.split_first() else { return doubts };
        let Measured { tokens, likenesses, scores, manner, .. } = measured;
        let top = &likenesses[first];
        let score_at = |rank: usize| rivals.get(rank).map_or(0.0, |&place| scores[place]);
        let best_other = |measure: usize| others.iter().map(|&place| likenesses[place][measure]).fold(0f32, f32::max);
        let leads = [
            l::QUESTION_KNOWN,
            l::LETTERS,
            l::WORDS,
            l::UNION,
            l::STEMS_ENTRY,
            l::LETTERS_ENTRY,
            l::OKAPI,
            l::CLASSIFIER,
        ];
        let agree = leads.iter().filter(|&&measure| top[measure] >= best_other(measure)).count();
        let lexicon = &self.analyzer.lexicon;
        let mut distinct: Vec<&str> =
            tokens.iter().filter(|t| t.rarity > 0.0 && !t.is_number()).map(|t| t.stem.as_str()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let subject = tokens.iter().any(|token| lexicon.is_subject(&token.word));
        let content = distinct.len() as f32;
        let beyond_subject = distinct.iter().filter(|stem| !lexicon.is_subject(stem)).count();
        let stems: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
        let elsewhere = lexicon.count_elsewhere(&stems) > 0;
        let beside = lexicon.count_beside(&stems) > 0;
        let flag = |yes: bool| f32::from(u8::from(yes));
        let nearest = measured.nearest[first] as usize;
        let strange_number = tokens.iter().any(|token| token.is_number() && !self.knows(token));
        let second = others.first().map_or([0f32; LIKENESSES], |&place| likenesses[place]);
        let share = softmax_share(rivals.iter().map(|&place| scores[place])).clamp(1e-4, 0.9999);
        let head: [f32; HEAD_DOUBTS] = [
            score_at(0) / 10.0,
            (score_at(0) - score_at(1)).min(5.0),
            (score_at(0) - score_at(2)).min(5.0),
            share,
            (share / (1.0 - share)).ln(),
            top[l::CLASSIFIER] - best_other(l::CLASSIFIER),
            -unknown.weight,
            -unknown.share,
            -flag(beyond_subject == 0),
            -flag(beyond_subject <= 1),
            flag(subject && lexicon.has_subject()),
            -flag(elsewhere),
            -flag(elsewhere && !subject),
            -flag(beside && !subject),
            flag(manner.asks),
            -flag(!manner.asks && beyond_subject <= 1),
            -flag(strange_number),
            -flag(denies(tokens) != self.parts.texts.denies(nearest)),
            -flag(own_case(tokens) && !self.parts.texts.own_case(nearest)),
            -flag(manner.tells),
            -manner.chatter,
            -flag(manner.polls),
            -manner.foreign,
            -(1.0 + content).ln() / 4.0,
            agree as f32 / leads.len() as f32,
            top[l::QUESTION_KNOWN] + top[l::QUESTION_NEAR],
            top[l::UNION] + top[l::UNION_NEAR],
            (top[l::TEXT_KNOWN] + top[l::TEXT_NEAR]) * (top[l::QUESTION_KNOWN] + top[l::QUESTION_NEAR]),
        ];
        doubts[..head.len()].copy_from_slice(&head);
        for k in 0..LEXICAL {
            doubts[head.len() + k] = top[k];
            doubts[head.len() + LEXICAL + k] = top[k] - second[k];
        }
        for kind in (0..MEANINGS).filter(|kind| measured.meant[*kind]) {
            let own = &mut doubts[l::doubts_of_meaning(kind)];
            let measures = l::meaning(kind)..l::meaning(kind) + MEASURES;
            for (nth, measure) in measures.clone().enumerate() {
                own[nth] = top[measure];
                own[MEASURES + nth] = top[measure] - best_other(measure);
            }
            let agree = own[MEASURES..2 * MEASURES].iter().filter(|lead| **lead >= 0.0).count();
            own[2 * MEASURES] = top[measures.start].max(best_other(measures.start));
            own[2 * MEASURES + 1] = agree as f32 / MEASURES as f32;
        }
        doubts
    }
}

/// The share of the first place that the first of `scores`, which is the greatest, has when they compete.
fn softmax_share(mut scores: impl Iterator<Item = f32>) -> f32 {
    let Some(most) = scores.next() else { return 0.0 };
    1.0 / (1.0 + scores.map(|score| (score - most).exp()).sum::<f32>())
}
