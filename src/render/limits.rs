//! Discord's sizes, in one table, and how they are counted.
//!
//! | what | where Discord says so (discord.com/developers/docs) |
//! |---|---|
//! | `CONTENT`, `EMBEDS`, `NONCE` | Resources › Message › Create Message |
//! | `EMBED_*`, `FIELD*`, `FOOTER` | Resources › Message › Embed Limits |
//! | `ROWS`, `BUTTONS_IN_ROW` | Components › Reference › Action Row |
//! | `BUTTON_LABEL`, `BUTTON_URL`, `CUSTOM_ID` | Components › Reference › Button |
//! | `SELECT_*`, `OPTION_*` | Components › Reference › String Select |
//! | `TEXT_INPUT`, `INPUT_LABEL` | Components › Reference › Text Input |
//! | `FORM_TITLE` | Interactions › Receiving and Responding › Modal |
//! | `THREAD_NAME` | Resources › Channel › Start Thread from Message |
//! | `CHOICES`, `CHOICE_*`, `COMMAND_*` | Interactions › Application Commands |
//!
//! The machine-readable API description names the same figures, except that it allows a `content` of 4,000 characters;
//! a bot gets 2,000.

/// Characters of a message's text.
pub const CONTENT: usize = 2000;
/// Embeds of one message.
pub const EMBEDS: usize = 10;
/// Characters of a nonce.
pub const NONCE: usize = 25;

/// Characters of an embed's title.
pub const EMBED_TITLE: usize = 256;
/// Characters of an embed's description.
pub const EMBED_DESCRIPTION: usize = 4096;
/// Characters over all titles, descriptions, field names, field values, footers and authors of a message's embeds.
pub const EMBED_TOTAL: usize = 6000;
/// Fields of one embed.
pub const FIELDS: usize = 25;
/// Characters of a field's name.
pub const FIELD_NAME: usize = 256;
/// Characters of a field's value.
pub const FIELD_VALUE: usize = 1024;
/// Characters of an embed's footer.
pub const FOOTER: usize = 2048;

/// Rows of buttons or selects below a message.
pub const ROWS: usize = 5;
/// Buttons of one row; a select fills a row by itself.
pub const BUTTONS_IN_ROW: usize = 5;
/// Characters of a button's label.
pub const BUTTON_LABEL: usize = 80;
/// Characters of a link button's address.
pub const BUTTON_URL: usize = 512;
/// Characters of the id of a button or select.
pub const CUSTOM_ID: usize = 100;
/// Options of one select.
pub const SELECT_OPTIONS: usize = 25;
/// Characters of what a select shows before anything is chosen.
pub const SELECT_PLACEHOLDER: usize = 150;
/// Characters of an option's label.
pub const OPTION_LABEL: usize = 100;
/// Characters of what stands under an option's label.
pub const OPTION_DESCRIPTION: usize = 100;
/// Characters of an option's value.
pub const OPTION_VALUE: usize = 100;

/// Characters of a form's text input.
pub const TEXT_INPUT: usize = 4000;
/// Characters of what stands above a form's text input.
pub const INPUT_LABEL: usize = 45;
/// Characters of a form's title.
pub const FORM_TITLE: usize = 45;

/// Characters of a thread's name.
pub const THREAD_NAME: usize = 100;

/// Choices that autocomplete may offer at once.
pub const CHOICES: usize = 25;
/// Characters of what such a choice shows.
pub const CHOICE_NAME: usize = 100;
/// Characters of what such a choice stands for.
pub const CHOICE_VALUE: usize = 100;
/// Characters of the name of a command or option.
pub const COMMAND_NAME: usize = 32;
/// Characters of the description of a command or option.
pub const COMMAND_DESCRIPTION: usize = 100;
/// Characters over all names, descriptions and values of one command.
pub const COMMAND_TOTAL: usize = 8000;

/// How long `text` is, for all these limits: in UTF-16 code units.
///
/// Discord does not say whether an emoji outside the basic plane counts once or twice. Counted in UTF-16 it counts
/// twice, so what is within a limit here is within it either way.
pub fn len(text: &str) -> usize {
    text.encode_utf16().count()
}
