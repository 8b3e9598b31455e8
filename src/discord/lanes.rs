//! Whose turn it is to write in a channel.
//!
//! Discord lets about five posts a channel through in five seconds. When many ask at once, their replies wait here, one lane a
//! channel, and come in the order of the questions: a place is reserved when the question comes in, so that a reply which takes
//! longer to work out is not overtaken by the next. Help in an emergency goes first. A lane that grows past its bound lets go
//! of the oldest reply in it: whoever asked longest ago has read on, and a bot that is minutes behind helps nobody.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::lock;

/// For how long replies that are ready wait for one before them that is still being worked out. It takes milliseconds as a
/// rule; one that hangs must not hold up a channel.
const THINKING: Duration = Duration::from_secs(5);

/// The reply had to make room for newer ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overtaken;

/// The lanes of all channels in which somebody waits.
pub struct Lanes {
    /// How many replies may wait in one lane.
    most: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    lanes: HashMap<u64, Lane>,
    last_number: u64,
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Waiting>,
    /// Whether somebody is writing.
    busy: bool,
}

struct Waiting {
    number: u64,
    /// The message that is answered; `None` for what answers none, and is never let go of.
    question: Option<u64>,
    urgent: bool,
    state: State,
}

enum State {
    /// Being worked out. Others wait for it, unless it is late.
    Thinking { late: bool },
    /// Ready to be sent; told when its turn has come.
    Ready(oneshot::Sender<Result<(), Overtaken>>),
    /// Let go of before it was ready.
    Overtaken,
}

/// A place in a lane, given up when this is dropped.
pub struct Place {
    lanes: Arc<Lanes>,
    channel: u64,
    number: u64,
}

/// The right to write in a channel, until this is dropped.
pub struct Turn<'l> {
    lanes: &'l Lanes,
    channel: u64,
}

impl Lanes {
    /// Lanes in which at most `most` replies wait.
    pub fn new(most: usize) -> Self {
        Self { most, open: Mutex::default() }
    }

    /// Keeps a place for the reply to `question`, from now on.
    pub fn reserve(self: &Arc<Self>, channel: u64, question: u64) -> Place {
        let number = self.push(channel, Some(question), false, State::Thinking { late: false });
        Place { lanes: Arc::clone(self), channel, number }
    }

    /// The reply to `question` is help in an emergency: it goes before all others and is not let go of, even if it was while
    /// that was not known. Gives a place if none was kept for it, such as for a question that became one by an edit.
    pub fn hurry(self: &Arc<Self>, channel: u64, question: u64) -> Option<Place> {
        let mut open = lock(&self.open);
        let mut kept = false;
        if let Some(lane) = open.lanes.get_mut(&channel) {
            for it in lane.waiting.iter_mut().filter(|it| it.question == Some(question)) {
                kept = true;
                it.urgent = true;
                if matches!(it.state, State::Overtaken) {
                    it.state = State::Thinking { late: false };
                }
            }
            lane.next();
        }
        drop(open);
        if kept {
            return None;
        }
        let number = self.push(channel, Some(question), true, State::Thinking { late: false });
        Some(Place { lanes: Arc::clone(self), channel, number })
    }

