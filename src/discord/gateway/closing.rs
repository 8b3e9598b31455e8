//! What the end of a connection means: come back to the old session, begin a new one, or give up.
//!
//! Source: Discord's documentation, Topics › Opcodes and Status Codes › Gateway Close Event Codes.

/// Why there is no coming back. Written for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// 4004.
    #[error(
        "Discord refused the bot's token\n  To mend: copy it once more from Discord's developer portal (your application, Bot, \
         Reset Token) into the environment variable DISCORD_TOKEN, or into the file that `token_file` names. A token is \
         refused from the moment that a newer one was made."
    )]
    Token,
    /// 4010.
    #[error(
        "Discord does not know a shard that this bot asked for (close code 4010)\n  To mend: correct `range` and `total` in the \
         table [discord.shards] of config.toml: `range` counts from 0 and lies below `total`, which is the same for all processes. \
         Without both, Discord's own number is used."
    )]
    Shard,
    /// 4011.
    #[error(
        "the bot is on too many servers for so few shards (close code 4011)\n  To mend: leave `total` and `range` out of the table \
         [discord.shards] of config.toml, so that Discord's own number is used, or raise `total` in all processes."
    )]
    TooFewShards,
    /// 4012.
    #[error(
        "Discord does not speak version 10 of its gateway any more (close code 4012)\n  To mend: install a newer caveat; if there is \
         none, tell its maintainers."
    )]
    Version,
    /// 4013.
    #[error(
        "Discord does not know one of the gateway intents that the bot asked for (close code 4013)\n  To mend: install a newer \
         caveat; if there is none, tell its maintainers."
    )]
    Intents,
    /// 4014.
    #[error(
        "Discord does not allow the bot the gateway intents that it asked for\n  To mend: open your application in Discord's \
         developer portal, Bot, Privileged Gateway Intents, and switch on those that the config makes use of. Answering \
         commands, mentions and direct messages needs none of them."
    )]
    PrivilegedIntents,
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The session may go on; at once, if Discord itself asked for it.
    Resume {
        at_once: bool,
    },
    /// A new session is needed.
    Identify,
    /// Op 9: a new session is needed, and not at once.
    Invalid,
    /// We were told to stop.
    Stopped,
    Fatal(Fatal),
}

/// What a connection's close code means; `None` if it broke without one.
pub fn meaning(code: Option<u16>) -> End {
    match code {
        Some(4004) => End::Fatal(Fatal::Token),
        Some(4010) => End::Fatal(Fatal::Shard),
        Some(4011) => End::Fatal(Fatal::TooFewShards),
        Some(4012) => End::Fatal(Fatal::Version),
        Some(4013) => End::Fatal(Fatal::Intents),
        Some(4014) => End::Fatal(Fatal::PrivilegedIntents),
        // Not authenticated, or the session was invalidated; authenticated twice; wrong sequence; session timed out.
        Some(4003 | 4005 | 4007 | 4009) => End::Identify,
        // The rest says nothing against the session: unknown error, opcode, decode error, rate limit, a server that goes.
        _ => End::Resume { at_once: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_codes_are_fatal_and_each_says_how_to_mend_it() {
        for code in [4004, 4010, 4011, 4012, 4013, 4014] {
            let End::Fatal(fatal) = meaning(Some(code)) else { panic!("{code}") };
            assert!(fatal.to_string().contains("\n  To mend: "), "{code}: {fatal}");
        }
        for code in [1000, 1001, 1006, 4000, 4001, 4002, 4008] {
            assert_eq!(meaning(Some(code)), End::Resume { at_once: false }, "{code}");
        }
        for code in [4003, 4005, 4007, 4009] {
            assert_eq!(meaning(Some(code)), End::Identify, "{code}");
        }
        assert_eq!(meaning(None), End::Resume { at_once: false });
    }
}
