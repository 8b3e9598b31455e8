//! What the moderators' channel is told: that a new FAQ took effect, or why it did not. One message a change.

use std::sync::Arc;

use serenity::model::id::ChannelId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

use crate::backstage::Backstage;
use crate::discord::id::Id;
use crate::discord::outgoing;
use crate::discord::rest::Rest;
use crate::discord::{Parts, Settings};
use crate::live::{News, Refused};
use crate::render::staff::{Sheet, report};
use crate::render::wording::staff as words;

/// From now on, and for as long as what is given back is kept, the moderators' channel hears the news, if there is one.
pub fn listen(rest: &Arc<Rest>, parts: &Parts, settings: &Settings) -> JoinSet<()> {
    let mut listening = JoinSet::new();
    if let (Some(backstage), Some(channel)) = (&parts.backstage, settings.moderators_channel) {
        listening.spawn(tell(Arc::clone(rest), Arc::clone(backstage), backstage.listen(), channel));
    }
    listening
}

async fn tell(rest: Arc<Rest>, backstage: Arc<Backstage>, mut news: Receiver<Arc<News>>, channel: Id) {
    loop {
        let sheet = match news.recv().await.as_deref() {
            Ok(news) => told(&backstage, news),
            // Only if dozens of changes came while Discord did not answer; the next says how things stand.
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        let channel = ChannelId::new(channel.get());
        if let Err(error) = outgoing::say(&rest, channel, &sheet.message).await {
            tracing::error!(%error, %channel, "the moderators' channel could not be told of the FAQ's change");
        }
    }
}

fn told(backstage: &Backstage, news: &News) -> Sheet {
    match news {
        News::InForce(it) => Sheet::of(words::in_force(&it.version, it.entries, it.had, it.remarks.len())),
        News::Refused { why, kept } => refused(backstage, why, kept),
        News::Mended { version } => Sheet::of(words::mended(version)),
    }
}

/// Why the changed files were not taken, in the words of the problems; version `kept` stays.
pub fn refused(backstage: &Backstage, why: &Refused, kept: &str) -> Sheet {
    let text = backstage.without_machine(&why.reasons().join("\n\n"));
    report(&words::refused(kept), &text, None, words::REST_ELSEWHERE)
}
