"""The pages of stories: `writing`, `reading`, and `family` for what parents decide together."""