    /// Waits until something may be written in `channel`: at the place of `question`, if one is kept for it, or else at the
    /// end.
    ///
    /// # Errors
    /// [`Overtaken`], if too many wait. Never without a question.
    pub async fn turn(&self, channel: u64, question: Option<u64>) -> Result<Turn<'_>, Overtaken> {
        let (tell, mut told) = oneshot::channel();
        let number = self.ready(channel, question, tell)?;
        let told = match timeout(THINKING, &mut told).await {
            Ok(told) => told,
            Err(_) => {
                self.wait_no_longer(channel, number);
                told.await
            }
        };
        // The other end is dropped only with the lanes themselves.
        told.unwrap_or(Err(Overtaken)).map(|()| Turn { lanes: self, channel })
    }

    fn ready(
        &self,
        channel: u64,
        question: Option<u64>,
        tell: oneshot::Sender<Result<(), Overtaken>>,
    ) -> Result<u64, Overtaken> {
        {
            let mut open = lock(&self.open);
            let lane = open.lanes.entry(channel).or_default();
            let kept = |it: &&mut Waiting| {
                question.is_some() && it.question == question && !matches!(it.state, State::Ready(_))
            };
            if let Some(waiting) = lane.waiting.iter_mut().find(kept) {
                if matches!(waiting.state, State::Overtaken) {
                    return Err(Overtaken);
                }
                waiting.state = State::Ready(tell);
                let number = waiting.number;
                lane.next();
                return Ok(number);
            }
        }
        Ok(self.push(channel, question, false, State::Ready(tell)))
    }

    fn push(&self, channel: u64, question: Option<u64>, urgent: bool, state: State) -> u64 {
        let mut open = lock(&self.open);
        open.last_number += 1;
        let number = open.last_number;
        let lane = open.lanes.entry(channel).or_default();
        lane.waiting.push_back(Waiting { number, question, urgent, state });
        lane.make_room(self.most);
        lane.next();
        number
    }

    /// Who is ready has waited long enough for those before it.
    fn wait_no_longer(&self, channel: u64, number: u64) {
        let mut open = lock(&self.open);
        let Some(lane) = open.lanes.get_mut(&channel) else { return };
        for before in lane.waiting.iter_mut().take_while(|it| it.number != number) {
            if let State::Thinking { late } = &mut before.state {
                *late = true;
            }
        }
        lane.next();
    }

    fn tidy(open: &mut Open, channel: u64) {
        if open.lanes.get(&channel).is_some_and(|it| it.waiting.is_empty() && !it.busy) {
            open.lanes.remove(&channel);
        }
    }
}

impl Lane {
    /// Lets go of the oldest replies that may be let go of, until no more than `most` wait.
    fn make_room(&mut self, most: usize) {
        let waits = |it: &Waiting| !matches!(it.state, State::Overtaken);
        let mut too_many = self.waiting.iter().filter(|it| waits(it)).count().saturating_sub(most);
        for it in &mut self.waiting {
            if too_many == 0 {
                break;
            }
            if it.question.is_none() || it.urgent || !waits(it) {
                continue;
            }
            too_many -= 1;
            if let State::Ready(tell) = std::mem::replace(&mut it.state, State::Overtaken) {
                // Whoever has gone away need not be told.
                let _ = tell.send(Err(Overtaken));
                it.question = None;
            }
        }
        // Those that were told are gone; the others learn of it when they are ready.
        self.waiting.retain(|it| waits(it) || it.question.is_some());
    }

    /// Gives the turn to whoever is next, if nobody has it.
    fn next(&mut self) {
        while !self.busy {
            let Some(nth) = self.who_is_next() else { return };
            let Some(Waiting { state: State::Ready(tell), .. }) = self.waiting.remove(nth) else { return };
            // Whoever has gone away has no turn.
            self.busy = tell.send(Ok(())).is_ok();
        }
    }

