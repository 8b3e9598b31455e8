//! Discord's ids as an operator writes them into the config: digits, with quotes or without.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// The id of a channel (or anything else of Discord's), as "Copy Channel ID" gives it. Never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u64);

impl Id {
    /// `None` for 0, which is nothing's id.
    pub const fn new(id: u64) -> Option<Self> {
        if id == 0 { None } else { Some(Self(id)) }
    }

    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;

        impl Visitor<'_> for Digits {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id of Discord's, such as 1100000000000000010 (with or without quotes)")
            }

            fn visit_i64<E: Error>(self, id: i64) -> Result<Id, E> {
                u64::try_from(id)
                    .ok()
                    .and_then(Id::new)
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Signed(id), &self))
            }

            fn visit_u64<E: Error>(self, id: u64) -> Result<Id, E> {
                Id::new(id).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(id), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Id, E> {
                let id = text.trim().parse().ok().and_then(Id::new);
                id.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_any(Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Table {
        channel: Id,
    }

    #[test]
    fn an_id_is_digits_with_quotes_or_without() {
        let read = |text: &str| toml::from_str::<Table>(text).map(|it| it.channel.get());
        assert_eq!(read("channel = 1100000000000000010").unwrap(), 1_100_000_000_000_000_010);
        assert_eq!(read("channel = \"1100000000000000010\"").unwrap(), 1_100_000_000_000_000_010);
        for wrong in ["channel = 0", "channel = -5", "channel = \"#general\"", "channel = \"\"", "channel = 1.5"] {
            assert!(read(wrong).unwrap_err().to_string().contains("an id of Discord's"), "{wrong}");
        }
    }
}
