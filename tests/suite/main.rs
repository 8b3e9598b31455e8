//! All integration tests, one file a subject.

mod bad_faq;
