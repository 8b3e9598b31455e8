//! What the moderators' channel is told: that a new FAQ took effect, or why it did not; that the one the bot was started with
//! is below its bars. One message a change, as soon as the bot is connected, and from one process: each has the same folder.

use std::sync::Arc;

use serenity::model::id::ChannelId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::backstage::Backstage;
use crate::discord::id::Id;
use crate::discord::outgoing;
use crate::discord::rest::Rest;
use crate::discord::{Parts, Settings};
use crate::live::{News, Refused, missed};
use crate::render::staff::{Sheet, report};
use crate::render::wording::staff as words;

/// From when `connected` turns true, and for as long as what is given back is kept, the moderators' channel hears the news, if
/// there is one; what happened before, too.
pub fn listen(rest: &Arc<Rest>, parts: &Parts, settings: &Settings, connected: watch::Receiver<bool>) -> JoinSet<()> {
    let mut listening = JoinSet::new();
    if let (Some(backstage), Some(channel)) = (&parts.backstage, settings.moderators_channel) {
        let news = backstage.listen();
        let teller = Teller { rest: Arc::clone(rest), backstage: Arc::clone(backstage), channel };
        listening.spawn(teller.tell(news, connected));
    }
    listening
}

struct Teller {
    rest: Arc<Rest>,
    backstage: Arc<Backstage>,
    channel: Id,
}

impl Teller {
    async fn tell(self, mut news: Receiver<Arc<News>>, mut connected: watch::Receiver<bool>) {
        if connected.wait_for(|it| *it).await.is_err() {
            return;
        }
        // The set is tried while the bot starts: that may have been before anybody listened, or be told among the news.
        let mut below_told = false;
        if let Some(why) = self.backstage.below() {
            below_told = true;
            self.say(below(&self.backstage, &why, &self.backstage.version())).await;
        }
        loop {
            match news.recv().await.as_deref() {
                Ok(News::Below { .. }) if below_told => {}
                Ok(news) => self.say(told(&self.backstage, news)).await,
                // Only if dozens of changes came while Discord did not answer; the next says how things stand.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    async fn say(&self, sheet: Sheet) {
        let channel = ChannelId::new(self.channel.get());
        if let Err(error) = outgoing::say(&self.rest, channel, &sheet.message).await {
            tracing::error!(%error, %channel, "the moderators' channel could not be told how it is with the FAQ");
        }
    }
}

fn told(backstage: &Backstage, news: &News) -> Sheet {
    match news {
        News::Below { why, version } => below(backstage, &missed(why), version),
        News::InForce(it) => Sheet::of(words::in_force(&it.version, it.entries, it.had, it.remarks.len())),
        News::Refused { why, kept } => refused(backstage, why, kept),
        News::Mended { version } => Sheet::of(words::mended(version)),
    }
}

/// Why the set with which the bot was started is below its bars.
fn below(backstage: &Backstage, why: &[String], version: &str) -> Sheet {
    let text = backstage.without_machine(&why.join("\n\n"));
    report(&words::started_below(version), &text, None, words::REST_IN_THE_LOG)
}

/// Why the changed files were not taken, in the words of the problems; version `kept` stays.
pub fn refused(backstage: &Backstage, why: &Refused, kept: &str) -> Sheet {
    let text = backstage.without_machine(&why.reasons().join("\n\n"));
    report(&words::refused(kept), &text, None, words::REST_ELSEWHERE)
}
