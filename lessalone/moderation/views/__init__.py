"""Pages of moderation: `telling` for everyone; `desk`, `families` for moderators; `leads` for leads."""
