"""Mail whose bodies and attachments are digests: single messages, mailboxes, folders of mail, and IMAP."""