    fn who_is_next(&self) -> Option<usize> {
        let ready = |it: &Waiting| matches!(it.state, State::Ready(_));
        let urgent = self.waiting.iter().position(|it| it.urgent && ready(it));
        urgent.or_else(|| {
            let waited_for = |it: &Waiting| matches!(it.state, State::Thinking { late: false });
            let first = self.waiting.iter().position(|it| ready(it) || waited_for(it))?;
            ready(&self.waiting[first]).then_some(first)
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.lanes.open);
        if let Some(lane) = open.lanes.get_mut(&self.channel) {
            lane.waiting.retain(|it| it.number != self.number);
            lane.next();
        }
        Lanes::tidy(&mut open, self.channel);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut open = lock(&self.lanes.open);
        if let Some(lane) = open.lanes.get_mut(&self.channel) {
            lane.busy = false;
            lane.next();
        }
        Lanes::tidy(&mut open, self.channel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use tokio::task::JoinHandle;

    const CHANNEL: u64 = 1;

    struct Writers {
        lanes: Arc<Lanes>,
        wrote: UnboundedSender<u64>,
        order: UnboundedReceiver<u64>,
    }

    impl Writers {
        fn new(most: usize) -> Self {
            let (wrote, order) = unbounded_channel();
            Self { lanes: Arc::new(Lanes::new(most)), wrote, order }
        }

        /// Asks now, and has the reply ready after so many seconds; each takes a second to write.
        fn ask(&self, question: u64, seconds: u64, urgent: bool) -> JoinHandle<Result<(), Overtaken>> {
            let place = self.lanes.reserve(CHANNEL, question);
            let (lanes, wrote) = (Arc::clone(&self.lanes), self.wrote.clone());
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                let _place = urgent.then(|| lanes.hurry(CHANNEL, question));
                let turn = lanes.turn(CHANNEL, Some(question)).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
                wrote.send(question).unwrap();
                drop((turn, place));
                Ok(())
            })
        }

        async fn written(mut self) -> Vec<u64> {
            drop(self.wrote);
            let mut all = Vec::new();
            while let Some(question) = self.order.recv().await {
                all.push(question);
            }
            assert!(lock(&self.lanes.open).lanes.is_empty(), "nothing is kept of a lane in which nobody waits");
            all
        }
    }

    #[tokio::test(start_paused = true)]
    async fn replies_come_in_the_order_of_the_questions() {
        let writers = Writers::new(60);
        for question in 0..40 {
            // The earlier, the longer it is thought about.
            writers.ask(question, 4 - question / 10, false);
        }
        assert_eq!(writers.written().await, (0..40).collect::<Vec<u64>>());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_hangs_holds_up_nobody_for_long() {
        let writers = Writers::new(60);
        let began = tokio::time::Instant::now();
        writers.ask(1, 3600, false);
        writers.ask(2, 0, false);
        let third = writers.ask(3, 0, false);
        third.await.unwrap().unwrap();
        assert_eq!(began.elapsed(), THINKING + Duration::from_secs(2));
        assert_eq!(writers.written().await, [2, 3, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn help_in_an_emergency_goes_first() {
        let writers = Writers::new(60);
        for question in 0..4 {
            writers.ask(question, 0, false);
        }
        writers.ask(99, 0, true);
        // The first is being written when it is ready.
        assert_eq!(writers.written().await, [0, 99, 1, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lane_that_is_full_lets_go_of_the_oldest_but_never_of_help() {
        let writers = Writers::new(3);
        let writing = writers.ask(0, 0, false);
        tokio::task::yield_now().await;
        let help = writers.ask(99, 0, true);
        let others: Vec<_> = (1..=5).map(|question| writers.ask(question, u64::from(question == 2), false)).collect();
        let mut ended = Vec::new();
        for other in others {
            ended.push(other.await.unwrap());
        }
        assert_eq!(ended, [Err(Overtaken), Err(Overtaken), Ok(()), Ok(()), Ok(())]);
        assert_eq!((writing.await.unwrap(), help.await.unwrap()), (Ok(()), Ok(())));
        assert_eq!(writers.written().await, [0, 99, 3, 4, 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn help_for_which_no_place_was_kept_goes_first_too_and_leaves_nothing_behind() {
        let writers = Writers::new(2);
        writers.ask(0, 0, false);
        tokio::task::yield_now().await;
        for question in 1..=2 {
            writers.ask(question, 0, false);
        }
        tokio::task::yield_now().await;
        let (lanes, wrote) = (Arc::clone(&writers.lanes), writers.wrote.clone());
        let help = tokio::spawn(async move {
            let _place = lanes.hurry(CHANNEL, 99);
            let turn = lanes.turn(CHANNEL, Some(99)).await;
            wrote.send(99).unwrap();
            turn.map(drop)
        });
        tokio::task::yield_now().await;
        writers.ask(3, 0, false);
        assert_eq!(help.await.unwrap(), Ok(()));
        assert_eq!(writers.written().await, [0, 99, 3], "it is not let go of for a newer one");
    }

    #[tokio::test(start_paused = true)]
    async fn who_leaves_makes_way_and_who_has_no_place_comes_last() {
        let writers = Writers::new(1);
        let left = writers.lanes.reserve(CHANNEL, 7);
        let (lanes, wrote) = (Arc::clone(&writers.lanes), writers.wrote.clone());
        let unasked = tokio::spawn(async move {
            let turn = lanes.turn(CHANNEL, None).await;
            wrote.send(8).unwrap();
            turn.map(drop)
        });
        tokio::task::yield_now().await;
        drop(left);
        assert_eq!(unasked.await.unwrap(), Ok(()));
        assert_eq!(writers.written().await, [8]);
    }
}
